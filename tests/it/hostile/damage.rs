//! A database with damaged rows under the real bot. What the ledger does on any damage is told with its
//! other stories.

use lookalike::demo::telegram::{Message, Person};
use lookalike::stores::{Changes, open};

use crate::house::{House, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn hostile_damage_to_a_search_is_told_and_the_bot_goes_on_for_everybody() {
    let mut house = House::new(small_world(40, false)).await;
    house.set("MAX_ACTIVE", "1").start().await;
    house.telegram.says(&house.ann, "@luna");
    house.network.arrived(12).await;
    house.stop().await;
    damage(&house, b'c').await;
    damage(&house, b'o').await;
    let_go(&house).await;
    house.start().await;
    house
        .until(&house.ann, "that the search is lost", |messages| {
            told(messages, "can't be read any more")
        })
        .await;
    let bob = Person::new(778, "Bob");
    house.telegram.says(&bob, "@luna");
    house.until_delivered(&bob, "luna").await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;
}

fn told(messages: &[Message], words: &str) -> bool {
    messages.iter().any(|message| message.text.contains(words))
}

/// Overwrites all rows of a kind, and adds one.
async fn damage(house: &House, kind: u8) {
    let_go(house).await;
    let store = open(&format!("sled:{}", house.data().display())).unwrap();
    let rows = store.scan(&[kind], &[kind + 1], usize::MAX).unwrap();
    let keys = rows.into_iter().map(|(key, _)| key);
    let added = [kind, 0, 0, 0, 0, 0, 0, 0, 0].to_vec();
    let changes: Changes = keys
        .chain([added])
        .map(|key| (key, Some(b"\xff\0{\"id\":".to_vec())))
        .collect();
    store.commit(&changes).unwrap();
}

/// Waits until the threads of the last opening have let go of the database.
async fn let_go(house: &House) {
    let log = house.data().join("rows/db");
    while std::fs::File::open(&log).unwrap().try_lock().is_err() {
        tokio::task::yield_now().await;
    }
}
