//! A fake of three servers of Mastodon and two domains beside them, each at a path of its own: accounts that
//! only their home tells all of, numbers that hold on one server alone, hidden lists that are just empty, an
//! empty page at the end of some lists, and counts of others' accounts that are stale.

use std::io;
use std::sync::Arc;

use axum::extract::Query;
use axum::http::Method;
use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::demo::chance;
use crate::demo::networks::desk::{Admission, Desk, Fate};
use crate::demo::networks::directory::Directory;
use crate::demo::networks::paging::Paging;
use crate::demo::networks::reception::serve;
use crate::demo::networks::{
    Answer, Endpoint, Fake, FakeKind, Incoming, Options, Question, Refusal, Running, dates,
};
use crate::demo::world::{Person, World};

const LARGEST_PAGE: usize = 80;
const DEFAULT_PAGE: usize = 40;

/// Where people are at home.
const SERVERS: [&str; 3] = ["toot.example", "kiln.example", SPLIT_SERVER];

/// Serves names of a domain of its own, which says so when it is asked ...
const SPLIT_SERVER: &str = "social.dough.example";
const SPLIT_DOMAIN: &str = "dough.example";

/// ... and of one that sends everybody there who asks.
const SENDING_DOMAIN: &str = "bread.example";

/// Of those who hide their lists, one in so many is at a server that does not say so.
const UNSAID: u64 = 3;

/// How soon a window begins anew.
const RESET: TimeDelta = TimeDelta::seconds(1);

pub(super) const KIND: FakeKind = FakeKind {
    network: "mastodon",
    api: "mastodon",
    start: |world, options| Box::pin(start(world, options)),
    call: handle,
};

async fn start(world: Arc<World>, options: Options) -> io::Result<Running> {
    let seed = options.seed;
    serve(options, "", |_| Mastodon {
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
    let name = person.handle.to_lowercase().replace('.', "_");
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    format!("{name}{number}@{}", home(person))
}

fn home(person: &Person) -> &'static str {
    SERVERS[person.id as usize % SERVERS.len()]
}

struct Mastodon {
    world: Arc<World>,
    directory: Directory,
    paging: Paging,
}

impl Fake for Mastodon {
    fn read(&self, request: &Incoming<'_>, desk: &Desk) -> Result<Question, String> {
        let uri = request.uri;
        let stray = || format!("{} {}", request.method, uri.path());
        if request.method != Method::GET {
            return Err(stray());
        }
        let mut parts: Vec<&str> = uri.path().split('/').skip(1).collect();
        // Others' clients ask servers at the root of an address alone.
        if matches!(parts.first(), Some(&("api" | ".well-known"))) {
            parts.insert(0, SERVERS[0]);
        }
        let (host, endpoint, number) = match parts.as_slice() {
            [host, ".well-known", "webfinger"] => (host, Endpoint::Search, None),
            [host, "api", "v1", "accounts", "lookup"] => (host, Endpoint::Profile, None),
            [host, "api", "v1", "accounts", number, "followers"] => {
                (host, Endpoint::Followers, Some(number))
            }
            [host, "api", "v1", "accounts", number, "following"] => {
                (host, Endpoint::Following, Some(number))
            }
            _ => return Err(stray()),
        };
        let parameters = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| format!("{}: {error}", uri.path()))?;
        let value = |wanted: &str| {
            let mut found = parameters.iter().filter(|(name, _)| name == wanted);
            found.next().map(|(_, value)| value.clone())
        };
        let subject = match endpoint {
            Endpoint::Search => value("resource").unwrap_or_default(),
            Endpoint::Profile => value("acct").unwrap_or_default(),
            _ => number
                .map(|number| (*number).to_owned())
                .unwrap_or_default(),
        };
        let mut question = Question {
            endpoint,
            subject: format!("{host}/{subject}"),
            id: None,
            cursor: String::new(),
            start: 0,
            known_cursor: true,
            count: DEFAULT_PAGE,
            token: None,
        };
        let index = self.find(&question);
        question.id = index.map(|index| self.world.person(index).id);
        if let Some(limit) = value("limit").and_then(|limit| limit.parse().ok()) {
            question.count = LARGEST_PAGE.min(limit);
            if limit > LARGEST_PAGE {
                desk.violation(format!("{question}: limit={limit}"));
            }
        }
        if let Some(max_id) = value("max_id") {
            let place = max_id.parse().ok().map(cursor_of);
            let start = place.and_then(|place| self.paging.place_of(&question, &place));
            question.known_cursor = start.is_some();
            question.start = start.unwrap_or_default();
            question.cursor = max_id;
        }
        if !question.known_cursor {
            desk.violation(format!("{question}: no place of this list"));
        }
        if index.is_some_and(|index| number.is_some() && home(self.world.person(index)) != *host) {
            desk.violation(format!("{question}: not asked at home"));
        }
        Ok(question)
    }

    fn needs_key(&self) -> bool {
        false
    }

    /// A list begins with a look-up, whoever else has looked the account up.
    fn is_asked_once(&self, question: &Question) -> bool {
        question.endpoint != Endpoint::Profile
    }

    fn answer(&self, question: &Question, desk: &Desk) -> Result<Answer, Refusal> {
        let (host, subject) = split(question);
        if question.endpoint == Endpoint::Search {
            return Ok(self.finger(question, desk, host, subject));
        }
        if !SERVERS.contains(&host) {
            return Ok(Answer::page(404));
        }
        let index = self.find(question).ok_or(Refusal::NotFound)?;
        let person = self.world.person(index);
        if desk.fates().get(&person.id) == Some(&Fate::Removed) {
            return Err(Refusal::NotFound);
        }
        match question.endpoint {
            Endpoint::Profile => {
                let entity = self.entity(index, host, desk);
                Ok(Answer::json(200, entity.to_string()))
            }
            _ => self.page(question, index, host, desk),
        }
    }

    fn refuse(&self, refusal: Refusal) -> Answer {
        let (status, words) = match refusal {
            Refusal::NotFound | Refusal::NoSuchPlace => (404, "Record not found"),
            Refusal::Private | Refusal::Deactivated => (403, "This action is not allowed"),
            Refusal::Suspended => (410, "Gone"),
            Refusal::Malformed | Refusal::BadCursor => (422, "Validation failed"),
            Refusal::BadToken => (401, "This method requires an authenticated user"),
            Refusal::Throttled => (429, "Too many requests"),
            Refusal::Broken => (500, "Something went wrong on our end"),
        };
        Answer::json(status, json!({ "error": words }).to_string())
    }

    fn proxy_throttled(&self, status: u16) -> Answer {
        Answer::page(status)
    }

    fn told_of_rate(&self, admission: &Admission) -> Vec<(&'static str, String)> {
        let reset = (Utc::now() + RESET).to_rfc3339_opts(SecondsFormat::Micros, true);
        vec![
            ("x-ratelimit-limit", admission.limit.to_string()),
            ("x-ratelimit-remaining", admission.remaining.to_string()),
            ("x-ratelimit-reset", reset),
        ]
    }
}

