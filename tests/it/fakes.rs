//! The fake Instagram over real HTTP: its responses are those of the reference, and it notes what a client should not
//! do.

use std::collections::HashSet;

use serde_json::Value;

use crate::fake_instagram::{InstagramFixture, error_type, options};

#[tokio::test]
async fn a_search_shows_the_exact_handle_among_others() {
    let instagram = InstagramFixture::new(options()).await;
    let (status, found) = instagram
        .get("/users/search?q=crumb.AND.crust&count=5")
        .await;
    assert_eq!((status, &found["meta"]["code"]), (200, &Value::from(200)));
    let names = found["data"].as_array().unwrap().iter();
    let names: Vec<_> = names
        .map(|item| item["username"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 5);
    assert!(names.contains(&"Crumb.And.Crust") && names.contains(&"crumb.and.crusty"));
    let (_, one) = instagram
        .get("/users/search.json?q=crumb.and.crust&count=1")
        .await;
    assert_eq!(one["data"][0]["id"], "1000000");
    let (_, private) = instagram.get("/users/search/?q=walker7").await;
    assert!(ids(&[private]).contains(&"1000007"));
    let (status, others) = instagram.get("/users/search?q=crumb.and.cru").await;
    assert_eq!(status, 200);
    assert!(!others["data"].as_array().unwrap().is_empty());
    instagram.fake.remove(1_000_000);
    let (_, gone) = instagram.get("/users/search?q=crumb.and.crust").await;
    assert!(!ids(&[gone]).contains(&"1000000"));
    assert_eq!(instagram.fake.violations(), [""; 0]);
}

#[tokio::test]
async fn a_profile_has_string_ids_and_counts() {
    let instagram = InstagramFixture::new(options()).await;
    for path in ["/users/1000000", "/users/1000000/", "/users/1000000.json"] {
        let (status, profile) = instagram.get(path).await;
        let data = &profile["data"];
        assert_eq!((status, &data["id"]), (200, &Value::from("1000000")));
        assert_eq!(data["username"], "Crumb.And.Crust");
        assert_eq!(data["counts"]["followed_by"], 430);
        assert_eq!(data["counts"]["follows"], 0);
    }
    assert_eq!(instagram.fake.asked_twice(), ["profile 1000000 "; 2]);
}

#[tokio::test]
async fn a_list_comes_whole_in_pages_that_end_in_both_ways() {
    let instagram = InstagramFixture::new(options()).await;
    let (mut ends, mut short) = (HashSet::new(), 0);
    for (path, count) in [
        ("/users/1000000/followed-by", 100),
        ("/users/1000900/follows.json", 20),
    ] {
        let pages = instagram.list(path, count).await;
        let (last, others) = pages.split_last().unwrap();
        short += others
            .iter()
            .filter(|page| page["data"].as_array().unwrap().len() < count)
            .count();
        ends.insert(last.get("pagination").map(Value::to_string));
        let ids = ids(&pages);
        assert_eq!(ids.len(), 430);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 430);
        assert!(ids.contains(&"1000007"), "private people are listed");
        assert!(!ids.is_sorted());
    }
    for id in 1_000_001..1_000_020 {
        if id != 1_000_007 {
            let (_, page) = instagram.get(&format!("/users/{id}/follows")).await;
            ends.insert(page.get("pagination").map(Value::to_string));
        }
    }
    assert_eq!(ends, HashSet::from([None, Some("{}".to_owned())]));
    assert!(short > 0, "no short page with a cursor");
    let requests = instagram.fake.requests();
    assert_eq!(requests.total, requests.followers + requests.following);
    assert!(instagram.fake.asked_twice().is_empty() && instagram.fake.violations().is_empty());
}

#[tokio::test]
async fn the_next_page_is_served_by_its_url_too() {
    let instagram = InstagramFixture::new(options()).await;
    let (_, first) = instagram.get("/users/1000000/followed-by").await;
    let next = first["pagination"]["next_url"].as_str().unwrap();
    let second: Value = instagram
        .client
        .get(next)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(second["meta"]["code"], 200);
    assert!(first["data"].as_array().unwrap().len() <= 50);
    assert_ne!(first["data"][0], second["data"][0]);
}

#[tokio::test]
async fn three_refusals_share_one_status() {
    let instagram = InstagramFixture::new(options()).await;
    for path in [
        "/users/1000007",
        "/users/1000007/follows",
        "/users/1000007/followed-by",
    ] {
        let (status, body) = instagram.get(path).await;
        assert_eq!((status, error_type(&body)), (400, "APINotAllowedError"));
    }
    for path in [
        "/users/5",
        "/users/nobody",
        "/users/99999999999999999999999/follows",
    ] {
        let (status, body) = instagram.get(path).await;
        assert_eq!((status, error_type(&body)), (400, "APINotFoundError"));
    }
    instagram.fake.refuse_key(true);
    let (status, body) = instagram.get("/users/1000000").await;
    assert_eq!(
        (status, error_type(&body)),
        (400, "OAuthAccessTokenException")
    );
    instagram.fake.refuse_key(false);
    instagram.fake.hide(1_000_000);
    assert_eq!(
        error_type(&instagram.get("/users/1000000").await.1),
        "APINotAllowedError"
    );
    instagram.fake.remove(1_000_000);
    assert_eq!(
        error_type(&instagram.get("/users/1000000").await.1),
        "APINotFoundError"
    );
    instagram.fake.throttle_next(1);
    let (status, body) = instagram.get("/users/1000001").await;
    assert_eq!(
        (status, error_type(&body)),
        (429, "OAuthRateLimitException")
    );
    assert_eq!(instagram.get("/users/1000001").await.0, 200);
    assert!(instagram.fake.violations().is_empty());
}

#[tokio::test]
async fn bad_manners_are_noticed() {
    let instagram = InstagramFixture::new(options()).await;
    let (_, page) = instagram.get("/users/1000000/followed-by?count=500").await;
    assert!(page["data"].as_array().unwrap().len() <= 100);
    let cursor = page["pagination"]["next_cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    for (path, cursor) in [
        ("1000900/followed-by", cursor.as_str()),
        ("1000000/follows", &cursor),
        ("1000000/followed-by", "AQé"),
    ] {
        let request = instagram
            .request(&format!("/users/{path}"))
            .query(&[("cursor", cursor)]);
        assert_eq!(request.send().await.unwrap().status(), 400);
    }
    instagram.get("/users/1000000/follows?count=none").await;
    let bare = instagram
        .client
        .get(format!("{}/users/1000000", instagram.fake.url()));
    assert_eq!(bare.send().await.unwrap().status(), 400);
    let nowhere = instagram.request("/media/popular").send().await.unwrap();
    assert_eq!(nowhere.status(), 404);
    instagram.get("/users/search?q=").await;
    let violations = instagram.fake.violations();
    let words = [
        "count=500",
        "no cursor",
        "no cursor",
        "no cursor",
        "count=none",
        "missing token",
        "no such path",
        "without q=",
    ];
    assert_eq!(violations.len(), words.len(), "{violations:?}");
    for (violation, words) in violations.iter().zip(words) {
        assert!(violation.contains(words), "{violation}");
    }
}

fn ids(pages: &[Value]) -> Vec<&str> {
    let items = pages
        .iter()
        .flat_map(|page| page["data"].as_array().unwrap());
    items.map(|item| item["id"].as_str().unwrap()).collect()
}
