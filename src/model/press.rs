//! Buttons and their callback data, as text that travels to Telegram and back. Pure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::{AnalysisId, ListView, Operation, PersonId};

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub press: Press,
}

/// What pressing a button does. Written in at most 64 bytes, Telegram's limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    Cancel(AnalysisId),
    /// Cancel all searches of whoever presses it.
    CancelAll,
    /// Cancel all searches of this person, the only one who may press it.
    CancelAllOf(PersonId),
    Refresh(AnalysisId),
    Enough(AnalysisId),
    /// Go deeper, to the depth at this position in [`crate::model::Depth::ALL`].
    Deeper(AnalysisId, u8),
    /// Agree to the price of the depth at this position.
    Start(AnalysisId, u8),
    /// The account of the same name on another network, by its position among these.
    Elsewhere(AnalysisId, u8),
    /// Show the list in this way; the button changes one thing about it.
    List(AnalysisId, Control, ListView),
    /// Fetch the profiles that the list lacks in this order, and then show it in this way.
    Complete(AnalysisId, ListView),
    /// Show one account of the list, by its place in the stored ranking.
    About(AnalysisId, u16),
    /// Search for that account like for this one.
    Analyse(AnalysisId, u16),
    /// The whole list as a file, by the measure at this position.
    File(AnalysisId, FileKind, u8),
    /// Send the result again.
    Result(AnalysisId),
    /// Create a link to the result, and revoke it.
    Share(AnalysisId),
    Unshare(AnalysisId),
    /// End this one of this person's watches, the only one who may press it; see [`crate::model::Watch`].
    EndWatch(PersonId, u32),
    /// The same for whoever presses it, from earlier versions.
    Unwatch(u32),
    /// This page of this person's results, the only one who may press it.
    History(PersonId, u16),
    /// Erase all data about this person, the only one who may press it.
    Forget(PersonId),
    /// Switch to the language at this position; this person was asked, and nobody else may press it.
    LanguageOf(PersonId, u8),
    /// Look bare names up on the network at this position first; this person was asked.
    NetworkOf(PersonId, u8),
    /// The same from earlier versions, which named nobody.
    Language(u8),
    Network(u8),
    /// For operators.
    Operate(Operation),
}

/// What a button below a list changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    Page,
    Measure,
    AtLeast,
    AtMost,
    Verified,
    Panel,
}

/// A file with the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Page,
    Csv,
    Json,
}

impl Control {
    const ALL: [Self; 6] = [
        Self::Page,
        Self::Measure,
        Self::AtLeast,
        Self::AtMost,
        Self::Verified,
        Self::Panel,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Measure => "measure",
            Self::AtLeast => "least",
            Self::AtMost => "most",
            Self::Verified => "verified",
            Self::Panel => "panel",
        }
    }
}

impl FileKind {
    pub const ALL: [Self; 3] = [Self::Page, Self::Csv, Self::Json];

    /// Returns the extension of its name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Page => "html",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Press::Cancel(id) => write!(f, "cancel:{}", id.0),
            Press::CancelAll => f.write_str("cancel-all"),
            Press::CancelAllOf(person) => write!(f, "cancel-all:{}", person.0),
            Press::EndWatch(person, number) => write!(f, "unwatch-{number}:{}", person.0),
            Press::Unwatch(number) => write!(f, "unwatch:{number}"),
            Press::Result(id) => write!(f, "result:{}", id.0),
            Press::Share(id) => write!(f, "share:{}", id.0),
            Press::Unshare(id) => write!(f, "unshare:{}", id.0),
            Press::History(person, page) => write!(f, "history-{page}:{}", person.0),
            Press::Forget(person) => write!(f, "forget:{}", person.0),
            Press::Refresh(id) => write!(f, "refresh:{}", id.0),
            Press::Enough(id) => write!(f, "enough:{}", id.0),
            Press::Deeper(id, depth) => write!(f, "deeper-{depth}:{}", id.0),
            Press::Start(id, depth) => write!(f, "start-{depth}:{}", id.0),
            Press::Elsewhere(id, place) => write!(f, "elsewhere-{place}:{}", id.0),
            Press::List(id, control, shown) => {
                write!(f, "{}-{shown}:{}", control.as_str(), id.0)
            }
            Press::Complete(id, shown) => write!(f, "complete-{shown}:{}", id.0),
            Press::About(id, place) => write!(f, "about-{place}:{}", id.0),
            Press::Analyse(id, place) => write!(f, "analyse-{place}:{}", id.0),
            Press::File(id, kind, measure) => {
                write!(f, "{}-{measure}:{}", kind.extension(), id.0)
            }
            Press::LanguageOf(person, place) => write!(f, "language-{place}:{}", person.0),
            Press::NetworkOf(person, place) => write!(f, "network-{place}:{}", person.0),
            Press::Language(place) => write!(f, "language-{place}"),
            Press::Network(place) => write!(f, "network-{place}"),
            Press::Operate(operation) => f.write_str(operation.as_str()),
        }
    }
}

impl FromStr for Press {
    type Err = ();

