//! Instagram in the shape of its v1 API. Instagram itself has switched that API off; gateways offer it.
//!
//! Shapes: the official python client and its fixtures (facebookarchive/python-instagram). Ids are strings; a list ends
//! with `pagination: {}` or no `pagination` at all; a private account, a missing one and a bad token are all HTTP 400,
//! distinguished by `error_type`.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use url::Origin;

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use crate::networks::api_client::ApiClient;
use crate::networks::instagram::{LONGEST_ID, NAME, only};
use crate::networks::lenient::{Field, Items, LenientCount, NextCursor, Text};
use crate::networks::page_request::PageRequest;
use crate::networks::response::{HttpResponse, quoted};
use crate::networks::{Limits, Network, NetworkError, NetworkSettings, Resolved};

/// The largest page that gateways are known to return; smaller ones are accepted as they come.
const PAGE: u32 = 100;

/// Gateways that ignore the size return more, but never this much.
const LARGEST_PAGE: u32 = 1_000;

/// Results of the fuzzy search that the account is looked for in.
const SEARCHED: u32 = 50;

pub(super) struct V1(ApiClient);

#[derive(Deserialize)]
struct V1Response<T> {
    data: Option<T>,
    #[serde(default)]
    pagination: Field<V1Pagination>,
}

/// An account in lists and searches; the other fields are not read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct V1UserShort {
    id: Text,
    username: Text,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct V1User {
    id: Text,
    username: Text,
    full_name: Field<String>,
    bio: Field<String>,
    profile_picture: Field<String>,
    counts: Field<V1Counts>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct V1Counts {
    follows: LenientCount,
    followed_by: LenientCount,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct V1Pagination {
    next_cursor: NextCursor,
}

/// Errors come in an envelope (`meta`) or, from a front proxy, without.
#[derive(Default, Deserialize)]
#[serde(default)]
struct V1Error {
    meta: Field<V1ErrorMeta>,
    error_type: Field<String>,
    error_message: Field<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct V1ErrorMeta {
    error_type: Field<String>,
    error_message: Field<String>,
}

impl V1 {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, NetworkError> {
        ApiClient::new(settings, clock, Some("x-ratelimit-remaining")).map(Self)
    }

    async fn get(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        let token = self.0.key();
        let query: Vec<_> = query
            .iter()
            .copied()
            .chain([("access_token", token)])
            .collect();
        let answer = self.0.get(path.iter().copied(), &query, &[]).await?;
        check(answer, token)
    }

    async fn page(
        &self,
        id: &AccountId,
        list: &str,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let page_request = PageRequest::of(cursor, PAGE);
        let count = page_request.size.to_string();
        let mut query = vec![("count", count.as_str())];
        let cursor = page_request.cursor.as_ref();
        query.extend(cursor.map(|cursor| ("cursor", cursor.0.as_str())));
        let answer = self.get(&["users", id.as_str(), list], &query).await;
        page_request.read(answer.and_then(|answer| page(answer.parse()?)))
    }
}

#[async_trait]
impl Network for V1 {
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

    fn remaining(&self) -> Option<u64> {
        self.0.remaining()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let count = SEARCHED.to_string();
        let answer = self
            .get(
                &["users", "search"],
                &[("q", handle.0.as_str()), ("count", count.as_str())],
            )
            .await?;
        let response: V1Response<Items<V1UserShort>> = answer.parse()?;
        let named = response.data.ok_or_else(without_data)?;
        let mut named = named.and_then(V1UserShort::account).items.into_iter();
        // The search is fuzzy: similar names come too.
        let exact = named.find(|account| account.handle.0.eq_ignore_ascii_case(&handle.0));
        exact.map(Resolved::Account).ok_or(NetworkError::NotFound)
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let id = only(ids)?;
        let answer = self.get(&["users", id.as_str()], &[]).await?;
        let response: V1Response<V1User> = answer.parse()?;
        let user = response.data.ok_or_else(without_data)?;
        Ok(vec![user.profile()?])
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let list = match relation {
            Relation::Followers => "followed-by",
            Relation::Following => "follows",
        };
        self.page(id, list, cursor).await
    }
}

impl V1UserShort {
    fn account(self) -> Option<Account> {
        Some(Account {
            id: AccountId::new(self.id.0?),
            handle: Handle(self.username.0.unwrap_or_default()),
        })
    }
}

impl V1User {
    fn profile(self) -> Result<Profile, NetworkError> {
        let (Some(id), Some(handle)) = (self.id.0, self.username.0) else {
            return Err(NetworkError::unnamed());
        };
        let counts = self.counts.0.unwrap_or_default();
        Ok(Profile {
            id: AccountId::new(id),
            handle: Handle(handle),
            name: self.full_name.or_empty(),
            bio: self.bio.or_empty(),
            picture: self.profile_picture.filled(),
            followers: counts.followed_by.0,
            following: counts.follows.0,
            private: false,
            verified: false,
            opted_out: false,
            kind: None,
        })
    }
}

fn page(response: V1Response<Items<V1UserShort>>) -> Result<Page, NetworkError> {
    let named = response.data.ok_or_else(without_data)?;
    let accounts = named.and_then(V1UserShort::account);
    let pagination = response.pagination.0.unwrap_or_default();
    Ok(Page {
        accounts: accounts.items,
        lost: accounts.lost,
        broken_off: pagination.next_cursor == NextCursor::Odd,
        next: pagination.next_cursor.cursor(),
        ..Page::default()
    })
}

/// Returns the error if the response is a refusal.
fn check(answer: HttpResponse, token: &str) -> Result<HttpResponse, NetworkError> {
    let envelope: V1Error = answer.error_body();
    let meta = envelope.meta.0.unwrap_or(V1ErrorMeta {
        error_type: envelope.error_type,
        error_message: envelope.error_message,
    });
    let kind = meta.error_type.or_empty();
    let message = quoted(&meta.error_message.or_empty(), token);
    let throttled = NetworkError::Throttled {
        retry_at: answer.retry_at,
    };
    match kind.as_str() {
        "" if answer.is_success() => Ok(answer),
        "APINotFoundError" => Err(NetworkError::NotFound),
        "APINotAllowedError" => Err(NetworkError::Private),
        "OAuthRateLimitException" => Err(throttled),
        "APIInvalidParametersError" if message.contains("cursor") => Err(NetworkError::BadCursor),
        kind if kind.starts_with("OAuth") => Err(NetworkError::Denied(message)),
        kind => Err(answer.failure(&format!("{} {message}", quoted(kind, token)))),
    }
}

fn without_data() -> NetworkError {
    NetworkError::Temporary("an answer without data".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_item_costs_itself_and_an_odd_field_itself() {
        let body = r#"{"data":[null,{"id":7,"username":"a"},{"username":"b"},{"id":"8"}],
            "pagination":{"next_cursor":9}}"#;
        let page = page(serde_json::from_str(body).expect("a list")).expect("a page");
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!((ids, page.lost), (vec!["7", "8"], 2));
        assert_eq!(page.next, Some(Cursor("9".into())));
        let body = r#"{"id":7,"username":"a","bio":7,"counts":{"follows":-1,"followed_by":"40"}}"#;
        let user: V1User = serde_json::from_str(body).expect("a user");
        let told = user.profile().expect("a profile");
        assert_eq!((told.followers, told.following), (Some(40), None));
    }

    #[test]
    fn refusals_are_told_apart_by_their_type() {
        let answer = |status: u16, body: &str| {
            check(
                HttpResponse {
                    status,
                    body: body.into(),
                    ..HttpResponse::default()
                },
                "secret",
            )
            .map(drop)
        };
        let refused = |kind: &str| {
            answer(
                400,
                &format!(r#"{{"meta":{{"code":400,"error_type":"{kind}","error_message":"m"}}}}"#),
            )
        };
        assert_eq!(refused("APINotFoundError"), Err(NetworkError::NotFound));
        assert_eq!(refused("APINotAllowedError"), Err(NetworkError::Private));
        assert_eq!(
            refused("OAuthAccessTokenException"),
            Err(NetworkError::Denied("m".into()))
        );
        assert_eq!(
            refused("OAuthPermissionsException"),
            Err(NetworkError::Denied("m".into()))
        );
        let throttled = Err(NetworkError::Throttled { retry_at: None });
        assert_eq!(
            answer(
                429,
                r#"{"meta":{"error_type":"OAuthRateLimitException","code":429}}"#
            ),
            throttled
        );
        assert_eq!(
            answer(
                200,
                r#"{"code":420,"error_type":"OAuthRateLimitException"}"#
            ),
            throttled
        );
        assert_eq!(answer(420, "{}"), throttled);
        assert!(matches!(answer(503, "{}"), Err(NetworkError::Temporary(_))));
        assert!(matches!(
            answer(400, "{}"),
            Err(NetworkError::Unexpected(_))
        ));
        assert!(answer(200, r#"{"meta":{"code":200},"data":[]}"#).is_ok());
    }
}
