//! Everything in one process: the fake servers, the real bot, engine and database, and a person who chats. The networks
//! are fakes, too, or the real ones.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::demo::networks::FakeNetwork;
use crate::demo::saved_files::SavedFiles;
use crate::demo::telegram::{Event, FakeTelegram, Person};
use crate::demo::world::World;
use crate::demo::{self, DemoOptions, TOKEN};

/// The person at the keyboard.
const PERSON: i64 = 1_000_001;

pub struct Sandbox {
    pub telegram: FakeTelegram,
    /// A fake of every network; empty on the real networks.
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
    /// On fakes of all networks.
    pub async fn open(world: Arc<World>, options: &DemoOptions) -> anyhow::Result<Self> {
        let chat = FakeChat::open(options.language.clone()).await?;
        let folder = options.data.as_deref().unwrap_or(chat.temporary.path());
        let mut settings = chat.settings(folder);
        settings.extend(in_haste());
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
        chat.start(&config, networks, options.data.as_deref()).await
    }

    /// On the real networks, by the operator's settings. The database is a temporary one: the operator's may belong to a
    /// bot that runs, whose messages must not end up here.
    pub(super) async fn on_real_networks() -> anyhow::Result<Self> {
        let chat = FakeChat::open(None).await?;
        let mut settings = chat.settings(chat.temporary.path());
        // Nobody else can get in; and the bot that runs may serve metrics.
        for name in ["ALLOWED", "METRICS_ADDRESS"] {
            settings.insert(name.to_owned(), String::new());
        }
        let config = Config::read_but(&settings, &config::variable)?;
        chat.start(&config, Vec::new(), None).await
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

/// The fake Telegram with a person in it, and a folder that is removed with them.
struct FakeChat {
    telegram: FakeTelegram,
    events: Receiver<Event>,
    person: Person,
    temporary: TempDir,
}

impl FakeChat {
    async fn open(language: Option<String>) -> anyhow::Result<Self> {
        let telegram = FakeTelegram::start(0).await?;
        let events = telegram.events();
        let mut person = Person::new(PERSON, "you");
        person.language_code = language;
        telegram.knows(&person);
        let temporary = tempfile::tempdir().with_context(|| {
            let folder = std::env::temp_dir();
            format!(
                "no folder can be made in {}; set TMPDIR to one that can be written, for example TMPDIR=/tmp",
                folder.display()
            )
        })?;
        Ok(Self {
            telegram,
            events,
            person,
            temporary,
        })
    }

    /// Returns the settings that lead a bot here.
    fn settings(&self, database: &Path) -> BTreeMap<String, String> {
        let settings = [
            ("TELOXIDE_TOKEN", self.telegram.token()),
            ("TELEGRAM_API_URL", self.telegram.url()),
            ("DATABASE_URL", format!("sled:{}", database.display())),
            // Whoever sits here is the operator.
            ("OPERATORS", PERSON.to_string()),
        ];
        settings
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    /// Starts the bot. Files of the chat are saved beside the `data`, or else in a folder that stays.
    async fn start(
        self,
        config: &Config,
        networks: Vec<FakeNetwork>,
        data: Option<&Path>,
    ) -> anyhow::Result<Sandbox> {
        let app = App::start(config, Arc::new(SystemClock::default())).await?;
        Ok(Sandbox {
            telegram: self.telegram,
            networks,
            person: self.person,
            app,
            events: self.events,
            folder: SavedFiles::beside(data),
            temporary: self.temporary,
        })
    }
}

/// Settings by which what takes minutes in production takes moments.
fn in_haste() -> BTreeMap<String, String> {
    let mut settings: BTreeMap<String, String> = [
        ("REQUEST_TIMEOUT", "5s"),
        ("MIN_COOL_DOWN", "50ms"),
        ("MAX_COOL_DOWN", "1s"),
        ("ANALYSES_PER_PERSON", "100"),
        ("BUBBLE_EVERY", "2s"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    // Many quick attempts: a fault in one of five requests must not show in the result.
    for stage in ["VERIFY", "FOLLOWERS", "SUBSCRIPTIONS", "PROFILES"] {
        settings.insert(format!("{stage}_MIN_BACKOFF_SECONDS"), "0.05".to_owned());
        settings.insert(format!("{stage}_MAX_BACKOFF_SECONDS"), "1".to_owned());
        settings.insert(format!("{stage}_TASK_RETRY_LIMIT"), "20".to_owned());
    }
    settings
}
