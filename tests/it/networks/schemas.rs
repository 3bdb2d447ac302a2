//! The fakes' responses have what the networks' own schemas require, so that other clients understand them, too.

use std::sync::Arc;

use lookalike::demo::networks::{FakeKind, FakeNetwork, FakeOptions, fake};
use lookalike::demo::world::{World, WorldAccount};
use reqwest::RequestBuilder;
use serde_json::Value;

const KEY: &str = "key-of-the-schemas-19c2";

/// The content of a field.
#[derive(Clone, Copy, Debug)]
enum FieldType {
    Text,
    Number,
    Flag,
    Object,
    List,
    /// Text, or null.
    MaybeText,
    /// True or false, or null.
    MaybeFlag,
}

use FieldType::{Flag, List, MaybeFlag, MaybeText, Number, Object, Text};

type Fields = &'static [(&'static str, FieldType)];

/// app.bsky.actor.defs#profileView and #profileViewDetailed, as the AppView sends them; of those only `did` and
/// `handle` are required (bluesky-social/atproto, lexicons/app/bsky/actor/defs.json).
const PROFILE_VIEW: Fields = &[
    ("did", Text),
    ("handle", Text),
    ("associated", Object),
    ("labels", List),
];
const PROFILE_VIEW_DETAILED: Fields = &[
    ("did", Text),
    ("handle", Text),
    ("followersCount", Number),
    ("followsCount", Number),
    ("postsCount", Number),
    ("labels", List),
];

/// com.atproto.label.defs#label (lexicons/com/atproto/label/defs.json).
const LABEL: Fields = &[("src", Text), ("uri", Text), ("val", Text), ("cts", Text)];

/// Account and its fields (mastodon/documentation, content/en/entities/Account.md), and what the type `Account` of
/// masto 7.12 requires: the attributes of all accounts.
const ACCOUNT: Fields = &[
    ("id", Text),
    ("username", Text),
    ("acct", Text),
    ("url", Text),
    ("uri", Text),
    ("display_name", Text),
    ("note", Text),
    ("avatar", Text),
    ("avatar_static", Text),
    ("header", Text),
    ("header_static", Text),
    ("locked", Flag),
    ("fields", List),
    ("emojis", List),
    ("roles", List),
    ("feature_approval", Object),
    ("bot", Flag),
    ("group", Flag),
    ("discoverable", MaybeFlag),
    ("indexable", Flag),
    ("created_at", Text),
    ("last_status_at", MaybeText),
    ("statuses_count", Number),
    ("followers_count", Number),
    ("following_count", Number),
];

/// RFC 7033, section 4.4, with what Mastodon's servers look for.
const JRD: Fields = &[("subject", Text), ("aliases", List), ("links", List)];

/// User, with the fields that are requested, and UserPublicMetrics (xdevplatform/docs, openapi.json 2.167). What it
/// calls `post_count`, servers still call `tweet_count`.
const X_USER: Fields = &[
    ("id", Text),
    ("name", Text),
    ("username", Text),
    ("protected", Flag),
    ("profile_image_url", Text),
    ("public_metrics", Object),
];
const X_METRICS: Fields = &[
    ("followers_count", Number),
    ("following_count", Number),
    ("post_count", Number),
    ("tweet_count", Number),
    ("listed_count", Number),
];

/// ResourceNotFoundProblem and NotAuthorizedForResourceProblem, from there.
const X_PROBLEM: Fields = &[
    ("type", Text),
    ("title", Text),
    ("detail", Text),
    ("resource_type", Text),
];

/// User and UserShort (subzeroid/aiograpi, aiograpi/types.py of 1.12), which HikerAPI shows, too.
const USER: Fields = &[
    ("username", Text),
    ("full_name", Text),
    ("is_private", Flag),
    ("profile_pic_url", Text),
    ("is_verified", Flag),
    ("media_count", Number),
    ("follower_count", Number),
    ("following_count", Number),
    ("biography", Text),
    ("bio_links", List),
    ("is_business", Flag),
];
const USER_SHORT: Fields = &[
    ("pk", Text),
    ("username", Text),
    ("full_name", Text),
    ("profile_pic_url", Text),
    ("is_private", Flag),
    ("is_verified", Flag),
    ("stories", List),
    ("account_badges", List),
];

