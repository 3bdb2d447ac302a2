//! What others have asked for in a group is at the disposal of those who run it, in their own name where it is work.

use lookalike::demo::telegram::{CallFailure, FakeTelegram, MemberStatus, Message, Person};
use lookalike::model::{Depth, Every, Outcome, PersonId};

use crate::chat::LOOKING;
use crate::chat::engine::rows;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

const NOT_YOURS: &str = "Only the person who asked can do that, or an administrator of this group.";
const UNKNOWN: &str =
    "I couldn't find out whether you are an administrator of this group. Please try again.";

/// Returns what a button carries, by its beginning.
fn button(message: &Message, beginning: &str) -> Option<String> {
    let buttons = message.buttons.iter().flatten();
    let mut data = buttons.filter_map(|button| button.data.clone());
    data.find(|data| data.starts_with(beginning))
}

/// Returns a harness with a list of Ann's in the group, of which Bob has this status.
async fn with_a_list(ann: &Person, status: MemberStatus) -> (ChatHarness, Message) {
    let mut harness = ChatHarness::new().await;
    harness.speed_up_time();
    harness.fake.appoints(GROUP, &bob(), status);
    harness.fake.says_in_group(GROUP, ann, "/find @nasa");
    let is_bubble = |it: &Message| it.from_bot && it.text.contains("@nasa");
    let there = |all: &[Message]| all.iter().any(is_bubble);
    let seen = harness.fake.until(GROUP, SOON, "the bubble", there);
    seen.await.unwrap();
    harness.deliver_nearly_all("nasa", rows(30)).await;
    let is_list = |it: &Message| button(it, "share:").is_some();
    let there = |all: &[Message]| all.iter().any(is_list);
    let seen = harness.fake.until(GROUP, SOON, "the list", there);
    let list = seen.await.unwrap().into_iter().find(is_list).unwrap();
    (harness, list)
}

#[tokio::test]
async fn an_administrator_goes_deeper_in_their_own_name() {
    let (harness, list) = with_a_list(&ann(), MemberStatus::Administrator).await;
    let press = harness.fake.presses(&bob(), list.id, "Deeper").unwrap();
    assert_eq!(harness.answer(&press).await, "All right: full.");
    let replies = |all: &[Message]| {
        let mut all = all.iter();
        all.any(|it| it.reply_to == Some(list.id) && it.text.starts_with(LOOKING))
    };
    let seen = harness.fake.until(GROUP, SOON, "his search", replies);
    seen.await.unwrap();
    let searches = harness.analyses(&bob());
    assert_eq!(searches.len(), 1, "it counts as his");
    assert_eq!(
        (searches[0].depth, searches[0].outcome.clone()),
        (Depth::Full, None)
    );
    // He presses twice, and gets one search.
    let again = harness.fake.presses(&bob(), list.id, "Deeper");
    if let Ok(again) = again {
        harness.answer(&again).await;
    }
    assert_eq!(harness.analyses(&bob()).len(), 1);
    assert_eq!(harness.analyses(&ann()).len(), 1, "hers is as it was");
    harness.assert_healthy();
}

#[tokio::test]
async fn an_administrator_shares_a_result_and_takes_the_link_back() {
    let (harness, list) = with_a_list(&ann(), MemberStatus::Owner).await;
    let press = harness.fake.presses(&bob(), list.id, "Share").unwrap();
    assert_eq!(harness.answer(&press).await, "");
    let link = harness
        .wait_for(GROUP, "Whoever opens this link gets the result for @nasa")
        .await;
    let shared = harness.analyses(&ann())[0].shared.clone().unwrap();
    assert!(link.text.contains(&shared.0), "{}", link.text);
    let take_back = "Take the link back";
    harness.fake.presses(&bob(), link.id, take_back).unwrap();
    let gone = |it: &Message| it.text == "The link to the result for @nasa no longer works.";
    harness
        .wait_for_change(GROUP, link.id, "that it is taken back", gone)
        .await;
    assert_eq!(harness.analyses(&ann())[0].shared, None);
    harness.assert_healthy();
}

