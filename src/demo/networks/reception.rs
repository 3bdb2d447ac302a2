//! Where every request to a fake goes through: arrival and rate, then key and switches, then faults, then
//! the network's own answer. Knows no network's format.

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
use crate::demo::networks::desk::{Admission, Desk};
use crate::demo::networks::faults::{self, Fault};
use crate::demo::networks::gallery;
use crate::demo::networks::{
    Answer, Endpoint, Fake, Incoming, Options, Question, Refusal, Running,
};

const HTML: &str = "text/html; charset=utf-8";

/// Binds first, so that a fake can know its own address; `path` goes between the address and the
/// network's paths.
pub(super) async fn serve<F: Fake>(
    options: Options,
    path: &str,
    make: impl FnOnce(&str) -> F,
) -> io::Result<Running> {
    let listener = CuttableListener::bind(options.port).await?;
    let address: SocketAddr = listener.address()?;
    let origin = format!("http://{address}");
    let base = format!("{origin}{path}");
    let desk = Arc::new(Desk::new(options, origin));
    let shared = Arc::new((make(&base), Arc::clone(&desk)));
    let pictures = get(gallery::show).with_state(Arc::clone(&desk));
    let router = Router::new()
        .route(gallery::PATH, pictures)
        .fallback(receive::<F>)
        .with_state(shared);
    let service = router.into_make_service_with_connect_info::<Cutter>();
    let (stopping, mut stop) = watch::channel(false);
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        // A sender that is gone means the same.
        let _ = stop.wait_for(|stop| *stop).await;
    });
    let server = tokio::spawn(async move {
        // Serving ends only when told to, and then without an error.
        let _ = server.await;
    });
    Ok(Running {
        base,
        desk,
        stopping,
        server: Some(server),
    })
}

async fn receive<F: Fake>(
    State(shared): State<Arc<(F, Arc<Desk>)>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (fake, desk) = &*shared;
    let request = Incoming {
        method: &method,
        uri: &uri,
        headers: &headers,
        body: &body,
    };
    let read = fake.read(&request, desk);
    let key = read
        .as_ref()
        .ok()
        .and_then(|question| question.token.as_deref());
    let is_free = |question: &Question| question.endpoint == Endpoint::Balance;
    let admission = desk.arrive(key, !read.as_ref().is_ok_and(is_free));
    desk.released().await;
    if desk.is_down() {
        cutter.cut();
        return Response::default();
    }
    let answer = match read {
        Ok(question) => reply(fake, desk, &question, &admission).await,
        Err(complaint) => {
            desk.count_stray(complaint);
            Some(fake.turn_away(&request))
        }
    };
    let Some(answer) = answer else {
        cutter.cut();
        return Response::default();
    };
    answer.into_response(fake.told_of_rate(&admission))
}

/// None leaves the request unanswered.
async fn reply<F: Fake>(
    fake: &F,
    desk: &Desk,
    question: &Question,
    admission: &Admission,
) -> Option<Answer> {
    let attempt = desk.count(question);
    if admission.over_rate {
        return Some(fake.refuse(Refusal::Throttled));
    }
    if let Some(refusal) = desk.refusal(question, fake.needs_key()) {
        return Some(fake.refuse(refusal));
    }
    let fault = desk.fault(question, attempt);
    match fault {
        Some(Fault::Throttled) => return Some(fake.refuse(Refusal::Throttled)),
        Some(Fault::ProxyThrottled { status }) => return Some(fake.proxy_throttled(status)),
        Some(Fault::ErrorPage { status }) => return Some(Answer::page(status)),
        Some(Fault::WebPage) => return Some(Answer::page(200)),
        Some(Fault::Dropped) => return None,
        Some(Fault::Slow) => tokio::time::sleep(faults::SLOW_ANSWER).await,
        Some(Fault::Truncated) | None => {}
    }
    let answer = fake.answer(question, desk);
    let mut answer = answer.unwrap_or_else(|refusal| fake.refuse(refusal));
    desk.twist(question, &mut answer);
    if fault == Some(Fault::Truncated) {
        answer.body.truncate(answer.body.len() / 2);
    } else if fake.is_asked_once(question) {
        desk.settled(question);
    }
    Some(answer)
}

impl Answer {
    pub(super) fn json(status: u16, body: String) -> Answer {
        Answer {
            status,
            kind: "application/json; charset=utf-8",
            headers: Vec::new(),
            body: body.into_bytes(),
        }
    }

    /// Changes a body of JSON; leaves any other as it is.
    pub fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        if let Ok(mut body) = serde_json::from_slice(&self.body) {
            change(&mut body);
            self.body = body.to_string().into_bytes();
        }
    }

    /// A web page where data was asked for.
    pub(super) fn page(status: u16) -> Answer {
        let title = StatusCode::from_u16(status).ok();
        let title = title
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Sorry");
        Answer {
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
