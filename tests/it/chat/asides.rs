//! What is said to the bot and names no account.

use lookalike::demo::telegram::Message;
use lookalike::model::Depth;

use crate::chat::LOOKING;
use crate::chat::house::{GROUP, House, SOON, ann, bob};

#[tokio::test]
async fn what_names_no_account_is_answered_and_nothing_is_looked_up() {
    let house = House::new().await;
    for (said, answer) in [
        ("hello!", "Hi! Send me an account"),
        ("Спасибо", "You're welcome!"),
        ("yes", "All right."),
        ("stop", "You have no search under way."),
        ("weekly", "That word alone"),
        (
            "full",
            "That tells me how far to go, but not for which account.",
        ),
        ("до ясности", "That tells me how far to go"),
    ] {
        house.fake.says(&ann(), said);
        house.hears(42, answer).await;
    }
    assert_eq!(house.analyses(&ann()), []);
    house.fake.says(&ann(), "@thanks");
    house.hears(42, "Looking up @thanks on Instagram…").await;
    house.fake.says(&ann(), "Hello! esa, please");
    house.hears(42, "Looking up @esa on Instagram…").await;
    assert_eq!(house.analyses(&ann()).len(), 2, "the accounts alone");
    house.is_well();
}

#[tokio::test]
async fn a_depth_alone_is_meant_for_the_one_search_that_is_under_way() {
    let house = House::new().await;
    house.fake.says_in_group(GROUP, &ann(), "/find @nasa quick");
    let bubble = house.hears(GROUP, LOOKING).await;
    house.fake.says(&ann(), "deep");
    house.hears(42, "That tells me how far to go").await;
    house.fake.replies(&bob(), bubble.id, "full");
    house.hears(GROUP, "That tells me how far to go").await;
    assert_eq!(house.crawl("nasa").depth, Depth::Quick, "it is not Bob's");
    house.fake.replies(&ann(), bubble.id, "deep");
    house
        .hears(GROUP, "All right, I go on with @nasa, now deep:")
        .await;
    assert_eq!(house.crawl("nasa").depth, Depth::Deep);
    house.is_well();
}

#[tokio::test]
async fn a_word_that_is_not_known_is_not_passed_over_in_silence() {
    let house = House::new().await;
    house.fake.says(&ann(), "@nasa fast");
    house
        .hears(42, "I don't know what you mean by “fast” there")
        .await;
    house.hears(42, LOOKING).await;
    let rhythms = |all: &[Message]| {
        let about = |it: &&Message| it.text.contains("every week or every month");
        all.iter().filter(about).count()
    };
    for (said, count) in [
        "/watch esa daily",
        "/watch @esa каждый день",
        "/watch @esa often",
    ]
    .iter()
    .zip(1..)
    {
        house.fake.says(&ann(), said);
        let is_told = |all: &[Message]| rhythms(all) == count;
        house.fake.until(42, SOON, said, is_told).await.unwrap();
    }
    assert_eq!(house.analyses(&ann()).len(), 1, "nothing is watched");
    house.is_well();
}
