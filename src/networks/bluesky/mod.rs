//! Bluesky, asked at its public AppView, which needs no key.
//!
//! Shapes: bluesky-social/atproto, lexicons/app/bsky/{actor,graph} and packages/bsky/src/api; errors:
//! packages/xrpc-server/src/errors.ts. Every refusal is HTTP 400 and told apart by its name, then by its
//! words. A page may be short or empty and still have a cursor; the end is where there is none.

mod words;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::DateTime;
use serde::Deserialize;
use url::{Origin, Url};

use crate::clock::Clock;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile};
use crate::networks::answer::{Answer, Remaining, quoted};
use crate::networks::http::Http;
use crate::networks::link::part;
use crate::networks::{Api, Kind, Limits, Network, NetworkError, NetworkSettings, Resolved};

const NAME: &str = "bluesky";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "Bluesky",
    prefixes: &["bsky", "bluesky"],
    switch: Some("on"),
    read: words::read,
    link: |handle| format!("https://bsky.app/profile/{}", part(&handle.0)),
    apis: &[Api {
        name: "appview",
        url: "https://public.api.bsky.app/xrpc",
        // What its own servers grant a client; the AppView's limit is not published.
        rate: "600/m",
        price: None,
        open: |settings, clock| Ok(Box::new(Bluesky::new(settings, clock)?)),
    }],
};

/// The most that a page holds; more is refused.
const PAGE: u32 = 100;

/// The most profiles in one answer; more are refused.
const PROFILES: u32 = 25;

/// What an account is called whose domain does not vouch for it any more.
const INVALID_HANDLE: &str = "handle.invalid";

/// Says that somebody does not want to be shown to those who are not logged in, as we are not.
const NOT_FOR_STRANGERS: &str = "!no-unauthenticated";

struct Bluesky {
    http: Http,
    base: Url,
    remaining: Remaining,
}

#[derive(Deserialize)]
struct Named {
    did: String,
    handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detailed {
    #[serde(flatten)]
    named: Named,
    display_name: Option<String>,
    description: Option<String>,
    avatar: Option<String>,
    followers_count: Option<u64>,
    follows_count: Option<u64>,
    #[serde(default)]
    labels: Vec<Label>,
    verification: Option<Verification>,
}

/// Whether somebody whom the network trusts vouches for it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verification {
    #[serde(default)]
    verified_status: String,
}

#[derive(Deserialize)]
struct Label {
    val: String,
    /// It takes an earlier one back.
    #[serde(default)]
    neg: bool,
}

#[derive(Deserialize)]
struct Profiles {
    profiles: Vec<Detailed>,
}

/// A page of either list, which differ in a name.
#[derive(Deserialize)]
struct Listed {
    #[serde(alias = "follows")]
    followers: Vec<Named>,
    cursor: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    message: String,
}

impl Bluesky {
    fn new(settings: &NetworkSettings, clock: &Arc<dyn Clock>) -> Result<Self, NetworkError> {
        Ok(Self {
            http: Http::new(settings.timeout, clock.clone())?,
            base: settings.base()?,
            remaining: Remaining::default(),
        })
    }

    async fn get(&self, method: &str, query: &[(&str, &str)]) -> Result<Answer, NetworkError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(method);
        }
        url.query_pairs_mut().extend_pairs(query);
        let answer = self.http.get(url, &[]).await?;
        self.remaining.note(&answer, "ratelimit-remaining");
        check(answer)
    }

    async fn page(
        &self,
        method: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let limit = PAGE.to_string();
        let mut query = vec![("actor", id.as_str()), ("limit", limit.as_str())];
        query.extend(cursor.map(|cursor| ("cursor", cursor.0.as_str())));
        let listed: Listed = self.get(method, &query).await?.parse()?;
        Ok(Page {
            accounts: listed.followers.into_iter().map(Account::from).collect(),
            profiles: Vec::new(),
            private: Vec::new(),
            next: listed.cursor.filter(|next| !next.is_empty()).map(Cursor),
        })
    }
}

