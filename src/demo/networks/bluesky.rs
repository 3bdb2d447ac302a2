//! A fake of Bluesky's AppView: no key, refusals that are all HTTP 400, short and empty pages, accounts that
//! lists leave out, handles that their domain does not vouch for, and a label against strangers.

use std::io;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::Method;
use serde_json::{Value, json};

use crate::demo::chance;
use crate::demo::networks::desk::{Admission, Desk, Fate};
use crate::demo::networks::directory::Directory;
use crate::demo::networks::paging::Paging;
use crate::demo::networks::reception::serve;
use crate::demo::networks::{
    Answer, Endpoint, Fake, FakeKind, Incoming, Options, Question, Refusal, Running,
};
use crate::demo::world::{Person, World};

const LARGEST_PAGE: usize = 100;
const DEFAULT_PAGE: usize = 50;
const MOST_PROFILES: usize = 25;

/// One page of so many is empty, though more follows: all on it were filtered out.
const EMPTY_PAGES: u64 = 40;

/// Of the people whom few follow, one in so many is deactivated, and one has lost his domain.
const DEACTIVATED: u64 = 60;
const WITHOUT_DOMAIN: u64 = 50;
const FEW: usize = 30;

/// Letters of a DID's base32, and how many of them hold an id.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
const LETTERS_OF_ID: usize = 13;
const LETTERS_OF_DID: usize = 24;

pub(super) const KIND: FakeKind = FakeKind {
    network: "bluesky",
    api: "appview",
    start: |world, options| Box::pin(start(world, options)),
    call: handle,
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let seed = options.seed;
    serve(options, "/xrpc", |_| Bluesky {
        directory: Directory::new(Arc::clone(&world), handle),
        paging: Paging {
            world: Arc::clone(&world),
            seed,
        },
        world,
    })
    .await
}

fn handle(person: &Person, number: Option<u64>) -> String {
    let name = person.handle.to_lowercase().replace(['.', '_'], "-");
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{}{number}.bsky.social", name.trim_matches('-'))
}

struct Bluesky {
    world: Arc<World>,
    directory: Directory,
    paging: Paging,
}

impl Fake for Bluesky {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let method = uri.path().strip_prefix("/xrpc/").ok_or_else(stray)?;
        let endpoint = match method {
            "app.bsky.actor.getProfile" => Endpoint::Search,
            "app.bsky.actor.getProfiles" => Endpoint::Profile,
            "app.bsky.graph.getFollowers" => Endpoint::Followers,
            "app.bsky.graph.getFollows" => Endpoint::Following,
            _ => return Err(stray()),
        };
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let values = |wanted: &str| {
            let found = parameters.iter().filter(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone()).collect::<Vec<_>>()
        };
        let actors = values(match endpoint {
            Endpoint::Profile => "actors",
            _ => "actor",
        });
        let index = actors.first().and_then(|actor| self.find(actor));
        let limit = values("limit").first().and_then(|limit| limit.parse().ok());
        let mut question = Question {
            endpoint,
            subject: actors.join(","),
            id: index.map(|index| self.world.person(index).id),
            cursor: values("cursor").pop().unwrap_or_default(),
            start: 0,
            known_cursor: true,
            count: limit.unwrap_or(DEFAULT_PAGE),
            token: None,
        };
        if actors.is_empty() || actors.len() > MOST_PROFILES || question.count > LARGEST_PAGE {
            desk.violation(format!("{question}: beyond what may be asked at once"));
        }
        if !question.cursor.is_empty() {
            let place = question
                .cursor
                .split_once("__bafyrei")
                .map(|(_, rest)| rest);
            let start = place.and_then(|place| self.paging.place_of(&question, place));
            question.known_cursor = start.is_some();
            question.start = start.unwrap_or_default();
        }
        if !question.known_cursor {
            desk.violation(format!("{question}: no cursor of this list"));
        }
        Ok(question)
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn answer(&self, question: &Question, desk: &Desk) -> Result<Answer, Refusal> {
        let body = match question.endpoint {
            Endpoint::Profile => self.profiles(question, desk)?,
            Endpoint::Search => {
                let index = self.find(&question.subject).ok_or(Refusal::NotFound)?;
                self.profile(index, desk)?
            }
            _ => self.page(question, desk)?,
        };
        Ok(Answer::json(200, body.to_string()))
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, error, message) = match refusal {
            Refusal::NotFound | Refusal::Private => (400, "InvalidRequest", "Profile not found"),
            Refusal::Suspended => (400, "AccountTakedown", "Account has been suspended"),
            Refusal::Deactivated => (400, "AccountDeactivated", "Account is deactivated"),
            Refusal::Malformed => (400, "InvalidRequest", "Invalid params: array too big"),
            Refusal::BadToken => (401, "AuthMissing", "Authentication Required"),
            Refusal::Throttled => (429, "RateLimitExceeded", "Rate Limit Exceeded"),
            Refusal::BadCursor | Refusal::Broken => {
                (500, "InternalServerError", "Internal Server Error")
            }
            Refusal::NoSuchPlace => (501, "MethodNotImplemented", "Method Not Implemented"),
        };
        refused(status, error, message)
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        Answer::page(status)
    }

    fn told_of_rate(&self, admission: &Admission) -> Vec<(&'static str, String)> {
        vec![
            ("ratelimit-limit", admission.limit.to_string()),
            ("ratelimit-remaining", admission.remaining.to_string()),
        ]
    }
}

