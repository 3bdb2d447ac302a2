//! Any stranger can run a Mastodon server. What it says does no harm, and leads nowhere else.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lookalike::demo::networks::fake;
use lookalike::model::{AccountId, Cursor, Handle, Page, Relation};
use lookalike::networks::{Network, NetworkError};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::harness::{Harness, small_world};
use crate::hostile::network::{RawNetwork, RawResponse, TIMEOUT, http_response};

/// More requests than an honest analysis of this many followers could need.
const REQUESTS: usize = 3_000;

/// People on a page.
const PAGE: usize = 80;

fn anna() -> AccountId {
    AccountId::new("anna@toot.example")
}

/// The page after the look-up, by a client with no memory of the server.
async fn page(network: &RawNetwork) -> Result<Page, NetworkError> {
    let client = network.client_of("mastodon", "mastodon");
    client
        .list(Relation::Following, &anna(), Some(&Cursor("1".into())))
        .await
}

#[tokio::test]
async fn hostile_servers_send_nobody_elsewhere() {
    let (network, elsewhere) = (RawNetwork::start().await, RawNetwork::start().await);
    elsewhere.respond(200, "", b"[]");
    let client = network.client_of("mastodon", "mastodon");
    for status in [301, 302, 303, 307, 308] {
        for path in ["", ".well-known/webfinger"] {
            let location = format!("location: {}/{path}\r\n", elsewhere.url());
            network.respond(status, &location, b"{}");
            let found = client.resolve(&Handle("anna@toot.example".into())).await;
            assert_eq!(found, Err(NetworkError::NotFound), "{status} {path}");
            let error = page(&network).await.unwrap_err();
            assert!(!error.is_final(), "{status} {path}: {error}");
        }
    }
    let somebody = json!([{ "id": "1", "username": "a", "acct": "a" }]).to_string();
    let link = format!("link: <{}/?max_id=1>; rel=\"next\"\r\n", elsewhere.url());
    network.respond(200, &link, somebody.as_bytes());
    let page = page(&network).await.unwrap();
    assert_eq!(page.accounts.len(), 1, "what was read is kept");
    assert!(page.broken_off && page.next.is_none(), "{page:?}");
    assert_eq!(elsewhere.connections(), 0, "nobody else is asked");
}

#[tokio::test]
async fn hostile_servers_are_read_up_to_a_bound() {
    let network = RawNetwork::start().await;
    let head = b"HTTP/1.1 200 OK\r\n\r\n[\"".to_vec();
    network.respond_with(RawResponse::Forever(
        head,
        vec![b'x'; 65_536],
        Duration::ZERO,
    ));
    let page = page(&network).await.unwrap();
    assert_eq!(page.accounts, []);
    let fewer = Some(Cursor("~20~1".into()));
    assert_eq!(page.next, fewer, "next time fewer are asked for");
    assert!(network.bytes_sent() < 16 * 1_048_576, "then it hung up");
}

#[tokio::test]
async fn hostile_servers_can_not_fill_the_disk_with_names_that_they_make_up() {
    let network = RawNetwork::start().await;
    let people = |count: usize, name: &str| -> Vec<u8> {
        let people = (0..count).map(|number| {
            let acct = format!("{name}{number}");
            json!({ "id": number.to_string(), "username": acct, "acct": acct })
        });
        people.collect::<Value>().to_string().into_bytes()
    };
    network.respond(200, "", &people(PAGE, "anna"));
    assert_eq!(page(&network).await.unwrap().accounts.len(), PAGE);
    network.respond(200, "", &people(PAGE, &"a".repeat(200)));
    let accounts = page(&network).await.unwrap().accounts;
    assert_eq!(accounts, [], "nobody has a name of 200 letters");
    network.respond(200, "", &people(10 * PAGE, "anna"));
    let page = page(&network).await.unwrap();
    let listed = page.accounts.len() as u64;
    assert!(listed <= 100, "no server gives {listed} in a page");
    assert_eq!(
        listed + page.lost,
        10 * PAGE as u64,
        "the rest is missing, and counted"
    );
}

