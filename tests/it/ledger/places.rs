//! Active places are shared fairly between people.

use lookalike::ledger::{Change, Reservation, SpendingLimit, SpendingLimits};
use lookalike::model::{
    Cost, Depth, Facts, Lease, NewAnalysis, Outcome, PersonId, Refusal, Spent, StageName, Status,
    TaskOutput,
};

use crate::ledger::fixture::{RICH, every_store, ids, order, profile};

#[tokio::test]
async fn who_holds_all_places_gives_one_back_to_somebody_who_has_none() {
    every_store(|test| async move {
        let mut own = Vec::new();
        for handle in ["a", "b", "c"] {
            let id = test.submit(test.new_analysis(1, handle)).await;
            test.verify(id, handle, handle).await;
            own.push(id);
        }
        test.advance_to(own[1], StageName::Subscriptions).await;
        let lease = test.take_lease(own[1]).await;
        let other = test.submit(test.new_analysis(2, "d")).await;
        test.verify(other, "d", "d").await;
        let status = |id| test.crawl(id).status;
        assert_eq!(
            status(other),
            Status::Active,
            "{}: it has a turn at once",
            test.name
        );
        assert_eq!(status(own[0]), Status::Active, "{}", test.name);
        assert_eq!(
            status(own[1]),
            Status::Queued,
            "{}: the newest of two",
            test.name
        );
        // Tasks in progress finish; no others begin.
        test.ledger
            .complete(&lease, order(&ids(["11", "12"])), 1)
            .await
            .unwrap();
        let stage = test.crawl(own[1]).stage;
        assert!(
            test.ledger.ready(&test.queue(stage)).unwrap().is_empty(),
            "{}",
            test.name
        );
        // A third person waits in front of those who have a place already.
        let third = test.submit(test.new_analysis(3, "e")).await;
        test.verify(third, "e", "e").await;
        let place = |id| test.ledger.place_in_queue(&test.crawl(id)).unwrap();
        assert_eq!(
            (place(third), place(own[1])),
            (Some(1), Some(2)),
            "{}",
            test.name
        );
        test.advance_to(other, StageName::Deliver).await;
        test.complete_next(other, TaskOutput::of(Facts::Delivered))
            .await;
        assert_eq!(status(third), Status::Active, "{}", test.name);
        test.cancel(3, third).await;
        // It continues from where it was.
        assert_eq!(status(own[1]), Status::Active, "{}", test.name);
        assert_eq!(test.crawl(own[1]).stage, stage, "{}", test.name);
        test.advance_to(own[1], StageName::Deliver).await;
        test.complete_next(own[1], TaskOutput::of(Facts::Delivered))
            .await;
        assert_eq!(status(own[1]), Status::Finished, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn places_of_different_people_are_not_given_back() {
    every_store(|test| async move {
        let mut own = Vec::new();
        for person in 1..=3 {
            let handle = person.to_string();
            let id = test.submit(test.new_analysis(person, &handle)).await;
            test.verify(id, &handle, &handle).await;
            own.push(id);
        }
        let status = own.iter().map(|id| test.crawl(*id).status);
        let expected = [Status::Active, Status::Active, Status::Queued];
        assert_eq!(status.collect::<Vec<_>>(), expected, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn who_has_not_agreed_is_asked_when_who_has_agreed_leaves() {
    every_store(|test| async move {
        let request = |person| NewAnalysis {
            agreed: false,
            charged: true,
            ..test.new_analysis(person, "nasa")
        };
        let first = test.submit(request(1)).await;
        test.verify(first, "500", "nasa").await;
        let second = test.submit(request(2)).await;
        assert_eq!(test.crawl(first).status, Status::Asking, "{}", test.name);
        let depth = test.analysis(first).depth;
        let agree = |analysis, person| Change::Agree {
            analysis,
            person: PersonId(person),
            depth,
        };
        test.update(agree(first, 1)).await;
        test.advance_to(first, StageName::Subscriptions).await;
        let stage = test.crawl(second).stage;
        test.cancel(1, first).await;
        assert_eq!(test.crawl(second).status, Status::Asking, "{}", test.name);
        assert!(
            test.ledger.ready(&test.queue(stage)).unwrap().is_empty(),
            "{}",
            test.name
        );
        test.update(agree(second, 2)).await;
        assert_eq!(test.crawl(second).status, Status::Active, "{}", test.name);
        assert_eq!(
            test.crawl(second).stage,
            stage,
            "{}: from where it was",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn look_ups_that_cost_money_count_for_the_day_whatever_comes_of_them() {
    every_store(|test| async move {
        let request = |handle: &str, charged: bool| NewAnalysis {
            agreed: !charged,
            charged,
            quota: Some(2),
            ..test.new_analysis(1, handle)
        };
        for (charged, expected) in [(false, false), (true, true)] {
            for handle in ["nobody", "noone"] {
                let id = test.submit(request(handle, charged)).await;
                let missing = TaskOutput::of(Facts::Refused(Refusal::NoSuchAccount));
                test.complete_next(id, missing).await;
            }
            let third = test.submit(request("nasa", charged)).await;
            let refused = matches!(
                test.analysis(third).outcome,
                Some(Outcome::Refused(Refusal::Quota { limit: 2, .. }))
            );
            assert_eq!(refused, expected, "{}: charged {charged}", test.name);
            test.cancel(1, third).await;
            test.clock.advance(crate::ledger::fixture::DAY * 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_goes_no_deeper_than_those_who_are_left_have_agreed_to() {
    every_store(|test| async move {
        let request = |person, depth| NewAnalysis {
            agreed: false,
            charged: true,
            depth,
            ..test.new_analysis(person, "nasa")
        };
        let agree = |analysis, person, depth| Change::Agree {
            analysis,
            person: PersonId(person),
            depth,
        };
        let first = test.submit(request(1, Depth::Full)).await;
        test.verify(first, "500", "nasa").await;
        test.update(agree(first, 1, Depth::Full)).await;
        let second = test.submit(request(2, Depth::Quick)).await;
        test.update(agree(second, 2, Depth::Quick)).await;
        test.cancel(1, first).await;
        let third = test.submit(request(3, Depth::Full)).await;
        let crawl = test.crawl(third);
        assert_eq!(
            (crawl.depth, crawl.agreed),
            (Depth::Quick, Some(Depth::Quick)),
            "{}",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_search_that_starts_again_asks_again_whatever_a_button_said() {
    every_store(|test| async move {
        let request = NewAnalysis {
            agreed: true,
            charged: true,
            ..test.new_analysis(1, "nasa")
        };
        let id = test.submit(request).await;
        test.verify(id, "500", "nasa").await;
        assert_eq!(test.crawl(id).status, Status::Asking, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_look_up_counts_for_the_person_with_the_fewest_look_ups() {
    every_store(|test| async move {
        let request = |person: u64, handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..test.new_analysis(person, handle)
        };
        let id = test.submit(request(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let alone = test.submit(request(1, "esa")).await;
        let paid = |id| {
            let paid = test.ledger.looked_up_today(&test.crawl(id)).unwrap();
            paid.requests
        };
        assert_eq!(paid(alone), 1, "{}: it is the first's alone", test.name);
        test.submit(request(2, "esa")).await;
        assert_eq!(paid(alone), 0, "{}: the second has had none", test.name);
        test.verify(alone, "501", "esa").await;
        let third = test.submit(request(2, "jaxa")).await;
        assert_eq!(
            paid(third),
            1,
            "{}: it was looked up for the second",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_look_up_that_waits_over_midnight_is_one_of_the_new_day() {
    every_store(|test| async move {
        let request = |handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..test.new_analysis(1, handle)
        };
        let one = Spent {
            requests: 1,
            accounts: 1,
        };
        let caps = SpendingLimits {
            look_ups: Some(Cost(10)),
            ..RICH
        };
        let sends = |lease: Lease| {
            let ledger = test.ledger.clone();
            async move { ledger.reserve(&lease, None, one, &caps).await.unwrap() }
        };
        let first = test.submit(request("nasa")).await;
        let lease = test.take_lease(first).await;
        assert_eq!(sends(lease.clone()).await, Reservation::Made);
        let found = TaskOutput::of(Facts::Account(profile("500", "nasa", 1_000)));
        test.ledger.complete(&lease, found, one).await.unwrap();

        let second = test.submit(request("esa")).await;
        let lease = test.take_lease(second).await;
        let of_today = sends(lease.clone()).await;
        assert_eq!(
            of_today,
            Reservation::Over(SpendingLimit::LookUps),
            "{}",
            test.name
        );
        test.clock.advance(crate::ledger::fixture::DAY);
        let of_tomorrow = sends(lease.clone()).await;
        assert_eq!(of_tomorrow, Reservation::Made, "{}", test.name);
        let found = TaskOutput::of(Facts::Account(profile("501", "esa", 1_000)));
        test.ledger.complete(&lease, found, one).await.unwrap();
        let third = test.submit(request("jaxa")).await;
        let looked_up = test.ledger.looked_up_today(&test.crawl(third)).unwrap();
        assert_eq!(looked_up, one, "{}: it is counted there", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_look_up_counts_for_the_person_who_asked_though_it_was_cancelled() {
    every_store(|test| async move {
        let request = |handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..test.new_analysis(1, handle)
        };
        let id = test.submit(request("nasa")).await;
        let lease = test.take_lease(id).await;
        test.cancel(1, id).await;
        let found = Facts::Account(profile("500", "nasa", 1_000));
        test.ledger
            .complete(&lease, TaskOutput::of(found), 1)
            .await
            .unwrap();
        let next = test.submit(request("esa")).await;
        let paid = test.ledger.looked_up_today(&test.crawl(next)).unwrap();
        assert_eq!(paid.requests, 1, "{}", test.name);
    })
    .await;
}