#[async_trait]
impl Network for Bluesky {
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
            profiles_at_once: PROFILES,
            lists_tell_profiles: false,
            suggests: false,
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.remaining.get()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let query = [("actor", handle.0.as_str())];
        let answer = self.get("app.bsky.actor.getProfile", &query).await?;
        let profile: Detailed = answer.parse()?;
        Ok(Resolved::Profile(profile.into()))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let query: Vec<_> = ids.iter().map(|id| ("actors", id.as_str())).collect();
        let answer = self.get("app.bsky.actor.getProfiles", &query).await?;
        let found: Profiles = answer.parse()?;
        match (found.profiles.is_empty(), ids) {
            (true, [_]) => Err(NetworkError::NotFound),
            _ => Ok(found.profiles.into_iter().map(Profile::from).collect()),
        }
    }

    async fn followers(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.page("app.bsky.graph.getFollowers", id, cursor).await
    }

    async fn following(
        &self,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        self.page("app.bsky.graph.getFollows", id, cursor).await
    }
}

impl From<Named> for Account {
    fn from(named: Named) -> Self {
        let handle = match named.handle.as_str() {
            INVALID_HANDLE => named.did.clone(),
            _ => named.handle,
        };
        Account {
            id: AccountId::new(named.did),
            handle: Handle(handle),
        }
    }
}

impl From<Detailed> for Profile {
    fn from(detailed: Detailed) -> Self {
        let hides = |label: &Label| label.val == NOT_FOR_STRANGERS && !label.neg;
        let Account { id, handle } = detailed.named.into();
        Profile {
            id,
            handle,
            name: detailed.display_name.unwrap_or_default(),
            bio: detailed.description.unwrap_or_default(),
            picture: detailed.avatar.filter(|avatar| !avatar.is_empty()),
            followers: detailed.followers_count,
            following: detailed.follows_count,
            private: false,
            verified: detailed
                .verification
                .is_some_and(|it| it.verified_status == "valid"),
            opted_out: detailed.labels.iter().any(hides),
        }
    }
}

/// Tells answers from refusals.
fn check(answer: Answer) -> Result<Answer, NetworkError> {
    if answer.is_success() {
        return Ok(answer);
    }
    let refusal: Refusal = answer.refusal();
    let says = |words: &str| refusal.message.starts_with(words);
    Err(match refusal.error.as_str() {
        "InvalidRequest" if says("Profile not found") || says("Actor not found") => {
            NetworkError::NotFound
        }
        "AccountTakedown" => NetworkError::Suspended,
        "AccountDeactivated" => NetworkError::Deactivated,
        "RateLimitExceeded" => NetworkError::Throttled {
            retry_at: answer.retry_at.or_else(|| {
                let reset = answer.number("ratelimit-reset")?;
                DateTime::from_timestamp(reset, 0)
            }),
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
    use super::*;

    fn refused(status: u16, error: &str, message: &str) -> NetworkError {
        let body = serde_json::json!({ "error": error, "message": message });
        let answer = Answer {
            status,
            body: body.to_string().into_bytes(),
            ..Answer::default()
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
        let mut answer = Answer {
            status: 429,
            body: br#"{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}"#.to_vec(),
            ..Answer::default()
        };
        answer
            .headers
            .insert("ratelimit-reset".into(), "1795433860".into());
        let error = check(answer).map(drop).expect_err("a refusal");
        let retry_at = DateTime::from_timestamp(1_795_433_860, 0);
        assert_eq!(error, NetworkError::Throttled { retry_at });
    }

    #[test]
    fn who_does_not_want_to_be_shown_to_strangers_is_known_by_a_label() {
        let profile = |neg: bool| {
            let json = serde_json::json!({
                "did": "did:plc:a", "handle": INVALID_HANDLE,
                "labels": [{ "val": NOT_FOR_STRANGERS, "neg": neg }],
            });
            Profile::from(serde_json::from_value::<Detailed>(json).expect("a profile"))
        };
        assert!(profile(false).opted_out);
        assert!(!profile(true).opted_out, "it was taken back");
        assert_eq!(profile(false).handle.0, "did:plc:a");
        assert_eq!(profile(false).followers, None, "no count is no zero");
    }
}
