//! The outbox: a message is a row first, then it is sent, then the row is removed.

use chrono::{DateTime, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, DbNumber, KnownMessage};
use crate::ledger::db::transaction::Transaction;
use crate::model::{
    Alarm, AnalysisId, ChatId, Failing, MessageId, NetworkName, Outgoing, OutgoingId, Place, Say,
    Scope,
};
use crate::stores::StoreError;

impl Ledger {
    /// Returns the rows of the outbox after `after`, oldest first, at most `limit`.
    pub fn unsent(
        &self,
        after: OutgoingId,
        limit: usize,
    ) -> Result<Vec<(OutgoingId, Outgoing)>, StoreError> {
        let all = rows::all_outgoing();
        let mut from = rows::outgoing(after).bytes;
        from.push(0);
        let rows = self.range(&from, &all.end(), limit)?;
        Ok(rows
            .into_iter()
            .filter_map(|(key, outgoing)| Some((outgoing_id(&key)?, outgoing)))
            .collect())
    }

    /// Removes a row whose message was sent, or can't be. `bubble` is the message that an analysis' bubble has become.
    pub async fn sent(
        &self,
        id: OutgoingId,
        bubble: Option<(AnalysisId, MessageId)>,
    ) -> Result<(), StoreError> {
        self.transact(move |tx| {
            tx.remove(&rows::outgoing(id));
            let Some((analysis, message)) = bubble else {
                return Ok(());
            };
            let key = rows::analysis(analysis);
            if let Some(mut analysis) = tx.read(&key)? {
                analysis.bubble = Some(message);
                tx.write(&key, &analysis)?;
            }
            Ok(())
        })
        .await
    }

    /// Removes a row whose message was sent, and notes what the message shows.
    pub async fn sent_to_show(
        &self,
        id: OutgoingId,
        message: MessageId,
        scope: Scope,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.transact(move |tx| {
            let key = rows::outgoing(id);
            let Some(outgoing) = tx.read(&key)? else {
                return Ok(());
            };
            tx.remove(&key);
            shows(tx, outgoing.chat, message, scope, now)
        })
        .await
    }

    /// Returns what a message shows, as far as its buttons can change it.
    pub fn shown_by(&self, chat: ChatId, message: MessageId) -> Result<Option<Scope>, StoreError> {
        let known = self.get(&rows::known_message(chat, message))?;
        Ok(known.map(|known| known.scope))
    }

    /// Waits until the outbox has new rows. For its one sender.
    pub async fn outbox_grown(&self) {
        self.wakers.outbox_grown.notified().await;
    }

    /// Wakes the sender of the outbox, after [`Ledger::handled`] and after the completion of a lookup, which leave that
    /// to their caller.
    pub fn wake_outbox(&self) {
        self.wakers.outbox_grown.notify_one();
    }

    /// Puts a message into the outbox.
    pub async fn say(&self, chat: ChatId, what: Say) -> Result<(), StoreError> {
        self.say_at(chat, None, what).await
    }

    /// The same, for a place in the chat.
    pub async fn say_at(
        &self,
        chat: ChatId,
        place: Option<Place>,
        what: Say,
    ) -> Result<(), StoreError> {
        self.transact(move |tx| say_at(tx, chat, place, what)).await
    }

    /// Tells the operators what is wrong with a network, unless they were told already.
    pub async fn raise(
        &self,
        network: &NetworkName,
        alarm: Alarm,
        operators: Vec<ChatId>,
    ) -> Result<(), StoreError> {
        let network = network.clone();
        self.transact(move |tx| {
            let key = rows::alarm(&network);
            let told = tx.read(&key)?.unwrap_or(Alarm::Over);
            if told == alarm {
                return Ok(());
            }
            match alarm {
                Alarm::Over => tx.remove(&key),
                alarm => tx.write(&key, &alarm)?,
            }
            for chat in operators {
                let network = network.clone();
                say(tx, chat, Say::Alarm { network, alarm })?;
            }
            Ok(())
        })
        .await
    }

    /// Tells the operators that something of the machine fails, or works again, unless they were told already.
    pub async fn warn(
        &self,
        what: Failing,
        over: bool,
        operators: Vec<ChatId>,
    ) -> Result<(), StoreError> {
        self.transact(move |tx| {
            let key = rows::warned(&what);
            let told = tx.read(&key)?.is_some();
            if told != over {
                return Ok(());
            }
            match over {
                true => tx.remove(&key),
                false => tx.write(&key, &what)?,
            }
            for chat in operators {
                say(tx, chat, Say::Failing { what, over })?;
            }
            Ok(())
        })
        .await
    }

    /// Returns the message that shows all analyses of a chat; `None` if there is none.
    pub fn together(&self, chat: ChatId) -> Result<Option<MessageId>, StoreError> {
        let row = self.get(&rows::together(chat))?;
        Ok(row.map(|(_, message)| message))
    }

    /// Returns the chats that have such a message.
    pub fn chats_together(&self) -> Result<Vec<ChatId>, StoreError> {
        let rows = self.list(&rows::all_together(), usize::MAX)?;
        Ok(rows.into_iter().map(|(_, (chat, _))| chat).collect())
    }

    /// Notes that message, or with `None` that there is none any more.
    pub async fn set_together(
        &self,
        chat: ChatId,
        message: Option<MessageId>,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        self.transact(move |tx| {
            let key = rows::together(chat);
            let Some(message) = message else {
                tx.remove(&key);
                return Ok(());
            };
            shows(tx, chat, message, Scope::Together, now)?;
            tx.write(&key, &(chat, message))
        })
        .await
    }
}

/// Puts a message into the outbox.
pub(super) fn say(tx: &mut Transaction<'_>, chat: ChatId, say: Say) -> Result<(), StoreError> {
    say_at(tx, chat, None, say)
}

/// The same, for a place in the chat.
pub(super) fn say_at(
    tx: &mut Transaction<'_>,
    chat: ChatId,
    place: Option<Place>,
    say: Say,
) -> Result<(), StoreError> {
    let id = OutgoingId(tx.next(DbNumber::LastOutgoing)?);
    tx.note_outgoing();
    tx.write(&rows::outgoing(id), &Outgoing { chat, place, say })
}

fn shows(
    tx: &mut Transaction<'_>,
    chat: ChatId,
    message: MessageId,
    scope: Scope,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let key = rows::known_message(chat, message);
    tx.write(&key, &KnownMessage { scope, at })
}

pub(crate) fn outgoing_id(key: &[u8]) -> Option<OutgoingId> {
    let id = key.get(key.len().checked_sub(8)?..)?;
    Some(OutgoingId(u64::from_be_bytes(id.try_into().ok()?)))
}
