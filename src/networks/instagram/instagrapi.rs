//! Accounts in the shape of instagrapi's models, which the APIs built on it pass on.
//!
//! Shapes: subzeroid/instagrapi, instagrapi/types.py, `User` and `UserShort`. Ids are numbers in some responses and
//! text in others; in lists everything but the id may be missing.

use serde::Deserialize;

use crate::model::{Account, AccountId, Handle, Page, Profile};
use crate::networks::NetworkError;
use crate::networks::instagram::category::kind;
use crate::networks::lenient::{Field, Items, LenientCount, NextCursor, Text};

/// An account as lists show it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct UserShort {
    pk: Text,
    username: Text,
    is_private: Field<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct InstagrapiUser {
    pk: Text,
    username: Text,
    full_name: Field<String>,
    biography: Field<String>,
    profile_pic_url: Field<String>,
    follower_count: LenientCount,
    following_count: LenientCount,
    is_verified: Field<bool>,
    is_private: Field<bool>,
    is_active: Field<bool>,
    account_type: LenientCount,
    category_name: Field<String>,
    category: Field<String>,
    business_category_name: Field<String>,
    /// What a search says of it: `7.3M followers`, or something else.
    search_social_context: Field<String>,
}

impl InstagrapiUser {
    /// A deactivated account is returned like any other, and marked.
    pub(super) fn profile(self) -> Result<Profile, NetworkError> {
        if self.is_active.0 == Some(false) {
            return Err(NetworkError::Deactivated);
        }
        let (Some(id), Some(handle)) = (self.pk.0, self.username.0) else {
            return Err(NetworkError::unnamed());
        };
        let context = self.search_social_context.or_empty();
        let categories = [
            self.category_name,
            self.category,
            self.business_category_name,
        ];
        let category = categories.into_iter().find_map(Field::filled);
        Ok(Profile {
            id: AccountId::new(id),
            handle: Handle(handle),
            name: self.full_name.or_empty(),
            bio: self.biography.or_empty(),
            picture: self.profile_pic_url.filled(),
            followers: self.follower_count.0.or_else(|| followers_in(&context)),
            following: self.following_count.0,
            private: self.is_private.is_true(),
            verified: self.is_verified.is_true(),
            opted_out: false,
            kind: category.and_then(|category| kind(&category, self.account_type.0)),
        })
    }
}

/// Returns a number of followers that is written with three digits at most, as in `7.3M followers`.
fn followers_in(context: &str) -> Option<u64> {
    let (number, what) = context.split_once(' ')?;
    let is_told = matches!(what, "follower" | "followers");
    let digits = number.trim_end_matches(['K', 'M', 'B']);
    let unit = match number.strip_prefix(digits)? {
        "" => 1.0,
        "K" => 1e3,
        "M" => 1e6,
        "B" => 1e9,
        _ => return None,
    };
    let number: f64 = digits.replace(',', "").parse().ok()?;
    let is_count = (0.0..=1e6).contains(&number);
    (is_told && is_count).then(|| (number * unit).round() as u64)
}

pub(super) fn page(users: Items<UserShort>, next: NextCursor) -> Page {
    let mut private = Vec::new();
    let accounts = users.and_then(|user| {
        let id = AccountId::new(user.pk.0?);
        private.extend(user.is_private.is_true().then(|| id.clone()));
        Some(Account {
            id,
            handle: Handle(user.username.0.unwrap_or_default()),
        })
    });
    Page {
        accounts: accounts.items,
        private,
        lost: accounts.lost,
        broken_off: next == NextCursor::Odd,
        next: next.cursor(),
        ..Page::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::AccountKind;

    #[test]
    fn an_id_is_the_same_as_a_number_and_as_text() {
        let profile = |pk: &str| {
            let json = format!(r#"{{"pk":{pk},"username":"natgeo","follower_count":3}}"#);
            let user: InstagrapiUser = serde_json::from_str(&json).expect("a user");
            user.profile()
        };
        assert_eq!(profile("787132"), profile(r#""787132""#));
        let told = profile("787132").expect("a profile");
        assert_eq!((told.followers, told.following), (Some(3), None));
        assert!(matches!(profile("null"), Err(NetworkError::Garbled(_))));
    }

    #[test]
    fn how_many_follow_an_account_is_read_from_what_a_search_says_of_it() {
        for (said, followers) in [
            ("274M followers", Some(274_000_000)),
            ("7.3M followers", Some(7_300_000)),
            ("12.4K followers", Some(12_400)),
            ("1,548 followers", Some(1_548)),
            ("1 follower", Some(1)),
            ("Followed by luna", None),
            ("12 posts", None),
            ("-3 followers", None),
            ("NaN followers", None),
            ("", None),
        ] {
            let json = serde_json::json!({
                "pk": 1, "username": "a", "search_social_context": said,
            });
            let user: InstagrapiUser = serde_json::from_value(json).expect("a user");
            let told = user.profile().expect("a profile").followers;
            assert_eq!(told, followers, "{said}");
        }
    }

    #[test]
    fn a_category_says_what_an_account_is() {
        let kind = |more: serde_json::Value| {
            let mut user = serde_json::json!({ "pk": 1, "username": "a", "is_business": true });
            let fields = more.as_object().expect("fields").clone();
            user.as_object_mut().expect("fields").extend(fields);
            let user: InstagrapiUser = serde_json::from_value(user).expect("a user");
            user.profile().expect("a profile").kind
        };
        let cafe =
            serde_json::json!({ "category": "", "category_name": "Cafe", "account_type": 2 });
        assert_eq!(kind(cafe), Some(AccountKind::Organisation));
        let artist = serde_json::json!({ "category": "Artist", "account_type": "3" });
        assert_eq!(kind(artist), Some(AccountKind::Person));
        let silent = serde_json::json!({ "category_name": null, "account_type": null });
        assert_eq!(kind(silent), None, "to be a business says nothing");
    }

    #[test]
    fn who_is_deactivated_has_no_profile() {
        let json = r#"{"pk":1,"username":"a","is_active":false,"follower_count":0}"#;
        let user: InstagrapiUser = serde_json::from_str(json).expect("a user");
        assert_eq!(user.profile(), Err(NetworkError::Deactivated));
    }

    #[test]
    fn a_list_tells_who_is_private_and_may_tell_nothing_but_ids() {
        let json = r#"[{"pk":"7","username":"a","is_private":true},null,{"pk":8,"username":null},{"username":"b"}]"#;
        let users = serde_json::from_str(json).expect("users");
        let page = page(users, NextCursor::End);
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["7", "8"]);
        assert_eq!(page.private, [AccountId::new("7")]);
        assert_eq!(page.lost, 2, "nothing, and somebody without an id");
    }
}
