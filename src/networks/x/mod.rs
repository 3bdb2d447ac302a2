//! X, through its API v2, which charges for each account in a response: a list of followers costs as much as it is
//! long.
//!
//! Shapes: xdevplatform/docs, openapi.json and x-api/fundamentals. A list that ends has no `next_token`, and an empty
//! one no `data`. Besides an account's name only the requested fields are returned; so lists contain profiles.

mod errors;
mod handle;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Origin;

use crate::clock::Clock;
use crate::kind::AccountKind;
use crate::model::{
    Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation, Unit,
};
use crate::networks::api_client::ApiClient;
use crate::networks::lenient::{Field, Items, LenientCount, NextCursor, Text};
use crate::networks::link::path_segment;
use crate::networks::page_request::PageRequest;
use crate::networks::x::errors::{CURSOR, error_of};
use crate::networks::{Api, Kind, Limits, Network, NetworkError, NetworkSettings, Resolved};

const NAME: &str = "x";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "X",
    prefixes: &["x", "tw", "twitter"],
    switch: None,
    servers: None,
    read: handle::read,
    link: |handle| format!("https://x.com/{}", path_segment(&handle.0)),
    apis: &[Api {
        name: "v2",
        url: "https://api.x.com",
        // Look-ups and each of the lists have 300 in 15 minutes; this is that, evenly, for all together.
        rate: "20/m",
        price: Some((Unit::Account, "0.01")),
        open: |settings, clock| Ok(Box::new(X::new(settings, clock)?)),
    }],
};

/// The largest page; larger ones are refused.
const PAGE: u32 = 1_000;

/// Digits of an id: it has 64 bits.
const LONGEST_ID: usize = 20;

/// The most profiles in one request; more are refused.
const PROFILES: u32 = 100;

/// The fields of a look-up.
const LOOKED_UP: &str =
    "description,profile_image_url,protected,public_metrics,verified,verified_type";

/// The fields of each account in a list: at most 1,000 bytes, 400 of them names and numbers and 600 the display name,
/// which has 50 letters of up to 12 bytes. A full page is within the bounds of a response; with descriptions, of 160
/// letters, it would be up to three times that.
const LISTED: &str = "profile_image_url,protected,public_metrics,verified,verified_type";

struct X(ApiClient);

