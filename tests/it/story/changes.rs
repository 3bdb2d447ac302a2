//! What a second look at an account tells, where the network is another by then.

use lookalike::demo::telegram::Message;
use lookalike::demo::world::{World, WorldAccount as Account};
use lookalike::model::{Cohort, PersonId, Ranking};
use lookalike::sampling::changes;

use crate::house::{House, small_world};

/// The number of @peer10, whom every twelfth follower of @luna follows, and that of @peer18, whom every twentieth does.
const RISING: u32 = 12;
const LEFT: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_same_followers_do_is_told_where_chance_alone_could_make_such_counts() {
    let mut house = House::new(small_world(400, false)).await;
    house.set("FRESH_FOR", "1ms").start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    house.stop().await;

    // Every sixteenth follows @peer10 as well, and nobody @peer18.
    let newly = (22..422).filter(|follower| follower % 16 == 1);
    let newly = newly.map(|follower| (follower, RISING));
    let world = small_world(400, false);
    let stay = follows(&world).filter(|(_, account)| *account != LEFT);
    let world = World::new(people(&world), &stay.chain(newly).collect::<Vec<_>>());
    house.moves_on_to(world).await;
    house.start().await;
    house.telegram.says(&house.ann, "/again @luna");
    let told = what_has_changed(&house).await;
    let [_, up, gone] = told.lines().collect::<Vec<_>>()[..] else {
        panic!("two changes and no more: {told}");
    };
    assert!(up.starts_with("Up: @peer10 ("), "{up}");
    assert_eq!(gone, "No longer among them: @peer18");

    let [before, after] = rankings(&house);
    let before = Ranking {
        cohort: Cohort::default(),
        ..before
    };
    let by_counts = changes(&before, &after);
    assert!(by_counts.is_empty(), "{by_counts:?}");
    house.stop().await;
    assert_eq!(house.network.asked_twice(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_that_were_not_read_again_are_no_evidence() {
    let mut house = House::new(small_world(80, false)).await;
    house.start().await;
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    house.telegram.says(&house.ann, "/again @luna");
    what_has_changed(&house).await;
    let [before, after] = rankings(&house).map(|ranking| ranking.cohort);
    assert_eq!(before.members.len(), 69, "all who are not private");
    assert_eq!(after.members, before.members);
    assert_eq!(after.follow, before.follow);
    let anew = |cohort: &Cohort| (0..69).filter(|it| cohort.anew.contains(*it)).count();
    assert_eq!((anew(&before), anew(&after)), (69, 0));
    house.stop().await;
    assert_eq!(house.telegram.violations(), Vec::<String>::new());
}

async fn what_has_changed(house: &House) -> String {
    let is_it = |it: &&Message| it.text.starts_with("What has changed for @luna since");
    let told = |all: &[Message]| all.iter().any(|it| is_it(&it));
    let messages = house.until(&house.ann, "what has changed", told).await;
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

/// What Ann has asked for, the earlier result first.
fn rankings(house: &House) -> [Ranking; 2] {
    let ledger = &house.app().context().ledger;
    let person = PersonId(house.ann.id.unsigned_abs());
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
