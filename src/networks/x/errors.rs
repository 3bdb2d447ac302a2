//! X's errors. A look-up of a missing account is HTTP 200 with errors and no data; other refusals are a single problem.
//! Both are distinguished by the end of the problem's type, whose beginning is one of two hosts; a few types by their
//! message, and a problem without a type by its status.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::networks::NetworkError;
use crate::networks::lenient::{Items, or_default};
use crate::networks::response::{HttpResponse, quoted};

/// The parameter for a cursor.
pub(super) const CURSOR: &str = "pagination_token";

/// The errors of parts of a response.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Partial {
    data: Option<IgnoredAny>,
    #[serde(deserialize_with = "or_default")]
    errors: Items<Problem>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    #[serde(rename = "type", deserialize_with = "or_default")]
    kind: String,
    #[serde(deserialize_with = "or_default")]
    title: String,
    #[serde(deserialize_with = "or_default")]
    detail: String,
    /// The invalid ones, with their values.
    #[serde(deserialize_with = "or_default")]
    parameters: BTreeMap<String, IgnoredAny>,
}

/// Returns why a response has no data: the gravest of its errors, since those about an account count only if everything
/// else went well. `None` if there is data, or no reason is given.
pub(super) fn error_of(answer: &HttpResponse, key: &str) -> Option<NetworkError> {
    let Partial { data, errors } = answer.error_body();
    let errors = errors.items;
    if answer.is_success() && (data.is_some() || errors.is_empty()) {
        return None;
    }
    let is_about_cursor = |problem: &Problem| problem.parameters.contains_key(CURSOR);
    if errors.iter().any(is_about_cursor) {
        return Some(NetworkError::BadCursor);
    }
    let whole: Problem = answer.error_body();
    let problems = errors.iter().filter(|problem| !problem.kind.is_empty());
    let gravest = problems
        .chain(Some(&whole).filter(|whole| !whole.kind.is_empty()))
        .map(|problem| meaning(problem, answer, key))
        .min_by_key(NetworkError::is_final);
    Some(gravest.unwrap_or_else(|| meaning(&whole, answer, key)))
}

fn meaning(problem: &Problem, answer: &HttpResponse, key: &str) -> NetworkError {
    let kind = problem.kind.rsplit('/').next().unwrap_or_default();
    let words = quoted(&format!("{}: {}", problem.title, problem.detail), key);
    match (kind, answer.status) {
        ("resource-not-found", _) if is_suspended(problem) => NetworkError::Suspended,
        ("resource-not-found", _) => NetworkError::NotFound,
        ("not-authorized-for-resource", _) => NetworkError::Private,
        ("credits" | "credits-depleted", _) | (_, 402) => NetworkError::OutOfCredit,
        ("usage-capped", _) | (_, 429) => NetworkError::Throttled {
            retry_at: retry_at(answer),
        },
        ("client-forbidden" | "unsupported-authentication", _) | (_, 401 | 403) => {
            NetworkError::Denied(words)
        }
        _ => answer.failure(&words),
    }
}

/// Whether the account is suspended, which has the type of a missing one.
fn is_suspended(problem: &Problem) -> bool {
    problem.title == "Forbidden" || problem.detail.contains("suspended")
}

