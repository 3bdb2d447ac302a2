//! An optional metrics server: `/metrics` in the text format of Prometheus, and `/healthz`. On the loopback address
//! only; no label contains a person, an account or a key.

mod snapshot;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::context::Context;
use crate::stores::StoreError;

use snapshot::Snapshot;

/// The prefix of all names.
const PREFIX: &str = "lookalike";

/// The content type that Prometheus asks for.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Connections at the same time; Prometheus needs one.
const MOST_CONNECTIONS: usize = 16;

/// Connections are closed after this long, answered or not.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);

/// The pause after a connection that could not be accepted.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// A database that accepts no write for this long is unhealthy.
const WELL_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
#[error(
    "METRICS_ADDRESS: {address} can't be used ({reason}); name a free port, for example METRICS_ADDRESS=127.0.0.1:9090"
)]
pub struct MetricsError {
    address: SocketAddr,
    reason: std::io::Error,
}

#[derive(Debug, thiserror::Error)]
enum ScrapeError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the numbers can't be written")]
    Format(#[from] std::fmt::Error),
}

/// What the handlers need.
#[derive(Clone)]
struct MetricsState {
    cx: Context,
    stop: CancellationToken,
}

/// Serves the address until stopped. Returns the address with its port.
pub async fn serve(
    address: SocketAddr,
    cx: Context,
    stop: CancellationToken,
) -> Result<SocketAddr, MetricsError> {
    let failed = |reason| MetricsError { address, reason };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let state = MetricsState {
        cx,
        stop: stop.clone(),
    };
    let router = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(health))
        .with_state(state);
    tokio::spawn(async move {
        tokio::select! {
            () = listen(listener, router) => {}
            () = stop.cancelled() => {}
        }
    });
    tracing::info!(address = %bound, "metrics are served");
    Ok(bound)
}

/// Answers one request for each connection, over few connections at a time: a client that holds them open delays others
/// by some seconds, and nothing else.
async fn listen(listener: TcpListener, router: Router) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    // It is never closed.
    while let Ok(place) = places.clone().acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "monitoring can't connect");
                tokio::time::sleep(AGAIN_AFTER).await;
                continue;
            }
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = http1::Builder::new()
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            // Failures are the client's problem.
            let _ = timeout(ANSWERED_WITHIN, connection).await;
            drop(place);
        });
    }
}

async fn metrics(State(state): State<MetricsState>) -> Response {
    match text(&state.cx) {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics can't be told");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn text(cx: &Context) -> Result<String, ScrapeError> {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Snapshot::of(cx)?));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

/// Whether the database accepts writes and the bot is running.
async fn health(State(state): State<MetricsState>) -> (StatusCode, &'static str) {
    let settled = timeout(WELL_WITHIN, state.cx.ledger.settle()).await;
    match settled {
        Ok(Ok(())) if !state.stop.is_cancelled() => (StatusCode::OK, "well\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "not well\n"),
    }
}
