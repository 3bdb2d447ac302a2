//! Figures with their standard errors, over audiences.

/// A figure and its standard error, by the choice of audiences.
#[derive(Clone, Copy)]
pub(crate) struct Figure {
    pub value: f64,
    pub error: f64,
}

/// The range in which a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    None,
    AtLeast(f64),
    Between(f64, f64),
}

/// How many standard errors a figure may be off its goal.
const BY_CHANCE: f64 = 2.0;

/// Standard deviations on either side that hold 99%.
const NEARLY_ALL: f64 = 2.575_829;

impl Goal {
    pub(crate) fn is_missed(self, figure: Figure) -> bool {
        let (least, most) = match self {
            Self::None => return false,
            Self::AtLeast(least) => (least, f64::INFINITY),
            Self::Between(least, most) => (least, most),
        };
        let by_chance = BY_CHANCE * figure.error;
        figure.value + by_chance < least || figure.value - by_chance > most
    }
}

/// Returns what was found as a share of what there was, in all audiences together. The rows of one audience are not
/// independent, so each audience is one observation: the error is that of a ratio over clusters (Cochran, "Sampling
/// techniques", 1977, section 6.4). Where there is 1 of each, it is the mean with its usual error.
pub(crate) fn ratio(audiences: impl IntoIterator<Item = (f64, f64)>) -> Option<Figure> {
    let audiences: Vec<(f64, f64)> = audiences.into_iter().filter(|(_, of)| *of > 0.0).collect();
    let of: f64 = audiences.iter().map(|(_, of)| of).sum();
    let value = audiences.iter().map(|(found, _)| found).sum::<f64>() / of;
    let count = audiences.len() as f64;
    let squares = audiences
        .iter()
        .map(|(found, of)| (found - value * of).powi(2));
    let error = (count / (count - 1.0) * squares.sum::<f64>()).sqrt() / of;
    // Where all were right, one of the next may be wrong: up to 3 of as many (the rule of three).
    let error = if value == 1.0 {
        error.max(1.5 / count)
    } else {
        error
    };
    (count > 1.0).then_some(Figure { value, error })
}

/// Returns the median. Its error follows from the distance of the two order statistics that hold it with 99% (McKean
/// and Schrader, "A comparison of methods for studentizing the sample median", 1984).
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<Figure> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let count = values.len();
    let half = (count as f64).sqrt() / 2.0;
    let below = ((count as f64 + 1.0) / 2.0 - NEARLY_ALL * half)
        .round()
        .max(1.0) as usize;
    let (low, high) = (values.get(below - 1)?, values.get(count - below)?);
    Some(Figure {
        value: (values[(count - 1) / 2] + values[count / 2]) / 2.0,
        error: (high - low) / (2.0 * NEARLY_ALL),
    })
}
