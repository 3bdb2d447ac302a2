//! The real bot with a ledger in memory and a strict fake Telegram, without the engine: the tests do what that would.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lookalike::bot::{BotError, BotSettings, notifier};
use lookalike::clock::{Clock as _, ManualClock};
use lookalike::context::Context;
use lookalike::demo::telegram::{FakeTelegram, FloodLimits, Message, Person};
use lookalike::ledger::{Change, Rules};
use lookalike::model::{Analysis, PersonId};
use lookalike::stores::MemoryStore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::chat::context::{context, rules};

pub(super) const SOON: Duration = Duration::from_secs(20);
/// Longer than the effects of a step of the clock take.
const SETTLING_TIME: Duration = Duration::from_millis(20);
pub(super) const GROUP: i64 = -100;

pub(super) struct ChatHarness {
    pub(super) fake: FakeTelegram,
    pub(super) cx: Context,
    pub(super) clock: Arc<ManualClock>,
    store: Arc<MemoryStore>,
    rules: Rules,
    pub(super) networks: &'static [&'static str],
    running: Option<Running>,
    /// Advances the clock with real time.
    time: Option<JoinHandle<()>>,
}

struct Running {
    stop: CancellationToken,
    bot: JoinHandle<Result<(), BotError>>,
}

pub(super) fn ann() -> Person {
    Person::new(42, "Ann").named("ann_b")
}

pub(super) fn bob() -> Person {
    Person::new(43, "Bob").named("bob_b")
}

impl ChatHarness {
    /// Starts a bot.
    pub(super) async fn new() -> Self {
        let mut harness = Self::without_bot().await;
        harness.start_bot();
        harness
    }

