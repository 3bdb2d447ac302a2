//! The rows of the operators: the mode, what was spent, what they were told, which accounts have opted out,
//! and what kind some are.

use std::collections::BTreeSet;

use crate::ledger::db::rows::{RowKey, RowPrefix, key};
use crate::model::{Alarm, Cost, Failing, Handle, ModeChange, NetworkName, OptOut, SetKind, Spent};

/// The mode that an operator has set.
pub(crate) fn mode() -> RowKey<ModeChange> {
    RowKey::new(key(b'A').done())
}

/// An account that has opted out.
pub(crate) fn opt_out(network: &NetworkName, handle: &Handle) -> RowKey<OptOut> {
    let handle = handle.0.to_lowercase();
    RowKey::new(key(b'N').text(network.as_str()).text(&handle).done())
}

pub(crate) fn opt_outs_of(network: &NetworkName) -> RowPrefix<OptOut> {
    RowPrefix::new(key(b'N').text(network.as_str()).done())
}

pub(crate) fn opt_outs() -> RowPrefix<OptOut> {
    RowPrefix::new(key(b'N').done())
}

/// What an operator has said of an account.
pub(crate) fn set_kind(network: &NetworkName, handle: &Handle) -> RowKey<SetKind> {
    let handle = handle.0.to_lowercase();
    RowKey::new(key(b'T').text(network.as_str()).text(&handle).done())
}

pub(crate) fn set_kinds_of(network: &NetworkName) -> RowPrefix<SetKind> {
    RowPrefix::new(key(b'T').text(network.as_str()).done())
}

pub(crate) fn set_kinds() -> RowPrefix<SetKind> {
    RowPrefix::new(key(b'T').done())
}

/// The spending on a network on a day, and which day that was.
pub(crate) fn spent(network: &NetworkName, day: u64) -> RowKey<(u64, Spent)> {
    RowKey::new(key(b'e').text(network.as_str()).number(day).done())
}

/// The day on which a request did not fit into a network's daily limit any more, and that limit.
pub(crate) fn day_over(network: &NetworkName) -> RowKey<(u64, Cost)> {
    RowKey::new(key(b'D').text(network.as_str()).done())
}

pub(crate) fn all_spent() -> RowPrefix<(u64, Spent)> {
    RowPrefix::new(key(b'e').done())
}

/// The spending in the latest hour in which there was any: hours since 1970.
pub(crate) fn spent_in_hour(network: &NetworkName) -> RowKey<(u64, Spent)> {
    RowKey::new(key(b'H').text(network.as_str()).done())
}

/// The networks that charged at the last start.
pub(crate) fn charging() -> RowKey<BTreeSet<NetworkName>> {
    RowKey::new(key(b'P').done())
}

/// There while the operators have been told that something of the machine fails.
pub(crate) fn warned(what: &Failing) -> RowKey<Failing> {
    let name = match what {
        Failing::Disk { .. } => "disk",
        Failing::Room { .. } => "room",
        Failing::Files => "files",
        Failing::Database => "database",
        Failing::Forgetting => "forgetting",
    };
    RowKey::new(key(b'F').text(name).done())
}

/// The last alarm about a network that the operators were told; gone when it is over.
pub(crate) fn alarm(network: &NetworkName) -> RowKey<Alarm> {
    RowKey::new(key(b'y').text(network.as_str()).done())
}
