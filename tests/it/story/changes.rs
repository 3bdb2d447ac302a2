//! What a refresh says where the network has changed since.

use lookalike::demo::telegram::Message;
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::model::{Cohort, PersonId, Ranking};
use lookalike::sampling::changes;

use crate::harness::{Harness, small_world};

/// The number of @peer10, followed by every twelfth follower of @luna, and that of @peer18, followed by every
/// twentieth.
const RISING: u32 = 12;
const LEFT: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_change_among_the_same_followers_is_said_where_counts_alone_could_be_chance() {
    let mut harness = Harness::new(small_world(400, false)).await;
    harness.set("FRESH_FOR", "1ms").start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.stop().await;

    // Every sixteenth follower follows @peer10 as well, and none follows @peer18.
    let newly = (22..422).filter(|follower| follower % 16 == 1);
    let newly = newly.map(|follower| (follower, RISING));
    let world = small_world(400, false);
    let stay = follows(&world).filter(|(_, account)| *account != LEFT);
    let world = World::new(people(&world), &stay.chain(newly).collect::<Vec<_>>());
    harness.switch_world(world).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "/again @luna");
    let answer = what_has_changed(&harness).await;
    let [_, up, gone] = answer.lines().collect::<Vec<_>>()[..] else {
        panic!("two changes and no more: {answer}");
    };
    assert!(up.starts_with("Up: @peer10 ("), "{up}");
    assert_eq!(gone, "No longer among them: @peer18");

    let [before, after] = rankings(&harness);
    let before = Ranking {
        cohort: Cohort::default(),
        ..before
    };
    let by_counts = changes(&before, &after);
    assert!(by_counts.is_empty(), "{by_counts:?}");
    harness.stop().await;
    assert_eq!(harness.network.asked_twice(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_goes_further_where_nothing_has_changed_finds_no_change_and_is_surer() {
    for (language, head, sentences) in [
        (
            "en",
            "What has changed for @luna since",
            [
                "No real change.",
                "This look went further than the last one, so the list is surer now.",
                "(Lists I read in the last 7 days were reused.)",
            ],
        ),
        (
            "ru",
            "Что изменилось у @luna с",
            [
                "Заметных изменений нет.",
                "В этот раз проверено больше подписчиков, чем в прошлый, поэтому список надёжнее.",
                "(Списки за последние 7 дней взяты готовыми.)",
            ],
        ),
    ] {
        let mut harness = Harness::new(small_world(1_200, false)).await;
        harness.start().await;
        let ann = harness.ann.clone().speaking(language);
        harness.telegram.says(&ann, "@luna quick");
        harness.until_delivered(&ann, "luna").await;
        harness.telegram.says(&ann, "/again @luna");
        let is_it = |it: &&Message| it.text.starts_with(head);
        let answer = |all: &[Message]| all.iter().any(|it| is_it(&it));
        let messages = harness.until(&ann, "what has changed", answer).await;
        let answer = &messages.iter().find(is_it).unwrap().text;
        let lines: Vec<&str> = answer.lines().skip(1).collect();
        assert_eq!(lines, sentences);
        let [before, after] = rankings(&harness).map(|ranking| ranking.sample.read);
        assert!(before < 300 && after >= 800, "{before} and {after} read");
        harness.stop().await;
        assert_eq!(harness.telegram.violations(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_were_not_read_again_are_no_evidence() {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, "luna").await;
    harness.telegram.says(&harness.ann, "/again @luna");
    what_has_changed(&harness).await;
    let [before, after] = rankings(&harness).map(|ranking| ranking.cohort);
    assert_eq!(before.members.len(), 69, "all who are not private");
    assert_eq!(after.members, before.members);
    assert_eq!(after.follow, before.follow);
    let newly_read = |cohort: &Cohort| (0..69).filter(|it| cohort.newly_read.contains(*it)).count();
    assert_eq!((newly_read(&before), newly_read(&after)), (69, 0));
    harness.stop().await;
    assert_eq!(harness.telegram.violations(), Vec::<String>::new());
}

async fn what_has_changed(harness: &Harness) -> String {
    let is_it = |it: &&Message| it.text.starts_with("What has changed for @luna since");
    let answer = |all: &[Message]| all.iter().any(|it| is_it(&it));
    let messages = harness
        .until(&harness.ann, "what has changed", answer)
        .await;
    messages.iter().find(is_it).unwrap().text.clone()
}

fn people(world: &World) -> Vec<Account> {
    let everybody = 0..world.len() as u32;
    everybody.map(|one| world.account(one).clone()).collect()
}

fn follows(world: &World) -> impl Iterator<Item = (u32, u32)> {
    let everybody = 0..world.len() as u32;
    everybody.flat_map(|one| {
        let accounts = world.following(one).iter();
        accounts.map(move |account| (one, *account))
    })
}

/// Returns the rankings that Ann has asked for, the earlier one first.
fn rankings(harness: &Harness) -> [Ranking; 2] {
    let ledger = &harness.app().context().ledger;
    let person = PersonId(harness.ann.id.unsigned_abs());
    let analyses = ledger.analyses_of(person).unwrap();
    let mut crawls: Vec<_> = analyses
        .iter()
        .map(|analysis| ledger.crawl_of(analysis).unwrap().unwrap())
        .collect();
    crawls.sort_by_key(|crawl| crawl.id);
    let rankings = crawls.iter().map(|crawl| ledger.ranking(crawl).unwrap());
    let rankings: Vec<Ranking> = rankings.map(Option::unwrap).collect();
    rankings.try_into().unwrap()
}
