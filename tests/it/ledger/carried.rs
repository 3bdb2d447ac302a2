//! What an earlier version has written is carried over, and is as good as before.

use lookalike::clock::Clock;
use lookalike::model::{AccountId, PersonId, StageName};
use lookalike::stores::{Changes, Store};

use crate::ledger::invariants::rows;
use crate::ledger::kit::{Desk, RULES, every_store, ids, order};

/// The row of the number of a database's format; see `src/ledger/db/rows/mod.rs`.
const FORMAT: [u8; 2] = [b'#', 7];

/// Four followers, and where format 2 had them: ascending, as differences.
const FOLLOWERS: [&str; 4] = ["11", "12", "13", "14"];
const ASCENDING: [u8; 5] = [4, 11, 1, 1, 1];

/// Writes some of the lists as format 2 had them: found by the id of their account alone.
fn put_back(store: &dyn Store, lists: usize) {
    let mut changes = Changes::from([(FORMAT.to_vec(), Some(b"2".to_vec()))]);
    for (key, list) in rows::<serde_json::Value>(store, b'm')
        .into_iter()
        .take(lists)
    {
        let network = b"mtest\0";
        let place = size_of::<u64>();
        let by_id = [b"ntest\0", &key[network.len() + place..]].concat();
        changes.insert(key, None);
        changes.insert(by_id, Some(serde_json::to_vec(&list).unwrap()));
    }
    store.commit(&changes).unwrap();
}

#[tokio::test]
async fn a_crawl_of_format_2_goes_on_in_its_order_wherever_the_carrying_over_was_cut_off() {
    every_store(|mut desk| async move {
        let (earlier, id) = (
            desk.submit(desk.wish(1, "a")).await,
            desk.submit(desk.wish(2, "b")).await,
        );
        desk.verify(earlier, "500", "a").await;
        desk.bring_to(earlier, StageName::Aggregate).await;
        desk.verify(id, "600", "b").await;
        desk.bring_to(id, StageName::Subscriptions).await;
        desk.step(id, order(&ids(FOLLOWERS))).await;
        let states = |desk: &Desk| {
            let crawl = desk.crawl(id);
            desk.ledger
                .follower_states(&crawl, &ids(FOLLOWERS))
                .unwrap()
        };
        let in_order = |desk: &Desk| -> Vec<AccountId> {
            let crawl = desk.crawl(id);
            desk.ledger.reading_order(&crawl, 0..usize::MAX).unwrap()
        };
        let (known, followers) = (states(&desk), in_order(&desk));
        assert_ne!(
            followers,
            ids(FOLLOWERS),
            "{}: it is no order of ids",
            desk.name
        );
        for lists in [2, 1, 0] {
            let mut crawl = desk.crawl(id);
            crawl.reading_order = Some(desk.store.append(20_000, &ASCENDING).unwrap());
            crawl.max_following = 0;
            let key = [b"c".as_slice(), &crawl.id.0.to_be_bytes()].concat();
            let crawl = serde_json::to_vec(&crawl).unwrap();
            desk.store
                .commit(&Changes::from([(key, Some(crawl))]))
                .unwrap();
            put_back(desk.store.as_ref(), lists);
            desk.reopen().await;
            assert_eq!(states(&desk), known, "{}: {lists} lists", desk.name);
            assert_eq!(in_order(&desk), followers, "{}: {lists} lists", desk.name);
            assert_eq!(desk.crawl(id).max_following, RULES.max_following);
            let left = rows::<serde_json::Value>(desk.store.as_ref(), b'n');
            assert!(left.is_empty(), "{}: {left:?}", desk.name);
            assert_eq!(desk.store.get(&FORMAT).unwrap(), Some(b"3".to_vec()));
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_counted_by_a_persons_number_is_gone_and_what_was_leased_then_is_done() {
    every_store(|mut desk| async move {
        let vera = PersonId(7_345_112_908);
        let id = desk.submit(desk.wish(1, "a")).await;
        let lease = desk.take(id).await;
        let mut leased = serde_json::to_value(&lease).unwrap();
        leased["looked_up_for"] = vera.0.into();
        let number = vera.0.to_be_bytes();
        let looked_up = serde_json::json!([20_000, { "requests": 1, "accounts": 1 }]);
        let earlier = [
            ([b"L".as_slice(), &number, b"test\0"].concat(), looked_up),
            (
                [b"W".as_slice(), &number].concat(),
                serde_json::json!(desk.clock.now()),
            ),
            (
                [b"l".as_slice(), &lease.task.id.0.to_be_bytes()].concat(),
                leased,
            ),
        ];
        let changes = earlier.map(|(key, row)| (key, Some(serde_json::to_vec(&row).unwrap())));
        desk.store.commit(&Changes::from(changes)).unwrap();
        assert_eq!(desk.telling(vera).len(), 3, "{}", desk.name);
        desk.reopen().await;
        assert_eq!(desk.telling(vera), Vec::<String>::new(), "{}", desk.name);
        desk.verify(id, "500", "a").await;
    })
    .await;
}