#[tokio::test]
async fn hostile_servers_that_drip_are_left_after_the_timeout() {
    let network = RawNetwork::start().await;
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    network.respond_with(RawResponse::Forever(
        head,
        vec![b' '],
        Duration::from_millis(50),
    ));
    let began = Instant::now();
    let error = page(&network).await.unwrap_err();
    assert!(matches!(error, NetworkError::HostFailed(_)), "{error}");
    assert!(began.elapsed() < 5 * TIMEOUT);
}

#[tokio::test]
async fn hostile_servers_are_no_word_about_an_account_and_none_to_the_gate() {
    let network = RawNetwork::start().await;
    for (status, body) in [(403, "<html>"), (404, "<html>"), (429, "<html>")] {
        network.respond(status, "", body.as_bytes());
        let error = page(&network).await.unwrap_err();
        assert!(
            matches!(
                error,
                NetworkError::HostBusy { .. } | NetworkError::HostForeign
            ),
            "{status}: {error}"
        );
    }
    network.respond(401, "", b"{\"error\":\"The access token is invalid\"}");
    assert_eq!(page(&network).await.unwrap_err(), NetworkError::ShutOut);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_lists_without_an_end_end_and_closed_doors_are_given_up() {
    let servers = HostileServers::start().await;
    let mastodon = fake("mastodon", "mastodon").unwrap();
    let mut harness = Harness::on_network(mastodon, small_world(10, false)).await;
    harness.set("MASTODON_API_URL", &servers.url);
    harness
        .set("FOLLOWERS_CAP", "200")
        .set("MAX_FOLLOWING", "200");
    harness.start().await;
    harness.telegram.says(&harness.ann, "@anna@toot.example");
    harness
        .until(&harness.ann, "that nothing can be compared", |messages| {
            let mut messages = messages.iter();
            messages.any(|message| message.text.contains("nothing to compare"))
        })
        .await;
    harness.stop().await;
    let asked = |place: &str| {
        let asked = servers.asked.lock().unwrap();
        asked.iter().filter(|path| path.contains(place)).count()
    };
    assert!(asked("") < REQUESTS, "{} requests", asked(""));
    assert_eq!(asked("closed.example"), 5, "then it is given up");
    let busy = asked("busy.example");
    assert!((5..15).contains(&busy), "{busy}, then it is given up");
}

/// Servers whose lists show new accounts on every page, and always another page; besides them one that requires a
/// login, and one that always throttles.
struct HostileServers {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
    server: JoinHandle<()>,
}

impl HostileServers {
    async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let log = asked.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, log.clone()));
            }
        });
        Self { url, asked, server }
    }
}

impl Drop for HostileServers {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>) {
    let mut request = Vec::new();
    let mut chunk = [0; 1_024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(length) if length > 0 => request.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.lines().next().unwrap_or_default().to_owned();
    let number = {
        let mut log = log.lock().unwrap();
        log.push(path.clone());
        log.len()
    };
    // The client hangs up once it has read enough.
    let _ = stream.write_all(&response(&path, number)).await;
}

fn response(path: &str, number: usize) -> Vec<u8> {
    if path.contains("closed.example") {
        return http_response(403, "", b"<html>");
    }
    if path.contains("busy.example") {
        return http_response(429, "", b"<html>");
    }
    let (mut headers, people) = (String::new(), number * PAGE..(number + 1) * PAGE);
    let body = if path.contains("webfinger") {
        let href = "https://toot.example/users/anna";
        let own = json!({ "rel": "self", "type": "application/activity+json", "href": href });
        json!({ "links": [own] })
    } else if path.contains("lookup") {
        somebody(1)
    } else {
        headers = format!("link: <https://toot.example/?max_id={number}>; rel=\"next\"\r\n");
        people.map(somebody).collect()
    };
    http_response(200, &headers, body.to_string().as_bytes())
}

fn somebody(number: usize) -> Value {
    let user = format!("u{number}");
    let acct = match number % 8 {
        3 => format!("{user}@closed.example"),
        5 => format!("{user}@busy.example"),
        _ => user.clone(),
    };
    json!({
        "id": number.to_string(), "username": user, "acct": acct,
        "followers_count": 1_000_000, "following_count": 1_000_000,
    })
}
