//! Who may work on what, and for how long.

use chrono::TimeDelta;
use lookalike::ledger::Completion;
use lookalike::model::{
    CrawlId, Cursor, Facts, NewTask, Onward, Queue, Refusal, StageName, Status, TaskOutput,
};

use crate::ledger::kit::{Desk, LEASE, every_store, ids, opening, order, profile, taken_on};

/// The crawls with a ready task, and their priorities.
fn ready(desk: &Desk, queue: &Queue) -> Vec<(CrawlId, u32)> {
    let ready = desk.ledger.ready(queue).unwrap().into_iter();
    ready.map(|ready| (ready.crawl, ready.priority)).collect()
}

#[tokio::test]
async fn ready_names_the_crawls_with_work_and_lease_takes_the_oldest() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "a")).await;
        let mut wish = desk.wish(2, "b");
        wish.priority = 4;
        let second = desk.submit(wish).await;
        let queue = desk.queue(StageName::Verify);
        let (one, two) = (desk.crawl(first).id, desk.crawl(second).id);
        assert_eq!(ready(&desk, &queue), [(one, 1), (two, 4)]);
        let lease = desk.take(first).await;
        assert_eq!(ready(&desk, &queue), [(two, 4)]);
        assert_eq!(desk.lease(StageName::Verify, one).await, None);
        let done = TaskOutput {
            facts: Facts::Nothing,
            follow_ups: opening(3),
        };
        let left = desk.ledger.complete(&lease, done, 2).await.unwrap();
        assert_eq!(left, Completion::Open(3));
        let (next, behind) = (desk.take(first).await, desk.take(first).await);
        assert!(lease.task.id < next.task.id && next.task.id < behind.task.id);
        assert_eq!(desk.crawl(first).requests.verify, 2);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_was_begun_is_done_before_others_are_begun() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        desk.bring_to(id, StageName::Subscriptions).await;
        let followers = ids(["11", "12"]);
        desk.step(id, order(&followers)).await;
        desk.step(id, taken_on(&followers)).await;
        let first = desk.take(id).await;
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
        desk.ledger.complete(&first, done, 1).await.unwrap();
        let next = desk.take(id).await;
        assert_eq!(
            next.task.subject, first.task.subject,
            "the second page of a list comes before the first of another"
        );
    })
    .await;
}

#[tokio::test]
async fn a_stale_worker_changes_nothing() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        let old = desk.take(id).await;
        desk.clock
            .advance(LEASE - std::time::Duration::from_secs(1));
        assert_eq!(desk.ledger.return_leases().await.unwrap(), 0, "not yet");
        assert!(desk.ledger.extend(&old).await.unwrap());
        desk.clock
            .advance(LEASE - std::time::Duration::from_secs(1));
        assert_eq!(desk.ledger.return_leases().await.unwrap(), 0, "extended");
        desk.clock.advance(std::time::Duration::from_secs(1));
        assert_eq!(desk.ledger.return_leases().await.unwrap(), 1);
        for leased_anew in [false, true] {
            let new = match leased_anew {
                true => Some(desk.take(id).await),
                false => None,
            };
            let before = (desk.crawl(id), desk.unsent());
            let done = TaskOutput::of(Facts::Account(profile("500", "nasa", 9)));
            let left = desk.ledger.complete(&old, done, 5).await.unwrap();
            assert_eq!(left, Completion::Stale);
            desk.ledger
                .postpone(&old, desk.clock.now_plus(60), true, 5)
                .await
                .unwrap();
            assert!(!desk.ledger.extend(&old).await.unwrap());
            assert_eq!((desk.crawl(id), desk.unsent()), before, "{}", desk.name);
            if let Some(new) = new {
                assert_eq!(new.task.attempt, 0, "a lost worker costs no attempt");
                assert!(desk.ledger.extend(&new).await.unwrap());
                let left = desk.ledger.complete(&new, nothing_more(), 1).await.unwrap();
                assert_eq!(left, Completion::Over);
                let left = desk.ledger.complete(&new, nothing_more(), 1).await.unwrap();
                assert_eq!(left, Completion::Stale, "done is done");
            }
        }
    })
    .await;
}

fn nothing_more() -> TaskOutput {
    TaskOutput::of(Facts::Account(profile("500", "nasa", 9)))
}

/// A moment so many seconds ahead.
trait Ahead {
    fn now_plus(&self, seconds: i64) -> chrono::DateTime<chrono::Utc>;
}

impl Ahead for lookalike::clock::ManualClock {
    fn now_plus(&self, seconds: i64) -> chrono::DateTime<chrono::Utc> {
        lookalike::clock::Clock::now(self) + TimeDelta::seconds(seconds)
    }
}

