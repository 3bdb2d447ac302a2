//! A fake of Instagram's API v1 as it was until 2018: string ids, enveloped answers, cursors that end in
//! two ways, and three kinds of error under one status. Serves what a `World` holds and nothing more.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::Method;
use serde::Serialize;

use crate::demo::chance;
use crate::demo::networks::desk::{Admission, Desk, Fate};
use crate::demo::networks::paging::Paging;
use crate::demo::networks::reception::serve;
use crate::demo::networks::{
    Answer, Endpoint, Fake, FakeKind, Incoming, Options, Question, Refusal, Running,
};
use crate::demo::world::{Person, World};

const LARGEST_PAGE: usize = 100;
const DEFAULT_PAGE: usize = 50;
/// Similar handles a search shows beside the exact one.
const SIMILAR_HANDLES: usize = 9;

const RATE_ERROR: &str = "OAuthRateLimitException";
const RATE_MESSAGE: &str = "The maximum number of requests per hour has been exceeded.";

pub(super) const KIND: FakeKind = FakeKind {
    network: "instagram",
    api: "v1",
    start: |world, options| Box::pin(start(world, options)),
    call: |person, _| person.handle.clone(),
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let (token, seed) = (percent_encoded(&options.token), options.seed);
    serve(options, "/v1", |base| Instagram {
        paging: Paging {
            world: Arc::clone(&world),
            seed,
        },
        world,
        base: base.to_owned(),
        token,
    })
    .await
}

struct Instagram {
    world: Arc<World>,
    base: String,
    token: String,
    paging: Paging,
}

#[derive(Serialize)]
struct Envelope<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    meta: Meta,
    data: T,
}

/// Empty, it says that the list ends here.
#[derive(Default, Serialize)]
struct Pagination {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct Meta {
    code: u16,
}

#[derive(Serialize)]
struct Listed<'a> {
    id: String,
    username: &'a str,
    full_name: &'a str,
    profile_picture: String,
}

#[derive(Serialize)]
struct Profile<'a> {
    #[serde(flatten)]
    listed: Listed<'a>,
    bio: &'a str,
    website: &'a str,
    is_business: bool,
    counts: Counts,
}

#[derive(Serialize)]
struct Counts {
    media: u64,
    follows: usize,
    followed_by: usize,
}

impl Fake for Instagram {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        if request.method != Method::GET {
            return Err(format!("{} {}", request.method, uri.path()));
        }
        let stray = || format!("no such path: {}", uri.path());
        let path = uri.path().strip_prefix("/v1/users/").ok_or_else(stray)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let path = path.strip_suffix(".json").unwrap_or(path);
        let (endpoint, subject) = match path.split_once('/') {
            None if path == "search" => (Endpoint::Search, ""),
            None if !path.is_empty() => (Endpoint::Profile, path),
            Some((id, "followed-by")) => (Endpoint::Followers, id),
            Some((id, "follows")) => (Endpoint::Following, id),
            _ => return Err(stray()),
        };
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |wanted: &str| {
            let found = parameters.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone())
        };
        let mut question = Question {
            endpoint,
            subject: subject.to_owned(),
            id: subject.parse().ok(),
            cursor: String::new(),
            start: 0,
            known_cursor: true,
            count: 1,
            token: value("access_token"),
        };
        if endpoint == Endpoint::Search {
            question.subject = value("q").unwrap_or_default();
            if question.subject.is_empty() {
                desk.violation("search without q=".to_owned());
            }
            let found = self.world.by_handle(&question.subject);
            question.id = found.map(|index| self.world.person(index).id);
        }
        if endpoint != Endpoint::Profile {
            question.count = page_size(&question, value("count"), desk);
        }
        if let Some(cursor) = value("cursor") {
            let place = cursor
                .strip_prefix("AQ")
                .and_then(|rest| rest.strip_suffix("=="));
            let start = place.and_then(|place| self.paging.place_of(&question, place));
            question.cursor = cursor;
            question.known_cursor = start.is_some();
            question.start = start.unwrap_or_default();
        }
        if !question.known_cursor {
            desk.violation(format!("{question}: no cursor of this list"));
        }
        Ok(question)
    }

    fn answer(&self, question: &Question, desk: &Desk) -> Result<Answer, Refusal> {
        if question.endpoint == Endpoint::Search {
            return Ok(self.found(question, desk));
        }
        let index = question.id.and_then(|id| self.world.by_id(id));
        let index = index.ok_or(Refusal::NotFound)?;
        let person = self.world.person(index);
        match desk.fates().get(&person.id) {
            Some(Fate::Removed | Fate::Suspended) => return Err(Refusal::NotFound),
            Some(Fate::Hidden) => return Err(Refusal::Private),
            None if person.private => return Err(Refusal::Private),
            None => {}
        }
        match question.endpoint {
            Endpoint::Followers | Endpoint::Following => self.page(question, index, desk),
            _ => Ok(self.profile(index, desk)),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, error_type, message) = match refusal {
            Refusal::NotFound | Refusal::Suspended | Refusal::Deactivated => {
                (400, "APINotFoundError", "this user does not exist")
            }
            Refusal::Private => (400, "APINotAllowedError", "you cannot view this resource"),
            Refusal::BadToken => (
                400,
                "OAuthAccessTokenException",
                "The access_token provided is invalid.",
            ),
            Refusal::Malformed => (400, "APIInvalidParametersError", "invalid parameters"),
            Refusal::BadCursor => (400, "APIInvalidParametersError", "invalid cursor"),
            Refusal::Throttled => (429, RATE_ERROR, RATE_MESSAGE),
            Refusal::Broken => return Answer::page(500),
            Refusal::NoSuchPlace => return Answer::page(404),
        };
        let meta = serde_json::json!({
            "meta": { "error_type": error_type, "code": status, "error_message": message }
        });
        Answer::json(status, meta.to_string())
    }

    fn told_of_rate(&self, admission: &Admission) -> Vec<(&'static str, String)> {
        vec![
            ("x-ratelimit-limit", admission.limit.to_string()),
            ("x-ratelimit-remaining", admission.remaining.to_string()),
        ]
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        let body = serde_json::json!({
            "code": status, "error_type": RATE_ERROR, "error_message": RATE_MESSAGE
        });
        Answer::json(status, body.to_string())
    }
}

