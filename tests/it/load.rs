//! A thousand people ask at once: how soon they are served, and how much memory that takes.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lookalike::demo::telegram::{FakeTelegram, Person};
use lookalike::demo::world::{World, WorldAccount as Account};

use crate::harness::{Harness, WITHIN};

const PEOPLE: u32 = 1_000;
/// 8 searches in progress and 100 that wait.
const ACCOUNTS: u32 = 108;
const FOLLOWERS: u32 = 100;
/// Fast enough to look all accounts up within seconds, and too slow to finish any search soon.
const RATE: (u32, Duration) = (360_000, Duration::from_secs(3_600));
/// Megabytes: far above what is measured, and far below what the cheapest machine has.
const ENOUGH: u64 = 150;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_at_once_take_little_memory() {
    if !std::path::Path::new("/proc/self/status").exists() {
        println!("skipped: what a process holds in memory is read from /proc, which is not here");
        return;
    }
    let harness = harness().await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "/start");
    harness
        .until(&harness.ann, "a greeting", |m| m.len() == 2)
        .await;
    let idle = megabytes(&bot, "VmRSS");

    everybody_asks(&harness);
    let sent = |calls: usize| move |telegram: &FakeTelegram| telegram.calls("sendMessage") >= calls;
    until(&harness, "the first hundred bubbles", sent(100)).await;
    all_are_looked_up(&harness).await;
    for number in 0..PEOPLE {
        harness.telegram.says(&person(number), "/status");
    }
    let received = |telegram: &FakeTelegram| telegram.unconfirmed() == 0;
    until(&harness, "all are received", received).await;
    until(&harness, "a hundred more", sent(200)).await;
    let (now, peak) = (megabytes(&bot, "VmRSS"), megabytes(&bot, "VmHWM"));
    println!(
        "{PEOPLE} people, {ACCOUNTS} searches of which 8 in progress: {idle} MB of memory idle, \
         {now} MB under load, {peak} MB at most"
    );
    assert!(peak < ENOUGH, "{peak} MB for {PEOPLE} people is too much");
    assert_eq!(harness.telegram.violations(), Vec::<String>::new());
    bot.kill().unwrap();
    bot.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_who_ask_at_once_are_all_served() {
    let mut harness = harness().await;
    harness.start().await;
    everybody_asks(&harness);
    until_handled(&harness, "searches").await;
    all_are_looked_up(&harness).await;
    for number in 0..PEOPLE {
        harness.telegram.says(&person(number), "/status");
    }
    until_handled(&harness, "/status").await;
    harness.stop().await;
}

/// Waits until all answers are in the outbox, which the pacer works through.
async fn until_handled(harness: &Harness, what: &str) {
    let from = Instant::now();
    let ledger = &harness.app().context().ledger;
    let all = || harness.telegram.unconfirmed() == 0 && ledger.unhandled(1).unwrap().is_empty();
    while !all() {
        assert!(from.elapsed() < WITHIN, "not all {what} are heard");
        tokio::task::yield_now().await;
    }
    let took = from.elapsed();
    println!("{PEOPLE} people at once ({what}): all were handed to the pacer in {took:?}");
}

async fn harness() -> Harness {
    let mut harness = Harness::with_rate(world(), Some(RATE)).await;
    harness
        .set("INSTAGRAM_RATE", &format!("{}/h", RATE.0))
        .set("MAX_ACTIVE", "8")
        .set("VERIFY_MAX_CONCURRENT", "16");
    harness
}

fn everybody_asks(harness: &Harness) {
    for number in 0..PEOPLE {
        let account = format!("@target{}", number % ACCOUNTS);
        harness.telegram.says(&person(number), &account);
    }
}

/// Waits for a search and a profile for each account; then the first are in progress and the rest wait.
async fn all_are_looked_up(harness: &Harness) {
    harness.network.arrived(u64::from(ACCOUNTS) * 2 + 100).await;
}

async fn until(harness: &Harness, what: &str, seen: impl FnMut(&FakeTelegram) -> bool) {
    let seen = harness.telegram.until_true(WITHIN, what, seen).await;
    seen.unwrap_or_else(|missing| panic!("not seen: {}", missing.expected));
}

fn person(number: u32) -> Person {
    Person::new(1_000 + i64::from(number), &format!("Person {number}"))
}

/// Returns a world of accounts with followers of their own.
fn world() -> World {
    let people = (0..ACCOUNTS * (1 + FOLLOWERS)).map(|index| {
        let handle = match index {
            index if index < ACCOUNTS => format!("target{index}"),
            index => format!("user{index}"),
        };
        Account {
            id: 10_000 + u64::from(index),
            name: handle.clone(),
            handle,
            bio: String::new(),
            private: false,
            label: String::new(),
            kind: None,
        }
    });
    let followers = ACCOUNTS..ACCOUNTS * (1 + FOLLOWERS);
    let follows: Vec<(u32, u32)> = followers.map(|index| (index, index % ACCOUNTS)).collect();
    World::new(people.collect(), &follows)
}

fn start(harness: &Harness) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .env_clear()
        .envs(harness.environment())
        .env("RUST_LOG", "error")
        .current_dir(harness.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Returns what the kernel reports of a process.
fn megabytes(process: &Child, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap().div_ceil(1_024)
}
