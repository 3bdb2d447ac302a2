//! The invented world, the fake servers that serve it over real HTTP on 127.0.0.1, and the demo that runs on them; and
//! the demo's chat with a bot on the real networks. Nothing here calls a real network itself, and only `main` and the
//! tests may depend on it.

pub mod networks;
pub mod telegram;
pub mod world;

mod avatar;
mod connection;
mod pseudorandom;
mod sandbox;
mod saved_files;
mod scripted;
mod terminal;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{Depth, NetworkName, Rate};
use crate::networks::{KINDS, kind};

use networks::{Directory, FAKES, FakeKind, FakeOptions};
use world::World;

pub use sandbox::Sandbox;
pub use scripted::is_list;

/// The demo's rate: an analysis takes seconds.
pub const QUICK_RATE: &str = "720000/h";

/// The key that the fake networks accept.
pub const TOKEN: &str = "demo";

/// What the demo's chat begins with.
const DEMO_OPENING: &str =
    "You are in a chat with the bot. Type a handle (`lookalike demo --list` shows some) or /help;";

/// How many handles `--list` shows.
const LISTED: usize = 24;

/// Which world is served, and how reliably.
#[derive(Clone, Debug)]
pub struct WorldOptions {
    pub graph: Option<PathBuf>,
    pub faults: u8,
    pub seed: u64,
}

/// The options of the demo.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    pub handles: Vec<String>,
    pub list: bool,
    pub json: bool,
    pub depth: Depth,
    pub measure: &'static str,
    /// The person's language, as Telegram would tell it.
    pub language: Option<String>,
    pub data: Option<PathBuf>,
    pub rate: Rate,
    pub world: WorldOptions,
}

/// Runs the demo, as a chat or by itself.
pub async fn run(options: DemoOptions) -> anyhow::Result<()> {
    let world = options.world.load()?;
    if options.list {
        return Ok(list(world)?);
    }
    let sandbox = Sandbox::open(world, &options).await?;
    if options.handles.is_empty() {
        terminal::chat(sandbox, DEMO_OPENING, std::future::pending()).await
    } else {
        scripted::run(sandbox, &options.handles, options.json).await
    }
}

/// Chats in the terminal with the operator's bot, which searches on the real networks. Ends with the input, or when
/// asked to.
pub async fn chat(stopped: impl Future<Output = ()>) -> anyhow::Result<()> {
    let sandbox = Sandbox::on_real_networks().await?;
    let networks = sandbox.app.context().networks.names();
    let titles = networks.filter_map(|name| Some(kind(&name)?.title));
    let opening = format!(
        "This is the real bot by your settings, on {}; only Telegram is left out. Its database is\n\
         a new one, removed at the end: it touches no other bot's. With some hundred followers, an account takes\n\
         minutes. Type a handle or /help;",
        titles.collect::<Vec<_>>().join(", ")
    );
    terminal::chat(sandbox, &opening, stopped).await
}

/// Serves the fake networks alone, each API on its own port from this one on, until asked to stop. The output can be
/// used as a bot's `.env`.
pub async fn serve_world(
    port: u16,
    rate: Rate,
    options: &WorldOptions,
    stopped: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let world = options.load()?;
    let mut running = Vec::new();
    let mut text = String::from("# The fake networks answer. For a bot beside them:\n");
    for (fake, number) in FAKES.iter().zip(0..) {
        // 0 means any port for each.
        let port = if port == 0 {
            0
        } else {
            port.saturating_add(number)
        };
        let network = fake
            .start(Arc::clone(&world), options.fake_options(port, rate))
            .await?;
        let is_first = shown().any(|shown| std::ptr::eq(shown, fake));
        let aside = if is_first { "" } else { "#" };
        text.push_str(&headed(fake, is_first));
        for (name, value) in fake.settings(&network, TOKEN, rate) {
            text.push_str(&format!("{aside}{name}={value}\n"));
        }
        running.push(network);
    }
    std::io::stdout().write_all(text.as_bytes())?;
    stopped.await;
    for network in running {
        network.stop().await;
    }
    Ok(())
}

/// Returns the line above the settings that lead to a fake.
fn headed(fake: &FakeKind, is_first: bool) -> String {
    let kind = kind(&NetworkName::new(fake.network));
    let title = kind.map_or(fake.network, |kind| kind.title);
    match kind.map_or(1, |kind| kind.apis.len()) {
        1 => format!("# {title}\n"),
        _ if is_first => format!("# {title}, by {}\n", fake.api),
        _ => format!("# {title}, by {} instead\n", fake.api),
    }
}

/// Returns one fake of every network.
fn shown() -> impl Iterator<Item = &'static FakeKind> {
    KINDS.iter().filter_map(|kind| {
        let mut fakes = FAKES.iter();
        fakes.find(|fake| fake.network == kind.name)
    })
}

impl WorldOptions {
    pub fn load(&self) -> anyhow::Result<Arc<World>> {
        Ok(Arc::new(match &self.graph {
            Some(folder) => World::load(folder)?,
            None => World::invented(self.seed),
        }))
    }

    fn fake_options(&self, port: u16, rate: Rate) -> FakeOptions {
        FakeOptions {
            port,
            token: TOKEN.into(),
            rate: Some((rate.count.get(), rate.window.max(Duration::from_secs(1)))),
            faults_percent: self.faults,
            seed: self.seed,
        }
    }
}

/// Prints some accounts with their handles on each network.
fn list(world: Arc<World>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let directories: Vec<(&str, Directory)> = shown()
        .skip(1)
        .map(|fake| (fake.network, fake.directory(Arc::clone(&world))))
        .collect();
    for index in world.worth_trying(LISTED) {
        let person = world.account(index);
        let followers = world.followers(index).len();
        let line = format!(
            "@{:<32} {followers:>7} followers  {}",
            person.handle, person.label
        );
        writeln!(out, "{}", line.trim_end())?;
        for (network, directory) in &directories {
            writeln!(out, "    {network}:{}", directory.handle(index))?;
        }
    }
    Ok(())
}