/// An account that a search has found (hiker-doc, api-reference/v2/search).
const HIKER_FOUND: Fields = &[
    ("pk", Number),
    ("pk_id", Text),
    ("id", Text),
    ("username", Text),
    ("full_name", Text),
    ("is_private", Flag),
    ("is_verified", Flag),
    ("search_social_context", Text),
];

/// The requested fields of User, and PageInfo (octokit/graphql-schema, schema.graphql of July 2026): those that are not
/// null there, and `name`, `bio` and `endCursor`, which may be.
const GITHUB_USER: Fields = &[
    ("id", Text),
    ("login", Text),
    ("avatarUrl", Text),
    ("name", MaybeText),
    ("bio", MaybeText),
    ("followers", Object),
    ("following", Object),
];
const GITHUB_PAGE_INFO: Fields = &[("hasNextPage", Flag), ("endCursor", MaybeText)];

/// An error of GraphQL's (specification of October 2021, section 7.1.2), with GitHub's own `type`.
const GITHUB_ERROR: Fields = &[("message", Text), ("path", List), ("type", Text)];

struct PlainClient {
    fake: FakeNetwork,
    client: reqwest::Client,
    /// The handles of the first account, and of a private one, there.
    names: [String; 2],
    key: Option<(&'static str, String)>,
}

/// Number 0 is followed by 1 to 120, which are followed by 121; 7 is private.
fn world() -> World {
    let people = (0..=121).map(|number| WorldAccount {
        id: 1_000_000 + number,
        handle: match number {
            0 => "crumb_crust".to_owned(),
            _ => format!("walker{number}"),
        },
        name: format!("Walker {number}"),
        bio: format!("I am number {number}"),
        private: number == 7,
        label: String::new(),
        kind: None,
    });
    let follows: Vec<_> = (1..=120)
        .flat_map(|other| [(other, 0), (121, other)])
        .collect();
    World::new(people.collect(), &follows)
}

impl PlainClient {
    async fn at(fake: &FakeKind, key: Option<(&'static str, &str)>) -> Self {
        let world = Arc::new(world());
        let options = FakeOptions {
            port: 0,
            token: KEY.into(),
            rate: None,
            faults_percent: 0,
            seed: 3,
        };
        let directory = fake.directory(world.clone());
        Self {
            fake: fake.start(world, options).await.unwrap(),
            client: reqwest::Client::new(),
            names: [0, 7].map(|index| directory.handle(index).to_owned()),
            key: key.map(|(name, before)| (name, format!("{before}{KEY}"))),
        }
    }

    fn request(&self, path: &str) -> RequestBuilder {
        let request = self.client.get(format!("{}{path}", self.fake.url()));
        match &self.key {
            Some((name, key)) => request.header(*name, key),
            None => request,
        }
    }

    /// Returns the status and the body.
    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = self.request(path).send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get_ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }
}

/// Asserts that each of these has the fields.
fn assert_all<'a>(what: &str, all: impl IntoIterator<Item = &'a Value>, fields: Fields) {
    let mut count = 0;
    for value in all {
        count += 1;
        for (name, is) in fields {
            let found = value.get(name).unwrap_or_else(|| {
                panic!("{what}: its schema requires {name:?}, which is missing: {value}")
            });
            let is_it = match is {
                Text => found.is_string(),
                Number => found.is_u64(),
                Flag => found.is_boolean(),
                Object => found.is_object(),
                List => found.is_array(),
                MaybeText => found.is_string() || found.is_null(),
                MaybeFlag => found.is_boolean() || found.is_null(),
            };
            assert!(is_it, "{what}: {name:?} is to be {is:?}, and is {found}");
        }
    }
    assert!(count > 0, "{what}: there is something to look at");
}

fn list<'a>(body: &'a Value, pointer: &str) -> &'a [Value] {
    let found = body.pointer(pointer).and_then(Value::as_array);
    found.unwrap_or_else(|| panic!("there is no list at {pointer}: {body}"))
}

