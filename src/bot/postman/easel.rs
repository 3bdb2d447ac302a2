//! Where cards are drawn: one at a time, since that takes a processor, and off the threads that serve chats.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::bot::postman::letter::Letter;
use crate::bot::result;
use crate::card::{self, Card};
use crate::clock::Clock;
use crate::model::MessageId;
use crate::networks::Pictures;

/// A card that is to be drawn and sent.
pub(super) struct Sketch {
    pub(super) name: String,
    pub(super) card: Card,
    /// Where the pictures on it can be had.
    pub(super) pictures: Vec<Option<String>>,
    pub(super) caption: String,
    pub(super) reply_to: Option<MessageId>,
}

pub(super) struct Easel {
    /// Nothing, where there is no way out for such requests: then accounts are shown by their letters.
    pictures: Option<Pictures>,
    free: Semaphore,
}

impl Easel {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let pictures = Pictures::new(clock);
        Self {
            pictures: pictures
                .inspect_err(|error| tracing::warn!(%error, "no pictures of accounts"))
                .ok(),
            free: Semaphore::new(1),
        }
    }

    /// The card as a photo; nothing, if it can't be drawn: the list says all that it would.
    pub(super) async fn draw(&self, sketch: Sketch) -> Option<Letter> {
        let mut card = sketch.card;
        if let Some(pictures) = &self.pictures {
            result::hang(&mut card, pictures.fetch(sketch.pictures).await);
        }
        let _free = self.free.acquire().await.ok()?;
        let drawn = tokio::task::spawn_blocking(move || card::draw(&card)).await;
        let content = drawn.map_err(|error| error.to_string());
        let content = content.and_then(|drawn| drawn.map_err(|error| error.to_string()));
        let content = content
            .inspect_err(|error| tracing::error!(%error, "a card can't be drawn"))
            .ok()?;
        Some(Letter::Photo {
            name: sketch.name,
            content,
            caption: sketch.caption,
            reply_to: sketch.reply_to,
        })
    }
}
