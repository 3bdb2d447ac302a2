//! What is kept, and for how long: what has aged goes, and nothing goes that is read or was just written.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::model::{
    AccountId, AnalysisId, CrawlId, Facts, Hints, KnownLists, ListEnd, PersonId, Say, StageName,
    Status, TaskOutput,
};

use crate::ledger::invariants::rows;
use crate::ledger::kit::{DAY, Desk, RULES, every_store, ids, opening, order};
use lookalike::ledger::CachedProfile;

/// The lists of an analysis' followers that can be read.
fn lists(desk: &Desk, id: AnalysisId) -> usize {
    let mut count = 0;
    let lists = desk.ledger.lists(&desk.crawl(id), None).unwrap();
    lists.for_each(|_| count += 1).unwrap();
    count
}

/// Lets days pass, with a sweep at the end of each.
async fn days(desk: &Desk, count: u32) {
    for _ in 0..count {
        desk.clock.advance(DAY);
        desk.ledger.drop_aged().await.unwrap();
    }
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
        // How much was asked for on that day.
        assert_eq!(drop_aged().await, 1, "nothing else is over yet");
        assert!(desk.ledger.ranking(&crawl).unwrap().is_some());
        let size = desk.ledger.size();
        desk.clock.advance(2 * DAY);
        // Two lists of follows, who follows it, three profiles, the crawl, the analysis, and what that day has cost.
        assert_eq!(drop_aged().await, 9, "{}", desk.name);
        assert_eq!(desk.ledger.analysis(old).unwrap(), None);
        assert_eq!(desk.ledger.crawl(crawl.id).unwrap(), None);
        assert!(desk.ledger.ranking(&crawl).is_err(), "its segment is gone");
        assert!(desk.ledger.analyses_of(PersonId(1)).unwrap().is_empty());
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
        days(&desk, 40).await;
        let crawl = desk.crawl(id);
        assert_eq!(desk.ledger.shortlist(&crawl).unwrap().candidates.len(), 2);
        assert_eq!(lists(&desk, id), 2, "{}: the lists it counts", desk.name);
        desk.bring_to(id, StageName::Deliver).await;
        // The process is away between the ranking and the delivery.
        desk.clock.advance(5 * DAY);
        desk.step(id, TaskOutput::of(Facts::Delivered)).await;
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
async fn a_result_that_has_aged_goes_though_older_and_newer_crawls_are_in_progress() {
    every_store(|desk| async move {
        let aged = desk.submit(desk.wish(1, "aged")).await;
        desk.finish(aged, "500", "aged").await;
        let crawl = desk.crawl(aged).id;
        let older = desk.submit(desk.wish(2, "older")).await;
        desk.verify(older, "600", "older").await;
        desk.bring_to(older, StageName::Profiles).await;
        days(&desk, 8).await;
        let newer = desk.submit(desk.wish(3, "newer")).await;
        desk.verify(newer, "700", "newer").await;
        days(&desk, 24).await;
        let name = desk.name;
        assert_eq!(desk.ledger.crawl(crawl).unwrap(), None, "{name}");
        assert_eq!(desk.ledger.analysis(aged).unwrap(), None, "{name}");
        assert_eq!(lists(&desk, older), 2, "{name}: the older one counts them");
        for id in [older, newer] {
            desk.bring_to(id, StageName::Deliver).await;
            desk.step(id, TaskOutput::of(Facts::Delivered)).await;
        }
        days(&desk, 31).await;
        let left = desk.store.scan(b"m", b"n", usize::MAX).unwrap();
        assert_eq!(left, [], "{name}: nobody reads lists any more");
    })
    .await;
}

#[tokio::test]
async fn lists_outlive_the_result_they_were_read_for_as_long_as_a_crawl_uses_them() {
    every_store(|desk| async move {
        let first = desk.submit(desk.wish(1, "first")).await;
        desk.finish(first, "500", "first").await;
        days(&desk, 6).await;
        let second = desk.submit(desk.wish(2, "second")).await;
        desk.verify(second, "600", "second").await;
        let followers = Facts::Followers {
            lost: 0,
            ids: ids(["11", "12"]),
            end: Some(ListEnd::Complete),
            hints: Hints::default(),
        };
        desk.step(second, TaskOutput::of(followers)).await;
        desk.step(second, order(&ids(["11", "12"]))).await;
        let taken_on = TaskOutput {
            facts: Facts::Planned(2),
            follow_ups: opening(1),
        };
        desk.step(second, taken_on).await;
        let known = KnownLists {
            read: 2,
            ..KnownLists::default()
        };
        desk.step(second, TaskOutput::of(Facts::Known(known))).await;
        days(&desk, 27).await;
        assert_eq!(desk.ledger.analysis(first).unwrap(), None, "{}", desk.name);
        assert_eq!(
            lists(&desk, second),
            2,
            "{}: the lists that were there already",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn another_handle_of_an_account_goes_with_the_crawl_it_leads_to() {
    every_store(|desk| async move {
        let handles = || rows::<CrawlId>(desk.store.as_ref(), b'h').len();
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(first, "500", "nasa").await;
        let during = desk.submit(desk.wish(2, "old_nasa")).await;
        desk.verify(during, "500", "nasa").await;
        desk.bring_to(first, StageName::Deliver).await;
        desk.step(first, TaskOutput::of(Facts::Delivered)).await;
        desk.clock.advance(5 * DAY);
        let after = desk.submit(desk.wish(3, "new_nasa")).await;
        desk.verify(after, "500", "nasa").await;
        desk.clock.advance(RULES.retention - 5 * DAY);
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(handles(), 3, "{}: all of them lead to it", desk.name);
        desk.clock.advance(Duration::from_secs(1));
        desk.ledger.drop_aged().await.unwrap();
        assert_eq!(handles(), 0, "{}: none of them leads anywhere", desk.name);
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
            desk.step(oldest, TaskOutput::of(Facts::Delivered)).await;
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
            desk.step(id, TaskOutput::of(Facts::Delivered)).await;
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
        let page = TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids: ids(["11", "12"]),
                end: None,
                hints: Hints::default(),
            },
            follow_ups: opening(1),
        };
        desk.step(dropped, page).await;
        let finished = desk.submit(desk.wish(2, "finished")).await;
        desk.finish(finished, "600", "finished").await;
        desk.cancel(1, dropped).await;
        let crawl = desk.crawl(finished);
        assert!(
            crawl.reading_order.is_some() && crawl.candidate_list.is_some(),
            "{}: it may still be wanted deeper, or complete in another order",
            desk.name
        );
        assert_eq!(desk.crawl(dropped).candidate_list, None, "{}", desk.name);
        days(&desk, 8).await;
        let crawl = desk.crawl(finished);
        let kept = (crawl.reading_order, crawl.candidate_list);
        assert_eq!(kept, (None, None), "{}: it is too old", desk.name);
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
            matches!(known.unwrap(), CachedProfile::Profile(_)),
            "{}: the profile that was just fetched is there",
            desk.name
        );
    })
    .await;
}
