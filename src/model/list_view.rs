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
    pub kinds: Kinds,
    pub panel: Panel,
}

/// Which kinds of accounts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinds {
    #[default]
    All,
    People,
    Organisations,
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
        self.at_least > 0 || self.at_most > 0 || self.unverified || self.kinds != Kinds::All
    }
}

impl Kinds {
    pub const EACH: [Self; 3] = [Self::All, Self::People, Self::Organisations];

    /// Returns its name in buttons.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::People => "people",
            Self::Organisations => "organisations",
        }
    }
}

impl FromStr for Kinds {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut each = Self::EACH.into_iter();
        each.find(|kinds| kinds.as_str() == text).ok_or(())
    }
}

impl fmt::Display for ListView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (measure, page, least, most) = (self.measure, self.page, self.at_least, self.at_most);
        let unverified = u8::from(self.unverified);
        let panel = self.panel as u8;
        write!(f, "{measure}.{page}.{least}.{most}.{unverified}.{panel}")?;
        match self.kinds {
            Kinds::All => Ok(()),
            kinds => write!(f, ".{}", kinds as u8),
        }
    }
}

impl FromStr for ListView {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.');
        let measure = parts.next().ok_or(())?.parse()?;
        let mut next = || parts.next().ok_or(())?.parse::<u16>().map_err(|_| ());
        let small = |number: u16| u8::try_from(number).map_err(|_| ());
        let mut shown = Self {
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
            kinds: Kinds::All,
        };
        if let Some(kinds) = parts.next() {
            shown.kinds = match kinds {
                "1" => Kinds::People,
                "2" => Kinds::Organisations,
                _ => return Err(()),
            };
        }
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
            kinds: Kinds::Organisations,
            panel: Panel::Details,
        };
        let before = "peers.1.2.3.0.1".parse::<ListView>();
        assert!(before.is_ok_and(|shown| shown.kinds == Kinds::All));
        assert_eq!(all.to_string().parse(), Ok(all));
        for garbage in [
            "",
            "x",
            "peers",
            "1.0.0.0.0.0",
            "peers.2.3.4.5.6",
            "peers.0.0.0.0.0.0",
            "peers.0.0.0.0.0.1.",
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
}
