//! What people send: answered once, wherever between its arrival and its answer the process is killed.

use lookalike::demo::telegram::{
    CallFailure, FakeTelegram, FloodLimits, MemberStatus, Message, Person,
};
use lookalike::model::{Analysis, Outcome};

use crate::crash::aftermath::Aftermath;
use crate::crash::chats::{Wish, repeated};
use crate::crash::life::{Life, Pause, Trap};
use crate::house::{House, WITHIN, small_world};

/// How far an update has come when the process is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// Telegram has handed it out; the process has not got it.
    HandedOut,
    /// It is stored and even answered, and Telegram has not heard that it was received.
    Unconfirmed,
    /// What it changes is decided, and not committed.
    Decided,
    /// All is confirmed; the answer is on its way out.
    Unanswered,
}

const MOMENTS: [Moment; 4] = [
    Moment::HandedOut,
    Moment::Unconfirmed,
    Moment::Decided,
    Moment::Unanswered,
];

/// What happens around one kill.
struct Story {
    house: House,
    moment: Moment,
}

impl Story {
    async fn new(moment: Moment) -> Self {
        let house = House::new(small_world(20, false)).await;
        house.telegram.set_limits(FloodLimits::none());
        Self { house, moment }
    }

    async fn until(&self, what: &str, is_so: impl FnMut(&FakeTelegram) -> bool) {
        let what = format!("{what}, around a kill at {:?}", self.moment);
        let telegram = &self.house.telegram;
        telegram.until_true(WITHIN, &what, is_so).await.unwrap();
    }

    async fn until_served(&self, wish: &Wish) {
        let ann = self.house.ann.id;
        let is_served = |telegram: &FakeTelegram| wish.is_served(&telegram.messages(ann));
        self.until(&format!("{wish:?}"), is_served).await;
    }

    /// The message that has this button.
    async fn until_offered(&self, button: &str) -> i32 {
        let ann = self.house.ann.id;
        let offers = |message: &Message| message.button(button).is_some();
        let is_offered = |telegram: &FakeTelegram| telegram.messages(ann).iter().any(offers);
        self.until(button, is_offered).await;
        let messages = self.messages();
        messages.into_iter().rfind(offers).unwrap().id
    }

    /// Sends an update, and kills the process that gets it.
    async fn cut_off(&self, answered_by: &str, send: impl FnOnce()) {
        let telegram = &self.house.telegram;
        let (holds, polls) = (telegram.holds(), telegram.calls("getUpdates"));
        let answers = telegram.calls(answered_by);
        let trap = matches!(self.moment, Moment::Decided).then_some(Trap {
            text: "inbox: handled",
            nth: 1,
            pause: Pause::NONE,
        });
        match self.moment {
            Moment::HandedOut => telegram.fail_next("getUpdates", CallFailure::AcceptedThenHeld),
            // The first poll of a process takes the update; the second one confirms it.
            Moment::Unconfirmed => telegram.fail_after(1, "getUpdates", CallFailure::Held),
            // It may come further before it is dead.
            Moment::Decided => telegram.fail_next(answered_by, CallFailure::Held),
            Moment::Unanswered => telegram.fail_next(answered_by, CallFailure::Held),
        }
        send();
        let mut life = Life::start_with(&self.house, trap);
        if trap.is_some() {
            assert!(life.is_gone(WITHIN).await, "the update is handled");
        } else {
            let hangs = |telegram: &FakeTelegram| telegram.holds() > holds;
            self.until("a call that hangs", hangs).await;
        }
        match self.moment {
            Moment::Unconfirmed => {
                let answers = |telegram: &FakeTelegram| telegram.calls(answered_by) > answers;
                self.until("an answer", answers).await;
                life.says("off the list").await;
            }
            Moment::Unanswered => {
                let confirms = |telegram: &FakeTelegram| {
                    telegram.calls("getUpdates") > polls + 1 && telegram.unconfirmed() == 0
                };
                self.until("a poll that confirms", confirms).await;
            }
            Moment::HandedOut | Moment::Decided => {}
        }
        life.kill();
        telegram.fail_no_more();
    }

    fn messages(&self) -> Vec<Message> {
        self.house.telegram.messages(self.house.ann.id)
    }

    fn files(&self) -> usize {
        let messages = self.messages();
        messages.iter().filter(|it| it.photo.is_some()).count()
    }

    /// Stops the last process, and looks at what is left.
    async fn ends(&self, life: Life) -> Vec<Analysis> {
        life.stops().await;
        let (telegram, moment) = (&self.house.telegram, self.moment);
        assert_eq!(telegram.unanswered(), Vec::<String>::new(), "{moment:?}");
        assert_eq!(telegram.violations(), Vec::<String>::new(), "{moment:?}");
        Aftermath::of(&self.house).await.analyses(&self.house.ann)
    }
}