#[derive(Deserialize)]
struct XResponse<T> {
    data: Option<T>,
    #[serde(default)]
    meta: Field<PageMeta>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PageMeta {
    next_token: NextCursor,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct XUser {
    id: Text,
    username: Text,
    name: Field<String>,
    description: Field<String>,
    profile_image_url: Field<String>,
    protected: Field<bool>,
    verified: Field<bool>,
    /// `blue` and `none` say nothing of what it is.
    verified_type: Field<String>,
    public_metrics: Field<Metrics>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metrics {
    followers_count: LenientCount,
    following_count: LenientCount,
}

impl X {
    fn new(settings: &NetworkSettings, clock: &Arc<dyn Clock>) -> Result<Self, NetworkError> {
        ApiClient::new(settings, clock, Some("x-rate-limit-remaining")).map(Self)
    }

    async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<XResponse<T>, NetworkError> {
        let path = ["2", "users"].into_iter().chain(path.iter().copied());
        let key = self.0.bearer();
        let headers = [("authorization", key.as_str())];
        let answer = self.0.get(path, query, &headers).await?;
        error_of(&answer, self.0.key()).map_or(Ok(()), Err)?;
        answer.parse()
    }

    async fn page(
        &self,
        list: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let page_request = PageRequest::of(cursor, PAGE);
        let most = page_request.size.to_string();
        let mut query = vec![("max_results", most.as_str()), ("user.fields", LISTED)];
        let cursor = page_request.cursor.as_ref();
        query.extend(cursor.map(|cursor| (CURSOR, cursor.0.as_str())));
        let response = self.get(&[id.as_str(), list], &query).await;
        page_request.read(response.and_then(page))
    }
}

#[async_trait]
impl Network for X {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn keys_from(&self) -> Option<&'static str> {
        Some("developer.x.com")
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
            followers_page: PAGE,
            largest_page: PAGE,
            longest_id: LONGEST_ID,
            profiles_at_once: PROFILES,
            lists_tell_profiles: true,
            suggests: false,
            searches: false,
        }
    }

    /// Of the last request: look-ups and each of the lists have their own windows.
    fn remaining(&self) -> Option<u64> {
        self.0.remaining()
    }

    fn cap_page(&self, cursor: Option<&Cursor>, most: u64) -> Option<Cursor> {
        PageRequest::of(cursor, PAGE).capped(most)
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let path = ["by", "username", handle.0.as_str()];
        let response: XResponse<XUser> = self.get(&path, &[("user.fields", LOOKED_UP)]).await?;
        let user = response.data.ok_or_else(without_data)?;
        Ok(Resolved::Profile(
            user.profile().ok_or_else(NetworkError::unnamed)?,
        ))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let wanted: Vec<&str> = ids.iter().map(AccountId::as_str).collect();
        let wanted = wanted.join(",");
        let query = [("ids", wanted.as_str()), ("user.fields", LOOKED_UP)];
        match self.get::<Items<XUser>>(&[], &query).await {
            Ok(response) => {
                let users = response.data.ok_or_else(without_data)?;
                Ok(users.and_then(XUser::profile).items)
            }
            // None is available, each for its own reason.
            Err(error) if error.is_final() && ids.len() > 1 => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let list = match relation {
            Relation::Followers => "followers",
            Relation::Following => "following",
        };
        self.page(list, id, cursor).await
    }
}

/// Returns the URL of a larger picture: the API's has 48 pixels a side. `bigger` has 73 and the original any number, as
/// X documents; this size is the one on its own pages.
fn picture(url: &str) -> Option<String> {
    (!url.is_empty()).then(|| url.replace("_normal.", "_400x400."))
}

impl XUser {
    fn profile(self) -> Option<Profile> {
        let metrics = self.public_metrics.0.unwrap_or_default();
        Some(Profile {
            id: AccountId::new(self.id.0?),
            handle: Handle(self.username.0?),
            name: self.name.or_empty(),
            bio: self.description.or_empty(),
            picture: self.profile_image_url.0.as_deref().and_then(picture),
            followers: metrics.followers_count.0,
            following: metrics.following_count.0,
            private: self.protected.is_true(),
            verified: self.verified.is_true(),
            opted_out: false,
            kind: match self.verified_type.0.as_deref() {
                Some("business" | "government") => Some(AccountKind::Organisation),
                _ => None,
            },
        })
    }
}

fn page(response: XResponse<Items<XUser>>) -> Result<Page, NetworkError> {
    let (users, meta) = match (response.data, response.meta.0) {
        (None, None) => return Err(without_data()),
        (users, meta) => (users.unwrap_or_default(), meta),
    };
    // The mark of the end is missing.
    let next = meta.map_or(NextCursor::Odd, |meta| meta.next_token);
    let mut profiles = Vec::new();
    let accounts = users.and_then(|user| {
        let account = Account {
            id: AccountId::new(user.id.0.clone()?),
            handle: Handle(user.username.0.clone().unwrap_or_default()),
        };
        profiles.extend(user.profile());
        Some(account)
    });
    Ok(Page {
        accounts: accounts.items,
        profiles,
        lost: accounts.lost,
        broken_off: next == NextCursor::Odd,
        next: next.cursor(),
        ..Page::default()
    })
}

fn without_data() -> NetworkError {
    NetworkError::Garbled("an answer without data".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Page, NetworkError> {
        page(serde_json::from_str(body).expect("a response"))
    }

    #[test]
    fn a_page_tells_profiles_and_its_end_is_where_no_token_is() {
        let body = r#"{"data":[{"id":"2244994945","name":"X Dev","username":"XDevelopers",
            "protected":true,"profile_image_url":"https://pbs.example/n_normal.jpg",
            "public_metrics":{"followers_count":583423,"following_count":2048,"post_count":14052,
            "listed_count":1672}},{"id":"7","name":"","username":"seven"}],
            "meta":{"result_count":2,"next_token":"7140w9gefhslx3q1"}}"#;
        let page = read(body).expect("a page");
        assert_eq!(page.next, Some(Cursor("7140w9gefhslx3q1".into())));
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["2244994945", "7"]);
        let [first, second] = page.profiles.as_slice() else {
            panic!("{:?}", page.profiles);
        };
        assert_eq!(first.handle.0, "XDevelopers");
        let picture = first.picture.as_deref();
        assert_eq!(picture, Some("https://pbs.example/n_400x400.jpg"));
        assert_eq!(
            (first.followers, first.following),
            (Some(583_423), Some(2_048))
        );
        assert!(first.private && !second.private);
        assert_eq!(second.followers, None, "no count is no zero");

        let last = read(r#"{"data":[],"meta":{"result_count":0}}"#).expect("a page");
        assert_eq!(last, Page::default());
        let empty = read(r#"{"meta":{"result_count":0}}"#).expect("a page");
        assert_eq!(empty, Page::default());
        assert!(read("{}").is_err(), "an answer of nothing is no empty list");
    }

    #[test]
    fn a_business_and_a_government_are_organisations() {
        let kind = |verified_type: &str| {
            let user = serde_json::json!({
                "id": "7", "username": "seven", "verified_type": verified_type,
            });
            let user: XUser = serde_json::from_value(user).expect("a user");
            user.profile().expect("a profile").kind
        };
        for told in ["business", "government"] {
            assert_eq!(kind(told), Some(AccountKind::Organisation), "{told}");
        }
        for silent in ["blue", "none", ""] {
            assert_eq!(kind(silent), None, "{silent}");
        }
    }

    #[test]
    fn an_odd_user_costs_himself_and_an_odd_field_itself() {
        let body = r#"{"data":[null,{"id":7,"username":"seven","public_metrics":null},
            {"username":"nobody"},{"id":"8"},{"id":"9","username":"nine","name":[],"protected":null,
            "public_metrics":{"followers_count":"40","following_count":-1}}],
            "meta":{"result_count":5}}"#;
        let page = read(body).expect("a page");
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!((ids, page.lost), (vec!["7", "8", "9"], 2));
        let told = page.profiles.iter();
        let told: Vec<_> = told.map(|one| (one.followers, one.following)).collect();
        assert_eq!(
            told,
            [(None, None), (Some(40), None)],
            "nobody is shown without a name"
        );
    }

    #[test]
    fn a_list_without_a_word_of_its_end_is_broken_off() {
        for body in [
            r#"{"data":[{"id":"7","username":"seven"}]}"#,
            r#"{"data":[{"id":"7","username":"seven"}],"meta":{"next_token":{}}}"#,
        ] {
            let page = read(body).expect("a page");
            assert_eq!((page.accounts.len(), page.broken_off), (1, true), "{body}");
        }
    }
}
