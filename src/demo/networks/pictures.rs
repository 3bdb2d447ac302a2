//! The pictures of a world's people, which a fake serves beside its API: what is asked for here is no request to the
//! network, and neither counted nor paced. Mastodon's fake names none of them, since an address that strangers'
//! servers may have written leads nobody to the API.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::demo::connection::Cutter;
use crate::demo::networks::FakeResponse;
use crate::demo::networks::fake_state::FakeState;
use crate::demo::{avatar, pseudorandom};

/// Where they are.
pub(super) const PATH: &str = "/pictures/{id}";

/// Of so many pictures two are gone, and where one should be there is a web page ...
const IN_SO_MANY: u64 = 24;

/// ... drawn by lot, in a draw that shows it among the first accounts that whoever tries the demo meets.
const LOT: u64 = 48;

pub(super) async fn show(
    State(state): State<Arc<FakeState>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    Path(id): Path<u64>,
) -> Response {
    state.released().await;
    if state.is_down() {
        cutter.cut();
        return Response::default();
    }
    let page = |status| FakeResponse::page(status).into_response(Vec::new());
    match pseudorandom::mix(&[LOT, id]) % IN_SO_MANY {
        0 | 1 => return page(404),
        2 => return page(200),
        _ => {}
    }
    // Drawing takes milliseconds, of which other requests should have their part.
    match tokio::task::spawn_blocking(move || avatar::draw(id)).await {
        Ok(Some(picture)) => ([(CONTENT_TYPE, "image/png")], picture).into_response(),
        Ok(None) | Err(_) => page(500),
    }
}
