//! Kinds of accounts that operators have set by hand: they win over what networks and guesses say.

use std::collections::HashMap;

use crate::kind::AccountKind;
use crate::ledger::Ledger;
use crate::ledger::db::rows;
use crate::model::{Handle, KindTeller, NetworkName, SetKind, Similar, ToldKind};
use crate::stores::StoreError;

/// The kinds set on one network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetKinds(HashMap<String, AccountKind>);

impl SetKinds {
    /// Replaces what else is known of an account.
    pub fn apply(&self, row: &mut Similar) {
        if let Some(kind) = self.of(&row.handle) {
            row.told_kind = Some(ToldKind {
                kind,
                by: KindTeller::Operator,
            });
        }
    }

    pub fn of(&self, handle: &Handle) -> Option<AccountKind> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&handle.0.to_lowercase()).copied()
    }
}

impl Ledger {
    pub fn set_kinds_of(&self, network: &NetworkName) -> Result<SetKinds, StoreError> {
        let rows = self.list(&rows::set_kinds_of(network), usize::MAX)?;
        let kinds = rows
            .into_iter()
            .map(|(_, row)| (row.handle.0.to_lowercase(), row.kind));
        Ok(SetKinds(kinds.collect()))
    }

    /// Returns all kinds that operators have set.
    pub fn set_kinds(&self) -> Result<Vec<SetKind>, StoreError> {
        let rows = self.list(&rows::set_kinds(), usize::MAX)?;
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}
