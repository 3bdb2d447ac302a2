//! What has changed between two rankings of one account, beyond sampling error.

use std::collections::HashMap;

use crate::model::{AccountId, Ranking, Similar};
use crate::sampling::TOP;
use crate::sampling::paired_samples::{Difference, PairedSamples, SampleCount, unpaired};

/// Moves of at least this many places are reported.
const FAR: u64 = 3;

/// The probability of a false change for one account: less than one in 200, even where the mid-p value is somewhat too
/// small.
const ERROR: f64 = 0.004;

/// What has changed in the first [`TOP`] places, in the order of the later ranking; dropped accounts in that of the
/// earlier.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RankingChanges<'a> {
    pub new: Vec<&'a Similar>,
    pub gone: Vec<&'a Similar>,
    pub up: Vec<Moved<'a>>,
    pub down: Vec<Moved<'a>>,
}

/// An account that has moved; places count from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved<'a> {
    pub account: &'a Similar,
    pub before: u64,
    pub after: u64,
}

type Places<'a> = HashMap<&'a AccountId, (u64, &'a Similar)>;

/// Compares two rankings by the same measure, however unlike the depths of their looks. An account has changed if the
/// share of followers who follow it has, beyond chance, and its place with it: by the first followers that were read
/// both times, each compared with themselves, and by those that have come and gone. Where the earlier follows were not
/// stored, by counts among the same followers. Audiences are treated as infinite: even one that was read whole will
/// differ by chance the next time.
pub fn changes<'a>(before: &'a Ranking, after: &'a Ranking) -> RankingChanges<'a> {
    let (earlier, later) = (places(before), places(after));
    let mut paired = PairedSamples::new(&before.cohort, &after.cohort);
    // Those with very long lists follow more of everything.
    if (before.followers.skipped == 0) != (after.followers.skipped == 0) {
        paired = paired.without_others();
    }
    let change = |id: &AccountId| {
        let then = earlier.get(id).map(|(_, row)| row.shared);
        let now = later.get(id).map(|(_, row)| row.shared);
        let difference = paired.difference(id);
        let difference =
            difference.or_else(|| by_counts((before, then), (after, now), paired.known_now(id)));
        difference.filter(|difference| difference.by_chance <= ERROR)
    };
    let has_risen = |id: &AccountId| change(id).is_some_and(|change| change.rose);
    let has_fallen = |id: &AccountId| change(id).is_some_and(|change| !change.rose);
    let is_first = |place: &u64| *place <= TOP as u64;
    let mut changes = RankingChanges::default();
    for (account, now) in after.rows.iter().zip(1..).take(TOP) {
        let then = earlier.get(&account.id).map(|(place, _)| *place);
        let moved = |before| Moved {
            account,
            before,
            after: now,
        };
        // Where an account moves against its own share, others have moved.
        match then.filter(is_first) {
            None if has_risen(&account.id) => changes.new.push(account),
            Some(then) if now + FAR <= then && has_risen(&account.id) => {
                changes.up.push(moved(then));
            }
            Some(then) if then + FAR <= now && has_fallen(&account.id) => {
                changes.down.push(moved(then));
            }
            _ => {}
        }
    }
    for account in before.rows.iter().take(TOP) {
        let now = later.get(&account.id).map(|(place, _)| *place);
        if now.filter(is_first).is_none() && has_fallen(&account.id) {
            changes.gone.push(account);
        }
    }
    changes
}

impl RankingChanges<'_> {
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.gone.is_empty() && self.up.is_empty() && self.down.is_empty()
    }
}

fn places(ranking: &Ranking) -> Places<'_> {
    let rows = ranking.rows.iter().zip(1..);
    rows.map(|(row, place)| (&row.id, (place, row))).collect()
}

/// Returns how two rankings' counts of an account differ; `None` if they may be equal. An account that is not in a
/// ranking had at most the count of the last one in it. If it is known how many of those read `both` times follow it now,
/// only these are compared with the earlier count: of others it is not known what they did then.
fn by_counts(
    before: (&Ranking, Option<u64>),
    after: (&Ranking, Option<u64>),
    both: Option<SampleCount>,
) -> Option<Difference> {
    let of = |(ranking, shared): (&Ranking, Option<u64>)| {
        let least = || ranking.rows.iter().map(|row| row.shared).min();
        SampleCount {
            read: ranking.sample.read,
            follow: shared.or_else(least).unwrap_or(0),
        }
    };
    let then = of(before);
    let (now, is_counted) = match both {
        Some(both) => (both, true),
        None => (of(after), after.1.is_some()),
    };
    let may_be_equal = match (before.1, is_counted) {
        (None, false) => true,
        (None, true) => now.share() <= then.share(),
        (Some(_), false) => then.share() <= now.share(),
        (Some(_), true) => false,
    };
    (!may_be_equal).then(|| unpaired(then, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cohort, Members, example};

    /// Accounts with their counts among 100 of 10,000 followers who were read.
    fn ranking(rows: &[(&str, u64)]) -> Ranking {
        let rows = rows.iter().map(|(name, shared)| Similar {
            shared: *shared,
            ..example::row(name)
        });
        let mut ranking = example::ranking(rows.collect(), 10_000, 10_000, 100);
        ranking.precision = 1.0;
        ranking
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

    /// The same with 800 read. Those for whom `follows` holds follow the account.
    fn known(name: &str, rows: &[(&str, u64)], follows: impl Fn(u32) -> bool) -> Ranking {
        let mut ranking = ranking(rows);
        ranking.sample.read = 800;
        let id = AccountId::new(name);
        let mut cohort = Cohort::default();
        cohort.follow.insert(id.clone(), Members::default());
        for member in 0..800 {
            cohort.add(member, true, follows(member).then_some(&id));
        }
        ranking.cohort = cohort;
        ranking
    }

    #[test]
    fn what_the_same_followers_do_is_a_change_that_counts_alone_do_not_show() {
        let before = [("a", 95), ("b", 92), ("c", 90), ("d", 80)];
        let before = known("d", &before, |member| member < 80);
        let after = [("d", 104), ("a", 95), ("b", 92), ("c", 90)];
        let mut after = known("d", &after, |member| member < 104);
        let told = changes(&before, &after);
        assert_eq!(told.up.len(), 1);
        assert_eq!(told.up[0].account.handle.0, "d");
        assert!(told.new.is_empty() && told.down.is_empty() && told.gone.is_empty());
        after.cohort = Cohort::default();
        assert!(
            changes(&before, &after).is_empty(),
            "as of an earlier version"
        );
    }

    #[test]
    fn who_is_no_candidate_any_more_is_judged_by_the_same_followers() {
        let before = known("x", &[("a", 95), ("x", 104)], |member| member < 104);
        let after = [("a", 95), ("b", 82)];
        let fallen = known("x", &after, |member| member < 80);
        assert_eq!(names(&changes(&before, &fallen).gone), ["x"]);
        assert_eq!(names(&changes(&fallen, &before).new), ["x"]);
        let stays = known("x", &after, |member| (1..104).contains(&member));
        assert!(changes(&before, &stays).is_empty(), "it was not looked up");
    }
}
