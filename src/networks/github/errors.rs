//! GitHub's errors. Most are HTTP 200 and distinguished by their types, of which there may be several next to some
//! data; rate limits and bad keys come in an older form.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::networks::NetworkError;
use crate::networks::lenient::{Items, or_default};
use crate::networks::response::{HttpResponse, quoted};

/// The shortest pause, by the documentation, after a secondary rate limit that names no time.
pub(super) const LEAST_PAUSE: Duration = Duration::from_secs(60);

/// The words of rate limits: the hourly one, the secondary one, and abuse detection, in the wordings of several years.
/// Some come as a 403, like a refused key.
const TOO_FAST: [&str; 3] = ["rate limit", "being throttled", "abuse detection"];

/// The beginning of the message if a key may not see what it asks for.
const BEYOND_KEY: &str = "Resource not accessible";

/// The beginning of the message if a query was too much at the moment.
const TOO_SLOW: &str = "Something went wrong while executing your query";

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    /// Of the older form.
    #[serde(deserialize_with = "or_default")]
    message: String,
    #[serde(deserialize_with = "or_default")]
    errors: Items<GraphQlError>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct GraphQlError {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    message: String,
}

/// Returns the gravest of the errors, if there is one: those about an account count only if everything else went well.
pub(super) fn error_of(answer: &HttpResponse, token: &str) -> Option<NetworkError> {
    let refusal: ErrorBody = answer.error_body();
    let throttled = |until_reset: bool| NetworkError::Throttled {
        retry_at: retry_at(answer, until_reset),
    };
    let asks_to_wait = answer.is_throttled() || answer.status == 403 && answer.retry_at.is_some();
    if asks_to_wait || is_too_fast(&refusal.message) {
        return Some(throttled(answer.number("x-ratelimit-remaining") == Some(0)));
    }
    if matches!(answer.status, 401 | 403) {
        return Some(NetworkError::Denied(quoted(&refusal.message, token)));
    }
    if !answer.is_success() {
        return Some(answer.failure(&quoted(&refusal.message, token)));
    }
    let meaning = |fault: &GraphQlError| match fault.kind.as_str() {
        "RATE_LIMITED" | "RATE_LIMIT" => throttled(true),
        _ if is_too_fast(&fault.message) => throttled(false),
        "NOT_FOUND" => NetworkError::NotFound,
        "INVALID_CURSOR_ARGUMENTS" => NetworkError::BadCursor,
        "INSUFFICIENT_SCOPES" => NetworkError::Denied(quoted(&fault.message, token)),
        "FORBIDDEN" if fault.message.starts_with(BEYOND_KEY) => {
            NetworkError::Denied(quoted(&fault.message, token))
        }
        "FORBIDDEN" => NetworkError::Hidden,
        "RESOURCE_LIMITS_EXCEEDED" => NetworkError::Temporary("the query took too much".into()),
        _ if fault.message.starts_with(TOO_SLOW) => {
            NetworkError::Temporary("the query took too long".into())
        }
        kind => {
            let words = format!("{kind} {}", fault.message);
            NetworkError::Unexpected(quoted(&words, token))
        }
    };
    let errors = refusal.errors.items.iter().map(meaning);
    errors.min_by_key(NetworkError::is_final)
}

fn is_too_fast(message: &str) -> bool {
    let message = message.to_lowercase();
    TOO_FAST.iter().any(|words| message.contains(words))
}