#[tokio::test]
async fn blueskys_answers_keep_to_the_lexicons() {
    let client = PlainClient::at(fake("bluesky", "appview").unwrap(), None).await;
    let [name, private] = &client.names;
    let profile = client
        .get_ok(&format!("/app.bsky.actor.getProfile?actor={name}"))
        .await;
    assert_all("getProfile", [&profile], PROFILE_VIEW_DETAILED);
    let resolved = client
        .get_ok(&format!(
            "/com.atproto.identity.resolveHandle?handle={name}"
        ))
        .await;
    assert_eq!(
        resolved["did"], profile["did"],
        "resolveHandle tells the same account"
    );
    let both = format!("/app.bsky.actor.getProfiles?actors={name}&actors={private}");
    let profiles = client.get_ok(&both).await;
    let profiles = list(&profiles, "/profiles");
    assert_all("getProfiles", profiles, PROFILE_VIEW_DETAILED);
    let labels = profiles.iter().flat_map(|profile| list(profile, "/labels"));
    assert_all("the label against strangers", labels, LABEL);
    let found = client
        .get_ok("/app.bsky.actor.searchActors?q=walker&limit=10")
        .await;
    assert_all("searchActors", list(&found, "/actors"), PROFILE_VIEW);
    assert_eq!(list(&found, "/actors").len(), 10);
    assert!(found["cursor"].is_string(), "there are more: {found}");
    for (method, key) in [("getFollowers", "/followers"), ("getFollows", "/follows")] {
        for actor in [name.as_str(), "walker121.bsky.social"] {
            let page = client
                .get_ok(&format!("/app.bsky.graph.{method}?actor={actor}"))
                .await;
            assert_all(method, [&page["subject"]], PROFILE_VIEW);
            let people = list(&page, key);
            people
                .iter()
                .for_each(|it| assert_all(method, [it], PROFILE_VIEW));
            for label in people.iter().flat_map(|it| list(it, "/labels")) {
                assert_all("the label against strangers", [label], LABEL);
            }
        }
    }
}

/// The responses of a real AppView (dev-env 0.6.7).
#[tokio::test]
async fn bluesky_refuses_in_the_words_of_the_app_view() {
    let client = PlainClient::at(fake("bluesky", "appview").unwrap(), None).await;
    let name = &client.names[0];
    let followers = format!("app.bsky.graph.getFollowers?actor={name}");
    let many = "&actors=a.test".repeat(26);
    for (call, status, error, words) in [
        (
            "app.bsky.actor.getProfile?actor=nobody-here.test".to_owned(),
            400,
            "InvalidRequest",
            "Profile not found",
        ),
        (
            "app.bsky.actor.getProfile?actor=did:plc:aaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
            400,
            "InvalidRequest",
            "Profile not found",
        ),
        (
            "app.bsky.actor.getProfile".to_owned(),
            400,
            "InvalidRequest",
            "Invalid app.bsky.actor.getProfile params: Missing required key \"actor\"",
        ),
        (
            "app.bsky.actor.getProfile?actor=not%20a%20handle".to_owned(),
            400,
            "InvalidRequest",
            "Invalid app.bsky.actor.getProfile params: Invalid AT identifier (got \"not a handle\")",
        ),
        (
            format!("app.bsky.actor.getProfile?actor=@{name}"),
            400,
            "InvalidRequest",
            &*format!(
                "Invalid app.bsky.actor.getProfile params: Invalid AT identifier (got \"@{name}\")"
            ),
        ),
        (
            format!("app.bsky.actor.getProfiles?{many}"),
            400,
            "InvalidRequest",
            "Invalid app.bsky.actor.getProfiles params: array too big (maximum 25, got 26)",
        ),
        (
            "app.bsky.graph.getFollowers?actor=nobody-here.test".to_owned(),
            400,
            "InvalidRequest",
            "Actor not found: nobody-here.test",
        ),
        (
            "app.bsky.graph.getFollows?actor=nobody-here.test".to_owned(),
            400,
            "InvalidRequest",
            "Actor not found: nobody-here.test",
        ),
        (
            format!("{followers}&limit=0"),
            400,
            "InvalidRequest",
            "Invalid app.bsky.graph.getFollowers params: integer too small (minimum 1, got 0)",
        ),
        (
            format!("{followers}&limit=-1"),
            400,
            "InvalidRequest",
            "Invalid app.bsky.graph.getFollowers params: integer too small (minimum 1, got -1)",
        ),
        (
            format!("{followers}&limit=101"),
            400,
            "InvalidRequest",
            "Invalid app.bsky.graph.getFollowers params: integer too big (maximum 100, got 101)",
        ),
        (
            format!("{followers}&limit=abc"),
            400,
            "InvalidRequest",
            "Invalid app.bsky.graph.getFollowers params: Expected integer value type (got \"abc\")",
        ),
        (
            format!("{followers}&cursor=garbage"),
            500,
            "InternalServerError",
            "Internal Server Error",
        ),
        (
            "com.atproto.identity.resolveHandle?handle=nobody-here.test".to_owned(),
            400,
            "InvalidRequest",
            "Unable to resolve handle",
        ),
        (
            "app.bsky.graph.getNothing".to_owned(),
            501,
            "MethodNotImplemented",
            "Method Not Implemented",
        ),
    ] {
        let expected = serde_json::json!({ "error": error, "message": words });
        assert_eq!(
            client.get(&format!("/{call}")).await,
            (status, expected),
            "{call}"
        );
    }
    let old = client
        .get_ok(&format!("/{followers}&cursor=1795433230072::bafyrei"))
        .await;
    assert_eq!(
        (list(&old, "/followers").len(), old.get("cursor")),
        (0, None),
        "a cursor of earlier versions is an end"
    );
    let all = client.get_ok(&format!("/{followers}&limit=&cursor=")).await;
    assert!(
        !list(&all, "/followers").is_empty(),
        "an empty limit or cursor is none"
    );
}

