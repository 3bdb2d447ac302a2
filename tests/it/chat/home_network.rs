//! Where the plain names of a chat are looked up first.

use crate::chat::house::{GROUP, House, ann, bob};

const BOTH: &[&str] = &["instagram", "github"];

#[tokio::test]
async fn a_plain_name_goes_to_the_network_of_the_chat_and_to_others_by_button() {
    let mut house = House::on(BOTH).await;
    house.fake.says(&ann(), "nasa");
    let bubble = house.hears(42, "Looking up @nasa on Instagram…").await;
    assert!(bubble.button("On GitHub").is_some());
    house.fake.says(&ann(), "/network Гитхаб");
    house
        .hears(
            42,
            "From now on, when there is just a name, I look on GitHub first.",
        )
        .await;
    house.fake.says(&ann(), "esa");
    let bubble = house.hears(42, "Looking up @esa on GitHub…").await;
    assert!(bubble.button("On Instagram").is_some());
    house.reopen().await;
    house.fake.says(&ann(), "ig:jaxa");
    house.hears(42, "Looking up @jaxa on Instagram…").await;
    house.fake.says(&ann(), "/cancel Все");
    house.hears(42, "Stopped:").await;
    house.fake.says(&ann(), "@isro");
    house.hears(42, "Looking up @isro on GitHub…").await;
    house.fake.says(&bob(), "cnsa");
    house.hears(43, "Looking up @cnsa on Instagram…").await;
    house.is_well();
}

#[tokio::test]
async fn a_network_is_chosen_by_button_for_the_whole_group() {
    let house = House::on(BOTH).await;
    house.fake.says_in_group(GROUP, &ann(), "/network");
    let choice = house.hears(GROUP, "Where shall I look first").await;
    assert!(choice.button("• Instagram").is_some());
    assert!(choice.button("Bluesky").is_none(), "it is off");
    let press = house.fake.presses(&bob(), choice.id, "GitHub").unwrap();
    let refused = "Only the person who asked can do that.";
    assert_eq!(house.answer(&press).await, refused);
    let press = house.fake.presses(&ann(), choice.id, "GitHub").unwrap();
    assert_eq!(
        house.answer(&press).await,
        "From now on, when there is just a name, I look on GitHub first."
    );
    house
        .sees(GROUP, choice.id, "the choice", |m| {
            m.button("• GitHub").is_some() && m.button("Instagram").is_some()
        })
        .await;
    // What shows already is not wrong to be chosen.
    let press = house.fake.presses(&ann(), choice.id, "• GitHub").unwrap();
    house.answer(&press).await;
    house.fake.says_in_group(GROUP, &ann(), "/find nasa");
    house.hears(GROUP, "Looking up @nasa on GitHub…").await;
    house.fake.says(&ann(), "esa");
    house.hears(42, "Looking up @esa on Instagram…").await;
    house.is_well();
}

#[tokio::test]
async fn a_network_that_is_off_or_unknown_is_not_chosen() {
    let house = House::on(BOTH).await;
    house.fake.says(&ann(), "/network bluesky");
    let off = house.hears(42, "I'm not connected to Bluesky.").await;
    assert!(off.button("GitHub").is_some());
    house.fake.says(&ann(), "/network My<b>Space");
    let unknown = "I don't know a network called “My<b>Space”.";
    assert!(house.hears(42, unknown).await.button("GitHub").is_some());
    house.fake.says(&ann(), "nasa");
    house.hears(42, "Looking up @nasa on Instagram…").await;
    house.is_well();
}

#[tokio::test]
async fn where_there_is_one_network_only_there_is_nothing_to_choose() {
    let house = House::new().await;
    house.fake.says(&ann().speaking("ru"), "/network");
    let only = "Здесь подключена только одна сеть — Instagram";
    assert_eq!(house.hears(42, only).await.buttons, Vec::<Vec<_>>::new());
    house.fake.says(&bob(), "/network tw");
    let off = "I'm not connected to X. I'm connected to Instagram only";
    house.hears(43, off).await;
    house.is_well();
}

#[tokio::test]
async fn a_network_that_was_chosen_and_is_switched_off_since_is_passed_over() {
    let mut house = House::on(BOTH).await;
    house.fake.says(&ann(), "/network github:");
    house.hears(42, "From now on").await;
    house.networks = &["instagram", "x"];
    house.reopen().await;
    house.fake.says(&ann(), "nasa");
    house.hears(42, "Looking up @nasa on Instagram…").await;
    house.fake.says(&ann(), "/network");
    let choice = house.hears(42, "Where shall I look first").await;
    assert!(choice.button("• Instagram").is_some());
    house.is_well();
}

#[tokio::test]
async fn a_name_without_a_server_is_one_of_mastodons_where_it_can_be_nothing_else() {
    let house = House::on(&["github", "mastodon"]).await;
    house.fake.says(&ann(), "@nasa");
    let bubble = house.hears(42, "Looking up @nasa on GitHub…").await;
    assert!(bubble.button("On Mastodon").is_none(), "who knows where");
    house.fake.says(&ann(), "mastodon:esa");
    let named = "Looking up @esa@mastodon.social on Mastodon…";
    house.hears(42, named).await;
    house.fake.says(&ann(), "/network mastodon");
    house.hears(42, "From now on").await;
    house.fake.says(&ann(), "jaxa");
    let chosen = "Looking up @jaxa@mastodon.social on Mastodon…";
    let bubble = house.hears(42, chosen).await;
    assert!(bubble.button("On GitHub").is_some());
    // Nobody else has such names.
    house.fake.says(&ann(), "/cancel all");
    house.hears(42, "Stopped:").await;
    house.fake.says(&ann(), "cnsa_");
    let chosen = "Looking up @cnsa_@mastodon.social on Mastodon…";
    house.hears(42, chosen).await;
    house.is_well();
}

#[tokio::test]
async fn accounts_of_several_networks_are_not_compared_and_each_is_told_with_its_own() {
    let house = House::on(BOTH).await;
    house.fake.says(&ann(), "/compare nasa gh:esa");
    let told = house.hears(42, "I can only compare accounts of one network");
    let told = told.await.text;
    let each = "Yours are @nasa (Instagram), @esa (GitHub).";
    assert!(told.ends_with(each), "{told}");
    house.is_well();
}
