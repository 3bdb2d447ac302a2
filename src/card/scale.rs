//! The common scale of the bars of a card.

use crate::card::CardRow;

/// Where a scale may end, within a power of ten.
const ENDS: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];

/// Smaller shares don't get a scale of their own.
const LEAST: f64 = 1e-6;

/// A row's numbers in ascending order, from 0 to 1, whatever the input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bar {
    pub(super) low: f64,
    pub(super) score: f64,
    pub(super) high: f64,
}

impl Bar {
    pub(super) fn of(row: &CardRow) -> Self {
        let score = within(row.score);
        Self {
            low: within(row.low).min(score),
            score,
            high: within(row.high).max(score),
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.low >= self.high
    }
}

/// Returns the first round share above all of these.
pub(super) fn end(shares: impl IntoIterator<Item = f64>) -> f64 {
    let most = shares.into_iter().fold(LEAST, f64::max);
    // Logarithms differ between machines.
    let mut power = 1.0;
    while power > most {
        power /= 10.0;
    }
    let round = ENDS.iter().map(|end| end * power);
    // Rounding may put a number slightly above the end of the scale.
    let fitting = round.into_iter().find(|end| *end >= most * (1.0 - 1e-9));
    fitting.unwrap_or(10.0 * power).min(1.0)
}

/// Returns a share from 0 to 1, whatever the input.
pub(super) fn within(share: f64) -> f64 {
    if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(low: f64, score: f64, high: f64) -> Bar {
        Bar::of(&CardRow {
            low,
            score,
            high,
            ..CardRow::default()
        })
    }

    #[test]
    fn a_scale_ends_at_a_round_share_above_all_intervals() {
        for (high, expected) in [
            (0.23, 0.25),
            (0.3, 0.3),
            (0.91, 1.0),
            (1.0, 1.0),
            (0.013, 0.015),
        ] {
            let end = end([0.001, high]);
            assert!((end - expected).abs() < 1e-12, "{high}: {end}");
        }
        assert!(end([]) > 0.0);
    }

    #[test]
    fn numbers_that_make_no_sense_make_a_bar_all_the_same() {
        assert_eq!(bar(f64::NAN, f64::NAN, f64::NAN), bar(0.0, 0.0, 0.0));
        assert_eq!(bar(-3.0, 0.5, f64::INFINITY), bar(0.0, 0.5, 1.0));
        assert_eq!(bar(0.7, 0.5, 0.3), bar(0.5, 0.5, 0.5));
    }
}