async fn at_every_moment<F: Future<Output = ()>>(tell: impl Fn(Story) -> F) {
    let tell = &tell;
    let stories = MOMENTS.map(|moment| async move { tell(Story::new(moment).await).await });
    futures::future::join_all(stories).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_once() {
    at_every_moment(|story| async move {
        let help = || Wish::Help.say(&story.house, &story.house.ann);
        story.cut_off("sendMessage", help).await;
        let life = Life::start(&story.house);
        story.until_served(&Wish::Help).await;
        story.ends(life).await;
        let times = repeated(&story.messages());
        assert_eq!(times, 0, "answers too many, after {:?}", story.moment);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_begun_once() {
    at_every_moment(|story| async move {
        let luna = Wish::List("luna".into());
        let ask = || luna.say(&story.house, &story.house.ann);
        // So that nothing but the first answer is on its way when the process is killed.
        story.house.network.hold();
        story.cut_off("sendMessage", ask).await;
        story.house.network.release();
        let life = Life::start(&story.house);
        story.until_served(&luna).await;
        let searches = story.ends(life).await.len();
        assert_eq!(searches, 1, "searches, after {:?}", story.moment);
        let times = repeated(&story.messages());
        assert_eq!(times, 0, "messages too many, after {:?}", story.moment);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_cancel_is_carried_out_and_answered() {
    at_every_moment(|story| async move {
        let (telegram, ann) = (&story.house.telegram, &story.house.ann);
        story.house.network.hold();
        let mut life = Life::start(&story.house);
        telegram.says(ann, "@luna");
        let bubble = story.until_offered("Cancel").await;
        life.says("off the list").await;
        life.kill();

        let mut press = None;
        let send = || press = telegram.presses(ann, bubble, "Cancel").ok();
        story.cut_off("answerCallbackQuery", send).await;
        let life = Life::start(&story.house);
        let is_cancelled = |telegram: &FakeTelegram| {
            let messages = telegram.messages(ann.id);
            let ended = |it: &Message| it.text.ends_with("cancelled.");
            messages.iter().any(ended) && telegram.unanswered().is_empty()
        };
        story.until("the end of the search", is_cancelled).await;
        story.house.network.release();
        let searches = story.ends(life).await;
        let outcomes: Vec<_> = searches.into_iter().map(|it| it.outcome).collect();
        assert_eq!(outcomes, [Some(Outcome::Cancelled)], "{:?}", story.moment);
        let answer = telegram.answer(&press.unwrap());
        let answer = answer.as_deref();
        assert_eq!(answer, Some("@luna is cancelled."), "{:?}", story.moment);
        assert_eq!(repeated(&story.messages()), 0, "after {:?}", story.moment);
    })
    .await;
}

/// An administrator ends Ann's search in a group; the process is killed around this call.
async fn overruled(story: Story, killed_around: &str) {
    const GROUP: i64 = -100;
    let (telegram, ann) = (&story.house.telegram, &story.house.ann);
    let bob = Person::new(502, "Bob");
    telegram.appoints(GROUP, &bob, MemberStatus::Administrator);
    story.house.network.hold();
    let mut life = Life::start(&story.house);
    telegram.says_in_group(GROUP, ann, "/find @luna");
    let offers = |message: &Message| message.button("Cancel").is_some();
    let is_offered = |telegram: &FakeTelegram| telegram.messages(GROUP).iter().any(offers);
    story.until("a bubble", is_offered).await;
    let messages = telegram.messages(GROUP);
    let bubble = messages.into_iter().rfind(offers).unwrap().id;
    life.says("off the list").await;
    life.kill();

    let mut press = None;
    let send = || press = telegram.presses(&bob, bubble, "Cancel").ok();
    story.cut_off(killed_around, send).await;
    let life = Life::start(&story.house);
    let is_over = |telegram: &FakeTelegram| {
        let messages = telegram.messages(GROUP);
        let ended = |it: &Message| {
            it.text
                .ends_with("cancelled by an administrator of this group.")
        };
        messages.iter().any(ended) && telegram.unanswered().is_empty()
    };
    story.until("the end of the search", is_over).await;
    story.house.network.release();
    let searches = story.ends(life).await;
    let outcomes: Vec<_> = searches.into_iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Overruled)], "{:?}", story.moment);
    let answer = telegram.answer(&press.unwrap());
    let answer = answer.as_deref();
    assert_eq!(answer, Some("@luna is cancelled."), "{:?}", story.moment);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrators_press_on_cancel_is_carried_out_and_answered() {
    at_every_moment(|story| overruled(story, "getChatMember")).await;
    overruled(Story::new(Moment::Unanswered).await, "answerCallbackQuery").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_on_refresh_begins_one_search_more() {
    at_every_moment(|story| async move {
        let (telegram, ann) = (&story.house.telegram, &story.house.ann);
        let luna = Wish::List("luna".into());
        let life = Life::start(&story.house);
        luna.say(&story.house, ann);
        story.until_served(&luna).await;
        // What is there already comes with a button to look again.
        luna.say(&story.house, ann);
        let bubble = story.until_offered("Refresh").await;
        let twice = |_: &FakeTelegram| story.files() == 2;
        story.until("the list once more", twice).await;
        life.stops().await;

        let press = || drop(telegram.presses(ann, bubble, "Refresh").unwrap());
        story.house.network.hold();
        story.cut_off("answerCallbackQuery", press).await;
        story.house.network.release();
        let life = Life::start(&story.house);
        let anew = |telegram: &FakeTelegram| story.files() > 2 && telegram.unanswered().is_empty();
        story.until("a new list", anew).await;
        let searches = story.ends(life).await.len();
        assert_eq!(searches, 3, "searches, after {:?}", story.moment);
        assert_eq!(story.files(), 3, "lists, after {:?}", story.moment);
    })
    .await;
}