#[tokio::test]
async fn mastodons_answers_have_what_an_account_has() {
    let client = PlainClient::at(fake("mastodon", "mastodon").unwrap(), None).await;
    let (user, server) = client.names[0].split_once('@').unwrap();
    // A server at each path, and the first one at the root, for clients that know of no paths.
    let account = client
        .get_ok(&format!("/{server}/api/v1/accounts/lookup?acct={user}"))
        .await;
    assert_all("lookup", [&account], ACCOUNT);
    let at_root = client
        .get(&format!("/api/v1/accounts/lookup?acct={user}"))
        .await;
    let at_path = client
        .get(&format!("/toot.example/api/v1/accounts/lookup?acct={user}"))
        .await;
    assert_eq!(at_root, at_path);
    let finger = format!("/{server}/.well-known/webfinger?resource=acct:{user}@{server}");
    assert_all("WebFinger", [&client.get_ok(&finger).await], JRD);
    let id = account["id"].as_str().unwrap();
    let path = format!("/{server}/api/v1/accounts/{id}/followers");
    let page = client.request(&path).send().await.unwrap();
    let links = page.headers()["link"].to_str().unwrap().to_owned();
    assert!(
        links.contains("; rel=\"next\"") && links.contains("; rel=\"prev\""),
        "{links}"
    );
    let page: Value = page.json().await.unwrap();
    assert_all("followers", list(&page, ""), ACCOUNT);
}

#[tokio::test]
async fn xs_answers_keep_to_its_open_api() {
    let key = Some(("authorization", "Bearer "));
    let client = PlainClient::at(fake("x", "v2").unwrap(), key).await;
    let [name, private] = &client.names;
    let fields = "user.fields=public_metrics,protected,profile_image_url";
    let found = client
        .get_ok(&format!("/2/users/by/username/{name}?{fields}"))
        .await;
    let page = client
        .get_ok(&format!("/2/users/1000000/followers?{fields}"))
        .await;
    let users = client
        .get_ok(&format!("/2/users?ids=1000000,1000001,5&{fields}"))
        .await;
    let of_lists = list(&page, "/data").iter().chain(list(&users, "/data"));
    let all: Vec<&Value> = of_lists.chain([&found["data"]]).collect();
    assert_all("users", all.iter().copied(), X_USER);
    assert_all(
        "public_metrics",
        all.iter().map(|user| &user["public_metrics"]),
        X_METRICS,
    );
    assert_all(
        "meta",
        [&page["meta"]],
        &[("result_count", Number), ("next_token", Text)][..1],
    );
    assert_all("somebody of several", list(&users, "/errors"), X_PROBLEM);
    let nobody = client
        .get_ok(&format!("/2/users/by/username/nobody?{fields}"))
        .await;
    assert_all("nobody", list(&nobody, "/errors"), X_PROBLEM);
    assert_eq!(nobody["errors"][0]["value"], "nobody");
    let hidden = client
        .get_ok(&format!("/2/users/1000007/followers?{fields}"))
        .await;
    assert_all("somebody protected", list(&hidden, "/errors"), X_PROBLEM);
    let protected = client
        .get_ok(&format!("/2/users/by/username/{private}?{fields}"))
        .await;
    assert_eq!(protected["data"]["protected"], true);
    for error in [&users, &nobody, &hidden].map(|body| &body["errors"][0]["type"]) {
        let kind = error.as_str().unwrap();
        assert!(kind.starts_with("https://api.x.com/2/problems/"), "{kind}");
    }
}

