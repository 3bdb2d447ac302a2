//! The rows of people: what they have asked for, watch, compare and share, and the keys they have given.

use crate::ledger::db::rows::{Had, Key, Prefix, key};
use crate::model::{
    AnalysisId, ChatId, Comparison, Handle, MessageId, NetworkName, OutgoingId, OwnKey, PersonId,
    Pseudonym, ShareId, Spent, Watch,
};

/// The latest analyses of one person that are looked at; those under way are among them.
pub(in crate::ledger) const OF_PERSON: usize = 1_000;

/// The analysis whose result a link shows.
pub(in crate::ledger) fn share(share: &ShareId) -> Key<AnalysisId> {
    Key::new(key(b'Z').text(&share.0).done())
}

/// Which analyses a person has asked for, the newest first.
pub(in crate::ledger) fn of_person(person: PersonId, id: AnalysisId) -> Key<AnalysisId> {
    Key::new(key(b'p').number(person.0).number(u64::MAX - id.0).done())
}

pub(in crate::ledger) fn all_of_person(person: PersonId) -> Prefix<AnalysisId> {
    Prefix::new(key(b'p').number(person.0).done())
}

/// There while the disk may still hold something that was to be forgotten: up to which message whoever it was
/// about was spoken to.
pub(in crate::ledger) fn forgotten() -> Key<OutgoingId> {
    Key::new(key(b'E').done())
}

/// The key that a person has given for a network: the one in use, or the first.
pub(in crate::ledger) fn own_key(person: PersonId, network: &NetworkName) -> Key<OwnKey> {
    Key::new(key(b'z').number(person.0).text(network.as_str()).done())
}

/// One that is to replace it, until it is tried.
pub(in crate::ledger) fn new_key(person: PersonId, network: &NetworkName) -> Key<OwnKey> {
    let network = key(b'z').number(person.0).text(network.as_str());
    Key::new(network.text("new").done())
}

/// All that a person has given; a new one comes after the one that it is to replace.
pub(in crate::ledger) fn own_keys_of(person: PersonId) -> Prefix<OwnKey> {
    Prefix::new(key(b'z').number(person.0).done())
}

pub(in crate::ledger) fn own_keys() -> Prefix<OwnKey> {
    Prefix::new(key(b'z').done())
}

/// What a person's own key has paid for on the latest day on which it did, and which day that was.
pub(in crate::ledger) fn paid_by(person: PersonId, network: &NetworkName) -> Key<(u64, Spent)> {
    Key::new(key(b'K').number(person.0).text(network.as_str()).done())
}

pub(in crate::ledger) fn paid_by_keys_of(person: PersonId) -> Prefix<(u64, Spent)> {
    Prefix::new(key(b'K').number(person.0).done())
}

pub(in crate::ledger) fn all_paid() -> Prefix<(u64, Spent)> {
    Prefix::new(key(b'K').done())
}

/// What somebody has had of a day.
pub(in crate::ledger) fn had(who: &Pseudonym) -> Key<Had> {
    Key::new(key(b'Q').text(&who.name).done())
}

pub(in crate::ledger) fn all_had() -> Prefix<Had> {
    Prefix::new(key(b'Q').done())
}

/// An account that a person has watched.
pub(in crate::ledger) fn watch(
    person: PersonId,
    network: &NetworkName,
    handle: &Handle,
) -> Key<Watch> {
    let account = key(b'V').number(person.0).text(network.as_str());
    Key::new(account.text(&handle.0.to_lowercase()).done())
}

pub(in crate::ledger) fn watches_of(person: PersonId) -> Prefix<Watch> {
    Prefix::new(key(b'V').number(person.0).done())
}

pub(in crate::ledger) fn watches() -> Prefix<Watch> {
    Prefix::new(key(b'V').done())
}

/// What somebody wants compared, by the message that asked for it.
pub(in crate::ledger) fn comparison(
    person: PersonId,
    chat: ChatId,
    question: MessageId,
) -> Key<Comparison> {
    let asked = key(b'C').number(person.0).number(chat.0.cast_unsigned());
    Key::new(asked.number(u64::from(question.0.cast_unsigned())).done())
}

pub(in crate::ledger) fn comparisons_of(person: PersonId) -> Prefix<Comparison> {
    Prefix::new(key(b'C').number(person.0).done())
}

pub(in crate::ledger) fn comparisons() -> Prefix<Comparison> {
    Prefix::new(key(b'C').done())
}
