//! The pipeline of every request to a fake: arrival and rate, then key and switches, then faults, then the network's
//! own response. Knows no network's format.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use tokio::sync::watch;

use crate::demo::connection::{CuttableListener, Cutter};
use crate::demo::networks::directory::MakeHandle;
use crate::demo::networks::fake_state::{FakeState, RateStatus};
use crate::demo::networks::faults::{self, InjectedFault};
use crate::demo::networks::pictures;
use crate::demo::networks::served::Served;
use crate::demo::networks::{
    ApiError, Endpoint, Fake, FakeNetwork, FakeOptions, FakeResponse, HttpRequest, ParsedRequest,
};
use crate::demo::world::World;

const HTML: &str = "text/html; charset=utf-8";

/// Starts a fake of a network whose paths begin with `path`. Binds first, so that the fake can know its own address.
pub(super) async fn serve<F: Fake>(
    world: Arc<World>,
    options: FakeOptions,
    path: &str,
    make_handle: MakeHandle,
    make: impl FnOnce(Served) -> F,
) -> io::Result<FakeNetwork> {
    let listener = CuttableListener::bind(options.port).await?;
    let address: SocketAddr = listener.address()?;
    let origin = format!("http://{address}");
    let base = format!("{origin}{path}");
    let fake = make(Served::new(world, options.seed, make_handle, base.clone()));
    let state = Arc::new(FakeState::new(options, origin));
    let shared = Arc::new((fake, Arc::clone(&state)));
    let pictures = get(pictures::show).with_state(Arc::clone(&state));
    let router = Router::new()
        .route(pictures::PATH, pictures)
        .fallback(receive::<F>)
        .with_state(shared);
    let service = router.into_make_service_with_connect_info::<Cutter>();
    let (stopping, mut stop) = watch::channel(false);
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        // A dropped sender means the same.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(async move {
        // The server ends only when told to, and then without an error.
        let _ = server.await;
    });
    Ok(FakeNetwork {
        base,
        state,
        stopping,
        server: Some(server),
    })
}

async fn receive<F: Fake>(
    State(shared): State<Arc<(F, Arc<FakeState>)>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (fake, state) = &*shared;
    let request = HttpRequest {
        method: &method,
        uri: &uri,
        headers: &headers,
        body: &body,
    };
    if let Some(answer) = fake.answer_elsewhere(&request, state) {
        state.released().await;
        if state.is_down() {
            cutter.cut();
            return Response::default();
        }
        return answer.into_response(Vec::new());
    }
    let read = fake.parse(&request, state);
    let key = read
        .as_ref()
        .ok()
        .and_then(|parsed| parsed.token.as_deref());
    let is_free = |parsed: &ParsedRequest| parsed.endpoint == Endpoint::Balance;
    let rate = state.arrive(key, !read.as_ref().is_ok_and(is_free));
    state.released().await;
    if state.is_down() {
        cutter.cut();
        return Response::default();
    }
    let answer = match read {
        Ok(parsed) => reply(fake, state, &parsed, &rate).await,
        Err(complaint) => {
            state.count_stray(complaint);
            Some(fake.reject_unreadable(&request))
        }
    };
    let Some(answer) = answer else {
        cutter.cut();
        return Response::default();
    };
    answer.into_response(fake.rate_headers(&rate))
}

/// Returns `None` if the request is to stay unanswered.
async fn reply<F: Fake>(
    fake: &F,
    state: &FakeState,
    parsed: &ParsedRequest,
    rate: &RateStatus,
) -> Option<FakeResponse> {
    let attempt = state.count(parsed);
    if rate.is_over_rate {
        return Some(fake.error_response(ApiError::Throttled));
    }
    if let Some(error) = state.error(parsed, fake.needs_key()) {
        return Some(fake.error_response(error));
    }
    let fault = state.fault(parsed, attempt);
    match fault {
        Some(InjectedFault::Throttled) => return Some(fake.error_response(ApiError::Throttled)),
        Some(InjectedFault::ProxyThrottled { status }) => {
            return Some(fake.proxy_throttled(status));
        }
        Some(InjectedFault::ErrorPage { status }) => return Some(FakeResponse::page(status)),
        Some(InjectedFault::WebPage) => return Some(FakeResponse::page(200)),
        Some(InjectedFault::Dropped) => return None,
        Some(InjectedFault::Slow) => tokio::time::sleep(faults::SLOW_ANSWER).await,
        Some(InjectedFault::Truncated) | None => {}
    }
    let answer = fake.answer(parsed, state);
    let mut answer = answer.unwrap_or_else(|error| fake.error_response(error));
    state.apply_response_hook(parsed, &mut answer);
    if fault == Some(InjectedFault::Truncated) {
        answer.body.truncate(answer.body.len() / 2);
    } else if fake.is_asked_once(parsed) {
        state.note_answered(parsed);
    }
    Some(answer)
}

impl FakeResponse {
    pub(super) fn json(status: u16, body: String) -> FakeResponse {
        FakeResponse {
            status,
            kind: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: body.into_bytes(),
        }
    }

    /// Changes a JSON body; leaves any other as it is.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            change(&mut body);
            self.body = body.to_string().into_bytes();
        }
    }

    /// Returns a web page in place of data.
    pub(super) fn page(status: u16) -> FakeResponse {
        let title = StatusCode::from_u16(status).ok();
        let title = title
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Sorry");
        FakeResponse {
            status,
            kind: HTML,
            headers: Vec::new(),
            body: format!(
                "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
            )
            .into_bytes(),
        }
    }

    pub(super) fn into_response(self, more: Vec<(&'static str, String)>) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        for (name, value) in self.headers.into_iter().chain(more) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