/// Returns when to retry, as far as it is said. The end of the window is always given, and counts only if the window's
/// points are used up.
fn retry_at(answer: &HttpResponse, until_reset: bool) -> Option<DateTime<Utc>> {
    let reset = || answer.time("x-ratelimit-reset");
    answer
        .retry_at
        .or_else(|| until_reset.then(reset).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
        let headers = headers.iter();
        HttpResponse {
            status,
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: body.into(),
            ..HttpResponse::default()
        }
    }

    fn refused(status: u16, body: &str) -> Option<NetworkError> {
        error_of(&answer(status, &[], body), "secret")
    }

    #[test]
    fn a_throttle_in_the_clothes_of_a_refused_key_is_a_throttle() {
        for message in [
            "This endpoint is temporarily being throttled. Please try again later.",
            "You have triggered an abuse detection mechanism. Please wait a few minutes.",
            "You have exceeded a secondary rate limit.",
        ] {
            let body = format!(r#"{{"message":"{message}"}}"#);
            let error = refused(403, &body);
            assert!(
                matches!(error, Some(NetworkError::Throttled { .. })),
                "{error:?}"
            );
        }
    }

    #[test]
    fn refusals_are_told_apart_by_the_types_of_their_errors() {
        let error = |kind: &str, message: &str| {
            let errors =
                serde_json::json!([{ "type": kind, "path": ["node"], "message": message }]);
            let body = serde_json::json!({ "data": { "node": null }, "errors": errors });
            refused(200, &body.to_string())
        };
        let message = "Could not resolve to a node with the global id of 'U_kgDOAAhrzg'.";
        assert_eq!(error("NOT_FOUND", message), Some(NetworkError::NotFound));
        let message = "`no cursor of yours` does not appear to be a valid cursor.";
        let kind = "INVALID_CURSOR_ARGUMENTS";
        assert_eq!(error(kind, message), Some(NetworkError::BadCursor));
        let message = "Resource not accessible by personal access token";
        let denied = Some(NetworkError::Denied(message.into()));
        assert_eq!(error("FORBIDDEN", message), denied);
        let message = "You do not have permission to view this.";
        assert_eq!(error("FORBIDDEN", message), Some(NetworkError::Hidden));
        let message = "Resource limits for this query exceeded.";
        assert!(matches!(
            error("RESOURCE_LIMITS_EXCEEDED", message),
            Some(NetworkError::Temporary(_))
        ));
        let message = "You may not provide more than 100 node ids; you provided 101.";
        assert!(matches!(
            error("ARGUMENT_LIMIT", message),
            Some(NetworkError::Unexpected(_))
        ));
        assert_eq!(refused(200, r#"{"data":{"repositoryOwner":null}}"#), None);
    }

    #[test]
    fn refusals_in_the_older_form_are_understood() {
        let body = r#"{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}"#;
        let denied = Some(NetworkError::Denied("Bad credentials".into()));
        assert_eq!(refused(401, body), denied);
        let body =
            r#"{"message":"We couldn't respond to your request in time.","documentation_url":"…"}"#;
        assert!(matches!(
            refused(504, body),
            Some(NetworkError::Temporary(_))
        ));
        let body = r#"{"data":null,"errors":[{"message":"Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."}]}"#;
        for status in [200, 502] {
            let error = refused(status, body);
            assert!(
                matches!(error, Some(NetworkError::Temporary(_))),
                "{status}"
            );
        }
        let body = r#"{"message":"Not Found","status":"404"}"#;
        assert!(matches!(
            refused(404, body),
            Some(NetworkError::Unexpected(_))
        ));
    }

    #[test]
    fn the_time_to_come_back_is_the_windows_end_where_that_is_used_up_and_else_none() {
        let retry_at = |status: u16, remaining: &str, body: &str| {
            let headers = [
                ("x-ratelimit-remaining", remaining),
                ("x-ratelimit-reset", "1795433860"),
            ];
            match error_of(&answer(status, &headers, body), "secret") {
                Some(NetworkError::Throttled { retry_at }) => retry_at,
                other => panic!("{other:?}"),
            }
        };
        let reset = DateTime::from_timestamp(1_795_433_860, 0);
        for kind in ["RATE_LIMITED", "RATE_LIMIT"] {
            let body = format!(
                r#"{{"errors":[{{"type":"{kind}","message":"API rate limit exceeded for user ID 1."}}]}}"#
            );
            assert_eq!(retry_at(200, "0", &body), reset);
        }
        let body = r#"{"message":"API rate limit exceeded for user ID 1."}"#;
        assert_eq!(retry_at(403, "0", body), reset);
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
        let older = format!(r#"{{"message":"{message}"}}"#);
        for status in [200, 403, 429] {
            assert_eq!(retry_at(status, "4999", &older), None);
        }
        let body = format!(r#"{{"errors":[{{"message":"{message}"}}]}}"#);
        assert_eq!(retry_at(200, "4999", &body), None);
    }

    #[test]
    fn what_is_said_of_an_account_counts_only_where_everything_else_went_well() {
        let body = r#"{"data":{"nodes":[null,null]},"errors":[
            {"type":"NOT_FOUND","path":["nodes",0],"message":"Could not resolve to a node"},
            {"type":"RESOURCE_LIMITS_EXCEEDED","path":["nodes",1],"message":"Resource limits"}]}"#;
        assert!(matches!(
            refused(200, body),
            Some(NetworkError::Temporary(_))
        ));
    }

    #[test]
    fn a_key_is_not_quoted() {
        let body = r#"{"message":"Bad credentials: secret"}"#;
        let denied = Some(NetworkError::Denied("Bad credentials: …".into()));
        assert_eq!(refused(401, body), denied);
    }
}
