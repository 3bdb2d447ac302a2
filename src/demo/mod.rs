//! The invented world and the fake servers that speak for it, as real HTTP on 127.0.0.1, and the demo
//! that plays on them. Nothing here may call a real network, and nothing outside `main` and the tests
//! may depend on it.

pub mod networks;
pub mod telegram;
pub mod world;

mod chance;
mod play;
mod report;
mod scene;
mod terminal;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{Depth, Rate};

use networks::{Options, instagram};
use world::World;

pub use report::Report;
pub use scene::Scene;

/// The pace of the demo: an analysis takes seconds.
pub const QUICK_RATE: &str = "720000/h";

/// The key that the fake networks take.
pub const TOKEN: &str = "demo";

/// Handles that `--list` shows.
const LISTED: usize = 24;

/// Which world is served, and how well.
#[derive(Clone, Debug)]
pub struct Place {
    pub graph: Option<PathBuf>,
    pub faults: u8,
    pub seed: u64,
}

/// What the demo is asked for.
#[derive(Clone, Debug)]
pub struct Wishes {
    pub handles: Vec<String>,
    pub list: bool,
    pub json: bool,
    pub depth: Depth,
    pub measure: &'static str,
    pub data: Option<PathBuf>,
    pub rate: Rate,
    pub place: Place,
}

/// Plays the demo, as a chat or by itself.
pub async fn show(wishes: Wishes) -> anyhow::Result<()> {
    let world = wishes.place.world()?;
    if wishes.list {
        return Ok(list(&world)?);
    }
    let scene = Scene::open(world, &wishes).await?;
    if wishes.handles.is_empty() {
        terminal::chat(scene).await
    } else {
        play::play(scene, &wishes.handles, wishes.json).await
    }
}

/// Serves the fake networks alone, until asked to stop.
pub async fn serve_world(
    port: u16,
    rate: Rate,
    place: &Place,
    asked: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let world = place.world()?;
    let instagram = instagram::start(world, place.options(port, rate)).await?;
    let url = instagram.url();
    let settings = format!(
        "The fake Instagram answers. For a bot beside it:\n  INSTAGRAM_API_URL={url}\n  \
         INSTAGRAM_ACCESS_TOKEN={TOKEN}\n  INSTAGRAM_RATE={rate}\n"
    );
    std::io::stdout().write_all(settings.as_bytes())?;
    asked.await;
    instagram.stop().await;
    Ok(())
}

impl Place {
    pub fn world(&self) -> anyhow::Result<Arc<World>> {
        Ok(Arc::new(match &self.graph {
            Some(folder) => World::load(folder)?,
            None => World::invented(self.seed),
        }))
    }

    fn options(&self, port: u16, rate: Rate) -> Options {
        Options {
            port,
            token: TOKEN.into(),
            rate: Some((rate.count.get(), rate.window.max(Duration::from_secs(1)))),
            faults_percent: self.faults,
            seed: self.seed,
        }
    }
}

fn list(world: &World) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for index in world.worth_trying(LISTED) {
        let person = world.person(index);
        let followers = world.followers(index).len();
        let line = format!(
            "@{:<32} {followers:>7} followers  {}",
            person.handle, person.label
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
