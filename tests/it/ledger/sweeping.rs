//! What the sweeper asks of the ledger: stages that stand still, leftovers, data that has aged.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::Duration;

use chrono::TimeDelta;
use lookalike::clock::Clock;
use lookalike::model::{
    AccountId, ByStage, Done, Found, ListEnd, Onward, Outcome, Refusal, Say, StageName, Status,
};

use crate::ledger::kit::{DAY, HOUR, LEASE, RULES, account_task, every_store, ids, opening};

fn deadlines() -> ByStage<Duration> {
    ByStage {
        verify: HOUR,
        followers: 2 * HOUR,
        subscriptions: 3 * HOUR,
        aggregate: 4 * HOUR,
        profiles: 5 * HOUR,
        rank: 6 * HOUR,
        deliver: 7 * HOUR,
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
        let page = Done {
            found: Found::Followers {
                ids: ids(["11", "12", "13"]),
                end: None,
            },
            then: opening(1),
        };
        desk.step(id, page).await;
        let late = desk.take(id).await;
        desk.clock.advance(2 * HOUR + Duration::from_secs(1));
        desk.ledger.force_overdue(deadlines()).await.unwrap();
        let crawl = desk.crawl(id);
        assert_eq!(crawl.followers.end, Some(ListEnd::Partial));
        assert!(!desk.ledger.extend(&late).await.unwrap() || crawl.stage != late.task.queue.stage);
        let order = Done {
            found: Found::ReadingOrder(ids(["11", "12", "13"])),
            then: ids(["11", "12", "13"])
                .into_iter()
                .map(account_task)
                .collect(),
        };
        desk.step(id, order).await;
        let list = Found::Following {
            follower: AccountId::new("11"),
            ids: ids(["21"]),
            asked: None,
            onward: Onward::End(ListEnd::Complete),
        };
        desk.step(id, Done::found(list)).await;
        let leased = desk.take(id).await;
        let waiting = desk.take(id).await;
        let ready_at = desk.clock.now() + TimeDelta::hours(9);
        desk.ledger
            .postpone(&waiting, ready_at, true, 1)
            .await
            .unwrap();
        desk.clock.advance(3 * HOUR + Duration::from_secs(1));
        desk.ledger.force_overdue(deadlines()).await.unwrap();
        let crawl = desk.crawl(id);
        assert_eq!((crawl.followers.read, crawl.followers.given_up), (1, 2));
        assert_eq!(crawl.stage, StageName::Aggregate);
        // What was still out for the forced stage counts no more.
        let late = Found::Unread {
            follower: AccountId::new("12"),
            why: lookalike::model::Unreadable::Private,
        };
        desk.ledger
            .complete(&leased, Done::found(late), 1)
            .await
            .unwrap();
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
        let many = Done {
            found: Found::Nothing,
            then: opening(1_203),
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
async fn what_has_aged_goes_and_nothing_that_is_needed() {
    every_store(|desk| async move {
        let old = desk.submit(desk.wish(1, "old")).await;
        desk.finish(old, "500", "old").await;
        let crawl = desk.crawl(old);
        desk.say_all().await;
        let drop_aged = || async { desk.ledger.drop_aged().await.unwrap() };
        desk.clock.advance(RULES.retention);
        assert_eq!(drop_aged().await, 0, "not over yet");
        assert!(desk.ledger.ranking(&crawl).unwrap().is_some());
        let size = desk.ledger.size();
        desk.clock.advance(2 * DAY);
        // Two lists, three profiles, the crawl and the analysis.
        assert_eq!(drop_aged().await, 7, "{}", desk.name);
        assert_eq!(desk.ledger.analysis(old).unwrap(), None);
        assert_eq!(desk.ledger.crawl(crawl.id).unwrap(), None);
        assert!(desk.ledger.ranking(&crawl).is_err(), "its segment is gone");
        assert!(
            desk.ledger
                .analyses_of(lookalike::model::PersonId(1))
                .unwrap()
                .is_empty()
        );
        assert!(desk.name == "sled" || desk.ledger.size() < size);
        assert_eq!(drop_aged().await, 0);
        let anew = desk.submit(desk.wish(1, "old")).await;
        desk.finish(anew, "500", "old").await;
    })
    .await;
}

#[tokio::test]
async fn a_crawl_keeps_what_it_reads_however_long_it_takes() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "slow")).await;
        desk.verify(id, "500", "slow").await;
        desk.bring_to(id, StageName::Profiles).await;
        for _ in 0..40 {
            desk.clock.advance(DAY);
            desk.ledger.drop_aged().await.unwrap();
        }
        let crawl = desk.crawl(id);
        assert_eq!(desk.ledger.candidates(&crawl).unwrap().len(), 2);
        let mut lists = 0;
        let read = desk.ledger.lists(&crawl).unwrap();
        read.for_each(|_| lists += 1).unwrap();
        assert_eq!(lists, 2, "{}: the lists it counts", desk.name);
        desk.bring_to(id, StageName::Deliver).await;
        // The process is away between the ranking and the delivery.
        desk.clock.advance(5 * DAY);
        desk.step(id, Done::found(Found::Delivered)).await;
        desk.ledger.drop_aged().await.unwrap();
        let analysis = desk.ledger.analysis(id).unwrap();
        assert!(
            analysis.is_some_and(|it| it.outcome.is_some()),
            "{}: older than the retention time, but its result is of today",
            desk.name
        );
        assert!(desk.unsent().iter().any(|it| it.say == Say::Results(id)));
        for _ in 0..29 {
            desk.clock.advance(DAY);
            desk.ledger.drop_aged().await.unwrap();
            let crawl = desk.crawl(id);
            assert!(
                desk.ledger.ranking(&crawl).unwrap().is_some(),
                "{}: a result that is kept can be sent once more",
                desk.name
            );
        }
        desk.clock.advance(3 * DAY);
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(desk.ledger.analysis(id).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_crawl_that_waits_for_its_turn_keeps_nothing() {
    every_store(|desk| async move {
        let urgent = |day: u64| {
            let mut wish = desk.wish(day, &format!("account{day}"));
            wish.priority = 2;
            wish
        };
        let mut begun = VecDeque::new();
        for day in 1..=2 {
            let id = desk.submit(urgent(day)).await;
            let handle = format!("account{day}");
            desk.verify(id, &handle, &handle).await;
            begun.push_back(id);
        }
        let waits = desk.submit(desk.wish(1_000, "patient")).await;
        desk.verify(waits, "patient", "patient").await;
        let mut first = None;
        // Others always go first.
        for day in 3..45 {
            let id = desk.submit(urgent(day)).await;
            let handle = format!("account{day}");
            desk.verify(id, &handle, &handle).await;
            begun.push_back(id);
            let oldest = begun.pop_front().unwrap();
            desk.bring_to(oldest, StageName::Deliver).await;
            let crawl = desk.crawl(oldest);
            first = first.or(crawl.ranking);
            desk.step(oldest, Done::found(Found::Delivered)).await;
            desk.say_all().await;
            desk.clock.advance(DAY);
            desk.ledger.drop_aged().await.unwrap();
        }
        assert_eq!(desk.crawl(waits).status, Status::Queued, "{}", desk.name);
        assert!(
            desk.store.record(first.unwrap()).is_err(),
            "{}: what was read on the first day is gone",
            desk.name
        );
        for id in begun {
            desk.bring_to(id, StageName::Deliver).await;
            desk.step(id, Done::found(Found::Delivered)).await;
        }
        let crawl = desk.crawl(waits);
        assert_eq!(crawl.status, Status::Active, "its turn has come");
        assert_eq!(
            desk.ledger.fresh_since(&crawl),
            desk.clock.now() - RULES.fresh_for,
            "{}: what counts as fresh is told from its turn on",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_crawl_that_is_over_lets_go_of_what_it_was_made_from() {
    every_store(|desk| async move {
        let dropped = desk.submit(desk.wish(1, "dropped")).await;
        desk.verify(dropped, "500", "dropped").await;
        let page = Done {
            found: Found::Followers {
                ids: ids(["11", "12"]),
                end: None,
            },
            then: opening(1),
        };
        desk.step(dropped, page).await;
        let finished = desk.submit(desk.wish(2, "finished")).await;
        desk.finish(finished, "600", "finished").await;
        desk.cancel(1, dropped).await;
        let crawl = desk.crawl(finished);
        assert_eq!((crawl.reading_order, crawl.candidate_list), (None, None));
        let pages = desk.store.scan(b"f", b"g", usize::MAX).unwrap();
        assert_eq!(pages, [], "{}: no page of followers is left", desk.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_anew_while_it_is_looked_at_stays() {
    every_store(|desk| async move {
        let old = desk.submit(desk.wish(1, "old")).await;
        desk.finish(old, "500", "old").await;
        desk.clock.advance(40 * DAY);
        let id = desk.submit(desk.wish(1, "new")).await;
        desk.verify(id, "600", "new").await;
        desk.bring_to(id, StageName::Profiles).await;
        // Between the look at the profiles and their removal, they are fetched anew.
        let (looked, has_looked) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        desk.watched.after_scanning(b'i', move || {
            looked.send(()).unwrap();
            may_go_on.recv().unwrap();
        });
        let ledger = desk.ledger.clone();
        let sweeping = tokio::spawn(async move { ledger.drop_aged().await });
        tokio::task::block_in_place(|| has_looked.recv().unwrap());
        desk.bring_to(id, StageName::Rank).await;
        go_on.send(()).unwrap();
        sweeping.await.unwrap().unwrap();
        let crawl = desk.crawl(id);
        let known = desk.ledger.known_profile(&crawl, &AccountId::new("21"));
        assert!(
            known.unwrap().is_some(),
            "{}: the profile that was just fetched is there",
            desk.name
        );
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
