//! The pictures of a world's accounts, which a fake serves next to its API: requests for them are no requests to the
//! network, and neither counted nor limited. Mastodon's fake links to none of them, since a URL that a stranger's
//! server may have written never leads to the API.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::demo::connection::Cutter;
use crate::demo::networks::FakeResponse;
use crate::demo::networks::fake_state::FakeState;
use crate::demo::{avatar, pseudorandom};

/// The path of a picture.
pub(super) const PATH: &str = "/pictures/{id}";

/// Of this many pictures two are missing, and in place of a third there is a web page ...
const IN_SO_MANY: u64 = 24;

/// ... with a seed that shows it among the first accounts that people try in the demo.
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
    // Drawing takes milliseconds and would hold up other requests.
    match tokio::task::spawn_blocking(move || avatar::draw(id)).await {
        Ok(Some(picture)) => ([(CONTENT_TYPE, "image/png")], picture).into_response(),
        Ok(None) | Err(_) => page(500),
    }
}
