//! Rows that can't be read, or hold any numbers: the ledger continues without them.

use std::sync::Arc;

use lookalike::clock::ManualClock;
use lookalike::ledger::{Change, Ledger, ReadyCrawl};
use lookalike::model::{
    ByStage, ChatId, Facts, Hints, ListEnd, NetworkName, NewTask, Outcome, OutgoingId, PersonId,
    Preferences, Queue, Refusal, Say, StageName, Status, Subject, TaskOutput,
};
use lookalike::stores::{Changes, MemoryStore, Row, Store, StoreError};
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::strategy::{Just, Strategy};
use proptest::test_runner::TestCaseError;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::hostile::mutated::mutated;
use crate::hostile::try_on;
use crate::ledger::fixture::{HOUR, RULES, TestLedger, ids, noon, nothing, order, planned};
use crate::requests::new_analysis;

/// Every kind of row except counters.
const KINDS: &[u8] = b"uoapcvxhbqrwlfmidkj";

#[test]
fn hostile_rows_of_every_kind_never_stop_the_ledger() {
    let runtime = Runtime::new().unwrap();
    let (rows, records) = runtime.block_on(populated());
    let kinds: Vec<&u8> = KINDS
        .iter()
        .filter(|kind| !rows.iter().any(|(key, _)| key[0] == **kind))
        .collect();
    assert!(
        kinds.is_empty(),
        "there are no rows of the kinds {kinds:?} to be damaged"
    );
    let rows: Vec<Row> = rows
        .into_iter()
        .filter(|(key, _)| !is_needed(key))
        .collect();
    let damage = {
        let rows = rows.clone();
        (0..rows.len()).prop_flat_map(move |place| {
            let value: Value = serde_json::from_slice(&rows[place].1).unwrap();
            let damaged = prop_oneof![
                1 => vec(any::<u8>(), 0..40),
                3 => mutated(vec![value]).prop_map(|value| value.to_string().into_bytes()),
            ];
            (Just(rows[place].0.clone()), damaged)
        })
    };
    let damages = vec(damage, 1..6);
    try_on(400, "databases with damaged rows", &damages, |damages| {
        let store = copy_of(&records);
        let changes = damages.into_iter().map(|(key, value)| (key, Some(value)));
        store.commit(&changes.collect()).unwrap();
        runtime
            .block_on(use_database(store))
            .map_err(TestCaseError::fail)
    });
}

/// Counters, and the sampling key: nothing works without them.
fn is_needed(key: &[u8]) -> bool {
    matches!(key[0], b'#' | b's')
}

#[test]
fn hostile_counters_keep_a_database_from_being_opened() {
    let runtime = Runtime::new().unwrap();
    let (rows, records) = runtime.block_on(populated());
    for (key, _) in rows.into_iter().filter(|(key, _)| is_needed(key)) {
        let store = copy_of(&records);
        store
            .commit(&Changes::from([(key, Some(b"\xff".to_vec()))]))
            .unwrap();
        let opened = runtime.block_on(Ledger::open(
            store,
            Arc::new(ManualClock::new(noon())),
            RULES,
        ));
        let said = opened.map(drop).unwrap_err().to_string();
        assert!(said.contains("restore a copy"), "{said}");
    }
}

#[tokio::test]
async fn hostile_damage_to_a_crawl_gives_its_place_to_the_next_and_tells_who_waited() {
    let mut test = TestLedger::new("memory", Arc::new(MemoryStore::default())).await;
    // The store is not checked, since it is damaged.
    let ledger = Ledger::open(test.store.clone(), test.clock.clone(), RULES).await;
    test.ledger = Arc::new(ledger.unwrap());
    let mut analyses = Vec::new();
    for (person, handle) in [(1, "one"), (2, "two"), (3, "three")] {
        let id = test.submit(test.new_analysis(person, handle)).await;
        test.verify(id, handle, handle).await;
        analyses.push(id);
    }
    let [first, _, third] = analyses[..] else {
        panic!("three were asked for");
    };
    assert_eq!(test.crawl(third).status, Status::Queued);
    let mut key = vec![b'c'];
    key.extend(test.crawl(first).id.0.to_be_bytes());
    test.store
        .commit(&Changes::from([(key, Some(b"{\"id\":1".to_vec()))]))
        .unwrap();
    assert_eq!(
        test.ledger.repair().await.unwrap(),
        1,
        "one row can't be read"
    );
    assert_eq!(
        test.analysis(first).outcome,
        Some(Outcome::Refused(Refusal::Lost))
    );
    test.ledger.start_waiting().await.unwrap();
    assert_eq!(
        test.crawl(third).status,
        Status::Active,
        "its place is free again"
    );
    let again = test.submit(test.new_analysis(1, "one")).await;
    test.verify(again, "one", "one").await;
    assert_eq!(test.crawl(again).status, Status::Queued, "it begins again");
    assert_eq!(
        test.ledger.repair().await.unwrap(),
        0,
        "nothing is left to be mended"
    );
}

