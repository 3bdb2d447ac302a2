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
    let messages = harness.until_delivered(&harness.ann, "luna").await;

    insta::assert_snapshot!(transcript(&messages), @r"
    Ann: @luna
    Lookalike: ✓ @luna is done: 18 accounts compared, from 52 of 60 followers, with 84 requests in … s.
    Lookalike: [similar-to-luna.png]
    Lookalike: The closest to @luna, at a glance
    Lookalike: Accounts like @luna
    Lookalike:
    Lookalike: 1. The peer0 · @peer0 · 30 followers
    Lookalike: About 50% of the followers also follow (26 of the 52 checked)
    Lookalike: 2. The peer1 · @peer1 · 20 followers
    Lookalike: About 35% of the followers also follow (18 of the 52 checked)
    Lookalike: 3. The peer2 · @peer2 · 15 followers
    Lookalike: About 25% of the followers also follow (13 of the 52 checked)
    Lookalike: 4. The peer3 · @peer3 · 12 followers
    Lookalike: About 19% of the followers also follow (10 of the 52 checked)
    Lookalike: 5. The peer4 · @peer4 · 10 followers
    Lookalike: About 17% of the followers also follow (9 of the 52 checked)
    Lookalike: 6. The celebrity · @celebrity · 360 followers
    Lookalike: About 98% of the followers also follow (52 of the 52 checked)
    Lookalike: 7. The peer6 · @peer6 · 8 followers
    Lookalike: About 13% of the followers also follow (7 of the 52 checked)
    Lookalike: 8. The peer7 · @peer7 · 7 followers
    Lookalike: 7 of all 60 listed followers also follow (12%)
    Lookalike: 9. The peer8 · @peer8 · 6 followers
    Lookalike: 6 of all 60 listed followers also follow (10%)
    Lookalike: 10. The peer9 · @peer9 · 6 followers
    Lookalike: 6 of all 60 listed followers also follow (10%)
    Lookalike:
    Lookalike: Only 18 accounts could be compared, so take this with a grain of salt. Peers: ranked by how large a part of both audiences is shared. I looked through the followers of 3 accounts whose place was in doubt: what they share is counted, not estimated.
    Lookalike:
    Lookalike: I listed all 60 followers. I could read whom 52 of them follow; of the others 8 are private. 84 requests in … s.
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
    let bubble = messages
        .iter()
        .find(|message| !message.buttons.is_empty())
        .expect("a button to refresh");

    harness
        .telegram
        .presses(&bob, bubble.id, "Refresh")
        .unwrap();
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
