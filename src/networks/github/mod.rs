//! GitHub, through its GraphQL API, which needs a key; one without any scopes is enough.
//!
//! Shapes: octokit/graphql-schema, schema.graphql; prices and limits: github/docs, content/graphql/overview. A key has
//! 5,000 points an hour. A request costs one for each hundred connections that it opens, and at least one: those made
//! here cost one each, so that the budget of requests is that of points. Lists with profiles would open 201 connections
//! a page and cost two. Only people follow and are followed: an organisation can be looked up, and has no lists.

mod errors;
mod handle;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Origin;

use crate::clock::Clock;
use crate::kind::AccountKind;
use crate::model::{Account, AccountId, Cursor, Handle, NetworkName, Page, Profile, Relation};
use crate::networks::api_client::ApiClient;
use crate::networks::github::errors::{LEAST_PAUSE, error_of};
use crate::networks::lenient::{Field, Items, LenientCount, NextCursor, Text};
use crate::networks::link::path_segment;
use crate::networks::page_request::PageRequest;
use crate::networks::response::HttpResponse;
use crate::networks::{
    Api, FOUND, Found, Kind, Limits, Network, NetworkError, NetworkSettings, Resolved,
};

const NAME: &str = "github";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "GitHub",
    prefixes: &["gh", "github"],
    switch: None,
    servers: None,
    read: handle::read,
    link: |handle| format!("https://github.com/{}", path_segment(&handle.0)),
    apis: &[Api {
        name: "github",
        url: "https://api.github.com",
        rate: "5000/h",
        price: None,
        open: |settings, clock| Ok(Box::new(GitHub::new(settings, clock)?)),
    }],
};

/// All queries: a request sends them all and names one.
const QUERIES: &str = include_str!("queries.graphql");

/// The largest page; larger ones are refused.
const PAGE: u32 = 100;

/// Bytes of a node's id; the longest known have 20.
const LONGEST_ID: usize = 64;

/// The most profiles for one point: each has two counts, and a count is a connection.
const PROFILES: u32 = 50;

/// Without this header old accounts have ids in a form that is being phased out.
const LASTING_IDS: (&str, &str) = ("x-github-next-global-id", "1");

struct GitHub(ApiClient);

