//! Everything in one process: the fake servers, the real bot, engine and database, and a person who chats.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::demo::networks::FakeNetwork;
use crate::demo::saved_files::SavedFiles;
use crate::demo::telegram::{Event, FakeTelegram, Person};
use crate::demo::world::World;
use crate::demo::{self, DemoOptions, TOKEN};

/// The person at the keyboard.
const PERSON: i64 = 1_000_001;

pub struct Sandbox {
    pub telegram: FakeTelegram,
    /// A fake of every network.
    pub networks: Vec<FakeNetwork>,
    pub person: Person,
    pub app: App,
    /// Everything that happens in the chat.
    pub events: Receiver<Event>,
    /// Where its pictures and files are saved.
    pub(super) folder: SavedFiles,
    /// Removed at the end, with everything in it.
    temporary: TempDir,
}

impl Sandbox {
    pub async fn open(world: Arc<World>, options: &DemoOptions) -> anyhow::Result<Self> {
        let telegram = FakeTelegram::start(0).await?;
        let events = telegram.events();
        let mut person = Person::new(PERSON, "you");
        person.language_code.clone_from(&options.language);
        telegram.knows(&person);
        let temporary = tempfile::tempdir().with_context(|| {
            let folder = std::env::temp_dir();
            format!(
                "no folder can be made in {}; set TMPDIR to one that can be written, for example TMPDIR=/tmp",
                folder.display()
            )
        })?;
        let folder = options.data.as_deref().unwrap_or(temporary.path());
        let mut settings = settings(&telegram, folder);
        let mut networks = Vec::new();
        for fake in demo::shown() {
            let fake_options = options.world.fake_options(0, options.rate);
            let running = fake.start(Arc::clone(&world), fake_options).await?;
            settings.extend(fake.settings(&running, TOKEN, options.rate));
            networks.push(running);
        }
        settings.insert("DEPTH".to_owned(), options.depth.to_string());
        settings.insert("MEASURE".to_owned(), options.measure.to_owned());
        let mut config = Config::read(&|name| settings.get(name).cloned())?;
        // The same followers are sampled in every run.
        config.rules.sampling_key = Some(u128::from(options.world.seed).to_le_bytes());
        let app = App::start(&config, Arc::new(SystemClock::default())).await?;
        Ok(Self {
            telegram,
            networks,
            person,
            app,
            events,
            folder: SavedFiles::beside(options.data.as_deref()),
            temporary,
        })
    }

    pub async fn close(self) -> anyhow::Result<()> {
        self.app.stop().await?;
        for network in self.networks {
            network.stop().await;
        }
        self.telegram.stop();
        self.temporary.close()?;
        Ok(())
    }
}

/// The settings of a production bot, but faster: what takes minutes there takes moments here.
fn settings(telegram: &FakeTelegram, folder: &Path) -> BTreeMap<String, String> {
    let mut settings: BTreeMap<String, String> = [
        ("TELOXIDE_TOKEN", telegram.token()),
        ("TELEGRAM_API_URL", telegram.url()),
        ("REQUEST_TIMEOUT", "5s".to_owned()),
        ("MIN_COOL_DOWN", "50ms".to_owned()),
        ("MAX_COOL_DOWN", "1s".to_owned()),
        ("DATABASE_URL", format!("sled:{}", folder.display())),
        ("ANALYSES_PER_PERSON", "100".to_owned()),
        ("BUBBLE_EVERY", "2s".to_owned()),
        // Whoever tries the demo is the operator.
        ("OPERATORS", PERSON.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    // Many quick attempts: a fault in one of five requests must not show in the result.
    for stage in ["VERIFY", "FOLLOWERS", "SUBSCRIPTIONS", "PROFILES"] {
        settings.insert(format!("{stage}_MIN_BACKOFF_SECONDS"), "0.05".to_owned());
        settings.insert(format!("{stage}_MAX_BACKOFF_SECONDS"), "1".to_owned());
        settings.insert(format!("{stage}_TASK_RETRY_LIMIT"), "20".to_owned());
    }
    settings
}
