//! A small world behind a fake Instagram, and a plain HTTP client.

use std::sync::Arc;

use lookalike::demo::networks::{FakeNetwork, FakeOptions, fake};
use lookalike::demo::world::{World, WorldAccount};
use serde_json::Value;

/// Person 0 is followed by 1 to 430; 7 is private; 900 follows 1 to 430 and is followed by nobody.
fn world() -> Arc<World> {
    let people = (0..=900).map(|number| WorldAccount {
        id: 1_000_000 + number,
        handle: match number {
            0 => "Crumb.And.Crust".to_owned(),
            1 => "crumb.and".to_owned(),
            2 => "crumb.and.crusty".to_owned(),
            _ => format!("walker{number}"),
        },
        name: format!("Walker {number}"),
        bio: String::new(),
        private: number == 7,
        label: String::new(),
        kind: None,
    });
    let follows: Vec<_> = (1..=430)
        .flat_map(|other| [(other, 0), (900, other)])
        .collect();
    Arc::new(World::new(people.collect(), &follows))
}

pub(crate) fn options() -> FakeOptions {
    FakeOptions {
        port: 0,
        token: "key=1".to_owned(),
        rate: None,
        faults_percent: 0,
        seed: 3,
    }
}

pub(crate) struct InstagramFixture {
    pub(crate) fake: FakeNetwork,
    pub(crate) client: reqwest::Client,
}

impl InstagramFixture {
    pub(crate) async fn new(options: FakeOptions) -> InstagramFixture {
        InstagramFixture {
            fake: fake("instagram", "v1")
                .unwrap()
                .start(world(), options)
                .await
                .unwrap(),
            client: reqwest::Client::new(),
        }
    }

    pub(crate) fn request(&self, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.fake.url());
        self.client.get(url).query(&[("access_token", "key=1")])
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.request(path).send().await.unwrap();
        let limit = &response.headers()["x-ratelimit-limit"];
        assert!(limit.to_str().unwrap().parse::<u32>().is_ok());
        assert!(response.headers().contains_key("x-ratelimit-remaining"));
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Returns every page of a list, by cursor.
    pub(crate) async fn list(&self, path: &str, count: usize) -> Vec<Value> {
        let mut pages = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut request = self.request(path).query(&[("count", count)]);
            if let Some(cursor) = &cursor {
                request = request.query(&[("cursor", cursor)]);
            }
            let page: Value = request.send().await.unwrap().json().await.unwrap();
            let next = page["pagination"]["next_cursor"]
                .as_str()
                .map(str::to_owned);
            pages.push(page);
            if next.is_none() {
                return pages;
            }
            cursor = next;
        }
    }
}

pub(crate) fn error_type(body: &Value) -> &str {
    body["meta"]["error_type"].as_str().unwrap_or_default()
}