#[derive(Deserialize)]
struct GraphQlResponse<T> {
    data: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OwnerBody {
    repository_owner: Option<OwnerNode>,
}

#[derive(Deserialize)]
struct NodesBody {
    nodes: Items<OwnerNode>,
}

#[derive(Deserialize)]
struct FoundBody {
    search: NodesBody,
}

#[derive(Deserialize)]
struct NodeBody {
    node: Option<FollowLists>,
}

/// Either list of an account; organisations have none.
#[derive(Deserialize)]
struct FollowLists {
    #[serde(alias = "following")]
    followers: Option<UserConnection>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserConnection {
    nodes: Items<UserNode>,
    #[serde(default)]
    page_info: Field<PageInfo>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PageInfo {
    has_next_page: Field<bool>,
    end_cursor: NextCursor,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UserNode {
    id: Text,
    login: Field<String>,
}

/// A person, or an organisation, which has no counts.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OwnerNode {
    #[serde(rename = "__typename")]
    type_name: Field<String>,
    id: Text,
    login: Field<String>,
    name: Field<String>,
    #[serde(alias = "description")]
    bio: Field<String>,
    avatar_url: Field<String>,
    followers: Field<ConnectionCount>,
    following: Field<ConnectionCount>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ConnectionCount {
    total_count: LenientCount,
}

impl GitHub {
    fn new(settings: &NetworkSettings, clock: &Arc<dyn Clock>) -> Result<Self, NetworkError> {
        ApiClient::new(settings, clock, Some("x-ratelimit-remaining")).map(Self)
    }

    /// Returns the response, and its error, which need not concern all of it.
    async fn ask(
        &self,
        query: &str,
        variables: Value,
    ) -> Result<(HttpResponse, Option<NetworkError>), NetworkError> {
        let body = json!({ "query": QUERIES, "operationName": query, "variables": variables });
        let key = self.0.bearer();
        let headers = [("authorization", key.as_str()), LASTING_IDS];
        let answer = self.0.post(["graphql"], &headers, body.to_string()).await?;
        let refused = error_of(&answer, self.0.key());
        Ok((answer, refused))
    }

    async fn page(
        &self,
        query: &str,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let page_request = PageRequest::of(cursor, PAGE);
        let (first, after) = (page_request.size, &page_request.cursor);
        let variables = json!({ "id": id, "first": first, "after": after });
        let asked = self.ask(query, variables).await;
        page_request.read(asked.and_then(|(answer, refused)| listed(&answer, refused)))
    }
}

#[async_trait]
impl Network for GitHub {
    fn name(&self) -> NetworkName {
        NetworkName::new(NAME)
    }

    fn keys_from(&self) -> Option<&'static str> {
        Some("github.com/settings/tokens")
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
            lists_tell_profiles: false,
            suggests: false,
            searches: true,
        }
    }

    fn remaining(&self) -> Option<u64> {
        self.0.remaining()
    }

    fn min_pause(&self) -> Duration {
        LEAST_PAUSE
    }

    async fn resolve(&self, handle: &Handle) -> Result<Resolved, NetworkError> {
        let (answer, refused) = self.ask("Account", json!({ "login": handle })).await?;
        refused.map_or(Ok(()), Err)?;
        let found: OwnerBody = data(&answer)?;
        let owner = found.repository_owner.ok_or(NetworkError::NotFound)?;
        Ok(Resolved::Profile(
            owner.profile().ok_or_else(NetworkError::unnamed)?,
        ))
    }

    async fn profiles(&self, ids: &[AccountId]) -> Result<Vec<Profile>, NetworkError> {
        let (answer, refused) = self.ask("Profiles", json!({ "ids": ids })).await?;
        // An error about one of several accounts says nothing about the others.
        if let Some(error) = refused.filter(|error| ids.len() == 1 || !error.is_final()) {
            return Err(error);
        }
        let batch: NodesBody = data(&answer)?;
        Ok(batch.nodes.and_then(OwnerNode::profile).items)
    }

    async fn list(
        &self,
        relation: Relation,
        id: &AccountId,
        cursor: Option<&Cursor>,
    ) -> Result<Page, NetworkError> {
        let query = match relation {
            Relation::Followers => "Followers",
            Relation::Following => "Following",
        };
        self.page(query, id, cursor).await
    }

    /// Organisations are left out, since they have no lists.
    async fn search(&self, words: &str) -> Result<Found, NetworkError> {
        let words = format!("{} in:login in:name type:user", searchable(words));
        let variables = json!({ "words": words, "first": FOUND });
        let (answer, refused) = self.ask("Search", variables).await?;
        refused.map_or(Ok(()), Err)?;
        let found: FoundBody = data(&answer)?;
        Ok(Found(found.search.nodes.and_then(OwnerNode::profile).items))
    }
}

/// Returns words without what has a meaning in a search: signs, and operators in capitals.
fn searchable(words: &str) -> String {
    let words = words.to_lowercase();
    let words = words.split(|c: char| !c.is_alphanumeric() && c != '-');
    let words = words.map(|word| word.trim_matches('-'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

impl UserNode {
    fn account(self) -> Option<Account> {
        Some(Account {
            id: AccountId::new(self.id.0?),
            handle: Handle(self.login.or_empty()),
        })
    }
}

impl OwnerNode {
    fn profile(self) -> Option<Profile> {
        let count = |total: Field<ConnectionCount>| total.0.and_then(|total| total.total_count.0);
        Some(Profile {
            id: AccountId::new(self.id.0?),
            handle: Handle(self.login.filled()?),
            name: self.name.or_empty(),
            bio: self.bio.or_empty(),
            picture: self.avatar_url.filled(),
            followers: count(self.followers),
            following: count(self.following),
            private: false,
            verified: false,
            opted_out: false,
            kind: match self.type_name.0.as_deref() {
                Some("User") => Some(AccountKind::Person),
                Some("Organization") => Some(AccountKind::Organisation),
                Some("Bot") => Some(AccountKind::Bot),
                _ => None,
            },
        })
    }
}

/// Returns the page of a response. If there is a list, an error about an account concerns one in it.
fn listed(answer: &HttpResponse, refused: Option<NetworkError>) -> Result<Page, NetworkError> {
    let lists = data::<NodeBody>(answer).map(|of_node| of_node.node);
    let refused = refused.filter(|error| {
        let has_list = matches!(&lists, Ok(Some(FollowLists { followers: Some(_) })));
        !has_list || !error.is_final()
    });
    refused.map_or(Ok(()), Err)?;
    let lists = lists?.ok_or(NetworkError::NotFound)?;
    Ok(page(lists.followers.ok_or(NetworkError::Hidden)?))
}

fn page(listed: UserConnection) -> Page {
    let named = listed.nodes.and_then(UserNode::account);
    let info = listed.page_info.0.unwrap_or_default();
    let next = info.end_cursor.cursor();
    // Only `false` means that this is the end.
    let goes_on = info.has_next_page.0 != Some(false);
    Page {
        accounts: named.items,
        lost: named.lost,
        broken_off: goes_on && next.is_none(),
        next: next.filter(|_| goes_on),
        ..Page::default()
    }
}

fn data<T: DeserializeOwned>(answer: &HttpResponse) -> Result<T, NetworkError> {
    let response: GraphQlResponse<T> = answer.parse()?;
    let missing = || NetworkError::Temporary("an answer without data".into());
    response.data.ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_is_an_account_whose_lists_are_not_shown() {
        let body = r#"{"data":{"repositoryOwner":{"__typename":"Organization","id":"O_kgDOAAhrzg","login":"Rust-Lang",
            "avatarUrl":"","name":null,"description":"A language"}}}"#;
        let found: OwnerBody = data(&answer(body)).expect("data");
        let profile = found.repository_owner.expect("an organization").profile();
        let profile = profile.expect("a profile");
        assert_eq!(profile.handle.0, "Rust-Lang");
        assert_eq!(profile.bio, "A language");
        assert_eq!(profile.kind, Some(AccountKind::Organisation));
        assert_eq!((profile.followers, profile.following), (None, None));
        let of_node: NodeBody = data(&answer(r#"{"data":{"node":{}}}"#)).expect("data");
        assert!(of_node.node.expect("an organization").followers.is_none());
    }

    #[test]
    fn nobody_changes_a_search_by_what_they_search_for() {
        for (words, searched) in [
            ("Luna Park", "luna park"),
            ("octo-anna", "octo-anna"),
            ("a repo:x/y OR \"b\"", "a repo x y or b"),
            ("-luna", "luna"),
            ("Луна", "луна"),
        ] {
            assert_eq!(searchable(words), searched);
        }
    }

    #[test]
    fn who_is_missing_from_a_batch_does_not_spoil_it() {
        let body = r#"{"data":{"nodes":[null,{"__typename":"User","id":"U_1","login":"anna","name":null,"bio":null,
            "avatarUrl":"https://avatars.example/1","followers":{"totalCount":3},
            "following":{"totalCount":0}}]},"errors":[{"type":"NOT_FOUND","path":["nodes",0]}]}"#;
        let batch: NodesBody = data(&answer(body)).expect("data");
        let found = batch.nodes.and_then(OwnerNode::profile).items;
        let [profile] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((profile.followers, profile.following), (Some(3), Some(0)));
        assert_eq!(profile.kind, Some(AccountKind::Person));
    }

