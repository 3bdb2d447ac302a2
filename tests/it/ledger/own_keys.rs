//! Keys of people's own: whose crawls go by them, and what becomes of those when a key goes.

use lookalike::ledger::Change;
use lookalike::model::{ChatId, KeyNews, PersonId, Preferences, Say, Spent, StageName, Status};

use crate::ledger::kit::{every_store, nothing};

#[tokio::test]
async fn who_has_a_key_needs_no_place_among_the_others() {
    every_store(|desk| async move {
        // Two are all that there is room for.
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.verify(id, &format!("50{person}"), handle).await;
        }
        desk.has_key(4).await;
        let own = desk.submit(desk.wish(4, "d")).await;
        desk.verify(own, "504", "d").await;
        assert_eq!(desk.crawl(own).status, Status::Active, "{}", desk.name);
        assert_eq!(desk.crawl(own).key_of, Some(PersonId(4)));
        let line = desk.ledger.line().unwrap();
        assert_eq!(line.len(), 1, "{}: @c still waits", desk.name);
        assert_eq!(desk.ledger.active_crawls().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_waits_begins_when_its_owner_gives_a_key() {
    every_store(|desk| async move {
        let mut ids = Vec::new();
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.verify(id, &format!("50{person}"), handle).await;
            ids.push(id);
        }
        let waits = |id| desk.crawl(id).status == Status::Queued;
        assert!(waits(ids[2]) && waits(ids[3]), "{}", desk.name);
        desk.has_key(4).await;
        assert_eq!(desk.crawl(ids[3]).status, Status::Active, "{}", desk.name);
        assert!(waits(ids[2]), "{}: a key is for its owner only", desk.name);
        // One that is at work makes room for who waits.
        desk.has_key(1).await;
        assert_eq!(desk.crawl(ids[2]).status, Status::Active, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_crawl_goes_by_the_key_of_whoever_wants_it_and_has_one() {
    every_store(|desk| async move {
        desk.has_key(2).await;
        let first = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(first, "500", "nasa").await;
        assert_eq!(desk.crawl(first).key_of, None);
        let second = desk.submit(desk.wish(2, "nasa")).await;
        assert_eq!(desk.crawl(first).id, desk.crawl(second).id);
        assert_eq!(desk.crawl(first).key_of, Some(PersonId(2)), "{}", desk.name);
        desk.cancel(2, second).await;
        assert_eq!(desk.crawl(first).key_of, None, "{}", desk.name);
        assert_eq!(desk.crawl(first).status, Status::Active, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_refused_is_erased_and_its_owner_told_once() {
    every_store(|desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let key = desk.has_key(1).await;
        assert_eq!(desk.crawl(id).key_of, Some(PersonId(1)));
        for _ in 0..2 {
            desk.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        }
        assert_eq!(desk.ledger.own_keys_of(PersonId(1)).unwrap(), []);
        assert_eq!(desk.crawl(id).key_of, None, "{}", desk.name);
        assert_eq!(desk.crawl(id).status, Status::Active, "{}", desk.name);
        let told = desk.unsent().into_iter().filter(|outgoing| {
            let refused = KeyNews::Refused;
            outgoing.chat == ChatId(1)
                && matches!(&outgoing.say, Say::Key { news, .. } if *news == refused)
        });
        assert_eq!(told.count(), 1, "{}", desk.name);
        // What is said of an earlier key does not touch a later one.
        desk.clock.advance(std::time::Duration::from_secs(1));
        desk.has_key(1).await;
        desk.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        assert_eq!(desk.ledger.own_keys_of(PersonId(1)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_goes_by_ones_own_key_costs_nobody_else_anything() {
    every_store(|desk| async move {
        desk.has_key(1).await;
        let own = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(own, "500", "nasa").await;
        desk.bring_to(own, StageName::Subscriptions).await;
        assert!(desk.crawl(own).spent().requests > 0);
        let today = || desk.ledger.spent_today(&desk.network).unwrap();
        assert_eq!(today(), Spent::default(), "{}", desk.name);
        let network = desk.network.clone();
        let person = PersonId(1);
        desk.update(Change::TakeKeyBack { person, network }).await;
        let lease = desk.take(own).await;
        desk.ledger.complete(&lease, nothing(), 1).await.unwrap();
        assert_eq!(today().requests, 1, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_somebody_who_is_forgotten() {
    every_store(|desk| async move {
        // Unlike any other number.
        let person = 7_345_112_908;
        desk.has_key(person).await;
        for (handle, account) in [("a", "500"), ("b", "501")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.finish(id, account, handle).await;
        }
        let alone = desk.submit(desk.wish(person, "c")).await;
        desk.verify(alone, "502", "c").await;
        let shared = desk.submit(desk.wish(person, "d")).await;
        desk.verify(shared, "503", "d").await;
        desk.compare(person, &["c", "e"]).await;
        let others = desk.submit(desk.wish(2, "d")).await;
        let (crawl, alone) = (desk.crawl(others).id, desk.crawl(alone).id);

        let chat = ChatId(person as i64);
        let preferences = Preferences {
            language: Some("ru".into()),
            ..Preferences::default()
        };
        desk.update(Change::Prefer { chat, preferences }).await;
        let person = PersonId(person);
        desk.update(Change::Forget { person }).await;
        let to_them = desk.say_all().await.into_iter();
        let to_them = to_them.filter(|outgoing| outgoing.chat == chat).count();
        assert_eq!(to_them, 0, "{}: nothing is said any more", desk.name);
        let (bytes, digits) = (person.0.to_be_bytes(), person.0.to_string());
        for (key, value) in desk.store.scan(&[], &[0xff; 9], usize::MAX).unwrap() {
            let in_key = key.windows(8).any(|part| part == bytes);
            let in_value = String::from_utf8_lossy(&value).contains(&digits);
            assert!(
                !in_key && !in_value,
                "{}: {} still tells of somebody who is forgotten",
                desk.name,
                key.escape_ascii()
            );
        }
        let of = |id| desk.ledger.crawl(id).unwrap().unwrap();
        assert_eq!(of(alone).status, Status::Dropped, "{}", desk.name);
        assert!(of(crawl).is_live(), "{}: somebody else wants it", desk.name);
    })
    .await;
}
