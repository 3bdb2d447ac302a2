//! Leases: which worker may work on a task, and for how long.

use chrono::TimeDelta;
use lookalike::ledger::Completion;
use lookalike::model::{
    CrawlId, Cursor, Facts, NewTask, Onward, Queue, Refusal, StageName, Status, TaskOutput,
};

use crate::ledger::fixture::{
    LEASE, TestLedger, every_store, ids, opening, order, planned, profile,
};

/// Returns the crawls with a ready task, and their priorities.
fn ready(test: &TestLedger, queue: &Queue) -> Vec<(CrawlId, u32)> {
    let ready = test.ledger.ready(queue).unwrap().into_iter();
    ready.map(|ready| (ready.crawl, ready.priority)).collect()
}

#[tokio::test]
async fn ready_names_the_crawls_with_work_and_lease_takes_the_oldest() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "a")).await;
        let mut request = test.new_analysis(2, "b");
        request.priority = 4;
        let second = test.submit(request).await;
        let queue = test.queue(StageName::Verify);
        let (one, two) = (test.crawl(first).id, test.crawl(second).id);
        assert_eq!(ready(&test, &queue), [(one, 1), (two, 4)]);
        let lease = test.take_lease(first).await;
        assert_eq!(ready(&test, &queue), [(two, 4)]);
        assert_eq!(test.lease(StageName::Verify, one).await, None);
        let done = TaskOutput {
            facts: Facts::Nothing,
            follow_ups: opening(3),
        };
        let left = test.ledger.complete(&lease, done, 2).await.unwrap();
        assert_eq!(left, Completion::Open(3));
        let (next, behind) = (test.take_lease(first).await, test.take_lease(first).await);
        assert!(lease.task.id < next.task.id && next.task.id < behind.task.id);
        assert_eq!(test.crawl(first).requests.verify, 2);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_was_begun_is_done_before_others_are_begun() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        test.advance_to(id, StageName::Subscriptions).await;
        let followers = ids(["11", "12"]);
        test.complete_next(id, order(&followers)).await;
        test.complete_next(id, planned(&followers)).await;
        let first = test.take_lease(id).await;
        let cursor = Cursor("more".into());
        let done = TaskOutput {
            facts: Facts::Following {
                lost: 0,
                follower: followers[0].clone(),
                ids: ids(["21"]),
                asked: None,
                onward: Onward::Next(cursor.clone()),
                skip: false,
                profiles: Vec::new(),
            },
            follow_ups: vec![NewTask {
                subject: first.task.subject.clone(),
                cursor: Some(cursor),
            }],
        };
        test.ledger.complete(&first, done, 1).await.unwrap();
        let next = test.take_lease(id).await;
        assert_eq!(
            next.task.subject, first.task.subject,
            "the second page of a list comes before the first of another"
        );
    })
    .await;
}

#[tokio::test]
async fn a_stale_worker_changes_nothing() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        let old = test.take_lease(id).await;
        test.clock
            .advance(LEASE - std::time::Duration::from_secs(1));
        assert_eq!(test.ledger.return_leases().await.unwrap(), 0, "not yet");
        assert!(test.ledger.extend(&old).await.unwrap());
        test.clock
            .advance(LEASE - std::time::Duration::from_secs(1));
        assert_eq!(test.ledger.return_leases().await.unwrap(), 0, "extended");
        test.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(test.ledger.return_leases().await.unwrap(), 1);
        for leased_anew in [false, true] {
            let new = match leased_anew {
                true => Some(test.take_lease(id).await),
                false => None,
            };
            let before = (test.crawl(id), test.unsent());
            let done = TaskOutput::of(Facts::Account(profile("500", "nasa", 9)));
            let left = test.ledger.complete(&old, done, 5).await.unwrap();
            assert_eq!(left, Completion::Stale);
            test.ledger
                .postpone(&old, test.clock.now_plus(60), true, 5)
                .await
                .unwrap();
            assert!(!test.ledger.extend(&old).await.unwrap());
            assert_eq!((test.crawl(id), test.unsent()), before, "{}", test.name);
            if let Some(new) = new {
                assert_eq!(new.task.attempt, 0, "a lost worker costs no attempt");
                assert!(test.ledger.extend(&new).await.unwrap());
                let left = test.ledger.complete(&new, nothing_more(), 1).await.unwrap();
                assert_eq!(left, Completion::Over);
                let left = test.ledger.complete(&new, nothing_more(), 1).await.unwrap();
                assert_eq!(left, Completion::Stale, "done is done");
            }
        }
    })
    .await;
}

fn nothing_more() -> TaskOutput {
    TaskOutput::of(Facts::Account(profile("500", "nasa", 9)))
}

