//! Which words decided a guess. Pure.

use crate::kind::feature::{Group, parts};
use crate::kind::weights::Weights;
use crate::kind::words::words;
use crate::kind::{AccountKind, Words, bio, name};

/// Words that are named.
const NAMED: usize = 3;

/// Returns the words of a name and a bio that speak most for a kind, the weightiest first.
pub(super) fn because(weights: &Weights, account: Words<'_>, kind: AccountKind) -> Vec<String> {
    let sign = match kind {
        AccountKind::Person => -1.0,
        _ => 1.0,
    };
    let (in_name, in_bio) = (account.name.to_lowercase(), account.bio.to_lowercase());
    let of_name = words(&in_name).map(|word| (word, weight_in_name(weights, word)));
    let of_bio = words(&in_bio).map(|word| (word, weight_in_bio(weights, word)));
    let mut reasons: Vec<(&str, f64)> = Vec::new();
    for (word, weight) in of_name.chain(of_bio) {
        let weight = sign * weight;
        let is_new = reasons.iter().all(|(other, _)| *other != word);
        if weight > 0.0 && is_new {
            reasons.push((word, weight));
        }
    }
    reasons.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let named = reasons.into_iter().take(NAMED);
    named.map(|(word, _)| word.to_owned()).collect()
}

fn weight_in_name(weights: &Weights, word: &str) -> f64 {
    let whole = weights.of(Group::Name, name::whole_word(word));
    let (mut sum, mut count) = (0.0, 0);
    parts(b'n', &name::letters(word), &mut |part| {
        sum += weights.of(Group::Name, part);
        count += 1;
    });
    whole + sum / f64::from(count.max(1))
}

fn weight_in_bio(weights: &Weights, word: &str) -> f64 {
    let stem = bio::stem_of(word).map_or(0.0, |stem| weights.of(Group::Bio, stem));
    weights.of(Group::Bio, bio::whole_word(word)) + stem
}
