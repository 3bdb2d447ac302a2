//! How lists are stored: one record each, of numbers alone, whatever the ids are.

use std::sync::Arc;

use lookalike::clock::{Clock, ManualClock};
use lookalike::counting::most_frequent;
use lookalike::ledger::{Archive, Ledger, ListState, Rules, export};
use lookalike::model::{
    AccountId, AnalysisId, Crawl, Cursor, Facts, ListEnd, Onward, Pointer, Relation, StageName,
    TaskOutput, Unreadable,
};
use lookalike::stores::{Changes, MemoryStore, Store};
use serde_json::{Value, json};

use crate::ledger::fixture::{
    DAY, RULES, TestLedger, account_task, candidate, every_store, ids, noon, order, planned,
    profile,
};
use crate::ledger::invariants::rows;

/// Ids that are no numbers, or only look like numbers.
const TEXTS: [&str; 6] = [
    "",
    "007",
    "18446744073709551615",
    "9223372036854775808",
    "did:plc:a",
    "somewhere.example/ann",
];

/// Returns a crawl of an account with one follower, whose list is to be read.
async fn begin(test: &TestLedger, account: &str) -> AnalysisId {
    let id = test.submit(test.new_analysis(1, account)).await;
    test.verify(id, account, account).await;
    test.advance_to(id, StageName::Subscriptions).await;
    test.complete_next(id, order(&ids(["11"]))).await;
    test.complete_next(id, planned(&ids(["11"]))).await;
    id
}

/// Completes page `number` of the list.
async fn page(test: &TestLedger, id: AnalysisId, number: usize, list: &[&str], is_last: bool) {
    test.complete_next(id, page_of(number, list, is_last)).await;
}

fn page_of(number: usize, list: &[&str], is_last: bool) -> TaskOutput {
    let cursor = |number: usize| Cursor(format!("page {number}"));
    let onward = match is_last {
        true => Onward::End(ListEnd::Complete),
        false => Onward::Next(cursor(number + 1)),
    };
    let again = (!is_last).then(|| account_task(AccountId::new("11")));
    TaskOutput {
        follow_ups: again.into_iter().collect(),
        facts: Facts::Following {
            lost: 0,
            follower: AccountId::new("11"),
            ids: list.iter().map(|id| AccountId::new(*id)).collect(),
            asked: (number > 0).then(|| cursor(number)),
            onward,
            skip: false,
            profiles: Vec::new(),
        },
    }
}

/// Returns the row of the list.
fn list(test: &TestLedger) -> Value {
    let mut lists = rows::<Value>(test.store.as_ref(), b'm');
    lists.remove(0).1
}

/// Returns the lists of a crawl's followers, by the ids in them.
fn read(ledger: &Ledger, crawl: &Crawl) -> Vec<Vec<String>> {
    let lists = ledger.lists(crawl, None).unwrap();
    let mut read = Vec::new();
    let each = |keys: &[u64]| {
        assert!(keys.is_sorted(), "{keys:?} are ascending");
        let ids = keys.iter().map(|key| lists.id_of(*key).unwrap());
        let mut ids: Vec<String> = ids.map(|id| id.unwrap().to_string()).collect();
        ids.sort();
        read.push(ids);
    };
    lists.for_each(each).unwrap();
    read
}

