//! Buttons and their callback data, as text that travels to Telegram and back. Pure.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, ComparisonId, Depth, Every, Kinds, ListView, MeasureName, NetworkName, Operation,
    PersonId,
};

/// The most bytes that Telegram takes back from a button.
const LONGEST: usize = 64;

/// How often what is not watched any more is looked at.
const NEVER: &str = "never";

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub press: Press,
}

/// What pressing a button does. Written in at most 64 bytes, Telegram's limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    Cancel(AnalysisId),
    /// Cancel all searches of whoever presses it.
    CancelAll,
    /// Cancel all searches of this person, the only one who may press it.
    CancelAllOf(PersonId),
    Refresh(AnalysisId),
    Enough(AnalysisId),
    /// Go deeper, to this depth.
    Deeper(AnalysisId, Depth),
    /// Agree to the price of this depth.
    Start(AnalysisId, Depth),
    /// The account of the same name on another network, by its position among these.
    Elsewhere(AnalysisId, u8),
    /// The account that may be meant, by its position among these.
    Guess(AnalysisId, u8),
    /// Agree to the price of searching for the name.
    ByName(AnalysisId),
    /// Show the list in this way; the button changes one thing about it.
    List(AnalysisId, Control, ListView),
    /// Fetch the profiles that the list lacks in this order, and then show it in this way.
    Complete(AnalysisId, ListView),
    /// Show one account of the list, by its place in the stored ranking.
    About(AnalysisId, u16),
    /// Search for that account like for this one.
    Analyse(AnalysisId, u16),
    /// The whole list as a file, in the order of this measure.
    File(AnalysisId, FileKind, MeasureName),
    /// Say in which step a search is, and what that takes.
    Details(AnalysisId),
    /// Send the result again, or what there is of it so far.
    Result(AnalysisId),
    /// Send it as a picture.
    Picture(AnalysisId),
    /// Watch its account.
    Watch(AnalysisId),
    /// Ask with which account to compare its own.
    CompareWith(AnalysisId),
    /// Compare its account with that of the other one; without one, this is the first of the two.
    Compare(AnalysisId, Option<AnalysisId>),
    /// What is below a comparison, or leads to it.
    Compared(ComparisonId, ComparedControl),
    /// Search for these words; this person was asked which are meant, and nobody else may press it.
    Search(PersonId, String),
    /// Create a link to the result, and revoke it.
    Share(AnalysisId),
    Unshare(AnalysisId),
    /// End this one of this person's watches, the only one who may press it; see [`crate::model::Watch`].
    EndWatch(PersonId, u32),
    /// The same below the message that has promised it, or how often to look.
    ChangeWatch(PersonId, u32, Option<Every>),
    /// This page of this person's results, the only one who may press it.
    History(PersonId, u16),
    /// Erase all data about this person, the only one who may press it.
    Forget(PersonId),
    /// Switch to the language of this code; this person was asked, and nobody else may press it.
    Language(PersonId, String),
    /// Look bare names up on this network first; this person was asked, and nobody else may press it.
    Network(PersonId, NetworkName),
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
    Kinds,
    Panel,
}

/// What a button does with a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedControl {
    /// Send it again.
    Again,
    /// Send the list of the account in this place.
    List(u8),
    /// Show the choice of files, and the other buttons again; accounts of these kinds are shown.
    Files(Kinds),
    Back(Kinds),
    /// All of it as a file.
    File(FileKind),
    /// Create a link to it, and revoke it.
    Share,
    Unshare,
    /// Show only accounts of these kinds.
    Kinds(Kinds),
}

/// A file with the whole list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    Page,
    Xlsx,
    Csv,
    Json,
}

impl Press {
    /// Returns the press that searches for these words, `None` if they are too long for a button.
    pub fn search(person: PersonId, words: String) -> Option<Self> {
        let press = Self::Search(person, words);
        (press.to_string().len() <= LONGEST).then_some(press)
    }
}

