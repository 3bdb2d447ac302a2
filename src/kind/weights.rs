//! The weights of features, and the probability that they give. Pure.

use crate::kind::Words;
use crate::kind::feature::{BUCKETS, Feature, Group};
use crate::kind::features::features;
use crate::kind::hash::Hash;
use crate::kind::words::is_cyrillic;

/// How much is believed of a bio in Cyrillic, of which there is hardly any labelled text.
const CYRILLIC_BIO: f64 = 0.5;

/// The bytes before the weights: bias and scale.
const HEADER: usize = 8;

/// Weights in whole steps of one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// The log-odds of an account without features.
    pub bias: f32,
    /// The log-odds of one step.
    pub scale: f32,
    /// Positive for organisations.
    pub steps: Vec<i8>,
}

impl Weights {
    /// Reads weights as [`Self::to_bytes`] writes them; what is missing is 0.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let number = |at: usize| {
            let bytes = bytes
                .get(at..at + 4)
                .and_then(|bytes| bytes.try_into().ok());
            f32::from_le_bytes(bytes.unwrap_or_default())
        };
        let mut steps: Vec<i8> = bytes
            .iter()
            .skip(HEADER)
            .map(|step| step.cast_signed())
            .collect();
        steps.resize(BUCKETS, 0);
        Self {
            bias: number(0),
            scale: number(4),
            steps,
        }
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let numbers = [self.bias, self.scale];
        let header = numbers.into_iter().flat_map(f32::to_le_bytes);
        let steps = self.steps.iter().map(|step| step.cast_unsigned());
        header.chain(steps).collect()
    }

    /// Returns the probability that an account is an organisation.
    pub fn probability(&self, words: Words<'_>) -> f64 {
        let (mut sums, mut counts) = ([0_i32; Group::COUNT], [0_u32; Group::COUNT]);
        features(words, true, &mut |feature| {
            let group = feature.group as usize;
            let (sum, count) = (sums.get_mut(group), counts.get_mut(group));
            if let (Some(sum), Some(count)) = (sum, count) {
                *sum += self.step(feature);
                *count += 1;
            }
        });
        let groups = sums.into_iter().zip(counts).enumerate();
        let odds = groups.map(|(group, (sum, count))| {
            let is_doubtful = group == Group::Bio as usize && is_cyrillic(words.bio);
            let trust = if is_doubtful { CYRILLIC_BIO } else { 1.0 };
            trust * f64::from(sum) * share(count)
        });
        odds_to_probability(f64::from(self.bias) + f64::from(self.scale) * odds.sum::<f64>())
    }

    /// Returns the weight of one hash of a group.
    pub(super) fn of(&self, group: Group, hash: Hash) -> f64 {
        f64::from(self.step(Feature::new(group, hash)))
    }

    fn step(&self, feature: Feature) -> i32 {
        self.steps.get(feature.bucket).copied().unwrap_or(0).into()
    }
}

/// Returns what each of the features of a group counts, if it has so many.
fn share(count: u32) -> f64 {
    1.0 / f64::from(count.max(1)).sqrt()
}

/// Returns the features of an account with what each counts, for training.
pub fn odds(words: Words<'_>, given_names: bool) -> Vec<(usize, f64)> {
    let mut found = Vec::new();
    features(words, given_names, &mut |feature| found.push(feature));
    let count = |group| {
        found
            .iter()
            .filter(|feature| feature.group == group)
            .count()
    };
    let shares = [Group::Name, Group::Handle, Group::Bio, Group::Shape]
        .map(|group| (group, share(count(group) as u32)));
    let share_of = |group| {
        shares
            .iter()
            .find(|(other, _)| *other == group)
            .map_or(0.0, |(_, share)| *share)
    };
    found
        .iter()
        .map(|feature| (feature.bucket, share_of(feature.group)))
        .collect()
}

/// Returns the probability of log-odds, the same on any CPU.
pub fn odds_to_probability(odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-odds))
}
