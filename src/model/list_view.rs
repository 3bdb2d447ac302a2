//! What a message shows of a finished list. It is encoded in the message's own buttons, so it is neither stored nor
//! lost.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::MeasureName;

/// The numbers of followers that lists can be filtered by.
pub const SIZES: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// How a list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    pub measure: MeasureName,
    /// From 0.
    pub page: u16,
    /// Only accounts with at least, and at most, this position in [`SIZES`], from 1; 0 for any.
    pub at_least: u8,
    pub at_most: u8,
    /// Without verified accounts.
    pub unverified: bool,
    pub panel: Panel,
}

/// Which buttons are below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Panel {
    #[default]
    Rows,
    Filter,
    Files,
    Order,
    Details,
}

impl ListView {
    /// Whether an account with this many followers is shown. An unknown number passes no limit.
    pub fn has_room_for(&self, followers: Option<u64>, verified: bool) -> bool {
        let size = |place: u8| SIZES.get(usize::from(place).wrapping_sub(1));
        size(self.at_least).is_none_or(|least| followers.is_some_and(|it| it >= *least))
            && size(self.at_most).is_none_or(|most| followers.is_some_and(|it| it <= *most))
            && !(self.unverified && verified)
    }

    /// Returns the same with another smallest size; a largest one that contradicts it is dropped.
    pub fn with_at_least(self, at_least: u8) -> Self {
        let contradicts = at_least > 0 && self.at_most <= at_least;
        Self {
            at_least,
            at_most: if contradicts { 0 } else { self.at_most },
            ..self
        }
    }

    /// Returns the same with another largest size; a smallest one that contradicts it is dropped.
    pub fn with_at_most(self, at_most: u8) -> Self {
        let contradicts = at_most > 0 && self.at_least >= at_most;
        Self {
            at_most,
            at_least: if contradicts { 0 } else { self.at_least },
            ..self
        }
    }

    /// Whether anything may be left out.
    pub fn is_filtered(&self) -> bool {
        self.at_least > 0 || self.at_most > 0 || self.unverified
    }
}

impl fmt::Display for ListView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (measure, page, least, most) = (self.measure, self.page, self.at_least, self.at_most);
        let unverified = u8::from(self.unverified);
        let panel = self.panel as u8;
        write!(f, "{measure}.{page}.{least}.{most}.{unverified}.{panel}")
    }
}

impl FromStr for ListView {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let measure = parts.next().ok_or(())?.parse()?;
        let mut next = || parts.next().ok_or(())?.parse::<u16>().map_err(|_| ());
        let small = |number: u16| u8::try_from(number).map_err(|_| ());
        let shown = Self {
            measure,
            page: next()?,
            at_least: small(next()?)?,
            at_most: small(next()?)?,
            unverified: next()? > 0,
            panel: match next()? {
                0 => Panel::Rows,
                1 => Panel::Filter,
                2 => Panel::Files,
                3 => Panel::Order,
                4 => Panel::Details,
                _ => return Err(()),
            },
        };
        match parts.next() {
            Some(_) => Err(()),
            None => Ok(shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_button_tells_is_read_back() {
        let all = ListView {
            measure: MeasureName::Balanced,
            page: u16::MAX,
            at_least: 1,
            at_most: 4,
            unverified: true,
            panel: Panel::Details,
        };
        assert_eq!(all.to_string().parse(), Ok(all));
        for garbage in [
            "",
            "x",
            "peers",
            "1.0.0.0.0.0",
            "peers.2.3.4.5.6",
            "peers.0.0.0.0.0.0",
        ] {
            assert_eq!(garbage.parse::<ListView>(), Err(()), "{garbage:?}");
        }
    }

    #[test]
    fn a_size_that_contradicts_another_takes_its_place() {
        let sizes = |shown: ListView| (shown.at_least, shown.at_most);
        let from_two = ListView::default().with_at_least(2);
        assert_eq!(sizes(from_two), (2, 0));
        assert_eq!(sizes(from_two.with_at_most(3)), (2, 3));
        assert_eq!(sizes(from_two.with_at_most(1)), (0, 1));
        assert_eq!(sizes(from_two.with_at_most(3).with_at_least(4)), (4, 0));
        assert_eq!(sizes(from_two.with_at_most(3).with_at_least(0)), (0, 3));
    }

    #[test]
    fn sizes_are_borders_that_belong_to_both_sides() {
        let shown = ListView {
            at_least: 1,
            at_most: 2,
            unverified: true,
            ..ListView::default()
        };
        let sizes = [999, 1_000, 10_000, 10_001];
        let seen = sizes.map(|size| shown.has_room_for(Some(size), false));
        assert_eq!(seen, [false, true, true, false]);
        assert!(!shown.has_room_for(Some(5_000), true));
        assert!(ListView::default().has_room_for(Some(0), true));
        assert!(ListView::default().has_room_for(None, true));
        assert!(!shown.has_room_for(None, false), "it could have any size");
    }
}
