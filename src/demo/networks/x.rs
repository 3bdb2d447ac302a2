//! A fake of X's API v2: look-ups of nobody that are HTTP 200, fields that have to be asked for, empty lists
//! without data, and a count that has two names.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::Method;
use chrono::Utc;
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

const LARGEST_PAGE: usize = 1_000;
const DEFAULT_PAGE: usize = 100;
const MOST_IDS: usize = 100;
const LONGEST_NAME: usize = 15;

/// What is told of accounts to those only who ask for it, and has to be known.
const NEEDED: [&str; 2] = ["protected", "public_metrics"];

/// One person in so many writes the name with a capital letter.
const CAPITALS: u64 = 3;

/// A second: what is left of the window when a limit is reached.
const UNTIL_RESET: i64 = 1;

pub(super) const KIND: FakeKind = FakeKind {
    network: "x",
    api: "v2",
    start: |world, options| Box::pin(start(world, options)),
    call: username,
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let seed = options.seed;
    serve(options, "", |_| X {
        directory: Directory::new(Arc::clone(&world), username),
        paging: Paging {
            world: Arc::clone(&world),
            seed,
        },
        world,
    })
    .await
}

fn username(person: &Person, number: Option<u64>) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let mut name = person
        .handle
        .replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    name.truncate(LONGEST_NAME - number.len());
    if person.id.is_multiple_of(CAPITALS)
        && let Some(first) = name.get_mut(..1)
    {
        first.make_ascii_uppercase();
    }
    format!("{name}{number}")
}

struct X {
    world: Arc<World>,
    directory: Directory,
    paging: Paging,
}

impl Fake for X {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let parameters = Query::<BTreeMap<String, String>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |name: &str| parameters.get(name).cloned().unwrap_or_default();
        let path: Vec<&str> = uri.path().split('/').skip(1).collect();
        let (endpoint, subject) = match path.as_slice() {
            ["2", "users", "by", "username", name] => (Endpoint::Search, (*name).to_owned()),
            ["2", "users"] => (Endpoint::Profile, value("ids")),
            ["2", "users", id, "followers"] => (Endpoint::Followers, (*id).to_owned()),
            ["2", "users", id, "following"] => (Endpoint::Following, (*id).to_owned()),
            _ => return Err(stray()),
        };
        let first = subject.split(',').next().unwrap_or_default();
        let index = match endpoint {
            Endpoint::Search => self.directory.find(first),
            _ => self.by_id(first),
        };
        let key = request.headers.get("authorization");
        let key = key.and_then(|key| key.to_str().ok()?.strip_prefix("Bearer "));
        let mut question = Question {
            endpoint,
            id: index.map(|index| self.world.person(index).id),
            subject,
            cursor: value("pagination_token"),
            start: 0,
            known_cursor: true,
            count: value("max_results").parse().unwrap_or(DEFAULT_PAGE),
            token: key.map(str::to_owned),
        };
        if is_too_much(&question) {
            desk.violation(format!("{question}: beyond what may be asked at once"));
        }
        let fields = value("user.fields");
        let asks_for = |name: &str| fields.split(',').any(|field| field == name);
        if !NEEDED.into_iter().all(asks_for) {
            desk.violation(format!("{question}: asks only for {fields}"));
        }
        if !question.cursor.is_empty() {
            let place = question.cursor.strip_prefix("7140");
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
        if is_too_much(question) {
            return Err(Refusal::Malformed);
        }
        let about = match question.endpoint {
            Endpoint::Profile => Ok(self.users(question, desk)),
            Endpoint::Search => {
                let index = self.directory.find(&question.subject);
                let index = self.there(index, desk);
                index.map(|index| json!({ "data": self.user(index, question, desk) }))
            }
            _ => self.page(question, desk),
        };
        let body = match about {
            Err(refusal @ (Refusal::NotFound | Refusal::Suspended | Refusal::Private)) => {
                let parameter = match question.endpoint {
                    Endpoint::Search => "username",
                    _ => "id",
                };
                json!({ "errors": [missing(refusal, parameter, &question.subject)] })
            }
            about => about?,
        };
        Ok(Answer::json(200, body.to_string()))
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        match refusal {
            // Those that are about somebody are told with the account.
            Refusal::NotFound | Refusal::Suspended | Refusal::Deactivated | Refusal::Private => {
                generic(404, "Not Found")
            }
            Refusal::Malformed => invalid("ids"),
            Refusal::BadCursor => invalid("pagination_token"),
            Refusal::BadToken => generic(401, "Unauthorized"),
            Refusal::Throttled => generic(429, "Too Many Requests"),
            Refusal::Broken => generic(503, "Service Unavailable"),
            Refusal::NoSuchPlace => generic(404, "Not Found"),
        }
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        Answer::page(status)
    }

