//! Power cuts: what was acknowledged is there afterwards, nothing is torn, and the database opens.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use lookalike::model::Pointer;
use lookalike::stores::{Changes, SledStore, Store};
use rand::{Rng, RngCore, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::disk::mount::TestDisk;
use crate::disk::{HANDLE, assert_same_ranking, harness_on, start, undisturbed_report};
use crate::harness::report_from_disk;

/// Cuts while a load writes as fast as it can.
const CUTS: u64 = 50;

/// Cuts on one disk; the next one begins with an empty database.
const CUTS_OF_A_DISK: u64 = 10;

/// Cuts during the crawl of the real bot.
const CUTS_OF_A_CRAWL: u64 = 6;

/// The load is a process of its own: this test, with the folder to write into in the variable.
const ITSELF: &str = "disk::cuts::a_power_cut_takes_nothing_that_was_acknowledged";
const FOLDER: &str = "LOOKALIKE_TEST_LOAD";

/// Rows that the load overwrites again and again, and commits in one segment.
const KEYS: u64 = 150;
const COMMITS_OF_A_SEGMENT: u64 = 40;

/// Commits after which all rows are rewritten.
const COMMITS_OF_A_GENERATION: u64 = 9;
const REWRITING: &str = "rewriting";

const COUNTER: &[u8] = b"counter";

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        return load(Path::new(&folder));
    }
    let mut rng = Pcg64Mcg::seed_from_u64(8);
    let (mut acknowledged, mut kept, mut checked, mut rewriting) = (0, 0, 0, 0);
    for disk in 0..CUTS / CUTS_OF_A_DISK {
        let Some(disk) = (disk == 0 || acknowledged > 0)
            .then(|| TestDisk::new(48))
            .flatten()
        else {
            return;
        };
        let folder = disk.path().join("data");
        let mut commits = 0;
        for _ in 0..CUTS_OF_A_DISK {
            // Every other cut comes while the rows are rewritten.
            let mut count = rng.random_range(0..80);
            if rng.random() {
                count += COMMITS_OF_A_GENERATION - (commits + count) % COMMITS_OF_A_GENERATION;
            }
            let (reported, was_rewriting) = load_until_cut(&disk, &folder, count);
            let reported = reported.max(commits);
            rewriting += u64::from(was_rewriting);
            acknowledged += reported - commits;
            let store = SledStore::open(&folder).expect("the database opens after a power cut");
            commits = counter(&store);
            assert!(
                commits == reported || commits == reported + 1,
                "commit {reported} was the last to be acknowledged, and {commits} are there"
            );
            let rows = assert_state_of(&store, commits);
            checked += rows;
            kept += 1;
        }
    }
    println!(
        "{kept} power cuts, {rewriting} of them while all rows were rewritten, {acknowledged} commits \
         acknowledged, 0 lost; {checked} rows and their records read back, 0 torn"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn power_cuts_in_a_crawl_change_the_answer_in_nothing() {
    let Some(disk) = TestDisk::new(48) else {
        return;
    };
    let calm = undisturbed_report().await;
    let requests = calm.requests;
    let total = requests.verify + requests.followers + requests.subscriptions + requests.profiles;
    let harness = harness_on(&disk.path()).await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    for cut in 1..=CUTS_OF_A_CRAWL {
        harness
            .network
            .arrived(total * cut / (CUTS_OF_A_CRAWL + 1))
            .await;
        disk.cut();
        bot.kill().unwrap();
        bot.wait().unwrap();
        disk.mount_again();
        bot = start(&harness);
    }
    harness.until_delivered(&harness.ann, HANDLE).await;
    crate::disk::end(&mut bot);
    let report = report_from_disk(&disk.path().join("data"), &harness.ann).await;
    assert_same_ranking(&report, &calm);
    println!("{CUTS_OF_A_CRAWL} power cuts in a crawl of {total} requests: the same ranking");
}

/// Runs the load until it has reported this many commits, then cuts the power. Returns the last commit that was
/// acknowledged, 0 for none, and whether the rows were being rewritten.
fn load_until_cut(disk: &TestDisk, folder: &Path, commits: u64) -> (u64, bool) {
    let mut load = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", ITSELF, "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let reported = BufReader::new(load.stdout.take().unwrap()).lines();
    let is_rewriting = Cell::new(false);
    let mut reported = reported.map_while(Result::ok).filter_map(|line| {
        let commit = line.strip_prefix("commit ");
        if commit.is_some() || line == REWRITING {
            is_rewriting.set(commit.is_none());
        }
        commit?.parse::<u64>().ok()
    });
    let before = reported.by_ref().take(commits as usize).last();
    disk.cut();
    load.kill().unwrap();
    let last = reported.last().or(before).unwrap_or(0);
    load.wait().unwrap();
    disk.mount_again();
    (last, is_rewriting.get())
}

/// Commits as fast as possible, and reports each acknowledged commit.
fn load(folder: &Path) {
    let store = SledStore::open(folder).unwrap();
    for commit in counter(&store) + 1.. {
        let mut changes = Changes::from([(COUNTER.to_vec(), Some(commit.to_be_bytes().into()))]);
        for (key, put) in changes_of(commit) {
            let value = put.then(|| {
                let segment = (commit / COMMITS_OF_A_SEGMENT) as u32;
                let pointer = store.append(segment, &record(commit, key)).unwrap();
                serde_json::to_vec(&(commit, pointer)).unwrap()
            });
            changes.insert(row(key), value);
        }
        store.commit(&changes).unwrap();
        println!("\ncommit {commit}");
        if commit.is_multiple_of(COMMITS_OF_A_GENERATION) {
            println!("\n{REWRITING}");
            store.rewrite(&|| true).unwrap();
        }
    }
}

/// Returns the rows that a commit puts (`true`) or removes.
fn changes_of(commit: u64) -> BTreeMap<u64, bool> {
    let mut rng = Pcg64Mcg::seed_from_u64(commit);
    let count = rng.random_range(1..20);
    let changes = (0..count).map(|_| (rng.random_range(0..KEYS), rng.random_ratio(4, 5)));
    changes.collect()
}

fn record(commit: u64, key: u64) -> Vec<u8> {
    let mut rng = Pcg64Mcg::seed_from_u64(commit << 20 | key);
    let mut bytes = vec![0; rng.random_range(0..3_000)];
    rng.fill_bytes(&mut bytes);
    bytes
}

fn row(key: u64) -> Vec<u8> {
    [b"row".as_slice(), &key.to_be_bytes()].concat()
}

fn counter(store: &dyn Store) -> u64 {
    let value = store.get(COUNTER).unwrap();
    value.map_or(0, |value| u64::from_be_bytes(value.try_into().unwrap()))
}

/// Asserts that the rows and records are those after this commit; returns how many there are.
fn assert_state_of(store: &dyn Store, commits: u64) -> usize {
    let mut expected = BTreeMap::new();
    for commit in 1..=commits {
        for (key, put) in changes_of(commit) {
            match put {
                true => expected.insert(row(key), (commit, key)),
                false => expected.remove(&row(key)),
            };
        }
    }
    let there = store.scan(b"row", b"rox", usize::MAX).unwrap();
    let keys: Vec<_> = there.iter().map(|(key, _)| key).collect();
    assert_eq!(
        keys,
        expected.keys().collect::<Vec<_>>(),
        "the rows of commit {commits}"
    );
    for ((_, value), (commit, key)) in there.iter().zip(expected.values()) {
        let (by, pointer): (u64, Pointer) = serde_json::from_slice(value).unwrap();
        assert_eq!(by, *commit, "row {key} is as commit {commit} has put it");
        let read = store.record(pointer).expect("a row points to its record");
        assert!(
            read == record(*commit, *key),
            "the record of row {key} is whole"
        );
    }
    there.len()
}
