//! The `App` as in production, against fake servers over real HTTP.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lookalike::app::App;
use lookalike::clock::{Clock, SystemClock};
use lookalike::config::Config;
use lookalike::demo::is_list;
use lookalike::demo::networks::{Directory, FakeKind, FakeNetwork, FakeOptions, fake};
use lookalike::demo::telegram::{FakeTelegram, Message, Person};
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::files::Report;
use lookalike::ledger::Ledger;
use lookalike::model::PersonId;
use lookalike::networks::KINDS;
use tempfile::TempDir;

/// Longer than any test takes; reached only when something hangs.
pub(crate) const WITHIN: Duration = Duration::from_secs(60);

const KEY: &str = "key-of-the-stories-5e1f";

/// The budget of most tests: fast, and still enforced by the fake.
pub(crate) const RATE: (u32, Duration) = (1_000_000, Duration::from_secs(3_600));

pub(crate) struct Harness {
    /// The only network, Instagram in most tests.
    pub(crate) network: FakeNetwork,
    pub(crate) directory: Directory,
    pub(crate) telegram: FakeTelegram,
    pub(crate) ann: Person,
    pub(crate) folder: TempDir,
    settings: BTreeMap<String, String>,
    most_stored: Option<u64>,
    clock: Arc<dyn Clock>,
    app: Option<App>,
}

impl Harness {
    /// Starts the fake servers, without the app.
    pub(crate) async fn new(world: World) -> Self {
        Self::with_rate(world, Some(RATE)).await
    }

    pub(crate) async fn with_rate(world: World, rate: Option<(u32, Duration)>) -> Self {
        Self::with_network(fake("instagram", "v1").unwrap(), world, rate).await
    }

    pub(crate) async fn on_network(fake: &FakeKind, world: World) -> Self {
        Self::with_network(fake, world, Some(RATE)).await
    }

    /// The same, on this network with this rate limit.
    pub(crate) async fn with_network(
        fake: &FakeKind,
        world: World,
        rate: Option<(u32, Duration)>,
    ) -> Self {
        let world = Arc::new(world);
        let network = fake.start(world.clone(), options(rate)).await.unwrap();
        let telegram = FakeTelegram::start(0).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let ann = Person::new(501, "Ann");
        telegram.knows(&ann);
        let settings = [
            ("TELOXIDE_TOKEN", telegram.token()),
            ("TELEGRAM_API_URL", telegram.url()),
            ("REQUEST_TIMEOUT", "5s".into()),
            ("MIN_COOL_DOWN", "50ms".into()),
            ("MAX_COOL_DOWN", "200ms".into()),
            (
                "DATABASE_URL",
                format!("sled:{}", folder.path().join("data").display()),
            ),
            ("BUBBLE_EVERY", "1s".into()),
        ];
        let mut settings: BTreeMap<String, String> = settings
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        // Only one network, whatever is on by default.
        let switches = KINDS.iter().filter(|kind| kind.switch.is_some());
        settings.extend(switches.map(|kind| (kind.name.to_uppercase(), "off".to_owned())));
        settings.extend(settings_of(fake, &network));
        for stage in [
            "VERIFY",
            "FOLLOWERS",
            "SUBSCRIPTIONS",
            "PROFILES",
            "CONFIRM",
        ] {
            settings.insert(format!("{stage}_MIN_BACKOFF_SECONDS"), "0.02".into());
            settings.insert(format!("{stage}_MAX_BACKOFF_SECONDS"), "0.2".into());
        }
        let clock = Arc::new(SystemClock::default());
        Self {
            directory: fake.directory(world),
            network,
            telegram,
            ann,
            folder,
            settings,
            most_stored: None,
            clock,
            app: None,
        }
    }

    /// Sets a variable for the next start.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Replaces Instagram by one with another world, from the next start on.
    pub(crate) async fn switch_world(&mut self, world: World) {
        let (fake, world) = (fake("instagram", "v1").unwrap(), Arc::new(world));
        let options = options(Some(RATE));
        self.network = fake.start(world.clone(), options).await.unwrap();
        self.directory = fake.directory(world);
        self.settings.extend(settings_of(fake, &self.network));
    }

