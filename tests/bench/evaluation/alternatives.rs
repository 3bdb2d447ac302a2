//! Measures that are compared with those of the bot.

use lookalike::measures::{ALL, Measure};
use lookalike::model::{MeasureName, Overlap, Sample, Tally};
use lookalike::sampling::share;

/// How many standard deviations a cautious share is below the counted one.
const CAUTION: f64 = 1.0;

/// Tversky's index ("Features of similarity", 1977): the weight of a follower of the target alone, where one of the
/// candidate alone has the weight 1.
struct Tversky {
    target_alone: f64,
}

/// A measure, as it is or made cautious.
pub(crate) struct MeasureVariant {
    measure: &'static dyn Measure,
    /// The sample, if the lower bound of the share takes the place of the share; an account whose own followers were
    /// counted has the same bound.
    cautious: Option<Sample>,
}

const TVERSKY: [&dyn Measure; 3] = [
    &Tversky { target_alone: 0.2 },
    &Tversky { target_alone: 0.3 },
    &Tversky { target_alone: 0.5 },
];

const OTHERS: [(&str, &dyn Measure, bool); 7] = [
    ("tversky .2", TVERSKY[0], false),
    ("tversky .3", TVERSKY[1], false),
    ("tversky .5", TVERSKY[2], false),
    ("low peers", ALL[0], true),
    ("low tversky .5", TVERSKY[2], true),
    ("low tversky .3", TVERSKY[1], true),
    ("low tversky .2", TVERSKY[0], true),
];

/// Returns all measures for this sample; the others are compared with the first.
pub(crate) fn variants(sample: &Sample) -> impl Iterator<Item = MeasureVariant> {
    let ours = ALL.into_iter();
    ours.map(|measure| (measure.name().as_str(), measure, false))
        .chain(OTHERS)
        .map(|(_, measure, is_cautious)| MeasureVariant {
            measure,
            cautious: is_cautious.then_some(*sample),
        })
}

/// Returns their names.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let ours = ALL.into_iter().map(|measure| measure.name().as_str());
    ours.chain(OTHERS.into_iter().map(|(name, ..)| name))
}

impl Measure for MeasureVariant {
    fn name(&self) -> MeasureName {
        self.measure.name()
    }

    fn formula(&self) -> &'static str {
        self.measure.formula()
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        let Some(sample) = &self.cautious else {
            return self.measure.score(overlap);
        };
        let tally = Tally {
            counted: overlap.counted.round() as u64,
            confirmed: None,
            calibrated: None,
            followers: 0,
        };
        let low = share(sample, &tally, CAUTION).low;
        self.measure.score(&Overlap {
            shared: overlap.shared.min(low * overlap.target),
            ..*overlap
        })
    }
}

impl Measure for Tversky {
    fn name(&self) -> MeasureName {
        MeasureName::Niche
    }

    fn formula(&self) -> &'static str {
        "tversky"
    }

    fn score(&self, overlap: &Overlap) -> f64 {
        let alone = overlap.target - overlap.shared;
        overlap.shared / (overlap.candidate + self.target_alone * alone)
    }
}
