//! How deep a search in progress goes: a request to go deeper is obeyed and answered.

use lookalike::model::Depth;

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, ann};

const DEEPER: &str = "All right, I go on with @nasa, now deep:";

#[tokio::test]
async fn a_request_for_more_is_obeyed_and_answered() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@nasa quick");
    let bubble = harness.wait_for(42, LOOKING).await;
    harness.verify("nasa", 1_020).await;
    harness.fake.says(&ann(), "@nasa deep");
    let answer = harness.wait_for(42, DEEPER).await;
    assert_eq!(answer.reply_to, Some(bubble.id));
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    // A request for less gets no answer.
    harness.fake.says(&ann(), "@nasa quick");
    harness.wait_for(42, "I'm already on @nasa for you:").await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_request_for_more_in_a_group_is_obeyed_and_answered() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/find @nasa quick");
    harness.wait_for(GROUP, LOOKING).await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/find @nasa deep");
    harness.wait_for(GROUP, DEEPER).await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_request_for_more_in_a_comparison_is_obeyed_and_answered() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@nasa quick");
    harness.wait_for(42, LOOKING).await;
    harness.fake.says(&ann(), "/compare @nasa @esa deep");
    let answer = harness.wait_for(42, "I'll compare @nasa and @esa").await;
    let deeper = "What is under way already goes deep now.";
    assert!(answer.text.ends_with(deeper), "{}", answer.text);
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_refresh_goes_as_deep_as_before_by_word_and_by_button() {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.says(&ann(), "@nasa deep");
    harness.wait_for(42, LOOKING).await;
    harness.deliver("nasa", rows(30)).await;
    harness.wait_for(42, "Accounts like @nasa").await;
    harness.fake.says(&ann(), "@nasa");
    let known = harness
        .wait_for(42, "Accounts like @nasa on Instagram\nI looked just now.")
        .await;
    harness.fake.presses(&ann(), known.id, "Refresh").unwrap();
    harness.wait_for(42, LOOKING).await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.fake.says(&ann(), "/cancel all");
    harness.wait_for(42, "Stopped: @nasa").await;
    harness.fake.says(&ann(), "/again @nasa");
    harness.wait_for(42, LOOKING).await;
    harness.fake.says(&ann(), "/help");
    harness.wait_for(42, "Send me one or more accounts").await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}
