//! Instagram through HikerAPI, which charges per request; refusals are charged too, its own errors are not.
//!
//! Shapes: the official client (`hikerapi` on PyPI, hikerapi/base.py and helpers.py), its documentation
//! (hiker-doc.readthedocs.io) and subzeroid/insto, insto/backends/hiker.py. Lists come in three shapes, in pages of a
//! size that can't be chosen; they end with a cursor that is null, missing, empty or false. HTTP 403 is Instagram's
//! refusal and not about the key; `exc_type` or `"state": false` mark an error whatever the status.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use url::Origin;

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use crate::networks::api_client::ApiClient;
use crate::networks::instagram::instagrapi::{InstagrapiUser, UserShort, page};
use crate::networks::instagram::{LONGEST_ID, NAME, only};
use crate::networks::lenient::{Field, Items, NextCursor};
use crate::networks::response::{HttpResponse, quoted};
use crate::networks::{Balance, Found, Limits, Network, NetworkError, NetworkSettings, Resolved};

/// Observed in a page of the accounts that one follows. Other sizes are accepted as they come.
const PAGE: u32 = 25;

/// Observed in a page of an account's followers.
const FOLLOWERS_PAGE: u32 = 15;

/// Its words for a hidden list.
const HID: &str = "hid data";
/// Instagram itself returns no more.
const LARGEST_PAGE: u32 = 200;

/// The pause that the documentation advises after a rate limit without a time.
const LEAST_PAUSE: Duration = Duration::from_secs(2);

pub(super) struct HikerApi(ApiClient);

/// `[users, cursor]`.
type Chunk = (Items<UserShort>, NextCursor);

/// A list in an envelope, whose own cursor is the one to use, or without one.
#[derive(Deserialize)]
struct HikerList {
    response: Option<Users>,
    #[serde(alias = "suggested")]
    users: Option<Items<UserShort>>,
    #[serde(default)]
    next_page_id: NextCursor,
    #[serde(default)]
    next_max_id: NextCursor,
}

#[derive(Deserialize)]
struct Users {
    #[serde(alias = "suggested")]
    users: Items<UserShort>,
}

#[derive(Deserialize)]
struct FoundBody {
    users: Items<InstagrapiUser>,
}

/// The credit left: whole requests, or a fraction in an older form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Credit {
    #[serde(alias = "balance")]
    requests: Field<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct HikerErrorBody {
    state: Field<bool>,
    exc_type: Field<String>,
    error: Field<String>,
    /// The reason if there is no `error`; a list of complaints if the request was malformed.
    detail: Field<String>,
}

impl HikerApi {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, NetworkError> {
        ApiClient::new(settings, clock, None).map(Self)
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<HttpResponse, NetworkError> {
        let key = self.0.key();
        let headers = [("x-access-key", key)];
        let answer = self.0.get(path.split('/'), query, &headers).await?;
        check(answer, key)
    }

