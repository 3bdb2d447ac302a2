//! Where cards are drawn, and other work is done that takes a processor: one piece at a time, and off the
//! threads that serve chats.

use tokio::sync::Semaphore;

use crate::bot::telegram::api_call::ApiCall;
use crate::card::{self, Card, CardError, Comparison};
use crate::context::Context;
use crate::model::{NetworkName, Place};
use crate::networks::Pictures;

/// A picture that is to be drawn and sent.
pub(in crate::bot) struct PhotoDraft {
    pub(in crate::bot) file_name: String,
    pub(in crate::bot) picture: Picture,
    /// Where the pictures on it can be had, of accounts of this network.
    pub(in crate::bot) avatars: Vec<Option<String>>,
    pub(in crate::bot) network: NetworkName,
    pub(in crate::bot) caption: String,
    pub(in crate::bot) place: Place,
}

/// What is on it.
pub(in crate::bot) enum Picture {
    Result(Card),
    Comparison(Comparison),
}

impl Picture {
    /// Puts the pictures of accounts where they belong, in their order.
    fn set_avatars(&mut self, pictures: Vec<Option<Vec<u8>>>) {
        match self {
            Picture::Result(card) => set_card_avatars(card, pictures),
            Picture::Comparison(comparison) => {
                for (audience, picture) in comparison.audiences.iter_mut().zip(pictures) {
                    audience.picture = picture;
                }
            }
        }
    }

    fn draw(&self) -> Result<Vec<u8>, CardError> {
        match self {
            Picture::Result(card) => card::draw(card),
            Picture::Comparison(comparison) => card::draw_comparison(comparison),
        }
    }
}

pub(in crate::bot) struct Renderer {
    /// Nothing, where there is no way out for such requests: then accounts are shown by their letters.
    pictures: Option<Pictures>,
    free: Semaphore,
}

impl Renderer {
    pub(in crate::bot) fn new(cx: &Context) -> Self {
        let pictures = Pictures::new(cx.networks.clone(), cx.clock.clone());
        Self {
            pictures: pictures
                .inspect_err(|error| tracing::warn!(%error, "no pictures of accounts"))
                .ok(),
            free: Semaphore::new(1),
        }
    }

    /// Does what takes a processor for a while: one piece of work at a time.
    pub(in crate::bot) async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let _free = self.free.acquire().await.map_err(|it| it.to_string())?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| error.to_string())
    }

    /// An account's picture as it may be sent on; nothing, where it can't be had.
    pub(in crate::bot) async fn avatar(
        &self,
        network: &NetworkName,
        address: Option<String>,
    ) -> Option<Vec<u8>> {
        let pictures = self.pictures.as_ref()?;
        let fetched = pictures.fetch(network, vec![address]).await;
        let picture = fetched.into_iter().next().flatten()?;
        self.run_blocking(move || card::portrait(&picture))
            .await
            .ok()?
    }

    /// The picture as a photo; nothing, if it can't be drawn: what is sent with it says all that it would.
    pub(in crate::bot) async fn draw(&self, draft: PhotoDraft) -> Option<ApiCall> {
        let mut picture = draft.picture;
        if let Some(pictures) = &self.pictures {
            let fetched = pictures.fetch(&draft.network, draft.avatars);
            picture.set_avatars(fetched.await);
        }
        let drawn = self.run_blocking(move || picture.draw()).await;
        let bytes = drawn.and_then(|drawn| drawn.map_err(|error| error.to_string()));
        let bytes = bytes
            .inspect_err(|error| tracing::error!(%error, "a card can't be drawn"))
            .ok()?;
        Some(ApiCall::SendPhoto {
            name: draft.file_name,
            bytes,
            caption: draft.caption,
            place: draft.place,
        })
    }
}

/// Puts pictures where they belong, in the same order.
fn set_card_avatars(card: &mut Card, pictures: Vec<Option<Vec<u8>>>) {
    let places = [&mut card.target.picture].into_iter();
    let places = places.chain(card.rows.iter_mut().map(|row| &mut row.picture));
    for (place, picture) in places.zip(pictures) {
        *place = picture;
    }
}
