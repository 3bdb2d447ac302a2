//! One account with 100,000 followers and 10 million follows, end to end: the fake network in one process, the real bot
//! in another, a fake Telegram in this one. Prints how long the search took, how many requests, and the peak memory of
//! the bot.
//!
//! `cargo bench --bench large_account [-- FOLLOWERS FOLLOWS_EACH]`

use std::io::{BufRead, BufReader, BufWriter, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lookalike::demo::is_list;
use lookalike::demo::telegram::{FakeTelegram, Person};
use rand::{Rng, SeedableRng};

const BINARY: &str = env!("CARGO_BIN_EXE_lookalike");

/// So high that the machine is the limit, not the budget.
const RATE: &str = "36000000/h";

/// Accounts to follow, popular ones much more often than others.
const FOLLOWED: f64 = 2_000_000.0;

/// After this long, something hangs.
const WITHIN: Duration = Duration::from_secs(1_800);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let numbers: Vec<u64> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let followers = numbers.first().copied().unwrap_or(100_000);
    let follows = numbers.get(1).copied().unwrap_or(100);
    let folder = tempfile::tempdir()?;
    write_graph(folder.path(), followers, follows)?;
    println!("{followers} followers, {follows} follows each");

    let mut world = Command::new(BINARY)
        .args(["world", "--port", "0", "--rate", RATE, "--graph"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()?;
    // Kept open, so that the world can print more.
    let (url, _output) = api_url(&mut world)?;
    let telegram = FakeTelegram::start(0).await?;
    let mut bot = Command::new(BINARY)
        .current_dir(folder.path())
        .env("TELOXIDE_TOKEN", telegram.token())
        .env("TELEGRAM_API_URL", telegram.url())
        .env("INSTAGRAM_API", "v1")
        .env("INSTAGRAM_API_URL", url)
        .env("INSTAGRAM_ACCESS_TOKEN", lookalike::demo::TOKEN)
        .env("INSTAGRAM_RATE", RATE)
        .env("BLUESKY", "off")
        .env("DEPTH", "full")
        .env("RUST_LOG", "warn")
        .spawn()?;

    let person = Person::new(7, "Ann");
    let started = Instant::now();
    telegram.says(&person, "@target");
    let delivered = telegram
        .until(person.id, WITHIN, "the ranked list", |messages| {
            messages.iter().any(|message| is_list(message, "target"))
        })
        .await;
    let took = started.elapsed();
    let peak = peak_memory_mb(bot.id());
    let database = folder_size(&folder.path().join("data"));
    bot.kill()?;
    bot.wait()?;
    world.kill()?;
    world.wait()?;
    let messages = delivered.map_err(|error| anyhow::anyhow!("{error}"))?;
    let summary = messages
        .iter()
        .find(|message| message.from_bot)
        .map(|message| message.text.clone());
    println!("{}", summary.unwrap_or_default());
    println!(
        "took {:.1} s; the bot's peak memory {peak} MB; database {} MB",
        took.as_secs_f64(),
        database / 1_000_000
    );
    Ok(())
}

/// Writes a graph in which all follow account 0, and others by a power law.
fn write_graph(folder: &Path, followers: u64, follows: u64) -> anyhow::Result<()> {
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(1);
    let mut edges = BufWriter::new(std::fs::File::create(folder.join("edges.tsv"))?);
    for follower in 1..=followers {
        writeln!(edges, "{follower}\t0")?;
        for _ in 1..follows {
            let popular: f64 = random.random::<f64>().powi(4);
            writeln!(
                edges,
                "{follower}\t{}",
                followers + 1 + (popular * FOLLOWED) as u64
            )?;
        }
    }
    edges.flush()?;
    std::fs::write(
        folder.join("nodes.tsv"),
        "id\tscreen_name\tname\tlabel\n0\ttarget\tTarget\t\n",
    )?;
    Ok(())
}

fn api_url(world: &mut Child) -> anyhow::Result<(String, Lines<BufReader<ChildStdout>>)> {
    let output = world
        .stdout
        .take()
        .ok_or_else(|| anyhow::anyhow!("the world has no output"))?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next() {
        if let Some((_, url)) = line?.split_once("INSTAGRAM_API_URL=") {
            return Ok((url.to_owned(), lines));
        }
    }
    anyhow::bail!("the world did not say where it is")
}

/// Returns the peak memory of a process, as Linux reports it.
fn peak_memory_mb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes / 1024)
}

fn folder_size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => folder_size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