/// A time this many seconds ahead.
trait NowPlus {
    fn now_plus(&self, seconds: i64) -> chrono::DateTime<chrono::Utc>;
}

impl NowPlus for lookalike::clock::ManualClock {
    fn now_plus(&self, seconds: i64) -> chrono::DateTime<chrono::Utc> {
        lookalike::clock::Clock::now(self) + TimeDelta::seconds(seconds)
    }
}

#[tokio::test]
async fn a_stale_member_of_a_group_leaves_the_rest_of_it_alone() {
    every_store(|test| async move {
        const PAIRS: u64 = 12;
        let mut stale = Vec::new();
        for person in 0..PAIRS {
            let id = test
                .submit(test.new_analysis(person, &format!("s{person}")))
                .await;
            stale.push((id, test.take_lease(id).await));
        }
        test.clock.advance(LEASE);
        test.ledger.return_leases().await.unwrap();
        let mut good = Vec::new();
        for person in 0..PAIRS {
            let id = test
                .submit(test.new_analysis(person, &format!("g{person}")))
                .await;
            good.push((id, test.take_lease(id).await));
        }
        let before = test.checked.commits();
        let gone = || TaskOutput::of(Facts::Refused(Refusal::NoSuchAccount));
        let pairs = stale.iter().zip(&good);
        let both = pairs.map(|((_, stale), (_, good))| async {
            let stale = test.ledger.complete(stale, gone(), 1);
            futures::join!(stale, test.ledger.complete(good, gone(), 1))
        });
        for (stale, good) in futures::future::join_all(both).await {
            assert_eq!(stale.unwrap(), Completion::Stale);
            assert_eq!(good.unwrap(), Completion::Over);
        }
        let commits = test.checked.commits() - before;
        assert!(
            commits < PAIRS,
            "{}: {PAIRS} pairs in {commits} commits shared none",
            test.name
        );
        for ((stale, _), (good, _)) in stale.into_iter().zip(good) {
            assert_eq!(test.crawl(stale).status, Status::Verifying, "untouched");
            let refused = Status::Refused(Refusal::NoSuchAccount);
            assert_eq!(test.crawl(good).status, refused, "committed");
        }
    })
    .await;
}

#[tokio::test]
async fn reopening_returns_every_lease_at_once() {
    every_store(|mut test| async move {
        let first = test.submit(test.new_analysis(1, "a")).await;
        let second = test.submit(test.new_analysis(2, "b")).await;
        let old = [test.take_lease(first).await, test.take_lease(second).await];
        let before = test.ledger.clone();
        test.reopen().await;
        for (id, old) in [first, second].into_iter().zip(old) {
            let left = before.complete(&old, nothing_more(), 1).await.unwrap();
            assert_eq!(
                left,
                Completion::Stale,
                "an earlier process has no say any more"
            );
            let new = test.take_lease(id).await;
            assert_eq!(new.task, old.task, "{}: the same, at no attempt", test.name);
            assert_ne!((new.token, new.epoch), (old.token, old.epoch));
        }
    })
    .await;
}

#[tokio::test]
async fn postponed_tasks_become_due_by_the_clock() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        let queue = test.queue(StageName::Verify);
        let lease = test.take_lease(id).await;
        let ready_at = test.clock.now_plus(60);
        test.ledger
            .postpone(&lease, ready_at, true, 1)
            .await
            .unwrap();
        assert_eq!(test.ledger.next_due(&queue).unwrap(), Some(ready_at));
        assert!(test.ledger.ready(&queue).unwrap().is_empty());
        test.clock.advance(std::time::Duration::from_secs(59));
        test.ledger.wake_due(&queue).await.unwrap();
        assert!(test.ledger.ready(&queue).unwrap().is_empty(), "not yet");
        test.clock.advance(std::time::Duration::from_secs(1));
        test.ledger.wake_due(&queue).await.unwrap();
        assert_eq!(test.ledger.next_due(&queue).unwrap(), None);
        let lease = test.take_lease(id).await;
        assert_eq!(lease.task.attempt, 1, "it counted");
        // A time in the past, and a task that cost nothing.
        let now = test.clock.now_plus(0);
        test.ledger.postpone(&lease, now, false, 2).await.unwrap();
        let lease = test.take_lease(id).await;
        assert_eq!(lease.task.attempt, 1);
        assert_eq!(test.crawl(id).requests.verify, 3, "requests are charged");
        assert_eq!(test.crawl(id).open, 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_task_wakes_its_queue() {
    every_store(|test| async move {
        use futures::FutureExt;
        let bell = test.ledger.wake(&test.queue(StageName::Verify));
        assert!(bell.notified().now_or_never().is_none());
        test.submit(test.new_analysis(1, "nasa")).await;
        assert!(bell.notified().now_or_never().is_some(), "{}", test.name);
    })
    .await;
}
