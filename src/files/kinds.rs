//! What accounts are, as columns of sheets and as fields for programs. Pure.

use serde::Serialize;

use crate::files::cell::Cell;
use crate::kind::AccountKind;
use crate::locales::Locale;
use crate::model::{KindTeller, Similar, Why};

/// What an account is, for programs.
#[derive(Clone, Debug, Serialize)]
pub struct KindReport {
    /// `None` if that is unclear.
    pub kind: Option<AccountKind>,
    /// How likely that is: 1 if it is said, `None` if it is unclear.
    pub kind_probability: Option<f64>,
    /// `network` or `operator` if one of these says so, its own words for it, or those that decided a guess.
    pub kind_because: Vec<String>,
}

impl KindReport {
    pub fn of(row: &Similar) -> Self {
        let known = row.known_kind();
        Self {
            kind: known.as_ref().map(|known| known.kind),
            kind_probability: known.as_ref().map(|known| known.probability),
            kind_because: known.map_or_else(Vec::new, |known| known.why.words()),
        }
    }
}

/// Returns the names of the columns.
pub(super) fn heading(locale: &Locale) -> [String; 3] {
    [
        locale.sheet_kind(),
        locale.sheet_kind_probability(),
        locale.sheet_kind_because(),
    ]
}

/// Returns what an account is, how likely that is, and why; empty if it is unclear.
pub(super) fn cells(locale: &Locale, network: &str, row: &Similar) -> [Cell; 3] {
    let Some(known) = row.known_kind() else {
        return none();
    };
    let because = match known.why {
        Why::Told(KindTeller::Network) => network.to_owned(),
        why => why.words().join(", "),
    };
    [
        Cell::Text(locale.kind(known.kind)),
        Cell::Share(known.probability),
        Cell::Text(because),
    ]
}

/// Returns the cells of a line that is about no account.
pub(super) fn none() -> [Cell; 3] {
    [Cell::Empty, Cell::Empty, Cell::Empty]
}
