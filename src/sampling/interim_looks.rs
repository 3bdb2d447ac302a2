//! When a growing sample is looked at: at geometrically growing sizes.
//!
//! A 95% interval that is checked repeatedly is wrong in more than 5% of runs. So there are few looks, and the error is
//! split between them (see [`crate::sampling::PossibleOrders::precision`]).

/// Followers read at the first look.
const FIRST_LOOK: u64 = 100;

/// Returns the number of the look at `read` followers, from 1. Between two looks it is the number of the earlier one.
pub(super) fn look_of(read: u64) -> u32 {
    (read / FIRST_LOOK).max(1).ilog2() + 1
}

/// Returns how many followers to read until the next look: twice as many, up to `at_most`.
pub fn next_aim(read: u64, at_most: u64) -> u64 {
    let mut aim = FIRST_LOOK;
    while aim <= read {
        aim = aim.saturating_mul(2);
    }
    aim.min(at_most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_double() {
        let looks: Vec<u64> = std::iter::successors(Some(0), |read| {
            Some(next_aim(*read, 2_000)).filter(|aim| aim > read)
        })
        .skip(1)
        .collect();
        assert_eq!(looks, [100, 200, 400, 800, 1_600, 2_000]);
        let numbers: Vec<u32> = looks.into_iter().map(look_of).collect();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 5]);
        assert_eq!(next_aim(7, 50), 50);
    }
}
