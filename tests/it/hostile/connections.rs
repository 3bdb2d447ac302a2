//! A network that lies about lengths, never ends, packs bombs or sends headers of every kind.

use std::io::{Read, Write, copy, repeat};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use lookalike::model::{Cursor, Page};
use lookalike::networks::NetworkError;

use crate::hostile::network::{RawNetwork, RawResponse, TIMEOUT, TOKEN, account, page};

const GOOD: &[u8] = br#"{"meta":{"code":200},"data":[{"id":"1","username":"a"}],"pagination":{}}"#;

/// The most that is read of a response, decompressed.
const BOUND: usize = 1_048_576;

const GZIP: &str = "content-encoding: gzip\r\n";

#[tokio::test]
async fn hostile_bodies_without_an_end_are_read_up_to_a_bound() {
    let network = RawNetwork::start().await;
    let client = network.client();
    let head = b"HTTP/1.1 200 OK\r\n\r\n{\"data\":[\"".to_vec();
    network.respond_with(RawResponse::Forever(
        head,
        vec![b'x'; 65_536],
        Duration::ZERO,
    ));
    too_large(page(&client).await);
    let sent = network.bytes_sent();
    assert!(
        sent < 16 * 1_048_576,
        "{sent} bytes were taken before it hung up"
    );
}

#[tokio::test]
async fn hostile_drips_end_with_the_timeout() {
    let network = RawNetwork::start().await;
    let client = network.client();
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx-slow: ",
    ] {
        let drip = RawResponse::Forever(head.into(), vec![b' '], Duration::from_millis(50));
        network.respond_with(drip);
        let began = Instant::now();
        let said = refusal(page(&client).await);
        assert!(began.elapsed() >= TIMEOUT, "{said}");
        assert!(
            said.contains("timed out") || said.contains("timeout"),
            "{said}"
        );
    }
}

#[tokio::test]
async fn hostile_packing_is_unpacked_up_to_a_bound() {
    let network = RawNetwork::start().await;
    let client = network.client();
    network.respond(200, GZIP, &packed(BOUND));
    let result = page(&client).await.unwrap();
    assert!(result.is_ok(), "an answer of the size that is allowed");
    for length in [BOUND + 1, 300 * BOUND] {
        let bomb = packed(length);
        assert!(bomb.len() < BOUND, "it is small as long as it is packed");
        network.respond(200, GZIP, &bomb);
        too_large(page(&client).await);
    }
    network.respond(200, GZIP, b"\x1f\x8bnot packed at all");
    refusal(page(&client).await);
}

