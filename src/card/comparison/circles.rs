//! Two circles whose areas and overlap are proportional to two audiences. Pure.

use std::f64::consts::PI;

/// The smallest radius of the smaller circle at which it is still visible.
const LEAST_RADIUS: f64 = 0.26;

/// Limits of the numbers of followers.
const MOST: f64 = 1e12;
const LEAST: f64 = 1.0;

/// Between circles that share nothing, and around one inside the other, in radii of the larger.
const APART: f64 = 0.12;
const INSIDE: f64 = 0.75;

/// Bisections, until no picture would show the difference.
const STEPS: usize = 50;

/// The radius of the larger circle is 1, and 0 is the middle of both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Circles {
    pub(super) middles: [f64; 2],
    pub(super) radii: [f64; 2],
}

impl Circles {
    /// Circles for audiences of these sizes that share `shared` followers. If the smaller circle has to be drawn too
    /// large, its shared part is still right.
    pub(super) fn of(followers: [f64; 2], shared: f64) -> Self {
        let [first, second] = followers.map(sound);
        let (small, large) = (first.min(second), first.max(second));
        let radii = [first, second].map(|size| (size / large).sqrt().max(LEAST_RADIUS));
        let part = if shared.is_nan() {
            0.0
        } else {
            (shared / small).clamp(0.0, 1.0)
        };
        let apart = distance(radii, part);
        let [left, right] = radii;
        let from = (-left).min(apart - right);
        let to = left.max(apart + right);
        let middle = (from + to) / 2.0;
        Self {
            middles: [-middle, apart - middle],
            radii,
        }
    }
}

fn sound(followers: f64) -> f64 {
    if followers.is_nan() {
        LEAST
    } else {
        followers.clamp(LEAST, MOST)
    }
}

/// Returns the distance of the centres at which this part of the smaller circle is in the larger one.
fn distance([left, right]: [f64; 2], part: f64) -> f64 {
    let small = left.min(right);
    let (mut near, mut far) = ((left - right).abs(), left + right);
    if part <= 0.0 {
        return far + APART;
    }
    if part >= 1.0 {
        return near * INSIDE;
    }
    let shared = part * PI * small * small;
    for _ in 0..STEPS {
        let middle = (near + far) / 2.0;
        if lens([left, right], middle) > shared {
            near = middle;
        } else {
            far = middle;
        }
    }
    (near + far) / 2.0
}

/// Returns the area that two circles share.
fn lens([left, right]: [f64; 2], apart: f64) -> f64 {
    let small = left.min(right);
    if apart >= left + right {
        return 0.0;
    }
    if apart <= (left - right).abs() {
        return PI * small * small;
    }
    let chord = (apart * apart + left * left - right * right) / (2.0 * apart);
    segment(left, chord) + segment(right, apart - chord)
}

/// Returns the area that a chord cuts off from a circle, at this distance from its centre.
fn segment(radius: f64, chord: f64) -> f64 {
    let half = (radius * radius - chord * chord).max(0.0).sqrt();
    radius * radius * (chord / radius).clamp(-1.0, 1.0).acos() - chord * half
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The part of the smaller circle that is in the larger one.
    fn shared(circles: &Circles) -> f64 {
        let [first, second] = circles.middles;
        let small = circles.radii[0].min(circles.radii[1]);
        lens(circles.radii, second - first) / (PI * small * small)
    }

    #[test]
    fn areas_are_as_the_audiences_and_what_they_share() {
        let circles = Circles::of([4_000.0, 1_000.0], 300.0);
        assert_eq!(circles.radii, [1.0, 0.5]);
        assert!((shared(&circles) - 0.3).abs() < 1e-9);
    }

    #[test]
    fn a_tiny_audience_is_seen_and_shares_the_same_part_of_itself() {
        let circles = Circles::of([10.0, 1e9], 2.0);
        assert_eq!(circles.radii, [LEAST_RADIUS, 1.0]);
        assert!((shared(&circles) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn what_shares_nothing_does_not_touch_and_what_shares_all_lies_inside() {
        let nothing = Circles::of([500.0, 500.0], 0.0);
        let [first, second] = nothing.middles;
        assert!(second - first > 2.0);
        let all = Circles::of([500.0, 100.0], 700.0);
        assert_eq!(shared(&all), 1.0);
        let same = Circles::of([500.0, 500.0], 500.0);
        assert_eq!(same.middles, [0.0, 0.0]);
    }

    proptest! {
        #[test]
        fn any_numbers_make_two_circles(first in any::<f64>(), second in any::<f64>(), shared in any::<f64>()) {
            let circles = Circles::of([first, second], shared);
            for (middle, radius) in circles.middles.into_iter().zip(circles.radii) {
                prop_assert!((LEAST_RADIUS..=1.0).contains(&radius), "{circles:?}");
                prop_assert!(middle.abs() + radius <= 2.0 + APART, "{circles:?}");
            }
        }
    }
}