    fn told_of_rate(&self, admission: &Admission) -> Vec<(&'static str, String)> {
        let reset = Utc::now().timestamp() + UNTIL_RESET;
        vec![
            ("x-rate-limit-limit", admission.limit.to_string()),
            ("x-rate-limit-remaining", admission.remaining.to_string()),
            ("x-rate-limit-reset", reset.to_string()),
        ]
    }
}

impl X {
    fn by_id(&self, id: &str) -> Option<u32> {
        self.world.by_id(id.parse().ok()?)
    }

    /// Somebody, if not gone.
    fn there(&self, index: Option<u32>, desk: &Desk) -> Result<u32, Refusal> {
        let index = index.ok_or(Refusal::NotFound)?;
        match desk.fates().get(&self.world.person(index).id) {
            Some(Fate::Removed) => Err(Refusal::NotFound),
            Some(Fate::Suspended) => Err(Refusal::Suspended),
            Some(Fate::Hidden) | None => Ok(index),
        }
    }

    /// Those that can be had, and why the others can't.
    fn users(&self, question: &Question, desk: &Desk) -> Value {
        let (mut data, mut errors) = (Vec::new(), Vec::new());
        for id in question.subject.split(',') {
            match self.there(self.by_id(id), desk) {
                Ok(index) => data.push(self.user(index, question, desk)),
                Err(refusal) => errors.push(missing(refusal, "ids", id)),
            }
        }
        let parts = [("data", data), ("errors", errors)];
        parts
            .into_iter()
            .filter(|(_, items)| !items.is_empty())
            .collect()
    }

    fn page(&self, question: &Question, desk: &Desk) -> Result<Value, Refusal> {
        let index = self.there(self.by_id(&question.subject), desk)?;
        if self.is_protected(index, desk) {
            return Err(Refusal::Private);
        }
        let page = self.paging.page(question, index, desk)?;
        let people = page.people.iter();
        let data: Vec<Value> = people
            .map(|index| self.user(*index, question, desk))
            .collect();
        let mut body = json!({ "meta": { "result_count": data.len() } });
        if !data.is_empty() {
            body["data"] = json!(data);
        }
        if let Some(next) = page.next {
            body["meta"]["next_token"] = json!(format!("7140{next}"));
        }
        if question.start > 0 {
            body["meta"]["previous_token"] = json!("77qp89slxjdz");
        }
        Ok(body)
    }

    fn user(&self, index: u32, question: &Question, desk: &Desk) -> Value {
        let person = self.world.person(index);
        let posts = chance::mix(&[person.id]) % 2_000;
        let mut user = json!({
            "id": person.id.to_string(),
            "name": person.name,
            "username": self.directory.handle(index),
            "protected": self.is_protected(index, desk),
            "profile_image_url": desk.picture(person),
            "public_metrics": {
                "followers_count": self.world.followers(index).len(),
                "following_count": self.world.following(index).len(),
                "post_count": posts,
                "tweet_count": posts,
                "listed_count": 0,
                "like_count": 0,
                "media_count": 0,
            },
        });
        if matches!(question.endpoint, Endpoint::Search | Endpoint::Profile) {
            user["description"] = json!(person.bio);
        }
        user
    }

    fn is_protected(&self, index: u32, desk: &Desk) -> bool {
        let person = self.world.person(index);
        person.private || desk.fates().get(&person.id) == Some(&Fate::Hidden)
    }
}

fn is_too_much(question: &Question) -> bool {
    let ids = question.subject.split(',').count();
    !(1..=LARGEST_PAGE).contains(&question.count) || ids > MOST_IDS || question.subject.is_empty()
}

/// Why there is nothing of an account, as one of several errors.
fn missing(refusal: Refusal, parameter: &str, value: &str) -> Value {
    let (title, detail, kind) = match refusal {
        Refusal::Suspended => (
            "Forbidden",
            format!("User has been suspended: [{value}]."),
            "https://api.x.com/2/problems/resource-not-found",
        ),
        Refusal::Private => (
            "Authorization Error",
            format!("Sorry, you are not authorized to see the user with {parameter}: [{value}]."),
            "https://api.x.com/2/problems/not-authorized-for-resource",
        ),
        _ => (
            "Not Found Error",
            format!("Could not find user with {parameter}: [{value}]."),
            "https://api.x.com/2/problems/resource-not-found",
        ),
    };
    json!({
        "value": value, "detail": detail, "title": title, "resource_type": "user",
        "parameter": parameter, "resource_id": value, "type": kind,
    })
}

fn invalid(parameter: &str) -> Answer {
    let message = format!("The `{parameter}` query parameter value [0] is not valid");
    let body = json!({
        "errors": [{ "parameters": { parameter: ["0"] }, "message": message }],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.x.com/2/problems/invalid-request",
    });
    Answer::json(400, body.to_string())
}

fn generic(status: u16, title: &str) -> Answer {
    let body = json!({ "title": title, "detail": title, "type": "about:blank", "status": status });
    Answer::json(status, body.to_string())
}
