//! A server of Mastodon can be anybody's. What it says does no harm, and leads nowhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lookalike::demo::networks::fake;
use lookalike::model::{AccountId, Cursor, Handle, Page};
use lookalike::networks::{Network, NetworkError};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::hostile::network::{RawNetwork, Speech, TIMEOUT, answer};
use crate::house::{House, small_world};

/// More requests than an honest analysis of so many followers could need.
const REQUESTS: usize = 3_000;

fn anna() -> AccountId {
    AccountId::new("anna@toot.example")
}

/// The page behind the look-up, by a client that has no bad memories of the server.
async fn page(network: &RawNetwork) -> Result<Page, NetworkError> {
    let client = network.client_of("mastodon", "mastodon");
    client.following(&anna(), Some(&Cursor("1".into()))).await
}

#[tokio::test]
async fn hostile_servers_send_nobody_elsewhere() {
    let (network, elsewhere) = (RawNetwork::start().await, RawNetwork::start().await);
    elsewhere.answers(200, "", b"[]");
    let client = network.client_of("mastodon", "mastodon");
    for status in [301, 302, 303, 307, 308] {
        for path in ["", ".well-known/webfinger"] {
            let location = format!("location: {}/{path}\r\n", elsewhere.url());
            network.answers(status, &location, b"{}");
            let found = client.resolve(&Handle("anna@toot.example".into())).await;
            assert_eq!(found, Err(NetworkError::NotFound), "{status} {path}");
            let error = page(&network).await.unwrap_err();
            assert!(!error.is_final(), "{status} {path}: {error}");
        }
    }
    let somebody = json!([{ "id": "1", "username": "a", "acct": "a" }]).to_string();
    let link = format!("link: <{}/?max_id=1>; rel=\"next\"\r\n", elsewhere.url());
    network.answers(200, &link, somebody.as_bytes());
    let error = page(&network).await.unwrap_err();
    assert!(matches!(error, NetworkError::Unexpected(_)), "{error}");
    assert_eq!(elsewhere.connections(), 0, "nobody else is asked");
}

#[tokio::test]
async fn hostile_servers_are_heard_up_to_a_bound() {
    let network = RawNetwork::start().await;
    let head = b"HTTP/1.1 200 OK\r\n\r\n[\"".to_vec();
    network.says(Speech::Forever(head, vec![b'x'; 65_536], Duration::ZERO));
    let error = page(&network).await.unwrap_err().to_string();
    assert!(error.contains("more than 1048576 bytes"), "{error}");
    assert!(network.said() < 16 * 1_048_576, "then it hung up");
}

#[tokio::test]
async fn hostile_servers_that_drip_are_left_after_the_timeout() {
    let network = RawNetwork::start().await;
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n".to_vec();
    network.says(Speech::Forever(head, vec![b' '], Duration::from_millis(50)));
    let began = Instant::now();
    let error = page(&network).await.unwrap_err();
    assert!(matches!(error, NetworkError::Temporary(_)), "{error}");
    assert!(began.elapsed() < 5 * TIMEOUT);
}

#[tokio::test]
async fn hostile_servers_are_no_word_about_an_account_and_none_to_the_gate() {
    let network = RawNetwork::start().await;
    for (status, body) in [
        (401, "{\"error\":\"The access token is invalid\"}"),
        (403, "<html>"),
        (404, "<html>"),
        (429, "<html>"),
    ] {
        network.answers(status, "", body.as_bytes());
        let error = page(&network).await.unwrap_err();
        assert!(
            matches!(
                error,
                NetworkError::HostBusy { .. } | NetworkError::HostLost
            ),
            "{status}: {error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_lists_without_an_end_end() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let invented = Arc::new(AtomicUsize::new(0));
    let asked = Arc::new(AtomicUsize::new(0));
    let counters = (invented, asked.clone());
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(go_on_forever(stream, counters.clone()));
        }
    });
    let mastodon = fake("mastodon", "mastodon").unwrap();
    let mut house = House::on_network(mastodon, small_world(10, false)).await;
    house.set("MASTODON_API_URL", &url);
    house
        .set("FOLLOWERS_CAP", "200")
        .set("MAX_FOLLOWING", "200");
    house.start().await;
    house.telegram.says(&house.ann, "@anna@toot.example");
    house
        .until(&house.ann, "that nothing can be compared", |messages| {
            let mut messages = messages.iter();
            messages.any(|message| message.text.contains("nothing to compare"))
        })
        .await;
    house.stop().await;
    server.abort();
    let asked = asked.load(Ordering::SeqCst);
    assert!(asked < REQUESTS, "{asked} requests");
}

/// Everybody is known, and every page of every list shows people never seen, and says that there is another.
async fn go_on_forever(mut stream: TcpStream, counters: (Arc<AtomicUsize>, Arc<AtomicUsize>)) {
    let (invented, asked) = counters;
    let mut request = Vec::new();
    let mut chunk = [0; 1_024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut chunk).await {
            Ok(length) if length > 0 => request.extend_from_slice(&chunk[..length]),
            _ => return,
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let entity = |number: usize| {
        json!({
            "id": number.to_string(), "username": format!("u{number}"), "acct": format!("u{number}"),
            "followers_count": 1_000_000, "following_count": 1_000_000,
        })
    };
    let request = String::from_utf8_lossy(&request);
    let own = json!({
        "rel": "self", "type": "application/activity+json", "href": "https://toot.example/users/anna",
    });
    let (headers, body) = if request.contains("webfinger") {
        (String::new(), json!({ "links": [own] }))
    } else if request.contains("lookup") {
        (String::new(), entity(1))
    } else {
        let first = invented.fetch_add(80, Ordering::SeqCst);
        let next = format!("link: <https://toot.example/?max_id={first}>; rel=\"next\"\r\n");
        (next, (first..first + 80).map(entity).collect())
    };
    // Whoever has heard enough hangs up.
    let _ = stream
        .write_all(&answer(200, &headers, body.to_string().as_bytes()))
        .await;
}
