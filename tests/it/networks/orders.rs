//! Who pays for the accounts that another order lacks.

use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{Message, Person};

use crate::house::House;
use crate::networks::costs::agrees;
use crate::story::orders::{
    COMPLETE, GEMS, LACKS, is_complete, looks_by_niche, until_list, world_with_gems,
};

/// The form of GitHub's keys; appears nowhere else in the house.
const KEY: &str = "ghp_5566778899ofAnnsGems";

/// A house on GitHub where Ann has a key of her own, and Bob has none.
async fn house_with_a_key() -> (House, Person) {
    let github = fake("github", "github").unwrap();
    let mut house = House::on_network(github, world_with_gems(150, GEMS)).await;
    house.start().await;
    let bob = Person::new(502, "Bob");
    house.telegram.knows(&bob);
    (house, bob)
}

async fn gives_her_key(house: &House) {
    house.network.add_key(KEY);
    house
        .telegram
        .says(&house.ann, &format!("/key github {KEY}"));
    let works = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.text.contains("GitHub takes your key"))
    };
    house.until(&house.ann, "that the key works", works).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_spends_nobody_elses() {
    let (mut house, bob) = house_with_a_key().await;
    gives_her_key(&house).await;
    looks_by_niche(&house, &house.ann).await;
    let his = looks_by_niche(&house, &bob).await;
    let (by_hers, all) = (
        house.network.requests_by(KEY),
        house.network.requests().total,
    );
    assert!(by_hers > 0);
    house.telegram.presses(&bob, his.id, COMPLETE).unwrap();
    until_list(&house, &bob, "the gems", is_complete).await;
    assert_eq!(house.network.requests_by(KEY), by_hers);
    assert!(house.network.requests().total > all);
    house.stop().await;
    house.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_key_spends_it_and_reads_nobody_again() {
    let (mut house, bob) = house_with_a_key().await;
    looks_by_niche(&house, &bob).await;
    gives_her_key(&house).await;
    let hers = looks_by_niche(&house, &house.ann).await;
    let (by_hers, before) = (house.network.requests_by(KEY), house.network.requests());
    house
        .telegram
        .presses(&house.ann, hers.id, COMPLETE)
        .unwrap();
    until_list(&house, &house.ann, "the gems", is_complete).await;
    let after = house.network.requests();
    let spent = house.network.requests_by(KEY) - by_hers;
    assert_eq!(after.total - before.total, spent, "all of it by her key");
    assert_eq!(after.followers, before.followers);
    assert_eq!(after.following, before.following);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_costs_stands_on_the_button_and_is_not_asked_for_again() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut house = House::on_network(hiker, world_with_gems(150, GEMS)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna normal");
    agrees(&house, "normal").await;
    house.until_delivered(&house.ann, "luna").await;
    let list = until_list(&house, &house.ann, "the list", |_| true).await;
    house
        .telegram
        .presses(&house.ann, list.id, "Niche")
        .unwrap();
    let lacks = |list: &Message| list.text.contains(LACKS);
    let list = until_list(&house, &house.ann, "what is known by niche", lacks).await;
    let mut labels = list.buttons.iter().flatten().map(|it| it.label.clone());
    let label = labels.find(|label| label.starts_with(COMPLETE)).unwrap();
    assert!(
        label.starts_with("Look up the rest too: about $0.0"),
        "{label}"
    );
    let before = house.network.requests();
    house.telegram.presses(&house.ann, list.id, &label).unwrap();
    until_list(&house, &house.ann, "the gems", is_complete).await;
    let asked = house.network.requests();
    assert_eq!(asked.total - before.total, u64::from(GEMS));
    house.stop().await;
    house.assert_clean();
}
