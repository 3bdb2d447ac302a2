//! What the sweeper asks of the ledger: stages that stand still, and what they have left.

use std::time::Duration;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::model::{
    AccountId, ByStage, Facts, Hints, ListEnd, Onward, Outcome, Refusal, StageName, Status,
    TaskOutput,
};

use crate::ledger::kit::{DAY, HOUR, LEASE, every_store, ids, opening, order, taken_on};

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
        every_store(|desk| async move {
            let id = desk.submit(desk.wish(1, "nasa")).await;
            if stage != StageName::Verify {
                desk.verify(id, "500", "nasa").await;
                desk.bring_to(id, stage).await;
            }
            let name = desk.name;
            let crawl = desk.crawl(id).id;
            desk.clock.advance(deadlines()[stage]);
            let forced = || async { desk.ledger.force_overdue(deadlines()).await.unwrap() };
            assert!(forced().await.is_empty(), "{name}: {stage} has time left");
            desk.clock.advance(Duration::from_secs(1));
            assert_eq!(forced().await, [(crawl, stage)], "{name}");
            assert!(forced().await.is_empty(), "{name}: {stage} only once");
            let after = desk.crawl(id);
            assert_eq!(after.forced, [stage], "{name}");
            let outcome = desk.analysis(id).outcome;
            let refused = |refusal: Refusal| Some(Outcome::Refused(refusal));
            match stage {
                // Nothing was listed yet: there is nothing to go on with.
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
            desk.ledger.remove_leftovers().await.unwrap();
            assert_eq!(
                desk.lease(stage, crawl).await,
                None,
                "{name}: nothing is left"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn a_forced_stage_goes_on_with_what_there_is() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let page = TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids: ids(["11", "12", "13"]),
                end: None,
                hints: Hints::default(),
            },
            follow_ups: opening(1),
        };
        desk.step(id, page).await;
        let late = desk.take(id).await;
        desk.clock.advance(2 * HOUR + Duration::from_secs(1));
        desk.ledger.force_overdue(deadlines()).await.unwrap();
        let crawl = desk.crawl(id);
        assert_eq!(crawl.followers.end, Some(ListEnd::Partial));
        assert!(!desk.ledger.extend(&late).await.unwrap() || crawl.stage != late.task.queue.stage);
        desk.step(id, order(&ids(["11", "12", "13"]))).await;
        desk.step(id, taken_on(&ids(["11", "12", "13"]))).await;
        let list = Facts::Following {
            lost: 0,
            follower: AccountId::new("11"),
            ids: ids(["21"]),
            asked: None,
            onward: Onward::End(ListEnd::Complete),
            skip: false,
            profiles: Vec::new(),
        };
        desk.step(id, TaskOutput::of(list)).await;
        let leased = desk.take(id).await;
        let waiting = desk.take(id).await;
        let ready_at = desk.clock.now() + TimeDelta::hours(9);
        desk.ledger
            .postpone(&waiting, ready_at, true, 1)
            .await
            .unwrap();
        desk.clock.advance(3 * HOUR + Duration::from_secs(1));
        desk.ledger.force_overdue(deadlines()).await.unwrap();
        let mut crawl = desk.crawl(id);
        assert_eq!((crawl.followers.read, crawl.followers.given_up), (1, 2));
        assert_eq!(crawl.stage, StageName::Aggregate);
        // What was still out for the forced stage counts no more, but is charged.
        let late = Facts::Unread {
            follower: AccountId::new("12"),
            why: lookalike::model::Unreadable::Private,
        };
        desk.ledger
            .complete(&leased, TaskOutput::of(late), 1)
            .await
            .unwrap();
        crawl.requests.subscriptions += 1;
        assert_eq!(desk.crawl(id), crawl, "{}", desk.name);
        assert_eq!(
            desk.ledger.remove_leftovers().await.unwrap(),
            1,
            "the waiting one"
        );
        let queue = desk.queue(StageName::Subscriptions);
        assert_eq!(desk.ledger.next_due(&queue).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_time_without_a_process_is_no_standing_still() {
    every_store(|mut desk| async move {
        let verifying = desk.submit(desk.wish(1, "a")).await;
        let active = desk.submit(desk.wish(2, "b")).await;
        desk.verify(active, "500", "b").await;
        desk.clock.advance(3 * DAY);
        desk.reopen().await;
        let forced = desk.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [], "{}: nobody could have done anything", desk.name);
        assert_eq!(desk.analysis(verifying).outcome, None);
        desk.clock.advance(HOUR + Duration::from_secs(1));
        let forced = desk.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [(desk.crawl(verifying).id, StageName::Verify)]);
    })
    .await;
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_swept_up() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let crawl = desk.crawl(id).id;
        let many = TaskOutput {
            facts: Facts::Nothing,
            follow_ups: opening(1_203),
        };
        desk.step(id, many).await;
        let (leased, postponed) = (desk.take(id).await, desk.take(id).await);
        let ready_at = desk.clock.now() + TimeDelta::hours(1);
        desk.ledger
            .postpone(&postponed, ready_at, true, 0)
            .await
            .unwrap();
        desk.cancel(1, id).await;
        let queue = desk.queue(StageName::Followers);
        assert!(
            desk.ledger.ready(&queue).unwrap().is_empty(),
            "nobody is sent there"
        );
        assert_eq!(desk.ledger.remove_leftovers().await.unwrap(), 1_202);
        assert_eq!(desk.ledger.remove_leftovers().await.unwrap(), 0);
        assert_eq!(desk.lease(StageName::Followers, crawl).await, None);
        assert_eq!(desk.ledger.next_due(&queue).unwrap(), None);
        desk.clock.advance(LEASE);
        assert_eq!(desk.ledger.return_leases().await.unwrap(), 1);
        assert_eq!(desk.lease(StageName::Followers, crawl).await, None);
        assert!(!desk.ledger.extend(&leased).await.unwrap(), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn queued_crawls_start_when_there_is_room() {
    every_store(|desk| async move {
        assert_eq!(desk.ledger.start_waiting().await.unwrap(), 0);
        let mut analyses = Vec::new();
        for person in 1..=4 {
            let handle = format!("handle{person}");
            let id = desk.submit(desk.wish(person, &handle)).await;
            desk.verify(id, &handle, &handle).await;
            analyses.push(id);
        }
        assert_eq!(desk.ledger.start_waiting().await.unwrap(), 0, "no room");
        assert_eq!(desk.crawl(analyses[2]).status, Status::Queued);
        // A queued crawl stands still without being overdue.
        desk.clock.advance(HOUR * 2);
        let forced = desk.ledger.force_overdue(deadlines()).await.unwrap();
        assert_eq!(forced, [], "{}", desk.name);
    })
    .await;
}
