//! The history: all results of a person, page by page.

use lookalike::demo::telegram::Message;

use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, ann, bob};

fn results(message: &Message) -> Vec<&str> {
    let buttons = message.buttons.iter().flatten();
    let handles = buttons.filter_map(|button| button.label.split(' ').next());
    handles.filter(|word| word.starts_with('@')).collect()
}

#[tokio::test]
async fn results_of_several_networks_are_distinguished() {
    let mut harness = ChatHarness::on(&["instagram", "github"]).await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "@nasa");
    harness.wait_for(42, "Looking up @nasa on Instagram…").await;
    harness.deliver("nasa", rows(3)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.says(&ann(), "/history");
    let history = harness.wait_for(42, "Your one result here").await;
    let label = &history.buttons[0][0].label;
    assert!(label.starts_with("@nasa · Instagram · "), "{label}");
    harness.assert_healthy();
}

#[tokio::test]
async fn the_history_is_read_page_by_page_by_the_person_it_belongs_to() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    for number in 1..=12 {
        let handle = format!("a{number}");
        let asked = format!("/find @{handle}");
        harness.fake.says_in_group(GROUP, &ann(), &asked);
        let looking = format!("Looking up @{handle} on Instagram…");
        harness.wait_for(GROUP, &looking).await;
        harness.deliver(&handle, rows(3)).await;
        harness
            .wait_for(GROUP, &format!("Accounts like @{handle}"))
            .await;
    }
    harness.fake.says_in_group(GROUP, &ann(), "/history");
    let first = harness
        .wait_for(GROUP, "Your results here, 12 in all")
        .await;
    assert_eq!(results(&first).len(), 10);
    assert_eq!(results(&first).first(), Some(&"@a12"), "the newest first");
    assert!(first.button("1 / 2").is_some() && first.button("‹").is_none());

    let press = harness.fake.presses(&bob(), first.id, "›").unwrap();
    let answer = harness.answer(&press).await;
    assert_eq!(answer, "Only the person who asked can do that.");
    harness.fake.presses(&ann(), first.id, "›").unwrap();
    let is_turned = |it: &Message| it.button("2 / 2").is_some();
    let second = harness
        .wait_for_change(GROUP, first.id, "page 2", is_turned)
        .await;
    assert_eq!(results(&second), ["@a2", "@a1"]);
    assert!(second.button("›").is_none());
    harness.fake.presses(&ann(), first.id, "‹").unwrap();
    let is_back = |it: &Message| it.button("1 / 2").is_some();
    harness
        .wait_for_change(GROUP, first.id, "page 1", is_back)
        .await;
    harness.assert_healthy();
}
