//! Bluesky's refusals: every one is HTTP 400, distinguished by its name, then by its message
//! (bluesky-social/atproto, packages/xrpc-server/src/errors.ts).

use serde::Deserialize;

use crate::networks::NetworkError;
use crate::networks::lenient::or_default;
use crate::networks::response::{HttpResponse, quoted};

#[derive(Default, Deserialize)]
#[serde(default)]
struct XrpcErrorBody {
    #[serde(deserialize_with = "or_default")]
    error: String,
    #[serde(deserialize_with = "or_default")]
    message: String,
}

/// Returns the error if the response is a refusal.
pub(super) fn check(answer: HttpResponse) -> Result<HttpResponse, NetworkError> {
    if answer.is_success() {
        return Ok(answer);
    }
    let refusal: XrpcErrorBody = answer.error_body();
    let says = |words: &str| refusal.message.starts_with(words);
    Err(match refusal.error.as_str() {
        "InvalidRequest" if says("Profile not found") || says("Actor not found") => {
            NetworkError::NotFound
        }
        "AccountTakedown" => NetworkError::Suspended,
        "AccountDeactivated" => NetworkError::Deactivated,
        "RateLimitExceeded" => NetworkError::Throttled {
            retry_at: answer.retry_at.or_else(|| answer.time("ratelimit-reset")),
        },
        "AuthMissing" | "AuthenticationRequired" => {
            NetworkError::Denied("this server wants a login".into())
        }
        error => {
            let words = format!("{error} {}", refusal.message);
            answer.failure(&quoted(&words, ""))
        }
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn refused(status: u16, error: &str, message: &str) -> NetworkError {
        let body = serde_json::json!({ "error": error, "message": message });
        let answer = HttpResponse {
            status,
            body: body.to_string().into_bytes(),
            ..HttpResponse::default()
        };
        check(answer).map(drop).expect_err("a refusal")
    }

    #[test]
    fn refusals_are_told_apart_by_name_and_words() {
        let not_found = NetworkError::NotFound;
        assert_eq!(
            refused(400, "InvalidRequest", "Profile not found"),
            not_found
        );
        let message = "Actor not found: did:plc:mumsgsoesvnyyhbwvd5hbfzi";
        assert_eq!(refused(400, "InvalidRequest", message), not_found);
        let message = "Account has been suspended";
        assert_eq!(
            refused(400, "AccountTakedown", message),
            NetworkError::Suspended
        );
        let message = "Account is deactivated";
        assert_eq!(
            refused(400, "AccountDeactivated", message),
            NetworkError::Deactivated
        );
        assert!(matches!(
            refused(401, "AuthMissing", "Authentication Required"),
            NetworkError::Denied(_)
        ));
        // A cursor that is none of theirs.
        assert!(matches!(
            refused(500, "InternalServerError", "Internal Server Error"),
            NetworkError::Temporary(_)
        ));
        assert!(matches!(
            refused(501, "MethodNotImplemented", "Method Not Implemented"),
            NetworkError::Temporary(_)
        ));
        let message = "Invalid app.bsky.actor.getProfiles params: array too big";
        assert!(matches!(
            refused(400, "InvalidRequest", message),
            NetworkError::Unexpected(_)
        ));
    }

    #[test]
    fn the_time_to_come_back_is_taken_from_either_header() {
        let mut answer = HttpResponse {
            status: 429,
            body: br#"{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}"#.to_vec(),
            ..HttpResponse::default()
        };
        answer
            .headers
            .insert("ratelimit-reset".into(), "1795433860".into());
        let error = check(answer).map(drop).expect_err("a refusal");
        let retry_at = DateTime::from_timestamp(1_795_433_860, 0);
        assert_eq!(error, NetworkError::Throttled { retry_at });
    }
}
