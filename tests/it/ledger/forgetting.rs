//! The disk forgets, too: all rows are written anew, once nothing is left to be said to whoever was forgotten.

use lookalike::ledger::{Change, OnDisk};
use lookalike::model::{ChatId, Outgoing, PersonId, Say};

use crate::ledger::kit::{Desk, every_store};

/// Has the disk forget, if there is anything; says how often it did so far.
async fn rewrites(desk: &Desk) -> u64 {
    desk.ledger.forget_on_disk(|| true).await.unwrap();
    desk.watched.rewrites()
}

/// With the words that go with it.
async fn is_forgotten(desk: &Desk, person: u64) {
    let person = PersonId(person);
    desk.update(Change::Forget { person }).await;
    let chat = ChatId(person.0 as i64);
    let done = Say::Text {
        html: "Done".into(),
        buttons: Vec::new(),
        reply_to: None,
    };
    let answer = Say::Answer {
        callback: "press".into(),
        text: None,
    };
    for say in [done, answer] {
        desk.update(Change::Say(Outgoing {
            chat,
            place: None,
            say,
        }))
        .await;
    }
}

#[tokio::test]
async fn rows_are_written_anew_after_the_last_word_and_no_more_then() {
    every_store(|desk| async move {
        desk.submit(desk.wish(1, "a")).await;
        desk.say_all().await;
        assert_eq!(rewrites(&desk).await, 0, "{}: nobody wants it", desk.name);
        is_forgotten(&desk, 1).await;
        let spoken_to = desk.ledger.forget_on_disk(|| true).await.unwrap();
        assert_eq!(spoken_to, OnDisk::PutOff, "{}", desk.name);
        assert_eq!(desk.watched.rewrites(), 1, "{}", desk.name);
        let again = rewrites(&desk).await;
        assert_eq!(again, 2, "{}: he is still spoken to", desk.name);
        desk.say_all().await;
        assert_eq!(rewrites(&desk).await, 3, "{}", desk.name);
        assert_eq!(rewrites(&desk).await, 3, "{}: it is done", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_stopped_or_has_no_room_is_done_another_time() {
    every_store(|mut desk| async move {
        is_forgotten(&desk, 1).await;
        desk.say_all().await;
        desk.watched.fill_up(true);
        let full = desk.ledger.forget_on_disk(|| true).await.unwrap();
        assert_eq!(full, OnDisk::Failed, "{}", desk.name);
        desk.watched.fill_up(false);
        let stopped = desk.ledger.forget_on_disk(|| false).await.unwrap();
        assert_eq!(stopped, OnDisk::PutOff, "{}", desk.name);
        assert_eq!(desk.watched.rewrites(), 0, "{}", desk.name);
        desk.reopen().await;
        desk.submit(desk.wish(2, "b")).await;
        assert_eq!(rewrites(&desk).await, 1, "{}", desk.name);
        assert_eq!(rewrites(&desk).await, 1, "{}: it is done", desk.name);
        assert_eq!(desk.ledger.analyses_of(PersonId(2)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_taken_back_leaves_no_trace_either() {
    every_store(|desk| async move {
        desk.has_key(1).await;
        desk.say_all().await;
        assert_eq!(rewrites(&desk).await, 0, "{}: it is still there", desk.name);
        let (person, network) = (PersonId(1), desk.network.clone());
        desk.update(Change::TakeKeyBack { person, network }).await;
        assert_eq!(rewrites(&desk).await, 1, "{}", desk.name);
    })
    .await;
}
