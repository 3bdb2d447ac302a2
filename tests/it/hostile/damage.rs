//! A database with damaged rows under the real bot. How the ledger treats damage is tested with the ledger.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{Message, Person};
use lookalike::stores::{Changes, open};

use crate::harness::{Harness, press_behind, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn hostile_damage_to_a_search_is_reported_and_the_bot_goes_on_for_everybody() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.set("MAX_ACTIVE", "1").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(12).await;
    harness.stop().await;
    damage(&harness, b'c');
    damage(&harness, b'o');
    harness.start().await;
    harness
        .until(&harness.ann, "that the search is lost", |messages| {
            contains(messages, "a disk problem on my side")
        })
        .await;
    let bob = Person::new(778, "Bob");
    harness.telegram.says(&bob, "@luna");
    harness.until_delivered(&bob, "luna").await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_damage_to_what_was_read_takes_no_more_away_than_examples() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;
    misdirect(&harness, "reading_order");
    harness.start().await;
    let list = messages.iter().find(|it| is_list(it, "luna")).unwrap();
    let at = (harness.ann.id, list.id);
    press_behind(&harness.telegram, &harness.ann, at, "Details", "1").await;
    let is_it = |it: &&Message| it.text.contains("of @luna’s followers follow it too");
    let shown = |messages: &[Message]| messages.iter().any(|it| is_it(&it));
    let messages = harness.until(&harness.ann, "the account", shown).await;
    let account = messages.iter().find(is_it).unwrap();
    assert!(
        !account.text.contains("Some who follow both"),
        "{}",
        account.text
    );
    harness.stop().await;
}

/// Makes a crawl's pointer to what it has read lead elsewhere.
fn misdirect(harness: &Harness, pointer: &str) {
    let store = open(&format!("sled:{}", harness.data().display())).unwrap();
    let rows = store.scan(b"c", b"d", usize::MAX).unwrap();
    let changes: Changes = rows
        .into_iter()
        .map(|(key, value)| {
            let mut crawl: serde_json::Value = serde_json::from_slice(&value).unwrap();
            let offset = crawl[pointer]["offset"].as_u64().unwrap();
            crawl[pointer]["offset"] = (offset + 1).into();
            (key, Some(crawl.to_string().into_bytes()))
        })
        .collect();
    store.commit(&changes).unwrap();
}

fn contains(messages: &[Message], words: &str) -> bool {
    messages.iter().any(|message| message.text.contains(words))
}

/// Overwrites all rows of a kind, and adds one.
fn damage(harness: &Harness, kind: u8) {
    let store = open(&format!("sled:{}", harness.data().display())).unwrap();
    let rows = store.scan(&[kind], &[kind + 1], usize::MAX).unwrap();
    let keys = rows.into_iter().map(|(key, _)| key);
    let added = [kind, 0, 0, 0, 0, 0, 0, 0, 0].to_vec();
    let changes: Changes = keys
        .chain([added])
        .map(|key| (key, Some(b"\xff\0{\"id\":".to_vec())))
        .collect();
    store.commit(&changes).unwrap();
}
