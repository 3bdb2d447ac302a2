//! A network of many servers: Mastodon, where each account is at home on one of them.

use lookalike::demo::networks::fake;
use lookalike::model::{AccountId, Handle, Relation};
use lookalike::networks::{NetworkError, Resolved};

use crate::networks::fixture::{NetworkFixture, PRIVATE, TARGET};

async fn fixture() -> NetworkFixture {
    NetworkFixture::of(fake("mastodon", "mastodon").unwrap()).await
}

async fn home(fixture: &NetworkFixture, handle: &str) -> Result<AccountId, NetworkError> {
    match fixture.network.resolve(&Handle(handle.into())).await? {
        Resolved::Account(account) => Ok(account.id),
        Resolved::Profile(profile) => panic!("{profile:?} at once"),
    }
}

#[tokio::test]
async fn accounts_live_on_several_servers_and_lists_name_each_by_its_own() {
    let fixture = fixture().await;
    let target = fixture.id(TARGET).await;
    let first = fixture
        .page(Relation::Followers, &target, None)
        .await
        .unwrap();
    assert!(first.accounts.is_empty(), "it has looked the number up");
    let next = first.next.as_ref();
    let page = fixture
        .page(Relation::Followers, &target, next)
        .await
        .unwrap();
    let mut hosts: Vec<&str> = page
        .accounts
        .iter()
        .map(|account| account.id.as_str().split_once('@').unwrap().1)
        .collect();
    hosts.sort_unstable();
    hosts.dedup();
    let expected = ["kiln.example", "social.dough.example", "toot.example"];
    assert_eq!(hosts, expected);
}

#[tokio::test]
async fn a_domain_that_another_server_serves_is_one_name_for_the_same_account() {
    let fixture = fixture().await;
    let index = (0..3)
        .find(|index| fixture.handle(*index).0.ends_with("@social.dough.example"))
        .unwrap();
    let handle = fixture.handle(index).0;
    let id = home(&fixture, &handle).await.unwrap();
    assert_eq!(id.as_str(), handle);
    let user = handle.split('@').next().unwrap();
    for domain in ["dough.example", "bread.example"] {
        let found = home(&fixture, &format!("{user}@{domain}")).await;
        assert_eq!(found, Ok(id.clone()), "{domain}");
    }
    let nobody = NetworkError::NotFound;
    for handle in ["nobody@dough.example", "anna@any-site.example"] {
        assert_eq!(
            home(&fixture, handle).await,
            Err(nobody.clone()),
            "{handle}"
        );
    }
}

#[tokio::test]
async fn lists_that_are_hidden_without_a_word_are_private_too() {
    let fixture = fixture().await;
    // The fake shows that one in three hides its followers only by an empty list.
    let silent = (1..4)
        .find(|index| fixture.number(*index).is_multiple_of(3))
        .unwrap();
    fixture.fake.hide(fixture.number(silent));
    let id = fixture.id(silent).await;
    let first = fixture.page(Relation::Following, &id, None).await.unwrap();
    let next = first.next.as_ref();
    let error = fixture
        .page(Relation::Following, &id, next)
        .await
        .unwrap_err();
    assert_eq!(error, NetworkError::Hidden);
    let said = fixture.id(PRIVATE).await;
    let error = fixture.page(Relation::Followers, &said, None).await;
    assert_eq!(error, Err(NetworkError::Hidden), "said at once");
}

#[tokio::test]
async fn names_that_lead_inside_the_network_are_no_servers() {
    let fixture = fixture().await;
    let before = fixture.fake.arrivals();
    for host in ["localhost", "127.0.0.1", "printer.local", "a.example:8443"] {
        let found = home(&fixture, &format!("anna@{host}")).await;
        assert_eq!(found, Err(NetworkError::NotFound), "{host}");
        let id = AccountId::new(format!("anna@{host}"));
        let page = fixture.page(Relation::Followers, &id, None).await;
        assert_eq!(page, Err(NetworkError::NotFound), "{host}");
    }
    assert_eq!(fixture.fake.arrivals(), before, "nobody is asked");
}
