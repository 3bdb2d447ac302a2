//! Accounts that are searched again from time to time.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    ChatId, Depth, Every, Facts, Handle, Mode, PersonId, Place, Say, StageName, Status, TaskOutput,
    Watch,
};

use crate::ledger::fixture::{DAY, TestLedger, every_store};
use crate::ledger::invariants::rows;

fn watch(test: &TestLedger, person: u64, handle: &str) -> Watch {
    Watch {
        person: PersonId(person),
        chat: ChatId(person as i64),
        topic: None,
        network: test.network.clone(),
        handle: Handle(handle.into()),
        depth: Depth::Normal,
        priority: 1,
        every: Every::Week,
        next_at: test.clock.now() + Every::Week.length(),
        unpromised: None,
    }
}

/// Watches an account that has been found before.
fn begin(watch: Watch) -> Change {
    Change::Watch { watch, first: None }
}

#[tokio::test]
async fn a_watched_account_is_searched_each_week_and_once_after_a_long_absence() {
    every_store(|mut test| async move {
        let watched = watch(&test, 1, "nasa");
        test.update(begin(watched.clone())).await;
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "too early"
        );
        test.clock.advance(7 * DAY);
        assert_eq!(test.ledger.begin_watched(|_| false).await.unwrap(), 1);
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "once"
        );
        let asked = test.ledger.analyses_of(PersonId(1)).unwrap();
        let id = asked.last().unwrap().id;
        assert!(test.crawl(id).refresh, "{}: whatever is there", test.name);
        test.finish(id, "500", "nasa").await;

        test.clock.advance(30 * DAY);
        test.reopen().await;
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            test.name
        );
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            test.name
        );
        let next = test.ledger.watches_of(PersonId(1)).unwrap()[0].next_at;
        assert!(next > test.clock.now() && next <= test.clock.now() + Every::Week.length());

        let (person, network) = (watched.person, watched.network.clone());
        let handle = Handle("NASA".into());
        test.update(Change::Unwatch {
            person,
            network,
            handle,
        })
        .await;
        test.clock.advance(7 * DAY);
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_look_costs_what_its_network_charges_on_that_day() {
    every_store(|mut test| async move {
        test.update(begin(watch(&test, 1, "nasa"))).await;
        // Older rows stored whether the network charged when they were written.
        for (key, mut row) in rows::<serde_json::Value>(test.store.as_ref(), b'V') {
            row["costs"] = true.into();
            let row = serde_json::to_vec(&row).unwrap();
            test.store.commit(&[(key, Some(row))].into()).unwrap();
        }
        for (round, charges) in [(1, false), (2, true), (3, false)] {
            test.clock.advance(7 * DAY);
            test.reopen().await;
            let networks = [(test.network.clone(), charges)];
            test.ledger.note_prices(networks.into()).await.unwrap();
            let begun = test.ledger.begin_watched(|_| charges).await.unwrap();
            assert_eq!(begun, 1, "{}: round {round}", test.name);
            let asked = test.ledger.analyses_of(PersonId(1)).unwrap();
            let id = asked.last().unwrap().id;
            test.verify(id, "500", "nasa").await;
            let waits = test.crawl(id).status == Status::Asking;
            assert_eq!(waits, charges, "{}: round {round}", test.name);
            test.cancel(1, id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_is_closed_or_a_person_who_is_forgotten_watches_nothing() {
    every_store(|test| async move {
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            test.update(begin(watch(&test, person, handle))).await;
        }
        let is_there = |watch: &Watch| watch.chat == ChatId(1);
        test.ledger.unwatch_where(is_there).await.unwrap();
        let person = PersonId(2);
        test.update(Change::Forget { person }).await;
        test.ledger.move_chat(ChatId(3), ChatId(4)).await.unwrap();
        let left = |person| test.ledger.watches_of(PersonId(person)).unwrap();
        assert_eq!(
            (left(1), left(2)),
            (Vec::new(), Vec::new()),
            "{}",
            test.name
        );
        assert_eq!(left(3)[0].chat, ChatId(4), "{}: it has moved", test.name);
    })
    .await;
}

#[tokio::test]
async fn watches_beyond_what_one_may_search_at_once_take_turns() {
    every_store(|test| async move {
        for handle in ["a", "b", "c", "d"] {
            test.update(begin(watch(&test, 1, handle))).await;
        }
        test.clock.advance(7 * DAY);
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            3,
            "{}",
            test.name
        );
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            test.name
        );
        let first = test.ledger.analyses_of(PersonId(1)).unwrap()[0].id;
        test.finish(first, "500", "a").await;
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            test.name
        );
        let refused = test.ledger.analyses_of(PersonId(1)).unwrap();
        let refused = refused.iter().filter(|it| it.outcome.is_some()).count();
        assert_eq!(
            refused, 1,
            "{}: none but the finished one has ended",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_watched_waits_while_nothing_new_is_begun() {
    every_store(|test| async move {
        test.update(begin(watch(&test, 1, "a"))).await;
        test.update(Change::SetMode(Mode::Drains)).await;
        test.clock.advance(7 * DAY);
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            test.name
        );
        test.update(Change::SetMode(Mode::Runs)).await;
        assert_eq!(
            test.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            test.name
        );
    })
    .await;
}

/// A watch that is to be promised, with its first search.
fn wish(test: &TestLedger, person: u64, handle: &str) -> Change {
    let mut watch = watch(test, person, handle);
    watch.unpromised = Some(Place::default());
    Change::Watch {
        watch,
        first: Some(test.new_analysis(person, handle)),
    }
}

/// Returns the accounts that are promised to somebody in the outbox.
fn promised(test: &TestLedger) -> Vec<(u64, String)> {
    let said = test.unsent().into_iter();
    let promised = said.filter_map(|it| match it.say {
        Say::Watching { person, handle, .. } => Some((person.0, handle.0)),
        _ => None,
    });
    promised.collect()
}

#[tokio::test]
async fn a_watch_is_promised_together_with_what_was_found_and_only_once() {
    every_store(|mut test| async move {
        test.update(wish(&test, 1, "Nasa")).await;
        test.clock.advance(8 * DAY);
        let begun = test.ledger.begin_watched(|_| false).await.unwrap();
        assert_eq!(begun, 0, "{}: it has not been found yet", test.name);
        let first = test.ledger.analyses_of(PersonId(1)).unwrap()[0].id;
        test.reopen().await;
        assert_eq!(promised(&test), [], "{}", test.name);
        test.verify(first, "500", "nasa").await;
        test.reopen().await;
        assert_eq!(promised(&test), [(1, "Nasa".to_owned())], "{}", test.name);
        let next = test.ledger.watches_of(PersonId(1)).unwrap()[0].next_at;
        assert_eq!(
            next,
            test.clock.now() + Every::Week.length(),
            "from then on"
        );
        test.advance_to(first, StageName::Deliver).await;
        test.complete_next(first, TaskOutput::of(Facts::Delivered))
            .await;
        assert_eq!(promised(&test).len(), 1, "{}", test.name);

        // What others have found is found by a search of one's own that joins theirs.
        test.update(wish(&test, 2, "nasa")).await;
        let expected = [(1, "Nasa".to_owned()), (2, "nasa".to_owned())];
        assert_eq!(promised(&test), expected, "{}", test.name);
        assert_eq!(test.ledger.analyses_of(PersonId(2)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_named_by_its_id_is_watched_by_its_name() {
    every_store(|test| async move {
        test.update(wish(&test, 1, "500")).await;
        let first = test.ledger.analyses_of(PersonId(1)).unwrap()[0].id;
        test.verify(first, "500", "nasa").await;
        assert_eq!(promised(&test), [(1, "nasa".to_owned())], "{}", test.name);
        let watched = test.ledger.watches_of(PersonId(1)).unwrap();
        assert_eq!(watched.len(), 1, "{}", test.name);
        assert_eq!(watched[0].handle.0, "nasa");
    })
    .await;
}

#[tokio::test]
async fn a_watch_goes_no_less_far_than_the_result_that_is_there() {
    every_store(|test| async move {
        test.update(begin(watch(&test, 1, "nasa"))).await;
        let mut deep = test.new_analysis(2, "nasa");
        deep.depth = Depth::Deep;
        let deep = test.submit(deep).await;
        test.finish(deep, "500", "nasa").await;
        test.clock.advance(7 * DAY);
        assert_eq!(test.ledger.begin_watched(|_| false).await.unwrap(), 1);
        let asked = test.ledger.analyses_of(PersonId(1)).unwrap();
        assert_eq!(asked.last().unwrap().depth, Depth::Deep, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn how_often_is_changed_only_while_it_is_watched() {
    every_store(|test| async move {
        test.update(begin(watch(&test, 1, "nasa"))).await;
        let change = || Change::WatchEvery {
            person: PersonId(1),
            network: test.network.clone(),
            handle: Handle("NASA".into()),
            every: Every::Month,
        };
        test.update(change()).await;
        let watched = test.ledger.watches_of(PersonId(1)).unwrap();
        let next_at = test.clock.now() + Every::Month.length();
        assert_eq!(
            (watched[0].every, watched[0].next_at),
            (Every::Month, next_at)
        );
        test.update(Change::Unwatch {
            person: PersonId(1),
            network: test.network.clone(),
            handle: Handle("nasa".into()),
        })
        .await;
        test.update(change()).await;
        assert_eq!(
            test.ledger.watches_of(PersonId(1)).unwrap(),
            [],
            "{}",
            test.name
        );
    })
    .await;
}
