//! Whether a share has changed between two samples of the followers that overlap.
//!
//! Those in both samples are compared with themselves, by McNemar's test ("Note on the sampling error of the difference
//! between correlated proportions or percentages", 1947): while the share stays the same, as many start to follow an
//! account as stop. Those in only one sample are compared by Fisher's exact test. Both use the mid-p value (Fagerland,
//! Lydersen and Laake, "The McNemar test for binary matched-pairs data", 2013), since the exact one is far too cautious
//! with small counts.

use std::collections::HashMap;

use statrs::distribution::{Binomial, DiscreteCDF, Hypergeometric};

use crate::model::{AccountId, Cohort};

/// How many were read, and how many of them follow an account.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct SampleCount {
    pub(super) read: u64,
    pub(super) follow: u64,
}

impl SampleCount {
    pub(super) fn share(self) -> f64 {
        self.follow as f64 / self.read.max(1) as f64
    }
}

/// How the share of followers who follow an account differs between two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    /// The probability that it differs this much by chance.
    pub(super) by_chance: f64,
    /// Whether the later share is the greater one.
    pub(super) rose: bool,
}

/// An earlier and a later cohort of one account's followers.
pub(super) struct PairedSamples<'a> {
    before: &'a Cohort,
    after: &'a Cohort,
    /// The places of those in both, read again or not.
    known: Vec<(usize, usize)>,
    /// The places of those in both who were read again.
    both: Vec<(usize, usize)>,
    before_alone: Vec<usize>,
    after_alone: Vec<usize>,
}

impl<'a> PairedSamples<'a> {
    pub(super) fn new(before: &'a Cohort, after: &'a Cohort) -> Self {
        let members = before.members.iter().copied();
        let mut places: HashMap<u32, usize> = members.zip(0..).collect();
        let (mut known, mut after_alone) = (Vec::new(), Vec::new());
        for (place, member) in after.members.iter().enumerate() {
            match places.remove(member) {
                Some(then) => known.push((then, place)),
                None => after_alone.push(place),
            }
        }
        let mut before_alone: Vec<usize> = places.into_values().collect();
        // Both are in the same order, so those after the last common one are there only because that look went further:
        // they were neither there before nor are they gone.
        if let Some((then, now)) = known.last() {
            before_alone.retain(|place| place < then);
            after_alone.retain(|place| place < now);
        }
        // A list that was not read again says nothing about changes.
        let is_new = |place: &usize| after.newly_read.contains(*place);
        after_alone.retain(is_new);
        let both = known.iter().copied().filter(|(_, place)| is_new(place));
        Self {
            before,
            after,
            both: both.collect(),
            known,
            before_alone,
            after_alone,
        }
    }

    /// Compares nobody but those in both, as where the others are of another kind.
    pub(super) fn without_others(mut self) -> Self {
        self.before_alone.clear();
        self.after_alone.clear();
        self
    }

    /// Returns how who follows an account differs; `None` if one of the cohorts does not say who does.
    pub(super) fn difference(&self, account: &AccountId) -> Option<Difference> {
        if self.before.members.is_empty() || self.after.members.is_empty() {
            return None;
        }
        let then = self.before.follow.get(account)?;
        let now = self.after.follow.get(account)?;
        let (mut begun, mut ceased) = (0, 0);
        for (before, after) in &self.both {
            match (then.contains(*before), now.contains(*after)) {
                (false, true) => begun += 1,
                (true, false) => ceased += 1,
                _ => {}
            }
        }
        let before_alone = count(self.before_alone.iter().map(|place| then.contains(*place)));
        let after_alone = count(self.after_alone.iter().map(|place| now.contains(*place)));
        let mut tests = Vec::new();
        if !self.both.is_empty() {
            tests.push(Difference {
                by_chance: paired(begun, ceased),
                rose: begun > ceased,
            });
        }
        if before_alone.read > 0 && after_alone.read > 0 {
            tests.push(unpaired(before_alone, after_alone));
        }
        // Either test may find it, so each gets its part of the error.
        let parts = tests.len() as f64;
        let of_all = tests.into_iter().map(|test| Difference {
            by_chance: (test.by_chance * parts).min(1.0),
            ..test
        });
        let clearest = of_all.min_by(|one, other| one.by_chance.total_cmp(&other.by_chance));
        Some(clearest.unwrap_or(Difference {
            by_chance: 1.0,
            rose: false,
        }))
    }

    /// Returns how many of those in both follow an account now; `None` if the later cohort does not say who does.
    pub(super) fn known_now(&self, account: &AccountId) -> Option<SampleCount> {
        let now = self.after.follow.get(account)?;
        let known = self.known.iter().map(|(_, place)| now.contains(*place));
        Some(count(known)).filter(|counted| counted.read > 0)
    }
}

/// Returns how the shares of two independent samples differ.
pub(super) fn unpaired(then: SampleCount, now: SampleCount) -> Difference {
    let rose = now.share() > then.share();
    let (more, less) = if rose { (now, then) } else { (then, now) };
    let read = more.read.saturating_add(less.read);
    let follow = more.follow.saturating_add(less.follow);
    let by_chance = Hypergeometric::new(read, follow, more.read)
        .map_or(1.0, |expected| mid_p(&expected, more.follow));
    Difference { by_chance, rose }
}

fn paired(begun: u64, ceased: u64) -> f64 {
    Binomial::new(0.5, begun + ceased).map_or(1.0, |expected| mid_p(&expected, begun.max(ceased)))
}

