//! The sweep in the ledger: stages that stand still, and what they have left.

use std::time::Duration;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::model::{
    AccountId, ByStage, Facts, Hints, ListEnd, Onward, Outcome, Refusal, StageName, Status,
    TaskOutput,
};

use crate::ledger::fixture::{DAY, HOUR, LEASE, every_store, ids, opening, order, planned};

fn deadlines() -> ByStage<Duration> {
    ByStage {
        verify: HOUR,
        followers: 2 * HOUR,
        subscriptions: 3 * HOUR,
        aggregate: 4 * HOUR,
        profiles: 5 * HOUR,
        confirm: 6 * HOUR,
        rank: 7 * HOUR,
        deliver: 8 * HOUR,
    }
}

#[tokio::test]
async fn every_stage_that_stands_still_is_forced_on_after_its_deadline() {
    for stage in StageName::ALL {
        every_store(|test| async move {
            let id = test.submit(test.new_analysis(1, "nasa")).await;
            if stage != StageName::Verify {
                test.verify(id, "500", "nasa").await;
                test.advance_to(id, stage).await;
            }
            let name = test.name;
            let crawl = test.crawl(id).id;
            test.clock.advance(deadlines()[stage]);
            let forced = || async { test.ledger.force_overdue(deadlines()).await.unwrap() };
            assert!(forced().await.is_empty(), "{name}: {stage} has time left");
            test.clock.advance(Duration::from_secs(1));
            assert_eq!(forced().await, [(crawl, stage)], "{name}");
            assert!(forced().await.is_empty(), "{name}: {stage} only once");
            let after = test.crawl(id);
            assert_eq!(after.forced, [stage], "{name}");
            let outcome = test.analysis(id).outcome;
            let refused = |refusal: Refusal| Some(Outcome::Refused(refusal));
            match stage {
                // Nothing was listed yet, so there is nothing to continue with.
                StageName::Verify | StageName::Followers => {
                    assert_eq!(outcome, refused(Refusal::NoAnswer), "{name}");
                }
                StageName::Rank => assert_eq!(outcome, refused(Refusal::NothingShared), "{name}"),
                StageName::Deliver => {
                    let delivered = Some(Outcome::Delivered { made_at: None });
                    assert_eq!(outcome, delivered, "{name}: the answer is there");
                    assert_eq!(after.status, Status::Finished, "{name}");
                }
                _ => {
                    assert_eq!(Some(after.stage), stage.next(), "{name}");
                    assert_eq!(after.open, 1, "{name}");
                }
            }
            test.ledger.remove_leftovers().await.unwrap();
            assert_eq!(
                test.lease(stage, crawl).await,
                None,
                "{name}: nothing is left"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn a_forced_stage_goes_on_with_what_there_is() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let page = TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids: ids(["11", "12", "13"]),
                end: None,
                hints: Hints::default(),
            },
            follow_ups: opening(1),
        };
        test.complete_next(id, page).await;
        let late = test.take_lease(id).await;
        test.clock.advance(2 * HOUR + Duration::from_secs(1));
        test.ledger.force_overdue(deadlines()).await.unwrap();
        let crawl = test.crawl(id);
        assert_eq!(crawl.followers.end, Some(ListEnd::Partial));
        assert!(!test.ledger.extend(&late).await.unwrap() || crawl.stage != late.task.queue.stage);
        test.complete_next(id, order(&ids(["11", "12", "13"])))
            .await;
        test.complete_next(id, planned(&ids(["11", "12", "13"])))
            .await;
        let list = Facts::Following {
            lost: 0,
            follower: AccountId::new("11"),
            ids: ids(["21"]),
            asked: None,
            onward: Onward::End(ListEnd::Complete),
            skip: false,
            profiles: Vec::new(),
        };
        test.complete_next(id, TaskOutput::of(list)).await;
        let leased = test.take_lease(id).await;
        let waiting = test.take_lease(id).await;
        let ready_at = test.clock.now() + TimeDelta::hours(9);
        test.ledger
            .postpone(&waiting, ready_at, true, 1)
            .await
            .unwrap();
        test.clock.advance(3 * HOUR + Duration::from_secs(1));
        test.ledger.force_overdue(deadlines()).await.unwrap();
        let mut crawl = test.crawl(id);
        assert_eq!((crawl.followers.read, crawl.followers.given_up), (1, 2));
        assert_eq!(crawl.stage, StageName::Aggregate);
        // A task of the forced stage that is still in progress counts no more, but is charged.
        let late = Facts::Unread {
            follower: AccountId::new("12"),
            why: lookalike::model::Unreadable::Private,
        };
        test.ledger
            .complete(&leased, TaskOutput::of(late), 1)
            .await
            .unwrap();
        crawl.requests.subscriptions += 1;
        assert_eq!(test.crawl(id), crawl, "{}", test.name);
        assert_eq!(
            test.ledger.remove_leftovers().await.unwrap(),
            1,
            "the waiting one"
        );
        let queue = test.queue(StageName::Subscriptions);
        assert_eq!(test.ledger.next_due(&queue).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_time_without_a_process_is_no_standing_still() {
    every_store(|mut test| async move {
        let verifying = test.submit(test.new_analysis(1, "a")).await;
        let active = test.submit(test.new_analysis(2, "b")).await;
        test.verify(active, "500", "b").await;
        test.clock.advance(3 * DAY);
        test.reopen().await;
        let forced = test.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [], "{}: nobody could have done anything", test.name);
        assert_eq!(test.analysis(verifying).outcome, None);
        test.clock.advance(HOUR + Duration::from_secs(1));
        let forced = test.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [(test.crawl(verifying).id, StageName::Verify)]);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_swept_up() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let crawl = test.crawl(id).id;
        let many = TaskOutput {
            facts: Facts::Nothing,
            follow_ups: opening(1_203),
        };
        test.complete_next(id, many).await;
        let (leased, postponed) = (test.take_lease(id).await, test.take_lease(id).await);
        let ready_at = test.clock.now() + TimeDelta::hours(1);
        test.ledger
            .postpone(&postponed, ready_at, true, 0)
            .await
            .unwrap();
        test.cancel(1, id).await;
        let queue = test.queue(StageName::Followers);
        assert!(
            test.ledger.ready(&queue).unwrap().is_empty(),
            "nobody is sent there"
        );
        assert_eq!(test.ledger.remove_leftovers().await.unwrap(), 1_202);
        assert_eq!(test.ledger.remove_leftovers().await.unwrap(), 0);
        assert_eq!(test.lease(StageName::Followers, crawl).await, None);
        assert_eq!(test.ledger.next_due(&queue).unwrap(), None);
        test.clock.advance(LEASE);
        assert_eq!(test.ledger.return_leases().await.unwrap(), 1);
        assert_eq!(test.lease(StageName::Followers, crawl).await, None);
        assert!(!test.ledger.extend(&leased).await.unwrap(), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn queued_crawls_start_when_there_is_room() {
    every_store(|test| async move {
        assert_eq!(test.ledger.start_waiting().await.unwrap(), 0);
        let mut analyses = Vec::new();
        for person in 1..=4 {
            let handle = format!("handle{person}");
            let id = test.submit(test.new_analysis(person, &handle)).await;
            test.verify(id, &handle, &handle).await;
            analyses.push(id);
        }
        assert_eq!(test.ledger.start_waiting().await.unwrap(), 0, "no room");
        assert_eq!(test.crawl(analyses[2]).status, Status::Queued);
        // A queued crawl stands still without being overdue.
        test.clock.advance(HOUR * 2);
        let forced = test.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [], "{}", test.name);
    })
    .await;
}
