//! Servers that differ from the others of their network: people are told what there is, not that the account is
//! missing.

use lookalike::demo::networks::{Endpoint, fake};
use lookalike::demo::telegram::{Message, Person};

use crate::harness::{Harness, small_world};

const MISSKEY: &str =
    r#"{"error":{"message":"Unknown API endpoint.","code":"UNKNOWN_API_ENDPOINT"}}"#;

/// Searches for an account whose server knows the name, and answers everything else like this.
async fn assert_answer(status: u16, body: &'static str, language: &'static str, words: &str) {
    let mastodon = fake("mastodon", "mastodon").unwrap();
    let mut harness = Harness::on_network(mastodon, small_world(60, false)).await;
    harness.network.on_response(move |endpoint, _, answer| {
        if endpoint != Endpoint::Search {
            answer.status = status;
            answer.body = body.as_bytes().to_vec();
        }
    });
    harness.start().await;
    let person = Person::new(503, "Ivan").speaking(language);
    harness.telegram.knows(&person);
    let luna = harness.directory.handle(0).to_owned();
    harness.telegram.says(&person, &format!("@{luna}"));
    let says = |messages: &[Message]| messages.iter().any(|it| it.text.contains(words));
    let what = format!("{status} {body}: {words}");
    harness.until(&person, &what, says).await;
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_speaks_another_language_is_not_said_to_be_silent() {
    let words = "is there, but it doesn't answer as Mastodon does";
    for (status, body) in [
        (404, "<html>Nothing here</html>"),
        (403, "<html>Go away</html>"),
        (410, ""),
        (404, MISSKEY),
    ] {
        assert_answer(status, body, "en", words).await;
    }
    assert_answer(404, MISSKEY, "ru", "работает, но отвечает не так").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_lets_nobody_look_without_an_account_is_said_to() {
    for body in ["<html>Log in</html>", r#"{"error":"Log in"}"#] {
        assert_answer(401, body, "en", "shows nothing to strangers").await;
    }
}
