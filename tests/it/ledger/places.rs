//! The places of crawls at work are fair between people.

use lookalike::ledger::{Change, Reservation, SpendingLimit, SpendingLimits};
use lookalike::model::{
    Cost, Depth, Facts, Lease, NewAnalysis, Outcome, PersonId, Refusal, Spent, StageName, Status,
    TaskOutput,
};

use crate::ledger::kit::{RICH, every_store, ids, order, profile};

#[tokio::test]
async fn who_holds_all_places_gives_one_back_to_somebody_who_has_none() {
    every_store(|desk| async move {
        let mut own = Vec::new();
        for handle in ["a", "b", "c"] {
            let id = desk.submit(desk.wish(1, handle)).await;
            desk.verify(id, handle, handle).await;
            own.push(id);
        }
        desk.bring_to(own[1], StageName::Subscriptions).await;
        let lease = desk.take(own[1]).await;
        let other = desk.submit(desk.wish(2, "d")).await;
        desk.verify(other, "d", "d").await;
        let status = |id| desk.crawl(id).status;
        assert_eq!(
            status(other),
            Status::Active,
            "{}: it has a turn at once",
            desk.name
        );
        assert_eq!(status(own[0]), Status::Active, "{}", desk.name);
        assert_eq!(
            status(own[1]),
            Status::Queued,
            "{}: the newest of two",
            desk.name
        );
        // What was out comes to its end; nothing more is done of it.
        desk.ledger
            .complete(&lease, order(&ids(["11", "12"])), 1)
            .await
            .unwrap();
        let stage = desk.crawl(own[1]).stage;
        assert!(
            desk.ledger.ready(&desk.queue(stage)).unwrap().is_empty(),
            "{}",
            desk.name
        );
        // A third waits in front of whoever has a place already.
        let third = desk.submit(desk.wish(3, "e")).await;
        desk.verify(third, "e", "e").await;
        let place = |id| desk.ledger.place_in_queue(&desk.crawl(id)).unwrap();
        assert_eq!(
            (place(third), place(own[1])),
            (Some(1), Some(2)),
            "{}",
            desk.name
        );
        desk.bring_to(other, StageName::Deliver).await;
        desk.step(other, TaskOutput::of(Facts::Delivered)).await;
        assert_eq!(status(third), Status::Active, "{}", desk.name);
        desk.cancel(3, third).await;
        // It goes on from where it was.
        assert_eq!(status(own[1]), Status::Active, "{}", desk.name);
        assert_eq!(desk.crawl(own[1]).stage, stage, "{}", desk.name);
        desk.bring_to(own[1], StageName::Deliver).await;
        desk.step(own[1], TaskOutput::of(Facts::Delivered)).await;
        assert_eq!(status(own[1]), Status::Finished, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_full_house_of_different_people_gives_nothing_back() {
    every_store(|desk| async move {
        let mut own = Vec::new();
        for person in 1..=3 {
            let handle = person.to_string();
            let id = desk.submit(desk.wish(person, &handle)).await;
            desk.verify(id, &handle, &handle).await;
            own.push(id);
        }
        let status = own.iter().map(|id| desk.crawl(*id).status);
        let expected = [Status::Active, Status::Active, Status::Queued];
        assert_eq!(status.collect::<Vec<_>>(), expected, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn who_has_not_agreed_is_asked_when_who_has_agreed_leaves() {
    every_store(|desk| async move {
        let wish = |person| NewAnalysis {
            agreed: false,
            charged: true,
            ..desk.wish(person, "nasa")
        };
        let first = desk.submit(wish(1)).await;
        desk.verify(first, "500", "nasa").await;
        let second = desk.submit(wish(2)).await;
        assert_eq!(desk.crawl(first).status, Status::Asking, "{}", desk.name);
        let depth = desk.analysis(first).depth;
        let agree = |analysis, person| Change::Agree {
            analysis,
            person: PersonId(person),
            depth,
        };
        desk.update(agree(first, 1)).await;
        desk.bring_to(first, StageName::Subscriptions).await;
        let stage = desk.crawl(second).stage;
        desk.cancel(1, first).await;
        assert_eq!(desk.crawl(second).status, Status::Asking, "{}", desk.name);
        assert!(
            desk.ledger.ready(&desk.queue(stage)).unwrap().is_empty(),
            "{}",
            desk.name
        );
        desk.update(agree(second, 2)).await;
        assert_eq!(desk.crawl(second).status, Status::Active, "{}", desk.name);
        assert_eq!(
            desk.crawl(second).stage,
            stage,
            "{}: from where it was",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn look_ups_that_cost_money_count_for_the_day_whatever_comes_of_them() {
    every_store(|desk| async move {
        let wish = |handle: &str, charged: bool| NewAnalysis {
            agreed: !charged,
            charged,
            quota: Some(2),
            ..desk.wish(1, handle)
        };
        for (charged, expected) in [(false, false), (true, true)] {
            for handle in ["nobody", "noone"] {
                let id = desk.submit(wish(handle, charged)).await;
                let missing = TaskOutput::of(Facts::Refused(Refusal::NoSuchAccount));
                desk.step(id, missing).await;
            }
            let third = desk.submit(wish("nasa", charged)).await;
            let refused = matches!(
                desk.analysis(third).outcome,
                Some(Outcome::Refused(Refusal::Quota { limit: 2, .. }))
            );
            assert_eq!(refused, expected, "{}: charged {charged}", desk.name);
            desk.cancel(1, third).await;
            desk.clock.advance(crate::ledger::kit::DAY * 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_goes_no_deeper_than_those_who_are_left_have_agreed_to() {
    every_store(|desk| async move {
        let wish = |person, depth| NewAnalysis {
            agreed: false,
            charged: true,
            depth,
            ..desk.wish(person, "nasa")
        };
        let agree = |analysis, person, depth| Change::Agree {
            analysis,
            person: PersonId(person),
            depth,
        };
        let first = desk.submit(wish(1, Depth::Full)).await;
        desk.verify(first, "500", "nasa").await;
        desk.update(agree(first, 1, Depth::Full)).await;
        let second = desk.submit(wish(2, Depth::Quick)).await;
        desk.update(agree(second, 2, Depth::Quick)).await;
        desk.cancel(1, first).await;
        let third = desk.submit(wish(3, Depth::Full)).await;
        let crawl = desk.crawl(third);
        assert_eq!(
            (crawl.depth, crawl.agreed),
            (Depth::Quick, Some(Depth::Quick)),
            "{}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn what_begins_anew_is_asked_anew_whatever_a_button_said() {
    every_store(|desk| async move {
        let wish = NewAnalysis {
            agreed: true,
            charged: true,
            ..desk.wish(1, "nasa")
        };
        let id = desk.submit(wish).await;
        desk.verify(id, "500", "nasa").await;
        assert_eq!(desk.crawl(id).status, Status::Asking, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_look_up_counts_for_who_has_had_the_least_looked_up() {
    every_store(|desk| async move {
        let wish = |person: u64, handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..desk.wish(person, handle)
        };
        let id = desk.submit(wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let alone = desk.submit(wish(1, "esa")).await;
        let paid = |id| {
            let paid = desk.ledger.looked_up_today(&desk.crawl(id)).unwrap();
            paid.requests
        };
        assert_eq!(paid(alone), 1, "{}: it is the first's alone", desk.name);
        desk.submit(wish(2, "esa")).await;
        assert_eq!(paid(alone), 0, "{}: the second has had none", desk.name);
        desk.verify(alone, "501", "esa").await;
        let third = desk.submit(wish(2, "jaxa")).await;
        assert_eq!(
            paid(third),
            1,
            "{}: it was looked up for the second",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_look_up_that_waits_over_midnight_is_one_of_the_new_day() {
    every_store(|desk| async move {
        let wish = |handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..desk.wish(1, handle)
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
            let ledger = desk.ledger.clone();
            async move { ledger.reserve(&lease, None, one, &caps).await.unwrap() }
        };
        let first = desk.submit(wish("nasa")).await;
        let lease = desk.take(first).await;
        assert_eq!(sends(lease.clone()).await, Reservation::Made);
        let found = TaskOutput::of(Facts::Account(profile("500", "nasa", 1_000)));
        desk.ledger.complete(&lease, found, one).await.unwrap();

        let second = desk.submit(wish("esa")).await;
        let lease = desk.take(second).await;
        let of_today = sends(lease.clone()).await;
        assert_eq!(
            of_today,
            Reservation::Over(SpendingLimit::LookUps),
            "{}",
            desk.name
        );
        desk.clock.advance(crate::ledger::kit::DAY);
        let of_tomorrow = sends(lease.clone()).await;
        assert_eq!(of_tomorrow, Reservation::Made, "{}", desk.name);
        let found = TaskOutput::of(Facts::Account(profile("501", "esa", 1_000)));
        desk.ledger.complete(&lease, found, one).await.unwrap();
        let third = desk.submit(wish("jaxa")).await;
        let looked_up = desk.ledger.looked_up_today(&desk.crawl(third)).unwrap();
        assert_eq!(looked_up, one, "{}: it is counted there", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_look_up_counts_for_whom_it_was_made_though_it_was_cancelled() {
    every_store(|desk| async move {
        let wish = |handle: &str| NewAnalysis {
            agreed: false,
            charged: true,
            ..desk.wish(1, handle)
        };
        let id = desk.submit(wish("nasa")).await;
        let lease = desk.take(id).await;
        desk.cancel(1, id).await;
        let found = Facts::Account(profile("500", "nasa", 1_000));
        desk.ledger
            .complete(&lease, TaskOutput::of(found), 1)
            .await
            .unwrap();
        let next = desk.submit(wish("esa")).await;
        let paid = desk.ledger.looked_up_today(&desk.crawl(next)).unwrap();
        assert_eq!(paid.requests, 1, "{}", desk.name);
    })
    .await;
}
