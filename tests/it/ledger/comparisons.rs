//! Comparisons: told once, when nothing of them is still to come.

use lookalike::model::{
    Analysis, ChatId, Depth, MessageId, NewAnalysis, Outcome, PersonId, Refusal, Say,
};

use crate::ledger::RULES;
use crate::ledger::kit::{DAY, Desk, every_store};

/// The person's analyses, in the order in which they were asked for.
fn analyses(desk: &Desk) -> Vec<Analysis> {
    desk.ledger.analyses_of(PersonId(1)).unwrap()
}

/// What is said of comparisons, in short.
async fn told(desk: &Desk) -> Vec<&'static str> {
    let said = desk.say_all().await.into_iter();
    let told = said.filter_map(|outgoing| match outgoing.say {
        Say::Comparing { .. } => Some("comparing"),
        Say::ComparedPicture { .. } => Some("picture"),
        Say::Compared { .. } => Some("compared"),
        Say::Results(_) => Some("list"),
        _ => None,
    });
    told.collect()
}

#[tokio::test]
async fn it_is_told_when_the_last_result_is_there() {
    every_store(|mut desk| async move {
        desk.compare(1, &["a", "b"]).await;
        assert_eq!(told(&desk).await, ["comparing"], "{}", desk.name);
        let [one, other] = &analyses(&desk)[..] else {
            panic!("{}: one analysis of each", desk.name)
        };
        desk.finish(one.id, "500", "a").await;
        assert_eq!(told(&desk).await, [] as [&str; 0], "{}", desk.name);
        desk.reopen().await;
        desk.finish(other.id, "501", "b").await;
        assert_eq!(told(&desk).await, ["picture", "compared"], "{}", desk.name);
        // Both are there by now.
        desk.compare(1, &["a", "b"]).await;
        assert_eq!(told(&desk).await, ["picture", "compared"], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_left_of_one_that_can_not_be_goes_on_for_its_own_sake() {
    every_store(|desk| async move {
        desk.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&desk)[..] else {
            panic!("{}: one analysis of each", desk.name)
        };
        assert!(one.compared && other.compared, "{}", desk.name);
        desk.cancel(1, one.id).await;
        assert_eq!(
            told(&desk).await,
            ["comparing", "compared"],
            "{}",
            desk.name
        );
        assert!(!desk.analysis(other.id).compared, "{}", desk.name);
        desk.finish(other.id, "501", "b").await;
        assert_eq!(told(&desk).await, ["list"], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_one_of_them_meanwhile_gets_its_list_too() {
    every_store(|desk| async move {
        desk.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&desk)[..] else {
            panic!("{}: one analysis of each", desk.name)
        };
        desk.submit(desk.wish(1, "a")).await;
        desk.say_all().await;
        desk.finish(one.id, "500", "a").await;
        assert_eq!(told(&desk).await, ["list"], "{}", desk.name);
        desk.finish(other.id, "501", "b").await;
        assert_eq!(told(&desk).await, ["picture", "compared"], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_group_that_gets_a_new_id_takes_it_along() {
    every_store(|desk| async move {
        desk.compare(1, &["a", "b"]).await;
        desk.say_all().await;
        desk.ledger
            .move_chat(ChatId(1), ChatId(-100))
            .await
            .unwrap();
        for (analysis, account) in analyses(&desk).iter().zip(["500", "501"]) {
            desk.finish(analysis.id, account, &analysis.handle.0).await;
        }
        let said = desk.say_all().await;
        let told = said.iter().find_map(|outgoing| match outgoing.say {
            Say::Compared { question, .. } => Some((outgoing.chat, question)),
            _ => None,
        });
        assert_eq!(told, Some((ChatId(-100), MessageId(7))), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn more_than_one_person_may_ask_for_at_once_are_compared_as_far_as_they_go() {
    every_store(|desk| async move {
        desk.compare(1, &["a", "b", "c", "d", "e"]).await;
        let analyses = analyses(&desk);
        let refused =
            |it: &&Analysis| matches!(it.outcome, Some(Outcome::Refused(Refusal::TooMany { .. })));
        assert_eq!(analyses.iter().filter(refused).count(), 2, "{}", desk.name);
        for (analysis, account) in analyses.iter().zip(["500", "501", "502"]) {
            desk.finish(analysis.id, account, &analysis.handle.0).await;
        }
        let told = told(&desk).await;
        assert_eq!(told, ["comparing", "picture", "compared"], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_waits_to_be_compared_is_not_let_go_of_when_it_is_fresh_no_more() {
    every_store(|desk| async move {
        desk.compare(1, &["a", "b"]).await;
        let [one, other] = &analyses(&desk)[..] else {
            panic!("{}: one analysis of each", desk.name)
        };
        desk.finish(one.id, "500", "a").await;
        desk.clock.advance(RULES.fresh_for + DAY);
        desk.ledger.drop_aged().await.unwrap();
        let kept = desk.crawl(one.id).reading_order;
        assert!(
            kept.is_some(),
            "{}: who follows it is still known",
            desk.name
        );
        desk.finish(other.id, "501", "b").await;
        desk.ledger.drop_aged().await.unwrap();
        let kept = desk.crawl(one.id).reading_order;
        assert_eq!(kept, None, "{}: it is compared by now", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_under_way_goes_as_deep_as_the_comparison_wants() {
    every_store(|desk| async move {
        let quick = NewAnalysis {
            depth: Depth::Quick,
            ..desk.wish(1, "a")
        };
        let under_way = desk.submit(quick).await;
        desk.compare(1, &["a", "b"]).await;
        assert_eq!(
            desk.analysis(under_way).depth,
            Depth::Normal,
            "{}",
            desk.name
        );
        let deep = NewAnalysis {
            depth: Depth::Deep,
            ..desk.wish(1, "c")
        };
        let under_way = desk.submit(deep).await;
        desk.compare(1, &["b", "c"]).await;
        assert_eq!(desk.analysis(under_way).depth, Depth::Deep, "{}", desk.name);
    })
    .await;
}
