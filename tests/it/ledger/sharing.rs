//! Who is served by which crawl, on every store: one for all who ask for the same.

use std::time::Duration;

use lookalike::ledger::{Change, Completion};
use lookalike::model::{
    ChatId, Depth, Facts, NewAnalysis, Outcome, OutgoingId, PersonId, Refusal, Say, ShareId,
    Source, StageName, Status, TaskOutput,
};

use crate::ledger::kit::{RULES, every_store};

#[tokio::test]
async fn two_people_share_one_crawl() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        let second = desk.submit(desk.wish(2, "NASA")).await;
        assert_eq!(desk.crawl(first).id, desk.crawl(second).id);
        desk.verify(first, "500", "nasa").await;
        let third = desk.submit(desk.wish(3, "nasa")).await;
        assert_eq!(desk.crawl(third).wanted_by, [first, second, third]);
        desk.say_all().await;
        desk.bring_to(first, StageName::Deliver).await;
        desk.step(first, TaskOutput::of(Facts::Delivered)).await;
        let chats: Vec<i64> = desk.unsent().iter().map(|it| it.chat.0).collect();
        assert_eq!(chats, [1, 1, 1, 2, 2, 2, 3, 3, 3], "everybody is told all");
    })
    .await;
}

#[tokio::test]
async fn two_handles_of_one_account_become_one_crawl() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(first, "500", "nasa").await;
        let mut wish = desk.wish(2, "old_nasa");
        wish.priority = 5;
        let second = desk.submit(wish).await;
        let own = desk.crawl(second).id;
        assert_ne!(own, desk.crawl(first).id);
        assert_eq!(desk.verify(second, "500", "nasa").await, Completion::Over);
        assert_eq!(desk.crawl(second).id, desk.crawl(first).id);
        assert_eq!(desk.crawl(first).priority, 5, "the higher priority counts");
        let merged = desk.ledger.crawl(own).unwrap().unwrap();
        assert_eq!(merged.status, Status::Dropped);
        let third = desk.submit(desk.wish(3, "old_nasa")).await;
        assert_eq!(
            desk.crawl(third).id,
            desk.crawl(first).id,
            "{}: the other handle is known from then on",
            desk.name
        );
        // The same once the result is there.
        desk.bring_to(first, StageName::Deliver).await;
        desk.step(first, TaskOutput::of(Facts::Delivered)).await;
        let fourth = desk.submit(desk.wish(4, "new_nasa")).await;
        desk.verify(fourth, "500", "nasa").await;
        let made_at = desk.crawl(first).ended_at;
        assert!(made_at.is_some());
        assert_eq!(
            desk.analysis(fourth).outcome,
            Some(Outcome::Delivered { made_at })
        );
        assert_eq!(desk.crawl(fourth).id, desk.crawl(first).id);
    })
    .await;
}