#[tokio::test]
async fn an_administrator_watches_for_themselves() {
    let (harness, _) = with_a_list(&ann(), MemberStatus::Administrator).await;
    harness.fake.says_in_group(GROUP, &ann(), "/watch");
    let asked = harness.wait_for(GROUP, "You watch nothing yet").await;
    harness
        .fake
        .presses(&bob(), asked.id, "Watch @nasa")
        .unwrap();
    let promise = harness
        .wait_for(GROUP, "I'll look at @nasa anew every week")
        .await;
    let watched = |person| harness.cx.ledger.watches_of(PersonId(person)).unwrap();
    assert_eq!((watched(42).len(), watched(43).len()), (0, 1));
    // What he watches is his own business, whoever runs the group.
    harness
        .fake
        .appoints(GROUP, &ann(), MemberStatus::Administrator);
    let press = harness.fake.presses(&ann(), promise.id, "Monthly").unwrap();
    let own = "Only the person who asked can do that.";
    assert_eq!(harness.answer(&press).await, own);
    assert_eq!(watched(43)[0].every, Every::Week);
    harness.assert_healthy();
}

#[tokio::test]
async fn an_administrator_takes_what_there_is_of_anothers_search() {
    let (harness, list) = with_a_list(&ann(), MemberStatus::Administrator).await;
    harness.fake.presses(&ann(), list.id, "Deeper").unwrap();
    let reads = |all: &[Message]| all.iter().any(|it| it.button("Enough").is_some());
    let seen = harness
        .fake
        .until(GROUP, SOON, "a search that goes on", reads);
    let messages = seen.await.unwrap();
    let bubble = messages
        .iter()
        .find(|it| it.button("Enough").is_some())
        .unwrap();
    let press = harness.fake.presses(&bob(), bubble.id, "Enough").unwrap();
    let answer = harness.answer(&press).await;
    assert_eq!(answer, "OK, stopping here. I'll send what I have.");
    let hers = harness.analyses(&ann()).pop().unwrap();
    assert!(matches!(hers.outcome, Some(Outcome::Delivered { .. })));
    assert_eq!(harness.analyses(&bob()), []);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_member_is_told_whose_it_is_and_nothing_happens() {
    let russian = "Это может сделать только тот, кто спрашивал, или администратор группы.";
    for (person, sentence) in [(ann(), NOT_YOURS), (ann().speaking("ru"), russian)] {
        let (harness, list) = with_a_list(&person, MemberStatus::Member).await;
        for beginning in ["share:", "deeper-"] {
            let pressed = button(&list, beginning).unwrap();
            let press = harness.fake.presses(&bob(), list.id, &pressed).unwrap();
            assert_eq!(harness.answer(&press).await, sentence, "{pressed}");
        }
        assert_eq!(harness.analyses(&ann())[0].shared, None);
        assert_eq!(harness.analyses(&bob()), []);
        harness.assert_healthy();
    }
}

#[tokio::test]
async fn what_telegram_does_not_tell_is_said_and_a_restart_asks_again() {
    let (mut harness, list) = with_a_list(&ann(), MemberStatus::Administrator).await;
    for _ in 0..3 {
        harness
            .fake
            .fail_next("getChatMember", CallFailure::Dropped);
    }
    let press = harness.fake.presses(&bob(), list.id, "Share").unwrap();
    assert_eq!(harness.answer(&press).await, UNKNOWN);
    assert_eq!(harness.analyses(&ann())[0].shared, None);
    // The process ends while Telegram is being asked.
    harness.fake.fail_next("getChatMember", CallFailure::Held);
    let holds = harness.fake.holds();
    let press = harness.fake.presses(&bob(), list.id, "Share").unwrap();
    let hangs = |fake: &FakeTelegram| fake.holds() > holds;
    let seen = harness.fake.until_true(SOON, "a call that hangs", hangs);
    seen.await.unwrap();
    harness.fake.fail_no_more();
    harness.reopen().await;
    assert_eq!(harness.answer(&press).await, "");
    harness.wait_for(GROUP, "Whoever opens this link").await;
    let links = harness.messages_of_bot(GROUP).into_iter();
    let links = links.filter(|it| it.text.starts_with("Whoever opens this link"));
    assert_eq!(links.count(), 1);
    harness.assert_healthy();
}
