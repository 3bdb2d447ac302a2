//! Questions that people were asked in a chat: a bare command waits for their next message, for a while.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::Ledger;
use crate::ledger::db::rows::{self, OpenQuestion};
use crate::ledger::db::transaction::Transaction;
use crate::model::{Asked, ChatId, PersonId, Question};
use crate::stores::StoreError;

/// How long a question waits; a later message is hardly meant as its answer.
const WAITS: TimeDelta = TimeDelta::minutes(10);

impl Ledger {
    /// Returns what a person was asked in a chat, as long as their next message is the answer.
    pub fn asked(&self, person: PersonId, chat: ChatId) -> Result<Option<Asked>, StoreError> {
        let question = self.get(&rows::question(person, chat))?;
        let is_open = |question: &OpenQuestion| self.clock.now() - question.at < WAITS;
        Ok(question.filter(is_open).map(|question| question.asked))
    }

    /// Forgets the questions that nobody has answered. Returns how many.
    pub(crate) async fn forget_unanswered(&self) -> Result<u64, StoreError> {
        let over = self.clock.now() - WAITS;
        self.remove_where(&rows::questions(), move |question| question.at <= over)
            .await
    }
}

/// Asks a question; an earlier one of the chat is void.
pub(crate) fn ask(
    tx: &mut Transaction<'_>,
    question: Question,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Question {
        person,
        chat,
        asked,
    } = question;
    let row = OpenQuestion { asked, at: now };
    tx.write(&rows::question(person, chat), &row)
}
