//! An account as a server shows it, and what of it is told on.

use serde::Deserialize;
use url::Url;

use crate::model::{Account, AccountId, Handle, Profile, Relation};
use crate::networks::mastodon::{note, words};

/// Words in a description that ask programs to stay away.
const AGAINST_PROGRAMS: [&str; 2] = ["#nobot", "#noindex"];

/// What is not told can be absent or null.
#[derive(Debug, Deserialize)]
pub(super) struct Entity {
    /// The server's own number of the account.
    pub(super) id: String,
    username: String,
    /// `user` of the server that was asked, `user@host` of others.
    acct: String,
    display_name: Option<String>,
    note: Option<String>,
    uri: Option<String>,
    url: Option<String>,
    avatar: Option<String>,
    /// Some servers say -1 for those that are not told.
    followers_count: Option<i64>,
    following_count: Option<i64>,
    discoverable: Option<bool>,
    noindex: Option<bool>,
    hide_collections: Option<bool>,
    suspended: Option<bool>,
}

impl Entity {
    pub(super) fn is_suspended(&self) -> bool {
        self.suspended == Some(true)
    }

    /// Whether it shows nobody whom it follows and who follows it.
    pub(super) fn hides_lists(&self) -> bool {
        self.hide_collections == Some(true)
    }

    pub(super) fn count(&self, relation: Relation) -> Option<u64> {
        let count = match relation {
            Relation::Followers => self.followers_count,
            Relation::Following => self.following_count,
        };
        count.and_then(|count| u64::try_from(count).ok())
    }

    /// The account by the server that is its home, where alone all of its lists are; none if that is no
    /// place to ask. The domain behind its name can be another one than its server.
    pub(super) fn account(&self, asked: &str) -> Option<Account> {
        let user = words::user(&self.username)?;
        let host = match self.acct.split_once('@') {
            None => asked.to_owned(),
            Some((_, domain)) => {
                let address = self.uri.as_ref().or(self.url.as_ref());
                match address.and_then(|address| Url::parse(address).ok()) {
                    Some(address) => words::host(address.domain()?)?,
                    None => words::host(domain)?,
                }
            }
        };
        Some(named(&user, &host))
    }

    pub(super) fn profile(self, account: Account) -> Profile {
        let bio = note::to_text(self.note.as_deref().unwrap_or_default());
        let lower = bio.to_lowercase();
        // `indexable` is no wish: servers give everybody `false` who has said nothing.
        let opted_out = self.discoverable == Some(false)
            || self.noindex == Some(true)
            || AGAINST_PROGRAMS.iter().any(|words| lower.contains(words));
        Profile {
            followers: self.count(Relation::Followers),
            following: self.count(Relation::Following),
            private: self.hides_lists(),
            id: account.id,
            handle: account.handle,
            name: self.display_name.unwrap_or_default(),
            bio,
            picture: self.avatar.filter(|avatar| !avatar.is_empty()),
            verified: false,
            opted_out,
        }
    }
}

/// An account of a server; what it is called there is its id as well.
pub(super) fn named(user: &str, host: &str) -> Account {
    let name = format!("{user}@{host}");
    Account {
        handle: Handle(name.clone()),
        id: AccountId::new(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entity(more: Value) -> Entity {
        let mut entity = json!({ "id": "1", "username": "Anna", "acct": "Anna" });
        let fields = more.as_object().expect("fields").clone();
        entity.as_object_mut().expect("fields").extend(fields);
        serde_json::from_value(entity).expect("an account")
    }

    #[test]
    fn an_account_is_known_by_the_server_that_is_its_home() {
        let home = |more: Value| {
            let account = entity(more).account("asked.example")?;
            assert_eq!(account.id.as_str(), account.handle.0);
            Some(account.handle.0)
        };
        assert_eq!(home(json!({})), Some("anna@asked.example".into()));
        let split = json!({
            "acct": "Anna@home.example", "url": "https://home.example/@Anna",
            "uri": "https://social.home.example/users/Anna",
        });
        assert_eq!(home(split), Some("anna@social.home.example".into()));
        let without_uri = json!({ "acct": "Anna@b.example", "url": "https://b.example/@Anna" });
        assert_eq!(home(without_uri), Some("anna@b.example".into()));
        let bare = json!({ "acct": "Anna@b.example", "uri": null });
        assert_eq!(home(bare), Some("anna@b.example".into()));
        for uri in ["https://127.0.0.1/users/Anna", "https://localhost/Anna"] {
            let inside = json!({ "acct": "Anna@b.example", "uri": uri });
            assert_eq!(home(inside), None, "{uri}");
        }
        assert_eq!(home(json!({ "username": "../anna" })), None);
    }

    #[test]
    fn who_wants_to_be_left_alone_is_known_in_every_way_to_say_so() {
        let profile = |more: Value| entity(more).profile(named("anna", "a.example"));
        for more in [
            json!({ "discoverable": false }),
            json!({ "noindex": true }),
            json!({ "note": "<p>hi <a href=\"https://a.example/tags/nobot\">#<span>NoBot</span></a></p>" }),
            json!({ "note": "#noindex" }),
        ] {
            assert!(profile(more.clone()).opted_out, "{more}");
        }
        let open = json!({
            "discoverable": null, "indexable": false, "noindex": false, "locked": true,
            "note": "<p>I like bots</p>", "followers_count": -1, "following_count": 7,
        });
        let open = profile(open);
        assert!(!open.opted_out);
        assert!(!open.private, "who asks whom to let in hides nothing");
        assert_eq!((open.followers, open.following), (None, Some(7)));
        assert_eq!(open.bio, "I like bots");
        assert!(profile(json!({ "hide_collections": true })).private);
    }
}
