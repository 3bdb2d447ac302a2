//! A thousand people ask at once: how soon they are heard, and what that takes in memory.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lookalike::demo::telegram::{FakeTelegram, Person};
use lookalike::demo::world::{World, WorldAccount as Account};

use crate::house::{House, WITHIN};

const PEOPLE: u32 = 1_000;
/// 8 in progress and 100 that wait.
const ACCOUNTS: u32 = 108;
const FOLLOWERS: u32 = 100;
/// Fast enough to look all accounts up within seconds, and too slow to get through with any soon.
const RATE: (u32, Duration) = (360_000, Duration::from_secs(3_600));
/// Megabytes: far above what is seen, and far below what the cheapest machine has.
const ENOUGH: u64 = 150;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_at_once_take_little_memory() {
    if !std::path::Path::new("/proc/self/status").exists() {
        println!("skipped: what a process holds in memory is read from /proc, which is not here");
        return;
    }
    let house = house().await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "/start");
    house
        .until(&house.ann, "a greeting", |m| m.len() == 2)
        .await;
    let idle = megabytes(&bot, "VmRSS");

    everybody_asks(&house);
    let sent = |calls: usize| move |telegram: &FakeTelegram| telegram.calls("sendMessage") >= calls;
    until(&house, "the first hundred bubbles", sent(100)).await;
    all_are_looked_up(&house).await;
    for number in 0..PEOPLE {
        house.telegram.says(&person(number), "/status");
    }
    let received = |telegram: &FakeTelegram| telegram.unconfirmed() == 0;
    until(&house, "all are received", received).await;
    until(&house, "a hundred more", sent(200)).await;
    let (now, peak) = (megabytes(&bot, "VmRSS"), megabytes(&bot, "VmHWM"));
    println!(
        "{PEOPLE} people, {ACCOUNTS} searches of which 8 in progress: {idle} MB of memory idle, \
         {now} MB under load, {peak} MB at most"
    );
    assert!(peak < ENOUGH, "{peak} MB for {PEOPLE} people is too much");
    assert_eq!(house.telegram.violations(), Vec::<String>::new());
    bot.kill().unwrap();
    bot.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_people_who_ask_at_once_are_all_heard() {
    let mut house = house().await;
    house.start().await;
    everybody_asks(&house);
    heard(&house, "searches").await;
    all_are_looked_up(&house).await;
    for number in 0..PEOPLE {
        house.telegram.says(&person(number), "/status");
    }
    heard(&house, "/status").await;
    house.stop().await;
}

/// Waits until all that was asked is in the outbox, which the pacer works through.
async fn heard(house: &House, what: &str) {
    let from = Instant::now();
    let ledger = &house.app().context().ledger;
    let all = || house.telegram.unconfirmed() == 0 && ledger.unhandled(1).unwrap().is_empty();
    while !all() {
        assert!(from.elapsed() < WITHIN, "not all {what} are heard");
        tokio::task::yield_now().await;
    }
    let took = from.elapsed();
    println!("{PEOPLE} people at once ({what}): all were handed to the pacer in {took:?}");
}

async fn house() -> House {
    let mut house = House::with_rate(world(), Some(RATE)).await;
    house
        .set("INSTAGRAM_RATE", &format!("{}/h", RATE.0))
        .set("MAX_ACTIVE", "8")
        .set("VERIFY_MAX_CONCURRENT", "16");
    house
}

fn everybody_asks(house: &House) {
    for number in 0..PEOPLE {
        let account = format!("@target{}", number % ACCOUNTS);
        house.telegram.says(&person(number), &account);
    }
}

/// A search and a profile for each account; then the first are in progress and the rest wait.
async fn all_are_looked_up(house: &House) {
    house.network.arrived(u64::from(ACCOUNTS) * 2 + 100).await;
}

async fn until(house: &House, what: &str, seen: impl FnMut(&FakeTelegram) -> bool) {
    let seen = house.telegram.until_true(WITHIN, what, seen).await;
    seen.unwrap_or_else(|missing| panic!("not seen: {}", missing.expected));
}

fn person(number: u32) -> Person {
    Person::new(1_000 + i64::from(number), &format!("Person {number}"))
}

/// Accounts that each have followers of their own.
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
        }
    });
    let followers = ACCOUNTS..ACCOUNTS * (1 + FOLLOWERS);
    let follows: Vec<(u32, u32)> = followers.map(|index| (index, index % ACCOUNTS)).collect();
    World::new(people.collect(), &follows)
}

fn start(house: &House) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .env_clear()
        .envs(house.environment())
        .env("RUST_LOG", "error")
        .current_dir(house.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the kernel says of a process.
fn megabytes(process: &Child, field: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap().div_ceil(1_024)
}
