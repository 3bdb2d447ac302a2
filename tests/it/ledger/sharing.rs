//! Shared crawls, on every store: one crawl serves all who ask for the same.

use std::time::Duration;

use lookalike::ledger::{Change, Completion};
use lookalike::model::{
    ChatId, Depth, Facts, NewAnalysis, Outcome, OutgoingId, PersonId, Refusal, Say, ShareId,
    Source, StageName, Status, TaskOutput,
};

use crate::ledger::fixture::{RULES, every_store};

#[tokio::test]
async fn two_people_share_one_crawl() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        let second = test.submit(test.new_analysis(2, "NASA")).await;
        assert_eq!(test.crawl(first).id, test.crawl(second).id);
        test.verify(first, "500", "nasa").await;
        let third = test.submit(test.new_analysis(3, "nasa")).await;
        assert_eq!(test.crawl(third).wanted_by, [first, second, third]);
        test.send_all().await;
        test.advance_to(first, StageName::Deliver).await;
        test.complete_next(first, TaskOutput::of(Facts::Delivered))
            .await;
        let chats: Vec<i64> = test.unsent().iter().map(|it| it.chat.0).collect();
        assert_eq!(chats, [1, 1, 1, 2, 2, 2, 3, 3, 3], "everybody is told all");
    })
    .await;
}

#[tokio::test]
async fn two_handles_of_one_account_become_one_crawl() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(first, "500", "nasa").await;
        let mut request = test.new_analysis(2, "old_nasa");
        request.priority = 5;
        let second = test.submit(request).await;
        let own = test.crawl(second).id;
        assert_ne!(own, test.crawl(first).id);
        assert_eq!(test.verify(second, "500", "nasa").await, Completion::Over);
        assert_eq!(test.crawl(second).id, test.crawl(first).id);
        assert_eq!(test.crawl(first).priority, 5, "the higher priority counts");
        let merged = test.ledger.crawl(own).unwrap().unwrap();
        assert_eq!(merged.status, Status::Dropped);
        let third = test.submit(test.new_analysis(3, "old_nasa")).await;
        assert_eq!(
            test.crawl(third).id,
            test.crawl(first).id,
            "{}: the other handle is known from then on",
            test.name
        );
        // The same holds once the result is there.
        test.advance_to(first, StageName::Deliver).await;
        test.complete_next(first, TaskOutput::of(Facts::Delivered))
            .await;
        let fourth = test.submit(test.new_analysis(4, "new_nasa")).await;
        test.verify(fourth, "500", "nasa").await;
        let made_at = test.crawl(first).ended_at;
        assert!(made_at.is_some());
        assert_eq!(
            test.analysis(fourth).outcome,
            Some(Outcome::Delivered { made_at })
        );
        assert_eq!(test.crawl(fourth).id, test.crawl(first).id);
    })
    .await;
}

#[tokio::test]
async fn a_fresh_result_serves_and_an_old_one_does_not() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.finish(first, "500", "nasa").await;
        test.send_all().await;
        test.clock.advance(RULES.fresh_for);
        let again = test.submit(test.new_analysis(2, "nasa")).await;
        assert_eq!(test.crawl(again).id, test.crawl(first).id);
        assert!(
            test.analysis(again).outcome.is_some(),
            "it is there at once"
        );
        assert_eq!(
            test.unsent().len(),
            3,
            "the bubble, the picture and the list"
        );
        test.clock.advance(Duration::from_secs(1));
        let old = test.submit(test.new_analysis(3, "nasa")).await;
        assert_ne!(test.crawl(old).id, test.crawl(first).id);
        assert_eq!(test.crawl(old).status, Status::Verifying);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_crawls_again_though_a_fresh_result_is_there() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.finish(first, "500", "nasa").await;
        let mut request = test.new_analysis(2, "nasa");
        request.refresh = true;
        let second = test.submit(request).await;
        assert_ne!(test.crawl(second).id, test.crawl(first).id);
        test.finish(second, "500", "nasa").await;
        let third = test.submit(test.new_analysis(3, "nasa")).await;
        assert_eq!(
            test.crawl(third).id,
            test.crawl(second).id,
            "{}: from then on the new result serves",
            test.name
        );
        let outcome = test.analysis(third).outcome;
        let is_there = matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) }));
        assert!(is_there, "{}: at once: {outcome:?}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_joins_a_look_up_is_still_a_refresh() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.finish(first, "500", "nasa").await;
        let second = test.submit(test.new_analysis(2, "old_nasa")).await;
        let mut request = test.new_analysis(3, "old_nasa");
        request.refresh = true;
        let third = test.submit(request).await;
        assert_eq!(test.crawl(second).id, test.crawl(third).id);
        test.verify(third, "500", "nasa").await;
        assert_eq!(
            test.analysis(third).outcome,
            None,
            "{}: who asked for a refresh is not given the old result",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_has_the_same_analysis_twice_or_too_many() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "a")).await;
        let again = test.submit(test.new_analysis(1, "A")).await;
        let refused = |refusal| Some(Outcome::Refused(refusal));
        assert_eq!(
            test.analysis(again).outcome,
            refused(Refusal::AlreadyRunning(first))
        );
        let mut elsewhere = test.new_analysis(1, "a");
        elsewhere.chat = ChatId(-7);
        let elsewhere = test.submit(elsewhere).await;
        assert_eq!(test.analysis(elsewhere).outcome, None, "another chat may");
        test.submit(test.new_analysis(1, "b")).await;
        let fourth = test.submit(test.new_analysis(1, "c")).await;
        assert_eq!(
            test.analysis(fourth).outcome,
            refused(Refusal::TooMany { limit: 3 })
        );
        test.cancel(1, first).await;
        let now = test.submit(test.new_analysis(1, "c")).await;
        assert_eq!(test.analysis(now).outcome, None, "there is room again");
        let other = test.submit(test.new_analysis(2, "c")).await;
        assert_eq!(test.analysis(other).outcome, None, "others are not counted");
    })
    .await;
}

