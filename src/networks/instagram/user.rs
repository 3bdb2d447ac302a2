//! Accounts in the words of instagrapi's models, which the APIs that are built on it pass on.
//!
//! Shapes: subzeroid/instagrapi, instagrapi/types.py, `User` and `UserShort`. Ids are numbers in some
//! answers and text in others; in lists everything but the id may be missing.

use std::fmt;

use serde::de;
use serde::{Deserialize, Deserializer};

use crate::model::{Account, AccountId, Cursor, Handle, Page, Profile};
use crate::networks::NetworkError;

/// Text that may come as a number, and as null, false or not at all where there is none.
#[derive(Debug, Default)]
pub(super) struct Loose(Option<String>);

struct Visitor;

/// As lists tell an account.
#[derive(Deserialize)]
pub(super) struct Short {
    #[serde(default)]
    pk: Loose,
    username: Option<String>,
    is_private: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct User {
    #[serde(default)]
    pk: Loose,
    username: String,
    full_name: Option<String>,
    biography: Option<String>,
    profile_pic_url: Option<String>,
    follower_count: Option<u64>,
    following_count: Option<u64>,
    is_verified: Option<bool>,
    is_private: Option<bool>,
    is_active: Option<bool>,
}

impl Loose {
    pub(super) fn text(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor).map(Loose)
    }
}

impl de::Visitor<'_> for Visitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, null or false")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

impl Short {
    /// Nothing when it has no id.
    pub(super) fn account(self) -> Option<Account> {
        Some(Account {
            id: AccountId::new(self.pk.text()?),
            handle: Handle(self.username.unwrap_or_default()),
        })
    }
}

impl User {
    /// An account that its owner has switched off is told like any other, and marked.
    pub(super) fn profile(self) -> Result<Profile, NetworkError> {
        if self.is_active == Some(false) {
            return Err(NetworkError::Deactivated);
        }
        let id = self.pk.text();
        let id = id.ok_or_else(|| NetworkError::Unexpected("an account without an id".into()))?;
        Ok(Profile {
            id: AccountId::new(id),
            handle: Handle(self.username),
            name: self.full_name.unwrap_or_default(),
            bio: self.biography.unwrap_or_default(),
            picture: self.profile_pic_url.filter(|picture| !picture.is_empty()),
            followers: self.follower_count,
            following: self.following_count,
            private: self.is_private == Some(true),
            verified: self.is_verified == Some(true),
            opted_out: false,
        })
    }
}

pub(super) fn page(users: Vec<Short>, next: Option<String>) -> Page {
    let mut page = Page {
        next: next.map(Cursor),
        ..Page::default()
    };
    for user in users {
        let is_private = user.is_private == Some(true);
        let Some(account) = user.account() else {
            continue;
        };
        if is_private {
            page.private.push(account.id.clone());
        }
        page.accounts.push(account);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_same_as_a_number_and_as_text() {
        let profile = |pk: &str| {
            let json = format!(r#"{{"pk":{pk},"username":"natgeo","follower_count":3}}"#);
            let user: User = serde_json::from_str(&json).expect("a user");
            user.profile()
        };
        assert_eq!(profile("787132"), profile(r#""787132""#));
        let told = profile("787132").expect("a profile");
        assert_eq!((told.followers, told.following), (Some(3), None));
        assert!(matches!(profile("null"), Err(NetworkError::Unexpected(_))));
    }

    #[test]
    fn who_is_deactivated_has_no_profile() {
        let json = r#"{"pk":1,"username":"a","is_active":false,"follower_count":0}"#;
        let user: User = serde_json::from_str(json).expect("a user");
        assert_eq!(user.profile(), Err(NetworkError::Deactivated));
    }

    #[test]
    fn a_list_tells_who_is_private_and_may_tell_nothing_but_ids() {
        let json = r#"[{"pk":"7","username":"a","is_private":true},{"pk":8,"username":null},{"username":"b"}]"#;
        let users: Vec<Short> = serde_json::from_str(json).expect("users");
        let page = page(users, None);
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["7", "8"]);
        assert_eq!(page.private, [AccountId::new("7")]);
    }
}
