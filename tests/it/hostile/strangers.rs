//! Accounts and servers that strangers have chosen are evidence about nothing but themselves.

use std::sync::Arc;

use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{Message, Person};
use lookalike::model::{Handle, PersonId};
use lookalike::networks::NetworkError;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::harness::{Harness, WITHIN, small_world};
use crate::hostile::network::http_response;

/// Followers of the honest account, on as many servers.
const FOLLOWERS: usize = 100;
const SERVERS: usize = 10;

/// Followers of the hostile account, each on a server of its own: more than twice as many as are read at once.
const STRANGERS: usize = 80;

/// Longer than any test takes.
const NO_TIMEOUT: &str = "1h";

/// Strangers' servers: `toot*.example` are honest, those in `slow*.example` take requests and never answer, those in
/// `dead*.example` hang up.
struct Fediverse {
    url: String,
    asked: Arc<watch::Sender<Vec<String>>>,
    server: JoinHandle<()>,
}

impl Fediverse {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<watch::Sender<Vec<String>>> = Arc::default();
        let log = asked.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, log.clone()));
            }
        });
        Self { url, asked, server }
    }

    fn asked(&self, host: &str) -> usize {
        count(&self.asked.borrow(), host)
    }

    async fn harness(&self) -> Harness {
        let mastodon = fake("mastodon", "mastodon").unwrap();
        let mut harness = Harness::on_network(mastodon, small_world(1, false)).await;
        harness.set("MASTODON_API_URL", &self.url);
        // Paced requests don't wait for other responses.
        harness.set("MASTODON_RATE", "80/s");
        harness
    }
}

impl Drop for Fediverse {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn count(asked: &[String], host: &str) -> usize {
    asked.iter().filter(|path| path.contains(host)).count()
}

async fn serve(mut stream: TcpStream, log: Arc<watch::Sender<Vec<String>>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 1_024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(length) if length > 0 => request.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    log.send_modify(|asked| asked.push(path.clone()));
    if path.contains("dead") {
        return;
    }
    if path.contains("slow") {
        // For as long as the client waits.
        let _ = stream.read(&mut chunk).await;
        return;
    }
    // The client hangs up once it has read enough.
    let _ = stream.write_all(&response(&path)).await;
}

fn response(path: &str) -> Vec<u8> {
    let parts: Vec<&str> = path.split(['/', '?', '=', '&']).collect();
    let host = parts[1];
    let body = if path.contains("webfinger") {
        let name = parts.last().unwrap().replace("acct%3A", "");
        let user = name.split("%40").next().unwrap();
        let href = format!("https://{host}/users/{user}");
        json!({ "links": [{ "rel": "self", "type": "application/activity+json", "href": href }] })
    } else if path.contains("lookup") {
        somebody(parts.last().unwrap(), host)
    } else {
        let user = parts[5];
        let list: Vec<Value> = match (user, parts[6]) {
            ("anna", "followers") => (0..FOLLOWERS).map(follower_of_anna).collect(),
            ("eve", "followers") => (0..STRANGERS).map(follower_of_eve).collect(),
            _ => {
                let number: usize = user[1..].parse().unwrap_or_default();
                let follows = (0..20).filter(|peer| (number + peer).is_multiple_of(peer + 2));
                follows
                    .map(|peer| somebody(&format!("p{peer}"), "toot0.example"))
                    .collect()
            }
        };
        Value::from(list)
    };
    http_response(200, "", body.to_string().as_bytes())
}

fn follower_of_anna(number: usize) -> Value {
    let host = format!("toot{}.example", number % SERVERS);
    somebody(&format!("a{number}"), &host)
}

fn follower_of_eve(number: usize) -> Value {
    let kind = if number.is_multiple_of(2) {
        "slow"
    } else {
        "dead"
    };
    somebody(&format!("e{number}"), &format!("{kind}{number}.example"))
}

fn somebody(user: &str, host: &str) -> Value {
    json!({
        "id": user, "username": user, "acct": format!("{user}@{host}"),
        "uri": format!("https://{host}/users/{user}"),
        "followers_count": 100, "following_count": 20,
    })
}

fn contains(words: &'static str) -> impl Fn(&[Message]) -> bool {
    move |messages| messages.iter().any(|message| message.text.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_servers_hold_up_nobodys_search() {
    let fediverse = Fediverse::start().await;
    let mut harness = fediverse.harness().await;
    harness.set("REQUEST_TIMEOUT", NO_TIMEOUT).start().await;
    let searches = [
        (601, "@eve@toot1.example"),
        (602, "@x@slow1000.example"),
        (602, "@y@slow1001.example"),
        (602, "@z@slow1002.example"),
        (603, "@x@dead1000.example"),
        (604, "@x@slow1003.example"),
        (605, "@x@slow1004.example"),
        (606, "@x@slow1005.example"),
    ];
    for (person, words) in searches {
        let person = Person::new(person, "Mallory");
        harness.telegram.knows(&person);
        harness.telegram.says(&person, words);
    }
    // Whatever these searches may hold, they hold from now on.
    let are_held = |asked: &Vec<String>| {
        let look_ups = count(asked, "slow100");
        look_ups == 6 && count(asked, "slow") > look_ups + 2
    };
    let mut asked = fediverse.asked.subscribe();
    let held = timeout(WITHIN, asked.wait_for(are_held)).await;
    held.expect("hostile servers hold requests").unwrap();
    harness.telegram.says(&harness.ann, "@anna@toot0.example");
    harness
        .until_delivered(&harness.ann, "anna@toot0.example")
        .await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_answer_is_named_and_given_up() {
    let fediverse = Fediverse::start().await;
    let mut harness = fediverse.harness().await;
    // Long enough for the bubble to be seen between the tries.
    harness.set("VERIFY_MIN_BACKOFF_SECONDS", "1");
    harness.set("VERIFY_MAX_BACKOFF_SECONDS", "1");
    harness.start().await;
    harness.telegram.says(&harness.ann, "@bob@dead1.example");
    let named = "dead1.example isn't responding";
    harness.until(&harness.ann, named, contains(named)).await;
    let given_up = "The server of @bob@dead1.example does not answer, so I stopped";
    harness
        .until(&harness.ann, given_up, contains(given_up))
        .await;
    assert_eq!(fediverse.asked("dead1.example"), 4, "then it is left alone");
    harness.telegram.says(&harness.ann, "@anna@toot0.example");
    harness
        .until_delivered(&harness.ann, "anna@toot0.example")
        .await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_used_up_the_servers_of_a_day_is_told_so_and_others_go_on() {
    let fediverse = Fediverse::start().await;
    let mut harness = fediverse.harness().await;
    harness.start().await;
    // The servers of a large search.
    let mallory = Person::new(601, "Mallory");
    harness.telegram.knows(&mallory);
    let entry = harness
        .app()
        .context()
        .networks
        .iter()
        .next()
        .unwrap()
        .clone();
    let network = entry.network.for_asker(Some(PersonId(601))).unwrap();
    for number in 0..500 {
        let handle = Handle(format!("x@dead{number}.example"));
        let http_response = network.resolve(&handle).await;
        assert_ne!(
            http_response,
            Err(NetworkError::HostsSpent),
            "number {number}"
        );
    }
    harness.telegram.says(&mallory, "@anna@toot0.example");
    let refusal = "only so many new ones a day";
    harness.until(&mallory, refusal, contains(refusal)).await;
    harness.telegram.says(&harness.ann, "@anna@toot0.example");
    harness
        .until_delivered(&harness.ann, "anna@toot0.example")
        .await;
    harness.stop().await;
}
