//! The disk forgets, too: all rows are rewritten once nothing is left to send to whoever was forgotten. What they have
//! asked for on a day is forgotten when that is over.

use lookalike::ledger::{Change, Erasure};
use lookalike::model::{
    AnalysisId, ChatId, Facts, NewAnalysis, Outcome, Outgoing, PersonId, Refusal, Say, TaskOutput,
};

use crate::ledger::fixture::{DAY, TestLedger, every_store, profile};

/// A number that occurs nowhere else.
const VERA: PersonId = PersonId(7_345_112_908);

/// Returns an analysis of hers where look-ups are paid for and a day allows two searches.
fn paid_request(test: &TestLedger, handle: &str) -> NewAnalysis {
    NewAnalysis {
        agreed: false,
        charged: true,
        quota: Some(2),
        ..test.new_analysis(VERA.0, handle)
    }
}

fn is_over_quota(test: &TestLedger, id: AnalysisId) -> bool {
    let outcome = test.analysis(id).outcome;
    matches!(outcome, Some(Outcome::Refused(Refusal::Quota { .. })))
}

/// Rewrites the rows if something is to be forgotten; returns how often that has been done.
async fn rewrites(test: &TestLedger) -> u64 {
    test.ledger.erase_on_disk(|| true).await.unwrap();
    test.checked.rewrites()
}

/// Forgets a person, with the text that says so.
async fn is_forgotten(test: &TestLedger, person: u64) {
    let person = PersonId(person);
    test.update(Change::Forget { person }).await;
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
        test.update(Change::Say(Outgoing {
            chat,
            place: None,
            say,
        }))
        .await;
    }
}

#[tokio::test]
async fn rows_are_rewritten_after_the_last_message_and_not_again() {
    every_store(|test| async move {
        test.submit(test.new_analysis(1, "a")).await;
        test.send_all().await;
        assert_eq!(rewrites(&test).await, 0, "{}: nobody wants it", test.name);
        is_forgotten(&test, 1).await;
        let spoken_to = test.ledger.erase_on_disk(|| true).await.unwrap();
        assert_eq!(spoken_to, Erasure::Postponed, "{}", test.name);
        assert_eq!(test.checked.rewrites(), 1, "{}", test.name);
        let again = rewrites(&test).await;
        assert_eq!(again, 2, "{}: he is still spoken to", test.name);
        test.send_all().await;
        assert_eq!(rewrites(&test).await, 3, "{}", test.name);
        assert_eq!(rewrites(&test).await, 3, "{}: it is done", test.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_stopped_or_has_no_room_is_done_another_time() {
    every_store(|mut test| async move {
        is_forgotten(&test, 1).await;
        test.send_all().await;
        test.checked.set_full(true);
        let full = test.ledger.erase_on_disk(|| true).await.unwrap();
        assert_eq!(full, Erasure::Failed, "{}", test.name);
        test.checked.set_full(false);
        let stopped = test.ledger.erase_on_disk(|| false).await.unwrap();
        assert_eq!(stopped, Erasure::Postponed, "{}", test.name);
        assert_eq!(test.checked.rewrites(), 0, "{}", test.name);
        test.reopen().await;
        test.submit(test.new_analysis(2, "b")).await;
        assert_eq!(rewrites(&test).await, 1, "{}", test.name);
        assert_eq!(rewrites(&test).await, 1, "{}: it is done", test.name);
        assert_eq!(test.ledger.analyses_of(PersonId(2)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_taken_back_leaves_no_trace_either() {
    every_store(|test| async move {
        test.has_key(1).await;
        test.send_all().await;
        assert_eq!(rewrites(&test).await, 0, "{}: it is still there", test.name);
        let (person, network) = (PersonId(1), test.network.clone());
        test.update(Change::TakeKeyBack { person, network }).await;
        assert_eq!(rewrites(&test).await, 1, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_has_had_the_searches_of_the_day() {
    every_store(|mut test| async move {
        for handle in ["a", "b"] {
            let id = test.submit(paid_request(&test, handle)).await;
            assert!(!is_over_quota(&test, id), "{}: @{handle}", test.name);
            test.update(Change::Forget { person: VERA }).await;
        }
        test.send_all().await;
        assert_eq!(
            test.rows_naming(VERA),
            Vec::<String>::new(),
            "{}",
            test.name
        );
        test.reopen().await;
        let third = test.submit(paid_request(&test, "c")).await;
        assert!(is_over_quota(&test, third), "{}", test.name);
        let other = test.submit(test.new_analysis(2, "c")).await;
        assert!(!is_over_quota(&test, other), "{}: it is hers", test.name);
        test.clock.advance(DAY);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(test.quota_rows(), 0, "{}: the day is over", test.name);
        let next = test.submit(paid_request(&test, "d")).await;
        assert!(!is_over_quota(&test, next), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_has_had_the_look_ups_that_were_paid_for() {
    every_store(|test| async move {
        let done = test.submit(paid_request(&test, "a")).await;
        let found = || TaskOutput::of(Facts::Account(profile("500", "a", 1_000)));
        test.complete_next(done, found()).await;
        test.update(Change::Forget { person: VERA }).await;
        let under_way = test.submit(paid_request(&test, "b")).await;
        let lease = test.take_lease(under_way).await;
        test.update(Change::Forget { person: VERA }).await;
        test.send_all().await;
        assert_eq!(
            test.rows_naming(VERA),
            Vec::<String>::new(),
            "{}",
            test.name
        );
        test.ledger.complete(&lease, found(), 1).await.unwrap();
        let free = NewAnalysis {
            quota: None,
            ..paid_request(&test, "c")
        };
        let id = test.submit(free).await;
        let paid = || test.ledger.looked_up_today(&test.crawl(id)).unwrap();
        assert_eq!(paid().requests, 2, "{}", test.name);
        test.clock.advance(DAY);
        assert_eq!(paid().requests, 0, "{}: the next day", test.name);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(test.quota_rows(), 0, "{}", test.name);
    })
    .await;
}
