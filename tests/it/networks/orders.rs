//! Who pays for the accounts that another order lacks.

use lookalike::demo::networks::fake;
use lookalike::demo::telegram::{Message, Person};

use crate::harness::{Harness, order_by};
use crate::networks::costs::agrees;
use crate::story::orders::{
    COMPLETE, GEMS, LACKS, is_complete, open_by_niche, until_list, world_with_gems,
};

/// The form of GitHub's keys; appears nowhere else in the harness.
const KEY: &str = "ghp_5566778899ofAnnsGems";

/// Returns a harness on GitHub where Ann has an own key, and Bob has none.
async fn harness_with_key() -> (Harness, Person) {
    let github = fake("github", "github").unwrap();
    let mut harness = Harness::on_network(github, world_with_gems(150, GEMS)).await;
    harness.start().await;
    let bob = Person::new(502, "Bob");
    harness.telegram.knows(&bob);
    (harness, bob)
}

async fn gives_her_key(harness: &Harness) {
    harness.network.add_key(KEY);
    harness
        .telegram
        .says(&harness.ann, &format!("/key github {KEY}"));
    let works = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.text.contains("GitHub takes your key"))
    };
    harness
        .until(&harness.ann, "that the key works", works)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_key_spends_nobody_elses() {
    let (mut harness, bob) = harness_with_key().await;
    gives_her_key(&harness).await;
    open_by_niche(&harness, &harness.ann).await;
    let his = open_by_niche(&harness, &bob).await;
    let (by_hers, all) = (
        harness.network.requests_by(KEY),
        harness.network.requests().total,
    );
    assert!(by_hers > 0);
    harness.telegram.presses(&bob, his.id, COMPLETE).unwrap();
    until_list(&harness, &bob, "the gems", is_complete).await;
    assert_eq!(harness.network.requests_by(KEY), by_hers);
    assert!(harness.network.requests().total > all);
    harness.stop().await;
    harness.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_key_spends_it_and_reads_nobody_again() {
    let (mut harness, bob) = harness_with_key().await;
    open_by_niche(&harness, &bob).await;
    gives_her_key(&harness).await;
    let hers = open_by_niche(&harness, &harness.ann).await;
    let (by_hers, before) = (harness.network.requests_by(KEY), harness.network.requests());
    harness
        .telegram
        .presses(&harness.ann, hers.id, COMPLETE)
        .unwrap();
    until_list(&harness, &harness.ann, "the gems", is_complete).await;
    let after = harness.network.requests();
    let spent = harness.network.requests_by(KEY) - by_hers;
    assert_eq!(after.total - before.total, spent, "all of it by her key");
    assert_eq!(after.followers, before.followers);
    assert_eq!(after.following, before.following);
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_costs_stands_on_the_button_and_is_not_asked_for_again() {
    let hiker = fake("instagram", "hikerapi").unwrap();
    let mut harness = Harness::on_network(hiker, world_with_gems(150, GEMS)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna normal");
    agrees(&harness, "normal").await;
    harness.until_delivered(&harness.ann, "luna").await;
    let list = until_list(&harness, &harness.ann, "the list", |_| true).await;
    order_by(&harness.telegram, &harness.ann, list.id, "Niche").await;
    let lacks = |list: &Message| list.text.contains(LACKS);
    let list = until_list(&harness, &harness.ann, "what is known by niche", lacks).await;
    let mut labels = list.buttons.iter().flatten().map(|it| it.label.clone());
    let label = labels.find(|label| label.starts_with(COMPLETE)).unwrap();
    assert!(
        label.starts_with("Look up the rest too: about $0.0"),
        "{label}"
    );
    let before = harness.network.requests();
    harness
        .telegram
        .presses(&harness.ann, list.id, &label)
        .unwrap();
    until_list(&harness, &harness.ann, "the gems", is_complete).await;
    let asked = harness.network.requests();
    assert_eq!(asked.total - before.total, u64::from(GEMS));
    harness.stop().await;
    harness.assert_clean();
}