impl Mastodon {
    /// Whoever is meant: by the name, or by the number that the server has given.
    fn find(&self, question: &Question) -> Option<u32> {
        let (host, subject) = split(question);
        match question.endpoint {
            Endpoint::Search => {
                let name = subject.strip_prefix("acct:")?;
                let user = name.strip_suffix(host)?.strip_suffix('@')?;
                let server = match host {
                    SPLIT_DOMAIN | SENDING_DOMAIN => SPLIT_SERVER,
                    server => server,
                };
                self.directory.find(&format!("{user}@{server}"))
            }
            Endpoint::Profile => self.directory.find(&format!("{subject}@{host}")),
            _ => self.world.by_id(person_of(subject, host)?),
        }
    }

    fn finger(&self, question: &Question, desk: &Desk, host: &str, resource: &str) -> Answer {
        if host == SENDING_DOMAIN {
            let mut answer = Answer::page(301);
            let place = format!("https://{SPLIT_SERVER}/.well-known/webfinger?resource={resource}");
            answer.headers.push(("location", place));
            return answer;
        }
        if host != SPLIT_DOMAIN && !SERVERS.contains(&host) {
            // Any other site of the web.
            return Answer::page(404);
        }
        let fate = question.id.and_then(|id| desk.fates().get(&id).copied());
        let Some(index) = self.find(question).filter(|_| fate != Some(Fate::Removed)) else {
            return Answer::json(404, String::new());
        };
        if fate == Some(Fate::Suspended) {
            return Answer::json(410, String::new());
        }
        let (user, server) = self.name(index);
        let body = json!({
            "subject": resource,
            "aliases": [format!("https://{server}/@{user}")],
            "links": [
                { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": format!("https://{server}/@{user}") },
                { "rel": "self", "type": "application/activity+json", "href": format!("https://{server}/users/{user}") },
                { "rel": "http://ostatus.org/schema/1.0/subscribe", "template": format!("https://{server}/authorize_interaction?uri={{uri}}") },
            ],
        });
        Answer {
            kind: "application/jrd+json; charset=utf-8",
            ..Answer::json(200, body.to_string())
        }
    }

    fn page(
        &self,
        question: &Question,
        index: u32,
        host: &str,
        desk: &Desk,
    ) -> Result<Answer, Refusal> {
        let person = self.world.person(index);
        let is_suspended = desk.fates().get(&person.id) == Some(&Fate::Suspended);
        if hides_lists(person, desk) || is_suspended {
            return Ok(Answer::json(200, "[]".into()));
        }
        let page = self.paging.page(question, index, desk)?;
        // Whether more follows is known only when a page is not full.
        let is_full = page.people.len() == question.count;
        let behind = || {
            self.paging
                .cursor(question, question.start + question.count)
        };
        let next = page.next.or_else(|| is_full.then(behind));
        let people = page.people.iter();
        let people: Vec<Value> = people
            .map(|index| self.entity(*index, host, desk))
            .collect();
        let mut answer = Answer::json(200, Value::from(people).to_string());
        let (_, number) = split(question);
        let list = match question.endpoint {
            Endpoint::Following => "following",
            _ => "followers",
        };
        let path = format!("https://{host}/api/v1/accounts/{number}/{list}?limit={LARGEST_PAGE}");
        let mut links = vec![format!("<{path}&since_id={}>; rel=\"prev\"", page.number)];
        if let Some(next) = next {
            links.insert(
                0,
                format!("<{path}&max_id={}>; rel=\"next\"", max_id_of(&next)),
            );
        }
        answer.headers.push(("link", links.join(", ")));
        Ok(answer)
    }

    /// Somebody as a server shows him.
    fn entity(&self, index: u32, host: &str, desk: &Desk) -> Value {
        let person = self.world.person(index);
        let (user, server) = self.name(index);
        let domain = match server {
            SPLIT_SERVER => SPLIT_DOMAIN,
            server => server,
        };
        let (acct, known) = match server == host {
            true => (user.to_owned(), 1),
            // Of others a server knows what it has heard.
            false => (format!("{user}@{domain}"), 2),
        };
        let avatar = format!("https://files.{server}/{}.png", person.id);
        let header = format!("https://{server}/headers/original/missing.png");
        // The day, without a time.
        let joined = format!("{}T00:00:00.000Z", dates::joined(person.id).date_naive());
        let mut entity = json!({
            "id": number_of(person.id, host),
            "username": user,
            "acct": acct,
            "display_name": person.name,
            "locked": person.private,
            "bot": false,
            "discoverable": null,
            "indexable": false,
            "group": false,
            "created_at": joined,
            "note": paragraph(&person.bio),
            "url": format!("https://{server}/@{user}"),
            "uri": format!("https://{server}/users/{user}"),
            "avatar": avatar,
            "avatar_static": avatar,
            "header": header,
            "header_static": header,
            "followers_count": self.world.followers(index).len() / known,
            "following_count": self.world.following(index).len() / known,
            "statuses_count": chance::mix(&[person.id]) % 2_000,
            "last_status_at": dates::last_wrote(person.id).date_naive(),
            "emojis": [],
            "roles": [],
            "feature_approval": { "automatic": [], "manual": [], "current_user": "denied" },
            "fields": [],
        });
        if hides_lists(person, desk) && !person.id.is_multiple_of(UNSAID) {
            entity["hide_collections"] = json!(true);
        }
        if desk.fates().get(&person.id) == Some(&Fate::Suspended) {
            entity["suspended"] = json!(true);
            entity["followers_count"] = json!(0);
            entity["following_count"] = json!(0);
        }
        entity
    }

    /// Somebody's name and server.
    fn name(&self, index: u32) -> (&str, &'static str) {
        let handle = self.directory.handle(index);
        let user = handle.split('@').next().unwrap_or_default();
        (user, home(self.world.person(index)))
    }
}

/// The server that is asked, and about whom.
fn split(question: &Question) -> (&str, &str) {
    question.subject.split_once('/').unwrap_or_default()
}

fn hides_lists(person: &Person, desk: &Desk) -> bool {
    person.private || desk.fates().get(&person.id) == Some(&Fate::Hidden)
}

fn paragraph(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    match text.is_empty() {
        true => text,
        false => format!("<p>{}</p>", text.replace('\n', "<br />")),
    }
}

/// A server's number of somebody, of which the others know nothing.
fn number_of(id: u64, host: &str) -> String {
    let server = SERVERS.iter().position(|server| *server == host);
    (id * SERVERS.len() as u64 + server.unwrap_or_default() as u64).to_string()
}

fn person_of(number: &str, host: &str) -> Option<u64> {
    let id = number.parse::<u64>().ok()? / SERVERS.len() as u64;
    (number_of(id, host) == number).then_some(id)
}

/// Servers' numbers of places have digits alone.
fn max_id_of(cursor: &str) -> u64 {
    u64::from_str_radix(cursor, 16).unwrap_or_default()
}

fn cursor_of(max_id: u64) -> String {
    format!("{:08X}{:08x}", max_id >> 32, max_id & u64::from(u32::MAX))
}
