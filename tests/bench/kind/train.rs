//! Logistic regression by AdaGrad (Duchi, Hazan and Singer, 2011), in one order and with basic arithmetic only: the
//! same bytes on any machine.

use std::collections::BTreeSet;

use lookalike::kind::{BUCKETS, Weights, Words, odds, odds_to_probability};

use crate::rows::Row;

const EPOCHS: usize = 5;
const RATE: f64 = 0.1;

/// The first sum of squares of each feature.
const START: f64 = 1e-6;

/// The largest step of a weight as it is stored.
const STEPS: f64 = 127.0;

/// An account with all of its fields, or some.
struct View {
    is_organisation: f64,
    features: Vec<(usize, f64)>,
}

/// A feature's weight, and the sum of the squares of its gradients.
#[derive(Clone, Copy)]
struct Weight {
    value: f64,
    squares: f64,
}

impl Weight {
    const NEW: Self = Self {
        value: 0.0,
        squares: START,
    };

    fn descend(&mut self, gradient: f64) {
        self.squares += gradient * gradient;
        self.value -= RATE * gradient / self.squares.sqrt();
    }
}

/// Returns the weights learned from labelled accounts.
pub(crate) fn train(rows: &[Row]) -> Weights {
    let views: Vec<View> = rows.iter().flat_map(views).collect();
    let mut weights = vec![Weight::NEW; BUCKETS];
    let mut bias = Weight::NEW;
    let mut order: Vec<usize> = (0..views.len()).collect();
    let mut random = 7_u64;
    for _ in 0..EPOCHS {
        shuffle(&mut order, &mut random);
        for place in &order {
            let View {
                is_organisation,
                features,
            } = &views[*place];
            let sum: f64 = features
                .iter()
                .map(|(bucket, by)| weights[*bucket].value * by)
                .sum();
            let error = odds_to_probability(bias.value + sum) - is_organisation;
            bias.descend(error);
            for (bucket, by) in features {
                weights[*bucket].descend(error * by);
            }
        }
    }
    let largest = weights
        .iter()
        .map(|weight| weight.value.abs())
        .fold(0.0, f64::max);
    let scale = largest / STEPS;
    let step = |weight: &Weight| (weight.value / scale).round() as i8;
    Weights {
        bias: bias.value as f32,
        scale: scale as f32,
        steps: weights.iter().map(step).collect(),
    }
}

/// Returns an account as networks may show it: whole, without a bio, by its name alone, by handle and bio, or by its bio
/// alone. Of invented people, every second has a given name that is not known as one.
fn views(row: &Row) -> Vec<View> {
    let given_names = !(row.is_invented() && (row.number() / 16).is_multiple_of(2));
    let all = row.words();
    let (name, handle, bio) = (all.name, all.handle, all.bio);
    let fields = [
        (name, handle, bio),
        (name, "", ""),
        (name, handle, ""),
        ("", handle, bio),
        ("", "", bio),
    ];
    let says_something = |(name, _, bio): &(&str, &str, &str)| !name.is_empty() || !bio.is_empty();
    let distinct: BTreeSet<_> = fields.into_iter().filter(says_something).collect();
    let view = |(name, handle, bio)| View {
        is_organisation: f64::from(u8::from(row.is_organisation)),
        features: odds(Words { name, handle, bio }, given_names),
    };
    distinct.into_iter().map(view).collect()
}

/// Shuffles by Fisher and Yates, with Knuth's linear congruential generator.
fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, ((*random >> 33) % (last as u64 + 1)) as usize);
    }
}
