//! What is kept, and for how long: what has aged is deleted, and nothing that is in use or was just written.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::Duration;

use lookalike::clock::Clock;
use lookalike::model::{
    AccountId, AnalysisId, CrawlId, Facts, Hints, KnownLists, ListEnd, PersonId, Say, StageName,
    Status, TaskOutput,
};

use crate::ledger::fixture::{DAY, RULES, TestLedger, every_store, ids, opening, order};
use crate::ledger::invariants::rows;
use lookalike::ledger::CachedProfile;

/// Returns the lists of an analysis' followers that can be read.
fn lists(test: &TestLedger, id: AnalysisId) -> usize {
    let mut count = 0;
    let lists = test.ledger.lists(&test.crawl(id), None).unwrap();
    lists.for_each(|_| count += 1).unwrap();
    count
}

/// Lets days pass, with a sweep at the end of each.
async fn days(test: &TestLedger, count: u32) {
    for _ in 0..count {
        test.clock.advance(DAY);
        test.ledger.drop_aged().await.unwrap();
    }
}

#[tokio::test]
async fn what_has_aged_goes_and_nothing_that_is_needed() {
    every_store(|test| async move {
        let old = test.submit(test.new_analysis(1, "old")).await;
        test.finish(old, "500", "old").await;
        let crawl = test.crawl(old);
        test.send_all().await;
        let drop_aged = || async { test.ledger.drop_aged().await.unwrap() };
        test.clock.advance(RULES.retention);
        // The count of that day's searches.
        assert_eq!(drop_aged().await, 1, "nothing else is over yet");
        assert!(test.ledger.ranking(&crawl).unwrap().is_some());
        let size = test.ledger.size();
        test.clock.advance(2 * DAY);
        // Two lists of follows, the known followers of the target, three profiles, the crawl, the analysis, and what
        // that day has cost.
        assert_eq!(drop_aged().await, 9, "{}", test.name);
        assert_eq!(test.ledger.analysis(old).unwrap(), None);
        assert_eq!(test.ledger.crawl(crawl.id).unwrap(), None);
        assert!(test.ledger.ranking(&crawl).is_err(), "its segment is gone");
        assert!(test.ledger.analyses_of(PersonId(1)).unwrap().is_empty());
        assert!(test.name == "sled" || test.ledger.size() < size);
        assert_eq!(drop_aged().await, 0);
        let renewed = test.submit(test.new_analysis(1, "old")).await;
        test.finish(renewed, "500", "old").await;
    })
    .await;
}

