//! Instagram through a self-hosted aiograpi-rest, which is logged in as a real account. Instagram may suspend that
//! account for it.
//!
//! Shapes: subzeroid/aiograpi-rest, aiograpi_rest/main.py and routers/user.py; errors: subzeroid/aiograpi,
//! aiograpi/exceptions.py. Nearly every refusal is HTTP 500, distinguished by the name of an exception. The list of a
//! private account may come as an empty one: only its profile, and the lists it appears in, say that it is private.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use url::Origin;

use crate::clock::Clock;
use crate::model::{AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use crate::networks::api_client::ApiClient;
use crate::networks::instagram::instagrapi::{InstagrapiUser, UserShort, page};
use crate::networks::instagram::{LONGEST_ID, NAME, only};
use crate::networks::lenient::{Items, NextCursor, or_default};
use crate::networks::page_request::PageRequest;
use crate::networks::response::{HttpResponse, quoted};
use crate::networks::{Limits, Network, NetworkError, NetworkSettings, Resolved, Verb};

/// The largest page that may be requested.
const PAGE: u32 = 200;

/// Requests that it makes of Instagram, counted with aiograpi 0.9 and 1.12: one for news of the logged-in account,
/// before anything else ...
const GREETING: u32 = 1;

/// ... a profile, in a second way if the first fails ...
const PROFILE: u32 = 2;

/// ... and pages of a list until it has as many accounts as requested. It does not say how many that took: Instagram's
/// pages hold from 12 to 200 accounts, and the smallest take the most requests.
const INSTAGRAMS_PAGE: u64 = 12;
/// It joins Instagram's own pages until there are enough accounts.
const LARGEST_PAGE: u32 = 400;

/// Its message for an unknown key, in an exception without a specific name.
const UNKNOWN_SESSION: &str = "Session not found";

pub(super) struct Aiograpi(ApiClient);

#[derive(Deserialize)]
struct UserShortPage {
    items: Items<UserShort>,
    #[serde(default)]
    next_cursor: NextCursor,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AiograpiErrorBody {
    /// A list of complaints if the request was malformed.
    #[serde(deserialize_with = "or_default")]
    detail: String,
    #[serde(deserialize_with = "or_default")]
    exc_type: String,
}

impl Aiograpi {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, NetworkError> {
        ApiClient::new(settings, clock, None).map(Self)
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<HttpResponse, NetworkError> {
        let session = self.0.key();
        let headers = [("x-session-id", session)];
        let answer = self.0.get(path.split('/'), query, &headers).await?;
        check(answer, session)
    }

    async fn page(
        &self,
        path: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let page_request = PageRequest::of(cursor, PAGE);
        let amount = page_request.size.to_string();
        let mut query = vec![("user_id", id.as_str()), ("amount", amount.as_str())];
        let cursor = page_request.cursor.as_ref();
        query.extend(cursor.map(|cursor| ("cursor", cursor.0.as_str())));
        let answer = self.get(path, &query).await;
        page_request.read(answer.and_then(|answer| {
            let listed: UserShortPage = answer.parse()?;
            Ok(page(listed.items, listed.next_cursor))
        }))
    }
}

#[async_trait]
impl Network for Aiograpi {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn picture_origin(&self) -> Option<Origin> {
        Some(self.0.origin())
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE,
            followers_page: PAGE,
            largest_page: LARGEST_PAGE,
            longest_id: LONGEST_ID,
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: false,
            searches: false,
        }
    }

    /// Instagram does not say how much an account may do.
    fn remaining(&self) -> Option<u64> {
        None
    }

    /// The budget is of Instagram's own requests, since it is Instagram that suspends the account.
    fn weight(&self, verb: Verb, accounts: u64) -> u32 {
        let asked = match verb {
            // An account found by name is also looked up by number.
            Verb::Resolve => 2 * PROFILE,
            Verb::Profiles => PROFILE,
            Verb::List => accounts.div_ceil(INSTAGRAMS_PAGE).max(1) as u32,
            Verb::Suggested | Verb::Search => 0,
        };
        GREETING + asked
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let query = [("username", handle.0.as_str())];
        let answer = self.get("user", &query).await?;
        answer
            .parse::<InstagrapiUser>()?
            .profile()
            .map(Resolved::Profile)
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let id = only(ids)?;
        let answer = self.get("user", &[("user_id", id.as_str())]).await?;
        Ok(vec![answer.parse::<InstagrapiUser>()?.profile()?])
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let path = match relation {
            Relation::Followers => "user/followers",
            Relation::Following => "user/following",
        };
        self.page(path, id, cursor).await
    }
}

/// Returns the error if the response is a refusal.
fn check(answer: HttpResponse, session: &str) -> Result<HttpResponse, NetworkError> {
    if answer.is_success() {
        return Ok(answer);
    }
    let AiograpiErrorBody { detail, exc_type } = answer.error_body();
    let words = quoted(format!("{exc_type} {detail}").trim(), session);
    Err(match exc_type.as_str() {
        "UserNotFound" | "InvalidTargetUser" | "ClientNotFoundError" => NetworkError::NotFound,
        // The second hides an account from visitors of unknown age.
        "PrivateAccount" | "IsRegulatedC18Error" => NetworkError::Private,
        "WrongCursorError" => NetworkError::BadCursor,
        "PleaseWaitFewMinutes" | "FeedbackRequired" | "RateLimitError" | "ClientThrottledError" => {
            NetworkError::Throttled {
                retry_at: answer.retry_at,
            }
        }
        // About the account that is logged in, not the requested one.
        "AccountSuspended"
        | "BadPassword"
        | "CheckpointRequired"
        | "ClientLoginRequired"
        | "ConsentRequired"
        | "LoginRequired"
        | "ReloginAttemptExceeded"
        | "TermsAccept"
        | "TwoFactorRequired" => NetworkError::Denied(words),
        kind if kind.starts_with("Challenge") => NetworkError::Denied(words),
        _ if answer.status == 401 || detail.starts_with(UNKNOWN_SESSION) => {
            NetworkError::Denied(words)
        }
        // The status says nothing, the name may.
        _ if answer.status == 500 => NetworkError::Temporary(words),
        _ => answer.failure(&words),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::SystemClock;

    fn refused(status: u16, body: serde_json::Value) -> NetworkError {
        let answer = HttpResponse {
            status,
            body: body.to_string().into_bytes(),
            ..HttpResponse::default()
        };
        let refused = check(answer, "77%3Asecret").map(drop);
        refused.expect_err("a refusal")
    }

    fn raised(status: u16, exc_type: &str) -> NetworkError {
        let detail = "in the words of 77%3Asecret";
        refused(
            status,
            serde_json::json!({ "detail": detail, "exc_type": exc_type }),
        )
    }

    #[tokio::test]
    async fn the_budget_is_of_what_it_asks_instagram() {
        let settings = NetworkSettings {
            api: "aiograpi",
            url: "http://127.0.0.1:9".into(),
            token: "77%3Asecret".into(),
            rate: "200/h".parse().expect("a rate"),
            min_cool_down: Duration::from_secs(1),
            max_cool_down: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
            price: None,
            servers: None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let network = Aiograpi::new(&settings, &clock).expect("a client");
        for (verb, accounts, weight, why) in [
            (
                Verb::Resolve,
                1,
                5,
                "a greeting, and by name and by number in two ways each",
            ),
            (
                Verb::Profiles,
                1,
                3,
                "a greeting, and by number in two ways",
            ),
            (
                Verb::List,
                0,
                2,
                "a greeting, and a page on which nobody is",
            ),
            (Verb::List, 12, 2, "a greeting, and a page"),
            (Verb::List, 13, 3, "a greeting, and two pages"),
            (Verb::List, u64::from(PAGE), 18, "a greeting, and 17 pages"),
        ] {
            assert_eq!(network.weight(verb, accounts), weight, "{why}");
        }
    }

    #[test]
    fn refusals_are_told_apart_by_the_name_of_an_exception() {
        assert_eq!(raised(500, "UserNotFound"), NetworkError::NotFound);
        assert_eq!(raised(500, "InvalidTargetUser"), NetworkError::NotFound);
        assert_eq!(raised(500, "PrivateAccount"), NetworkError::Private);
        assert_eq!(raised(500, "WrongCursorError"), NetworkError::BadCursor);
        for (status, kind) in [
            (429, "PleaseWaitFewMinutes"),
            (429, "FeedbackRequired"),
            (429, "RateLimitError"),
            (500, "ClientThrottledError"),
        ] {
            let error = raised(status, kind);
            assert_eq!(error, NetworkError::Throttled { retry_at: None }, "{kind}");
        }
        for (status, kind) in [
            (401, "TwoFactorRequired"),
            (403, "ChallengeRequired"),
            (500, "ChallengeSelfieCaptcha"),
            (500, "LoginRequired"),
            (500, "AccountSuspended"),
        ] {
            let denied = NetworkError::Denied(format!("{kind} in the words of …"));
            assert_eq!(raised(status, kind), denied);
        }
        for kind in ["ClientConnectionError", "ValidationError", "Exception"] {
            let error = raised(500, kind);
            assert!(
                matches!(error, NetworkError::Temporary(_)),
                "{kind}: {error}"
            );
        }
    }

    #[test]
    fn a_session_that_is_missing_or_unknown_is_a_refused_key() {
        let detail = "Session not found (e.g. after reload process), please relogin";
        for (status, body) in [
            (401, serde_json::json!({ "detail": "Session ID required" })),
            (
                500,
                serde_json::json!({ "detail": detail, "exc_type": "Exception" }),
            ),
        ] {
            let error = refused(status, body);
            assert!(matches!(error, NetworkError::Denied(_)), "{error}");
        }
    }

    #[test]
    fn what_it_does_not_understand_says_nothing_of_an_account() {
        for (status, body) in [
            (404, serde_json::json!({ "detail": "Not Found" })),
            (
                422,
                serde_json::json!({ "detail": [{ "msg": "Field required" }] }),
            ),
        ] {
            let error = refused(status, body);
            assert!(matches!(error, NetworkError::Unexpected(_)), "{error}");
        }
    }
}
