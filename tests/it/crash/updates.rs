//! People's messages are answered once, wherever between their arrival and the answer the process is killed.

use lookalike::demo::telegram::{
    CallFailure, FakeTelegram, FloodLimits, MemberStatus, Message, Person,
};
use lookalike::model::{Analysis, Outcome};

use crate::crash::chats::{ChatRequest, repeated};
use crate::crash::leftovers::Leftovers;
use crate::crash::post_mortem::sends_under_way;
use crate::crash::process::{BotProcess, KillTrigger, Pause};
use crate::harness::{Harness, WITHIN, small_world};

/// How far an update is when the process is killed.
#[derive(Clone, Copy, Debug)]
enum UpdateState {
    /// Telegram has sent it; the process has not received it.
    HandedOut,
    /// It is stored and even answered, and not confirmed to Telegram.
    Unconfirmed,
    /// Its changes are decided and not committed.
    Decided,
    /// It is confirmed; the answer is being sent.
    Unanswered,
}

const STATES: [UpdateState; 4] = [
    UpdateState::HandedOut,
    UpdateState::Unconfirmed,
    UpdateState::Decided,
    UpdateState::Unanswered,
];

/// One kill, in this state of the update.
struct Scenario {
    harness: Harness,
    state: UpdateState,
}

impl Scenario {
    async fn new(state: UpdateState) -> Self {
        let harness = Harness::new(small_world(20, false)).await;
        harness.telegram.set_limits(FloodLimits::none());
        Self { harness, state }
    }

    async fn until(&self, what: &str, is_so: impl FnMut(&FakeTelegram) -> bool) {
        let what = format!("{what}, around a kill at {:?}", self.state);
        let telegram = &self.harness.telegram;
        telegram.until_true(WITHIN, &what, is_so).await.unwrap();
    }

    async fn until_served(&self, chat_request: &ChatRequest) {
        let ann = self.harness.ann.id;
        let is_served = |telegram: &FakeTelegram| chat_request.is_served(&telegram.messages(ann));
        self.until(&format!("{chat_request:?}"), is_served).await;
    }

    /// Waits for a message with this button; returns its number.
    async fn until_offered(&self, button: &str) -> i32 {
        let ann = self.harness.ann.id;
        let offers = |message: &Message| message.button(button).is_some();
        let is_offered = |telegram: &FakeTelegram| telegram.messages(ann).iter().any(offers);
        self.until(button, is_offered).await;
        let messages = self.messages();
        messages.into_iter().rfind(offers).unwrap().id
    }

    /// Sends an update, and kills the process that gets it. Returns how many messages may have been on their way.
    async fn cut_off(&self, answered_by: &str, send: impl FnOnce()) -> usize {
        let telegram = &self.harness.telegram;
        let (holds, polls) = (telegram.holds(), telegram.calls("getUpdates"));
        let answers = telegram.calls(answered_by);
        let trigger = matches!(self.state, UpdateState::Decided).then_some(KillTrigger {
            text: "inbox: handled",
            nth: 1,
            pause: Pause::NONE,
        });
        match self.state {
            UpdateState::HandedOut => {
                telegram.fail_next("getUpdates", CallFailure::AcceptedThenHeld)
            }
            // The first poll of a process receives the update; the second one confirms it.
            UpdateState::Unconfirmed => telegram.fail_after(1, "getUpdates", CallFailure::Held),
            // The process may get further before the kill takes effect.
            UpdateState::Decided => telegram.fail_next(answered_by, CallFailure::Held),
            UpdateState::Unanswered => telegram.fail_next(answered_by, CallFailure::Held),
        }
        send();
        let mut bot = BotProcess::start_with(&self.harness, trigger);
        if trigger.is_some() {
            assert!(bot.exits_within(WITHIN).await, "the update is handled");
        } else {
            let hangs = |telegram: &FakeTelegram| telegram.holds() > holds;
            self.until("a call that hangs", hangs).await;
        }
        match self.state {
            UpdateState::Unconfirmed => {
                let answers = |telegram: &FakeTelegram| telegram.calls(answered_by) > answers;
                self.until("an answer", answers).await;
                bot.wait_for_line("off the list").await;
            }
            UpdateState::Unanswered => {
                let confirms = |telegram: &FakeTelegram| {
                    telegram.calls("getUpdates") > polls + 1 && telegram.unconfirmed() == 0
                };
                self.until("a poll that confirms", confirms).await;
            }
            UpdateState::HandedOut | UpdateState::Decided => {}
        }
        let log = bot.kill();
        telegram.fail_no_more();
        match self.state {
            // Telegram may still have had a call to read when the process died.
            UpdateState::Decided => sends_under_way(&log),
            // What it holds is never carried out.
            _ => 0,
        }
    }

    fn messages(&self) -> Vec<Message> {
        self.harness.telegram.messages(self.harness.ann.id)
    }

    fn lists(&self) -> usize {
        let messages = self.messages();
        let is_list = |it: &&Message| it.text.starts_with("Accounts like @");
        messages.iter().filter(is_list).count()
    }