#[tokio::test]
async fn a_fresh_result_serves_and_an_old_one_does_not() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        desk.say_all().await;
        desk.clock.advance(RULES.fresh_for);
        let again = desk.submit(desk.wish(2, "nasa")).await;
        assert_eq!(desk.crawl(again).id, desk.crawl(first).id);
        assert!(
            desk.analysis(again).outcome.is_some(),
            "it is there at once"
        );
        assert_eq!(
            desk.unsent().len(),
            3,
            "the bubble, the picture and the list"
        );
        desk.clock.advance(Duration::from_secs(1));
        let old = desk.submit(desk.wish(3, "nasa")).await;
        assert_ne!(desk.crawl(old).id, desk.crawl(first).id);
        assert_eq!(desk.crawl(old).status, Status::Verifying);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_crawls_anew_though_a_fresh_result_is_there() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        let mut wish = desk.wish(2, "nasa");
        wish.refresh = true;
        let second = desk.submit(wish).await;
        assert_ne!(desk.crawl(second).id, desk.crawl(first).id);
        desk.finish(second, "500", "nasa").await;
        let third = desk.submit(desk.wish(3, "nasa")).await;
        assert_eq!(
            desk.crawl(third).id,
            desk.crawl(second).id,
            "{}: from then on the new result serves",
            desk.name
        );
        let outcome = desk.analysis(third).outcome;
        let is_there = matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) }));
        assert!(is_there, "{}: at once: {outcome:?}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_joins_a_look_up_is_still_a_refresh() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        let second = desk.submit(desk.wish(2, "old_nasa")).await;
        let mut wish = desk.wish(3, "old_nasa");
        wish.refresh = true;
        let third = desk.submit(wish).await;
        assert_eq!(desk.crawl(second).id, desk.crawl(third).id);
        desk.verify(third, "500", "nasa").await;
        assert_eq!(
            desk.analysis(third).outcome,
            None,
            "{}: who asked for a refresh is not given the old result",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_has_the_same_analysis_twice_or_too_many() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "a")).await;
        let again = desk.submit(desk.wish(1, "A")).await;
        let refused = |refusal| Some(Outcome::Refused(refusal));
        assert_eq!(
            desk.analysis(again).outcome,
            refused(Refusal::AlreadyRunning(first))
        );
        let mut elsewhere = desk.wish(1, "a");
        elsewhere.chat = ChatId(-7);
        let elsewhere = desk.submit(elsewhere).await;
        assert_eq!(desk.analysis(elsewhere).outcome, None, "another chat may");
        desk.submit(desk.wish(1, "b")).await;
        let fourth = desk.submit(desk.wish(1, "c")).await;
        assert_eq!(
            desk.analysis(fourth).outcome,
            refused(Refusal::TooMany { limit: 3 })
        );
        desk.cancel(1, first).await;
        let now = desk.submit(desk.wish(1, "c")).await;
        assert_eq!(desk.analysis(now).outcome, None, "there is room again");
        let other = desk.submit(desk.wish(2, "c")).await;
        assert_eq!(desk.analysis(other).outcome, None, "others are not counted");
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_more_of_what_is_under_way_gets_more() {
    every_store(|desk| async move {
        let wish = |depth| NewAnalysis {
            depth,
            ..desk.wish(1, "nasa")
        };
        let first = desk.submit(wish(Depth::Quick)).await;
        for (asked, expected) in [(Depth::Full, Depth::Full), (Depth::Quick, Depth::Full)] {
            desk.submit(wish(asked)).await;
            let depths = (desk.analysis(first).depth, desk.crawl(first).depth);
            assert_eq!(depths, (expected, expected), "{}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn no_link_to_a_result_is_left_once_one_is_taken_back() {
    every_store(|desk| async move {
        let links = ["one", "other"].map(|link| ShareId(link.to_owned()));
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.finish(first, "500", "nasa").await;
        let second = desk.submit(desk.wish(1, "nasa")).await;
        let person = PersonId(1);
        for (analysis, share) in [first, second].into_iter().zip(links.clone()) {
            desk.update(Change::Share {
                analysis,
                person,
                share,
            })
            .await;
        }
        let shown = |link| desk.ledger.behind_link(link).unwrap().is_some();
        assert!(links.iter().all(shown), "{}", desk.name);
        let analysis = second;
        desk.update(Change::Unshare { analysis, person }).await;
        assert!(!links.iter().any(shown), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_crawl_goes_on_while_anybody_wants_it() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "nasa")).await;
        let second = desk.submit(desk.wish(2, "nasa")).await;
        desk.cancel(2, first).await;
        assert_eq!(
            desk.analysis(first).outcome,
            None,
            "it is not theirs to cancel"
        );
        desk.cancel(1, first).await;
        desk.cancel(1, first).await;
        assert_eq!(desk.analysis(first).outcome, Some(Outcome::Cancelled));
        assert_eq!(desk.crawl(second).wanted_by, [second]);
        desk.verify(second, "500", "nasa").await;
        let crawl = desk.crawl(second).id;
        desk.cancel(2, second).await;
        assert_eq!(desk.crawl(second).status, Status::Dropped);
        assert_eq!(desk.lease(StageName::Followers, crawl).await, None);
        let anew = desk.submit(desk.wish(1, "nasa")).await;
        assert_ne!(desk.crawl(anew).id, crawl, "a dropped crawl is not found");
    })
    .await;
}

#[tokio::test]
async fn who_runs_a_group_ends_what_is_of_the_group_and_is_answered_once() {
    every_store(|desk| async move {
        let group = ChatId(-7);
        let mut wish = desk.wish(1, "nasa");
        wish.chat = group;
        let theirs = desk.submit(wish).await;
        let elsewhere = desk.submit(desk.wish(2, "nasa")).await;
        desk.say_all().await;
        let asked = Say::Overrule {
            analyses: vec![theirs, elsewhere],
            person: PersonId(3),
            asked: Source::Pressed("press".into()),
        };
        desk.ledger.say(group, asked).await.unwrap();
        let (id, _) = desk.ledger.unsent(OutgoingId(0), 1).unwrap().remove(0);
        let answer = Say::Answer {
            callback: "press".into(),
            text: None,
        };
        // As after a crash between the two.
        for _ in 0..2 {
            let both = vec![theirs, elsewhere];
            let overruled = desk.ledger.overruled(id, both, answer.clone());
            overruled.await.unwrap();
        }
        assert_eq!(desk.analysis(theirs).outcome, Some(Outcome::Overruled));
        assert_eq!(desk.analysis(elsewhere).outcome, None, "{}", desk.name);
        assert_eq!(desk.crawl(elsewhere).wanted_by, [elsewhere]);
        let said: Vec<Say> = desk.unsent().into_iter().map(|it| it.say).collect();
        assert_eq!(said, [Say::Bubble(theirs), answer]);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_ends_nothing_any_more() {
    every_store(|desk| async move {
        let asked = |person| Say::Overrule {
            analyses: Vec::new(),
            person: PersonId(person),
            asked: Source::Pressed("press".into()),
        };
        for person in [1, 2] {
            desk.ledger.say(ChatId(-7), asked(person)).await.unwrap();
        }
        let person = PersonId(1);
        desk.update(Change::Forget { person }).await;
        let said: Vec<Say> = desk.unsent().into_iter().map(|it| it.say).collect();
        assert_eq!(said, [asked(2)], "{}", desk.name);
    })
    .await;
}