/// Returns the two-sided mid-p value of a count at or above the mean: twice the probability of more, plus that of the
/// count itself.
fn mid_p(expected: &impl DiscreteCDF<u64, f64>, count: u64) -> f64 {
    let Some(below) = count.checked_sub(1) else {
        return 1.0;
    };
    (expected.sf(below) + expected.sf(count)).min(1.0)
}

fn count(follow: impl Iterator<Item = bool>) -> SampleCount {
    let mut counted = SampleCount::default();
    for follows in follow {
        counted.read += 1;
        counted.follow += u64::from(follows);
    }
    counted
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::model::Members;

    /// Followers of these numbers, in an order that their numbers do not show. Those for whom `follows` holds follow the
    /// account.
    fn cohort(members: Range<u32>, newly_read: bool, follows: impl Fn(u32) -> bool) -> Cohort {
        let mut members: Vec<u32> = members.collect();
        members.sort_unstable_by_key(|member| member.wrapping_mul(2_654_435_769));
        in_order(members, newly_read, follows)
    }

    fn in_order(
        members: impl IntoIterator<Item = u32>,
        newly_read: bool,
        follows: impl Fn(u32) -> bool,
    ) -> Cohort {
        let mut cohort = Cohort::default();
        cohort.follow.insert(account(), Members::default());
        for member in members {
            let found = follows(member).then(account);
            cohort.add(member, newly_read, &found);
        }
        cohort
    }

    fn account() -> AccountId {
        AccountId::new("nasa")
    }

    fn by_chance(before: &Cohort, after: &Cohort) -> Option<f64> {
        let difference = PairedSamples::new(before, after).difference(&account());
        difference.map(|it| it.by_chance)
    }

    #[test]
    fn those_who_were_read_twice_tell_more_than_as_many_others() {
        let before = cohort(0..800, true, |member| member < 80);
        let same = cohort(0..800, true, |member| member < 104);
        let others = cohort(800..1_600, true, |member| member < 904);
        assert!(by_chance(&before, &same).unwrap() < 1e-6);
        assert!(by_chance(&before, &others).unwrap() > 0.05);
    }

    #[test]
    fn as_many_who_begin_as_who_cease_are_no_change() {
        let before = cohort(0..800, true, |member| member < 80);
        let after = cohort(0..800, true, |member| (20..100).contains(&member));
        assert_eq!(by_chance(&before, &after), Some(1.0));
        let more = cohort(0..800, true, |member| (20..110).contains(&member));
        assert!(by_chance(&before, &more).unwrap() > 0.1);
    }

    #[test]
    fn those_who_came_and_left_count_beside_those_who_stayed() {
        let before = cohort(0..800, true, |member| member % 10 == 0);
        let newcomers_love_it = |member| member % 10 == 0 || member >= 900;
        let after = cohort(400..1_200, true, newcomers_love_it);
        assert!(by_chance(&before, &after).unwrap() < 1e-6);
        let alike = cohort(400..1_200, true, |member| member % 10 == 0);
        assert_eq!(by_chance(&before, &alike), Some(1.0));
    }

    #[test]
    fn lists_that_were_not_read_again_say_nothing() {
        let before = cohort(0..800, true, |member| member < 80);
        let after = cohort(0..1_600, false, |member| member % 4 > 0);
        assert_eq!(by_chance(&before, &after), Some(1.0));
    }

    #[test]
    fn who_was_not_reached_before_has_neither_come_nor_changed() {
        let lean = |member: u32| member.is_multiple_of(10);
        // By chance, those read first follow it less than the others, and one of them has left since.
        let quick = in_order(0..200, true, lean);
        let deep = in_order(1..2_000, true, |member| lean(member) || member > 200);
        assert_eq!(by_chance(&quick, &deep), Some(1.0));
        assert_eq!(by_chance(&deep, &quick), Some(1.0));
    }

    #[test]
    fn whether_a_share_rose_or_fell_is_told_with_it() {
        let few = cohort(0..800, true, |member| member < 80);
        let many = cohort(0..800, true, |member| member < 120);
        let rose = |before, after| PairedSamples::new(before, after).difference(&account());
        assert!(rose(&few, &many).unwrap().rose);
        assert!(!rose(&many, &few).unwrap().rose);
    }

    #[test]
    fn nothing_is_said_where_it_was_not_kept_who_follows() {
        let kept = cohort(0..800, true, |member| member < 80);
        assert_eq!(by_chance(&Cohort::default(), &kept), None);
        assert_eq!(by_chance(&kept, &Cohort::default()), None);
        let nobody = cohort(0..0, true, |_| false);
        assert_eq!(by_chance(&nobody, &kept), None);
    }

    /// Of four cups each, the lady tasting tea got three and one right.
    #[test]
    fn the_tests_are_those_of_the_text_books() {
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(paired(8, 0), 1.0 / 256.0));
        assert!(close(paired(1, 3), 2.0 * (4.0 / 16.0 / 2.0 + 1.0 / 16.0)));
        assert_eq!(paired(0, 0), 1.0);
        let counted = |read, follow| SampleCount { read, follow };
        let unpaired = |then, now| unpaired(then, now).by_chance;
        let tea = unpaired(counted(4, 1), counted(4, 3));
        assert!(close(tea, 2.0 * (16.0 / 70.0 / 2.0 + 1.0 / 70.0)));
        assert_eq!(unpaired(counted(0, 0), counted(9, 3)), 1.0);
    }
}