    fn from_str(data: &str) -> Result<Self, ()> {
        if data == "cancel-all" {
            return Ok(Press::CancelAll);
        }
        let Some((verb, number)) = data.split_once(':') else {
            return choice(data).ok_or(());
        };
        let number = number.parse().map_err(|_| ())?;
        let id = AnalysisId(number);
        match verb {
            "unwatch" => u32::try_from(number).map(Press::Unwatch).map_err(|_| ()),
            "result" => Ok(Press::Result(id)),
            "share" => Ok(Press::Share(id)),
            "unshare" => Ok(Press::Unshare(id)),
            "forget" => Ok(Press::Forget(PersonId(number))),
            "cancel" => Ok(Press::Cancel(id)),
            "cancel-all" => Ok(Press::CancelAllOf(PersonId(number))),
            "refresh" => Ok(Press::Refresh(id)),
            "enough" => Ok(Press::Enough(id)),
            _ => {
                let (verb, what) = verb.split_once('-').ok_or(())?;
                if let Some(control) = Control::ALL.into_iter().find(|it| it.as_str() == verb) {
                    return Ok(Press::List(id, control, what.parse()?));
                }
                if verb == "complete" {
                    return Ok(Press::Complete(id, what.parse()?));
                }
                if verb == "unwatch" {
                    let watch = what.parse().map_err(|_| ())?;
                    return Ok(Press::EndWatch(PersonId(number), watch));
                }
                let place: u16 = what.parse().map_err(|_| ())?;
                let small = || u8::try_from(place).map_err(|_| ());
                if let Some(kind) = FileKind::ALL.into_iter().find(|it| it.extension() == verb) {
                    return Ok(Press::File(id, kind, small()?));
                }
                match verb {
                    "language" => Ok(Press::LanguageOf(PersonId(number), small()?)),
                    "network" => Ok(Press::NetworkOf(PersonId(number), small()?)),
                    "history" => Ok(Press::History(PersonId(number), place)),
                    "deeper" => Ok(Press::Deeper(id, small()?)),
                    "start" => Ok(Press::Start(id, small()?)),
                    "elsewhere" => Ok(Press::Elsewhere(id, small()?)),
                    "about" => Ok(Press::About(id, place)),
                    "analyse" => Ok(Press::Analyse(id, place)),
                    _ => Err(()),
                }
            }
        }
    }
}

/// Parses the choices for the whole chat or bot, which belong to no analysis.
fn choice(data: &str) -> Option<Press> {
    let mut operations = Operation::ALL.into_iter();
    if let Some(operation) = operations.find(|operation| operation.as_str() == data) {
        return Some(Press::Operate(operation));
    }
    let (verb, place) = data.split_once('-')?;
    let place = place.parse().ok()?;
    match verb {
        "language" => Some(Press::Language(place)),
        "network" => Some(Press::Network(place)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: ListView = ListView {
        measure: 255,
        page: u16::MAX,
        at_least: 255,
        at_most: 255,
        unverified: true,
        panel: crate::model::Panel::Files,
    };

    #[test]
    fn what_a_button_carries_is_read_back() {
        for press in [
            Press::Cancel(AnalysisId(u64::MAX)),
            Press::CancelAll,
            Press::CancelAllOf(PersonId(u64::MAX)),
            Press::EndWatch(PersonId(u64::MAX), u32::MAX),
            Press::Unwatch(u32::MAX),
            Press::Result(AnalysisId(7)),
            Press::Share(AnalysisId(7)),
            Press::Unshare(AnalysisId(u64::MAX)),
            Press::History(PersonId(u64::MAX), u16::MAX),
            Press::Forget(PersonId(u64::MAX)),
            Press::Refresh(AnalysisId(7)),
            Press::Enough(AnalysisId(7)),
            Press::Deeper(AnalysisId(u64::MAX), 255),
            Press::List(AnalysisId(u64::MAX), Control::Verified, LONGEST),
            Press::Complete(AnalysisId(u64::MAX), LONGEST),
            Press::About(AnalysisId(u64::MAX), u16::MAX),
            Press::Analyse(AnalysisId(u64::MAX), u16::MAX),
            Press::File(AnalysisId(u64::MAX), FileKind::Json, 255),
            Press::Elsewhere(AnalysisId(u64::MAX), 255),
            Press::Start(AnalysisId(u64::MAX), 255),
            Press::LanguageOf(PersonId(u64::MAX), 255),
            Press::NetworkOf(PersonId(7), 0),
            Press::Language(255),
            Press::Network(0),
            Press::Operate(Operation::Look),
            Press::Operate(Operation::SetMode(crate::model::Mode::Paused)),
        ] {
            let data = press.to_string();
            assert!(data.len() <= 64, "{data} is too long for Telegram");
            assert_eq!(data.parse(), Ok(press));
        }
        for garbage in [
            "",
            "cancel",
            "cancel:",
            "cancel:-1",
            "steal:1",
            "measure-256:1",
            "language-256",
            "network-",
        ] {
            assert_eq!(
                garbage.parse::<Press>(),
                Err(()),
                "{garbage:?} must be refused"
            );
        }
    }
}
