//! Responses of a network: any bytes, any JSON, and real responses that were tampered with.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::Strategy;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::hostile::mutated::{json, mutated};
use crate::hostile::network::{RawNetwork, TOKEN, WRITTEN, account, page};
use crate::hostile::try_on;

#[test]
fn hostile_bytes_end_in_an_error_or_within_bounds() {
    let status = prop_oneof![
        select(vec![200, 204, 302, 400, 401, 404, 420, 429, 500, 599]),
        any::<u16>()
    ];
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..200),
        json().prop_map(|body| body.to_string().into_bytes()),
    ];
    assert_handled(
        500,
        "answers of any bytes and status",
        &(status, bytes),
        |network, (status, body)| {
            network.respond(status, "", &body);
        },
    );
}

#[test]
fn hostile_changes_of_real_answers_end_in_an_error_or_within_bounds() {
    let status = select(vec![200, 200, 200, 400, 429, 503]);
    let answers = (status, mutated(real_answers()));
    assert_handled(
        1_000,
        "real answers, tampered with",
        &answers,
        |network, (status, body)| {
            network.respond(status, "", body.to_string().as_bytes());
        },
    );
}

#[test]
fn hostile_protocol_ends_in_an_error() {
    let line = prop_oneof![
        select(vec![
            "HTTP/1.1 200 OK\r\n",
            "HTTP/9 ",
            "content-length: 5\r\n",
            "content-length: -1\r\n",
            "transfer-encoding: chunked\r\n",
            "content-encoding: gzip\r\n",
            "\r\n",
            "ffffffffffffffff\r\n",
            "{}",
            "\0"
        ])
        .prop_map(|line| line.as_bytes().to_vec()),
        vec(any::<u8>(), 0..20),
    ];
    let lines = vec(line, 0..12).prop_map(|lines| lines.concat());
    assert_handled(
        500,
        "answers that are hardly HTTP",
        &lines,
        |network, bytes| {
            network.respond_with(crate::hostile::network::RawResponse::Once(bytes));
        },
    );
}

/// Asserts that each of these responses to every kind of request ends within bounds or in an error.
fn assert_handled<S: Strategy>(
    inputs: u32,
    what: &str,
    answers: &S,
    say: impl Fn(&RawNetwork, S::Value),
) {
    let runtime = Runtime::new().unwrap();
    let (network, client) = runtime.block_on(async {
        let network = RawNetwork::start().await;
        let client = network.client();
        (network, client)
    });
    try_on(inputs, what, answers, |http_response| {
        say(&network, http_response);
        runtime.block_on(async {
            let result = async { page(&client).await.map(drop).and(account(&client).await) };
            result.await.map_err(TestCaseError::fail)
        })
    });
}

fn real_answers() -> Vec<Value> {
    let user = json!({
        "id": "1000000", "username": "luna", "full_name": "Luna", "bio": "Hi", "website": "",
        "profile_picture": "https://example.org/luna.jpg",
        "counts": { "media": 3, "follows": 20, "followed_by": 430 },
    });
    let quoting = format!("GET /users/1?access_token={WRITTEN} with {TOKEN}\nwas refused");
    let refusal = |kind: &str| json!({ "meta": { "code": 400, "error_type": kind, "error_message": quoting } });
    vec![
        json!({
            "meta": { "code": 200 },
            "data": [user, user],
            "pagination": { "next_cursor": "AQ", "next_url": "https://example.org/?cursor=AQ" },
        }),
        json!({ "meta": { "code": 200 }, "data": [user], "pagination": {} }),
        json!({ "meta": { "code": 200 }, "data": user }),
        refusal("APINotFoundError"),
        refusal("OAuthAccessTokenException"),
        refusal(&quoting),
        json!({ "code": 420, "error_type": "OAuthRateLimitException", "error_message": quoting }),
        json!({ "meta": { "code": 200 }, "data": quoting, "pagination": quoting }),
    ]
}