    #[test]
    fn an_odd_item_of_a_list_costs_itself_and_a_missing_cursor_the_rest() {
        let read = |info: &str| {
            let nodes =
                r#"[null,{"id":"U_1","login":null},{"login":"b"},{"id":"U_2","login":"c"}]"#;
            let list = format!(r#"{{"nodes":{nodes},"pageInfo":{info}}}"#);
            let body = format!(r#"{{"data":{{"node":{{"following":{list}}}}}}}"#);
            let page = listed(&answer(&body), Some(NetworkError::Hidden)).expect("a page");
            assert_eq!((page.accounts.len(), page.lost), (2, 2));
            (page.next.map(|next| next.0), page.broken_off)
        };
        let next = Some("Y3Vyc29y".to_owned());
        let on = r#"{"hasNextPage":true,"endCursor":"Y3Vyc29y"}"#;
        assert_eq!(read(on), (next.clone(), false));
        let end = r#"{"hasNextPage":false,"endCursor":"Y3Vyc29y"}"#;
        assert_eq!(read(end), (None, false));
        for odd in [r#"{"hasNextPage":true,"endCursor":null}"#, "null", "{}"] {
            assert_eq!(read(odd), (None, true), "{odd}");
        }
    }

    fn answer(body: &str) -> HttpResponse {
        HttpResponse {
            status: 200,
            body: body.into(),
            ..HttpResponse::default()
        }
    }
}