    /// Stops the last process; returns the analyses that are left.
    async fn stop_and_check(&self, bot: BotProcess) -> Vec<Analysis> {
        bot.stop().await;
        let (telegram, state) = (&self.harness.telegram, self.state);
        assert_eq!(telegram.unanswered(), Vec::<String>::new(), "{state:?}");
        assert_eq!(telegram.violations(), Vec::<String>::new(), "{state:?}");
        Leftovers::of(&self.harness)
            .await
            .analyses(&self.harness.ann)
    }
}

async fn in_every_state<F: Future<Output = ()>>(run: impl Fn(Scenario) -> F) {
    let run = &run;
    let scenarios = STATES.map(|state| async move { run(Scenario::new(state).await).await });
    futures::future::join_all(scenarios).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_once() {
    in_every_state(|scenario| async move {
        let help = || ChatRequest::Help.send(&scenario.harness, &scenario.harness.ann);
        let under_way = scenario.cut_off("sendMessage", help).await;
        let bot = BotProcess::start(&scenario.harness);
        scenario.until_served(&ChatRequest::Help).await;
        scenario.stop_and_check(bot).await;
        let times = repeated(&scenario.messages());
        let state = scenario.state;
        assert!(
            times <= under_way,
            "{times} answers too many, after {state:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_begun_once() {
    in_every_state(|scenario| async move {
        let luna = ChatRequest::List("luna".into());
        let ask = || luna.send(&scenario.harness, &scenario.harness.ann);
        // Only the first answer is being sent when the process is killed.
        scenario.harness.network.hold();
        let under_way = scenario.cut_off("sendMessage", ask).await;
        scenario.harness.network.release();
        let bot = BotProcess::start(&scenario.harness);
        scenario.until_served(&luna).await;
        let searches = scenario.stop_and_check(bot).await.len();
        assert_eq!(searches, 1, "searches, after {:?}", scenario.state);
        let times = repeated(&scenario.messages());
        let state = scenario.state;
        assert!(
            times <= under_way,
            "{times} messages too many, after {state:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_cancel_is_carried_out_and_answered() {
    in_every_state(|scenario| async move {
        let (telegram, ann) = (&scenario.harness.telegram, &scenario.harness.ann);
        scenario.harness.network.hold();
        let mut bot = BotProcess::start(&scenario.harness);
        telegram.says(ann, "@luna");
        let bubble = scenario.until_offered("Cancel").await;
        bot.wait_for_line("off the list").await;
        bot.kill();

        let mut press = None;
        let send = || press = telegram.presses(ann, bubble, "Cancel").ok();
        scenario.cut_off("answerCallbackQuery", send).await;
        let bot = BotProcess::start(&scenario.harness);
        let is_cancelled = |telegram: &FakeTelegram| {
            let messages = telegram.messages(ann.id);
            let ended = |it: &Message| it.text.ends_with("cancelled.");
            messages.iter().any(ended) && telegram.unanswered().is_empty()
        };
        scenario.until("the end of the search", is_cancelled).await;
        scenario.harness.network.release();
        let searches = scenario.stop_and_check(bot).await;
        let outcomes: Vec<_> = searches.into_iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Cancelled)], "{:?}", scenario.state);
        let answer = telegram.answer(&press.unwrap());
        let answer = answer.as_deref();
        assert_eq!(answer, Some("@luna is cancelled."), "{:?}", scenario.state);
        assert_eq!(
            repeated(&scenario.messages()),
            0,
            "after {:?}",
            scenario.state
        );
    })
    .await;
}

/// Has an administrator end Ann's search in a group, with a kill around this call.
async fn overruled(scenario: Scenario, killed_around: &str) {
    const GROUP: i64 = -100;
    let (telegram, ann) = (&scenario.harness.telegram, &scenario.harness.ann);
    let bob = Person::new(502, "Bob");
    telegram.appoints(GROUP, &bob, MemberStatus::Administrator);
    scenario.harness.network.hold();
    let mut bot = BotProcess::start(&scenario.harness);
    telegram.says_in_group(GROUP, ann, "/find @luna");
    let offers = |message: &Message| message.button("Cancel").is_some();
    let is_offered = |telegram: &FakeTelegram| telegram.messages(GROUP).iter().any(offers);
    scenario.until("a bubble", is_offered).await;
    let messages = telegram.messages(GROUP);
    let bubble = messages.into_iter().rfind(offers).unwrap().id;
    bot.wait_for_line("off the list").await;
    bot.kill();

    let mut press = None;
    let send = || press = telegram.presses(&bob, bubble, "Cancel").ok();
    scenario.cut_off(killed_around, send).await;
    let bot = BotProcess::start(&scenario.harness);
    let is_over = |telegram: &FakeTelegram| {
        let messages = telegram.messages(GROUP);
        let ended = |it: &Message| {
            it.text
                .ends_with("cancelled by an administrator of this group.")
        };
        messages.iter().any(ended) && telegram.unanswered().is_empty()
    };
    scenario.until("the end of the search", is_over).await;
    scenario.harness.network.release();
    let searches = scenario.stop_and_check(bot).await;
    let outcomes: Vec<_> = searches.into_iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Overruled)], "{:?}", scenario.state);
    let answer = telegram.answer(&press.unwrap());
    let answer = answer.as_deref();
    assert_eq!(answer, Some("@luna is cancelled."), "{:?}", scenario.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_press_on_cancel_is_carried_out_and_answered() {
    in_every_state(|scenario| overruled(scenario, "getChatMember")).await;
    overruled(
        Scenario::new(UpdateState::Unanswered).await,
        "answerCallbackQuery",
    )
    .await;
}

/// Has an administrator share Ann's result in a group, with a kill around this call.
async fn shared_by_an_admin(scenario: Scenario, killed_around: &str) {
    const GROUP: i64 = -100;
    let (telegram, ann) = (&scenario.harness.telegram, &scenario.harness.ann);
    let bob = Person::new(502, "Bob");
    telegram.appoints(GROUP, &bob, MemberStatus::Administrator);
    let bot = BotProcess::start(&scenario.harness);
    telegram.says_in_group(GROUP, ann, "/find @luna");
    let offers = |message: &Message| message.button("Share").is_some();
    let is_offered = |telegram: &FakeTelegram| telegram.messages(GROUP).iter().any(offers);
    scenario.until("a list", is_offered).await;
    let messages = telegram.messages(GROUP);
    let list = messages.into_iter().rfind(offers).unwrap().id;
    bot.stop().await;

    let mut press = None;
    let send = || press = telegram.presses(&bob, list, "Share").ok();
    scenario.cut_off(killed_around, send).await;
    let bot = BotProcess::start(&scenario.harness);
    let is_link = |it: &Message| it.text.starts_with("Whoever opens this link");
    let is_over = |telegram: &FakeTelegram| {
        telegram.messages(GROUP).iter().any(is_link) && telegram.unanswered().is_empty()
    };
    scenario.until("a link", is_over).await;
    let analyses = scenario.stop_and_check(bot).await;
    let shared: Vec<_> = analyses.into_iter().filter_map(|it| it.shared).collect();
    let [shared] = &shared[..] else {
        panic!("{:?}: one link, not {}", scenario.state, shared.len());
    };
    // A message may come twice, but never another link.
    let links = telegram.messages(GROUP).into_iter().filter(is_link);
    for link in links {
        assert!(link.text.contains(&shared.0), "{:?}", scenario.state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_press_on_share_is_carried_out_once_and_answered() {
    in_every_state(|scenario| shared_by_an_admin(scenario, "getChatMember")).await;
    shared_by_an_admin(
        Scenario::new(UpdateState::Unanswered).await,
        "answerCallbackQuery",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_promised_once_though_the_process_dies_while_it_is_said() {
    let scenario = Scenario::new(UpdateState::Unanswered).await;
    let (telegram, ann) = (&scenario.harness.telegram, &scenario.harness.ann);
    scenario.harness.network.hold();
    let mut bot = BotProcess::start(&scenario.harness);
    telegram.says(ann, "/watch @luna");
    scenario.until_offered("Cancel").await;
    bot.wait_for_line("off the list").await;
    let holds = telegram.holds();
    telegram.fail_next("sendMessage", CallFailure::Held);
    scenario.harness.network.release();
    let hangs = |telegram: &FakeTelegram| telegram.holds() > holds;
    scenario.until("a call that hangs", hangs).await;
    bot.kill();
    telegram.fail_no_more();
    let bot = BotProcess::start(&scenario.harness);
    let luna = ChatRequest::List("luna".into());
    scenario.until_served(&luna).await;
    scenario.stop_and_check(bot).await;
    let promises = scenario.messages().into_iter();
    let promises = promises.filter(|it| it.text.starts_with("I'll look at @luna anew"));
    assert_eq!(promises.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_refresh_begins_one_search_more() {
    in_every_state(|scenario| async move {
        let (telegram, ann) = (&scenario.harness.telegram, &scenario.harness.ann);
        let luna = ChatRequest::List("luna".into());
        let bot = BotProcess::start(&scenario.harness);
        luna.send(&scenario.harness, ann);
        scenario.until_served(&luna).await;
        // A finished result comes with a button to refresh it.
        luna.send(&scenario.harness, ann);
        let bubble = scenario.until_offered("Refresh").await;
        let twice = |_: &FakeTelegram| scenario.lists() == 2;
        scenario.until("the list once more", twice).await;
        bot.stop().await;

        let press = || drop(telegram.presses(ann, bubble, "Refresh").unwrap());
        scenario.harness.network.hold();
        scenario.cut_off("answerCallbackQuery", press).await;
        scenario.harness.network.release();
        let bot = BotProcess::start(&scenario.harness);
        let is_new =
            |telegram: &FakeTelegram| scenario.lists() > 2 && telegram.unanswered().is_empty();
        scenario.until("a new list", is_new).await;
        let searches = scenario.stop_and_check(bot).await.len();
        assert_eq!(searches, 3, "searches, after {:?}", scenario.state);
        assert_eq!(scenario.lists(), 3, "lists, after {:?}", scenario.state);
    })
    .await;
}