/// Does once all that a bot does with its database.
async fn use_database(store: Arc<dyn Store>) -> Result<(), String> {
    let clock = Arc::new(ManualClock::new(noon() + HOUR));
    let ledger = Ledger::open(store, clock.clone(), RULES).await;
    let ledger = ledger.map_err(|error| format!("it can't be opened: {error}"))?;
    for round in 0..2 {
        reads(&ledger).map_err(|error| format!("round {round}, reading: {error}"))?;
        works(&ledger, &clock)
            .await
            .map_err(|error| format!("round {round}, working: {error}"))?;
        clock.advance(8 * 24 * HOUR * (1 + 4 * round));
        ledger
            .repair()
            .await
            .map_err(|error| format!("round {round}, mending: {error}"))?;
        ledger
            .drop_aged()
            .await
            .map_err(|error| format!("round {round}, ageing: {error}"))?;
        let left = ledger.repair().await.map_err(|error| error.to_string())?;
        if left > 0 {
            return Err(format!("{left} rows are left that can't be read"));
        }
    }
    let unknown = |handle: &str| new_analysis(&NetworkName::new("test"), 99, handle);
    let new = ledger.last_update().map_err(|error| error.to_string())? + 1;
    let update = vec![(new, serde_json::json!({ "update_id": new }))];
    let asked = async {
        ledger.receive(update).await?;
        ledger
            .handled(new, vec![Change::Submit(unknown("somebody"))])
            .await?;
        ledger.analyses_of(PersonId(99))
    };
    let analyses = asked
        .await
        .map_err(|error| format!("asking again: {error}"))?;
    let crawl = analyses.first().and_then(|analysis| analysis.crawl);
    crawl
        .map(drop)
        .ok_or("a new search is not taken in".to_owned())
}