impl Control {
    const ALL: [Self; 7] = [
        Self::Page,
        Self::Measure,
        Self::AtLeast,
        Self::AtMost,
        Self::Verified,
        Self::Kinds,
        Self::Panel,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Measure => "measure",
            Self::AtLeast => "least",
            Self::AtMost => "most",
            Self::Verified => "verified",
            Self::Kinds => "kinds",
            Self::Panel => "panel",
        }
    }
}

impl fmt::Display for ComparedControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ComparedControl::Again => f.write_str("again"),
            ComparedControl::List(place) => write!(f, "{place}"),
            ComparedControl::Files(Kinds::All) => f.write_str("files"),
            ComparedControl::Files(kinds) => write!(f, "files-{}", kinds.as_str()),
            ComparedControl::Back(Kinds::All) => f.write_str("back"),
            ComparedControl::Back(kinds) => write!(f, "back-{}", kinds.as_str()),
            ComparedControl::Kinds(kinds) => write!(f, "show-{}", kinds.as_str()),
            ComparedControl::File(kind) => f.write_str(kind.extension()),
            ComparedControl::Share => f.write_str("share"),
            ComparedControl::Unshare => f.write_str("unshare"),
        }
    }
}

impl FromStr for ComparedControl {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some((verb, kinds)) = text.split_once('-') {
            let kinds = kinds.parse()?;
            return match verb {
                "files" => Ok(ComparedControl::Files(kinds)),
                "back" => Ok(ComparedControl::Back(kinds)),
                "show" => Ok(ComparedControl::Kinds(kinds)),
                _ => Err(()),
            };
        }
        Ok(match text {
            "again" => ComparedControl::Again,
            "files" => ComparedControl::Files(Kinds::All),
            "back" => ComparedControl::Back(Kinds::All),
            "share" => ComparedControl::Share,
            "unshare" => ComparedControl::Unshare,
            other => match FileKind::SHEETS
                .into_iter()
                .find(|it| it.extension() == other)
            {
                Some(kind) => ComparedControl::File(kind),
                None => ComparedControl::List(parsed(other)?),
            },
        })
    }
}

impl FileKind {
    pub const ALL: [Self; 4] = [Self::Page, Self::Xlsx, Self::Csv, Self::Json];

    /// Those that a comparison can be.
    pub const SHEETS: [Self; 3] = [Self::Xlsx, Self::Csv, Self::Json];

