//! A fake of HikerAPI: ids that are numbers in profiles and text in lists, small pages, lists that end in
//! four ways, and accounts that are switched off but still told.

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

/// Pages of the two lists, as they were seen; nobody can choose.
const FOLLOWERS: usize = 15;
const FOLLOWING: usize = 23;

/// Of the people whom few follow, one in so many has switched the account off.
const DEACTIVATED: u64 = 60;
const FEW: usize = 30;

/// Nobody is suggested for one account in so many.
const WITHOUT_SUGGESTIONS: u64 = 3;

/// Accounts that are suggested at most, and the followers whose follows they are taken from.
const SUGGESTED: usize = 40;
const ASKED_FOR_SUGGESTIONS: usize = 60;

/// What the key has been paid for.
const CREDIT: u64 = 100_000;

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "hikerapi",
    start: |world, options| Box::pin(start(world, options)),
    call: |person, _| person.handle.clone(),
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let seed = options.seed;
    serve(options, "", |_| Hiker {
        paging: Paging {
            world: Arc::clone(&world),
            seed,
        },
        world,
    })
    .await
}

struct Hiker {
    world: Arc<World>,
    paging: Paging,
}

impl Fake for Hiker {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let (endpoint, subject, count) = match uri.path() {
            "/v1/user/by/username" => (Endpoint::Search, "username", 1),
            "/v1/user/by/id" => (Endpoint::Profile, "id", 1),
            "/g2/user/followers" => (Endpoint::Followers, "user_id", FOLLOWERS),
            "/g2/user/following" => (Endpoint::Following, "user_id", FOLLOWING),
            "/v2/user/suggested/profiles" => (Endpoint::Suggested, "user_id", SUGGESTED),
            "/sys/balance" => (Endpoint::Balance, "", 1),
            _ => return Err(stray()),
        };
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let subject = value(subject);
        let found = match endpoint {
            Endpoint::Search => self.world.by_handle(&subject),
            _ => subject.parse().ok().and_then(|id| self.world.by_id(id)),
        };
        let key = request.headers.get("x-access-key");
        let mut question = Question {
            endpoint,
            subject,
            id: found.map(|index| self.world.person(index).id),
            cursor: value("page_id"),
            start: 0,
            known_cursor: true,
            count,
            token: key.and_then(|key| Some(key.to_str().ok()?.to_owned())),
        };
        if question.subject.is_empty() && endpoint != Endpoint::Balance {
            desk.violation(format!("{question}: asks about nobody"));
        }
        if !question.cursor.is_empty() {
            let place = question.cursor.strip_prefix("QVFE");
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
        let body = match question.endpoint {
            Endpoint::Balance => balance(desk),
            _ if question.subject.is_empty() => return Err(Refusal::Malformed),
            _ => self.told(question, desk)?,
        };
        Ok(Answer::json(200, body.to_string()))
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, body) = match refusal {
            Refusal::NotFound | Refusal::Suspended | Refusal::Deactivated => (
                404,
                json!({ "detail": "We're sorry, we couldn't find that.", "exc_type": "UserNotFound" }),
            ),
            Refusal::Private => (
                403,
                json!({ "detail": "User hid data using privacy settings", "exc_type": "PrivateAccount" }),
            ),
            Refusal::Malformed => (
                422,
                json!({ "detail": [{ "loc": ["query"], "msg": "field required", "type": "value_error.missing" }] }),
            ),
            Refusal::BadToken => (401, json!({ "state": false, "error": "Token is invalid" })),
            Refusal::BadCursor => (404, json!({ "detail": "Cursor expired" })),
            Refusal::Throttled => (429, json!({ "detail": "Too Many Requests" })),
            Refusal::Broken => (500, json!({ "detail": "Internal Server Error" })),
            Refusal::NoSuchPlace => (404, json!({ "detail": "Not Found" })),
        };
        Answer::json(status, body.to_string())
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        Answer::page(status)
    }
}

impl Hiker {
    fn told(&self, question: &Question, desk: &Desk) -> Result<Value, Refusal> {
        let index = instagrapi::find(&self.world, question.id, desk)?;
        match question.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(question, index, desk),
            Endpoint::Suggested => self.suggested(index, desk),
            _ => Ok(self.profile(index, desk)),
        }
    }

    fn profile(&self, index: u32, desk: &Desk) -> Value {
        let id = json!(self.world.person(index).id);
        let mut user = instagrapi::user(&self.world, index, id, desk);
        if self.is_deactivated(index) {
            user["is_active"] = json!(false);
            user["account_type"] = json!(0);
            user["follower_count"] = json!(0);
            user["following_count"] = json!(0);
        }
        user
    }

    fn page(&self, question: &Question, index: u32, desk: &Desk) -> Result<Value, Refusal> {
        if self.is_deactivated(index) {
            return Err(Refusal::NotFound);
        }
        if instagrapi::is_private(self.world.person(index), desk) {
            return Err(Refusal::Private);
        }
        let page = self.paging.page(question, index, desk)?;
        let shown = page.people.into_iter();
        let shown = shown.filter(|index| !self.is_deactivated(*index));
        let users: Vec<Value> = shown.map(|index| self.short(index, desk)).collect();
        let mut body = json!({
            "response": {
                "users": users,
                "big_list": page.next.is_some(),
                "has_more": page.next.is_some(),
                "page_size": question.count,
                "status": "ok",
            },
        });
        // Every way to end a list is met in the wild.
        match (page.next, page.number % 4) {
            (Some(next), _) => body["next_page_id"] = json!(format!("QVFE{next}")),
            (None, 0) => body["next_page_id"] = json!(false),
            (None, 1) => body["next_page_id"] = json!(""),
            (None, 2) => body["next_page_id"] = Value::Null,
            (None, _) => {}
        }
        Ok(body)
    }

    /// Whom the newest followers follow beside the account, the most followed first.
    fn suggested(&self, index: u32, desk: &Desk) -> Result<Value, Refusal> {
        let id = self.world.person(index).id;
        if chance::mix(&[self.paging.seed, id]).is_multiple_of(WITHOUT_SUGGESTIONS) {
            return Err(Refusal::Private);
        }
        let mut counts = BTreeMap::<u32, usize>::new();
        let followers = self.world.followers(index).iter();
        for follower in followers.take(ASKED_FOR_SUGGESTIONS) {
            for other in self.world.following(*follower) {
                *counts.entry(*other).or_default() += 1;
            }
        }
        let mut others: Vec<_> = counts.into_iter().collect();
        others.retain(|(other, _)| *other != index && !self.is_deactivated(*other));
        others.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let others = others.into_iter().take(SUGGESTED);
        let users: Vec<Value> = others.map(|(other, _)| self.short(other, desk)).collect();
        Ok(json!({ "users": users, "status": "ok" }))
    }

    fn short(&self, index: u32, desk: &Desk) -> Value {
        let mut short = instagrapi::short(self.world.person(index), desk);
        for name in ["id", "pk_id"] {
            short[name] = short["pk"].clone();
        }
        short
    }

    fn is_deactivated(&self, index: u32) -> bool {
        let number = chance::mix(&[self.paging.seed, DEACTIVATED, u64::from(index)]);
        number.is_multiple_of(DEACTIVATED) && self.world.followers(index).len() < FEW
    }
}

fn balance(desk: &Desk) -> Value {
    let left = CREDIT.saturating_sub(desk.requests().total);
    json!({ "requests": left, "rate": 15, "currency": "USD", "amount": left as f64 / 1_000.0 })
}
