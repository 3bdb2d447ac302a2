//! Bluesky, through its public AppView, which needs no key.
//!
//! Shapes: bluesky-social/atproto, lexicons/app/bsky/{actor,graph} and packages/bsky/src/api. A page may be short or
//! empty and still have a cursor; the list ends where there is none.

mod errors;
mod handle;
mod servers;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use url::Origin;

use crate::clock::Clock;
use crate::kind::AccountKind;
use crate::model::{
    Account, AccountId, Cursor, Handle, NetworkName, Page, PersonId, Profile, Relation,
};
use crate::networks::api_client::ApiClient;
use crate::networks::bluesky::errors::check;
use crate::networks::lenient::{Field, Items, LenientCount, NextCursor, Text};
use crate::networks::link::path_segment;
use crate::networks::page_request::PageRequest;
use crate::networks::response::HttpResponse;
use crate::networks::{
    Api, Elsewhere, FOUND, Found, Kind, Limits, Network, NetworkError, NetworkSettings, Resolved,
};

use servers::{ListTurn, Servers};

const NAME: &str = "bluesky";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "Bluesky",
    prefixes: &["bsky", "bluesky"],
    switch: Some("on"),
    servers: Some("PDS"),
    read: handle::read,
    link: |handle| format!("https://bsky.app/profile/{}", path_segment(&handle.0)),
    apis: &[Api {
        name: "appview",
        url: "https://public.api.bsky.app/xrpc",
        // What Bluesky's own servers grant a client; the AppView's limit is not published.
        rate: "600/m",
        price: None,
        open: |settings, clock| Ok(Box::new(Bluesky::new(settings, clock)?)),
    }],
};

/// The largest page; larger ones are refused.
const PAGE: u32 = 100;

/// Bytes of a DID: most have 32, but a `did:web:` contains a host name.
const LONGEST_ID: usize = 256;

/// The most profiles in one request; more are refused.
const PROFILES: u32 = 25;

/// The domain of most handles. A search for it would find everybody.
const COMMON_DOMAIN: &str = ".bsky.social";

/// The handle of an account whose domain no longer vouches for it.
const INVALID_HANDLE: &str = "handle.invalid";

/// The label that programs put on themselves.
const BOT: &str = "bot";

/// The label of accounts that ask not to be shown to logged-out visitors, such as this client.
const NOT_FOR_STRANGERS: &str = "!no-unauthenticated";

#[derive(Clone)]
struct Bluesky {
    /// The AppView.
    client: Arc<ApiClient>,
    /// The accounts' own servers, if they are read as well.
    servers: Option<Arc<Servers>>,
    /// The person the requests are made for.
    asker: Option<PersonId>,
}

/// The turn of a list at its account's server.
struct ServerTurn<'a> {
    network: &'a Bluesky,
    servers: &'a Servers,
    turn: ListTurn,
    id: &'a AccountId,
    cursor: Option<&'a Cursor>,
}

/// An account; a list returns less of it than a look-up.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Actor {
    did: Text,
    handle: Text,
    display_name: Field<String>,
    description: Field<String>,
    avatar: Field<String>,
    followers_count: LenientCount,
    follows_count: LenientCount,
    labels: Field<Items<ActorLabel>>,
    verification: Field<Verification>,
}

/// Whether a verifier that the network trusts has verified it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Verification {
    verified_status: Field<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ActorLabel {
    val: Field<String>,
    /// It takes an earlier label back.
    neg: Field<bool>,
}

#[derive(Deserialize)]
struct FoundBody {
    actors: Items<Actor>,
}

#[derive(Deserialize)]
struct ProfilesBody {
    profiles: Items<Actor>,
}

/// A page of either list; the two differ in one name.
#[derive(Deserialize)]
struct ActorPage {
    #[serde(alias = "follows")]
    followers: Items<Actor>,
    #[serde(default)]
    cursor: NextCursor,
}

impl Bluesky {
    fn new(settings: &NetworkSettings, clock: &Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let client = ApiClient::new(settings, clock, Some("ratelimit-remaining"))?;
        let servers = settings.servers.as_deref();
        let servers = servers.map(|stand_in| Servers::new(settings, clock, stand_in));
        Ok(Self {
            client: Arc::new(client),
            servers: servers.transpose()?.map(Arc::new),
            asker: None,
        })
    }

