//! The quality of a list.

/// Returns the share of the first `k` that is relevant, of as many as could be.
pub(crate) fn precision(
    list: &[u32],
    k: usize,
    relevant: impl Fn(u32) -> bool,
    relevant_in_all: usize,
) -> f64 {
    let found = list
        .iter()
        .take(k)
        .filter(|account| relevant(**account))
        .count();
    found as f64 / k.min(relevant_in_all).max(1) as f64
}

/// Returns the share of the first `k` of one list that is among the first `k` of another.
pub(crate) fn agreement(list: &[u32], other: &[u32], k: usize) -> f64 {
    let other = &other[..k.min(other.len())];
    precision(list, k, |account| other.contains(&account), k)
}

pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += value;
        count += 1;
    }
    sum / f64::from(count.max(1))
}

pub(crate) fn worst(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::INFINITY, f64::min)
}
