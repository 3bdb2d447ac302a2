//! Chats whose ids change: a group becomes a supergroup.

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, KnownChat};
use crate::ledger::db::transaction::Transaction;
use crate::ledger::outbox::outgoing_id;
use crate::model::{AnalysisId, ChatId, Comparison};
use crate::stores::StoreError;

impl Ledger {
    /// Moves everything stored for a group to the supergroup that it has become.
    pub async fn move_chat(&self, from: ChatId, to: ChatId) -> Result<(), StoreError> {
        let outgoing = self.list(&rows::all_outgoing(), usize::MAX)?;
        let analyses = self.list(&rows::analyses(), usize::MAX)?;
        let outgoing: Vec<Vec<u8>> = outgoing
            .into_iter()
            .filter(|(_, row)| row.chat == from)
            .map(|(key, _)| key)
            .collect();
        let analyses: Vec<AnalysisId> = analyses
            .into_iter()
            .filter(|(_, row)| row.chat == from)
            .map(|(_, row)| row.id)
            .collect();
        self.transact(move |tx| {
            carry_preferences(tx, from, to)?;
            // Messages have other numbers there.
            tx.remove(&rows::together(from));
            carry_watches(tx, from, to)?;
            carry_comparisons(tx, from, to)?;
            carry_kept(tx, from, to)?;
            for key in outgoing {
                let id = outgoing_id(&key).map(rows::outgoing);
                if let Some((key, mut row)) =
                    id.and_then(|key| Some((key.clone(), tx.read(&key).ok()??)))
                {
                    row.chat = to;
                    tx.write(&key, &row)?;
                }
            }
            for id in analyses {
                if let Some(mut row) = tx.read(&rows::analysis(id))? {
                    row.chat = to;
                    tx.write(&rows::analysis(id), &row)?;
                }
            }
            Ok(())
        })
        .await
    }
}

/// Moves the preferences; those that the new chat has already count more.
fn carry_preferences(tx: &mut Transaction<'_>, from: ChatId, to: ChatId) -> Result<(), StoreError> {
    let Some(old) = tx.read(&rows::known_chat(from))? else {
        return Ok(());
    };
    tx.remove(&rows::known_chat(from));
    let key = rows::known_chat(to);
    let new = tx.read(&key)?;
    let heard_at = new.as_ref().map(|new| new.heard_at);
    let preferences = new.map(|new| new.preferences).unwrap_or_default();
    let row = KnownChat {
        chat: to,
        preferences: preferences.or(old.preferences),
        heard_at: heard_at.map_or(old.heard_at, |at| at.max(old.heard_at)),
    };
    tx.write(&key, &row)
}

/// A chat has a new id.
fn carry_watches(tx: &mut Transaction<'_>, from: ChatId, to: ChatId) -> Result<(), StoreError> {
    for (_, mut watch) in tx.first(&rows::watches(), usize::MAX)? {
        if watch.chat == from {
            watch.chat = to;
            let key = rows::watch(watch.person, &watch.network, &watch.handle);
            tx.write(&key, &watch)?;
        }
    }
    Ok(())
}

/// A chat has a new id.
fn carry_comparisons(tx: &mut Transaction<'_>, from: ChatId, to: ChatId) -> Result<(), StoreError> {
    for (key, comparison) in tx.first(&rows::comparisons(), usize::MAX)? {
        if comparison.chat == from {
            tx.remove_at(key);
            let moved = Comparison {
                chat: to,
                ..comparison
            };
            let key = rows::comparison(moved.person, moved.chat, moved.question);
            tx.write(&key, &moved)?;
        }
    }
    Ok(())
}

/// A chat has a new id.
fn carry_kept(tx: &mut Transaction<'_>, from: ChatId, to: ChatId) -> Result<(), StoreError> {
    for (key, mut kept) in tx.first(&rows::kept_comparisons(), usize::MAX)? {
        if kept.chat == from {
            kept.chat = to;
            tx.write(&rows::kept_comparisons().row(key), &kept)?;
        }
    }
    Ok(())
}
