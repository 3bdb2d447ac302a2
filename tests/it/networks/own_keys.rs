//! People's own keys: given in private, seen by nobody else, and used for their searches alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use lookalike::clock::ManualClock;
use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{FloodLimits, Message, Person};

use crate::harness::{Harness, small_world, tick};

/// The form of GitHub's keys; appears nowhere else in the harness.
const KEY: &str = "ghp_0123456789ofAnnsOwn";

const ANOTHER: &str = "ghp_9876543210ofAnnsToo";

const GROUP: i64 = -100;

async fn harness() -> Harness {
    let github = fake("github", "github").unwrap();
    Harness::on_network(github, small_world(60, false)).await
}

fn contains(text: &str) -> impl Fn(&[Message]) -> bool {
    move |messages| messages.iter().any(|message| message.text.contains(text))
}

async fn gives_her_key(harness: &Harness) {
    harness.network.add_key(KEY);
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {KEY}"));
    let works = contains("GitHub takes your key");
    harness
        .until(&harness.ann, "that the key works", works)
        .await;
}

/// Returns whether a file below this folder contains these bytes.
fn contains_bytes(folder: &Path, bytes: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => contains_bytes(&path, bytes),
            false => {
                let content = std::fs::read(&path).unwrap_or_default();
                content.windows(bytes.len()).any(|part| part == bytes)
            }
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_key_is_served_while_everybodys_is_refused() {
    let mut harness = harness().await;
    harness.start().await;
    harness.network.refuse_key(true);
    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    harness.telegram.says(&bob, "@peer0");
    let waits = contains("isn't accepting my key");
    harness
        .until(&bob, "that everybody's key is refused", waits)
        .await;

    gives_her_key(&harness).await;
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    assert!(harness.network.requests_by(KEY) > 60);
    let bobs = harness.telegram.messages(bob.id);
    assert!(
        contains("isn't accepting my key")(&bobs),
        "Bob still waits: {bobs:?}"
    );
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_read_by_nobody() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.telegram.says(&harness.ann, "/key");
    let listed = contains("You have given me a key for GitHub.");
    let messages = harness
        .until(&harness.ann, "which keys she has", listed)
        .await;
    let shown = |message: &Message| message.text.contains(KEY);
    assert!(!messages.iter().any(shown), "her message is deleted");
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    harness.stop().await;
    assert!(
        !contains_bytes(harness.folder.path(), KEY.as_bytes()),
        "the key lies in no file"
    );
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_answers_the_bare_command_is_taken_and_read_by_nobody() {
    let mut harness = harness().await;
    harness.start().await;
    // No rule tells it from a name.
    let key = "hardlyasecret";
    harness.network.add_key(key);
    for (said, answer) in [
        ("/key", "Which network is it for?"),
        ("github", "You have no key of your own for GitHub"),
        (key, "GitHub takes your key"),
    ] {
        harness.telegram.says(&harness.ann, said);
        harness.until(&harness.ann, answer, contains(answer)).await;
    }
    let shown = contains(key);
    assert!(!shown(&harness.telegram.messages(harness.ann.id)));
    harness.stop().await;
    assert!(
        !contains_bytes(harness.folder.path(), key.as_bytes()),
        "the key lies in no file"
    );
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_lies_in_no_file_wherever_and_however_it_was_sent() {
    let mut harness = harness().await;
    harness.network.add_key(KEY);
    let ann = harness.ann.clone();
    let key = format!("/key github {KEY}");
    let given = harness.telegram.says(&ann, &key);
    harness.telegram.replies(&ann, given, "hello?");
    let pinned = serde_json::json!({ "text": null, "pinned_message": {
        "message_id": given, "date": 1, "text": key, "chat": { "id": ann.id, "type": "private" },
    } });
    harness.telegram.says_with(ann.id, &ann, "", pinned);
    let quoted = serde_json::json!({ "quote": { "text": key, "position": 0 } });
    harness.telegram.says_with(ann.id, &ann, "hello?", quoted);
    let below_a_picture = serde_json::json!({ "text": null, "photo": [], "caption": key });
    harness
        .telegram
        .says_with(ann.id, &ann, "", below_a_picture);
    for typo in [
        "/keys github",
        "key github",
        "/key\u{200b}github",
        "GitHub",
        "@lookalike_bot /key github",
    ] {
        harness.telegram.says(&ann, &format!("{typo} {KEY}"));
    }
    harness
        .telegram
        .says_in_group(GROUP, &ann, &format!("@lookalike_bot /key github {KEY}"));
    harness.telegram.types(&ann, &format!("github {KEY}"));
    harness.start().await;
    let works = contains("GitHub takes your key");
    harness.until(&ann, "that the key works", works).await;
    harness.telegram.says(&ann, "/privacy");
    let privacy = contains("What I keep");
    harness
        .until(&ann, "an answer to the last of all", privacy)
        .await;
    let warned = contains("Never send a key to a group");
    let warned = harness
        .telegram
        .until(GROUP, crate::harness::WITHIN, "a warning", warned);
    warned.await.unwrap();
    harness.stop().await;
    assert!(
        !contains_bytes(harness.folder.path(), KEY.as_bytes()),
        "the key lies in no file"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_outlives_a_restart_and_can_be_taken_back() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.stop().await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    let by_her_key = harness.network.requests_by(KEY);
    assert!(by_her_key > 60, "{by_her_key} requests went by it");

    harness.telegram.says(&harness.ann, "/key github forget");
    let erased = contains("Your key for GitHub is erased");
    harness
        .until(&harness.ann, "that it is erased", erased)
        .await;
    harness.telegram.says(&harness.ann, "@peer1");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(3))
        .await;
    assert_eq!(harness.network.requests_by(KEY), by_her_key);
    harness.stop().await;
    harness.assert_clean();
}

// On one thread, so that every woken task has had a turn before time goes on.
#[tokio::test]
async fn a_key_that_is_revoked_ends_its_searches_and_the_shared_one_does_not_take_over() {
    let mut harness = harness().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    harness.telegram.set_limits(FloodLimits::none());
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    gives_her_key(&harness).await;
    harness.network.revoke_key(KEY);
    harness.telegram.says(&harness.ann, "@luna");
    let doubted = contains("GitHub refuses your key at the moment");
    harness
        .until(&harness.ann, "that it is in doubt", doubted)
        .await;
    let erased = contains("GitHub still doesn't take your key, so I've erased it");
    harness
        .until(&harness.ann, "that it is revoked", erased)
        .await;
    let over = contains("Send @luna again to search with the shared key");
    harness
        .until(&harness.ann, "that the search is over", over)
        .await;
    assert_eq!(
        harness.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    assert!(harness.network.charged_to(None) > 60);
    ticking.abort();
    harness.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_key_outlives_an_incident_in_which_it_is_refused() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.network.revoke_key(KEY);
    harness.telegram.says(&harness.ann, "@luna");
    let doubted = contains("GitHub refuses your key at the moment");
    harness
        .until(&harness.ann, "that it is in doubt", doubted)
        .await;
    harness.stop().await;
    harness.network.restore_key(KEY);
    let minutes_later = Utc::now() + Duration::from_secs(4 * 60);
    let clock = Arc::new(ManualClock::new(minutes_later));
    harness.telegram.set_limits(FloodLimits::none());
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    assert_eq!(
        harness.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    ticking.abort();
    harness.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_wrong_key_is_reported_at_once_and_erased_when_it_is_refused_again() {
    let mut harness = harness().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    harness.telegram.set_limits(FloodLimits::none());
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    harness.network.add_key(KEY);
    harness.network.revoke_key(KEY);
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {KEY}"));
    let doubted = contains("GitHub refuses your key at the moment");
    harness
        .until(&harness.ann, "that it is in doubt", doubted)
        .await;
    let erased = contains("GitHub still doesn't take your key");
    harness
        .until(&harness.ann, "that it is wrong", erased)
        .await;
    harness.telegram.says(&harness.ann, "/key github");
    let none = contains("You have no key of your own for GitHub here");
    harness
        .until(&harness.ann, "that there is none", none)
        .await;
    ticking.abort();
    harness.stop().await;
}

// On one thread, as above.
#[tokio::test]
async fn a_mistyped_new_key_is_erased_and_the_earlier_one_stays_in_use() {
    let mut harness = harness().await;
    let clock = Arc::new(ManualClock::new(Utc::now()));
    harness.telegram.set_limits(FloodLimits::none());
    harness.use_clock(clock.clone()).start().await;
    let ticking = tick(clock, Duration::from_secs(1));
    gives_her_key(&harness).await;
    harness.network.add_key(ANOTHER);
    harness.network.revoke_key(ANOTHER);
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {ANOTHER}"));
    let doubted = contains("GitHub refuses your key at the moment");
    harness
        .until(&harness.ann, "that it is in doubt", doubted)
        .await;
    harness.telegram.says(&harness.ann, "@luna");
    let erased = contains("Your new key for GitHub doesn't work, so I've erased it");
    harness
        .until(&harness.ann, "that it is wrong", erased)
        .await;
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    assert!(harness.network.requests_by(KEY) > 60);
    assert_eq!(harness.network.charged_to(None), 0, "it is not everybody's");
    ticking.abort();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_works_takes_the_earlier_ones_place() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.network.add_key(ANOTHER);
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {ANOTHER}"));
    let work = |messages: &[Message]| {
        let works = |it: &&Message| it.text.contains("GitHub takes your key");
        messages.iter().filter(works).count() == 2
    };
    harness.until(&harness.ann, "that both work", work).await;
    harness.network.revoke_key(KEY);
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    assert!(harness.network.requests_by(ANOTHER) > 60);
    assert_eq!(harness.network.charged_to(None), 0, "it is not everybody's");
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn under_another_token_nobody_else_pays_for_a_search_by_ones_own_key() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.network.hold();
    let before = harness.network.arrivals();
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(before + 1).await;
    harness.set("SHUTDOWN_WITHIN", "10ms").stop().await;
    harness.network.release();
    harness.telegram.reissue_token();
    let token = harness.telegram.token();
    harness.set("TELOXIDE_TOKEN", &token).start().await;
    let lost = contains("I can't use your key for GitHub any more");
    harness
        .until(&harness.ann, "that the key is lost", lost)
        .await;
    let over = contains("Send @luna again to search with the shared key");
    harness
        .until(&harness.ann, "that the search is over", over)
        .await;
    assert_eq!(
        harness.network.charged_to(None),
        0,
        "nothing went by the shared key"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_sent_to_a_group_is_not_used_and_its_owner_warned() {
    let mut harness = harness().await;
    harness.start().await;
    harness.network.add_key(KEY);
    harness
        .telegram
        .says_in_group(GROUP, &harness.ann, &format!("/key github {KEY}"));
    let warned = contains("Never send a key to a group");
    harness
        .telegram
        .until(GROUP, crate::harness::WITHIN, "a warning", warned)
        .await
        .unwrap();
    assert_eq!(harness.network.requests_by(KEY), 0);
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_forgotten_starts_afresh() {
    let mut harness = harness().await;
    harness.start().await;
    gives_her_key(&harness).await;
    harness.telegram.says(&harness.ann, "@luna");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(0))
        .await;
    harness.telegram.says(&harness.ann, "/forget");
    let asked = contains("I'll stop your searches and erase everything");
    let messages = harness
        .until(&harness.ann, "whether it is meant", asked)
        .await;
    let question = messages.iter().rfind(|it| !it.buttons.is_empty()).unwrap();
    let button = "Yes, erase everything";
    harness
        .telegram
        .presses(&harness.ann, question.id, button)
        .unwrap();
    let done = contains("everything about you is erased");
    harness.until(&harness.ann, "that it is done", done).await;
    harness.telegram.says(&harness.ann, "/result");
    let none = contains("There's no result here yet");
    harness
        .until(&harness.ann, "that nothing is there", none)
        .await;
    let before = harness.network.requests_by(KEY);
    harness.telegram.says(&harness.ann, "@peer1");
    harness
        .until_delivered(&harness.ann, harness.directory.handle(3))
        .await;
    assert_eq!(harness.network.requests_by(KEY), before, "nor is her key");
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_of_somebodys_is_no_error_of_the_operators() {
    let mut harness = harness().await;
    harness.set("OPERATORS", &harness.ann.id.to_string());
    harness.start().await;
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {KEY}"));
    let refused = contains("GitHub refuses your key at the moment");
    harness
        .until(&harness.ann, "that the key is refused", refused)
        .await;
    harness.telegram.says(&harness.ann, "/admin");
    let overview = contains("No errors since the start");
    harness.until(&harness.ann, "no errors", overview).await;
    harness.stop().await;
}
