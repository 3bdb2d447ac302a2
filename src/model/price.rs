//! What requests to a network cost.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Millionths of a US dollar. Read and written in dollars, such as `0.001`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cost(pub u64);

/// What a network charges for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Request,
    /// Each account in an answer.
    Account,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    pub unit: Unit,
    pub each: Cost,
}

/// Requests sent, and accounts returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    pub requests: u64,
    pub accounts: u64,
}

/// Decimal places of a dollar.
const DIGITS: usize = 6;

impl Price {
    pub fn of(&self, spent: Spent) -> Cost {
        let units = match self.unit {
            Unit::Request => spent.requests,
            Unit::Account => spent.accounts,
        };
        Cost(self.each.0.saturating_mul(units))
    }
}

impl Add for Spent {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(more.requests),
            accounts: self.accounts.saturating_add(more.accounts),
        }
    }
}

impl Spent {
    /// Subtracts `less`, down to zero.
    pub fn less(self, less: Self) -> Self {
        Self {
            requests: self.requests.saturating_sub(less.requests),
            accounts: self.accounts.saturating_sub(less.accounts),
        }
    }
}

impl Sum for Spent {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// Requests alone.
impl From<u64> for Spent {
    fn from(requests: u64) -> Self {
        Self {
            requests,
            accounts: 0,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dollars, rest) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let rest = format!("{rest:0DIGITS$}");
        match rest.trim_end_matches('0') {
            "" => write!(f, "{dollars}"),
            rest => write!(f, "{dollars}.{rest}"),
        }
    }
}

impl FromStr for Cost {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (dollars, rest) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
        if dollars.is_empty() || rest.len() > DIGITS || !is_number(dollars) || !is_number(rest) {
            return Err(());
        }
        let dollars: u64 = dollars.parse().map_err(|_| ())?;
        let rest: u64 = format!("{rest:0<DIGITS$}").parse().map_err(|_| ())?;
        let millionths = dollars.checked_mul(1_000_000).ok_or(())?;
        Ok(Cost(millionths.checked_add(rest).ok_or(())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_as_they_are_written() {
        for (text, cost) in [
            ("0", 0),
            ("5", 5_000_000),
            ("0.001", 1_000),
            ("0.000691", 691),
            ("12.5", 12_500_000),
        ] {
            assert_eq!(text.parse(), Ok(Cost(cost)), "{text}");
            assert_eq!(Cost(cost).to_string(), text);
        }
        for text in [
            "",
            ".5",
            "-1",
            "1,5",
            "$1",
            "0.0000001",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Cost>(), Err(()), "{text}");
        }
    }

    #[test]
    fn a_price_is_for_requests_or_for_accounts() {
        let spent = Spent {
            requests: 3,
            accounts: 1_000,
        };
        let price = |unit| Price {
            unit,
            each: Cost(10),
        };
        assert_eq!(price(Unit::Request).of(spent), Cost(30));
        assert_eq!(price(Unit::Account).of(spent), Cost(10_000));
    }
}