impl Instagram {
    fn profile(&self, index: u32, desk: &Desk) -> Answer {
        let person = self.world.person(index);
        enveloped(
            None,
            Profile {
                listed: listed(person, desk),
                bio: &person.bio,
                website: "",
                is_business: false,
                counts: Counts {
                    media: chance::mix(&[person.id]) % 2_000,
                    follows: self.world.following(index).len(),
                    followed_by: self.world.followers(index).len(),
                },
            },
        )
    }

    fn page(&self, question: &Question, index: u32, desk: &Desk) -> Result<Answer, Refusal> {
        let page = self.paging.page(question, index, desk)?;
        let people = page.people.iter().map(|&index| self.world.person(index));
        let shown: Vec<_> = people.map(|person| listed(person, desk)).collect();
        let pagination = match page.next {
            Some(next) => Some(self.next(question, &next)),
            // Both ways to end a list are met in the wild.
            None => page.number.is_multiple_of(2).then(Pagination::default),
        };
        Ok(enveloped(pagination, shown))
    }

    fn next(&self, question: &Question, next: &str) -> Pagination {
        let cursor = format!("AQ{next}==");
        let list = match question.endpoint {
            Endpoint::Following => "follows",
            _ => "followed-by",
        };
        let url = format!(
            "{}/users/{}/{list}?access_token={}&count={}&cursor={}",
            self.base,
            question.subject,
            self.token,
            question.count,
            percent_encoded(&cursor)
        );
        Pagination {
            next_url: Some(url),
            next_cursor: Some(cursor),
        }
    }

    /// Handles alike, among them the exact one if there is such, not always first.
    fn found(&self, question: &Question, desk: &Desk) -> Answer {
        let fates = desk.fates();
        let is_there = |person: &&Person| {
            !matches!(fates.get(&person.id), Some(Fate::Removed | Fate::Suspended))
        };
        let exact = self.world.by_handle(&question.subject);
        let mut people: Vec<_> = self
            .world
            .spelled_like(&question.subject, SIMILAR_HANDLES)
            .into_iter()
            .map(|index| self.world.person(index))
            .filter(|person| is_there(person))
            .take(question.count.saturating_sub(usize::from(exact.is_some())))
            .collect();
        let exact = exact.map(|index| self.world.person(index));
        if let Some(person) = exact.filter(is_there) {
            let place = chance::mix(&[self.paging.seed, person.id]) as usize % (people.len() + 1);
            people.insert(place, person);
        }
        let shown: Vec<_> = people.iter().map(|person| listed(person, desk)).collect();
        enveloped(None, shown)
    }
}

fn page_size(question: &Question, asked: Option<String>, desk: &Desk) -> usize {
    let Some(asked) = asked else {
        return DEFAULT_PAGE;
    };
    match asked.parse::<usize>() {
        Ok(count @ 1..=LARGEST_PAGE) => count,
        Ok(count @ 1..) => {
            desk.violation(format!("{question}: count={count} is above {LARGEST_PAGE}"));
            LARGEST_PAGE
        }
        _ => {
            desk.violation(format!("{question}: count={asked} is no page size"));
            DEFAULT_PAGE
        }
    }
}

fn listed<'a>(person: &'a Person, desk: &Desk) -> Listed<'a> {
    Listed {
        id: person.id.to_string(),
        username: &person.handle,
        full_name: &person.name,
        profile_picture: desk.picture(person),
    }
}

fn enveloped(pagination: Option<Pagination>, data: impl Serialize) -> Answer {
    let envelope = Envelope {
        pagination,
        meta: Meta { code: 200 },
        data,
    };
    // Plain strings and numbers always serialize.
    Answer::json(200, serde_json::to_string(&envelope).unwrap_or_default())
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
