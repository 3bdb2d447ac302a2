//! What an answer states, compared with the truth: what all listed followers show, private and mass followers included,
//! with every profile known.

use lookalike::measures::Measure;
use lookalike::model::{Overlap, Ranking, Tally};
use lookalike::sampling::{Interval, REPORTED, TOP, USUAL, share};

use crate::list_quality::agreement;
use crate::listing::{ListRow, first_of_exact};
use crate::reading::Reading;
use crate::search::SearchedAudience;

/// How many rows of the truth are compared.
const COMPARED: usize = 50;

/// How many were true, and of how many.
type Fraction = (f64, f64);

/// The statements of one answer, as they are in the ranking: including closed intervals, a precision of 0 and marks
/// where all were read, which messages don't spell out.
#[derive(Clone, Copy)]
pub(crate) struct StatementCheck {
    /// Intervals that hold the true share, of the rows with estimated, not counted followers.
    pub first_covered: Fraction,
    pub all_covered: Fraction,
    /// How much too high the shares of the first rows are, and their true sum.
    pub bias: Fraction,
    pub marks: Fraction,
    /// Whether the precision is true, unless it says nothing.
    pub precise: Fraction,
    pub precision: f64,
    /// What the precision should have been.
    pub gap: f64,
    /// The share of the first 10, 20 and 50 that are truly there.
    pub agreement: [f64; 3],
    /// The share of the first 10 that are there by all who could be read.
    pub of_readable: f64,
    pub requests: f64,
}

/// The truth by one measure.
pub(crate) struct Truth<'a> {
    measure: &'static dyn Measure,
    all: Reading,
    first: Vec<ListRow>,
    searched: &'a SearchedAudience<'a>,
}

impl<'a> Truth<'a> {
    pub(crate) fn new(searched: &'a SearchedAudience<'a>, measure: &'static dyn Measure) -> Self {
        let all = Reading::of_all(searched.followers.len() as u64, searched.shared);
        let first = first_of_exact(searched.audience, &all, measure, COMPARED);
        Self {
            measure,
            all,
            first,
            searched,
        }
    }

    /// Returns the first rows by all who can be read.
    pub(crate) fn by_readable(&self, readable: &Reading) -> Vec<u32> {
        let rows = first_of_exact(self.searched.audience, readable, self.measure, REPORTED);
        rows.iter().map(|row| row.account).collect()
    }

    pub(crate) fn judge(&self, ranking: &Ranking, readable: &[u32]) -> StatementCheck {
        let ids = ranking.rows.iter();
        let accounts: Vec<u32> = ids.filter_map(|row| row.id.as_str().parse().ok()).collect();
        let truth: Vec<u32> = self.first.iter().map(|row| row.account).collect();
        let rows = || ranking.rows.iter().zip(accounts.iter().copied());
        let is_counted = ranking.sample.read == ranking.sample.listed;
        let covered = |most: usize| -> Fraction {
            let estimated = rows()
                .take(most)
                .filter(|(row, _)| row.confirmed.is_none() && !is_counted)
                .map(|(row, account)| {
                    let Interval { low, high } = share(&ranking.sample, &row.tally(), USUAL);
                    let share = self.share(account);
                    low - 1e-12 <= share && share <= high + 1e-12
                });
            fraction(estimated)
        };
        let first = || rows().take(REPORTED);
        let shown: f64 = first()
            .map(|(row, _)| row.tally().share(&ranking.sample))
            .sum();
        let shares: f64 = first().map(|(_, account)| self.share(account)).sum();
        let marked = rows().filter(|(row, _)| row.sure);
        let top = &truth[..truth.len().min(TOP)];
        let gap = self.gap(&accounts[..accounts.len().min(REPORTED)]);
        let says = ranking.precision < 1.0;
        StatementCheck {
            first_covered: covered(REPORTED),
            all_covered: covered(usize::MAX),
            bias: (shown - shares, shares),
            marks: fraction(marked.map(|(_, account)| top.contains(&account))),
            precise: fraction(says.then_some(gap <= ranking.precision + 1e-12)),
            precision: ranking.precision,
            gap,
            agreement: [10, 20, COMPARED].map(|most| agreement(&accounts, &truth, most)),
            of_readable: agreement(&accounts, readable, REPORTED),
            requests: ranking.requests as f64,
        }
    }

    fn tally(&self, account: u32) -> Tally {
        let shared = u64::from(self.searched.shared[account as usize]);
        Tally {
            counted: shared,
            confirmed: Some(shared),
            calibrated: None,
            followers: self.searched.audience.world.accounts[account as usize].followers,
        }
    }

    fn share(&self, account: u32) -> f64 {
        self.tally(account).share(&self.all.sample())
    }

    /// Returns the share of the best rows' score that the reported ones lack together.
    fn gap(&self, reported: &[u32]) -> f64 {
        let score = |account: &u32| {
            let overlap = Overlap::new(&self.all.sample(), &self.tally(*account));
            overlap.map_or(0.0, |overlap| self.measure.score(&overlap))
        };
        let reported: f64 = reported.iter().map(score).sum();
        let best: f64 = self.first.iter().take(REPORTED).map(|row| row.score).sum();
        if best > reported {
            1.0 - reported / best
        } else {
            0.0
        }
    }
}

fn fraction(true_ones: impl IntoIterator<Item = bool>) -> Fraction {
    let (mut found, mut of) = (0.0, 0.0);
    for is_true in true_ones {
        found += f64::from(u8::from(is_true));
        of += 1.0;
    }
    (found, of)
}
