//! A server's errors, distinguished by their status and by whether they come from its API.

use serde::Deserialize;

use crate::networks::NetworkError;
use crate::networks::lenient::or_default;
use crate::networks::response::{HttpResponse, quoted};

#[derive(Default, Deserialize)]
#[serde(default)]
struct MastodonErrorBody {
    #[serde(deserialize_with = "or_default")]
    error: String,
}

/// Returns the error if the response is a refusal.
pub(super) fn check(answer: HttpResponse) -> Result<HttpResponse, NetworkError> {
    if answer.is_success() {
        return answer.json();
    }
    let refusal: MastodonErrorBody = answer.error_body();
    let speaks = !refusal.error.is_empty();
    Err(match answer.status {
        _ if answer.is_throttled() => NetworkError::Throttled {
            // Not in seconds, as elsewhere, but as a date.
            retry_at: answer.retry_at.or_else(|| answer.time("x-ratelimit-reset")),
        },
        404 if speaks => NetworkError::NotFound,
        410 if speaks => NetworkError::Suspended,
        401 => NetworkError::ShutOut,
        403 if speaks => NetworkError::ShutOut,
        // It keeps programs out, or has another API.
        403 | 404 | 405 | 406 | 410 | 451 => NetworkError::HostForeign,
        _ => answer.failure(&quoted(&refusal.error, "")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> NetworkError {
        let answer = HttpResponse {
            status,
            body: body.as_bytes().to_vec(),
            ..HttpResponse::default()
        };
        check(answer).map(drop).expect_err("a refusal")
    }

    #[test]
    fn refusals_are_told_apart_by_status_and_by_who_speaks() {
        let (page, foreign) = ("<html>Sorry</html>", NetworkError::HostForeign);
        let said = |words: &str| format!("{{\"error\":\"{words}\"}}");
        let not_found = NetworkError::NotFound;
        assert_eq!(refused(404, &said("Record not found")), not_found);
        assert_eq!(refused(410, &said("Gone")), NetworkError::Suspended);
        assert_eq!(refused(404, page), foreign, "no server of this kind");
        let misskey =
            r#"{"error":{"message":"Unknown API endpoint.","code":"UNKNOWN_API_ENDPOINT"}}"#;
        assert_eq!(refused(404, misskey), foreign);
        let login = said("This method requires an authenticated user");
        for (status, body) in [(401, login), (401, page.into()), (403, said("Forbidden"))] {
            assert_eq!(refused(status, &body), NetworkError::ShutOut, "{status}");
        }
        assert_eq!(refused(403, page), foreign, "whoever keeps programs out");
        for (status, body) in [(200, page), (200, "[{"), (500, page), (503, ""), (408, "")] {
            assert!(
                matches!(
                    refused(status, body),
                    NetworkError::Temporary(_) | NetworkError::Garbled(_)
                ),
                "{status} {body}"
            );
        }
        for (status, body) in [(422, said("odd")), (302, page.to_owned()), (400, said(""))] {
            assert!(
                matches!(refused(status, &body), NetworkError::Unexpected(_)),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn the_time_to_come_back_is_a_date() {
        let mut answer = HttpResponse {
            status: 429,
            body: br#"{"error":"Too many requests"}"#.to_vec(),
            ..HttpResponse::default()
        };
        let retry_at = |answer| match check(answer).map(drop) {
            Err(NetworkError::Throttled { retry_at }) => retry_at,
            other => panic!("{other:?}"),
        };
        let date = "2026-11-25T14:10:00.123456Z";
        let headers = &mut answer.headers;
        headers.insert("x-ratelimit-reset".into(), date.into());
        assert_eq!(
            retry_at(answer),
            date.parse().ok(),
            "with parts of a second"
        );
    }
}