    pub(crate) fn use_clock(&mut self, clock: Arc<dyn Clock>) -> &mut Self {
        self.clock = clock;
        self
    }

    /// Limits what a search may store, from the next start on.
    pub(crate) fn limit_storage(&mut self, bytes: u64) -> &mut Self {
        self.most_stored = Some(bytes);
        self
    }

    pub(crate) async fn start(&mut self) {
        let mut config = Config::read(&|name| self.settings.get(name).cloned()).unwrap();
        // The same followers are read in every run.
        config.rules.sampling_key = Some([7; 16]);
        if let Some(most) = self.most_stored {
            config.settings.most_stored = most;
        }
        self.app = Some(App::start(&config, self.clock.clone()).await.unwrap());
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(app) = self.app.take() {
            app.stop().await.unwrap();
        }
    }

    /// Waits until the app has stopped by itself; returns why.
    pub(crate) async fn wait_for_failure(&mut self) -> String {
        let app = self.app.take().unwrap();
        let ended = app.run_until(std::future::pending()).await;
        ended.unwrap_err().to_string()
    }

    /// Returns the settings as the environment of a process.
    pub(crate) fn environment(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// Waits until a person's chat looks like this.
    pub(crate) async fn until(
        &self,
        person: &Person,
        what: &str,
        seen: impl FnMut(&[Message]) -> bool,
    ) -> Vec<Message> {
        self.telegram
            .until(person.id, WITHIN, what, seen)
            .await
            .unwrap()
    }

    /// Waits for the ranked list.
    pub(crate) async fn until_delivered(&self, person: &Person, handle: &str) -> Vec<Message> {
        let is_there =
            |messages: &[Message]| messages.iter().any(|message| is_list(message, handle));
        self.until(person, &format!("the list for @{handle}"), is_there)
            .await
    }

    /// Returns the report of a person's latest finished analysis.
    pub(crate) fn report(&self, person: &Person) -> Report {
        report(&self.app().context().ledger, person)
    }

    /// Asserts that nothing was requested twice and no rule of either server was broken.
    pub(crate) fn assert_clean(&self) {
        assert_eq!(
            self.network.asked_twice(),
            Vec::<String>::new(),
            "no page is asked for twice"
        );
        assert_eq!(
            self.network.violations(),
            Vec::<String>::new(),
            "the network's rules are kept"
        );
        assert_eq!(
            self.telegram.violations(),
            Vec::<String>::new(),
            "Telegram's rules are kept"
        );
        assert_eq!(
            self.telegram.unanswered(),
            Vec::<String>::new(),
            "every pressed button is answered"
        );
    }
}

fn options(rate: Option<(u32, Duration)>) -> FakeOptions {
    FakeOptions {
        port: 0,
        token: KEY.into(),
        rate,
        faults_percent: 0,
        seed: 1,
    }
}

fn settings_of(fake: &FakeKind, network: &FakeNetwork) -> Vec<(String, String)> {
    let pace = format!("{}/h", RATE.0).parse().unwrap();
    fake.settings(network, KEY, pace)
}

/// Returns the report of a person's latest finished analysis.
pub(crate) fn report(ledger: &Ledger, person: &Person) -> Report {
    let analyses = ledger
        .analyses_of(PersonId(person.id.unsigned_abs()))
        .unwrap();
    let mut crawls = analyses
        .iter()
        .rev()
        .filter_map(|analysis| ledger.crawl_of(analysis).unwrap());
    let finished = crawls.find_map(|crawl| Some((ledger.ranking(&crawl).unwrap()?, crawl)));
    let (ranking, crawl) = finished.expect("a finished analysis");
    Report::new(&crawl, ranking)
}

/// Returns the same from a database that no process has open.
pub(crate) async fn report_from_disk(data: &Path, person: &Person) -> Report {
    let store = lookalike::stores::open(&format!("sled:{}", data.display())).unwrap();
    let token = |name: &str| name.contains("TOKEN").then(|| "x".to_owned());
    let rules = Config::read(&token).unwrap().rules;
    let clock = Arc::new(SystemClock::default());
    report(&Ledger::open(store, clock, rules).await.unwrap(), person)
}

/// Returns the files below a folder that contain any of these.
pub(crate) fn files_containing(folder: &Path, words: &[&[u8]]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_containing(&path, words));
            continue;
        }
        let content = std::fs::read(&path).unwrap();
        let holds = |word: &&[u8]| content.windows(word.len()).any(|part| part == *word);
        if words.iter().any(holds) {
            found.push(path);
        }
    }
    found
}

