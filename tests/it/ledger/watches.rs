//! Accounts that are looked at anew from time to time.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{ChatId, Depth, Every, Handle, Mode, PersonId, Status, Watch};

use crate::ledger::invariants::rows;
use crate::ledger::kit::{DAY, Desk, every_store};

fn watch(desk: &Desk, person: u64, handle: &str) -> Watch {
    Watch {
        person: PersonId(person),
        chat: ChatId(person as i64),
        topic: None,
        network: desk.network.clone(),
        handle: Handle(handle.into()),
        depth: Depth::Normal,
        priority: 1,
        every: Every::Week,
        next_at: desk.clock.now() + Every::Week.length(),
    }
}

#[tokio::test]
async fn what_is_watched_is_looked_at_anew_each_week_and_once_after_a_long_absence() {
    every_store(|mut desk| async move {
        let watched = watch(&desk, 1, "nasa");
        desk.update(Change::Watch(watched.clone())).await;
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "too early"
        );
        desk.clock.advance(7 * DAY);
        assert_eq!(desk.ledger.begin_watched(|_| false).await.unwrap(), 1);
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "once"
        );
        let asked = desk.ledger.analyses_of(PersonId(1)).unwrap();
        let id = asked.last().unwrap().id;
        assert!(desk.crawl(id).refresh, "{}: whatever is there", desk.name);
        desk.finish(id, "500", "nasa").await;

        desk.clock.advance(30 * DAY);
        desk.reopen().await;
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            desk.name
        );
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            desk.name
        );
        let next = desk.ledger.watches_of(PersonId(1)).unwrap()[0].next_at;
        assert!(next > desk.clock.now() && next <= desk.clock.now() + Every::Week.length());

        let (person, network) = (watched.person, watched.network.clone());
        let handle = Handle("NASA".into());
        desk.update(Change::Unwatch {
            person,
            network,
            handle,
        })
        .await;
        desk.clock.advance(7 * DAY);
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_look_costs_what_its_network_charges_on_that_day() {
    every_store(|mut desk| async move {
        desk.update(Change::Watch(watch(&desk, 1, "nasa"))).await;
        // As rows were that kept what it was when they were written.
        for (key, mut row) in rows::<serde_json::Value>(desk.store.as_ref(), b'V') {
            row["costs"] = true.into();
            let row = serde_json::to_vec(&row).unwrap();
            desk.store.commit(&[(key, Some(row))].into()).unwrap();
        }
        for (round, charges) in [(1, false), (2, true), (3, false)] {
            desk.clock.advance(7 * DAY);
            desk.reopen().await;
            let networks = [(desk.network.clone(), charges)];
            desk.ledger.note_prices(networks.into()).await.unwrap();
            let begun = desk.ledger.begin_watched(|_| charges).await.unwrap();
            assert_eq!(begun, 1, "{}: round {round}", desk.name);
            let asked = desk.ledger.analyses_of(PersonId(1)).unwrap();
            let id = asked.last().unwrap().id;
            desk.verify(id, "500", "nasa").await;
            let waits = desk.crawl(id).status == Status::Asking;
            assert_eq!(waits, charges, "{}: round {round}", desk.name);
            desk.cancel(1, id).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_is_closed_or_a_person_who_is_forgotten_watches_nothing() {
    every_store(|desk| async move {
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            desk.update(Change::Watch(watch(&desk, person, handle)))
                .await;
        }
        let is_there = |watch: &Watch| watch.chat == ChatId(1);
        desk.ledger.unwatch_where(is_there).await.unwrap();
        let person = PersonId(2);
        desk.update(Change::Forget { person }).await;
        desk.ledger.move_chat(ChatId(3), ChatId(4)).await.unwrap();
        let left = |person| desk.ledger.watches_of(PersonId(person)).unwrap();
        assert_eq!(
            (left(1), left(2)),
            (Vec::new(), Vec::new()),
            "{}",
            desk.name
        );
        assert_eq!(left(3)[0].chat, ChatId(4), "{}: it has moved", desk.name);
    })
    .await;
}

#[tokio::test]
async fn more_than_one_may_search_for_at_once_are_looked_at_one_after_the_other() {
    every_store(|desk| async move {
        for handle in ["a", "b", "c", "d"] {
            desk.update(Change::Watch(watch(&desk, 1, handle))).await;
        }
        desk.clock.advance(7 * DAY);
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            3,
            "{}",
            desk.name
        );
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            desk.name
        );
        let first = desk.ledger.analyses_of(PersonId(1)).unwrap()[0].id;
        desk.finish(first, "500", "a").await;
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            desk.name
        );
        let refused = desk.ledger.analyses_of(PersonId(1)).unwrap();
        let refused = refused.iter().filter(|it| it.outcome.is_some()).count();
        assert_eq!(
            refused, 1,
            "{}: none but the finished one has ended",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_watched_waits_while_nothing_new_is_begun() {
    every_store(|desk| async move {
        desk.update(Change::Watch(watch(&desk, 1, "a"))).await;
        desk.update(Change::SetMode(Mode::Drains)).await;
        desk.clock.advance(7 * DAY);
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            0,
            "{}",
            desk.name
        );
        desk.update(Change::SetMode(Mode::Runs)).await;
        assert_eq!(
            desk.ledger.begin_watched(|_| false).await.unwrap(),
            1,
            "{}",
            desk.name
        );
    })
    .await;
}