#[tokio::test]
async fn a_crawl_keeps_what_it_reads_however_long_it_takes() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "slow")).await;
        test.verify(id, "500", "slow").await;
        test.advance_to(id, StageName::Profiles).await;
        days(&test, 40).await;
        let crawl = test.crawl(id);
        assert_eq!(test.ledger.shortlist(&crawl).unwrap().candidates.len(), 2);
        assert_eq!(lists(&test, id), 2, "{}: the lists it counts", test.name);
        test.advance_to(id, StageName::Deliver).await;
        // The process is down between the ranking and the delivery.
        test.clock.advance(5 * DAY);
        test.complete_next(id, TaskOutput::of(Facts::Delivered))
            .await;
        test.ledger.drop_aged().await.unwrap();
        let analysis = test.ledger.analysis(id).unwrap();
        assert!(
            analysis.is_some_and(|it| it.outcome.is_some()),
            "{}: older than the retention time, but its result is of today",
            test.name
        );
        assert!(test.unsent().iter().any(|it| it.say == Say::Results(id)));
        for _ in 0..29 {
            test.clock.advance(DAY);
            test.ledger.drop_aged().await.unwrap();
            let crawl = test.crawl(id);
            assert!(
                test.ledger.ranking(&crawl).unwrap().is_some(),
                "{}: a result that is kept can be sent once more",
                test.name
            );
        }
        test.clock.advance(3 * DAY);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(test.ledger.analysis(id).unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_result_that_has_aged_goes_though_older_and_newer_crawls_are_in_progress() {
    every_store(|test| async move {
        let aged = test.submit(test.new_analysis(1, "aged")).await;
        test.finish(aged, "500", "aged").await;
        let crawl = test.crawl(aged).id;
        let older = test.submit(test.new_analysis(2, "older")).await;
        test.verify(older, "600", "older").await;
        test.advance_to(older, StageName::Profiles).await;
        days(&test, 8).await;
        let newer = test.submit(test.new_analysis(3, "newer")).await;
        test.verify(newer, "700", "newer").await;
        days(&test, 24).await;
        let name = test.name;
        assert_eq!(test.ledger.crawl(crawl).unwrap(), None, "{name}");
        assert_eq!(test.ledger.analysis(aged).unwrap(), None, "{name}");
        assert_eq!(lists(&test, older), 2, "{name}: the older one counts them");
        for id in [older, newer] {
            test.advance_to(id, StageName::Deliver).await;
            test.complete_next(id, TaskOutput::of(Facts::Delivered))
                .await;
        }
        days(&test, 31).await;
        let left = test.store.scan(b"m", b"n", usize::MAX).unwrap();
        assert_eq!(left, [], "{name}: nobody reads lists any more");
    })
    .await;
}

#[tokio::test]
async fn lists_outlive_the_result_they_were_read_for_as_long_as_a_crawl_uses_them() {
    every_store(|test| async move {
        let first = test.submit(test.new_analysis(1, "first")).await;
        test.finish(first, "500", "first").await;
        days(&test, 6).await;
        let second = test.submit(test.new_analysis(2, "second")).await;
        test.verify(second, "600", "second").await;
        let followers = Facts::Followers {
            lost: 0,
            ids: ids(["11", "12"]),
            end: Some(ListEnd::Complete),
            hints: Hints::default(),
        };
        test.complete_next(second, TaskOutput::of(followers)).await;
        test.complete_next(second, order(&ids(["11", "12"]))).await;
        let planned = TaskOutput {
            facts: Facts::Planned(2),
            follow_ups: opening(1),
        };
        test.complete_next(second, planned).await;
        let known = KnownLists {
            read: 2,
            ..KnownLists::default()
        };
        test.complete_next(second, TaskOutput::of(Facts::Known(known)))
            .await;
        days(&test, 27).await;
        assert_eq!(test.ledger.analysis(first).unwrap(), None, "{}", test.name);
        assert_eq!(
            lists(&test, second),
            2,
            "{}: the lists that were there already",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn another_handle_of_an_account_goes_with_the_crawl_it_leads_to() {
    every_store(|test| async move {
        let handles = || rows::<CrawlId>(test.store.as_ref(), b'h').len();
        let first = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(first, "500", "nasa").await;
        let during = test.submit(test.new_analysis(2, "old_nasa")).await;
        test.verify(during, "500", "nasa").await;
        test.advance_to(first, StageName::Deliver).await;
        test.complete_next(first, TaskOutput::of(Facts::Delivered))
            .await;
        test.clock.advance(5 * DAY);
        let after = test.submit(test.new_analysis(3, "new_nasa")).await;
        test.verify(after, "500", "nasa").await;
        test.clock.advance(RULES.retention - 5 * DAY);
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(handles(), 3, "{}: all of them lead to it", test.name);
        test.clock.advance(Duration::from_secs(1));
        test.ledger.drop_aged().await.unwrap();
        assert_eq!(handles(), 0, "{}: none of them leads anywhere", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_crawl_that_waits_for_its_turn_keeps_nothing() {
    every_store(|test| async move {
        let urgent = |day: u64| {
            let mut request = test.new_analysis(day, &format!("account{day}"));
            request.priority = 2;
            request
        };
        let mut begun = VecDeque::new();
        for day in 1..=2 {
            let id = test.submit(urgent(day)).await;
            let handle = format!("account{day}");
            test.verify(id, &handle, &handle).await;
            begun.push_back(id);
        }
        let waits = test.submit(test.new_analysis(1_000, "patient")).await;
        test.verify(waits, "patient", "patient").await;
        let mut first = None;
        // Others always go ahead.
        for day in 3..45 {
            let id = test.submit(urgent(day)).await;
            let handle = format!("account{day}");
            test.verify(id, &handle, &handle).await;
            begun.push_back(id);
            let oldest = begun.pop_front().unwrap();
            test.advance_to(oldest, StageName::Deliver).await;
            let crawl = test.crawl(oldest);
            first = first.or(crawl.ranking);
            test.complete_next(oldest, TaskOutput::of(Facts::Delivered))
                .await;
            test.send_all().await;
            test.clock.advance(DAY);
            test.ledger.drop_aged().await.unwrap();
        }
        assert_eq!(test.crawl(waits).status, Status::Queued, "{}", test.name);
        assert!(
            test.store.record(first.unwrap()).is_err(),
            "{}: what was read on the first day is gone",
            test.name
        );
        for id in begun {
            test.advance_to(id, StageName::Deliver).await;
            test.complete_next(id, TaskOutput::of(Facts::Delivered))
                .await;
        }
        let crawl = test.crawl(waits);
        assert_eq!(crawl.status, Status::Active, "its turn has come");
        assert_eq!(
            test.ledger.fresh_since(&crawl),
            test.clock.now() - RULES.fresh_for,
            "{}: what counts as fresh is told from its turn on",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_crawl_that_is_over_lets_go_of_what_it_was_made_from() {
    every_store(|test| async move {
        let dropped = test.submit(test.new_analysis(1, "dropped")).await;
        test.verify(dropped, "500", "dropped").await;
        let page = TaskOutput {
            facts: Facts::Followers {
                lost: 0,
                ids: ids(["11", "12"]),
                end: None,
                hints: Hints::default(),
            },
            follow_ups: opening(1),
        };
        test.complete_next(dropped, page).await;
        let finished = test.submit(test.new_analysis(2, "finished")).await;
        test.finish(finished, "600", "finished").await;
        test.cancel(1, dropped).await;
        let crawl = test.crawl(finished);
        assert!(
            crawl.reading_order.is_some() && crawl.candidate_list.is_some(),
            "{}: it may still be wanted deeper, or complete in another order",
            test.name
        );
        assert_eq!(test.crawl(dropped).candidate_list, None, "{}", test.name);
        days(&test, 8).await;
        let crawl = test.crawl(finished);
        let kept = (crawl.reading_order, crawl.candidate_list);
        assert_eq!(kept, (None, None), "{}: it is too old", test.name);
        let pages = test.store.scan(b"f", b"g", usize::MAX).unwrap();
        assert_eq!(pages, [], "{}: no page of followers is left", test.name);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_is_rewritten_while_it_is_looked_at_stays() {
    every_store(|test| async move {
        let old = test.submit(test.new_analysis(1, "old")).await;
        test.finish(old, "500", "old").await;
        test.clock.advance(40 * DAY);
        let id = test.submit(test.new_analysis(1, "new")).await;
        test.verify(id, "600", "new").await;
        test.advance_to(id, StageName::Profiles).await;
        // Between the sweep's reading of the profiles and their removal, they are fetched again.
        let (looked, has_looked) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel::<()>();
        test.checked.after_scanning(b'i', move || {
            looked.send(()).unwrap();
            may_go_on.recv().unwrap();
        });
        let ledger = test.ledger.clone();
        let sweeping = tokio::spawn(async move { ledger.drop_aged().await });
        tokio::task::block_in_place(|| has_looked.recv().unwrap());
        test.advance_to(id, StageName::Rank).await;
        go_on.send(()).unwrap();
        sweeping.await.unwrap().unwrap();
        let crawl = test.crawl(id);
        let known = test.ledger.known_profile(&crawl, &AccountId::new("21"));
        assert!(
            matches!(known.unwrap(), CachedProfile::Profile(_)),
            "{}: the profile that was just fetched is there",
            test.name
        );
    })
    .await;
}
