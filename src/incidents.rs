//! What went wrong since the start, counted by kind. Kept in memory; there are no more numbers than kinds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What can go wrong beside a request to a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incident {
    /// A task was given up, and counted as such in its result.
    TaskGivenUp,
    TaskPanicked,
    /// Items of an answer could not be read; the rest of it was.
    AnswerIncomplete,
    /// Nothing could be done about something that somebody sent.
    UpdateFailed,
    /// Telegram will never take a message.
    MessageDropped,
    /// Telegram did not take a call, but may later.
    TelegramFailed,
    /// Telegram wants fewer calls.
    TelegramSlower,
}

/// The numbers, shared by all who count.
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

    /// A word for it.
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

    /// How often each has happened.
    pub fn read(&self) -> impl Iterator<Item = (Incident, u64)> {
        let numbers = self.0.iter().map(|number| number.load(Ordering::Relaxed));
        Incident::ALL.into_iter().zip(numbers)
    }
}
