//! Which rows are sure to stay among the first, by the bootstrap.

use crate::measures::Measure;
use crate::model::{Overlap, Sample, Tally};

/// Resamples: one for each bit of a follower's draw.
const RESAMPLES: usize = 64;

/// The first so many places are what the marks speak of.
pub const TOP: usize = 20;

/// The part of the resamples in which a row must be among them: with at least 800 read, or all, such
/// rows were truly there in 96% of cases.
pub const SURE: f64 = 0.8;

/// Counts of candidates in resamples of the followers.
///
/// In each resample every follower counts twice or not at all, by the toss of a coin: mean and variance of
/// his weight are those of drawing with replacement (the double-or-nothing bootstrap; Owen and Eckles,
/// "Bootstrapping data arrays of arbitrary order", 2012), and 64 tosses are one number.
#[derive(Clone, Debug)]
pub struct Marks {
    counts: Vec<[u32; RESAMPLES]>,
    read: [u32; RESAMPLES],
}

impl Marks {
    pub fn new(candidates: usize) -> Self {
        Self {
            counts: vec![[0; RESAMPLES]; candidates],
            read: [0; RESAMPLES],
        }
    }

    /// Adds a follower, with the candidates that he follows; `draw` is a uniform number of his own, the
    /// same whenever this is done.
    pub fn add(&mut self, draw: u64, candidates: impl IntoIterator<Item = usize>) {
        toss(&mut self.read, draw);
        for candidate in candidates {
            if let Some(counts) = self.counts.get_mut(candidate) {
                toss(counts, draw);
            }
        }
    }

    /// For each candidate, the part of the resamples in which it is among the [`TOP`]. A resample strays from the sample as the sample does from all who are
    /// readable, and so less the more of them were read.
    pub fn part_in_top(
        &self,
        measure: &dyn Measure,
        sample: &Sample,
        tallies: &[Tally],
    ) -> Vec<f64> {
        let readable = sample.readable.max(sample.read).max(1);
        let unread: f64 = 1.0 - sample.read as f64 / readable as f64;
        let strays = unread.sqrt();
        let mut among = vec![0u32; tallies.len()];
        for resample in 0..RESAMPLES {
            let read = f64::from(self.read[resample].max(1));
            let mut scores: Vec<(f64, usize)> = tallies
                .iter()
                .zip(&self.counts)
                .enumerate()
                .map(|(index, (tally, resampled))| {
                    let share = tally.share(sample);
                    let drawn = f64::from(resampled[resample]) / read;
                    let share = match tally.confirmed {
                        Some(_) => share,
                        None => (share + strays * (drawn - share)).clamp(0.0, 1.0),
                    };
                    let overlap = Overlap::of_share(sample, share, tally);
                    (measure.score(&overlap), index)
                })
                .collect();
            if scores.len() > TOP {
                scores.select_nth_unstable_by(TOP - 1, |one, other| {
                    other.0.total_cmp(&one.0).then(one.1.cmp(&other.1))
                });
            }
            for (_, index) in scores.into_iter().take(TOP) {
                among[index] += 1;
            }
        }
        among
            .into_iter()
            .map(|times| f64::from(times) / RESAMPLES as f64)
            .collect()
    }
}

fn toss(counts: &mut [u32; RESAMPLES], draw: u64) {
    for (bit, count) in counts.iter_mut().enumerate() {
        *count += (draw >> bit & 1) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;

    /// Of 60 candidates, 10 are followed by nearly all, 50 by about as many.
    fn parts(readable: u64) -> Vec<f64> {
        let read = 400u64;
        let mut marks = Marks::new(60);
        let none = Tally {
            counted: 0,
            confirmed: None,
            followers: 20_000,
        };
        let mut tallies = vec![none; 60];
        let mut draws = fastrand::Rng::with_seed(7);
        for _ in 0..read {
            let follows: Vec<usize> = (0..60)
                .filter(|candidate| draws.f64() < if *candidate < 10 { 0.9 } else { 0.3 })
                .collect();
            follows
                .iter()
                .for_each(|candidate| tallies[*candidate].counted += 1);
            marks.add(draws.u64(..), follows);
        }
        let sample = Sample {
            audience: 10_000,
            listed: 10_000,
            readable,
            read,
        };
        marks.part_in_top(measures::ALL[0], &sample, &tallies)
    }

    #[test]
    fn rows_far_ahead_are_sure_and_rows_at_the_border_are_not() {
        let parts = parts(10_000);
        assert!(parts[..10].iter().all(|part| *part == 1.0));
        let sure = parts.iter().filter(|part| **part >= SURE).count();
        assert!(sure < TOP, "ten places are anybody's: {sure}");
        let all: f64 = parts.iter().sum();
        assert!(
            (all - TOP as f64).abs() < 1e-9,
            "{TOP} places are given each time"
        );
    }

    #[test]
    fn all_is_sure_once_all_were_read() {
        let parts = parts(400);
        assert_eq!(parts.iter().filter(|part| **part == 1.0).count(), TOP);
    }
}
