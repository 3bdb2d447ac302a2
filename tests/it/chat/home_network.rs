//! The network on which the plain names of a chat are looked up first.

use crate::chat::harness::{ChatHarness, GROUP, ann, bob};

const BOTH: &[&str] = &["instagram", "github"];

#[tokio::test]
async fn a_plain_name_goes_to_the_network_of_the_chat_and_to_others_by_button() {
    let mut harness = ChatHarness::on(BOTH).await;
    harness.fake.says(&ann(), "nasa");
    let bubble = harness.wait_for(42, "Looking up @nasa on Instagram…").await;
    assert!(bubble.button("On GitHub").is_some());
    harness.fake.says(&ann(), "/network Гитхаб");
    harness
        .wait_for(
            42,
            "From now on I'll look on GitHub first when you send just a name.",
        )
        .await;
    harness.fake.says(&ann(), "esa");
    let bubble = harness.wait_for(42, "Looking up @esa on GitHub…").await;
    assert!(bubble.button("On Instagram").is_some());
    harness.reopen().await;
    harness.fake.says(&ann(), "ig:jaxa");
    harness.wait_for(42, "Looking up @jaxa on Instagram…").await;
    harness.fake.says(&ann(), "/cancel Все");
    harness.wait_for(42, "Stopped:").await;
    harness.fake.says(&ann(), "@isro");
    harness.wait_for(42, "Looking up @isro on GitHub…").await;
    harness.fake.says(&bob(), "cnsa");
    harness.wait_for(43, "Looking up @cnsa on Instagram…").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_network_is_chosen_by_button_for_the_whole_group() {
    let harness = ChatHarness::on(BOTH).await;
    harness.fake.says_in_group(GROUP, &ann(), "/network");
    let choice = harness.wait_for(GROUP, "Where should I look first").await;
    assert!(choice.button("• Instagram").is_some());
    assert!(choice.button("Bluesky").is_none(), "it is off");
    let press = harness.fake.presses(&bob(), choice.id, "GitHub").unwrap();
    let refused = "Only the person who asked can do that.";
    assert_eq!(harness.answer(&press).await, refused);
    let press = harness.fake.presses(&ann(), choice.id, "GitHub").unwrap();
    assert_eq!(
        harness.answer(&press).await,
        "From now on I'll look on GitHub first when you send just a name."
    );
    harness
        .wait_for_change(GROUP, choice.id, "the choice", |m| {
            m.button("• GitHub").is_some() && m.button("Instagram").is_some()
        })
        .await;
    // To choose the present one again is no error.
    let press = harness.fake.presses(&ann(), choice.id, "• GitHub").unwrap();
    harness.answer(&press).await;
    harness.fake.says_in_group(GROUP, &ann(), "/find nasa");
    harness.wait_for(GROUP, "Looking up @nasa on GitHub…").await;
    harness.fake.says(&ann(), "esa");
    harness.wait_for(42, "Looking up @esa on Instagram…").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_network_that_is_off_or_unknown_is_not_chosen() {
    let harness = ChatHarness::on(BOTH).await;
    harness.fake.says(&ann(), "/network bluesky");
    let off = harness.wait_for(42, "I'm not connected to Bluesky.").await;
    assert!(off.button("GitHub").is_some());
    harness.fake.says(&ann(), "/network My<b>Space");
    let unknown = "I don't know a network called “My<b>Space”.";
    assert!(
        harness
            .wait_for(42, unknown)
            .await
            .button("GitHub")
            .is_some()
    );
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, "Looking up @nasa on Instagram…").await;
    harness.assert_healthy();
}

#[tokio::test]
async fn where_there_is_one_network_only_there_is_nothing_to_choose() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann().speaking("ru"), "/network");
    let only = "Здесь подключена только одна сеть — Instagram";
    assert_eq!(
        harness.wait_for(42, only).await.buttons,
        Vec::<Vec<_>>::new()
    );
    harness.fake.says(&bob(), "/network tw");
    let off = "I'm not connected to X. I'm connected to Instagram only";
    harness.wait_for(43, off).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_network_that_was_chosen_and_is_switched_off_since_is_passed_over() {
    let mut harness = ChatHarness::on(BOTH).await;
    harness.fake.says(&ann(), "/network github:");
    harness.wait_for(42, "From now on").await;
    harness.networks = &["instagram", "x"];
    harness.reopen().await;
    harness.fake.says(&ann(), "nasa");
    harness.wait_for(42, "Looking up @nasa on Instagram…").await;
    harness.fake.says(&ann(), "/network");
    let choice = harness.wait_for(42, "Where should I look first").await;
    assert!(choice.button("• Instagram").is_some());
    harness.assert_healthy();
}

#[tokio::test]
async fn a_name_without_a_server_is_one_of_mastodons_where_it_can_be_nothing_else() {
    let harness = ChatHarness::on(&["github", "mastodon"]).await;
    harness.fake.says(&ann(), "@nasa");
    let bubble = harness.wait_for(42, "Looking up @nasa on GitHub…").await;
    assert!(bubble.button("On Mastodon").is_none(), "who knows where");
    harness.fake.says(&ann(), "mastodon:esa");
    let named = "Looking up @esa@mastodon.social on Mastodon…";
    harness.wait_for(42, named).await;
    harness.fake.says(&ann(), "/network mastodon");
    harness.wait_for(42, "From now on").await;
    harness.fake.says(&ann(), "jaxa");
    let chosen = "Looking up @jaxa@mastodon.social on Mastodon…";
    let bubble = harness.wait_for(42, chosen).await;
    assert!(bubble.button("On GitHub").is_some());
    // No other network has such names.
    harness.fake.says(&ann(), "/cancel all");
    harness.wait_for(42, "Stopped:").await;
    harness.fake.says(&ann(), "cnsa_");
    let chosen = "Looking up @cnsa_@mastodon.social on Mastodon…";
    harness.wait_for(42, chosen).await;
    harness.assert_healthy();
}

#[tokio::test]
async fn accounts_of_several_networks_are_not_compared_and_each_is_named_with_its_own() {
    let harness = ChatHarness::on(BOTH).await;
    harness.fake.says(&ann(), "/compare nasa gh:esa");
    let answer = harness.wait_for(42, "I can only compare accounts of one network");
    let answer = answer.await.text;
    let each = "Yours are @nasa (Instagram), @esa (GitHub).";
    assert!(answer.ends_with(each), "{answer}");
    harness.assert_healthy();
}