    async fn page(
        &self,
        path: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let mut query = vec![("user_id", id.as_str())];
        query.extend(cursor.map(|cursor| ("page_id", cursor.0.as_str())));
        match self.get(path, &query).await {
            Ok(answer) => listed(&answer),
            // The account was there a page before: it is the cursor that is no longer found.
            Err(NetworkError::NotFound) if cursor.is_some() => Err(NetworkError::BadCursor),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Network for HikerApi {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn keys_from(&self) -> Option<&'static str> {
        Some("hikerapi.com/tokens")
    }

    fn with_key(&self, key: &str) -> Option<Arc<dyn Network>> {
        Some(Arc::new(Self(self.0.with_key(key))))
    }

    fn picture_origin(&self) -> Option<Origin> {
        Some(self.0.origin())
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE,
            followers_page: FOLLOWERS_PAGE,
            largest_page: LARGEST_PAGE,
            longest_id: LONGEST_ID,
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: true,
            searches: true,
        }
    }

    /// Its window is a second long, and not reported.
    fn remaining(&self) -> Option<u64> {
        None
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let query = [("username", handle.0.as_str())];
        let answer = self.get("v1/user/by/username", &query).await?;
        answer
            .parse::<InstagrapiUser>()?
            .profile()
            .map(Resolved::Profile)
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let id = only(ids)?;
        let answer = self.get("v1/user/by/id", &[("id", id.as_str())]).await?;
        Ok(vec![answer.parse::<InstagrapiUser>()?.profile()?])
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let path = match relation {
            Relation::Followers => "g2/user/followers",
            Relation::Following => "g2/user/following",
        };
        self.page(path, id, cursor).await
    }

    fn min_pause(&self) -> Duration {
        LEAST_PAUSE
    }

    /// Instagram names none for many accounts.
    async fn suggested(&self, id: &AccountId) -> Result<Vec<Account>, NetworkError> {
        match self.page("v2/user/suggested/profiles", id, None).await {
            Ok(page) => Ok(page.accounts),
            Err(NetworkError::Private | NetworkError::Hidden) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// As many as Instagram's own search shows first.
    async fn search(&self, words: &str) -> Result<Found, NetworkError> {
        let answer = self.get("v2/fbsearch/accounts", &[("query", words)]).await;
        match answer {
            Ok(answer) => {
                let found: FoundBody = answer.parse()?;
                Ok(Found(
                    found.users.and_then(|user| user.profile().ok()).items,
                ))
            }
            Err(NetworkError::NotFound) => Ok(Found::default()),
            Err(error) => Err(error),
        }
    }

    async fn balance(&self) -> Result<Option<Balance>, NetworkError> {
        let answer = self.get("sys/balance", &[]).await?;
        let left = answer.parse::<Credit>()?.requests.0;
        Ok(left.map(|left| Balance {
            requests: left as u64,
        }))
    }
}

fn listed(answer: &HttpResponse) -> Result<Page, NetworkError> {
    if let Ok((users, next)) = answer.parse::<Chunk>() {
        return Ok(page(users, next));
    }
    let HikerList {
        response,
        users,
        next_page_id,
        next_max_id,
    } = answer.parse()?;
    match (response, users) {
        (Some(response), _) => Ok(page(response.users, next_page_id)),
        (None, Some(users)) if next_page_id == NextCursor::End => Ok(page(users, next_max_id)),
        (None, Some(users)) => Ok(page(users, next_page_id)),
        (None, None) => Err(NetworkError::Garbled("an answer without a list".into())),
    }
}

/// Returns the error if the response is a refusal.
fn check(answer: HttpResponse, key: &str) -> Result<HttpResponse, NetworkError> {
    let refusal: HikerErrorBody = answer.error_body();
    let kind = refusal.exc_type.or_empty();
    if answer.is_success() && kind.is_empty() && refusal.state.0 != Some(false) {
        return Ok(answer);
    }
    let detail = refusal.detail.0.or(refusal.error.0).unwrap_or_default();
    let words = quoted(format!("{kind} {detail}").trim(), key);
    Err(match (answer.status, kind.as_str()) {
        (_, "InsufficientFunds") | (402, _) => NetworkError::OutOfCredit,
        // It says so of public accounts too; only the look-up shows which are private.
        (_, "PrivateAccount") | (403, _) if detail.contains(HID) => NetworkError::Hidden,
        (_, "PrivateAccount") | (403, _) => NetworkError::Private,
        // An unknown path, in the framework's own words, is not a missing account.
        (404, "") if detail == "Not Found" => answer.failure(&words),
        (_, "UserNotFound") | (404, _) => NetworkError::NotFound,
        (401, _) => NetworkError::Denied(words),
        (429, _) => NetworkError::Throttled {
            retry_at: answer.retry_at.or_else(|| answer.time("x-ratelimit-reset")),
        },
        // Instagram did not answer it, which is not charged.
        (430, _) => NetworkError::Temporary(words),
        _ => answer.failure(&words),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn answer(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            body: body.into(),
            ..HttpResponse::default()
        }
    }

    #[test]
    fn refusals_are_told_apart_by_their_type_then_by_their_status() {
        let refused = |status, body| {
            let refused = check(answer(status, body), "secret").map(drop);
            refused.expect_err("a refusal")
        };
        let private = r#"{"detail":"Not eligible for chaining.","exc_type":"PrivateAccount"}"#;
        let hidden =
            r#"{"detail":"User hid data using privacy settings","exc_type":"PrivateAccount"}"#;
        let missing =
            r#"{"detail":"We're sorry, we couldn't find that.","exc_type":"UserNotFound"}"#;
        let unpaid = r#"{"state":false,"error":"Top up your account at https://hikerapi.com/billing","exc_type":"InsufficientFunds"}"#;
        for status in [200, 400, 500] {
            assert_eq!(refused(status, private), NetworkError::Private);
            assert_eq!(refused(status, hidden), NetworkError::Hidden);
            assert_eq!(refused(status, missing), NetworkError::NotFound);
            assert_eq!(refused(status, unpaid), NetworkError::OutOfCredit);
        }
        assert_eq!(
            refused(403, r#"{"detail":"Forbidden"}"#),
            NetworkError::Private
        );
        assert_eq!(
            refused(404, r#"{"detail":"User not found"}"#),
            NetworkError::NotFound
        );
        assert_eq!(refused(402, "{}"), NetworkError::OutOfCredit);
        assert_eq!(
            refused(401, r#"{"state":false,"error":"Token is invalid: secret"}"#),
            NetworkError::Denied("Token is invalid: …".into())
        );
        assert_eq!(
            refused(429, r#"{"detail":"Too Many Requests"}"#),
            NetworkError::Throttled { retry_at: None }
        );
        for status in [408, 430, 500, 503, 504] {
            let error = refused(status, r#"{"detail":"Timeout","exc_type":"ClientError"}"#);
            assert!(
                matches!(error, NetworkError::Temporary(_)),
                "{status}: {error}"
            );
        }
        for (status, body) in [
            (404, r#"{"detail":"Not Found"}"#),
            (
                422,
                r#"{"detail":[{"loc":["query","user_id"],"msg":"field required"}]}"#,
            ),
            (200, r#"{"state":false}"#),
        ] {
            let error = refused(status, body);
            assert!(
                matches!(error, NetworkError::Unexpected(_)),
                "{body}: {error}"
            );
        }
    }

    #[test]
    fn the_time_to_come_back_is_taken_from_the_reset_where_nothing_else_names_it() {
        let mut throttled = answer(429, "{}");
        let reset = ("x-ratelimit-reset".to_owned(), "1795433860".to_owned());
        throttled.headers.extend([reset]);
        let retry_at = DateTime::from_timestamp(1_795_433_860, 0);
        let error = check(throttled, "").map(drop).expect_err("a refusal");
        assert_eq!(error, NetworkError::Throttled { retry_at });
    }

    #[test]
    fn a_list_is_read_in_every_shape_and_ends_in_every_way() {
        let read = |body: &str| {
            let page = listed(&answer(200, body)).expect("a list");
            assert_eq!(
                page.lost as usize,
                page.accounts.len() / 2,
                "an odd item costs itself"
            );
            let ids = page.accounts.into_iter().map(|one| one.id.0.into());
            (ids.collect::<Vec<String>>(), page.next.map(|next| next.0))
        };
        let users = r#"[{"pk":"7","username":"a","is_private":true},null,{"pk":8,"username":"b"}]"#;
        let ids = vec!["7".to_owned(), "8".to_owned()];
        for (cursor, next) in [
            (r#""QVFE""#, Some("QVFE".to_owned())),
            ("25", Some("25".to_owned())),
            ("null", None),
            ("false", None),
            (r#""""#, None),
        ] {
            for body in [
                format!("[{users},{cursor}]"),
                format!(
                    r#"{{"response":{{"users":{users},"next_max_id":"inner"}},"next_page_id":{cursor}}}"#
                ),
                format!(r#"{{"users":{users},"next_max_id":{cursor}}}"#),
            ] {
                assert_eq!(read(&body), (ids.clone(), next.clone()), "{body}");
            }
        }
        let without = format!(r#"{{"response":{{"users":{users}}}}}"#);
        assert_eq!(read(&without), (ids, None));
        assert_eq!(read("[[],null]"), (Vec::new(), None));
        for body in [r#"{"status":"ok"}"#, r#"{"response":{}}"#, "[]"] {
            assert!(
                listed(&answer(200, body)).is_err(),
                "{body} is no empty list"
            );
        }
    }

    #[test]
    fn credit_is_read_in_both_forms() {
        let left = |body: &str| {
            answer(200, body)
                .parse::<Credit>()
                .map(|credit| credit.requests.0)
        };
        let new = r#"{"requests":100000,"rate":15,"currency":"USD","amount":100.0}"#;
        assert_eq!(left(new), Ok(Some(100_000.0)));
        assert_eq!(left(r#"{"balance":99.94,"rate":11}"#), Ok(Some(99.94)));
        assert_eq!(left("{}"), Ok(None));
    }
}
