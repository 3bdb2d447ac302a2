//! The real binary, killed at any time, and started again.

use std::process::{Child, Command, Stdio};

use crate::house::{House, report_of, small_world};

/// Requests that a kill may repeat: those in flight, at most as many as may be at work at once.
const IN_FLIGHT: usize = 16;

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_time_changes_the_answer_in_nothing() {
    let calm = {
        let house = House::new(small_world(60, true)).await;
        let mut bot = start(&house);
        house.telegram.says(&house.ann, "@luna");
        house.until_delivered(&house.ann, "luna").await;
        end(&mut bot);
        report_of(&house.data(), &house.ann).await
    };
    let requests = calm.requests;
    let total = requests.verify + requests.followers + requests.subscriptions + requests.profiles;

    let house = House::new(small_world(60, true)).await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    let kills = 12;
    for kill in 1..=kills {
        house.instagram.arrived(total * kill / (kills + 1)).await;
        bot.kill().unwrap();
        bot.wait().unwrap();
        bot = start(&house);
    }
    let messages = house.until_delivered(&house.ann, "luna").await;
    end(&mut bot);

    let stormy = report_of(&house.data(), &house.ann).await;
    assert_eq!(
        serde_json::to_value(&stormy.results).unwrap(),
        serde_json::to_value(&calm.results).unwrap(),
        "the same ranking to the last digit"
    );
    let repeated = house.instagram.asked_twice().len();
    assert!(
        repeated <= IN_FLIGHT * kills as usize,
        "{repeated} requests were repeated by {kills} kills"
    );
    let lists = messages
        .iter()
        .filter(|message| message.text.starts_with("Accounts like @luna"))
        .count();
    assert_eq!(lists, 1, "the list comes once");
    assert_eq!(house.telegram.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_taken_before_a_kill_is_answered_after_it() {
    let house = House::new(small_world(20, false)).await;
    house.instagram.hold();
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.instagram.arrived(1).await;
    bot.kill().unwrap();
    bot.wait().unwrap();
    house.instagram.release();
    let mut bot = start(&house);
    house.until_delivered(&house.ann, "luna").await;
    end(&mut bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_stop_finishes_what_is_under_way_and_ends_well() {
    let house = House::new(small_world(60, true)).await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.instagram.arrived(40).await;
    house.instagram.hold();
    let asked = house.instagram.arrivals();
    house.instagram.arrived(asked + 4).await;
    ask_to_end(&bot);
    house.instagram.release();
    assert_eq!(
        bot.wait().unwrap().code(),
        Some(0),
        "SIGTERM ends it with exit code 0"
    );
    let mut bot = start(&house);
    house.until_delivered(&house.ann, "luna").await;
    end(&mut bot);
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_database_is_refused_with_a_sentence() {
    let house = House::new(small_world(20, false)).await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let second = command(&house).stderr(Stdio::piped()).output().unwrap();
    end(&mut bot);
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("in use by another process"), "{said}");
}

fn command(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookalike"));
    // Nothing of the surroundings may leak in, a .env least of all.
    command
        .env_clear()
        .envs(house.environment())
        .env("RUST_LOG", "error")
        .current_dir(house.folder.path());
    command
}

fn start(house: &House) -> Child {
    command(house).stdout(Stdio::null()).spawn().unwrap()
}

/// Asks a process to stop, as a supervisor does, and says how it ended.
fn end(process: &mut Child) -> Option<i32> {
    ask_to_end(process);
    process.wait().unwrap().code()
}

fn ask_to_end(process: &Child) {
    let asked = Command::new("kill")
        .arg(process.id().to_string())
        .status()
        .unwrap();
    assert!(asked.success());
}
