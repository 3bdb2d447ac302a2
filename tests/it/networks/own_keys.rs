//! People's own keys: given in private, seen by nobody else, and used for their searches alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::ManualClock;
use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::house::{House, small_world, tick};

/// The form of GitHub's keys; appears nowhere else in the house.
const KEY: &str = "ghp_0123456789ofAnnsOwn";

const ANOTHER: &str = "ghp_9876543210ofAnnsToo";

const GROUP: i64 = -100;

async fn house() -> House {
    let github = fake("github", "github").unwrap();
    House::on_network(github, small_world(60, false)).await
}

fn says(text: &str) -> impl Fn(&[Message]) -> bool {
    move |messages| messages.iter().any(|message| message.text.contains(text))
}

async fn gives_her_key(house: &House) {
    house.network.add_key(KEY);
    house
        .telegram
        .says(&house.ann, &format!("/key github {KEY}"));
    let works = says("GitHub takes your key");
    house.until(&house.ann, "that the key works", works).await;
}

/// Whether a file below this folder holds these bytes.
fn lies_in(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => lies_in(&path, bytes),
            false => {
                let content = std::fs::read(&path).unwrap_or_default();
                content.windows(bytes.len()).any(|part| part == bytes)
            }
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_key_is_served_while_everybodys_is_refused() {
    let mut house = house().await;
    house.start().await;
    house.network.refuse_key(true);
    let bob = Person::new(502, "Bob");
    house.telegram.knows(&bob);
    house.telegram.says(&bob, "@peer0");
    let waits = says("refuses my key");
    house
        .until(&bob, "that everybody's key is refused", waits)
        .await;

    gives_her_key(&house).await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    assert!(house.network.requests_by(KEY) > 60);
    let bobs = house.telegram.messages(bob.id);
    assert!(says("refuses my key")(&bobs), "Bob still waits: {bobs:?}");
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_read_by_nobody() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.telegram.says(&house.ann, "/key");
    let listed = says("You have given me a key for GitHub.");
    let messages = house.until(&house.ann, "which keys she has", listed).await;
    let shown = |message: &Message| message.text.contains(KEY);
    assert!(!messages.iter().any(shown), "her message is deleted");
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    house.stop().await;
    assert!(
        !lies_in(house.folder.path(), KEY.as_bytes()),
        "the key lies in no file"
    );
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lies_in_no_file_wherever_and_however_it_was_sent() {
    let mut house = house().await;
    house.network.add_key(KEY);
    let ann = house.ann.clone();
    let key = format!("/key github {KEY}");
    let given = house.telegram.says(&ann, &key);
    house.telegram.replies(&ann, given, "hello?");
    let pinned = serde_json::json!({ "text": null, "pinned_message": {
        "message_id": given, "date": 1, "text": key, "chat": { "id": ann.id, "type": "private" },
    } });
    house.telegram.says_with(ann.id, &ann, "", pinned);
    let quoted = serde_json::json!({ "quote": { "text": key, "position": 0 } });
    house.telegram.says_with(ann.id, &ann, "hello?", quoted);
    let below_a_picture = serde_json::json!({ "text": null, "photo": [], "caption": key });
    house.telegram.says_with(ann.id, &ann, "", below_a_picture);
    for typo in [
        "/keys github",
        "key github",
        "/key\u{200b}github",
        "GitHub",
        "@lookalike_bot /key github",
    ] {
        house.telegram.says(&ann, &format!("{typo} {KEY}"));
    }
    house
        .telegram
        .says_in_group(GROUP, &ann, &format!("@lookalike_bot /key github {KEY}"));
    house.telegram.types(&ann, &format!("github {KEY}"));
    house.start().await;
    let works = says("GitHub takes your key");
    house.until(&ann, "that the key works", works).await;
    house.telegram.says(&ann, "/privacy");
    let privacy = says("What I keep");
    house
        .until(&ann, "an answer to the last of all", privacy)
        .await;
    let warned = says("Never send a key to a group");
    let warned = house
        .telegram
        .until(GROUP, crate::house::WITHIN, "a warning", warned);
    warned.await.unwrap();
    house.stop().await;
    assert!(
        !lies_in(house.folder.path(), KEY.as_bytes()),
        "the key lies in no file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_outlives_a_restart_and_can_be_taken_back() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.stop().await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    let by_her_key = house.network.requests_by(KEY);
    assert!(by_her_key > 60, "{by_her_key} requests went by it");

    house.telegram.says(&house.ann, "/key github forget");
    let erased = says("Your key for GitHub is erased");
    house.until(&house.ann, "that it is erased", erased).await;
    house.telegram.says(&house.ann, "@peer1");
    house
        .until_delivered(&house.ann, house.directory.handle(3))
        .await;
    assert_eq!(house.network.requests_by(KEY), by_her_key);
    house.stop().await;
    house.assert_clean();
}

// On one thread, so that every woken task has had a turn before time goes on.
#[tokio::test]
async fn a_key_that_is_revoked_ends_its_searches_and_the_shared_one_does_not_take_over() {
    let mut house = house().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    house.telegram.set_limits(FloodLimits::none());
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    gives_her_key(&house).await;
    house.network.revoke_key(KEY);
    house.telegram.says(&house.ann, "@luna");
    let doubted = says("GitHub refuses your key at the moment");
    house
        .until(&house.ann, "that it is in doubt", doubted)
        .await;
    let told = says("GitHub still doesn't take your key, so I've erased it");
    house.until(&house.ann, "that it is revoked", told).await;
    let over = says("Send @luna again to search with the shared key");
    house
        .until(&house.ann, "that the search is over", over)
        .await;
    assert_eq!(
        house.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    assert!(house.network.charged_to(None) > 60);
    ticking.abort();
    house.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_key_outlives_an_incident_in_which_it_is_refused() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.network.revoke_key(KEY);
    house.telegram.says(&house.ann, "@luna");
    let doubted = says("GitHub refuses your key at the moment");
    house
        .until(&house.ann, "that it is in doubt", doubted)
        .await;
    house.stop().await;
    house.network.restore_key(KEY);
    let minutes_later = Utc::now() + Duration::from_secs(4 * 60);
    let clock = Arc::new(ManualClock::new(minutes_later));
    house.telegram.set_limits(FloodLimits::none());
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    assert_eq!(
        house.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    ticking.abort();
    house.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_wrong_key_is_told_at_once_and_erased_when_it_is_refused_again() {
    let mut house = house().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    house.telegram.set_limits(FloodLimits::none());
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    house.network.add_key(KEY);
    house.network.revoke_key(KEY);
    house
        .telegram
        .says(&house.ann, &format!("/key github {KEY}"));
    let doubted = says("GitHub refuses your key at the moment");
    house
        .until(&house.ann, "that it is in doubt", doubted)
        .await;
    let told = says("GitHub still doesn't take your key");
    house.until(&house.ann, "that it is wrong", told).await;
    house.telegram.says(&house.ann, "/key github");
    let none = says("You have no key of your own for GitHub here");
    house.until(&house.ann, "that there is none", none).await;
    ticking.abort();
    house.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_mistyped_new_key_is_erased_and_the_earlier_one_stays_in_use() {
    let mut house = house().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    house.telegram.set_limits(FloodLimits::none());
    house.on(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    gives_her_key(&house).await;
    house.network.add_key(ANOTHER);
    house.network.revoke_key(ANOTHER);
    house
        .telegram
        .says(&house.ann, &format!("/key github {ANOTHER}"));
    let doubted = says("GitHub refuses your key at the moment");
    house
        .until(&house.ann, "that it is in doubt", doubted)
        .await;
    house.telegram.says(&house.ann, "@luna");
    let erased = says("Your new key for GitHub doesn't work, so I've erased it");
    house.until(&house.ann, "that it is wrong", erased).await;
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    assert!(house.network.requests_by(KEY) > 60);
    assert_eq!(house.network.charged_to(None), 0, "it is not everybody's");
    ticking.abort();
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_works_takes_the_earlier_ones_place() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.network.add_key(ANOTHER);
    house
        .telegram
        .says(&house.ann, &format!("/key github {ANOTHER}"));
    let work = |messages: &[Message]| {
        let works = |it: &&Message| it.text.contains("GitHub takes your key");
        messages.iter().filter(works).count() == 2
    };
    house.until(&house.ann, "that both work", work).await;
    house.network.revoke_key(KEY);
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    assert!(house.network.requests_by(ANOTHER) > 60);
    assert_eq!(house.network.charged_to(None), 0, "it is not everybody's");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_another_token_nobody_pays_for_what_went_by_somebodys_own_key() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.network.hold();
    let before = house.network.arrivals();
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(before + 1).await;
    house.set("SHUTDOWN_WITHIN", "10ms").stop().await;
    house.network.release();
    house.telegram.reissue_token();
    let token = house.telegram.token();
    house.set("TELOXIDE_TOKEN", &token).start().await;
    let lost = says("I can't use your key for GitHub any more");
    house.until(&house.ann, "that the key is lost", lost).await;
    let over = says("Send @luna again to search with the shared key");
    house
        .until(&house.ann, "that the search is over", over)
        .await;
    assert_eq!(
        house.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_sent_to_a_group_is_not_used_and_its_owner_warned() {
    let mut house = house().await;
    house.start().await;
    house.network.add_key(KEY);
    house
        .telegram
        .says_in_group(GROUP, &house.ann, &format!("/key github {KEY}"));
    let warned = says("Never send a key to a group");
    house
        .telegram
        .until(GROUP, crate::house::WITHIN, "a warning", warned)
        .await
        .unwrap();
    assert_eq!(house.network.requests_by(KEY), 0);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_forgotten_begins_anew() {
    let mut house = house().await;
    house.start().await;
    gives_her_key(&house).await;
    house.telegram.says(&house.ann, "@luna");
    house
        .until_delivered(&house.ann, house.directory.handle(0))
        .await;
    house.telegram.says(&house.ann, "/forget");
    let asked = says("I'll stop your searches and erase everything");
    let messages = house.until(&house.ann, "whether it is meant", asked).await;
    let question = messages.iter().rfind(|it| !it.buttons.is_empty()).unwrap();
    let button = "Yes, erase everything";
    house
        .telegram
        .presses(&house.ann, question.id, button)
        .unwrap();
    let done = says("I've erased everything about you");
    house.until(&house.ann, "that it is done", done).await;
    house.telegram.says(&house.ann, "/result");
    let none = says("There's no result here yet");
    house.until(&house.ann, "that nothing is there", none).await;
    let before = house.network.requests_by(KEY);
    house.telegram.says(&house.ann, "@peer1");
    house
        .until_delivered(&house.ann, house.directory.handle(3))
        .await;
    assert_eq!(house.network.requests_by(KEY), before, "nor is her key");
    house.stop().await;
    house.assert_clean();
}