pub(crate) fn is_file(message: &Message, file: &str) -> bool {
    message
        .document
        .as_ref()
        .is_some_and(|document| document.file_name == file)
}

/// Presses a button that is behind another one of a list, which is found by its beginning. Returns the press.
pub(crate) async fn press_behind(
    telegram: &FakeTelegram,
    person: &Person,
    (chat, list): (i64, i32),
    panel: &str,
    button: &str,
) -> String {
    let messages = telegram.messages(chat);
    let shown = messages.iter().find(|it| it.id == list).unwrap();
    let mut labels = shown.buttons.iter().flatten().map(|it| &it.label);
    let label = labels.find(|label| label.starts_with(panel));
    let label = label.unwrap_or_else(|| panic!("{panel} is a button: {:?}", shown.buttons));
    telegram.presses(person, list, label).unwrap();
    let is_there = |all: &[Message]| {
        all.iter()
            .any(|it| it.id == list && it.button(button).is_some())
    };
    let opened = telegram.until(chat, WITHIN, button, is_there).await;
    opened.unwrap_or_else(|missing| panic!("{missing}"));
    telegram.presses(person, list, button).unwrap()
}

/// Orders a list in a private chat by another measure.
pub(crate) async fn order_by(telegram: &FakeTelegram, person: &Person, list: i32, measure: &str) {
    let press = press_behind(telegram, person, (person.id, list), "Order: ", measure).await;
    let is_answered = |telegram: &FakeTelegram| telegram.answer(&press).is_some();
    let answered = telegram.until_true(WITHIN, "an answer", is_answered).await;
    answered.unwrap_or_else(|missing| panic!("{missing}"));
}

/// Returns a small world: @luna has `followers` followers; every seventh is private. Each follows her and some of
/// twenty peers, @peer0 more often than @peer1 and so on, and a celebrity with many other followers. A follower's list
/// takes several pages if it is `long`.
pub(crate) fn small_world(followers: u32, long: bool) -> World {
    named_world(followers, long, |handle| format!("The {handle}"))
}

/// Returns the small world with other display names.
pub(crate) fn named_world(followers: u32, long: bool, name: impl Fn(&str) -> String) -> World {
    described_world(followers, long, |handle| (name(handle), String::new()))
}

/// Returns the small world with other display names and with bios.
pub(crate) fn described_world(
    followers: u32,
    long: bool,
    describe: impl Fn(&str) -> (String, String),
) -> World {
    const PEERS: u32 = 20;
    let filler = if long { 230 } else { 0 };
    let crowd = 300;
    let first_follower = 2 + PEERS;
    let first_filler = first_follower + followers;
    let first_other = first_filler + filler;
    let people = (0..first_other + crowd).map(|index| {
        let handle = match index {
            0 => "luna".to_owned(),
            1 => "celebrity".to_owned(),
            index if index < first_follower => format!("peer{}", index - 2),
            index => format!("user{index}"),
        };
        let private = (first_follower..first_filler).contains(&index) && index % 7 == 0;
        let (name, bio) = describe(&handle);
        Account {
            id: 10_000 + u64::from(index) * 37,
            name,
            handle,
            bio,
            private,
            label: String::new(),
            kind: None,
        }
    });
    let mut follows = Vec::new();
    for follower in first_follower..first_filler {
        follows.extend([(follower, 0), (follower, 1)]);
        follows.extend(
            (0..PEERS)
                .filter(|peer| follower % (peer + 2) == 0)
                .map(|peer| (follower, 2 + peer)),
        );
        follows.extend((first_filler..first_other).map(|other| (follower, other)));
    }
    follows.extend((first_other..first_other + crowd).map(|other| (other, 1)));
    World::new(people.collect(), &follows)
}

/// Advances a clock again and again, until the task is aborted.
pub(crate) fn tick(
    clock: Arc<lookalike::clock::ManualClock>,
    step: Duration,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            clock.advance(step);
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
        }
    })
}