    /// Returns the extension of its name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Page => "html",
            Self::Xlsx => "xlsx",
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
            Press::Details(id) => write!(f, "details:{}", id.0),
            Press::ChangeWatch(person, number, every) => {
                let every = every.map_or(NEVER, Every::as_str);
                write!(f, "every-{every}.{number}:{}", person.0)
            }
            Press::Result(id) => write!(f, "result:{}", id.0),
            Press::Picture(id) => write!(f, "picture:{}", id.0),
            Press::Watch(id) => write!(f, "watch:{}", id.0),
            Press::CompareWith(id) => write!(f, "compare-with:{}", id.0),
            Press::Compare(id, None) => write!(f, "compare:{}", id.0),
            Press::Compare(id, Some(first)) => write!(f, "compare-{}:{}", first.0, id.0),
            Press::Compared(id, control) => write!(f, "compared-{control}:{}", id.0),
            Press::Search(person, words) => write!(f, "search-{words}:{}", person.0),
            Press::Share(id) => write!(f, "share:{}", id.0),
            Press::Unshare(id) => write!(f, "unshare:{}", id.0),
            Press::History(person, page) => write!(f, "history-{page}:{}", person.0),
            Press::Forget(person) => write!(f, "forget:{}", person.0),
            Press::Refresh(id) => write!(f, "refresh:{}", id.0),
            Press::Enough(id) => write!(f, "enough:{}", id.0),
            Press::Deeper(id, depth) => write!(f, "deeper-{depth}:{}", id.0),
            Press::Start(id, depth) => write!(f, "start-{depth}:{}", id.0),
            Press::Elsewhere(id, place) => write!(f, "elsewhere-{place}:{}", id.0),
            Press::Guess(id, place) => write!(f, "guess-{place}:{}", id.0),
            Press::ByName(id) => write!(f, "name:{}", id.0),
            Press::List(id, control, shown) => {
                write!(f, "{}-{shown}:{}", control.as_str(), id.0)
            }
            Press::Complete(id, shown) => write!(f, "complete-{shown}:{}", id.0),
            Press::About(id, place) => write!(f, "about-{place}:{}", id.0),
            Press::Analyse(id, place) => write!(f, "analyse-{place}:{}", id.0),
            Press::File(id, kind, measure) => {
                write!(f, "{}-{measure}:{}", kind.extension(), id.0)
            }
            Press::Language(person, code) => write!(f, "language-{code}:{}", person.0),
            Press::Network(person, name) => write!(f, "network-{name}:{}", person.0),
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
        let Some((verb, number)) = data.rsplit_once(':') else {
            let mut operations = Operation::ALL.into_iter();
            let operation = operations.find(|operation| operation.as_str() == data);
            return operation.map(Press::Operate).ok_or(());
        };
        let number = number.parse().map_err(|_| ())?;
        let id = AnalysisId(number);
        match verb {
            "details" => Ok(Press::Details(id)),
            "result" => Ok(Press::Result(id)),
            "picture" => Ok(Press::Picture(id)),
            "watch" => Ok(Press::Watch(id)),
            "compare-with" => Ok(Press::CompareWith(id)),
            "compare" => Ok(Press::Compare(id, None)),
            "share" => Ok(Press::Share(id)),
            "unshare" => Ok(Press::Unshare(id)),
            "forget" => Ok(Press::Forget(PersonId(number))),
            "cancel" => Ok(Press::Cancel(id)),
            "cancel-all" => Ok(Press::CancelAllOf(PersonId(number))),
            "refresh" => Ok(Press::Refresh(id)),
            "enough" => Ok(Press::Enough(id)),
            "name" => Ok(Press::ByName(id)),
            _ => {
                let (verb, what) = verb.split_once('-').ok_or(())?;
                if let Some(control) = Control::ALL.into_iter().find(|it| it.as_str() == verb) {
                    return Ok(Press::List(id, control, what.parse()?));
                }
                if let Some(kind) = FileKind::ALL.into_iter().find(|it| it.extension() == verb) {
                    return Ok(Press::File(id, kind, what.parse()?));
                }
                let person = PersonId(number);
                match verb {
                    "compare" => Ok(Press::Compare(id, Some(AnalysisId(parsed(what)?)))),
                    "compared" => Ok(Press::Compared(ComparisonId(number), what.parse()?)),
                    "search" => Press::search(person, what.to_owned()).ok_or(()),
                    "complete" => Ok(Press::Complete(id, what.parse()?)),
                    "deeper" => Ok(Press::Deeper(id, what.parse()?)),
                    "start" => Ok(Press::Start(id, what.parse()?)),
                    "language" => Ok(Press::Language(person, what.to_owned())),
                    "network" => Ok(Press::Network(person, NetworkName::new(what))),
                    "unwatch" => Ok(Press::EndWatch(person, parsed(what)?)),
                    "every" => {
                        let (every, number) = what.split_once('.').ok_or(())?;
                        Ok(Press::ChangeWatch(person, parsed(number)?, often(every)?))
                    }
                    "history" => Ok(Press::History(person, parsed(what)?)),
                    "elsewhere" => Ok(Press::Elsewhere(id, parsed(what)?)),
                    "guess" => Ok(Press::Guess(id, parsed(what)?)),
                    "about" => Ok(Press::About(id, parsed(what)?)),
                    "analyse" => Ok(Press::Analyse(id, parsed(what)?)),
                    _ => Err(()),
                }
            }
        }
    }
}

/// Returns how often; `None` inside for never.
fn often(word: &str) -> Result<Option<Every>, ()> {
    let every = Every::ALL.into_iter().find(|every| every.as_str() == word);
    match every {
        None if word != NEVER => Err(()),
        every => Ok(every),
    }
}

