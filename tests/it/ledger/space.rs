//! Space is given back: with many crawls, day after day, the folder stops growing.

use std::path::Path;
use std::sync::Arc;

use futures::future::join_all;
use lookalike::clock::ManualClock;
use lookalike::ledger::{Change, Ledger, Rules};
use lookalike::model::{
    AccountId, Crawl, Facts, Hints, Lease, ListEnd, NetworkName, Onward, OutgoingId, PersonId,
    StageName, Subject, TaskOutput,
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::ledger::fixture::{
    DAY, RULES, candidate, noon, nothing, open_sled, order, planned, profile, profiles,
};
use crate::rankings::{ranking, shortlist};
use crate::requests::new_analysis;

/// How long everything is kept.
const RETENTION: u32 = 8;

/// Days after which everything from the first day is gone: a segment is deleted whole, once the day after it has aged
/// too.
const UNTIL_ALL_HAS_AGED: usize = RETENTION as usize + 2;

/// Days in all.
const DAYS: u32 = 24;

/// What the rows and the lists take on the disk, and how many rows there are.
const ROWS: usize = 0;
const LISTS: usize = 1;
const COUNT: usize = 2;

/// Followers of each account, and accounts on a page of a list.
const FOLLOWERS: usize = 150;
const ON_A_PAGE: usize = 100;

/// Leases in progress together.
const AT_ONCE: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_stops_growing_however_many_crawls_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(noon()));
    let rules = Rules {
        retention: RETENTION * DAY,
        ..RULES
    };
    let mut curve = Vec::new();
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let store = open_sled(folder.path());
    let ledger = Ledger::open(store.clone(), clock.clone(), rules)
        .await
        .unwrap();
    for day in 0..DAYS {
        // One crawl that is finished, and one that is dropped on the way.
        for (number, dropped) in [(2 * day, false), (2 * day + 1, true)] {
            crawl(&ledger, u64::from(number), dropped, &mut rng).await;
        }
        ledger.remove_leftovers().await.unwrap();
        ledger.drop_aged().await.unwrap();
        clock.advance(DAY);
        let [rows, lists] = ["rows", "lists"].map(|part| size(&folder.path().join(part)));
        let count = store.scan(&[], &[u8::MAX], usize::MAX).unwrap().len() as u64;
        curve.push([rows, lists, count]);
    }
    let shown = curve.iter().enumerate().step_by(5);
    let shown = shown
        .map(|(day, [rows, lists, count])| format!("day {day}: {rows} + {lists} KB, {count} rows"));
    println!("rows + lists: {}", shown.collect::<Vec<_>>().join(", "));
    // sled takes room in steps of half a megabyte, and reuses it rather than giving it back.
    let (first, later) = curve.split_at(UNTIL_ALL_HAS_AGED);
    for (part, percent) in [(ROWS, 200), (LISTS, 110), (COUNT, 110)] {
        let largest = |days: &[[u64; 3]]| days.iter().map(|day| day[part]).max().unwrap();
        assert!(
            100 * largest(later) <= percent * largest(first),
            "the folder goes on growing: {curve:?}"
        );
    }
}

/// Returns what a folder takes on the disk, in KB.
fn size(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let mut blocks = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        blocks += match entry.file_type().unwrap().is_dir() {
            true => 2 * size(&entry.path()),
            false => entry.metadata().unwrap().blocks(),
        };
    }
    blocks / 2
}

/// Crawls a new account.
async fn crawl(ledger: &Ledger, number: u64, dropped: bool, rng: &mut Pcg64Mcg) {
    let handle = format!("account{number}");
    let person = PersonId(1);
    let request = new_analysis(&NetworkName::new("test"), 1, &handle);
    let update = |change| async {
        let id = ledger.last_update().unwrap() + 1;
        let received = vec![(id, serde_json::json!({ "update_id": id }))];
        ledger.receive(received).await.unwrap();
        ledger.handled(id, vec![change]).await.unwrap();
    };
    update(Change::Submit(request)).await;
    let analysis = ledger.analyses_of(person).unwrap().pop().unwrap();
    let followers: Vec<AccountId> = (0..FOLLOWERS as u64)
        .map(|index| AccountId::new((number * 1_000_000 + index * 37).to_string()))
        .collect();
    loop {
        let crawl = ledger.crawl_of(&analysis).unwrap().unwrap();
        if !crawl.is_live() {
            break;
        }
        if dropped && crawl.followers.read > FOLLOWERS as u64 / 2 {
            update(Change::Cancel {
                analysis: analysis.id,
                person,
            })
            .await;
            break;
        }
        let queue = lookalike::model::Queue {
            network: crawl.network.clone(),
            stage: crawl.stage,
        };
        let leases = ledger
            .lease_each(&queue, vec![crawl.id; AT_ONCE])
            .await
            .unwrap();
        let done = leases
            .iter()
            .map(|lease| random_output(&crawl, lease, &followers, rng));
        let done: Vec<TaskOutput> = done.collect();
        let completed = leases.iter().zip(done);
        let completed = completed.map(|(lease, done)| ledger.complete(lease, done, 1));
        for completed in join_all(completed).await {
            completed.unwrap();
        }
    }
    for (id, _) in ledger.unsent(OutgoingId(0), usize::MAX).unwrap() {
        ledger.sent(id, None).await.unwrap();
    }
}

fn random_output(
    crawl: &Crawl,
    lease: &Lease,
    followers: &[AccountId],
    rng: &mut Pcg64Mcg,
) -> TaskOutput {
    let handle = &crawl.handle.0;
    TaskOutput::of(match crawl.stage {
        StageName::Verify => Facts::Account(profile(handle, handle, FOLLOWERS as u64)),
        StageName::Followers => Facts::Followers {
            lost: 0,
            ids: followers.to_vec(),
            end: Some(ListEnd::Complete),
            hints: Hints::default(),
        },
        StageName::Subscriptions => match &lease.task.subject {
            Subject::Account(follower) => {
                let ids = (0..ON_A_PAGE).map(|_| rng.random_range(0..1u64 << 34).to_string());
                Facts::Following {
                    lost: 0,
                    follower: follower.clone(),
                    ids: ids.map(AccountId::new).collect(),
                    asked: lease.task.cursor.clone(),
                    onward: Onward::End(ListEnd::Complete),
                    skip: false,
                    profiles: Vec::new(),
                }
            }
            _ if crawl.reading_order.is_none() => return order(followers),
            _ if crawl.planned == 0 => return planned(followers),
            _ => return nothing(),
        },
        StageName::Aggregate => Facts::Shortlist(shortlist(vec![candidate("21", 2)])),
        StageName::Profiles => profiles(
            (0..100)
                .map(|index| profile(&format!("{handle}{index}"), "one", 10))
                .collect(),
        ),
        StageName::Confirm => Facts::Confirming(0),
        StageName::Rank => Facts::Ranking(ranking(crawl, Vec::new(), crawl.progress_at)),
        StageName::Deliver => Facts::Delivered,
    })
}
