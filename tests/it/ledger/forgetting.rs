//! The disk forgets, too: all rows are written anew, once nothing is left to be said to whoever was forgotten. What they
//! have had of the day is forgotten when that is over.

use lookalike::ledger::{Change, Erasure};
use lookalike::model::{
    AnalysisId, ChatId, Facts, NewAnalysis, Outcome, Outgoing, PersonId, Refusal, Say, TaskOutput,
};

use crate::ledger::kit::{DAY, Desk, every_store, profile};

/// A number unlike any other.
const VERA: PersonId = PersonId(7_345_112_908);

/// What she asks for where look-ups are paid for, and a day allows two searches.
fn wish(desk: &Desk, handle: &str) -> NewAnalysis {
    NewAnalysis {
        agreed: false,
        charged: true,
        quota: Some(2),
        ..desk.wish(VERA.0, handle)
    }
}

fn is_over_quota(desk: &Desk, id: AnalysisId) -> bool {
    let outcome = desk.analysis(id).outcome;
    matches!(outcome, Some(Outcome::Refused(Refusal::Quota { .. })))
}

/// Has the disk forget, if there is anything; says how often it did so far.
async fn rewrites(desk: &Desk) -> u64 {
    desk.ledger.erase_on_disk(|| true).await.unwrap();
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
        let spoken_to = desk.ledger.erase_on_disk(|| true).await.unwrap();
        assert_eq!(spoken_to, Erasure::Postponed, "{}", desk.name);
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
        let full = desk.ledger.erase_on_disk(|| true).await.unwrap();
        assert_eq!(full, Erasure::Failed, "{}", desk.name);
        desk.watched.fill_up(false);
        let stopped = desk.ledger.erase_on_disk(|| false).await.unwrap();
        assert_eq!(stopped, Erasure::Postponed, "{}", desk.name);
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

#[tokio::test]
async fn who_is_forgotten_has_had_the_searches_of_the_day() {
    every_store(|mut desk| async move {
        for handle in ["a", "b"] {
            let id = desk.submit(wish(&desk, handle)).await;
            assert!(!is_over_quota(&desk, id), "{}: @{handle}", desk.name);
            desk.update(Change::Forget { person: VERA }).await;
        }
        desk.say_all().await;
        assert_eq!(desk.telling(VERA), Vec::<String>::new(), "{}", desk.name);
        desk.reopen().await;
        let third = desk.submit(wish(&desk, "c")).await;
        assert!(is_over_quota(&desk, third), "{}", desk.name);
        let other = desk.submit(desk.wish(2, "c")).await;
        assert!(!is_over_quota(&desk, other), "{}: it is hers", desk.name);
        desk.clock.advance(DAY);
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(desk.counted(), 0, "{}: the day is over", desk.name);
        let next = desk.submit(wish(&desk, "d")).await;
        assert!(!is_over_quota(&desk, next), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_has_had_the_look_ups_that_were_paid_for() {
    every_store(|desk| async move {
        let done = desk.submit(wish(&desk, "a")).await;
        let found = || TaskOutput::of(Facts::Account(profile("500", "a", 1_000)));
        desk.step(done, found()).await;
        desk.update(Change::Forget { person: VERA }).await;
        let under_way = desk.submit(wish(&desk, "b")).await;
        let lease = desk.take(under_way).await;
        desk.update(Change::Forget { person: VERA }).await;
        desk.say_all().await;
        assert_eq!(desk.telling(VERA), Vec::<String>::new(), "{}", desk.name);
        desk.ledger.complete(&lease, found(), 1).await.unwrap();
        let free = NewAnalysis {
            quota: None,
            ..wish(&desk, "c")
        };
        let id = desk.submit(free).await;
        let paid = || desk.ledger.looked_up_today(&desk.crawl(id)).unwrap();
        assert_eq!(paid().requests, 2, "{}", desk.name);
        desk.clock.advance(DAY);
        assert_eq!(paid().requests, 0, "{}: the next day", desk.name);
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(desk.counted(), 0, "{}", desk.name);
    })
    .await;
}
