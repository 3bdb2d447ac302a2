//! An account as a server shows it, and what is taken from it.

use serde::Deserialize;
use url::Url;

use crate::kind::AccountKind;
use crate::model::{Account, AccountId, Handle, Profile, Relation};
use crate::networks::lenient::{Field, LenientCount, Text};
use crate::networks::mastodon::{handle, html};

/// Words in a description that ask programs to stay away.
const AGAINST_PROGRAMS: [&str; 2] = ["#nobot", "#noindex"];

/// Missing values can be absent or null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct AccountEntity {
    /// The server's own number of the account.
    id: Text,
    username: Text,
    /// `user` for the requested server's accounts, `user@host` for others.
    acct: Text,
    display_name: Field<String>,
    note: Field<String>,
    uri: Field<String>,
    url: Field<String>,
    avatar: Field<String>,
    /// Some servers send -1 for hidden ones.
    followers_count: LenientCount,
    following_count: LenientCount,
    discoverable: Field<bool>,
    noindex: Field<bool>,
    hide_collections: Field<bool>,
    suspended: Field<bool>,
    bot: Field<bool>,
    /// It passes on what its members write.
    group: Field<bool>,
    pleroma: Field<Pleroma>,
    /// Only Sharkey and its relatives have it, where a hidden count is 0 without a mark.
    fqn: Field<String>,
}

/// Extensions of Pleroma and its forks. A hidden count is 0 there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pleroma {
    hide_followers: Field<bool>,
    hide_followers_count: Field<bool>,
    hide_follows: Field<bool>,
    hide_follows_count: Field<bool>,
}

impl AccountEntity {
    /// Returns the server's own number of the account.
    pub(super) fn number(&self) -> &str {
        self.id.0.as_deref().unwrap_or_default()
    }

    pub(super) fn is_suspended(&self) -> bool {
        self.suspended.is_true()
    }

    /// Whether it hides one of its lists.
    pub(super) fn hides(&self, relation: Relation) -> bool {
        let of_pleroma = self.pleroma.0.as_ref().is_some_and(|it| match relation {
            Relation::Followers => it.hide_followers.is_true(),
            Relation::Following => it.hide_follows.is_true(),
        });
        of_pleroma || self.hide_collections.is_true()
    }

    /// Whether it asks not to be found, or not to be read by programs; `asked` is the server that says so.
    pub(super) fn is_opted_out(&self, asked: &str) -> bool {
        // `indexable` is no wish: servers send `false` unless the owner has chosen. And for other servers'
        // accounts some send `discoverable: false` if nothing is known.
        let says_so = self.discoverable.0 == Some(false) || self.noindex.is_true();
        let is_own = self.home(asked).is_some_and(|home| home == asked);
        let words = self.bio().to_lowercase();
        is_own && says_so
            || AGAINST_PROGRAMS
                .iter()
                .any(|against| words.contains(against))
    }

    pub(super) fn count(&self, relation: Relation) -> Option<u64> {
        let (count, is_hidden) = match relation {
            Relation::Followers => {
                let hides = |it: &Pleroma| it.hide_followers_count.is_true();
                (
                    self.followers_count,
                    self.pleroma.0.as_ref().is_some_and(hides),
                )
            }
            Relation::Following => {
                let hides = |it: &Pleroma| it.hide_follows_count.is_true();
                (
                    self.following_count,
                    self.pleroma.0.as_ref().is_some_and(hides),
                )
            }
        };
        let may_be_hidden = self.hides(relation) || self.fqn.0.is_some();
        let is_none = |count: &u64| is_hidden || *count == 0 && may_be_hidden;
        count.0.filter(|count| !is_none(count))
    }

    /// Returns the account by its home server, which alone has all of its lists; `None` if that is no valid server.
    pub(super) fn account(&self, asked: &str) -> Option<Account> {
        let acct = self.acct.0.as_deref()?;
        let name = acct.split_once('@').map_or(acct, |(name, _)| name);
        let user = handle::user(self.username.0.as_deref().unwrap_or(name))?;
        Some(account_of(&user, &self.home(asked)?))
    }

