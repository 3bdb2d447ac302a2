//! Counting the most followed accounts: our method, two hash maps and a radix sort, on the same lists in the same
//! database. Each counts in a process of its own, for a peak memory of its own.
//!
//! `cargo bench --bench counting [-- FOLLOWERS FOLLOWS_EACH]`

mod alternatives;
mod database;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use lookalike::clock::SystemClock;
use lookalike::counting::most_frequent;
use lookalike::ledger::Ledger;
use lookalike::model::{AccountId, CrawlId};
use lookalike::stores::SledStore;

use database::{CRAWL, SyntheticAudience, fill};

/// The lengths of the list: as many as people look at, and as many candidates as the bot keeps.
const MOST: [usize; 2] = [300, 5_000];

const METHODS: [&str; 4] = ["two passes", "std hash map", "fast hash map", "radix sort"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, method, folder, most] = arguments.as_slice()
        && METHODS.contains(&method.as_str())
    {
        return count(method, Path::new(folder), most.parse()?).await;
    }
    let numbers: Vec<usize> = arguments.iter().flat_map(|it| it.parse()).collect();
    let followers = numbers.first().copied().unwrap_or(100_000);
    let each = numbers.get(1).copied().unwrap_or(516);
    for audience in [
        SyntheticAudience::skewed(followers, each),
        SyntheticAudience::flat(followers, each),
    ] {
        compare(&audience).await?;
    }
    Ok(())
}

async fn compare(audience: &SyntheticAudience) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let follows = fill(folder.path(), audience).await?;
    let lists: u64 = std::fs::read_dir(folder.path().join("lists"))?
        .map(|entry| Ok(entry?.metadata()?.len()))
        .sum::<std::io::Result<u64>>()?;
    println!(
        "{}: {:.1} million follows of {} followers, {:.2} bytes a follow",
        audience.name,
        follows as f64 / 1e6,
        audience.followers,
        lists as f64 / follows as f64
    );
    for most in MOST {
        println!(" the first {most}:");
        side_by_side(folder.path(), most)?;
    }
    Ok(())
}

fn side_by_side(folder: &Path, most: usize) -> anyhow::Result<()> {
    let mut ours = None;
    for method in METHODS {
        let output = Command::new(std::env::current_exe()?)
            .arg(method)
            .arg(folder)
            .arg(most.to_string())
            .stderr(Stdio::inherit())
            .output()?;
        let said = String::from_utf8(output.stdout)?;
        let mut lines = said.lines();
        let figures = lines.next().context("the count has failed")?;
        let figures: Vec<f64> = figures.split(' ').flat_map(str::parse).collect();
        let [looking_up, seconds, megabytes] = figures.as_slice() else {
            anyhow::bail!("the count has printed {said}");
        };
        let counted: String = lines.collect();
        let (our_seconds, our_count) = ours.get_or_insert((*seconds, counted.clone()));
        anyhow::ensure!(*our_count == counted, "{method} has counted something else");
        println!(
            "  {method:<14} {seconds:>6.2} s {:>5.1} x {megabytes:>6.0} MB  (places looked up in {looking_up:.2} s)",
            seconds / *our_seconds
        );
    }
    Ok(())
}

/// Counts by one method; prints the seconds to find the lists and to count them, the memory in MB that the counting
/// added at its peak, and what was counted.
async fn count(method: &str, folder: &Path, most: usize) -> anyhow::Result<()> {
    let ledger = Ledger::open(
        Arc::new(SledStore::open(folder)?),
        Arc::new(SystemClock::default()),
        database::RULES,
    )
    .await?;
    let crawl = ledger.crawl(CrawlId(CRAWL))?.context("no crawl")?;
    let started = Instant::now();
    let lists = ledger.lists(&crawl, None)?;
    let looking_up = started.elapsed();
    // Resets the peak on Linux.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS:");
    let started = Instant::now();
    let counted = match method {
        "two passes" => most_frequent(&lists, most, &AccountId::new("0"))?,
        "std hash map" => alternatives::std_hash_map(&lists, most)?,
        "fast hash map" => alternatives::fast_hash_map(&lists, most)?,
        _ => alternatives::radix_sort(&lists, most)?,
    };
    let took = started.elapsed();
    let megabytes = status("VmHWM:").saturating_sub(before) / 1_024;
    println!(
        "{} {} {megabytes}",
        looking_up.as_secs_f64(),
        took.as_secs_f64()
    );
    println!("{counted:?}");
    Ok(())
}

fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
