//! Believable handles, names, bios and ids for the accounts of an invented world. Handles keep to Instagram's grammar
//! and are never given twice. Knows nothing of who follows whom.

use std::collections::HashSet;

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;

use crate::demo::world::WorldAccount;
use crate::demo::world::vocabulary::{
    ADJECTIVES, CITIES, FAME, FIRST_NAMES, LAST_NAMES, LOCAL, TOPICS, VENTURES,
};
use crate::demo::world::words::{Theme, capitalized, describe};
use crate::kind::AccountKind;

/// The longest handle the network allows.
const LONGEST_HANDLE: usize = 30;

/// Gives out identities; the order of the calls decides who is who.
pub(super) struct Naming {
    rng: Pcg64Mcg,
    handles: HashSet<String>,
    ids: HashSet<u64>,
}

impl Naming {
    /// Keeps `reserved` handles for accounts that `called` will make.
    pub(super) fn new(rng: Pcg64Mcg, reserved: &[&str]) -> Naming {
        Naming {
            rng,
            handles: reserved.iter().map(|&handle| handle.to_owned()).collect(),
            ids: HashSet::new(),
        }
    }

    pub(super) fn celebrity(&mut self) -> WorldAccount {
        let (first, last) = self.full_name();
        let fame = self.one_of(&FAME);
        let (one, two) = (first.to_lowercase(), last.to_lowercase());
        let handle = self.fresh(|rng| match rng.random_range(0..4) {
            0 => format!("{one}{two}"),
            1 => format!("the{one}{two}"),
            2 => format!("{one}.{two}.official"),
            _ => format!("real{one}{two}"),
        });
        let city = CITIES[handle.len() % CITIES.len()];
        let account = self.account(handle, format!("{first} {last}"), capitalized(fame));
        let theme = Theme {
            words: "famous",
            about: fame,
            city,
        };
        self.described(account, &theme)
    }

    /// A public account of one of the topics.
    pub(super) fn topical(&mut self, topic: usize, city: usize) -> WorldAccount {
        let (about, city) = (&TOPICS[topic], CITIES[city]);
        let mut person = None;
        let handle = self.fresh(|rng| {
            let word = |rng: &mut Pcg64Mcg| *about.words.choose(rng).unwrap_or(&about.name);
            let (one, two) = (word(rng), word(rng));
            let extra = ADJECTIVES.choose(rng).copied().unwrap_or_default();
            let venture = VENTURES.choose(rng).copied().unwrap_or_default();
            let first = FIRST_NAMES.choose(rng).copied().unwrap_or_default();
            let shape = rng.random_range(0..7);
            person = matches!(shape, 3 | 5).then_some(first);
            match shape {
                0 if one != two => format!("{one}.and.{two}"),
                1 => format!("the.{extra}.{one}"),
                2 => format!("{one}.{venture}"),
                3 => format!("{first}.{one}"),
                4 => format!("{city}_{one}"),
                5 => format!("{one}_by_{first}"),
                _ => format!("{extra}_{one}_{venture}"),
            }
        });
        let name = match person {
            Some(first) => format!("{first} {}", LAST_NAMES[handle.len() % LAST_NAMES.len()]),
            None => spelled_out(&handle),
        };
        let bio = match self.rng.random_range(0..4) {
            0 => format!("All about {}. {city}.", about.name),
            1 => format!(
                "{} from {city}, since {}",
                capitalized(about.name),
                self.rng.random_range(2009..2017)
            ),
            2 => format!(
                "{} / {} / {}",
                about.words[0], about.words[1], about.words[2]
            ),
            _ => format!("{}, one day at a time", capitalized(about.name)),
        };
        let mut account = self.account(handle, name, bio);
        account.label = about.name.to_owned();
        let words = person.map_or("organisation", |_| "person");
        let about = about.name;
        self.described(account, &Theme { words, about, city })
    }

    /// A shop or a venue in a city.
    pub(super) fn local(&mut self, city: usize) -> WorldAccount {
        let city = CITIES[city];
        let kind = self.one_of(&LOCAL);
        let handle = self.fresh(|rng| {
            let extra = ADJECTIVES.choose(rng).copied().unwrap_or_default();
            let last = LAST_NAMES.choose(rng).copied().unwrap_or_default();
            match rng.random_range(0..4) {
                0 => format!("{kind}.{city}"),
                1 => format!("{extra}.{kind}_{city}"),
                2 => format!("{last}.{kind}"),
                _ => format!("{city}.{extra}.{kind}"),
            }
        });
        let name = spelled_out(&handle);
        let account = self.account(handle, name, format!("{} in {city}", capitalized(kind)));
        let theme = Theme {
            words: "venue",
            about: kind,
            city,
        };
        self.described(account, &theme)
    }

