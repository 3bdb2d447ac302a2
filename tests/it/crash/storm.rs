//! One database, on which process after process is killed while people ask for one account after the
//! other; and what it has come to when all is quiet again.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::time::Duration;

use lookalike::demo::telegram::{CallFailure, FakeTelegram, FloodLimits, Person};
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;
use rustix::process::Signal;

use crate::crash::aftermath::Aftermath;
use crate::crash::chats::{Wish, repeated};
use crate::crash::life::{Life, Pause, Trap};
use crate::crash::post_mortem::{Point, points, sends_under_way, taken_over};
use crate::house::{House, WITHIN};

/// Tasks that may be at work at the same time: the sum of all MAX_CONCURRENT.
const AT_WORK: u64 = 16 + 8 + 8 + 4 + 4 + 3;

/// How long a process lives at most that is to be killed anywhere: waiting is a moment, too.
const LONGEST_LIFE: Duration = Duration::from_millis(300);

/// How long one lives that never comes where it is to be killed.
const PATIENCE: Duration = Duration::from_secs(3);

/// The first person's number.
const FIRST_PERSON: i64 = 1_000;

/// What is to be killed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    Anywhere,
    At(Point),
}

/// What kills cost.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) kills: u64,
    pub(super) points: BTreeMap<Point, u64>,
    pub(super) elsewhere: u64,
    pub(super) tasks_at_work: u64,
    pub(super) requests: u64,
    pub(super) requests_repeated: u64,
    pub(super) sends_under_way: u64,
    pub(super) messages_repeated: u64,
    pub(super) wishes: u64,
    pub(super) lists: u64,
    pub(super) unpointed: u64,
    pub(super) unpointed_bound: u64,
}

pub(super) struct Storm {
    house: House,
    chance: Pcg64Mcg,
    /// Handles that nobody has asked for yet, and those that somebody has.
    unknown: Vec<String>,
    known: Vec<String>,
    wishes: Vec<(Person, Wish)>,
    /// The requests that the process made that was killed last, as long as nobody has said how many
    /// tasks it left.
    last_life: u64,
    pub(super) tally: Tally,
}

impl Storm {
    pub(super) fn new(house: House, handles: Vec<String>, chance: Pcg64Mcg) -> Self {
        house.telegram.set_limits(FloodLimits::none());
        Self {
            house,
            chance,
            unknown: handles,
            known: Vec::new(),
            wishes: Vec::new(),
            last_life: 0,
            tally: Tally::default(),
        }
    }

    /// Starts a process and kills it.
    pub(super) async fn kill(&mut self, aim: Aim) {
        let (holds, arrivals) = (self.house.telegram.holds(), self.house.network.arrivals());
        self.somebody_asks(aim);
        let trap = self.trap(aim);
        let held = self.hold(aim);
        let mut life = Life::start_with(&self.house, trap);
        if held.is_some() {
            let is_held = |telegram: &FakeTelegram| telegram.holds() > holds;
            let until = self.house.telegram.until_true(WITHIN, "a call", is_held);
            until.await.unwrap();
        } else if aim == Aim::At(Point::Shutdown) {
            self.house.network.arrived(arrivals + 1).await;
            life.signal(Signal::TERM);
        }
        life.is_gone(match (aim, held) {
            (_, Some(_)) => Duration::ZERO,
            (Aim::Anywhere, None) => LONGEST_LIFE,
            (Aim::At(_), None) => PATIENCE,
        })
        .await;
        let log = life.kill();
        self.house.network.release();
        self.takes_over(&log);
        self.last_life = self.house.network.arrivals() - arrivals;
        self.tally.kills += 1;
        self.tally.sends_under_way += sends_under_way(&log) as u64;
        let points: Vec<Point> = points(&log).into_iter().chain(held).collect();
        self.tally.elsewhere += u64::from(points.is_empty());
        for point in points {
            *self.tally.points.entry(point).or_default() += 1;
        }
    }

    /// Counts the tasks that were at work at the last kill, as the next process finds them. One that was
    /// killed before it could say how many has found no more than there were requests, nor than may be.
    fn takes_over(&mut self, log: &[String]) {
        let most = self.last_life.min(AT_WORK);
        self.tally.tasks_at_work += taken_over(log).unwrap_or(most);
    }

    fn somebody_asks(&mut self, aim: Aim) {
        let roll = self.chance.random_range(0..12);
        let known = self.known.choose(&mut self.chance).cloned();
        let wish = match aim {
            Aim::At(Point::StartUp) => None,
            // What is known is answered at once.
            Aim::At(Point::Delivery | Point::Accepted) if known.is_some() => known.map(Wish::List),
            // What is new makes a crawl pass through all of its stages.
            Aim::At(_) => Some(Wish::List(self.new_account())),
            Aim::Anywhere => match roll {
                0 => Some(Wish::Help),
                1 => known.map(Wish::List),
                2 => self.unknown.last().cloned().map(Wish::Nothing),
                3..8 => Some(Wish::List(self.new_account())),
                _ => None,
            },
        };
        let Some(wish) = wish else {
            return;
        };
        if let Wish::List(handle) = &wish {
            self.known.push(handle.clone());
        }
        let person = Person::new(FIRST_PERSON + self.wishes.len() as i64, "Somebody");
        wish.say(&self.house, &person);
        self.wishes.push((person, wish));
    }

