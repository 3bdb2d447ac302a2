//! What two of the audiences have in common. Pure.

use crate::model::{Audience, Audiences};
use crate::sampling::{self, Closest, Estimate, Pair, Side, closest_pair};

/// Returns how many follow both owners, if there are two and it can be estimated.
pub(super) fn in_both(audiences: &Audiences) -> Option<Estimate> {
    let [one, other] = audiences.each.as_slice() else {
        return None;
    };
    sampling::in_both(side(one, 1)?, side(other, 0)?)
}

/// Returns which two of the audiences are the closest.
pub(super) fn closest(audiences: &Audiences) -> Closest {
    let each = audiences.each.iter().enumerate();
    let pairs = each.flat_map(|(place, one)| {
        let others = audiences.each.iter().enumerate().skip(place + 1);
        others.filter_map(move |(at, other)| {
            Some(Pair {
                places: [place, at],
                sides: [side(one, at)?, side(other, place)?],
            })
        })
    });
    let pairs: Vec<Pair<'_>> = pairs.collect();
    closest_pair(&pairs)
}

/// Returns an audience as one of two, with the one in this place.
fn side(audience: &Audience, other: usize) -> Option<Side<'_>> {
    Some(Side {
        sample: &audience.sample,
        tally: audience.with.get(other)?.as_ref()?,
        is_cut: audience.is_cut,
    })
}
