//! Instagram in the shape of its v1 API. Instagram itself has switched that API off; gateways speak it.
//!
//! Shapes: the official python client and its fixtures (facebookarchive/python-instagram). Ids are
//! strings; a list's end is `pagination: {}` or no `pagination` at all; a private account, a missing
//! one and a bad token are all HTTP 400 and told apart by `error_type`.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use url::{Origin, Url};

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile};
use crate::networks::answer::{Answer, Remaining, quoted};
use crate::networks::http::Http;
use crate::networks::instagram::NAME;
use crate::networks::{Limits, Network, NetworkError, NetworkSettings, Resolved};

/// The most that gateways are known to give in a page; less is taken as it comes.
const PAGE: u32 = 100;

/// Results of the fuzzy search among which the account is looked for.
const SEARCHED: u32 = 50;

pub(super) struct V1 {
    http: Http,
    base: Url,
    token: String,
    remaining: Remaining,
}

#[derive(Deserialize)]
struct Response<T> {
    data: Option<T>,
    pagination: Option<Pagination>,
}

/// What lists and searches name an account by; they tell more, which is not read.
#[derive(Deserialize)]
struct Named {
    id: String,
    username: String,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    full_name: Option<String>,
    bio: Option<String>,
    profile_picture: Option<String>,
    #[serde(default)]
    counts: Counts,
}

#[derive(Default, Deserialize)]
struct Counts {
    follows: Option<u64>,
    followed_by: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Pagination {
    next_cursor: Option<String>,
}

/// Errors come in an envelope (`meta`) or, from a front proxy, without.
#[derive(Default, Deserialize)]
struct Envelope {
    meta: Option<Meta>,
    error_type: Option<String>,
    error_message: Option<String>,
}

#[derive(Default, Deserialize)]
struct Meta {
    error_type: Option<String>,
    error_message: Option<String>,
}

impl V1 {
    pub(super) fn new(
        settings: &NetworkSettings,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, NetworkError> {
        let base = settings.base()?;
        let http = Http::new(settings.timeout, clock.clone())?;
        Ok(Self {
            http,
            base,
            token: settings.token.clone(),
            remaining: Remaining::default(),
        })
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, NetworkError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url.query_pairs_mut()
            .extend_pairs(query)
            .append_pair("access_token", &self.token);
        let answer = self.http.get(url, &[]).await?;
        self.remaining.note(&answer, "x-ratelimit-remaining");
        check(answer, &self.token)
    }

    async fn page(
        &self,
        id: &AccountId,
        list: &str,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let count = PAGE.to_string();
        let mut query = vec![("count", count.as_str())];
        query.extend(cursor.map(|cursor| ("cursor", cursor.0.as_str())));
        let answer = self.get(&["users", id.as_str(), list], &query).await?;
        let response: Response<Vec<Named>> = answer.parse()?;
        let named = response.data.ok_or_else(without_data)?;
        let next = response
            .pagination
            .and_then(|pagination| pagination.next_cursor)
            .filter(|next| !next.is_empty());
        Ok(Page {
            accounts: named.into_iter().map(Account::from).collect(),
            profiles: Vec::new(),
            private: Vec::new(),
            next: next.map(Cursor),
        })
    }
}

#[async_trait]
impl Network for V1 {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn keeps_pictures(&self) -> Option<Origin> {
        Some(self.base.origin())
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE,
            followers_page: PAGE,
            profiles_at_once: 1,
            lists_tell_profiles: false,
            suggests: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.remaining.get()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let count = SEARCHED.to_string();
        let answer = self
            .get(
                &["users", "search"],
                &[("q", handle.0.as_str()), ("count", count.as_str())],
            )
            .await?;
        let response: Response<Vec<Named>> = answer.parse()?;
        // The search is fuzzy: similar names come too.
        let exact = response
            .data
            .ok_or_else(without_data)?
            .into_iter()
            .find(|named| named.username.eq_ignore_ascii_case(&handle.0));
        exact
            .map(|named| Resolved::Account(named.into()))
            .ok_or(NetworkError::NotFound)
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let [id] = ids else {
            return Err(NetworkError::Unexpected(
                "this network tells one profile at a time".into(),
            ));
        };
        let answer = self.get(&["users", id.as_str()], &[]).await?;
        let response: Response<User> = answer.parse()?;
        Ok(vec![response.data.ok_or_else(without_data)?.into()])
    }

    async fn followers(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.page(id, "followed-by", cursor).await
    }

    async fn following(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.page(id, "follows", cursor).await
    }
}

impl From<Named> for Account {
    fn from(named: Named) -> Self {
        Account {
            id: AccountId::new(named.id),
            handle: Handle(named.username),
        }
    }
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        Profile {
            id: AccountId::new(user.id),
            handle: Handle(user.username),
            name: user.full_name.unwrap_or_default(),
            bio: user.bio.unwrap_or_default(),
            picture: user.profile_picture.filter(|picture| !picture.is_empty()),
            followers: user.counts.followed_by,
            following: user.counts.follows,
            private: false,
            verified: false,
            opted_out: false,
        }
    }
}

/// Tells answers from refusals.
fn check(answer: Answer, token: &str) -> Result<Answer, NetworkError> {
    let envelope: Envelope = answer.refusal();
    let meta = envelope.meta.unwrap_or(Meta {
        error_type: envelope.error_type,
        error_message: envelope.error_message,
    });
    let kind = meta.error_type.unwrap_or_default();
    let message = quoted(&meta.error_message.unwrap_or_default(), token);
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
    fn refusals_are_told_apart_by_their_type() {
        let answer = |status: u16, body: &str| {
            check(
                Answer {
                    status,
                    body: body.into(),
                    ..Answer::default()
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
