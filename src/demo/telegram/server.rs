//! The HTTP side: `/bot{token}/{method}` -> a call -> a response or a cut connection. Methods are elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use crate::demo::connection::{CuttableListener, Cutter};
use crate::demo::telegram::method_call::{MAXIMUM_BODY_BYTES, MethodCall};
use crate::demo::telegram::methods;
use crate::demo::telegram::model::CallFailure;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::shared::SharedState;

/// Serves until the fake is stopped.
pub(super) async fn serve(listener: CuttableListener, shared: Arc<SharedState>) {
    let routes = Router::new()
        .fallback(receive)
        .layer(DefaultBodyLimit::max(MAXIMUM_BODY_BYTES))
        .with_state(Arc::clone(&shared));
    let stopped = async move { shared.until(|state| state.stopped).await };
    // Accept errors are retried inside; there is nothing else to fail.
    let _ = axum::serve(
        listener,
        routes.into_make_service_with_connect_info::<Cutter>(),
    )
    .with_graceful_shutdown(stopped)
    .await;
}

/// The outcome of one call.
enum CallOutcome {
    Answer(Result<Value, Rejection>),
    Silence,
}

async fn receive(
    State(shared): State<Arc<SharedState>>,
    ConnectInfo(cutter): ConnectInfo<Cutter>,
    request: Request,
) -> Response {
    // Biased, so that a fake that is down carries nothing out.
    let outcome = tokio::select! {
        biased;
        () = shared.until(|state| state.down || state.stopped) => {
            shared.change(|state| state.cut_off += 1);
            CallOutcome::Silence
        }
        outcome = answer(&shared, request) => outcome,
    };
    match outcome {
        CallOutcome::Answer(Ok(result)) => {
            respond(StatusCode::OK, &json!({ "ok": true, "result": result }))
        }
        CallOutcome::Answer(Err(rejection)) => respond(
            StatusCode::from_u16(rejection.code).unwrap_or(StatusCode::BAD_REQUEST),
            &rejection.body(),
        ),
        CallOutcome::Silence => {
            cutter.cut();
            Response::new(Body::empty())
        }
    }
}

async fn answer(shared: &SharedState, request: Request) -> CallOutcome {
    let mut call = match addressed_call(request, &shared.change(|state| state.token.clone())).await
    {
        Ok(call) => call,
        Err(rejection) => {
            shared.change(|state| state.blame(&MethodCall::default(), &rejection));
            return CallOutcome::Answer(Err(rejection));
        }
    };
    // In one step: a release right after the arrival must count.
    let (failure, release) = shared.change(|state| (state.arrived(&mut call), state.releases + 1));
    match failure {
        None => CallOutcome::Answer(methods::run(shared, &call).await),
        Some(CallFailure::Held) => {
            hold(shared, release).await;
            CallOutcome::Answer(methods::run(shared, &call).await)
        }
        Some(CallFailure::AcceptedThenHeld) => {
            let answer = methods::run(shared, &call).await;
            hold(shared, release).await;
            CallOutcome::Answer(answer)
        }
        Some(CallFailure::Dropped) => CallOutcome::Silence,
        Some(CallFailure::AcceptedThenDropped) => {
            if let Ok(result) = methods::run(shared, &call).await {
                shared.change(|state| state.mark_doubtful(&result));
            }
            CallOutcome::Silence
        }
        Some(failure) => {
            CallOutcome::Answer(Err(shared.change(|state| state.fail(&call, failure))))
        }
    }
}

async fn hold(shared: &SharedState, release: u64) {
    shared.change(|state| state.holds += 1);
    shared.until(|state| state.releases >= release).await;
}

async fn addressed_call(request: Request, known: &str) -> Result<MethodCall, Rejection> {
    let path = request.uri().path();
    let (token, method) = path
        .strip_prefix("/bot")
        .and_then(|path| path.split_once('/'))
        .ok_or_else(Rejection::not_found)?;
    if token.replace("%3A", ":") != known {
        return Err(Rejection::unauthorized());
    }
    let method = method.to_owned();
    MethodCall::read(method, request).await
}

fn respond(status: StatusCode, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/json"),
    );
    response
}
