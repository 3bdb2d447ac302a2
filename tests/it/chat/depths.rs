//! How deep a search goes that is under way: what is wished meanwhile is done, and said.

use lookalike::demo::telegram::Message;
use lookalike::model::Depth;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::house::{GROUP, House, ann};

const DEEPER: &str = "All right, I go on with @nasa, now deep:";

#[tokio::test]
async fn a_wish_for_more_is_obeyed_and_answered() {
    let house = House::new().await;
    house.fake.says(&ann(), "@nasa quick");
    let bubble = house.hears(42, LOOKING).await;
    house.verified("nasa", 1_020).await;
    house.fake.says(&ann(), "@nasa deep");
    let told = house.hears(42, DEEPER).await;
    assert_eq!(told.reply_to, Some(bubble.id));
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    // There is nothing to be said of a wish for less.
    house.fake.says(&ann(), "@nasa quick");
    house.hears(42, "I'm already on @nasa for you:").await;
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.is_well();
}

#[tokio::test]
async fn a_wish_for_more_in_a_group_is_obeyed_and_answered() {
    let house = House::new().await;
    house.fake.says_in_group(GROUP, &ann(), "/find @nasa quick");
    house.hears(GROUP, LOOKING).await;
    house.fake.says_in_group(GROUP, &ann(), "/find @nasa deep");
    house.hears(GROUP, DEEPER).await;
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.is_well();
}

#[tokio::test]
async fn a_wish_for_more_in_a_comparison_is_obeyed_and_answered() {
    let house = House::new().await;
    house.fake.says(&ann(), "@nasa quick");
    house.hears(42, LOOKING).await;
    house.fake.says(&ann(), "/compare @nasa @esa deep");
    let told = house.hears(42, "I'll compare @nasa and @esa").await;
    let deeper = "What is under way already goes deep now.";
    assert!(told.text.ends_with(deeper), "{}", told.text);
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.is_well();
}

#[tokio::test]
async fn what_is_looked_at_again_goes_as_deep_as_before_by_word_and_by_button() {
    let mut house = House::new().await;
    house.hurry();
    house.fake.says(&ann(), "@nasa deep");
    house.hears(42, LOOKING).await;
    house.delivers("nasa", rows(30)).await;
    house.hears(42, "Accounts like @nasa").await;
    house.fake.says(&ann(), "@nasa");
    let known = house.hears(42, "✓ @nasa is here already").await;
    house.fake.presses(&ann(), known.id, "Refresh").unwrap();
    let gone = |it: &Message| it.buttons.is_empty();
    house.sees(42, known.id, "no button", gone).await;
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.fake.says(&ann(), "/cancel all");
    house.hears(42, "Stopped: @nasa").await;
    house.fake.says(&ann(), "/again @nasa");
    house.hears(42, LOOKING).await;
    house.fake.says(&ann(), "/help");
    house.hears(42, "Send me one or more accounts").await;
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.is_well();
}