fn parsed<T: FromStr>(number: &str) -> Result<T, ()> {
    number.parse().map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST_VIEW: ListView = ListView {
        measure: MeasureName::Balanced,
        page: u16::MAX,
        at_least: 255,
        at_most: 255,
        unverified: true,
        kinds: Kinds::Organisations,
        panel: crate::model::Panel::Files,
    };

    #[test]
    fn what_a_button_carries_is_read_back() {
        for press in [
            Press::Cancel(AnalysisId(u64::MAX)),
            Press::CancelAll,
            Press::CancelAllOf(PersonId(u64::MAX)),
            Press::EndWatch(PersonId(u64::MAX), u32::MAX),
            Press::Details(AnalysisId(7)),
            Press::ChangeWatch(PersonId(u64::MAX), u32::MAX, Some(Every::Month)),
            Press::ChangeWatch(PersonId(7), 7, None),
            Press::Result(AnalysisId(7)),
            Press::Picture(AnalysisId(7)),
            Press::CompareWith(AnalysisId(u64::MAX)),
            Press::Watch(AnalysisId(u64::MAX)),
            Press::Compare(AnalysisId(u64::MAX), None),
            Press::Compare(AnalysisId(u64::MAX), Some(AnalysisId(u64::MAX))),
            Press::Compared(ComparisonId(u64::MAX), ComparedControl::Again),
            Press::Compared(ComparisonId(7), ComparedControl::List(u8::MAX)),
            Press::Compared(ComparisonId(7), ComparedControl::Files(Kinds::All)),
            Press::Compared(ComparisonId(7), ComparedControl::Files(Kinds::People)),
            Press::Compared(ComparisonId(7), ComparedControl::Back(Kinds::All)),
            Press::Compared(
                ComparisonId(u64::MAX),
                ComparedControl::Back(Kinds::Organisations),
            ),
            Press::Compared(ComparisonId(7), ComparedControl::Kinds(Kinds::All)),
            Press::Compared(ComparisonId(7), ComparedControl::File(FileKind::Csv)),
            Press::Compared(ComparisonId(7), ComparedControl::Share),
            Press::Compared(ComparisonId(u64::MAX), ComparedControl::Unshare),
            Press::Search(PersonId(u64::MAX), "ig:nasa deep".to_owned()),
            Press::Share(AnalysisId(7)),
            Press::Unshare(AnalysisId(u64::MAX)),
            Press::History(PersonId(u64::MAX), u16::MAX),
            Press::Forget(PersonId(u64::MAX)),
            Press::Refresh(AnalysisId(7)),
            Press::Enough(AnalysisId(7)),
            Press::Deeper(AnalysisId(u64::MAX), Depth::Settled),
            Press::List(AnalysisId(u64::MAX), Control::Verified, LONGEST_VIEW),
            Press::Complete(AnalysisId(u64::MAX), LONGEST_VIEW),
            Press::About(AnalysisId(u64::MAX), u16::MAX),
            Press::Analyse(AnalysisId(u64::MAX), u16::MAX),
            Press::File(AnalysisId(u64::MAX), FileKind::Json, MeasureName::Balanced),
            Press::Elsewhere(AnalysisId(u64::MAX), 255),
            Press::Guess(AnalysisId(u64::MAX), 255),
            Press::ByName(AnalysisId(u64::MAX)),
            Press::Start(AnalysisId(u64::MAX), Depth::Settled),
            Press::Language(PersonId(u64::MAX), "zh-Hant".to_owned()),
            Press::Network(PersonId(u64::MAX), NetworkName::new("instagram")),
            Press::Operate(Operation::Look),
            Press::Operate(Operation::SetMode(crate::model::Mode::Paused)),
        ] {
            let data = press.to_string();
            assert!(data.len() <= LONGEST, "{data} is too long for Telegram");
            assert_eq!(data.parse(), Ok(press));
        }
        for garbage in [
            "",
            "cancel",
            "cancel:",
            "cancel:-1",
            "steal:1",
            "measure-256:1",
            "compared:1",
            "compared-256:1",
            "compared-html:1",
            "deeper-bottomless:1",
            "language-en",
            "every-day.7:1",
            "every-week:1",
            "network-",
            "search-a_name_that_no_button_of_telegrams_can_carry_in_its_64_bytes:1",
        ] {
            assert_eq!(
                garbage.parse::<Press>(),
                Err(()),
                "{garbage:?} must be refused"
            );
        }
    }
}
