//! All results of a person, page by page.

use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, ann, bob};

fn results(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    let handles = buttons.filter_map(|button| button.label.split(' ').next());
    handles.filter(|word| word.starts_with('@')).collect()
}

#[tokio::test]
async fn results_of_several_networks_are_told_apart() {
    let mut house = House::on(&["instagram", "github"]).await;
    house.hurry();
    house.fake.says(&ann(), "@nasa");
    house.hears(42, "Looking up @nasa on Instagram…").await;
    house.delivers("nasa", rows(3)).await;
    house.hears(42, "Accounts like @nasa").await;
    house.fake.says(&ann(), "/history");
    let history = house.hears(42, "Your one result here").await;
    let label = &history.buttons[0][0].label;
    assert!(label.starts_with("@nasa · Instagram · "), "{label}");
    house.is_well();
}

#[tokio::test]
async fn history_is_read_page_by_page_by_whose_it_is() {
    let mut house = House::new().await;
    house.hurry();
    for number in 1..=12 {
        let handle = format!("a{number}");
        let asked = format!("/find @{handle}");
        house.fake.says_in_group(GROUP, &ann(), &asked);
        let looking = format!("Looking up @{handle} on Instagram…");
        house.hears(GROUP, &looking).await;
        house.delivers(&handle, rows(3)).await;
        house
            .hears(GROUP, &format!("Accounts like @{handle}"))
            .await;
    }
    house.fake.says_in_group(GROUP, &ann(), "/history");
    let first = house.hears(GROUP, "Your results here, 12 in all").await;
    assert_eq!(results(&first).len(), 10);
    assert_eq!(results(&first).first(), Some(&"@a12"), "the newest first");
    assert!(first.button("1 / 2").is_some() && first.button("‹").is_none());

    let press = house.fake.presses(&bob(), first.id, "›").unwrap();
    let answer = house.answer(&press).await;
    assert_eq!(answer, "Only the person who asked can do that.");
    house.fake.presses(&ann(), first.id, "›").unwrap();
    let is_turned = |it: &Message| it.button("2 / 2").is_some();
    let second = house.sees(GROUP, first.id, "page 2", is_turned).await;
    assert_eq!(results(&second), ["@a2", "@a1"]);
    assert!(second.button("›").is_none());
    house.fake.presses(&ann(), first.id, "‹").unwrap();
    let is_back = |it: &Message| it.button("1 / 2").is_some();
    house.sees(GROUP, first.id, "page 1", is_back).await;
    house.is_well();
}
