//! Counts of what has gone wrong since the start, by kind. Kept in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What can go wrong besides a request to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    /// A task used up its retries; the result says so.
    TaskGivenUp,
    TaskPanicked,
    /// Items of an answer could not be read; the rest of it was.
    AnswerIncomplete,
    /// An update from Telegram could not be handled.
    UpdateFailed,
    /// Telegram has permanently refused a message.
    MessageDropped,
    /// A call to Telegram failed, and may succeed later.
    TelegramFailed,
    /// Telegram asked for fewer calls.
    TelegramSlower,
}

/// The counts, shared by all parts.
#[derive(Clone, Debug, Default)]
pub struct Incidents(Arc<[AtomicU64; Incident::ALL.len()]>);

impl Incident {
    pub const ALL: [Self; 7] = [
        Self::TaskGivenUp,
        Self::TaskPanicked,
        Self::AnswerIncomplete,
        Self::UpdateFailed,
        Self::MessageDropped,
        Self::TelegramFailed,
        Self::TelegramSlower,
    ];

    /// Returns its name in metrics.
    pub fn kind(self) -> &'static str {
        match self {
            Self::TaskGivenUp => "task_given_up",
            Self::TaskPanicked => "task_panicked",
            Self::AnswerIncomplete => "answer_incomplete",
            Self::UpdateFailed => "update_failed",
            Self::MessageDropped => "message_dropped",
            Self::TelegramFailed => "telegram_failed",
            Self::TelegramSlower => "telegram_slower",
        }
    }
}

impl Incidents {
    pub fn count(&self, incident: Incident) {
        if let Some(number) = self.0.get(incident as usize) {
            number.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Returns how often each has happened.
    pub fn read(&self) -> impl Iterator<Item = (Incident, u64)> {
        let numbers = self.0.iter().map(|number| number.load(Ordering::Relaxed));
        Incident::ALL.into_iter().zip(numbers)
    }
}
