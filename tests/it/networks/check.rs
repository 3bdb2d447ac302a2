//! `lookalike check` says of each network whether it is switched on, answers, and what is left.

use std::collections::BTreeMap;
use std::sync::Arc;

use lookalike::check::check;
use lookalike::demo::networks::fake;

use crate::fake_instagram::options;
use crate::harness::small_world;

#[tokio::test]
async fn each_network_has_a_line() {
    let world = Arc::new(small_world(5, false));
    let mut settings = BTreeMap::from([
        ("TELOXIDE_TOKEN".to_owned(), "1:a".to_owned()),
        (
            "TELEGRAM_API_URL".to_owned(),
            "http://127.0.0.1:9".to_owned(),
        ),
        ("DATABASE_URL".to_owned(), "memory:".to_owned()),
    ]);
    let mut fakes = Vec::new();
    for (network, api) in [
        ("bluesky", "appview"),
        ("instagram", "hikerapi"),
        ("x", "v2"),
    ] {
        let kind = fake(network, api).unwrap();
        let fake = kind.start(world.clone(), options()).await.unwrap();
        settings.extend(kind.settings(&fake, "key=1", "36000/h".parse().unwrap()));
        fakes.push(fake);
    }
    let lines = check(&|name| settings.get(name).cloned(), &[]).await.lines;
    let has = |what: &str| lines.iter().any(|line| line.contains(what));
    assert!(has("ok     bluesky: answers, budget 36000/h"), "{lines:#?}");
    assert!(
        has("ok     instagram: answers, budget 36000/h"),
        "{lines:#?}"
    );
    assert!(has("credit for"), "{lines:#?}");
    assert!(
        has("off    github: set GITHUB_ACCESS_TOKEN to use it"),
        "{lines:#?}"
    );

    assert!(
        has("ok     ALLOWED: everybody who finds the bot may use it"),
        "{lines:#?}"
    );
    assert!(
        has("ok     caps: instagram, x: 10 dollars a search"),
        "{lines:#?}"
    );
    let dear = "WARN   x: even an account with 100 followers costs about 480 dollars";
    assert!(has(dear), "{lines:#?}");
    assert!(!has("WARN   instagram"), "{lines:#?}");

    fakes[1].refuse_key(true);
    settings.remove("TELOXIDE_TOKEN");
    let report = check(&|name| settings.get(name).cloned(), &[]).await;
    let is_told = |start: &str| report.lines.iter().any(|line| line.starts_with(start));
    assert!(is_told("WRONG  Telegram: TELOXIDE_TOKEN is not set"));
    assert!(is_told("ok     bluesky: answers"), "{:#?}", report.lines);
    let wrong = |line: &String| line.starts_with("WRONG  instagram: INSTAGRAM_ACCESS_TOKEN:");
    assert!(report.lines.iter().any(wrong), "{:#?}", report.lines);
    assert!(!report.all_right);
}