    /// Returns its home server. The domain in its handle can differ from that, and some servers add one to the handles
    /// of their own accounts, too.
    fn home(&self, asked: &str) -> Option<String> {
        let Some((_, domain)) = self.acct.0.as_deref()?.split_once('@') else {
            return Some(asked.to_owned());
        };
        let address = self.uri.0.as_ref().or(self.url.0.as_ref());
        match address.and_then(|address| Url::parse(address).ok()) {
            Some(address) => handle::host(address.domain()?),
            None => handle::host(domain),
        }
    }

    /// Returns the profile that its home server shows.
    pub(super) fn profile(self, account: Account) -> Profile {
        let home = account.id.as_str().split_once('@');
        let opted_out = home.is_some_and(|(_, host)| self.is_opted_out(host));
        Profile {
            followers: self.count(Relation::Followers),
            following: self.count(Relation::Following),
            // Hidden lists don't make an account private; the lists themselves say so when requested.
            private: false,
            id: account.id,
            handle: account.handle,
            bio: self.bio(),
            opted_out,
            kind: match (self.bot.is_true(), self.group.is_true()) {
                (true, _) => Some(AccountKind::Bot),
                (false, true) => Some(AccountKind::Organisation),
                (false, false) => None,
            },
            name: self.display_name.or_empty(),
            picture: self.avatar.filled(),
            verified: false,
        }
    }

    fn bio(&self) -> String {
        html::to_text(self.note.0.as_deref().unwrap_or_default())
    }
}

/// Returns an account of a server; its handle there is its id as well.
pub(super) fn account_of(user: &str, host: &str) -> Account {
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

    fn entity(more: Value) -> AccountEntity {
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
        let profile = |more: Value| entity(more).profile(account_of("anna", "a.example"));
        for more in [
            json!({ "discoverable": false }),
            json!({ "noindex": true }),
            json!({ "note": "<p>hi <a href=\"https://a.example/tags/nobot\">#<span>NoBot</span></a></p>" }),
            json!({ "note": "#noindex" }),
            json!({ "acct": "anna@a.example", "discoverable": false }),
            json!({ "acct": "anna@b.example", "url": "https://a.example/@anna/", "discoverable": false }),
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
        assert!(!profile(json!({ "hide_collections": true })).private);
        let heard = json!({ "acct": "anna@b.example", "discoverable": false });
        assert!(
            !profile(heard).opted_out,
            "others say that of whoever said nothing"
        );
        let heard = json!({ "acct": "anna@b.example", "note": "#nobot" });
        assert!(profile(heard).opted_out);
    }

    #[test]
    fn bots_and_groups_say_so() {
        let kind = |more: Value| entity(more).profile(account_of("anna", "a.example")).kind;
        assert_eq!(
            kind(json!({ "bot": true, "group": false })),
            Some(AccountKind::Bot)
        );
        assert_eq!(
            kind(json!({ "group": true })),
            Some(AccountKind::Organisation)
        );
        assert_eq!(kind(json!({ "bot": false, "group": null })), None);
        assert_eq!(
            kind(json!({ "bot": "yes" })),
            None,
            "an odd field costs itself"
        );
    }

    #[test]
    fn a_hidden_count_is_no_zero() {
        let counts = |more: Value| {
            let entity = entity(more);
            [Relation::Followers, Relation::Following]
                .map(|relation| (entity.count(relation), entity.hides(relation)))
        };
        let zero = json!({ "followers_count": 0, "following_count": "0" });
        assert_eq!(counts(zero), [(Some(0), false), (Some(0), false)]);
        let hidden = json!({
            "followers_count": 0, "following_count": 7,
            "pleroma": { "hide_followers_count": true, "hide_followers": true, "hide_follows": null },
        });
        assert_eq!(counts(hidden), [(None, true), (Some(7), false)]);
        let count_alone = json!({
            "followers_count": 0, "following_count": 0, "pleroma": { "hide_follows_count": true },
        });
        assert_eq!(counts(count_alone), [(Some(0), false), (None, false)]);
        let sharkey =
            json!({ "followers_count": 0, "following_count": 9, "fqn": "anna@a.example" });
        assert_eq!(counts(sharkey), [(None, false), (Some(9), false)]);
        let both = json!({ "followers_count": 0, "following_count": 5, "hide_collections": true });
        assert_eq!(counts(both), [(None, true), (Some(5), true)]);
    }
}
