//! Messages to the bot that name no account.

use lookalike::demo::telegram::Message;
use lookalike::model::{Depth, PersonId};

use crate::chat::LOOKING;
use crate::chat::harness::{ChatHarness, GROUP, SOON, ann, bob};

#[tokio::test]
async fn what_names_no_account_is_answered_and_nothing_is_looked_up() {
    let harness = ChatHarness::new().await;
    for (said, answer) in [
        ("hello!", "Hi! Send me an account"),
        ("good morning to you", "Hi! Send me an account"),
        ("Привет, как дела?", "Hi! Send me an account"),
        ("Спасибо", "You're welcome!"),
        ("thank you so much!", "You're welcome!"),
        ("yes", "All right."),
        ("stop", "You have no search under way."),
        ("weekly", "That word alone"),
        (
            "full",
            "That tells me how far to go, but not for which account.",
        ),
        ("до ясности", "That tells me how far to go"),
    ] {
        harness.fake.says(&ann(), said);
        harness.wait_for(42, answer).await;
    }
    assert_eq!(harness.analyses(&ann()), []);
    harness.fake.says(&ann(), "@thanks");
    harness
        .wait_for(42, "Looking up @thanks on Instagram…")
        .await;
    harness.fake.says(&ann(), "Hello! esa, please");
    harness.wait_for(42, "Looking up @esa on Instagram…").await;
    assert_eq!(harness.analyses(&ann()).len(), 2, "the accounts alone");
    harness.assert_healthy();
}

#[tokio::test]
async fn a_depth_alone_is_meant_for_the_one_search_that_is_under_way() {
    let harness = ChatHarness::new().await;
    harness
        .fake
        .says_in_group(GROUP, &ann(), "/find @nasa quick");
    let bubble = harness.wait_for(GROUP, LOOKING).await;
    harness.fake.says(&ann(), "deep");
    harness.wait_for(42, "That tells me how far to go").await;
    harness.fake.replies(&bob(), bubble.id, "full");
    harness.wait_for(GROUP, "That tells me how far to go").await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Quick, "it is not Bob's");
    harness.fake.replies(&ann(), bubble.id, "deep");
    harness
        .wait_for(GROUP, "All right, I go on with @nasa, now deep:")
        .await;
    assert_eq!(harness.crawl("nasa").depth, Depth::Deep);
    harness.assert_healthy();
}

#[tokio::test]
async fn a_depth_in_front_of_a_polite_word_is_obeyed() {
    let harness = ChatHarness::with(2, 20).await;
    for (said, handle, depth) in [
        ("@a1 deep, please", "a1", Depth::Deep),
        ("@a2 deep!", "a2", Depth::Deep),
        ("@a3 quick please", "a3", Depth::Quick),
        ("@a4 глубоко, пожалуйста", "a4", Depth::Deep),
        ("@a5 до ясности спасибо", "a5", Depth::Settled),
        ("a6, please, quick, thank you!", "a6", Depth::Quick),
    ] {
        harness.fake.says(&ann(), said);
        harness.wait_for(42, &format!("Looking up @{handle}")).await;
        assert_eq!(harness.crawl(handle).depth, depth, "{said}");
    }
    for (said, handle, days) in [
        ("/watch @b1 monthly, please", "b1", 30),
        ("/watch @b2 каждый месяц пожалуйста!", "b2", 30),
        ("/watch @b3 monthly deep, thanks", "b3", 30),
        ("/watch @b4, please", "b4", 7),
    ] {
        harness.fake.says(&ann(), said);
        harness.wait_for(42, &format!("Looking up @{handle}")).await;
        harness.verify(handle, 1_020).await;
        harness
            .wait_for(42, &format!("I'll look at @{handle} anew"))
            .await;
        let watched = harness.cx.ledger.watches_of(PersonId(42)).unwrap();
        let watch = watched.iter().find(|it| it.handle.0 == handle).unwrap();
        assert_eq!(watch.every.days(), days, "{said}");
    }
    let unknown = "I don't know what you mean by";
    let said = harness.messages_of_bot(42);
    assert!(!said.iter().any(|it| it.text.contains(unknown)), "{said:?}");
    harness.assert_healthy();
}

#[tokio::test]
async fn no_name_in_a_list_is_passed_over() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "nasa, hello, esa");
    for handle in ["nasa", "hello", "esa"] {
        let looking = format!("Looking up @{handle} on Instagram…");
        harness.wait_for(42, &looking).await;
    }
    harness.assert_healthy();
}

#[tokio::test]
async fn find_takes_no_word_for_anything_but_an_account_or_a_depth() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@nasa quick");
    harness.wait_for(42, LOOKING).await;
    for (said, count) in ["stop", "cancel", "hello", "yes", "спасибо"]
        .iter()
        .zip(1..)
    {
        harness.fake.says(&ann(), &format!("/find {said}"));
        let often = |all: &[Message]| {
            let answers = all
                .iter()
                .filter(|it| it.text.contains("put an @ before it"));
            answers.count() == count
        };
        harness.fake.until(42, SOON, said, often).await.unwrap();
    }
    assert_eq!(harness.crawl("nasa").depth, Depth::Quick, "it goes on");
    harness.fake.says(&ann(), "/find deep");
    harness
        .wait_for(42, "All right, I go on with @nasa, now deep:")
        .await;
    harness.assert_healthy();
}

#[tokio::test]
async fn a_word_that_is_not_known_is_not_passed_over_in_silence() {
    let harness = ChatHarness::new().await;
    harness.fake.says(&ann(), "@nasa fast");
    harness
        .wait_for(42, "I don't know what you mean by “fast” there")
        .await;
    harness.wait_for(42, LOOKING).await;
    let rhythms = |all: &[Message]| {
        let about = |it: &&Message| it.text.contains("every week or every month");
        all.iter().filter(about).count()
    };
    for (said, count) in [
        "/watch esa daily",
        "/watch @esa каждый день",
        "/watch @esa often",
        "/watch @esa daily, please",
        "/watch @esa раз в день, пожалуйста",
    ]
    .iter()
    .zip(1..)
    {
        harness.fake.says(&ann(), said);
        let is_told = |all: &[Message]| rhythms(all) == count;
        harness.fake.until(42, SOON, said, is_told).await.unwrap();
    }
    assert_eq!(harness.analyses(&ann()).len(), 1, "nothing is watched");
    harness.assert_healthy();
}
