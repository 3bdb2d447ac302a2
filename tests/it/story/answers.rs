//! A search, from the first message to the list.

use lookalike::demo::is_list;
use lookalike::demo::telegram::{Message, Person};
use lookalike::demo::world::World;
use lookalike::model::PersonId;

use crate::harness::{Harness, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_in_and_a_ranked_list_out() {
    let mut harness = Harness::new(small_world(60, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let is_over = |all: &[Message]| {
        all.iter().any(|it| is_list(it, "luna"))
            && all.iter().all(|it| it.button("Cancel").is_none())
    };
    let messages = harness.until(&harness.ann, "the list alone", is_over).await;

    insta::assert_snapshot!(transcript(&messages), @r"
    Ann: @luna
    Lookalike: [similar-to-luna.png]
    Lookalike: The closest to @luna, at a glance
    Lookalike: Accounts like @luna on Instagram
    Lookalike:
    Lookalike: 1. 🏢 The peer0 · @peer0 · 30 followers
    Lookalike: 50% overlap · 50% of @luna’s followers · 100% of its own
    Lookalike: 2. The peer1 · @peer1 · 20 followers
    Lookalike: 33% overlap · 35% of @luna’s followers · 100% of its own
    Lookalike: 3. The peer2 · @peer2 · 15 followers
    Lookalike: 25% overlap · 25% of @luna’s followers · 99.5% of its own
    Lookalike: 4. The peer3 · @peer3 · 12 followers
    Lookalike: 19% overlap · 19% of @luna’s followers · 97% of its own
    Lookalike: 5. The peer4 · @peer4 · 10 followers
    Lookalike: 17% overlap · 17% of @luna’s followers · 100% of its own
    Lookalike: 6. 🏢 The celebrity · @celebrity · 360 followers
    Lookalike: 16% overlap · 98% of @luna’s followers · 16% of its own
    Lookalike: 7. The peer6 · @peer6 · 8 followers
    Lookalike: 13% overlap · 13% of @luna’s followers · 99% of its own
    Lookalike: 8. The peer7 · @peer7 · 7 followers
    Lookalike: 12% overlap · 12% of @luna’s followers · 100% of its own
    Lookalike: 9. 🏢 The peer8 · @peer8 · 6 followers
    Lookalike: 10% overlap · 10% of @luna’s followers · 100% of its own
    Lookalike: 10. The peer9 · @peer9 · 6 followers
    Lookalike: 10% overlap · 10% of @luna’s followers · 100% of its own
    Lookalike:
    Lookalike: A short list: only 18 accounts could be compared, so take it with a grain of salt.
    Lookalike:
    Lookalike: Peers: of all who follow either account, how many follow both. I double-checked 3 close calls against their full follower lists. With 95% certainty the first 10 together score at most 1% less than the best 10 there are.
    Lookalike: I listed all 60 followers. I could read who else 52 of them follow; of the others 8 are private. 84 requests in … s.
    ");
    assert!(
        messages
            .iter()
            .all(|message| message.button("Cancel").is_none()),
        "nothing is left to cancel"
    );

    let report = harness.report(&harness.ann);
    assert_eq!((report.followers_total, report.followers_listed), (60, 60));
    assert_eq!(report.followers_read + report.unreadable, 60);
    assert!(
        report.results.iter().all(|row| row.handle != "luna"),
        "the account itself is never a candidate"
    );
    let celebrity = report
        .results
        .iter()
        .find(|row| row.handle == "celebrity")
        .unwrap();
    assert_eq!(
        celebrity.shared, report.followers_read,
        "every follower follows the celebrity"
    );
    assert!(celebrity.rank > 1, "and still she is not the most similar");
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_spent_once_and_counted() {
    let world = small_world(60, true);
    let expected = expected_requests(&world);
    let mut harness = Harness::new(world).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let (reported, real) = (
        harness.report(&harness.ann).requests,
        harness.network.requests(),
    );
    assert_eq!(reported.verify, 2, "one search and one profile");
    assert_eq!(
        (
            reported.followers + reported.confirm,
            reported.subscriptions
        ),
        (real.followers, real.following),
        "what is told is what was asked"
    );
    assert!(
        reported.subscriptions >= expected,
        "at least {expected} pages had to be read"
    );
    assert_eq!(
        reported.verify + reported.profiles,
        real.search + real.profile
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_result_is_sent_again_without_a_request() {
    let mut harness = Harness::new(small_world(20, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    let asked = harness.network.requests().total;

    let bob = Person::new(502, "Bob");
    harness
        .telegram
        .says(&bob, "https://www.instagram.com/Luna/?igsh=x");
    let messages = harness.until_delivered(&bob, "luna").await;
    assert_eq!(
        harness.network.requests().total,
        asked,
        "everything was known"
    );
    let list = messages.iter().find(|message| is_list(message, "luna"));
    let list = list.expect("the list that was there");
    assert!(
        list.text.contains("\nI looked just now.\n"),
        "{}",
        list.text
    );
    harness.telegram.presses(&bob, list.id, "Refresh").unwrap();
    let twice = |messages: &[_]| {
        messages
            .iter()
            .filter(|message| is_list(message, "luna"))
            .count()
            == 2
    };
    harness.until(&bob, "a second list", twice).await;
    let refreshed = harness.network.requests();
    assert!(refreshed.followers > 1, "the followers were listed again");
    assert_eq!(
        refreshed.following as usize, 20,
        "their lists were still fresh"
    );
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_ask_for_the_same_share_one_crawl() {
    let mut harness = Harness::new(small_world(40, false)).await;
    harness.start().await;
    let bob = Person::new(502, "Bob");
    harness.network.hold();
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(1).await;
    harness.telegram.says(&bob, "luna");
    harness
        .until(&bob, "an answer to Bob", |messages| {
            messages.iter().any(|message| message.from_bot)
        })
        .await;
    harness.network.release();
    harness.until_delivered(&harness.ann, "luna").await;
    harness.until_delivered(&bob, "luna").await;
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_account_does_not_wait_behind_a_large_one() {
    let mut harness = Harness::new(small_world(60, false)).await;
    harness.start().await;
    let bob = Person::new(502, "Bob");
    harness.telegram.says(&harness.ann, "@celebrity");
    harness.network.arrived(30).await;
    harness.telegram.says(&bob, "@peer15");
    harness.until_delivered(&bob, "peer15").await;
    harness.until_delivered(&harness.ann, "celebrity").await;
    let ended = |person: &Person| {
        let ledger = &harness.app().context().ledger;
        let analysis = ledger
            .analyses_of(PersonId(person.id.unsigned_abs()))
            .unwrap()
            .pop()
            .unwrap();
        ledger
            .crawl_of(&analysis)
            .unwrap()
            .unwrap()
            .ended_at
            .unwrap()
    };
    assert!(
        ended(&bob) < ended(&harness.ann),
        "3 followers come before 360 that were begun earlier"
    );
    harness.assert_clean();
    harness.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_analysed_is_refused_with_a_sentence() {
    let world = World::invented(1);
    let private = lookalike::demo::world::PRIVATE_HANDLE;
    let lonely = lookalike::demo::world::LONELY_HANDLE;
    let mut harness = Harness::new(world).await;
    harness.start().await;
    for handle in ["nobody.has.this.name", private, lonely] {
        harness.telegram.says(&harness.ann, &format!("@{handle}"));
    }
    let messages = harness
        .until(&harness.ann, "three refusals", |messages| {
            let answers = messages.iter().filter(|message| message.from_bot);
            answers
                .filter(|message| !message.text.contains("Looking up"))
                .count()
                == 3
        })
        .await;
    let answers: Vec<&str> = messages
        .iter()
        .filter(|message| message.from_bot)
        .map(|message| message.text.as_str())
        .collect();
    insta::assert_snapshot!(answers.join("\n---\n"), @r"
    There's no @nobody.has.this.name on Instagram. Check the spelling, or send me the link to the profile.
    ---
    @marta.behind.the.curtain is private, so I can't see who follows it. Send me a public account, or ask again when it has become one.
    ---
    @first.day.on.here has no followers yet, so there is nobody to compare. Try an account that is followed.
    ");
    harness.assert_clean();
    harness.stop().await;
}

/// Returns what a chat shows in the end, without times, which differ from run to run.
fn transcript(messages: &[Message]) -> String {
    let lines = messages.iter().flat_map(|message| {
        let file = message.document.as_ref().or(message.photo.as_ref());
        let file = file.map(|file| format!("[{}]", file.file_name));
        let lines = message
            .text
            .lines()
            .map(|line| match line.rsplit_once(" in ") {
                Some((line, time)) if time.ends_with(" s.") => format!("{line} in … s."),
                _ => line.to_owned(),
            });
        let lines: Vec<String> = file.into_iter().chain(lines).collect();
        lines
            .into_iter()
            .map(|line| format!("{}: {line}", message.from).trim_end().to_owned())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the smallest number of pages that hold what the readable followers of account 0 follow.
fn expected_requests(world: &World) -> u64 {
    let readable = world
        .followers(0)
        .iter()
        .filter(|follower| !world.account(**follower).private);
    readable
        .map(|follower| world.following(*follower).len().div_ceil(100) as u64)
        .sum()
}