    async fn get(
        &self,
        method: &str,
        query: &[(&str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        let answer = self.client.get([method], query, &[]).await?;
        check(answer)
    }

    async fn page(
        &self,
        method: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let page_request = PageRequest::of(cursor, PAGE);
        let limit = page_request.size.to_string();
        let mut query = vec![("actor", id.as_str()), ("limit", limit.as_str())];
        let cursor = page_request.cursor.as_ref();
        query.extend(cursor.map(|cursor| ("cursor", cursor.0.as_str())));
        let answer = self.get(method, &query).await;
        page_request.read(answer.and_then(|answer| Ok(page(answer.parse()?))))
    }
}

#[async_trait]
impl Network for Bluesky {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn picture_origin(&self) -> Option<Origin> {
        Some(self.client.origin())
    }

    fn limits(&self) -> Limits {
        Limits {
            page: PAGE,
            followers_page: PAGE,
            largest_page: PAGE,
            longest_id: LONGEST_ID,
            profiles_at_once: PROFILES,
            lists_tell_profiles: false,
            suggests: false,
            searches: true,
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.client.remaining()
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let query = [("actor", handle.0.as_str())];
        let answer = self.get("app.bsky.actor.getProfile", &query).await?;
        let actor: Actor = answer.parse()?;
        Ok(Resolved::Profile(
            actor.profile().ok_or_else(NetworkError::unnamed)?,
        ))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let query: Vec<_> = ids.iter().map(|id| ("actors", id.as_str())).collect();
        let answer = self.get("app.bsky.actor.getProfiles", &query).await?;
        let found: ProfilesBody = answer.parse()?;
        let found = found.profiles.and_then(Actor::profile);
        match (found.items.is_empty(), ids) {
            (true, [_]) if found.lost > 0 => Err(NetworkError::unnamed()),
            (true, [_]) => Err(NetworkError::NotFound),
            // A missing account is left out without a word; an unreadable one is still there.
            (_, [_, _, ..]) if found.lost > 0 => Err(NetworkError::Incomplete(found.lost)),
            _ => Ok(found.items),
        }
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        if servers::is_of_servers(cursor) {
            // They are not read any more.
            return Err(NetworkError::BadCursor);
        }
        let method = match relation {
            Relation::Followers => "app.bsky.graph.getFollowers",
            Relation::Following => "app.bsky.graph.getFollows",
        };
        self.page(method, id, cursor).await
    }

    fn for_asker(&self, asker: Option<PersonId>) -> Option<Arc<dyn Network>> {
        self.servers.as_ref()?;
        let network = self.clone();
        Some(Arc::new(Self { asker, ..network }))
    }

    async fn elsewhere<'a>(
        &'a self,
        relation: Relation,
        id: &'a AccountId,
        cursor: Option<&'a Cursor>,
    ) -> Option<Result<Box<dyn Elsewhere + 'a>, NetworkError>> {
        let servers = self.servers.as_deref()?;
        // Who follows an account is known to the AppView alone; so is the rest of a list that it has begun.
        if relation == Relation::Followers || cursor.is_some() && !self.is_elsewhere(cursor) {
            return None;
        }
        let turn = servers.turn(id, self.asker).await;
        Some(turn.map(|turn| -> Box<dyn Elsewhere + 'a> {
            Box::new(ServerTurn {
                network: self,
                servers,
                turn,
                id,
                cursor,
            })
        }))
    }

    fn lists_elsewhere(&self) -> f64 {
        self.servers.as_ref().map_or(0.0, |_| servers::LOOK_UPS)
    }

    fn is_elsewhere(&self, cursor: Option<&Cursor>) -> bool {
        self.servers.is_some() && servers::is_of_servers(cursor)
    }

    /// The accounts come without their numbers of followers.
    async fn search(&self, words: &str) -> Result<Found, NetworkError> {
        let words = words.strip_suffix(COMMON_DOMAIN).unwrap_or(words);
        let limit = FOUND.to_string();
        let query = [("q", words), ("limit", limit.as_str())];
        let answer = match self.get("app.bsky.actor.searchActors", &query).await {
            // A server that wants a login for this alone is in no trouble.
            Err(NetworkError::Denied(_)) => return Err(NetworkError::Hidden),
            answer => answer?,
        };
        let found: FoundBody = answer.parse()?;
        Ok(Found(found.actors.and_then(Actor::profile).items))
    }
}

#[async_trait]
impl Elsewhere for ServerTurn<'_> {
    async fn list(self: Box<Self>) -> (Result<Page, NetworkError>, u64) {
        let Self {
            network,
            servers,
            turn,
            id,
            cursor,
        } = *self;
        servers.page(turn, id, cursor, network.asker).await
    }
}