    /// An ordinary person with these interests.
    pub(super) fn ordinary(&mut self, city: usize, interests: &[usize]) -> WorldAccount {
        let (first, last) = self.full_name();
        let (one, two) = (first.to_lowercase(), last.to_lowercase());
        let handle = self.fresh(|rng| {
            let year = rng.random_range(60..100);
            let initial = two.chars().next().unwrap_or('x');
            let extra = ADJECTIVES.choose(rng).copied().unwrap_or_default();
            match rng.random_range(0..9) {
                0 => format!("{one}.{two}"),
                1 => format!("{one}_{two}"),
                2 => format!("{one}{two}{year}"),
                3 => format!("{two}.{one}"),
                4 => format!("{one}.{initial}.{year}"),
                5 => format!("{extra}_{one}_{two}"),
                6 => format!("its.{one}.{two}"),
                7 => format!("{one}{initial}{}", rng.random_range(100..2000)),
                _ => format!("_{one}{two}_"),
            }
        });
        let liked: Vec<_> = interests.iter().map(|&topic| TOPICS[topic].name).collect();
        let bio = match self.rng.random_range(0..5) {
            0 | 1 => String::new(),
            2 => CITIES[city].to_owned(),
            3 => liked.join(", "),
            _ => format!("{} | {}", CITIES[city], liked.join(" | ")),
        };
        let mut account = self.account(handle, format!("{first} {last}"), bio);
        account.kind = Some(AccountKind::Person);
        account
    }

    /// An account with a given handle.
    pub(super) fn called(&mut self, handle: &str, name: &str, bio: &str) -> WorldAccount {
        self.account(handle.to_owned(), name.to_owned(), bio.to_owned())
    }

    /// Lets an account describe itself, without a draw that would change what comes next.
    fn described(&mut self, mut account: WorldAccount, theme: &Theme<'_>) -> WorldAccount {
        if let Some(base) = describe(&mut account, theme) {
            let mut numbered = (2..).map(|number: u32| format!("{base}{number}"));
            let mut handle = base.clone();
            while !self.handles.insert(handle.clone()) {
                handle = numbered.next().unwrap_or_default();
            }
            account.handle = handle;
        }
        account
    }

    fn account(&mut self, handle: String, name: String, bio: String) -> WorldAccount {
        WorldAccount {
            id: self.fresh_id(),
            handle,
            name,
            bio,
            private: false,
            label: String::new(),
            kind: None,
        }
    }

    /// Returns an id of 6 to 11 digits, every length about as common as the next.
    fn fresh_id(&mut self) -> u64 {
        loop {
            let digits = self.rng.random_range(5..11u32);
            let id = self
                .rng
                .random_range(10u64.pow(digits)..10u64.pow(digits + 1));
            if self.ids.insert(id) {
                return id;
            }
        }
    }

    /// Draws until a handle is new; the common ones are soon taken, so later draws get a number.
    fn fresh(&mut self, mut draw: impl FnMut(&mut Pcg64Mcg) -> String) -> String {
        let mut attempts = 0;
        loop {
            let mut handle = draw(&mut self.rng).to_lowercase();
            if attempts >= 4 {
                handle.push_str(&self.rng.random_range(1..1000u32).to_string());
            }
            if handle.len() <= LONGEST_HANDLE && self.handles.insert(handle.clone()) {
                return handle;
            }
            attempts += 1;
        }
    }

    fn full_name(&mut self) -> (&'static str, &'static str) {
        (self.one_of(&FIRST_NAMES), self.one_of(&LAST_NAMES))
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words.choose(&mut self.rng).copied().unwrap_or_default()
    }
}

/// `the.slow_loaf` becomes `The Slow Loaf`.
fn spelled_out(handle: &str) -> String {
    let words: Vec<_> = handle.split(['.', '_']).map(capitalized).collect();
    words.join(" ").trim().to_owned()
}
