//! A network of many servers: Mastodon, where each account is at home on one of them.

use lookalike::demo::networks::fake;
use lookalike::model::{AccountId, Handle, Relation};
use lookalike::networks::{NetworkError, Resolved};

use crate::networks::kit::{PRIVATE, Setup, TARGET};

async fn setup() -> Setup {
    Setup::of(fake("mastodon", "mastodon").unwrap()).await
}

async fn home(setup: &Setup, handle: &str) -> Result<AccountId, NetworkError> {
    match setup.network.resolve(&Handle(handle.into())).await? {
        Resolved::Account(account) => Ok(account.id),
        Resolved::Profile(profile) => panic!("{profile:?} at once"),
    }
}

#[tokio::test]
async fn people_are_at_home_on_several_servers_and_lists_name_each_by_his_own() {
    let setup = setup().await;
    let target = setup.id(TARGET).await;
    let first = setup
        .page(Relation::Followers, &target, None)
        .await
        .unwrap();
    assert!(first.accounts.is_empty(), "it has looked the number up");
    let next = first.next.as_ref();
    let page = setup
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
    let setup = setup().await;
    let index = (0..3)
        .find(|index| setup.handle(*index).0.ends_with("@social.dough.example"))
        .unwrap();
    let handle = setup.handle(index).0;
    let id = home(&setup, &handle).await.unwrap();
    assert_eq!(id.as_str(), handle);
    let user = handle.split('@').next().unwrap();
    for domain in ["dough.example", "bread.example"] {
        let found = home(&setup, &format!("{user}@{domain}")).await;
        assert_eq!(found, Ok(id.clone()), "{domain}");
    }
    let nobody = NetworkError::NotFound;
    for handle in ["nobody@dough.example", "anna@any-site.example"] {
        assert_eq!(home(&setup, handle).await, Err(nobody.clone()), "{handle}");
    }
}

#[tokio::test]
async fn lists_that_are_hidden_without_a_word_are_private_too() {
    let setup = setup().await;
    // The fake shows that one in three hides its followers only by an empty list.
    let silent = (1..4)
        .find(|index| setup.number(*index).is_multiple_of(3))
        .unwrap();
    setup.fake.hide(setup.number(silent));
    let id = setup.id(silent).await;
    let first = setup.page(Relation::Following, &id, None).await.unwrap();
    let next = first.next.as_ref();
    let error = setup
        .page(Relation::Following, &id, next)
        .await
        .unwrap_err();
    assert_eq!(error, NetworkError::Hidden);
    let said = setup.id(PRIVATE).await;
    let error = setup.page(Relation::Followers, &said, None).await;
    assert_eq!(error, Err(NetworkError::Hidden), "said at once");
}

#[tokio::test]
async fn names_that_lead_inside_are_nobodys_server() {
    let setup = setup().await;
    let before = setup.fake.arrivals();
    for host in ["localhost", "127.0.0.1", "printer.local", "a.example:8443"] {
        let found = home(&setup, &format!("anna@{host}")).await;
        assert_eq!(found, Err(NetworkError::NotFound), "{host}");
        let id = AccountId::new(format!("anna@{host}"));
        let page = setup.page(Relation::Followers, &id, None).await;
        assert_eq!(page, Err(NetworkError::NotFound), "{host}");
    }
    assert_eq!(setup.fake.arrivals(), before, "nobody is asked");
}
