//! Keys of people's own: whose crawls go by them, and what becomes of those when a key goes.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    AnalysisId, ChatId, Facts, KeyNews, NewAnalysis, Outcome, OwnKey, PersonId, Preferences,
    Refusal, Say, Spent, StageName, Status, TaskOutput,
};

use crate::ledger::kit::{Desk, every_store, nothing, profile};

#[tokio::test]
async fn who_has_a_key_needs_no_place_among_the_others() {
    every_store(|desk| async move {
        // Two are all that there is room for.
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.verify(id, &format!("50{person}"), handle).await;
        }
        desk.has_key(4).await;
        let own = desk.submit(desk.wish(4, "d")).await;
        desk.verify(own, "504", "d").await;
        assert_eq!(desk.crawl(own).status, Status::Active, "{}", desk.name);
        assert_eq!(desk.crawl(own).key_of, Some(PersonId(4)));
        let line = desk.ledger.line().unwrap();
        assert_eq!(line.len(), 1, "{}: @c still waits", desk.name);
        assert_eq!(desk.ledger.active_crawls().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_search_by_ones_own_key_is_nobody_elses() {
    every_store(|desk| async move {
        desk.has_key(2).await;
        let shared = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(shared, "500", "nasa").await;
        let own = desk.submit(desk.wish(2, "nasa")).await;
        desk.verify(own, "500", "nasa").await;
        let joins = desk.submit(desk.wish(3, "nasa")).await;
        let crawl = |id| desk.crawl(id).id;
        assert_ne!(crawl(own), crawl(shared), "{}: they pay for it", desk.name);
        assert_eq!(crawl(joins), crawl(shared), "{}", desk.name);
        assert_eq!(desk.crawl(shared).key_of, None, "{}", desk.name);
        assert_eq!(desk.crawl(own).key_of, Some(PersonId(2)), "{}", desk.name);
        // Their own, in another chat, is the same search.
        let elsewhere = desk
            .submit(NewAnalysis {
                chat: ChatId(-7),
                ..desk.wish(2, "nasa")
            })
            .await;
        assert_eq!(crawl(elsewhere), crawl(own), "{}", desk.name);
        desk.cancel(1, shared).await;
        desk.cancel(3, joins).await;
        desk.bring_to(own, StageName::Deliver).await;
        desk.step(own, TaskOutput::of(Facts::Delivered)).await;
        // What is there already costs nobody anything.
        let served = desk.submit(desk.wish(4, "nasa")).await;
        let outcome = desk.analysis(served).outcome;
        assert!(
            matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) })),
            "{outcome:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn without_its_key_a_search_ends_and_may_be_begun_again_by_the_shared_one() {
    every_store(|desk| async move {
        let key = desk.has_key(1).await;
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        desk.bring_to(id, StageName::Subscriptions).await;
        for _ in 0..2 {
            desk.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        }
        assert_eq!(desk.ledger.own_keys_of(PersonId(1)).unwrap(), []);
        let outcome = desk.analysis(id).outcome;
        assert_eq!(
            outcome,
            Some(Outcome::Refused(Refusal::KeyGone)),
            "{}",
            desk.name
        );
        let told = desk.unsent().into_iter().filter(|outgoing| {
            let refused = KeyNews::Refused;
            outgoing.chat == ChatId(1)
                && matches!(&outgoing.say, Say::Key { news, .. } if *news == refused)
        });
        assert_eq!(told.count(), 1, "{}", desk.name);
        let again = desk.submit(desk.wish(1, "nasa")).await;
        assert_eq!(desk.crawl(again).key_of, None, "{}", desk.name);
        // What is said of an earlier key does not touch a later one.
        desk.clock.advance(std::time::Duration::from_secs(1));
        desk.has_key(1).await;
        desk.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        assert_eq!(desk.ledger.own_keys_of(PersonId(1)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_takes_a_key_back_does_not_pass_those_in_line() {
    every_store(|desk| async move {
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.verify(id, &format!("50{person}"), handle).await;
        }
        desk.has_key(4).await;
        let mut own = Vec::new();
        for handle in ["d", "e"] {
            let id = desk.submit(desk.wish(4, handle)).await;
            desk.verify(id, handle, handle).await;
            own.push(id);
        }
        let (network, person) = (desk.network.clone(), PersonId(4));
        desk.update(Change::TakeKeyBack { person, network }).await;
        assert_eq!(
            desk.ledger.active_crawls().unwrap().len(),
            2,
            "{}",
            desk.name
        );
        for id in own {
            assert!(desk.analysis(id).outcome.is_some(), "{}", desk.name);
        }
        let again = desk.submit(desk.wish(4, "d")).await;
        desk.verify(again, "d", "d").await;
        assert_eq!(desk.crawl(again).status, Status::Queued, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_goes_by_ones_own_key_costs_nobody_else_anything() {
    every_store(|desk| async move {
        desk.has_key(1).await;
        let own = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(own, "500", "nasa").await;
        desk.bring_to(own, StageName::Subscriptions).await;
        let (network, person) = (desk.network.clone(), PersonId(1));
        let paid = || {
            desk.ledger
                .paid_today(person, &desk.network)
                .unwrap()
                .requests
        };
        assert_eq!(paid(), desk.crawl(own).spent().requests, "{}", desk.name);
        // What is out when the key goes was asked by it.
        let lease = desk.take(own).await;
        let before = paid();
        desk.update(Change::TakeKeyBack { person, network }).await;
        desk.ledger.complete(&lease, nothing(), 1).await.unwrap();
        assert_eq!(paid(), before + 1, "{}", desk.name);
        let today = desk.ledger.spent_today(&desk.network).unwrap();
        assert_eq!(today, Spent::default(), "{}", desk.name);
    })
    .await;
}

/// Somebody's search that goes by a key of theirs, and another key of theirs that is to be tried.
struct Replacing {
    desk: Desk,
    id: AnalysisId,
    first: OwnKey,
    second: OwnKey,
}

impl Replacing {
    async fn begin(desk: Desk) -> Self {
        desk.has_key(1).await;
        let id = desk.submit(desk.wish(1, "nasa")).await;
        desk.verify(id, "500", "nasa").await;
        let first = Self::in_use(&desk).unwrap();
        let second = desk.own_key(PersonId(1));
        desk.update(Change::GiveKey(second.clone())).await;
        desk.say_all().await;
        Self {
            desk,
            id,
            first,
            second,
        }
    }

    fn in_use(desk: &Desk) -> Option<OwnKey> {
        desk.ledger.own_key(PersonId(1), &desk.network).unwrap()
    }

    /// The only key that there is.
    fn only(&self) -> OwnKey {
        let all = self.desk.ledger.own_keys_of(PersonId(1)).unwrap();
        assert_eq!(all.len(), 1, "{}", self.desk.name);
        assert_eq!(Self::in_use(&self.desk).as_ref(), all.first());
        all.into_iter().next().unwrap()
    }

    fn told(&self) -> Vec<KeyNews> {
        let unsent = self.desk.unsent().into_iter();
        let news = unsent.filter_map(|outgoing| match outgoing.say {
            Say::Key { news, .. } => Some(news),
            _ => None,
        });
        news.collect()
    }

    fn goes_on(&self) -> bool {
        let crawl = self.desk.crawl(self.id);
        crawl.is_live() && crawl.key_of == Some(PersonId(1))
    }
}

#[tokio::test]
async fn who_sends_another_key_pays_by_the_earlier_one_until_that_works_and_by_no_other() {
    every_store(|desk| async move {
        let mut it = Replacing::begin(desk).await;
        it.desk.reopen().await;
        let (desk, asked) = (&it.desk, Spent::from(1));
        let lease = desk.take(it.id).await;
        let sent = async |key: &OwnKey| desk.sends(&lease, Some(key), asked).await;
        assert!(sent(&it.first).await, "{}: it is in use", desk.name);
        assert_eq!(Replacing::in_use(desk).as_ref(), Some(&it.first));
        let meanwhile = desk.submit(desk.wish(1, "esa")).await;
        let payer = desk.crawl(meanwhile).key_of;
        assert_eq!(payer, Some(PersonId(1)), "{}", desk.name);
        let before = desk.ledger.paid_today(PersonId(1), &desk.network).unwrap();
        assert!(
            desk.ledger
                .charge_key_test(&it.second, asked)
                .await
                .unwrap()
        );
        let paid = desk.ledger.paid_today(PersonId(1), &desk.network).unwrap();
        assert_eq!(paid, before + asked, "{}: its owner tries it", desk.name);
        desk.ledger.use_key(&it.second, None).await.unwrap();
        assert_eq!(it.told(), [KeyNews::Works { requests: None }]);
        assert!(!sent(&it.first).await, "{}: it is gone", desk.name);
        let second = it.only();
        assert_eq!(second.sealed, it.second.sealed, "{}", desk.name);
        assert!(sent(&second).await, "{}", desk.name);
        assert!(it.goes_on(), "{}", desk.name);
        let shared = desk.ledger.spent_today(&desk.network).unwrap();
        assert_eq!(shared, Spent::default(), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_that_is_refused_leaves_the_earlier_one_in_use() {
    every_store(|desk| async move {
        let it = Replacing::begin(desk).await;
        it.desk.ledger.doubt_key(&it.second).await.unwrap();
        assert_eq!(Replacing::in_use(&it.desk).as_ref(), Some(&it.first));
        for _ in 0..2 {
            let refused = KeyNews::Refused;
            let gone = it.desk.ledger.drop_key(&it.second, refused).await;
            assert!(gone.unwrap());
        }
        assert_eq!(it.only(), it.first, "{}", it.desk.name);
        assert_eq!(it.told(), [KeyNews::Doubted, KeyNews::Unreplaced]);
        assert!(it.goes_on(), "{}", it.desk.name);
    })
    .await;
}

#[tokio::test]
async fn where_a_new_key_is_refused_and_the_earlier_one_too_neither_is_said_to_work() {
    every_store(|desk| async move {
        let it = Replacing::begin(desk).await;
        it.desk.ledger.doubt_key(&it.first).await.unwrap();
        let refused = KeyNews::Refused;
        let gone = it.desk.ledger.drop_key(&it.second, refused).await;
        assert!(gone.unwrap());
        assert_eq!(it.told(), [KeyNews::Doubted, KeyNews::NeitherWorks]);
        assert!(it.goes_on(), "{}: it is tried once more", it.desk.name);
    })
    .await;
}

#[tokio::test]
async fn of_keys_that_are_to_be_tried_the_last_counts() {
    every_store(|desk| async move {
        let it = Replacing::begin(desk).await;
        let third = it.desk.own_key(PersonId(1));
        it.desk.update(Change::GiveKey(third.clone())).await;
        it.desk.ledger.use_key(&it.second, None).await.unwrap();
        it.desk.ledger.doubt_key(&it.second).await.unwrap();
        assert_eq!(Replacing::in_use(&it.desk).as_ref(), Some(&it.first));
        let is_tried = it
            .desk
            .ledger
            .charge_key_test(&it.second, Spent::from(1))
            .await;
        assert!(!is_tried.unwrap(), "{}", it.desk.name);
        it.desk.ledger.use_key(&third, None).await.unwrap();
        assert_eq!(it.only().sealed, third.sealed, "{}", it.desk.name);
        assert!(it.goes_on(), "{}", it.desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_refused_key_ends_nothing_while_one_is_tried_that_may_replace_it() {
    every_store(|desk| async move {
        let it = Replacing::begin(desk).await;
        let ledger = &it.desk.ledger;
        ledger.doubt_key(&it.first).await.unwrap();
        let first = Replacing::in_use(&it.desk).unwrap();
        assert!(!ledger.drop_key(&first, KeyNews::Refused).await.unwrap());
        assert!(it.goes_on(), "{}", it.desk.name);
        ledger.use_key(&it.second, None).await.unwrap();
        assert!(!it.only().is_in_doubt(), "{}", it.desk.name);
        assert!(it.goes_on(), "{}", it.desk.name);
        // Where that one does not work either, all ends.
        let third = it.desk.own_key(PersonId(1));
        it.desk.update(Change::GiveKey(third.clone())).await;
        for (key, goes_on) in [(&it.second, true), (&third, true), (&it.second, false)] {
            ledger.drop_key(key, KeyNews::Refused).await.unwrap();
            assert_eq!(it.goes_on(), goes_on, "{}", it.desk.name);
        }
        assert_eq!(ledger.own_keys_of(PersonId(1)).unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn with_the_key_in_use_goes_the_one_that_was_to_replace_it() {
    let (person, lost) = (PersonId(1), KeyNews::Lost);
    for how in 0..3 {
        every_store(|desk| async move {
            let it = Replacing::begin(desk).await;
            let (desk, network) = (&it.desk, it.desk.network.clone());
            match how {
                0 => desk.update(Change::TakeKeyBack { person, network }).await,
                1 => desk.update(Change::Forget { person }).await,
                // The bot's token is another.
                _ => {
                    for key in [&it.first, &it.second] {
                        assert!(desk.ledger.drop_key(key, lost).await.unwrap());
                    }
                    assert_eq!(it.told(), [lost], "{}", desk.name);
                }
            }
            desk.ledger.use_key(&it.second, None).await.unwrap();
            assert_eq!(desk.ledger.all_own_keys().unwrap(), [], "{}", desk.name);
            assert_eq!(desk.ledger.live_crawls().unwrap(), [], "{}", desk.name);
        })
        .await;
    }
}

#[tokio::test]
async fn what_was_sent_is_paid_for_whatever_becomes_of_the_worker() {
    every_store(|mut desk| async move {
        let id = desk.submit(desk.wish(1, "nasa")).await;
        let asked = Spent {
            requests: 1,
            accounts: 100,
        };
        let spent = |desk: &Desk| desk.ledger.spent_today(&desk.network).unwrap();
        // The process dies between sending and saving.
        let lease = desk.take(id).await;
        assert!(desk.sends(&lease, None, asked).await);
        desk.reopen().await;
        assert_eq!(spent(&desk), asked, "{}", desk.name);
        assert!(
            !desk.sends(&lease, None, asked).await,
            "{}: it is not ours",
            desk.name
        );
        // The worker panics.
        let lease = desk.take(id).await;
        assert!(desk.sends(&lease, None, asked).await);
        let now = desk.clock.now();
        desk.ledger.postpone_lost(&lease, now).await.unwrap();
        assert_eq!(spent(&desk), asked + asked, "{}", desk.name);
        // The answer tells what it has come to.
        let lease = desk.take(id).await;
        assert!(desk.sends(&lease, None, asked).await);
        let came = Spent {
            requests: 1,
            accounts: 1,
        };
        let found = TaskOutput::of(Facts::Account(profile("500", "nasa", 1_000)));
        desk.ledger.complete(&lease, found, came).await.unwrap();
        assert_eq!(spent(&desk), asked + asked + came, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_somebody_who_is_forgotten() {
    every_store(|desk| async move {
        // Unlike any other number.
        let person = 7_345_112_908;
        desk.has_key(person).await;
        for (handle, account) in [("a", "500"), ("b", "501")] {
            let id = desk.submit(desk.wish(person, handle)).await;
            desk.finish(id, account, handle).await;
        }
        let alone = desk.submit(desk.wish(person, "c")).await;
        desk.verify(alone, "502", "c").await;
        let shared = desk.submit(desk.wish(person, "d")).await;
        desk.verify(shared, "503", "d").await;
        desk.compare(person, &["c", "e"]).await;
        let others = desk.submit(desk.wish(2, "d")).await;
        let (crawl, alone) = (desk.crawl(others).id, desk.crawl(alone).id);

        let chat = ChatId(person as i64);
        let preferences = Preferences {
            language: Some("ru".into()),
            ..Preferences::default()
        };
        desk.update(Change::Prefer { chat, preferences }).await;
        let person = PersonId(person);
        desk.update(Change::Forget { person }).await;
        let to_them = desk.say_all().await.into_iter();
        let to_them = to_them.filter(|outgoing| outgoing.chat == chat).count();
        assert_eq!(to_them, 0, "{}: nothing is said any more", desk.name);
        let (bytes, digits) = (person.0.to_be_bytes(), person.0.to_string());
        for (key, value) in desk.store.scan(&[], &[0xff; 9], usize::MAX).unwrap() {
            let in_key = key.windows(8).any(|part| part == bytes);
            let in_value = String::from_utf8_lossy(&value).contains(&digits);
            assert!(
                !in_key && !in_value,
                "{}: {} still tells of somebody who is forgotten",
                desk.name,
                key.escape_ascii()
            );
        }
        let of = |id| desk.ledger.crawl(id).unwrap().unwrap();
        assert_eq!(of(alone).status, Status::Dropped, "{}", desk.name);
        assert!(of(crawl).is_live(), "{}: somebody else wants it", desk.name);
    })
    .await;
}