impl Actor {
    fn account(&self) -> Option<Account> {
        let did = self.did.0.as_deref()?;
        let handle = self.handle.0.as_deref();
        let handle = handle.filter(|handle| *handle != INVALID_HANDLE);
        Some(Account {
            id: AccountId::new(did),
            handle: Handle(handle.unwrap_or(did).to_owned()),
        })
    }

    /// Whether it asks not to be shown to logged-out visitors.
    fn is_opted_out(&self) -> bool {
        self.is_labelled(NOT_FOR_STRANGERS)
    }

    fn is_labelled(&self, name: &str) -> bool {
        let is_it =
            |label: &ActorLabel| label.val.0.as_deref() == Some(name) && !label.neg.is_true();
        let labels = self.labels.0.as_ref();
        labels.is_some_and(|labels| labels.items.iter().any(is_it))
    }

    fn profile(self) -> Option<Profile> {
        let Account { id, handle } = self.account()?;
        let opted_out = self.is_opted_out();
        let kind = self.is_labelled(BOT).then_some(AccountKind::Bot);
        let status = self.verification.0.and_then(|it| it.verified_status.0);
        Some(Profile {
            id,
            handle,
            name: self.display_name.or_empty(),
            bio: self.description.or_empty(),
            picture: self.avatar.filled(),
            followers: self.followers_count.0,
            following: self.follows_count.0,
            private: false,
            verified: status.as_deref() == Some("valid"),
            opted_out,
            kind,
        })
    }
}

/// Accounts that ask not to be shown to logged-out visitors say so in every list, too.
fn page(listed: ActorPage) -> Page {
    let broken_off = listed.cursor == NextCursor::Odd;
    let mut private = Vec::new();
    let accounts = listed.followers.and_then(|actor| {
        let account = actor.account()?;
        private.extend(actor.is_opted_out().then(|| account.id.clone()));
        Some(account)
    });
    Page {
        accounts: accounts.items,
        private,
        lost: accounts.lost,
        next: listed.cursor.cursor(),
        broken_off,
        ..Page::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_does_not_want_to_be_shown_to_strangers_is_known_by_a_label() {
        let profile = |neg: bool| {
            let json = serde_json::json!({
                "did": "did:plc:a", "handle": INVALID_HANDLE,
                "labels": [{ "val": NOT_FOR_STRANGERS, "neg": neg }],
            });
            let actor = serde_json::from_value::<Actor>(json).expect("an account");
            actor.profile().expect("a profile")
        };
        assert!(profile(false).opted_out);
        assert!(!profile(true).opted_out, "it was taken back");
        assert_eq!(profile(false).handle.0, "did:plc:a");
        assert_eq!(profile(false).followers, None, "no count is no zero");
    }

    #[test]
    fn a_program_labels_itself() {
        let kind = |labels: serde_json::Value| {
            let json = serde_json::json!({ "did": "did:plc:a", "handle": "a.b", "labels": labels });
            let actor = serde_json::from_value::<Actor>(json).expect("an account");
            actor.profile().expect("a profile").kind
        };
        assert_eq!(
            kind(serde_json::json!([{ "val": "bot" }])),
            Some(AccountKind::Bot)
        );
        assert_eq!(
            kind(serde_json::json!([{ "val": "bot", "neg": true }])),
            None
        );
        assert_eq!(kind(serde_json::json!([{ "val": "robot" }])), None);
    }

    #[test]
    fn a_list_tells_who_does_not_want_to_be_shown_and_an_odd_item_costs_itself() {
        let label = format!(r#"[null,{{"val":"{NOT_FOR_STRANGERS}"}}]"#);
        let body = format!(
            r#"{{"follows":[null,{{"did":"did:plc:a","handle":"a.example","labels":{label}}},
                {{"handle":"b.example"}},{{"did":"did:plc:c","handle":7,"labels":null,"avatar":[]}},
                {{"did":"did:plc:d","labels":{{"val":1}}}}],"cursor":12}}"#
        );
        let listed = serde_json::from_str(&body).expect("a list");
        let page = page(listed);
        let ids: Vec<&str> = page.accounts.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["did:plc:a", "did:plc:c", "did:plc:d"]);
        assert_eq!(page.private, [AccountId::new("did:plc:a")]);
        assert_eq!(page.lost, 2);
        assert_eq!(page.next, Some(Cursor("12".into())));
        let odd = r#"{"followers":[],"cursor":{}}"#;
        let page = super::page(serde_json::from_str(odd).expect("a list"));
        assert!(page.broken_off, "there is more, which can't be asked for");
    }
}