#[tokio::test]
async fn who_asks_for_more_of_what_is_under_way_gets_more() {
    every_store(|test| async move {
        let request = |depth| NewAnalysis {
            depth,
            ..test.new_analysis(1, "nasa")
        };
        let first = test.submit(request(Depth::Quick)).await;
        for (asked, expected) in [(Depth::Full, Depth::Full), (Depth::Quick, Depth::Full)] {
            test.submit(request(asked)).await;
            let depths = (test.analysis(first).depth, test.crawl(first).depth);
            assert_eq!(depths, (expected, expected), "{}", test.name);
        }
    })
    .await;
}

#[tokio::test]
async fn no_link_to_a_result_is_left_once_one_is_taken_back() {
    every_store(|test| async move {
        let links = ["one", "other"].map(|link| ShareId(link.to_owned()));
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.finish(first, "500", "nasa").await;
        let second = test.submit(test.new_analysis(1, "nasa")).await;
        let person = PersonId(1);
        for (analysis, share) in [first, second].into_iter().zip(links.clone()) {
            test.update(Change::Share {
                analysis,
                person,
                share,
            })
            .await;
        }
        let shown = |link| test.ledger.behind_link(link).unwrap().is_some();
        assert!(links.iter().all(shown), "{}", test.name);
        let analysis = second;
        test.update(Change::Unshare { analysis, person }).await;
        assert!(!links.iter().any(shown), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_crawl_goes_on_while_anybody_wants_it() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        let second = test.submit(test.new_analysis(2, "nasa")).await;
        test.cancel(2, first).await;
        assert_eq!(
            test.analysis(first).outcome,
            None,
            "it is not theirs to cancel"
        );
        test.cancel(1, first).await;
        test.cancel(1, first).await;
        assert_eq!(test.analysis(first).outcome, Some(Outcome::Cancelled));
        assert_eq!(test.crawl(second).wanted_by, [second]);
        test.verify(second, "500", "nasa").await;
        let crawl = test.crawl(second).id;
        test.cancel(2, second).await;
        assert_eq!(test.crawl(second).status, Status::Dropped);
        assert_eq!(test.lease(StageName::Followers, crawl).await, None);
        let renewed = test.submit(test.new_analysis(1, "nasa")).await;
        assert_ne!(
            test.crawl(renewed).id,
            crawl,
            "a dropped crawl is not found"
        );
    })
    .await;
}

#[tokio::test]
async fn who_runs_a_group_ends_what_is_of_the_group_and_is_answered_once() {
    every_store(|test| async move {
        let group = ChatId(-7);
        let mut request = test.new_analysis(1, "nasa");
        request.chat = group;
        let theirs = test.submit(request).await;
        let elsewhere = test.submit(test.new_analysis(2, "nasa")).await;
        test.send_all().await;
        let asked = Say::Overrule {
            analyses: vec![theirs, elsewhere],
            person: PersonId(3),
            asked: Source::Pressed("press".into()),
        };
        test.ledger.say(group, asked).await.unwrap();
        let (id, _) = test.ledger.unsent(OutgoingId(0), 1).unwrap().remove(0);
        let answer = Say::Answer {
            callback: "press".into(),
            text: None,
        };
        // As after a crash between the two.
        for _ in 0..2 {
            let both = vec![Change::Overrule {
                chat: group,
                analyses: vec![theirs, elsewhere],
            }];
            let overruled = test.ledger.overruled(id, both, answer.clone());
            overruled.await.unwrap();
        }
        assert_eq!(test.analysis(theirs).outcome, Some(Outcome::Overruled));
        assert_eq!(test.analysis(elsewhere).outcome, None, "{}", test.name);
        assert_eq!(test.crawl(elsewhere).wanted_by, [elsewhere]);
        let said: Vec<Say> = test.unsent().into_iter().map(|it| it.say).collect();
        assert_eq!(said, [Say::Bubble(theirs), answer]);
    })
    .await;
}

#[tokio::test]
async fn who_is_forgotten_ends_nothing_any_more() {
    every_store(|test| async move {
        let asked = |person| Say::Overrule {
            analyses: Vec::new(),
            person: PersonId(person),
            asked: Source::Pressed("press".into()),
        };
        for person in [1, 2] {
            test.ledger.say(ChatId(-7), asked(person)).await.unwrap();
        }
        let person = PersonId(1);
        test.update(Change::Forget { person }).await;
        let said: Vec<Say> = test.unsent().into_iter().map(|it| it.say).collect();
        assert_eq!(said, [asked(2)], "{}", test.name);
    })
    .await;
}