    /// Starts a bot on these networks.
    pub(super) async fn on(networks: &'static [&'static str]) -> Self {
        let mut harness = Self::without_bot().await;
        harness.networks = networks;
        harness.reopen().await;
        harness
    }

    /// Starts a bot with other rules.
    pub(super) async fn with(max_active: u32, per_person: u32) -> Self {
        let mut harness = Self::without_bot().await;
        harness.rules.max_active = max_active;
        harness.rules.per_person = per_person;
        harness.reopen().await;
        harness
    }

    /// Starts all but the bot.
    pub(super) async fn without_bot() -> Self {
        // With RUST_LOG the bot logs what it does.
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_test_writer()
            .try_init();
        let clock = Arc::new(ManualClock::new(start()));
        let store = Arc::new(MemoryStore::default());
        let fake = FakeTelegram::start(0).await.unwrap();
        fake.knows(&ann());
        fake.knows(&bob());
        let rules = rules();
        let networks = &["instagram"];
        let cx = context(&clock, &store, rules, networks).await;
        Self {
            fake,
            cx,
            time: Some(tokio::spawn(pass(clock.clone(), 1))),
            clock,
            store,
            rules,
            networks,
            running: None,
        }
    }

    /// Advances the clock at once, and lifts the limits of the fake, whose clock is another.
    pub(super) fn skip_time(&self, time: Duration) {
        self.fake.set_limits(FloodLimits::none());
        self.clock.advance(time);
    }

    /// Lets time pass quickly from now on, and lifts the limits of the fake, whose clock is another.
    pub(super) fn speed_up_time(&mut self) {
        self.stop_time();
        self.fake.set_limits(FloodLimits::none());
        self.time = Some(tokio::spawn(pass(self.clock.clone(), 20)));
    }

    /// Lets time pass only when the clock is moved.
    pub(super) fn stop_time(&mut self) {
        if let Some(time) = self.time.take() {
            time.abort();
        }
    }

    /// Returns how many calls have shown people something.
    fn sent(&self) -> usize {
        let methods = ["sendMessage", "editMessageText", "sendPhoto"];
        methods.iter().map(|method| self.fake.calls(method)).sum()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Waits until a method was called this many times.
    pub(super) async fn calls(&self, method: &str, times: usize) {
        let called = |fake: &FakeTelegram| fake.calls(method) >= times;
        let seen = self.fake.until_true(SOON, method, called);
        seen.await.unwrap_or_else(|missing| panic!("{missing}"));
    }

    /// Advances the clock step by step until something is true.
    pub(super) async fn pass_until(
        &self,
        step: Duration,
        what: &str,
        seen: impl Fn(&Self) -> bool,
    ) {
        let deadline = tokio::time::Instant::now() + SOON;
        while !seen(self) {
            assert!(
                tokio::time::Instant::now() < deadline,
                "not seen, however much time passes: {what}\n{}",
                self.fake.transcript()
            );
            let calls = self.sent();
            self.clock.advance(step);
            let next = |_: &FakeTelegram| self.sent() > calls || seen(self);
            // The effects of the step take a moment, and nothing shows that there are none.
            let _ = self.fake.until_true(SETTLING_TIME, what, next).await;
        }
    }

    pub(super) fn start_bot(&mut self) {
        let (notifier, nudges) = notifier();
        self.cx.notifier = notifier;
        let settings = BotSettings {
            token: self.fake.token(),
            api_url: Some(self.fake.url()),
            edit_every: Some(Duration::from_millis(300)),
            priority_people: BTreeSet::from([43]),
            raised_priority: 5,
            per_day: None,
            allowed: BTreeSet::new(),
        };
        let stop = CancellationToken::new();
        let bot = lookalike::bot::run(self.cx.clone(), settings, nudges, stop.clone());
        self.running = Some(Running {
            stop,
            bot: tokio::spawn(bot),
        });
    }

    pub(super) async fn stop_bot(&mut self) {
        let Running { stop, bot } = self.running.take().expect("the bot runs");
        stop.cancel();
        bot.await.unwrap().unwrap();
    }

    /// Opens the database again, as after a crash.
    pub(super) async fn reopen(&mut self) {
        if self.running.is_some() {
            self.stop_bot().await;
        }
        self.cx = context(&self.clock, &self.store, self.rules, self.networks).await;
        self.start_bot();
    }

    pub(super) async fn wait_for_end(&mut self) -> Result<(), BotError> {
        self.running
            .take()
            .expect("the bot runs")
            .bot
            .await
            .unwrap()
    }

    /// Waits for a message of the bot that begins like this.
    pub(super) async fn wait_for(&self, chat: i64, beginning: &str) -> Message {
        let messages = self
            .fake
            .until(chat, SOON, beginning, |messages| {
                find(messages, beginning).is_some()
            })
            .await
            .unwrap_or_else(|missing| panic!("{missing}"));
        find(&messages, beginning).expect("just seen").clone()
    }

    /// Waits until this message meets a condition.
    pub(super) async fn wait_for_change(
        &self,
        chat: i64,
        id: i32,
        what: &str,
        condition: impl Fn(&Message) -> bool,
    ) -> Message {
        let messages = self
            .fake
            .until(chat, SOON, what, |messages| {
                messages.iter().any(|m| m.id == id && condition(m))
            })
            .await
            .unwrap_or_else(|missing| panic!("{missing}"));
        let mut messages = messages.into_iter();
        messages
            .find(|message| message.id == id)
            .expect("just seen")
    }

    /// Waits for the answer to a pressed button.
    pub(super) async fn answer(&self, press: &str) -> String {
        let answered = |fake: &FakeTelegram| fake.answer(press).is_some();
        let seen = self.fake.until_true(SOON, "an answer", answered).await;
        seen.unwrap_or_else(|missing| panic!("{missing}"));
        self.fake.answer(press).expect("just seen")
    }

    pub(super) fn messages_of_bot(&self, chat: i64) -> Vec<Message> {
        let mut messages = self.fake.messages(chat);
        messages.retain(|message| message.from_bot);
        messages
    }

    pub(super) fn analyses(&self, person: &Person) -> Vec<Analysis> {
        let person = PersonId(u64::try_from(person.id).unwrap());
        self.cx.ledger.analyses_of(person).unwrap()
    }

    /// Cancels a person's searches, as in another chat.
    pub(super) async fn cancel_all(&self, person: &Person) {
        let number = self.cx.ledger.last_update().unwrap() + 1;
        let update = (number, serde_json::json!({"update_id": number}));
        self.cx.ledger.receive(vec![update]).await.unwrap();
        let analyses = self.analyses(person).into_iter();
        let cancel = |analysis: Analysis| Change::Cancel {
            analysis: analysis.id,
            person: analysis.person,
        };
        let changes = analyses.map(cancel).collect();
        self.cx.ledger.handled(number, changes).await.unwrap();
    }

    /// Asserts that no rule was broken and the bot still runs.
    pub(super) fn assert_healthy(&self) {
        // With SHOW the conversations are printed.
        if std::env::var_os("SHOW").is_some() {
            println!("{}\n", self.fake.transcript());
        }
        assert_eq!(self.fake.violations(), Vec::<String>::new());
        let running = self.running.as_ref();
        assert!(running.is_none_or(|running| !running.bot.is_finished()));
    }
}

fn find<'a>(messages: &'a [Message], beginning: &str) -> Option<&'a Message> {
    let mut messages = messages.iter().rev();
    messages.find(|message| message.from_bot && message.text.starts_with(beginning))
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

/// Advances a clock with real time, this many times as fast.
async fn pass(clock: Arc<ManualClock>, times: u32) {
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let mut before = ticks.tick().await;
    loop {
        let now = ticks.tick().await;
        clock.advance((now - before) * times);
        before = now;
    }
}