#[tokio::test]
async fn a_stale_member_of_a_group_leaves_the_rest_of_it_alone() {
    every_store(|desk| async move {
        const PAIRS: u64 = 12;
        let mut stale = Vec::new();
        for person in 0..PAIRS {
            let id = desk.submit(desk.wish(person, &format!("s{person}"))).await;
            stale.push((id, desk.take(id).await));
        }
        desk.clock.advance(LEASE);
        desk.ledger.return_leases().await.unwrap();
        let mut good = Vec::new();
        for person in 0..PAIRS {
            let id = desk.submit(desk.wish(person, &format!("g{person}"))).await;
            good.push((id, desk.take(id).await));
        }
        let before = desk.watched.commits();
        let gone = || TaskOutput::of(Facts::Refused(Refusal::NoSuchAccount));
        let pairs = stale.iter().zip(&good);
        let both = pairs.map(|((_, stale), (_, good))| async {
            let stale = desk.ledger.complete(stale, gone(), 1);
            futures::join!(stale, desk.ledger.complete(good, gone(), 1))
        });
        for (stale, good) in futures::future::join_all(both).await {
            assert_eq!(stale.unwrap(), Completion::Stale);
            assert_eq!(good.unwrap(), Completion::Over);
        }
        let commits = desk.watched.commits() - before;
        assert!(
            commits < PAIRS,
            "{}: {PAIRS} pairs in {commits} commits shared none",
            desk.name
        );
        for ((stale, _), (good, _)) in stale.into_iter().zip(good) {
            assert_eq!(desk.crawl(stale).status, Status::Verifying, "untouched");
            let refused = Status::Refused(Refusal::NoSuchAccount);
            assert_eq!(desk.crawl(good).status, refused, "committed");
        }
    })
    .await;
}

#[tokio::test]
async fn reopening_returns_every_lease_at_once() {
    every_store(|mut desk| async move {
        let first = desk.submit(desk.wish(1, "a")).await;
        let second = desk.submit(desk.wish(2, "b")).await;
        let old = [desk.take(first).await, desk.take(second).await];
        let before = desk.ledger.clone();
        desk.reopen().await;
        for (id, old) in [first, second].into_iter().zip(old) {
            let left = before.complete(&old, nothing_more(), 1).await.unwrap();
            assert_eq!(
                left,
                Completion::Stale,
                "an earlier process has no say any more"
            );
            let new = desk.take(id).await;
            assert_eq!(new.task, old.task, "{}: the same, at no attempt", desk.name);
            assert_ne!((new.token, new.epoch), (old.token, old.epoch));
        }
    })
    .await;
}

#[tokio::test]
async fn postponed_tasks_become_due_by_the_clock() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        let queue = desk.queue(StageName::Verify);
        let lease = desk.take(id).await;
        let ready_at = desk.clock.now_plus(60);
        desk.ledger
            .postpone(&lease, ready_at, true, 1)
            .await
            .unwrap();
        assert_eq!(desk.ledger.next_due(&queue).unwrap(), Some(ready_at));
        assert!(desk.ledger.ready(&queue).unwrap().is_empty());
        desk.clock.advance(std::time::Duration::from_secs(59));
        desk.ledger.wake_due(&queue).await.unwrap();
        assert!(desk.ledger.ready(&queue).unwrap().is_empty(), "not yet");
        desk.clock.advance(std::time::Duration::from_secs(1));
        desk.ledger.wake_due(&queue).await.unwrap();
        assert_eq!(desk.ledger.next_due(&queue).unwrap(), None);
        let lease = desk.take(id).await;
        assert_eq!(lease.task.attempt, 1, "it counted");
        // A time that has come already, and one that costs nothing.
        let now = desk.clock.now_plus(0);
        desk.ledger.postpone(&lease, now, false, 2).await.unwrap();
        let lease = desk.take(id).await;
        assert_eq!(lease.task.attempt, 1);
        assert_eq!(desk.crawl(id).requests.verify, 3, "requests are charged");
        assert_eq!(desk.crawl(id).open, 1);
    })
    .await;
}

#[tokio::test]
async fn a_new_task_rings_for_its_queue() {
    every_store(|desk| async move {
        use futures::FutureExt;
        let bell = desk.ledger.wake(&desk.queue(StageName::Verify));
        assert!(bell.notified().now_or_never().is_none());
        desk.submit(desk.wish(1, "nasa")).await;
        assert!(bell.notified().now_or_never().is_some(), "{}", desk.name);
    })
    .await;
}
