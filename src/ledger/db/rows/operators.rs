//! The rows of those who run the bot: what it is to do, what it has spent, what they were told, whom it leaves
//! alone.

use std::collections::BTreeSet;

use crate::ledger::db::rows::{Key, Prefix, key};
use crate::model::{Alarm, Cost, Failing, Handle, ModeChange, NetworkName, OptOut, Spent};

/// What the operators have the bot do.
pub(in crate::ledger) fn mode() -> Key<ModeChange> {
    Key::new(key(b'A').done())
}

/// An account that is left alone.
pub(in crate::ledger) fn opt_out(network: &NetworkName, handle: &Handle) -> Key<OptOut> {
    let handle = handle.0.to_lowercase();
    Key::new(key(b'N').text(network.as_str()).text(&handle).done())
}

pub(in crate::ledger) fn opt_outs_of(network: &NetworkName) -> Prefix<OptOut> {
    Prefix::new(key(b'N').text(network.as_str()).done())
}

pub(in crate::ledger) fn opt_outs() -> Prefix<OptOut> {
    Prefix::new(key(b'N').done())
}

/// What was spent on a network on a day, and which day that was.
pub(in crate::ledger) fn spent(network: &NetworkName, day: u64) -> Key<(u64, Spent)> {
    Key::new(key(b'e').text(network.as_str()).number(day).done())
}

/// The day on which a request did not fit any more into what may be spent on a network, and what that was.
pub(in crate::ledger) fn day_over(network: &NetworkName) -> Key<(u64, Cost)> {
    Key::new(key(b'D').text(network.as_str()).done())
}

pub(in crate::ledger) fn all_spent() -> Prefix<(u64, Spent)> {
    Prefix::new(key(b'e').done())
}

/// The same of the latest hour in which anything was: hours since 1970.
pub(in crate::ledger) fn spent_in_hour(network: &NetworkName) -> Key<(u64, Spent)> {
    Key::new(key(b'H').text(network.as_str()).done())
}

/// The networks that charged at the last start.
pub(in crate::ledger) fn charging() -> Key<BTreeSet<NetworkName>> {
    Key::new(key(b'P').done())
}

/// There when the operators were told that something of the machine fails; gone when it was over.
pub(in crate::ledger) fn warned(what: &Failing) -> Key<Failing> {
    let name = match what {
        Failing::Disk { .. } => "disk",
        Failing::Room { .. } => "room",
        Failing::Files => "files",
        Failing::Database => "database",
        Failing::Forgetting => "forgetting",
    };
    Key::new(key(b'F').text(name).done())
}

/// What the operators were last told of a network's trouble; gone when it was over.
pub(in crate::ledger) fn alarm(network: &NetworkName) -> Key<Alarm> {
    Key::new(key(b'y').text(network.as_str()).done())
}