#[tokio::test]
async fn a_list_becomes_one_record_when_its_last_page_comes() {
    every_store(|test| async move {
        let id = begin(&test, "500").await;
        page(&test, id, 0, &["21", "22"], false).await;
        page(&test, id, 1, &["22", "23", "did:24"], false).await;
        let reading = list(&test)["reading"].clone();
        assert_eq!(
            (reading["runs"].as_array().unwrap().len(), &reading["ids"]),
            (2, &json!(5)),
            "{}: two pages so far: {reading}",
            test.name
        );
        page(&test, id, 2, &["21", "25"], true).await;
        let whole = list(&test)["whole"].clone();
        assert_eq!(
            (whole["runs"].as_array().unwrap().len(), &whole["ids"]),
            (1, &json!(5)),
            "{}: one record of five ids, each once: {whole}",
            test.name
        );
        assert_eq!(
            read(&test.ledger, &test.crawl(id)),
            [["21", "22", "23", "25", "did:24"]],
            "{}",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn the_first_lists_come_in_the_reading_order_but_for_those_that_broke_off() {
    every_store(|test| async move {
        let followers = ids(["11", "12", "13", "14"]);
        let id = test.submit(test.new_analysis(1, "500")).await;
        test.verify(id, "500", "500").await;
        test.advance_to(id, StageName::Subscriptions).await;
        test.complete_next(id, order(&followers)).await;
        test.complete_next(id, planned(&followers)).await;
        let read_at = test.clock.now();
        // The lists differ in length.
        for (length, follower) in (1..).zip(&followers) {
            let is_broken_off = length == 3;
            let found = Facts::Following {
                lost: u64::from(is_broken_off),
                follower: follower.clone(),
                ids: (0..length)
                    .map(|it| AccountId::new(it.to_string()))
                    .collect(),
                asked: None,
                onward: Onward::End(ListEnd::Complete),
                skip: false,
                profiles: Vec::new(),
            };
            test.complete_next(id, TaskOutput::of(found)).await;
        }
        let crawl = test.crawl(id);
        let first = |limit, most| {
            let mut lengths = Vec::new();
            let mut places = Vec::new();
            let each = |place, at, keys: &[u64]| {
                assert_eq!(at, read_at, "{}", test.name);
                places.push(place);
                lengths.push(keys.len());
            };
            test.ledger.first_lists(&crawl, limit, most, each).unwrap();
            assert!(places.is_sorted(), "{}: {places:?}", test.name);
            lengths
        };
        let in_order = test.ledger.reading_order(&crawl, 0..4).unwrap();
        let length = |follower: &AccountId| followers.iter().position(|it| it == follower);
        let lengths = in_order
            .iter()
            .map(|follower| length(follower).unwrap() + 1);
        let lengths: Vec<usize> = lengths.filter(|length| *length != 3).collect();
        assert_eq!(first(None, 9), lengths, "{}", test.name);
        assert_eq!(first(None, 2), lengths[..2], "{}: the first two", test.name);
        assert_eq!(first(Some(1), 9), [1], "{}: the short one", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_comes_when_its_search_is_over_is_read_by_nobody_twice() {
    every_store(|test| async move {
        let id = begin(&test, "500").await;
        let lease = test.take_lease(id).await;
        test.cancel(1, id).await;
        let done = page_of(0, &["21", "22"], true);
        test.ledger.complete(&lease, done, 1).await.unwrap();
        let other = begin(&test, "501").await;
        let (crawl, follower) = (test.crawl(other), AccountId::new("11"));
        let state = test
            .ledger
            .list_state(&crawl, Relation::Following, &follower);
        assert!(
            matches!(state.unwrap(), ListState::Read { ids: 2, .. }),
            "{}: it is known",
            test.name
        );
        assert_eq!(crawl.followers.read, 0, "it is not that crawl's doing");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_turns_out_private_when_its_search_is_over_is_requested_by_nobody_again() {
    every_store(|test| async move {
        // Only the network's own word counts for others.
        let private = ListState::Unreadable(Unreadable::Private);
        for (why, known) in [
            (Unreadable::GivenUp, ListState::Unknown),
            (Unreadable::Private, private),
        ] {
            let id = begin(&test, "500").await;
            let lease = test.take_lease(id).await;
            test.cancel(1, id).await;
            let follower = AccountId::new("11");
            let late = TaskOutput::of(Facts::Unread {
                follower: follower.clone(),
                why,
            });
            test.ledger.complete(&lease, late, 1).await.unwrap();
            let other = begin(&test, "501").await;
            let (ledger, crawl) = (&test.ledger, test.crawl(other));
            let state = ledger.list_state(&crawl, Relation::Following, &follower);
            assert_eq!(state.unwrap(), known, "{}", test.name);
            test.cancel(1, other).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_with_a_page_that_is_lost_is_left_out() {
    every_store(|mut test| async move {
        let id = begin(&test, "500").await;
        page(&test, id, 0, &["21", "22"], false).await;
        // The store is not checked from here on: the pointer must lead nowhere.
        let ledger = Ledger::open(test.store.clone(), test.clock.clone(), RULES).await;
        test.ledger = Arc::new(ledger.unwrap());
        let (key, mut row) = rows::<Value>(test.store.as_ref(), b'm').remove(0);
        let nowhere = Pointer {
            segment: 1,
            offset: 8,
            length: 5,
        };
        row["reading"]["runs"][0] = json!(nowhere);
        let damaged = Changes::from([(key, Some(row.to_string().into_bytes()))]);
        test.store.commit(&damaged).unwrap();
        let lease = test.take_lease(id).await;
        let last = Facts::Following {
            lost: 0,
            follower: AccountId::new("11"),
            ids: ids(["23"]),
            asked: Some(Cursor("page 1".into())),
            onward: Onward::End(ListEnd::Complete),
            skip: false,
            profiles: Vec::new(),
        };
        let completed = test.ledger.complete(&lease, TaskOutput::of(last), 1).await;
        completed.expect("the crawl goes on");
        let crawl = test.crawl(id);
        assert_eq!(crawl.followers.read, 1, "{}", test.name);
        let none: [Vec<String>; 0] = [];
        assert_eq!(
            read(&test.ledger, &crawl),
            none,
            "{}: half a list is none",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn ids_that_are_no_numbers_are_counted_and_come_back() {
    every_store(|test| async move {
        let id = begin(&test, "did:plc:target").await;
        let all: Vec<&str> = TEXTS
            .into_iter()
            .chain(["0", "42", "did:plc:target"])
            .collect();
        page(&test, id, 0, &all, true).await;
        let crawl = test.crawl(id);
        let lists = test.ledger.lists(&crawl, None).unwrap();
        let counted = most_frequent(&lists, 100, &AccountId::new("did:plc:target")).unwrap();
        let mut expected: Vec<&str> = TEXTS.into_iter().chain(["0", "42"]).collect();
        expected.sort();
        let expected: Vec<_> = expected.into_iter().map(|id| candidate(id, 1)).collect();
        assert_eq!(
            counted, expected,
            "{}: ties by id, the target left out",
            test.name
        );
        assert_eq!(
            test.ledger
                .key_of(&test.network, &AccountId::new("42"))
                .unwrap(),
            Some(42)
        );
        assert_eq!(
            test.ledger
                .key_of(&test.network, &AccountId::new("did:plc:nobody"))
                .unwrap(),
            None,
            "{}: no list names it",
            test.name
        );

        let mut archive = Vec::new();
        export(test.store.as_ref(), &mut archive).unwrap();
        let elsewhere: Arc<dyn Store> = Arc::new(MemoryStore::default());
        let opened = Archive::open(archive.as_slice()).unwrap();
        opened.import(elsewhere.as_ref()).unwrap();
        let clock = Arc::new(ManualClock::new(noon()));
        let ledger = Ledger::open(elsewhere, clock, RULES).await.unwrap();
        let copied = ledger.crawl(crawl.id).unwrap().unwrap();
        assert_eq!(
            read(&ledger, &copied),
            read(&test.ledger, &crawl),
            "{}: a copy knows all ids",
            test.name
        );
    })
    .await;
}

#[tokio::test]
async fn two_ids_with_the_same_hash_are_kept_apart() {
    every_store(|test| async move {
        let store = MemoryStore::default();
        let other = TestLedger::new("memory", Arc::new(store)).await;
        let id = begin(&other, "500").await;
        page(&other, id, 0, &["did:plc:late"], true).await;
        let (place, mut row) = rows::<Value>(other.store.as_ref(), b'k').remove(0);

        // An account with the same hash was there before.
        row["id"] = json!("did:plc:early");
        let early = Changes::from([(place.clone(), Some(row.to_string().into_bytes()))]);
        test.store.commit(&early).unwrap();
        let id = begin(&test, "500").await;
        page(&test, id, 0, &["did:plc:late", "42"], true).await;
        assert_eq!(
            read(&test.ledger, &test.crawl(id)),
            [["42", "did:plc:late"]],
            "{}",
            test.name
        );
        let late = test
            .ledger
            .key_of(&test.network, &AccountId::new("did:plc:late"));
        test.clock.advance(RULES.retention + 40 * DAY);
        test.ledger.drop_aged().await.unwrap();
        let rows = rows::<Value>(test.store.as_ref(), b'k');
        assert!(
            rows.iter().any(|(key, _)| *key == place),
            "{}: who stands in another's way stays, so that the other is found behind it",
            test.name
        );
        assert!(late.unwrap().is_some(), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn an_id_is_known_as_long_as_a_list_names_it() {
    every_store(|test| async move {
        let known = || rows::<Value>(test.store.as_ref(), b'k').len();
        let mut key = None;
        for account in ["500", "600"] {
            let id = begin(&test, account).await;
            page(&test, id, 0, &["did:plc:a", "21"], true).await;
            test.advance_to(id, StageName::Deliver).await;
            test.complete_next(id, TaskOutput::of(Facts::Delivered))
                .await;
            let id = AccountId::new("did:plc:a");
            key = test.ledger.key_of(&test.network, &id).unwrap();
            test.clock.advance(20 * DAY);
            test.ledger.drop_aged().await.unwrap();
        }
        let key = key.unwrap();
        for day in 0..20 {
            test.clock.advance(DAY);
            test.ledger.drop_aged().await.unwrap();
            let lists = rows::<Value>(test.store.as_ref(), b'm').len();
            if lists > 0 {
                assert_eq!(
                    test.ledger.id_of(&test.network, key).unwrap(),
                    Some(AccountId::new("did:plc:a")),
                    "{}: day {day}: the newer list names it",
                    test.name
                );
            }
        }
        assert_eq!(known(), 0, "{}: it went with the last segment", test.name);
    })
    .await;
}

/// Starts another crawl, which is about to list its followers.
async fn begin_another(test: &TestLedger) -> AnalysisId {
    let id = test.submit(test.new_analysis(2, "600")).await;
    test.verify(id, "600", "600").await;
    id
}

/// Returns the order in which it reads ten of them.
async fn order_of(test: &TestLedger, id: AnalysisId) -> Vec<AccountId> {
    test.advance_to(id, StageName::Subscriptions).await;
    let followers: Vec<AccountId> = (11..21).map(|id| AccountId::new(id.to_string())).collect();
    test.complete_next(id, order(&followers)).await;
    let crawl = test.crawl(id);
    test.ledger.reading_order(&crawl, 0..usize::MAX).unwrap()
}

#[tokio::test]
async fn an_imported_database_reads_on_in_the_order_of_the_first_one() {
    let rules = Rules {
        sampling_key: Some([8; 16]),
        ..RULES
    };
    let store = Arc::new(MemoryStore::default());
    let clock = Arc::new(ManualClock::new(noon()));
    Ledger::open(store.clone(), clock, rules).await.unwrap();
    let first = TestLedger::new("first", store.clone()).await;
    let known = begin(&first, "500").await;
    page(&first, known, 0, &["21", "22"], true).await;
    let id = begin_another(&first).await;
    let mut archive = Vec::new();
    export(store.as_ref(), &mut archive).unwrap();

    let imported = Arc::new(MemoryStore::default());
    let archive = Archive::open(archive.as_slice()).unwrap();
    archive.import(imported.as_ref()).unwrap();
    // It would have another order without the given one.
    let elsewhere = TestLedger::new("elsewhere", imported).await;
    assert_eq!(
        read(&elsewhere.ledger, &elsewhere.crawl(known)),
        [["21", "22"]],
        "the list is found by its place"
    );
    let order = order_of(&first, id).await;
    assert_eq!(order_of(&elsewhere, id).await, order);
    let other = TestLedger::new("other", Arc::new(MemoryStore::default())).await;
    let id = begin_another(&other).await;
    assert_ne!(order_of(&other, id).await, order);
}

#[tokio::test]
async fn who_follows_a_target_is_known_to_all_once_everybody_is_listed() {
    every_store(|test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let other = test.submit(test.new_analysis(2, "esa")).await;
        test.verify(other, "600", "esa").await;
        let (target, other) = (AccountId::new("500"), test.crawl(other));
        let known = || test.ledger.known_followers(&other, &target).unwrap();
        assert_eq!(known(), None, "{}", test.name);
        test.advance_to(id, StageName::Aggregate).await;
        let listed = test.ledger.reading_order(&test.crawl(id), 0..usize::MAX);
        let (followers, _) = known().expect("they are known");
        assert_eq!(followers, listed.unwrap(), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_profile_that_a_search_has_learnt_itself_was_not_saved_by_an_earlier_one() {
    every_store(|test| async move {
        let first = begin(&test, "500").await;
        test.clock.advance(DAY / 24);
        let (crawl, messages) = (test.crawl(first), profile("11", "ann", 9));
        let learnt = test
            .ledger
            .learn(&crawl, vec![messages], Vec::new(), 1.into());
        learnt.await.unwrap();
        let known_before = |id| {
            let ann = AccountId::new("11");
            test.ledger.is_known_before(&test.crawl(id), &ann).unwrap()
        };
        assert!(!known_before(first), "{}", test.name);
        test.clock.advance(DAY / 24);
        let second = begin(&test, "501").await;
        assert!(known_before(second), "{}", test.name);
    })
    .await;
}
