//! Draws pictures, and does other CPU-bound work: one job at a time, and off the threads that serve chats.

use tokio::sync::Semaphore;

use crate::bot::telegram::api_call::ApiCall;
use crate::card::{self, Card, CardError, ComparisonCard};
use crate::context::Context;
use crate::model::{NetworkName, Place};
use crate::networks::Pictures;

/// A photo that is still to be drawn.
pub(super) struct PhotoDraft {
    pub(super) file_name: String,
    pub(super) picture: Picture,
    /// URLs of the accounts' pictures on it, all on this network.
    pub(super) avatars: Vec<Option<String>>,
    pub(super) network: NetworkName,
    pub(super) caption: String,
    pub(super) place: Place,
}

/// What the photo shows.
pub(super) enum Picture {
    Result(Card),
    Comparison(ComparisonCard),
}

impl Picture {
    /// Inserts the accounts' pictures, in the order of their URLs.
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

pub(super) struct Renderer {
    /// `None` if there is no HTTP client for these requests: then accounts are shown by their initials.
    pictures: Option<Pictures>,
    free: Semaphore,
}

impl Renderer {
    pub(super) fn new(cx: &Context) -> Self {
        let pictures = Pictures::new(cx.networks.clone(), cx.clock.clone());
        Self {
            pictures: pictures
                .inspect_err(|error| tracing::warn!(%error, "no pictures of accounts"))
                .ok(),
            free: Semaphore::new(1),
        }
    }

    /// Runs CPU-bound work: one job at a time.
    pub(super) async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let _free = self.free.acquire().await.map_err(|it| it.to_string())?;
        let done = tokio::task::spawn_blocking(work).await;
        done.map_err(|error| error.to_string())
    }

    /// Returns an account's picture, ready to be sent, `None` if it can't be fetched.
    pub(super) async fn avatar(
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

    /// Draws the photo. `None` if that fails: the message that comes with it says the same.
    pub(super) async fn draw(&self, draft: PhotoDraft) -> Option<ApiCall> {
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

/// Inserts the pictures in the order of the URLs: the target, then each row.
fn set_card_avatars(card: &mut Card, pictures: Vec<Option<Vec<u8>>>) {
    let places = [&mut card.target.picture].into_iter();
    let places = places.chain(card.rows.iter_mut().map(|row| &mut row.picture));
    for (place, picture) in places.zip(pictures) {
        *place = picture;
    }
}