impl Bluesky {
    fn find(&self, actor: &str) -> Option<u32> {
        match actor.strip_prefix("did:plc:") {
            Some(letters) => self.world.by_id(id_of(letters)?),
            None => self.directory.find(actor),
        }
    }

    fn profiles(&self, question: &Question, desk: &Desk) -> Result<Value, Refusal> {
        let actors: Vec<&str> = question.subject.split(',').collect();
        if actors.len() > MOST_PROFILES {
            return Err(Refusal::Malformed);
        }
        let found = actors.iter().filter_map(|actor| self.find(actor));
        let profiles: Vec<Value> = found
            .filter_map(|index| self.profile(index, desk).ok())
            .collect();
        Ok(json!({ "profiles": profiles }))
    }

    fn profile(&self, index: u32, desk: &Desk) -> Result<Value, Refusal> {
        let person = self.world.person(index);
        match desk.fates().get(&person.id) {
            Some(Fate::Removed) => return Err(Refusal::NotFound),
            Some(Fate::Suspended) => return Err(Refusal::Suspended),
            Some(Fate::Hidden) | None => {}
        }
        if self.is_deactivated(index) {
            return Err(Refusal::Deactivated);
        }
        let mut profile = self.listed(index, desk);
        profile["followersCount"] = json!(self.world.followers(index).len());
        profile["followsCount"] = json!(self.world.following(index).len());
        profile["postsCount"] = json!(chance::mix(&[person.id]) % 2_000);
        Ok(profile)
    }

    fn page(&self, question: &Question, desk: &Desk) -> Result<Value, Refusal> {
        let found = self.find(&question.subject);
        let index = found.filter(|index| self.profile(*index, desk).is_ok());
        let Some(index) = index else {
            return Err(Refusal::NotFound);
        };
        let page = self.paging.page(question, index, desk)?;
        let is_empty = page.next.is_some() && page.number.is_multiple_of(EMPTY_PAGES);
        let people = page.people.iter().filter(|_| !is_empty);
        let shown = people.filter(|index| !self.is_deactivated(**index));
        let name = match question.endpoint {
            Endpoint::Following => "follows",
            _ => "followers",
        };
        let mut body = json!({
            "subject": self.listed(index, desk),
            name: shown.map(|index| self.listed(*index, desk)).collect::<Vec<_>>(),
        });
        if let Some(next) = page.next {
            body["cursor"] = json!(format!("1795433230072__bafyrei{next}"));
        }
        Ok(body)
    }

    fn listed(&self, index: u32, desk: &Desk) -> Value {
        let person = self.world.person(index);
        let did = did(person.id);
        let handle = match self.is_rarely_followed(index, WITHOUT_DOMAIN) {
            true => "handle.invalid",
            false => self.directory.handle(index),
        };
        let hides = person.private || desk.fates().get(&person.id) == Some(&Fate::Hidden);
        let label = json!({ "src": did, "val": "!no-unauthenticated" });
        let mut listed = json!({
            "did": did,
            "handle": handle,
            "labels": Vec::from_iter(hides.then_some(label)),
        });
        // Who has not written a profile has none of these.
        if !person.bio.is_empty() {
            listed["displayName"] = json!(person.name);
            listed["description"] = json!(person.bio);
            listed["avatar"] = json!(desk.picture(person));
        }
        listed
    }

    fn is_deactivated(&self, index: u32) -> bool {
        self.is_rarely_followed(index, DEACTIVATED)
    }

    /// One in so many of the people whom few follow.
    fn is_rarely_followed(&self, index: u32, in_so_many: u64) -> bool {
        let number = chance::mix(&[self.paging.seed, in_so_many, u64::from(index)]);
        number.is_multiple_of(in_so_many) && self.world.followers(index).len() < FEW
    }
}

fn refused(status: u16, error: &str, message: &str) -> Answer {
    let body = json!({ "error": error, "message": message });
    Answer::json(status, body.to_string())
}

fn did(id: u64) -> String {
    let mixed = chance::mix(&[id]);
    let letters = (0..LETTERS_OF_DID).map(|place| {
        let (number, shift) = match place.checked_sub(LETTERS_OF_DID - LETTERS_OF_ID) {
            Some(place) => (id, place),
            None => (mixed, place),
        };
        char::from(LETTERS[(number >> (shift * 5)) as usize % LETTERS.len()])
    });
    format!("did:plc:{}", letters.collect::<String>())
}

fn id_of(letters: &str) -> Option<u64> {
    let letters = letters.as_bytes().get(LETTERS_OF_DID - LETTERS_OF_ID..)?;
    let mut id = 0;
    for letter in letters.iter().rev() {
        let digit = LETTERS.iter().position(|known| known == letter)? as u64;
        id = id << 5 | digit;
    }
    Some(id)
}