#[tokio::test]
async fn aiograpis_answers_keep_to_its_models() {
    let key = Some(("x-session-id", ""));
    let client = PlainClient::at(fake("instagram", "aiograpi").unwrap(), key).await;
    let name = &client.names[0];
    let user = client.get_ok(&format!("/user?username={name}")).await;
    assert_all("user", [&user], USER);
    assert_all("user", [&user], &[("pk", Text)]);
    for path in [
        "/user/followers?user_id=1000000",
        "/user/following?user_id=1000121",
    ] {
        let page = client.get_ok(path).await;
        assert_all(path, list(&page, "/items"), USER_SHORT);
        assert_all(path, [&page], &[("next_cursor", Text)]);
    }
    let by_query = format!("{}/user?username={name}&sessionid={KEY}", client.fake.url());
    let answer = client.client.get(by_query).send().await.unwrap();
    assert_eq!(answer.status(), 200, "the session may be in the query, too");
}

#[tokio::test]
async fn hiker_apis_answers_keep_to_its_documentation() {
    let key = Some(("x-access-key", ""));
    let client = PlainClient::at(fake("instagram", "hikerapi").unwrap(), key).await;
    let name = &client.names[0];
    let user = client
        .get_ok(&format!("/v1/user/by/username?username={name}"))
        .await;
    assert_all("user", [&user], USER);
    for path in [
        "/g2/user/followers?user_id=1000000",
        "/g2/user/following?user_id=1000121",
    ] {
        let page = client.get_ok(path).await;
        let people = list(&page, "/response/users");
        assert_all(path, people, USER_SHORT);
        assert_all(path, people, &[("id", Text), ("pk_id", Text)]);
    }
    let found = client
        .get_ok("/v2/fbsearch/accounts?query=walker%201")
        .await;
    assert_all("a search", [&found], &[("num_results", Number)]);
    assert_all("a search", list(&found, "/users"), HIKER_FOUND);
}

#[tokio::test]
async fn githubs_answers_have_what_was_asked_for() {
    const QUERIES: &str = include_str!("../../../src/networks/github/queries.graphql");
    let key = Some(("authorization", "Bearer "));
    let client = PlainClient::at(fake("github", "github").unwrap(), key).await;
    let ask = async |operation: &str, variables: Value| -> Value {
        let (name, key) = client.key.as_ref().unwrap();
        let asked = serde_json::json!({
            "query": QUERIES, "operationName": operation, "variables": variables,
        });
        let request = client.client.post(format!("{}/graphql", client.fake.url()));
        let request = request.header(*name, key).body(asked.to_string());
        let answer = request.send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    };
    let found = ask("Account", serde_json::json!({ "login": client.names[0] })).await;
    let owner = &found["data"]["repositoryOwner"];
    assert_all("a user", [owner], GITHUB_USER);
    let ids = serde_json::json!({ "ids": [owner["id"], "U_kgDPnobody"] });
    let nodes = ask("Profiles", ids).await;
    let people = list(&nodes, "/data/nodes");
    assert_all("a node", &people[..1], GITHUB_USER);
    assert!(
        people[1].is_null(),
        "nobody stands where nobody is: {nodes}"
    );
    assert_all("why", list(&nodes, "/errors"), GITHUB_ERROR);
    let counted = people[..1]
        .iter()
        .flat_map(|it| [&it["followers"], &it["following"]]);
    assert_all("a count", counted, &[("totalCount", Number)]);
    let words = serde_json::json!({ "words": "walker 1 type:user", "first": 10 });
    let found = ask("Search", words).await;
    let found = list(&found, "/data/search/nodes");
    assert_all("a search", found, GITHUB_USER);
    assert_eq!(found.len(), 10);
    let page = serde_json::json!({ "id": owner["id"], "first": 50, "after": null });
    let page = ask("Followers", page).await;
    let followers = &page["data"]["node"]["followers"];
    assert_all("a page", [&followers["pageInfo"]], GITHUB_PAGE_INFO);
    let nodes = list(followers, "/nodes")
        .iter()
        .filter(|node| !node.is_null());
    assert_all("a follower", nodes, &[("id", Text), ("login", Text)]);
}
