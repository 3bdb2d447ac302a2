//! The log of the real binary at its most verbose, while everything fails.

use std::fs::File;
use std::process::{Command, Stdio};

use lookalike::demo::telegram::CallFailure;

use crate::harness::{Harness, small_world};

/// What Ann writes apart from the account.
const SECRETS: [&str; 3] = ["zebra-4711", "my dear diary", "swordfish"];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_readers_of_the_whole_log_find_no_key_and_no_words_of_anybody() {
    let harness = Harness::new(small_world(40, true)).await;
    let path = harness.folder.path().join("log");
    let log = File::create(&path).unwrap();
    let mut bot = Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .env_clear()
        .envs(harness.environment())
        .env("RUST_LOG", "trace")
        .current_dir(harness.folder.path())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    harness.telegram.fail_next(
        "sendMessage",
        CallFailure::TooManyRequests { retry_after: 1 },
    );
    let internal = CallFailure::Refused {
        code: 500,
        description: "Internal Server Error: restart".into(),
    };
    harness.telegram.fail_next("getUpdates", internal);
    harness.network.set_faults(20);
    harness
        .telegram
        .says(&harness.ann, &format!("{} @luna", SECRETS[0]));
    harness.telegram.says(&harness.ann, SECRETS[1]);
    harness.network.arrived(10).await;
    harness.network.refuse_key(true);
    harness.network.arrived(14).await;
    harness.network.refuse_key(false);
    harness.network.set_down(true);
    harness
        .telegram
        .says(&harness.ann, &format!("/find {} @peer0", SECRETS[2]));
    harness
        .until(&harness.ann, "the second bubble", |messages| {
            messages
                .iter()
                .any(|message| message.text.contains("@peer0"))
        })
        .await;
    harness.network.set_down(false);
    harness.telegram.set_down(true);
    harness.network.arrived(30).await;
    harness.telegram.set_down(false);
    harness.until_delivered(&harness.ann, "luna").await;
    let asked = Command::new("kill")
        .arg(bot.id().to_string())
        .status()
        .unwrap();
    assert!(asked.success());
    bot.wait().unwrap();

    let log = std::fs::read_to_string(&path).unwrap();
    assert!(
        log.lines().count() > 20,
        "the log tells what happened:\n{log}"
    );
    let token = harness.telegram.token();
    let (_, bot_secret) = token.split_once(':').unwrap();
    let key = harness.environment()["INSTAGRAM_ACCESS_TOKEN"].clone();
    for (whose, secret) in [
        ("Telegram's key", bot_secret),
        ("the network's key", key.as_str()),
    ]
    .into_iter()
    .chain(SECRETS.map(|secret| ("somebody's words", secret)))
    {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(
            line.is_none(),
            "{whose} in the log: {}",
            line.unwrap_or_default()
        );
    }
    let ended: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("a search is finished"))
        .collect();
    let started: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("the bot starts"))
        .collect();
    assert_eq!(started.len(), 1);
    for line in ended.iter().chain(&started) {
        assert!(line.contains("INFO"), "{line}");
        for name in ["luna", "Ann", &harness.ann.id.to_string()] {
            assert!(!line.contains(name), "{name} in the log: {line}");
        }
    }
    let is_luna = |line: &&&str| line.contains("followers=40");
    assert_eq!(ended.iter().filter(is_luna).count(), 1, "{ended:#?}");
    assert!(!log.contains("took over the database"), "it is new");
    println!(
        "hostile input: {} lines of the log read",
        log.lines().count()
    );
}
