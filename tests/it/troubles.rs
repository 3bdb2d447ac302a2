//! The fake Instagram's failures: its rate limit, faults, broken pages, held requests, downtime and restarts.

use std::collections::HashSet;
use std::time::Duration;

use lookalike::demo::networks::{Endpoint, FakeOptions};
use serde_json::Value;

use crate::fake_instagram::{InstagramFixture, error_type, options};

#[tokio::test]
async fn the_rate_is_a_hard_window() {
    let rate = Some((3, Duration::from_secs(3_600)));
    let instagram = InstagramFixture::new(FakeOptions {
        rate,
        faults_percent: 0,
        ..options()
    })
    .await;
    for left in ["2", "1", "0"] {
        let response = instagram.request("/users/5").send().await.unwrap();
        assert_eq!(response.headers()["x-ratelimit-remaining"], left);
        assert_eq!(response.headers()["x-ratelimit-limit"], "3");
    }
    let (status, body) = instagram.get("/users/1000000").await;
    assert_eq!(
        (status, error_type(&body)),
        (429, "OAuthRateLimitException")
    );
    assert_eq!(
        instagram.fake.violations(),
        ["over the rate of 3 in 3600 s"]
    );
    let rate = Some((1, Duration::ZERO));
    let patient = InstagramFixture::new(FakeOptions { rate, ..options() }).await;
    for _ in 0..3 {
        assert_eq!(patient.get("/users/1000000").await.0, 200);
    }
}

#[tokio::test]
async fn faults_pass_and_show_themselves_in_every_way() {
    let instagram = InstagramFixture::new(FakeOptions {
        faults_percent: 50,
        ..options()
    })
    .await;
    let mut met = HashSet::new();
    for id in 1_000_100..1_000_200 {
        let (path, wanted) = (format!("/users/{id}"), Value::from(id.to_string()));
        loop {
            let Ok(response) = instagram.request(&path).send().await else {
                met.insert("dropped".to_owned());
                continue;
            };
            let status = response.status().as_u16();
            let json: Result<Value, _> = serde_json::from_str(&response.text().await.unwrap());
            let kind = match json {
                Ok(body) if status == 200 && body["data"]["id"] == wanted => {
                    break;
                }
                Ok(body) if body.get("meta").is_some() => "enveloped",
                Ok(_) => "bare",
                Err(error) if error.is_eof() => "truncated",
                Err(_) => "html",
            };
            met.insert(format!("{status} {kind}"));
        }
    }
    let all = [
        "dropped",
        "429 enveloped",
        "429 bare",
        "420 bare",
        "500 html",
        "502 html",
        "503 html",
        "200 html",
        "200 truncated",
    ];
    assert_eq!(met, all.map(str::to_owned).into());
    assert!(instagram.fake.asked_twice().is_empty());
    assert!(instagram.fake.requests().profile > 130);
    instagram.fake.set_faults(0);
    assert_eq!(instagram.get("/users/1000000").await.0, 200);
}

#[tokio::test]
async fn one_page_can_be_broken_once_or_forever() {
    let instagram = InstagramFixture::new(options()).await;
    instagram
        .fake
        .fail_page(Endpoint::Followers, 1_000_000, 0, false);
    instagram
        .fake
        .fail_page(Endpoint::Following, 1_000_900, 120, true);
    let status = async |path: &str| {
        instagram
            .request(path)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status("/users/1000000/followed-by").await, 500);
    assert_eq!(status("/users/1000000/followed-by").await, 200);
    let (_, first) = instagram.get("/users/1000900/follows?count=100").await;
    let cursor = first["pagination"]["next_cursor"].as_str().unwrap();
    for _ in 0..3 {
        let second = instagram
            .request("/users/1000900/follows?count=100")
            .query(&[("cursor", cursor)]);
        assert_eq!(second.send().await.unwrap().status(), 500);
    }
}

#[tokio::test]
async fn it_can_be_held_taken_down_and_stopped() {
    let instagram = InstagramFixture::new(options()).await;
    instagram.fake.hold();
    let waiting = tokio::spawn(instagram.request("/users/1000000").send());
    instagram.fake.arrived(1).await;
    assert!(!waiting.is_finished());
    assert_eq!(
        (instagram.fake.requests().total, instagram.fake.arrivals()),
        (0, 1)
    );
    instagram.fake.release();
    assert_eq!(waiting.await.unwrap().unwrap().status(), 200);
    instagram.fake.set_down(true);
    assert!(instagram.request("/users/1000000").send().await.is_err());
    assert_eq!(instagram.fake.requests().total, 1);
    instagram.fake.set_down(false);
    assert_eq!(instagram.get("/users/1000001").await.0, 200);
    let again = instagram.request("/users/1000000");
    instagram.fake.stop().await;
    assert!(again.send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn cursors_outlive_a_restart() {
    let first = InstagramFixture::new(options()).await;
    let (_, page) = first.get("/users/1000000/followed-by").await;
    let cursor = page["pagination"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    first.fake.stop().await;
    let second = InstagramFixture::new(options()).await;
    let request = second
        .request("/users/1000000/followed-by")
        .query(&[("cursor", cursor)]);
    assert_eq!(request.send().await.unwrap().status(), 200);
}