fn reads(ledger: &Ledger) -> Result<(), StoreError> {
    ledger.live_crawls()?;
    ledger.preferences(ChatId(1))?;
    ledger.unhandled(50)?;
    ledger.unsent(OutgoingId(0), 500)?;
    let mut crawls = ledger.active_crawls()?;
    for person in 1..8 {
        for analysis in ledger.analyses_of(PersonId(person))? {
            crawls.extend(ledger.crawl_of(&analysis)?);
        }
    }
    for crawl in crawls {
        ledger.place_in_queue(&crawl)?;
        let _ = crawl.followers.settled();
        ledger.follower_states(&crawl, &ids(["11", "12"]))?;
        ledger.known_profile(&crawl, &ids(["21"])[0])?;
        // Those read records, which a damaged pointer can miss: an error of one task.
        let records = [
            ledger.shortlist(&crawl).map(drop),
            ledger.ranking(&crawl).map(drop),
            ledger.listed_followers(&crawl).map(drop),
            ledger
                .lists(&crawl, None)
                .and_then(|lists| lists.for_each(|_| {})),
        ];
        for read in records {
            match read {
                Ok(()) | Err(StoreError::Corrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

async fn works(ledger: &Ledger, clock: &ManualClock) -> Result<(), StoreError> {
    ledger.return_leases().await?;
    for (number, _) in ledger.unhandled(50)? {
        let say = Say::Answer {
            callback: "press".into(),
            text: None,
        };
        let chat = ChatId(1);
        let changes = vec![Change::Say(lookalike::model::Outgoing {
            chat,
            place: None,
            say,
        })];
        ledger.handled(number, changes).await?;
    }
    for (id, _) in ledger.unsent(OutgoingId(0), 500)? {
        ledger.sent(id, None).await?;
    }
    for stage in StageName::ALL {
        let queue = Queue {
            network: NetworkName::new("test"),
            stage,
        };
        ledger.next_due(&queue)?;
        ledger.wake_due(&queue).await?;
        for ReadyCrawl { crawl, .. } in ledger.ready(&queue)? {
            let Some(lease) = ledger.lease(&queue, crawl).await? else {
                continue;
            };
            ledger.extend(&lease).await?;
            match lease.task.id.0 % 2 {
                0 => drop(ledger.complete(&lease, nothing(), 1).await?),
                _ => ledger.postpone(&lease, noon() + 2 * HOUR, true, 1).await?,
            }
        }
    }
    ledger.move_chat(ChatId(2), ChatId(-1_002)).await?;
    ledger.start_waiting().await?;
    clock.advance(2 * HOUR);
    let each = HOUR;
    let deadlines = ByStage {
        verify: each,
        followers: each,
        subscriptions: each,
        aggregate: each,
        profiles: each,
        confirm: each,
        rank: each,
        deliver: each,
    };
    ledger.force_overdue(deadlines).await?;
    ledger.remove_leftovers().await?;
    Ok(())
}

/// Returns a database with rows of every kind, and a copy of it with its records.
async fn populated() -> (Vec<Row>, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::default());
    let test = TestLedger::new("memory", store.clone()).await;
    let finished = test.submit(test.new_analysis(1, "done")).await;
    test.finish(finished, "10", "done").await;

    test.update(Change::Prefer {
        chat: ChatId(1),
        preferences: Preferences {
            language: Some("ru".into()),
            ..Preferences::default()
        },
    })
    .await;

    // A dropped crawl with tasks left over, one of them postponed.
    let dropped = test.submit(test.new_analysis(4, "dropped")).await;
    test.verify(dropped, "40", "dropped").await;
    test.cancel(4, dropped).await;

    // A crawl half-way through the list of followers, with a lease and a postponed task.
    let listing = test.submit(test.new_analysis(2, "listing")).await;
    test.verify(listing, "20", "listing").await;
    let again = |times| {
        vec![
            NewTask {
                subject: Subject::Opening,
                cursor: None
            };
            times
        ]
    };
    let page = |ids: Vec<_>, times| TaskOutput {
        facts: Facts::Followers {
            lost: 0,
            ids,
            end: None,
            hints: Hints::default(),
        },
        follow_ups: again(times),
    };
    test.complete_next(listing, page(ids(["11", "12", "did:13"]), 4))
        .await;
    let postponed = test.take_lease(listing).await;
    test.ledger
        .postpone(&postponed, noon() + HOUR, true, 1)
        .await
        .unwrap();
    test.take_lease(listing).await;

    // A crawl half-way through the lists of its followers.
    let reading = test.submit(test.new_analysis(3, "reading")).await;
    test.verify(reading, "30", "reading").await;
    let end = Some(ListEnd::Complete);
    test.complete_next(
        reading,
        TaskOutput::of(Facts::Followers {
            lost: 0,
            ids: ids(["11", "12", "13"]),
            end,
            hints: Hints::default(),
        }),
    )
    .await;
    let followers = ids(["11", "12", "13"]);
    test.complete_next(reading, order(&followers)).await;
    test.complete_next(reading, planned(&followers)).await;

    let queued = test.submit(test.new_analysis(5, "queued")).await;
    test.verify(queued, "50", "queued").await;
    test.submit(test.new_analysis(6, "new")).await;
    test.ledger
        .receive(vec![(1_000, serde_json::json!({ "update_id": 1_000 }))])
        .await
        .unwrap();
    let rows = store.scan(&[0], &[u8::MAX], usize::MAX).unwrap();
    (rows, store)
}

fn copy_of(original: &MemoryStore) -> Arc<MemoryStore> {
    let copy = MemoryStore::default();
    let rows = original.scan(&[0], &[u8::MAX], usize::MAX).unwrap();
    copy.commit(
        &rows
            .into_iter()
            .map(|(key, value)| (key, Some(value)))
            .collect(),
    )
    .unwrap();
    Arc::new(copy)
}
