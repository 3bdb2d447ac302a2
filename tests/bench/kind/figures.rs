//! How often the classifier is right.

use std::collections::BTreeMap;

use lookalike::kind::{Guess, SURE, Weights, Words};

use crate::rows::Row;

/// Smaller groups say too little.
const SHOWN: usize = 20;

/// Bins of the calibration error.
const BINS: usize = 10;

const MISTAKES: usize = 10;

/// Probabilities of being an organisation, and whether they are one, by group.
pub(crate) struct Figures(BTreeMap<String, Vec<(f64, bool)>>);

impl Figures {
    pub(crate) fn of(weights: &Weights, rows: &[Row]) -> Self {
        let mut groups: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
        for row in rows {
            let truth = row.is_organisation;
            let whole = weights.probability(row.words());
            for group in ["all", &format!("{} {}", row.source, row.lang)] {
                groups
                    .entry(group.to_owned())
                    .or_default()
                    .push((whole, truth));
            }
            if !row.name.is_empty() {
                let name = Words {
                    name: &row.name,
                    ..Words::default()
                };
                let alone = groups.entry("names alone".to_owned()).or_default();
                alone.push((weights.probability(name), truth));
            }
        }
        Self(groups)
    }

    pub(crate) fn print(&self) {
        println!(
            "{:24} {:>6} {:>5} {:>8} {:>8} {:>5} {:>5} {:>5} {:>7} {:>5}",
            "", "n", "org.", "accuracy", "balanced", "AUC", "Brier", "ECE", "decided", "right"
        );
        for (group, found) in &self.0 {
            if found.len() >= SHOWN {
                print(group, found);
            }
        }
    }
}

fn print(group: &str, found: &[(f64, bool)]) {
    let share = |of: &dyn Fn(&&(f64, bool)) -> bool, among: &dyn Fn(&&(f64, bool)) -> bool| {
        let among: Vec<_> = found.iter().filter(among).collect();
        among.iter().filter(|it| of(it)).count() as f64 / among.len() as f64
    };
    let all = |_: &&(f64, bool)| true;
    let is_right = |(probability, truth): &&(f64, bool)| (*probability >= 0.5) == *truth;
    let is_sure = |(probability, _): &&(f64, bool)| probability.max(1.0 - probability) >= SURE;
    let organisations = |(_, truth): &&(f64, bool)| *truth;
    let people = |(_, truth): &&(f64, bool)| !*truth;
    let balanced = (share(&is_right, &organisations) + share(&is_right, &people)) / 2.0;
    let brier = found
        .iter()
        .map(|(probability, truth)| (probability - truth_of(*truth)).powi(2));
    println!(
        "{group:24} {:>6} {:>5.2} {:>8.3} {balanced:>8.3} {:>5.3} {:>5.3} {:>5.3} {:>7.2} {:>5.3}",
        found.len(),
        share(&organisations, &all),
        share(&is_right, &all),
        auc(found),
        brier.sum::<f64>() / found.len() as f64,
        calibration_error(found),
        share(&is_sure, &all),
        share(&is_right, &is_sure),
    );
}

fn truth_of(truth: bool) -> f64 {
    f64::from(u8::from(truth))
}

/// Returns how often an organisation is given a higher probability than a person.
fn auc(found: &[(f64, bool)]) -> f64 {
    let mut by_probability = found.to_vec();
    by_probability.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let (mut people, mut pairs) = (0.0, 0.0);
    for (_, truth) in &by_probability {
        match truth {
            true => pairs += people,
            false => people += 1.0,
        }
    }
    pairs / (people * (found.len() as f64 - people))
}

/// Returns the expected calibration error in ten bins of equal width.
fn calibration_error(found: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); BINS];
    for (probability, truth) in found {
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        bins[bin].0 += probability;
        bins[bin].1 += truth_of(*truth);
    }
    let off = bins
        .iter()
        .map(|(expected, seen): &(f64, f64)| (expected - seen).abs());
    off.sum::<f64>() / found.len() as f64
}

/// Prints the surest mistakes.
pub(crate) fn print_mistakes(weights: &Weights, rows: &[Row]) {
    let mut mistakes: Vec<(f64, &Row)> = rows
        .iter()
        .map(|row| (weights.probability(row.words()), row))
        .filter(|(probability, row)| (*probability >= 0.5) != row.is_organisation)
        .collect();
    mistakes.sort_by(|(one, _), (other, _)| (other - 0.5).abs().total_cmp(&(one - 0.5).abs()));
    println!("\nthe surest mistakes:");
    for (probability, row) in mistakes.into_iter().take(MISTAKES) {
        let because = Guess::of(row.words()).because(row.words()).join(", ");
        println!(
            "{probability:.2} {} @{} {} ({because})",
            row.name, row.handle, row.bio
        );
    }
}