fn retry_at(answer: &HttpResponse) -> Option<DateTime<Utc>> {
    answer
        .retry_at
        .or_else(|| answer.time("x-rate-limit-reset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            body: body.into(),
            ..HttpResponse::default()
        }
    }

    fn refused(status: u16, body: &str) -> Option<NetworkError> {
        error_of(&answer(status, body), "secret")
    }

    #[test]
    fn refusals_are_told_apart_by_the_end_of_their_type() {
        let denied = |words: &str| NetworkError::Denied(words.into());
        for (status, body, expected) in [
            (
                200,
                r#"{"errors":[{"value":"adfl","detail":"Could not find user with username: [adfl].","title":"Not Found Error","resource_type":"user","parameter":"username","resource_id":"adfl","type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#,
                NetworkError::NotFound,
            ),
            (
                200,
                r#"{"errors":[{"value":"bad1","detail":"User has been suspended: [bad1].","title":"Forbidden","resource_type":"user","parameter":"username","resource_id":"bad1","type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#,
                NetworkError::Suspended,
            ),
            (
                200,
                r#"{"errors":[{"value":"12","detail":"Sorry, you are not authorized to see the user with id: [12].","title":"Authorization Error","resource_type":"user","parameter":"id","resource_id":"12","type":"https://api.x.com/2/problems/not-authorized-for-resource"}],"meta":{"result_count":0}}"#,
                NetworkError::Private,
            ),
            (
                401,
                r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#,
                denied("Unauthorized: Unauthorized"),
            ),
            (
                403,
                r#"{"client_id":"1","detail":"Not attached to a Project.","title":"Client Forbidden","reason":"client-not-enrolled","type":"https://api.twitter.com/2/problems/client-forbidden"}"#,
                denied("Client Forbidden: Not attached to a Project."),
            ),
            (
                403,
                r#"{"title":"Unsupported Authentication","detail":"No app secret here.","type":"https://api.x.com/2/problems/unsupported-authentication","status":403}"#,
                denied("Unsupported Authentication: No app … here."),
            ),
            (
                402,
                r#"{"title":"CreditsDepleted","detail":"Your enrolled account [1] does not have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/credits","account_id":1}"#,
                NetworkError::OutOfCredit,
            ),
            (
                402,
                r#"{"title":"Payment Required","detail":"credits depleted","status":402,"type":"https://api.x.com/2/problems/credits-depleted"}"#,
                NetworkError::OutOfCredit,
            ),
            (402, "{}", NetworkError::OutOfCredit),
            (
                429,
                r#"{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}"#,
                NetworkError::Throttled { retry_at: None },
            ),
            (
                403,
                r#"{"account_id":1,"product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}"#,
                NetworkError::Throttled { retry_at: None },
            ),
            (
                400,
                r#"{"errors":[{"parameters":{"pagination_token":["nonsense"]},"message":"The `pagination_token` query parameter value [nonsense] is not a valid token"}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}"#,
                NetworkError::BadCursor,
            ),
        ] {
            assert_eq!(refused(status, body), Some(expected), "{body}");
        }
    }

    #[test]
    fn what_is_no_refusal_of_an_account_is_not_taken_for_one() {
        for (status, body) in [
            (
                400,
                r#"{"errors":[{"parameters":{"ids":["a"]},"message":"The `ids` query parameter value [a] is not valid"}],"title":"Invalid Request","type":"https://api.twitter.com/2/problems/invalid-request"}"#,
            ),
            (
                404,
                r#"{"title":"Not Found","detail":"Not Found","type":"about:blank","status":404}"#,
            ),
            (
                200,
                r#"{"errors":[{"message":"Over capacity","code":130}]}"#,
            ),
            (404, "[]"),
        ] {
            let error = refused(status, body);
            let unexpected = matches!(error, Some(NetworkError::Unexpected(_)));
            assert!(unexpected, "{body}: {error:?}");
        }
        let body = r#"{"title":"Service Unavailable","detail":"Service Unavailable","type":"about:blank","status":503}"#;
        assert!(matches!(
            refused(503, body),
            Some(NetworkError::Temporary(_))
        ));
        // About some of many: the rest counts.
        let body = r#"{"data":[{"id":"1"}],"errors":[{"title":"Not Found Error","type":"https://api.twitter.com/2/problems/resource-not-found"}]}"#;
        assert_eq!(refused(200, body), None);
        assert_eq!(refused(200, r#"{"meta":{"result_count":0}}"#), None);
    }

    #[test]
    fn what_is_said_of_an_account_counts_only_where_everything_else_went_well() {
        let body = r#"{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"},{"title":"Usage","type":"https://api.x.com/2/problems/usage-capped"}]}"#;
        let throttled = NetworkError::Throttled { retry_at: None };
        assert_eq!(refused(200, body), Some(throttled));
    }

    #[test]
    fn the_time_to_come_back_is_that_at_which_the_window_ends() {
        let mut answer = answer(429, r#"{"title":"Too Many Requests","type":"about:blank"}"#);
        let reset = ("x-rate-limit-reset".to_owned(), "1795433860".to_owned());
        answer.headers.extend([reset]);
        let retry_at = DateTime::from_timestamp(1_795_433_860, 0);
        let throttled = NetworkError::Throttled { retry_at };
        assert_eq!(error_of(&answer, ""), Some(throttled));
    }
}