    fn new_account(&mut self) -> String {
        let account = self.unknown.pop();
        account.expect("the world has more accounts than are asked for")
    }

    fn trap(&mut self, aim: Aim) -> Option<Trap> {
        let within = |chance: &mut Pcg64Mcg, micros| {
            Pause::For(Duration::from_micros(chance.random_range(0..micros)))
        };
        let chance = &mut self.chance;
        let (text, nth, pause) = match aim {
            // Every line has a space; by then some time has passed or none.
            Aim::Anywhere => (" ", chance.random_range(1..=200), within(chance, 2_000)),
            Aim::At(Point::StartUp) => ("opening the database", 1, within(chance, 30_000)),
            Aim::At(Point::Shutdown) => ("app: stopping", 1, within(chance, 3_000)),
            Aim::At(Point::StageChange) => {
                ("enters a stage", chance.random_range(1..=4), Pause::NONE)
            }
            Aim::At(Point::BetweenSyncs) => {
                ("records are", chance.random_range(3..=30), Pause::NONE)
            }
            Aim::At(Point::Unacknowledged) => (
                "rows are",
                chance.random_range(3..=30),
                Pause::UntilItStands,
            ),
            Aim::At(Point::Aggregation) => ("counting whom", 1, Pause::NONE),
            Aim::At(Point::Delivery | Point::Accepted) => return None,
        };
        Some(Trap { text, nth, pause })
    }

    /// Has a server hold what the process is to be killed in. What Telegram holds is a point of its own.
    fn hold(&mut self, aim: Aim) -> Option<Point> {
        let (point, method, failure) = match aim {
            Aim::At(Point::Shutdown) => {
                self.house.network.hold();
                return None;
            }
            Aim::At(Point::Delivery) => (Point::Delivery, "sendPhoto", CallFailure::Held),
            Aim::At(Point::Accepted) => {
                let methods = ["sendMessage", "sendPhoto"];
                let method = methods[self.chance.random_range(0..methods.len())];
                (Point::Accepted, method, CallFailure::AcceptedThenHeld)
            }
            _ => return None,
        };
        self.house.telegram.fail_next(method, failure);
        Some(point)
    }

    /// Lets everything come to its end, and compares it with what it is to be.
    pub(super) async fn calm(mut self, lists: &BTreeMap<String, serde_json::Value>) -> Tally {
        let life = Life::start(&self.house);
        for (person, wish) in &self.wishes {
            let is_served = |telegram: &FakeTelegram| wish.is_served(&telegram.messages(person.id));
            let what = format!("{wish:?}");
            let until = self.house.telegram.until_true(WITHIN, &what, is_served);
            until.await.unwrap();
        }
        let log = life.stops().await;
        self.takes_over(&log);

        let left = Aftermath::of(&self.house).await;
        for (person, wish) in &self.wishes {
            let searches = left.analyses(person).len();
            let messages = self.house.telegram.messages(person.id);
            self.tally.messages_repeated += repeated(&messages) as u64;
            self.tally.wishes += 1;
            match wish {
                Wish::List(handle) => {
                    assert_eq!(searches, 1, "{person:?} has asked once");
                    let list = left.ranking(person);
                    assert_eq!(
                        list, lists[handle],
                        "the list for @{handle}, to the last digit"
                    );
                    self.tally.lists += 1;
                }
                Wish::Nothing(_) => assert_eq!(searches, 1, "{person:?} has asked once"),
                Wish::Help => assert_eq!(searches, 0, "{person:?} has not asked"),
            }
        }
        let bytes = left.bytes(&self.house, AT_WORK);
        self.tally.unpointed = bytes.unpointed;
        self.tally.unpointed_bound = self.tally.kills * bytes.of_a_group + bytes.let_go;
        self.tally.requests = self.house.network.requests().total;
        self.tally.requests_repeated = self.house.network.asked_twice().len() as u64;
        assert_eq!(self.house.network.violations(), Vec::<String>::new());
        assert_eq!(self.house.telegram.violations(), Vec::<String>::new());
        self.tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        for (point, kills) in other.points {
            *self.points.entry(point).or_default() += kills;
        }
        self.elsewhere += other.elsewhere;
        self.tasks_at_work += other.tasks_at_work;
        self.requests += other.requests;
        self.requests_repeated += other.requests_repeated;
        self.sends_under_way += other.sends_under_way;
        self.messages_repeated += other.messages_repeated;
        self.wishes += other.wishes;
        self.lists += other.lists;
        self.unpointed += other.unpointed;
        self.unpointed_bound += other.unpointed_bound;
    }
}
