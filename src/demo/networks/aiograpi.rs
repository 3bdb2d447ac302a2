//! A fake of an aiograpi-rest: refusals that are HTTP 500 with the name of an exception, and private
//! accounts whose lists are refused or come empty.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::Method;
use serde_json::{Value, json};

use crate::demo::chance;
use crate::demo::networks::desk::Desk;
use crate::demo::networks::instagrapi;
use crate::demo::networks::paging::Paging;
use crate::demo::networks::reception::serve;
use crate::demo::networks::{
    Answer, Endpoint, Fake, FakeKind, Incoming, Options, Question, Refusal, Running,
};
use crate::demo::world::World;

const LARGEST_PAGE: usize = 200;
const DEFAULT_PAGE: usize = 50;

/// Accounts in a page of Instagram's own, of which it asks for as many as it needs.
const INSTAGRAMS_PAGE: usize = 12;

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "aiograpi",
    start: |world, options| Box::pin(start(world, options)),
    call: |person, _| person.handle.clone(),
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let seed = options.seed;
    serve(options, "", |_| Aiograpi {
        paging: Paging {
            world: Arc::clone(&world),
            seed,
        },
        world,
    })
    .await
}

struct Aiograpi {
    world: Arc<World>,
    paging: Paging,
}

impl Fake for Aiograpi {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let (id, username) = (value("user_id"), value("username"));
        let endpoint = match uri.path() {
            "/user" if username.is_empty() => Endpoint::Profile,
            "/user" => Endpoint::Search,
            "/user/followers" => Endpoint::Followers,
            "/user/following" => Endpoint::Following,
            _ => return Err(stray()),
        };
        let found = match endpoint {
            Endpoint::Search => self.world.by_handle(&username),
            _ => id.parse().ok().and_then(|id| self.world.by_id(id)),
        };
        // Exactly one of the two; what says both or neither is about nobody.
        let subject = match (id.is_empty(), username.is_empty()) {
            (true, _) => username,
            (false, true) => id,
            (false, false) => String::new(),
        };
        let amount = parameters.get("amount").map(|amount| amount.parse().ok());
        let session = request.headers.get("x-session-id");
        let session = session.and_then(|session| Some(session.to_str().ok()?.to_owned()));
        let mut question = Question {
            endpoint,
            subject,
            id: found.map(|index| self.world.person(index).id),
            cursor: value("cursor"),
            start: 0,
            known_cursor: true,
            count: amount.unwrap_or(Some(DEFAULT_PAGE)).unwrap_or_default(),
            token: session.or_else(|| parameters.get("sessionid").cloned()),
        };
        if is_malformed(&question) {
            desk.violation(format!("{question}: not what may be asked"));
        }
        if !question.cursor.is_empty() {
            let place = question.cursor.strip_prefix("QVFD");
            let start = place.and_then(|place| self.paging.place_of(&question, place));
            question.known_cursor = start.is_some();
            question.start = start.unwrap_or_default();
        }
        if !question.known_cursor {
            desk.violation(format!("{question}: no cursor of this list"));
        }
        Ok(question)
    }

    fn answer(&self, question: &Question, desk: &Desk) -> Result<Answer, Refusal> {
        if is_malformed(question) {
            return Err(Refusal::Malformed);
        }
        // Before anything else it asks what is new for the account that it is logged in as. That came in as a
        // request already; what it asks then is more of them.
        let found = instagrapi::find(&self.world, question.id, desk);
        desk.asks_on(match question.endpoint {
            Endpoint::Search => 2,
            _ => 1,
        });
        let index = found?;
        let body = match question.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(question, index, desk)?,
            _ => {
                let id = json!(self.world.person(index).id.to_string());
                instagrapi::user(&self.world, index, id, desk)
            }
        };
        Ok(Answer::json(200, body.to_string()))
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, detail, kind) = match refusal {
            Refusal::NotFound | Refusal::Suspended | Refusal::Deactivated => {
                (500, "Not found", "UserNotFound")
            }
            Refusal::Private => (500, "This Account is Private", "PrivateAccount"),
            Refusal::BadToken => (
                500,
                "Session not found (e.g. after reload process), please relogin",
                "Exception",
            ),
            Refusal::BadCursor => (
                500,
                "You specified a non-existent cursor",
                "WrongCursorError",
            ),
            Refusal::Throttled => (
                429,
                "Please wait a few minutes before you try again.",
                "PleaseWaitFewMinutes",
            ),
            Refusal::Broken => (500, "Connection reset", "ClientConnectionError"),
            Refusal::Malformed => {
                let body = json!({ "detail": "Provide user_id or username" });
                return Answer::json(422, body.to_string());
            }
            Refusal::NoSuchPlace => {
                return Answer::json(404, json!({ "detail": "Not Found" }).to_string());
            }
        };
        let body = json!({ "detail": detail, "exc_type": kind });
        Answer::json(status, body.to_string())
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        Answer::page(status)
    }
}

impl Aiograpi {
    fn page(&self, question: &Question, index: u32, desk: &Desk) -> Result<Value, Refusal> {
        let person = self.world.person(index);
        if instagrapi::is_private(person, desk) {
            return match chance::mix(&[self.paging.seed, person.id]).is_multiple_of(2) {
                true => Err(Refusal::Private),
                false => Ok(json!({ "items": [], "next_cursor": "" })),
            };
        }
        let page = self.paging.page(question, index, desk)?;
        desk.asks_on(
            page.people
                .len()
                .div_ceil(INSTAGRAMS_PAGE)
                .saturating_sub(1),
        );
        let people = page.people.iter().map(|index| self.world.person(*index));
        let items: Vec<Value> = people
            .map(|person| instagrapi::short(person, desk))
            .collect();
        let next = page.next.map(|next| format!("QVFD{next}"));
        Ok(json!({ "items": items, "next_cursor": next.unwrap_or_default() }))
    }
}

fn is_malformed(question: &Question) -> bool {
    question.subject.is_empty() || !(1..=LARGEST_PAGE).contains(&question.count)
}
