//! The message that shows all searches of a chat, with the process killed before Telegram takes it, and after that but
//! before it is recorded: the next process keeps its own up to date, and there is at most one too many.

use lookalike::demo::telegram::{CallFailure, FakeTelegram, Message};

use crate::crash::process::BotProcess;
use crate::harness::{Harness, WITHIN, small_world};

const FIVE: &str = "@luna @celebrity @peer0 @peer1 @peer2";

/// Each search has a bubble before one message shows them all.
const BUBBLES: usize = 5;

/// Runs the test; returns the messages that have shown all searches.
async fn cut_off(failure: CallFailure) -> Vec<Message> {
    let harness = Harness::new(small_world(12, false)).await;
    // No request is answered, so that all searches stay in progress.
    harness.network.hold();
    let shown = |harness: &Harness| {
        let mut messages = harness.telegram.messages(harness.ann.id);
        messages.retain(|message| message.from_bot && message.text.contains("searches under way"));
        messages
    };
    let until = async |what: &str, seen: &dyn Fn(&FakeTelegram) -> bool| {
        let what = format!("{what}, after {failure:?}");
        harness
            .telegram
            .until_true(WITHIN, &what, seen)
            .await
            .unwrap();
    };
    harness
        .telegram
        .fail_after(BUBBLES, "sendMessage", failure.clone());
    let bot = BotProcess::start(&harness);
    harness.telegram.says(&harness.ann, FIVE);
    until("the call", &|telegram| telegram.holds() > 0).await;
    bot.kill();
    let before = shown(&harness).len();

    let bot = BotProcess::start(&harness);
    until("one message for all", &|_| shown(&harness).len() > before).await;
    let last = shown(&harness).pop().unwrap().id;
    harness
        .telegram
        .presses(&harness.ann, last, "Cancel @luna")
        .unwrap();
    let is_kept = |_: &FakeTelegram| {
        let last = shown(&harness).pop();
        last.is_some_and(|message| message.text.starts_with("4 searches under way"))
    };
    until("one line less", &is_kept).await;
    bot.stop().await;
    assert_eq!(harness.telegram.violations(), Vec::<String>::new());
    shown(&harness)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_the_message_for_all_searches_leaves_one_too_many_at_most() {
    let (held, accepted) = tokio::join!(
        cut_off(CallFailure::Held),
        cut_off(CallFailure::AcceptedThenHeld)
    );
    assert_eq!(held.len(), 1, "what Telegram has not taken: {held:#?}");
    assert_eq!(
        accepted.len(),
        2,
        "what it has taken comes again: {accepted:#?}"
    );
    assert_eq!(accepted[0].edits, 0, "only the second is kept up to date");
    println!("killed at the message for all searches: 0 lost, 1 repeated where Telegram had it");
}