#[tokio::test]
async fn hostile_numbers_of_accounts_are_cut_and_counted() {
    let network = RawNetwork::start().await;
    let client = network.client();
    let answers = |count| {
        let accounts = vec![r#"{"id":"1","username":"a"}"#; count].join(",");
        network.respond(200, "", format!("{{\"data\":[{accounts}]}}").as_bytes());
    };
    answers(5_000);
    let cut = page(&client).await.unwrap().unwrap();
    assert_eq!(
        (cut.accounts.len(), cut.lost),
        (1_000, 4_000),
        "what no network gives in a page is missing"
    );
    answers(1_000_000);
    too_large(page(&client).await);
    answers(500);
    let page = page(&client).await.unwrap().unwrap();
    assert_eq!(
        page.accounts.len(),
        500,
        "a page that is larger than asked for is taken"
    );
}

#[tokio::test]
async fn hostile_names_in_an_answer_are_left_out_or_cut() {
    let network = RawNetwork::start().await;
    let client = network.client();
    let long = "9".repeat(300);
    let body = format!(
        r#"{{"data":[{{"id":"{long}","username":"a"}},{{"id":"","username":"b"}},{{"id":"3","username":"{long}{long}"}},{{"id":"4","username":"d"}}]}}"#
    );
    network.respond(200, "", body.as_bytes());
    let page = page(&client).await.unwrap().unwrap();
    let ids: Vec<&str> = page
        .accounts
        .iter()
        .map(|account| account.id.as_str())
        .collect();
    assert_eq!(
        ids,
        ["4"],
        "an account whose id or handle is none is left out"
    );
    let picture = "p".repeat(10_000);
    let name = "é".repeat(10_000);
    let body = format!(
        r#"{{"data":{{"id":"1","username":"a","full_name":"{name}","bio":"{name}","profile_picture":"{picture}"}}}}"#
    );
    network.respond(200, "", body.as_bytes());
    account(&client).await.unwrap();
}

#[tokio::test]
async fn hostile_lengths_are_no_harm() {
    let network = RawNetwork::start().await;
    let client = network.client();
    let raw = |length: &str, body: &str| {
        RawResponse::Once(format!("HTTP/1.1 200 OK\r\n{length}\r\n{body}").into_bytes())
    };
    for response in [
        raw("content-length: 1000\r\n", "{\"data\":"),
        raw("content-length: 2\r\n", "{}{}{}{}"),
        raw("content-length: 18446744073709551615\r\n", "{}"),
        raw("content-length: 99999999999999999999999\r\n", "{}"),
        raw("transfer-encoding: chunked\r\n", "ffffffffffffffff\r\n{}"),
        raw("transfer-encoding: chunked\r\n", "zz\r\n{}"),
        raw(
            "content-length: 2\r\ntransfer-encoding: chunked\r\n",
            "2\r\n{}\r\n0\r\n\r\n",
        ),
        RawResponse::Once(Vec::new()),
    ] {
        let shown = format!("{response:?}");
        network.respond_with(response);
        let result = page(&client).await.unwrap();
        assert!(result.is_err(), "{shown} was taken for a page");
    }
}

#[tokio::test]
async fn hostile_headers_are_no_harm() {
    let network = RawNetwork::start().await;
    let numbers = [
        "-1",
        "0",
        "1.5",
        "1e9",
        "",
        " ",
        "many",
        "99999999999999999999999",
        "18446744073709551615",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "\u{feff}5",
        "5, 5",
        "\u{ff}\u{fe}",
    ];
    for number in numbers {
        let headers = format!(
            "x-ratelimit-remaining: {number}\r\nx-ratelimit-limit: {number}\r\nx-ratelimit-remaining: {number}\r\nretry-after: {number}\r\n"
        );
        network.respond(200, &headers, GOOD);
        page(&network.client()).await.unwrap().unwrap();
        network.respond(429, &headers, b"{}");
        let refused = page(&network.client()).await.unwrap();
        assert!(
            matches!(refused, Err(NetworkError::Throttled { .. })),
            "{number:?}: {refused:?}"
        );
    }
    for headers in [
        "x-many: 1\r\n".repeat(10_000),
        format!("x-long: {}\r\n", "y".repeat(2_000_000)),
        "no colon\r\n".to_owned(),
        "x\u{0}y: 1\r\n".to_owned(),
    ] {
        network.respond(200, &headers, GOOD);
        let result = page(&network.client()).await.unwrap();
        assert!(result.is_err(), "{headers:.30} was taken");
    }
}

#[tokio::test]
async fn hostile_redirects_are_not_followed() {
    let (network, elsewhere) = (RawNetwork::start().await, RawNetwork::start().await);
    elsewhere.respond(200, "", GOOD);
    for status in [301, 302, 303, 307, 308] {
        network.respond(
            status,
            &format!("location: {}/{TOKEN}\r\n", elsewhere.url()),
            b"{}",
        );
        refusal(page(&network.client()).await);
    }
    assert_eq!(elsewhere.connections(), 0, "nobody else is asked");
}

/// A response that was too large becomes an empty page; the next request is for fewer accounts.
fn too_large(page: Result<Result<Page, NetworkError>, String>) {
    let page = page.unwrap().unwrap();
    assert_eq!(page.accounts, []);
    assert_eq!(page.next, Some(Cursor("~25~".into())));
}

fn refusal(result: Result<Result<lookalike::model::Page, NetworkError>, String>) -> String {
    match result.unwrap() {
        Ok(page) => panic!("taken for a page of {} accounts", page.accounts.len()),
        Err(error) => error.to_string(),
    }
}

/// Returns a valid response that decompresses to this length, with trailing blanks.
fn packed(length: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(GOOD).unwrap();
    let blanks = (length - GOOD.len()) as u64;
    copy(&mut repeat(b' ').take(blanks), &mut packed).unwrap();
    packed.finish().unwrap()
}
