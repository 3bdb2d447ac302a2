//! Bluesky as it really is, if there is an AppView on this machine: `BLUESKY_TEST_URL=http://127.0.0.1:PORT`, with
//! accounts that follow `BLUESKY_TEST_HANDLE` (`user1.test`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::{Clock, SystemClock};
use lookalike::demo::networks::fake;
use lookalike::model::{AccountId, Cursor, Handle, NetworkName, Relation};
use lookalike::networks::{Network, NetworkError, NetworkSettings, Resolved, open};

use crate::harness::{Harness, small_world};

/// The AppView's URL, and the account to look up; `None`, with a printed line that says so, if none is given.
fn given() -> Option<(String, Handle)> {
    let Ok(url) = std::env::var("BLUESKY_TEST_URL") else {
        println!("skipped: BLUESKY_TEST_URL names no AppView");
        return None;
    };
    let handle = std::env::var("BLUESKY_TEST_HANDLE").unwrap_or_else(|_| "user1.test".into());
    Some((
        format!("{}/xrpc", url.trim_end_matches('/')),
        Handle(handle),
    ))
}

fn client(url: String) -> Arc<dyn Network> {
    let name = NetworkName::new("bluesky");
    let settings = NetworkSettings {
        api: "appview",
        url,
        token: String::new(),
        rate: "100000/h".parse().unwrap(),
        min_cool_down: Duration::from_secs(1),
        max_cool_down: Duration::from_secs(9),
        timeout: Duration::from_secs(10),
        price: None,
        servers: None,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let networks = open(&BTreeMap::from([(name.clone(), settings)]), &clock).unwrap();
    networks.get(&name).unwrap().network.clone()
}

#[tokio::test]
async fn a_real_app_view_is_understood() {
    let Some((url, handle)) = given() else {
        return;
    };
    let network = client(url);
    let Resolved::Profile(profile) = network.resolve(&handle).await.unwrap() else {
        panic!("a look-up tells the profile");
    };
    assert_eq!(profile.handle, handle);
    let counted = profile.followers.unwrap();

    let (mut listed, mut cursor): (BTreeSet<AccountId>, Option<Cursor>) = (BTreeSet::new(), None);
    loop {
        let page = network
            .list(Relation::Followers, &profile.id, cursor.as_ref())
            .await
            .unwrap();
        for account in page.accounts {
            assert!(listed.insert(account.id), "nobody is listed twice");
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let listed: Vec<AccountId> = listed.into_iter().collect();
    assert!(
        (1..=counted).contains(&(listed.len() as u64)),
        "{} of {counted} are listed",
        listed.len()
    );
    for ids in listed.chunks(network.limits().profiles_at_once as usize) {
        let profiles = network.profiles(ids).await.unwrap();
        assert!(profiles.iter().all(|profile| ids.contains(&profile.id)));
        assert!(profiles.iter().all(|profile| profile.following.is_some()));
    }

    let nobody = Handle("nobody-is-called-this.test".into());
    let error = network.resolve(&nobody).await.unwrap_err();
    assert_eq!(error, NetworkError::NotFound);
    let nobody = AccountId::new("did:plc:aaaaaaaaaaaaaaaaaaaaaaaa");
    let error = network
        .list(Relation::Following, &nobody, None)
        .await
        .unwrap_err();
    assert_eq!(error, NetworkError::NotFound);
    let error = network.profiles(&[nobody]).await.unwrap_err();
    assert_eq!(error, NetworkError::NotFound);
    for (handle, expected) in [
        ("deactivated.test", NetworkError::Deactivated),
        ("takendown.test", NetworkError::Suspended),
    ] {
        match network.resolve(&Handle(handle.into())).await {
            // That network has no such account.
            Err(NetworkError::NotFound) => println!("{handle} is not there"),
            answer => assert_eq!(answer.unwrap_err(), expected, "{handle}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_a_real_app_view_is_analysed() {
    let Some((url, handle)) = given() else {
        return;
    };
    let bluesky = fake("bluesky", "appview").unwrap();
    let mut harness = Harness::on_network(bluesky, small_world(1, false)).await;
    harness.set("BLUESKY_API_URL", &url).start().await;
    harness
        .telegram
        .says(&harness.ann, &format!("bsky:{handle} full"));
    harness.until_delivered(&harness.ann, &handle.0).await;
    let report = harness.report(&harness.ann);
    for row in report.results.iter().take(10) {
        println!("{:.4} @{} {} shared", row.score, row.handle, row.shared);
    }
    assert!(report.sampled > 0 && !report.results.is_empty());
    harness.stop().await;
}
