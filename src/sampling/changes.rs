//! What has changed between two rankings of one account, beyond what chance does to samples.

use std::collections::HashMap;

use crate::model::{AccountId, Ranking, Sample, Similar};
use crate::sampling::interval::wilson;
use crate::sampling::{Interval, TOP, USUAL};

/// So many places up or down are worth telling.
const FAR: u64 = 3;

/// What has changed among the first [`TOP`] places, in the order of the later ranking; who is gone, in that
/// of the earlier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes<'a> {
    pub new: Vec<&'a Similar>,
    pub gone: Vec<&'a Similar>,
    pub up: Vec<Moved<'a>>,
    pub down: Vec<Moved<'a>>,
}

/// An account that stands elsewhere now; places from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved<'a> {
    pub account: &'a Similar,
    pub before: u64,
    pub after: u64,
}

type Places<'a> = HashMap<&'a AccountId, (u64, &'a Similar)>;

/// Two rankings by the same measure. An account has changed if the 95% intervals of the share of the
/// followers who follow it have nothing in common: chance alone does that in fewer than one of a hundred
/// accounts. Who is not in a ranking was followed by no more than who was looked up last for it.
pub fn changes<'a>(before: &'a Ranking, after: &'a Ranking) -> Changes<'a> {
    let (earlier, later) = (places(before), places(after));
    let has_changed = |id: &AccountId| {
        let of = |ranking, places: &Places<'a>| {
            let row = places.get(id).map(|(_, row)| *row);
            row.map_or_else(|| beyond(ranking), |row| interval(ranking, row.shared))
        };
        apart(of(before, &earlier), of(after, &later))
    };
    let is_first = |place: &u64| *place <= TOP as u64;
    let mut changes = Changes::default();
    for (account, now) in after.rows.iter().zip(1..).take(TOP) {
        let then = earlier.get(&account.id).map(|(place, _)| *place);
        if !has_changed(&account.id) {
            continue;
        }
        match then.filter(is_first) {
            None => changes.new.push(account),
            Some(then) if then.abs_diff(now) >= FAR => {
                let moved = Moved {
                    account,
                    before: then,
                    after: now,
                };
                match now < then {
                    true => changes.up.push(moved),
                    false => changes.down.push(moved),
                }
            }
            Some(_) => {}
        }
    }
    for account in before.rows.iter().take(TOP) {
        let now = later.get(&account.id).map(|(place, _)| *place);
        if now.filter(is_first).is_none() && has_changed(&account.id) {
            changes.gone.push(account);
        }
    }
    changes
}

impl Changes<'_> {
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.up.is_empty() && self.down.is_empty()
    }
}

fn places(ranking: &Ranking) -> Places<'_> {
    let rows = ranking.rows.iter().zip(1..);
    rows.map(|(row, place)| (&row.id, (place, row))).collect()
}

/// As if the followers who were read were drawn from endlessly many: also of an audience that was read whole the
/// next one differs by chance. Whether an account was looked through makes no difference, since the next time it
/// may not be.
fn interval(ranking: &Ranking, shared: u64) -> Interval {
    let endless = Sample {
        readable: u64::MAX / 2,
        ..ranking.sample
    };
    wilson(&endless, shared, USUAL)
}

/// Where the share of somebody lies who is not in a ranking.
fn beyond(ranking: &Ranking) -> Interval {
    let least = ranking.rows.iter().map(|row| row.shared).min();
    Interval {
        low: 0.0,
        ..interval(ranking, least.unwrap_or(0))
    }
}

fn apart(one: Interval, other: Interval) -> bool {
    one.high < other.low || other.high < one.low
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::model::{Followers, Handle};

    /// Accounts with their counts among 100 of 10,000 followers who were read.
    fn ranking(rows: &[(&str, u64)]) -> Ranking {
        let rows = rows.iter().map(|(name, shared)| Similar {
            id: AccountId::new(*name),
            handle: Handle((*name).to_owned()),
            name: String::new(),
            bio: String::new(),
            picture: None,
            followers: Some(1_000),
            verified: false,
            shared: *shared,
            confirmed: None,
            score: 0.0,
            sure: false,
        });
        Ranking {
            measure: "peers".to_owned(),
            rows: rows.collect(),
            sample: Sample {
                audience: 10_000,
                listed: 10_000,
                readable: 10_000,
                read: 100,
            },
            followers: Followers::default(),
            undecided: 0,
            in_doubt: 0,
            precision: 1.0,
            certainty: Default::default(),
            cohort: Default::default(),
            reordered: false,
            requests: 0,
            saved: 0,
            made_at: DateTime::UNIX_EPOCH,
        }
    }

    fn names<'a>(rows: &[&'a Similar]) -> Vec<&'a str> {
        rows.iter().map(|row| row.handle.0.as_str()).collect()
    }

    #[test]
    fn what_chance_does_to_a_sample_is_no_change() {
        let before = ranking(&[("a", 40), ("b", 38), ("c", 36), ("d", 34), ("e", 32)]);
        let after = ranking(&[("e", 40), ("d", 39), ("c", 36), ("b", 33), ("a", 31)]);
        assert!(changes(&before, &after).is_empty());
    }

    #[test]
    fn who_was_not_looked_up_by_chance_is_neither_new_nor_gone() {
        let before = ranking(&[("a", 40), ("b", 12)]);
        let after = ranking(&[("a", 41), ("c", 14), ("b", 11)]);
        assert!(changes(&before, &after).is_empty());
        assert!(changes(&after, &before).is_empty());
    }

    #[test]
    fn who_has_come_gone_risen_and_fallen_is_told() {
        let before = ranking(&[
            ("a", 60),
            ("b", 40),
            ("c", 39),
            ("d", 38),
            ("x", 37),
            ("e", 10),
        ]);
        let after = ranking(&[
            ("e", 70),
            ("n", 50),
            ("b", 41),
            ("c", 40),
            ("d", 39),
            ("a", 5),
        ]);
        let told = changes(&before, &after);
        assert_eq!(names(&told.new), ["n"]);
        assert_eq!(names(&told.gone), ["x"]);
        let moved = |moved: &[Moved<'_>]| -> Vec<(String, u64, u64)> {
            let one = |it: &Moved<'_>| (it.account.handle.0.clone(), it.before, it.after);
            moved.iter().map(one).collect()
        };
        assert_eq!(moved(&told.up), [("e".to_owned(), 6, 1)]);
        assert_eq!(moved(&told.down), [("a".to_owned(), 1, 6)]);
    }
}
