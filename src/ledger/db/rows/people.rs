//! The rows of people: their analyses, watches, comparisons and shares, and the keys that they have given.

use crate::ledger::db::rows::{DailyUse, OpenQuestion, RowKey, RowPrefix, key};
use crate::model::{
    AnalysisId, ChatId, Comparison, ComparisonId, Counted, Handle, KeptComparison, MessageId,
    NetworkName, OutgoingId, OwnKey, PersonId, Pseudonym, ShareId, Spent, Watch,
};

/// The latest analyses of one person that are looked at; those in progress are among them.
pub(crate) const OF_PERSON: usize = 1_000;

/// The latest comparisons of one person that are kept.
pub(crate) const KEPT: usize = 30;

/// The analysis whose result a link shares.
pub(crate) fn share(share: &ShareId) -> RowKey<AnalysisId> {
    RowKey::new(key(b'Z').text(&share.0).done())
}

/// The analyses that a person has asked for, the newest first.
pub(crate) fn of_person(person: PersonId, id: AnalysisId) -> RowKey<AnalysisId> {
    RowKey::new(key(b'p').number(person.0).number(u64::MAX - id.0).done())
}

pub(crate) fn all_of_person(person: PersonId) -> RowPrefix<AnalysisId> {
    RowPrefix::new(key(b'p').number(person.0).done())
}

/// There while the disk may still hold something that is to be erased: the last message of the outbox that may be about
/// the person.
pub(crate) fn to_erase() -> RowKey<OutgoingId> {
    RowKey::new(key(b'E').done())
}

/// The key that a person has given for a network: the one in use, or the first.
pub(crate) fn own_key(person: PersonId, network: &NetworkName) -> RowKey<OwnKey> {
    RowKey::new(key(b'z').number(person.0).text(network.as_str()).done())
}

/// A key that is to replace it, until it is tested.
pub(crate) fn new_key(person: PersonId, network: &NetworkName) -> RowKey<OwnKey> {
    let network = key(b'z').number(person.0).text(network.as_str());
    RowKey::new(network.text("new").done())
}

/// All keys of a person; a new one comes after the one that it is to replace.
pub(crate) fn own_keys_of(person: PersonId) -> RowPrefix<OwnKey> {
    RowPrefix::new(key(b'z').number(person.0).done())
}

pub(crate) fn own_keys() -> RowPrefix<OwnKey> {
    RowPrefix::new(key(b'z').done())
}

/// The spending by a person's own key on the latest day on which there was any, and which day that was.
pub(crate) fn paid_by(person: PersonId, network: &NetworkName) -> RowKey<(u64, Spent)> {
    RowKey::new(key(b'K').number(person.0).text(network.as_str()).done())
}

pub(crate) fn paid_by_keys_of(person: PersonId) -> RowPrefix<(u64, Spent)> {
    RowPrefix::new(key(b'K').number(person.0).done())
}

pub(crate) fn all_paid() -> RowPrefix<(u64, Spent)> {
    RowPrefix::new(key(b'K').done())
}

/// What a person has used up on a day.
pub(crate) fn daily_use(who: &Pseudonym) -> RowKey<DailyUse> {
    RowKey::new(key(b'Q').text(&who.name).done())
}

pub(crate) fn all_daily_use() -> RowPrefix<DailyUse> {
    RowPrefix::new(key(b'Q').done())
}

/// An account that a person watches.
pub(crate) fn watch(person: PersonId, network: &NetworkName, handle: &Handle) -> RowKey<Watch> {
    let account = key(b'V').number(person.0).text(network.as_str());
    RowKey::new(account.text(&handle.0.to_lowercase()).done())
}

pub(crate) fn watches_of(person: PersonId) -> RowPrefix<Watch> {
    RowPrefix::new(key(b'V').number(person.0).done())
}

pub(crate) fn watches() -> RowPrefix<Watch> {
    RowPrefix::new(key(b'V').done())
}

/// A comparison, by the message that asked for it.
pub(crate) fn comparison(
    person: PersonId,
    chat: ChatId,
    question: MessageId,
) -> RowKey<Comparison> {
    let asked = key(b'C').number(person.0).number(chat.0.cast_unsigned());
    RowKey::new(asked.number(u64::from(question.0.cast_unsigned())).done())
}

pub(crate) fn comparisons_of(person: PersonId) -> RowPrefix<Comparison> {
    RowPrefix::new(key(b'C').number(person.0).done())
}

pub(crate) fn comparisons() -> RowPrefix<Comparison> {
    RowPrefix::new(key(b'C').done())
}

/// A comparison that was told.
pub(crate) fn kept_comparison(id: ComparisonId) -> RowKey<KeptComparison> {
    RowKey::new(key(b'B').number(id.0).done())
}

pub(crate) fn kept_comparisons() -> RowPrefix<KeptComparison> {
    RowPrefix::new(key(b'B').done())
}

/// The comparisons that a person was told, the newest first.
pub(crate) fn kept_of(person: PersonId, id: ComparisonId) -> RowKey<ComparisonId> {
    RowKey::new(key(b'G').number(person.0).number(u64::MAX - id.0).done())
}

pub(crate) fn kept_of_person(person: PersonId) -> RowPrefix<ComparisonId> {
    RowPrefix::new(key(b'G').number(person.0).done())
}

/// What a comparison tells, once that has been counted.
pub(crate) fn counted(id: ComparisonId) -> RowKey<Counted> {
    RowKey::new(key(b'n').number(id.0).done())
}

/// The comparison that a link shares.
pub(crate) fn shared_comparison(share: &ShareId) -> RowKey<ComparisonId> {
    RowKey::new(key(b'X').text(&share.0).done())
}

/// What a person was asked in a chat.
pub(crate) fn question(person: PersonId, chat: ChatId) -> RowKey<OpenQuestion> {
    let asked = key(b'W').number(person.0);
    RowKey::new(asked.number(chat.0.cast_unsigned()).done())
}

pub(crate) fn questions_of(person: PersonId) -> RowPrefix<OpenQuestion> {
    RowPrefix::new(key(b'W').number(person.0).done())
}

pub(crate) fn questions() -> RowPrefix<OpenQuestion> {
    RowPrefix::new(key(b'W').done())
}
