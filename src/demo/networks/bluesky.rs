//! A fake of Bluesky's AppView: no key, refusals that are all HTTP 400, short and empty pages, accounts that
//! lists leave out, handles that their domain does not vouch for, and a label against strangers.

use std::io;
use std::sync::Arc;

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::demo::chance;
use crate::demo::networks::desk::{Admission, Desk, Fate};
use crate::demo::networks::directory::Directory;
use crate::demo::networks::paging::Paging;
use crate::demo::networks::reception::serve;
use crate::demo::networks::xrpc::{Call, Wrong, refused};
use crate::demo::networks::{
    Answer, Endpoint, Fake, FakeKind, Incoming, Options, Question, Refusal, Running, dates,
};
use crate::demo::world::{Person, World};

/// What cursors have in them that older versions gave out: the list ends there, whatever it is.
const OLD_CURSOR: &str = "::";

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
        let stray = |wrong| match wrong {
            Wrong::Page | Wrong::Method => format!("{} {}", request.method, request.uri.path()),
            Wrong::Request(words) => words,
        };
        let call = Call::read(request).map_err(stray)?;
        let index = call.actors.first().and_then(|actor| self.find(actor));
        let mut question = Question {
            endpoint: call.endpoint,
            subject: call.actors.join(","),
            id: index.map(|index| self.world.person(index).id),
            cursor: call.cursor,
            start: 0,
            known_cursor: true,
            count: call.count,
            token: None,
        };
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

    fn turn_away(&self, request: &Incoming<'_>) -> Answer {
        match Call::read(request) {
            Err(wrong) => wrong.answer(),
            Ok(_) => self.refuse(Refusal::NoSuchPlace),
        }
    }

    fn needs_key(&self) -> bool {
        false
    }

    fn answer(&self, question: &Question, desk: &Desk) -> Result<Answer, Refusal> {
        let body = match question.endpoint {
            Endpoint::Profile => self.profiles(question, desk),
            Endpoint::Handle => {
                let found = self.find(&question.subject);
                let Some(index) = found.filter(|index| self.is_there(*index, desk)) else {
                    return Ok(refused(400, "InvalidRequest", "Unable to resolve handle"));
                };
                json!({ "did": did(self.world.person(index).id) })
            }
            Endpoint::Search => {
                let index = self.find(&question.subject).ok_or(Refusal::NotFound)?;
                self.profile(index, desk)?
            }
            _ => {
                let found = self.find(&question.subject);
                let Some(index) = found.filter(|index| self.profile(*index, desk).is_ok()) else {
                    // Whatever has become of it.
                    let words = format!("Actor not found: {}", question.subject);
                    return Ok(refused(400, "InvalidRequest", &words));
                };
                self.page(question, index, desk)?
            }
        };
        Ok(Answer::json(200, body.to_string()))
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, error, message) = match refusal {
            Refusal::NotFound | Refusal::Private => (400, "InvalidRequest", "Profile not found"),
            Refusal::Suspended => (400, "AccountTakedown", "Account has been suspended"),
            Refusal::Deactivated => (400, "AccountDeactivated", "Account is deactivated"),
            Refusal::Malformed => (400, "InvalidRequest", "Invalid params"),
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

    fn is_there(&self, index: u32, desk: &Desk) -> bool {
        desk.fates().get(&self.world.person(index).id) != Some(&Fate::Removed)
    }

    /// Those that can be had.
    fn profiles(&self, question: &Question, desk: &Desk) -> Value {
        let actors = question.subject.split(',');
        let found = actors.filter_map(|actor| self.find(actor));
        let profiles: Vec<Value> = found
            .filter_map(|index| self.profile(index, desk).ok())
            .collect();
        json!({ "profiles": profiles })
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
        for list in ["lists", "feedgens", "starterPacks"] {
            profile["associated"][list] = json!(0);
        }
        profile["associated"]["labeler"] = json!(false);
        profile["followersCount"] = json!(self.world.followers(index).len());
        profile["followsCount"] = json!(self.world.following(index).len());
        profile["postsCount"] = json!(chance::mix(&[person.id]) % 2_000);
        Ok(profile)
    }

    fn page(&self, question: &Question, index: u32, desk: &Desk) -> Result<Value, Refusal> {
        if question.cursor.contains(OLD_CURSOR) {
            let subject = self.listed(index, desk);
            return Ok(json!({ "subject": subject, list_name(question): [] }));
        }
        let page = self.paging.page(question, index, desk)?;
        let is_empty = page.next.is_some() && page.number.is_multiple_of(EMPTY_PAGES);
        let people = page.people.iter().filter(|_| !is_empty);
        let shown = people.filter(|index| !self.is_deactivated(**index));
        let mut body = json!({
            "subject": self.listed(index, desk),
            list_name(question): shown.map(|index| self.listed(*index, desk)).collect::<Vec<_>>(),
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
        let joined = dates::joined(person.id).to_rfc3339_opts(SecondsFormat::Millis, true);
        let label = json!({
            "src": did,
            "uri": format!("at://{did}/app.bsky.actor.profile/self"),
            "val": "!no-unauthenticated",
            "cts": joined,
        });
        let mut listed = json!({
            "did": did,
            "handle": handle,
            "associated": { "activitySubscription": { "allowSubscriptions": "followers" } },
            "labels": Vec::from_iter(hides.then_some(label)),
        });
        // Who has not written a profile has none of these.
        if !person.bio.is_empty() {
            listed["displayName"] = json!(person.name);
            listed["description"] = json!(person.bio);
            listed["avatar"] = json!(desk.picture(person));
            listed["createdAt"] = json!(joined);
            listed["indexedAt"] = json!(joined);
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

fn list_name(question: &Question) -> &'static str {
    match question.endpoint {
        Endpoint::Following => "follows",
        _ => "followers",
    }
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
