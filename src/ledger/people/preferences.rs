//! Preferences of chats: kept while they are in use, and forgotten like everything else.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, KnownChat};
use crate::ledger::db::transaction::Transaction;
use crate::model::{ChatId, Preferences};
use crate::stores::StoreError;

/// How exactly it is known when a chat was last heard from: not every message is worth a write.
const EXACT_TO: TimeDelta = TimeDelta::days(1);

impl Ledger {
    /// Returns the preferences of a chat; empty if it has set none.
    pub fn preferences(&self, chat: ChatId) -> Result<Preferences, StoreError> {
        let known = self.get(&rows::known_chat(chat))?;
        Ok(known.map(|known| known.preferences).unwrap_or_default())
    }

    /// Forgets the chats that were last heard from before this, except those with an analysis that is kept: there may
    /// still be messages to send there. Returns how many.
    pub(crate) async fn forget_quiet_chats(&self, aged: DateTime<Utc>) -> Result<u64, StoreError> {
        let quiet = self.list(&rows::known_chats(), usize::MAX)?.into_iter();
        let quiet: Vec<ChatId> = quiet
            .filter(|(_, known)| known.heard_at < aged)
            .map(|(_, known)| known.chat)
            .collect();
        if quiet.is_empty() {
            return Ok(0);
        }
        let analyses = self.list(&rows::analyses(), usize::MAX)?.into_iter();
        let kept: HashSet<ChatId> = analyses.map(|(_, analysis)| analysis.chat).collect();
        let quiet = quiet.into_iter().filter(|chat| !kept.contains(chat));
        let quiet: Vec<ChatId> = quiet.collect();
        self.transact(move |tx| {
            let mut removed = 0;
            for chat in quiet {
                let key = rows::known_chat(chat);
                // It may have been heard from since it was read.
                if tx.read(&key)?.is_some_and(|known| known.heard_at < aged) {
                    tx.remove(&key);
                    removed += 1;
                }
            }
            Ok(removed)
        })
        .await
    }
}

/// Sets preferences of a chat, and notes that it was heard from.
pub(crate) fn prefer(
    tx: &mut Transaction<'_>,
    chat: ChatId,
    preferences: Preferences,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::known_chat(chat);
    let known = tx.read(&key)?;
    let before = known.as_ref().map(|known| known.preferences.clone());
    let preferences = preferences.or(before.clone().unwrap_or_default());
    let lately = known.is_none_or(|known| now - known.heard_at < EXACT_TO);
    if lately && before.unwrap_or_default() == preferences {
        return Ok(());
    }
    let row = KnownChat {
        chat,
        preferences,
        heard_at: now,
    };
    tx.write(&key, &row)
}
