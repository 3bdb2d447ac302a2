//! Comparisons: sent once, when all their results are there.

use lookalike::model::{
    Analysis, ChatId, Depth, MessageId, NewAnalysis, Outcome, PersonId, Refusal, Say,
};

use crate::ledger::RULES;
use crate::ledger::fixture::{DAY, TestLedger, every_store};

/// Returns a person's analyses, in the order in which they were submitted.
fn analyses(test: &TestLedger) -> Vec<Analysis> {
    test.ledger.analyses_of(PersonId(1)).unwrap()
}

/// Sends the outbox; returns what it says of comparisons, in short.
async fn sent_kinds(test: &TestLedger) -> Vec<&'static str> {
    let said = test.send_all().await.into_iter();
    let sent = said.filter_map(|outgoing| match outgoing.say {
        Say::Comparing { .. } => Some("comparing"),
        Say::ComparedPicture { .. } => Some("picture"),
        Say::Compared { .. } => Some("compared"),
        Say::Results(_) => Some("list"),
        _ => None,
    });
    sent.collect()
}

#[tokio::test]
async fn it_is_told_when_the_last_result_is_there() {
    every_store(|mut test| async move {
        test.compare(1, &["a", "b"]).await;
        assert_eq!(sent_kinds(&test).await, ["comparing"], "{}", test.name);
        let [one, other] = &analyses(&test)[..] else {
            panic!("{}: one analysis of each", test.name)
        };
        test.finish(one.id, "500", "a").await;
        assert_eq!(sent_kinds(&test).await, [] as [&str; 0], "{}", test.name);
        test.reopen().await;
        test.finish(other.id, "501", "b").await;
        assert_eq!(
            sent_kinds(&test).await,
            ["picture", "compared"],
            "{}",
            test.name
        );
        // Both results are there by now.
        test.compare(1, &["a", "b"]).await;
        assert_eq!(
            sent_kinds(&test).await,
            ["picture", "compared"],
            "{}",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_left_of_one_that_can_not_be_goes_on_for_its_own_sake() {
    every_store(|test| async move {
        test.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&test)[..] else {
            panic!("{}: one analysis of each", test.name)
        };
        assert!(one.compared && other.compared, "{}", test.name);
        test.cancel(1, one.id).await;
        assert_eq!(
            sent_kinds(&test).await,
            ["comparing", "compared"],
            "{}",
            test.name
        );
        assert!(!test.analysis(other.id).compared, "{}", test.name);
        test.finish(other.id, "501", "b").await;
        assert_eq!(sent_kinds(&test).await, ["list"], "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_one_of_them_meanwhile_gets_its_list_too() {
    every_store(|test| async move {
        test.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&test)[..] else {
            panic!("{}: one analysis of each", test.name)
        };
        test.submit(test.new_analysis(1, "a")).await;
        test.send_all().await;
        test.finish(one.id, "500", "a").await;
        assert_eq!(sent_kinds(&test).await, ["list"], "{}", test.name);
        test.finish(other.id, "501", "b").await;
        assert_eq!(
            sent_kinds(&test).await,
            ["picture", "compared"],
            "{}",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_group_that_gets_a_new_id_takes_it_along() {
    every_store(|test| async move {
        test.compare(1, &["a", "b"]).await;
        test.send_all().await;
        test.ledger
            .move_chat(ChatId(1), ChatId(-100))
            .await
            .unwrap();
        for (analysis, account) in analyses(&test).iter().zip(["500", "501"]) {
            test.finish(analysis.id, account, &analysis.handle.0).await;
        }
        let said = test.send_all().await;
        let sent = said.iter().find_map(|outgoing| match outgoing.say {
            Say::Compared { question, .. } => Some((outgoing.chat, question)),
            _ => None,
        });
        assert_eq!(sent, Some((ChatId(-100), MessageId(7))), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn more_than_one_person_may_ask_for_at_once_are_compared_as_far_as_they_go() {
    every_store(|test| async move {
        test.compare(1, &["a", "b", "c", "d", "e"]).await;
        let analyses = analyses(&test);
        let refused =
            |it: &&Analysis| matches!(it.outcome, Some(Outcome::Refused(Refusal::TooMany { .. })));
        assert_eq!(analyses.iter().filter(refused).count(), 2, "{}", test.name);
        for (analysis, account) in analyses.iter().zip(["500", "501", "502"]) {
            test.finish(analysis.id, account, &analysis.handle.0).await;
        }
        let sent = sent_kinds(&test).await;
        assert_eq!(sent, ["comparing", "picture", "compared"], "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn what_waits_to_be_compared_is_kept_when_it_is_no_longer_fresh() {
    every_store(|test| async move {
        test.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&test)[..] else {
            panic!("{}: one analysis of each", test.name)
        };
        test.finish(one.id, "500", "a").await;
        test.clock.advance(RULES.fresh_for + DAY);
        test.ledger.drop_aged().await.unwrap();
        let kept = test.crawl(one.id).reading_order;
        assert!(
            kept.is_some(),
            "{}: who follows it is still known",
            test.name
        );
        test.finish(other.id, "501", "b").await;
        test.ledger.drop_aged().await.unwrap();
        let kept = test.crawl(one.id).reading_order;
        assert_eq!(kept, None, "{}: it is compared by now", test.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_under_way_goes_as_deep_as_the_comparison_wants() {
    every_store(|test| async move {
        let quick = NewAnalysis {
            depth: Depth::Quick,
            ..test.new_analysis(1, "a")
        };
        let under_way = test.submit(quick).await;
        test.compare(1, &["a", "b"]).await;
        assert_eq!(
            test.analysis(under_way).depth,
            Depth::Normal,
            "{}",
            test.name
        );
        let deep = NewAnalysis {
            depth: Depth::Deep,
            ..test.new_analysis(1, "c")
        };
        let under_way = test.submit(deep).await;
        test.compare(1, &["b", "c"]).await;
        assert_eq!(test.analysis(under_way).depth, Depth::Deep, "{}", test.name);
    })
    .await;
}
