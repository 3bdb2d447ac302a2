//! People's own keys: which crawls use them, and what becomes of those when a key is gone.

use lookalike::clock::Clock;
use lookalike::ledger::Change;
use lookalike::model::{
    AnalysisId, ChatId, Facts, KeyNews, NewAnalysis, Outcome, OwnKey, PersonId, Preferences,
    Refusal, Say, Spent, StageName, Status, TaskOutput,
};

use crate::ledger::fixture::{TestLedger, every_store, nothing, profile};

#[tokio::test]
async fn who_has_a_key_needs_no_place_among_the_others() {
    every_store(|test| async move {
        // There is room for two.
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = test.submit(test.new_analysis(person, handle)).await;
            test.verify(id, &format!("50{person}"), handle).await;
        }
        test.has_key(4).await;
        let own = test.submit(test.new_analysis(4, "d")).await;
        test.verify(own, "504", "d").await;
        assert_eq!(test.crawl(own).status, Status::Active, "{}", test.name);
        assert_eq!(test.crawl(own).key_of, Some(PersonId(4)));
        let line = test.ledger.line().unwrap();
        assert_eq!(line.len(), 1, "{}: @c still waits", test.name);
        assert_eq!(test.ledger.active_crawls().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_search_by_ones_own_key_is_nobody_elses() {
    every_store(|test| async move {
        test.has_key(2).await;
        let shared = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(shared, "500", "nasa").await;
        let own = test.submit(test.new_analysis(2, "nasa")).await;
        test.verify(own, "500", "nasa").await;
        let joins = test.submit(test.new_analysis(3, "nasa")).await;
        let crawl = |id| test.crawl(id).id;
        assert_ne!(crawl(own), crawl(shared), "{}: they pay for it", test.name);
        assert_eq!(crawl(joins), crawl(shared), "{}", test.name);
        assert_eq!(test.crawl(shared).key_of, None, "{}", test.name);
        assert_eq!(test.crawl(own).key_of, Some(PersonId(2)), "{}", test.name);
        // Their own search in another chat is the same one.
        let elsewhere = test
            .submit(NewAnalysis {
                chat: ChatId(-7),
                ..test.new_analysis(2, "nasa")
            })
            .await;
        assert_eq!(crawl(elsewhere), crawl(own), "{}", test.name);
        test.cancel(1, shared).await;
        test.cancel(3, joins).await;
        test.advance_to(own, StageName::Deliver).await;
        test.complete_next(own, TaskOutput::of(Facts::Delivered))
            .await;
        // A result that exists costs nothing.
        let served = test.submit(test.new_analysis(4, "nasa")).await;
        let outcome = test.analysis(served).outcome;
        assert!(
            matches!(outcome, Some(Outcome::Delivered { made_at: Some(_) })),
            "{outcome:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn without_its_key_a_search_ends_and_may_be_begun_again_by_the_shared_one() {
    every_store(|test| async move {
        let key = test.has_key(1).await;
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        test.advance_to(id, StageName::Subscriptions).await;
        for _ in 0..2 {
            test.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        }
        assert_eq!(test.ledger.own_keys_of(PersonId(1)).unwrap(), []);
        let outcome = test.analysis(id).outcome;
        assert_eq!(
            outcome,
            Some(Outcome::Refused(Refusal::KeyGone)),
            "{}",
            test.name
        );
        let messages = test.unsent().into_iter().filter(|outgoing| {
            let refused = KeyNews::Refused;
            outgoing.chat == ChatId(1)
                && matches!(&outgoing.say, Say::Key { news, .. } if *news == refused)
        });
        assert_eq!(messages.count(), 1, "{}", test.name);
        let again = test.submit(test.new_analysis(1, "nasa")).await;
        assert_eq!(test.crawl(again).key_of, None, "{}", test.name);
        // The refusal of an earlier key does not affect a later one.
        test.clock.advance(std::time::Duration::from_secs(1));
        test.has_key(1).await;
        test.ledger.drop_key(&key, KeyNews::Refused).await.unwrap();
        assert_eq!(test.ledger.own_keys_of(PersonId(1)).unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn who_takes_a_key_back_does_not_pass_those_in_line() {
    every_store(|test| async move {
        for (person, handle) in [(1, "a"), (2, "b"), (3, "c")] {
            let id = test.submit(test.new_analysis(person, handle)).await;
            test.verify(id, &format!("50{person}"), handle).await;
        }
        test.has_key(4).await;
        let mut own = Vec::new();
        for handle in ["d", "e"] {
            let id = test.submit(test.new_analysis(4, handle)).await;
            test.verify(id, handle, handle).await;
            own.push(id);
        }
        let (network, person) = (test.network.clone(), PersonId(4));
        test.update(Change::TakeKeyBack { person, network }).await;
        assert_eq!(
            test.ledger.active_crawls().unwrap().len(),
            2,
            "{}",
            test.name
        );
        for id in own {
            assert!(test.analysis(id).outcome.is_some(), "{}", test.name);
        }
        let again = test.submit(test.new_analysis(4, "d")).await;
        test.verify(again, "d", "d").await;
        assert_eq!(test.crawl(again).status, Status::Queued, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_search_by_ones_own_key_costs_nobody_else_anything() {
    every_store(|test| async move {
        test.has_key(1).await;
        let own = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(own, "500", "nasa").await;
        test.advance_to(own, StageName::Subscriptions).await;
        let (network, person) = (test.network.clone(), PersonId(1));
        let paid = || {
            test.ledger
                .paid_today(person, &test.network)
                .unwrap()
                .requests
        };
        assert_eq!(paid(), test.crawl(own).spent().requests, "{}", test.name);
        // A request in flight when the key is gone was made with it.
        let lease = test.take_lease(own).await;
        let before = paid();
        test.update(Change::TakeKeyBack { person, network }).await;
        test.ledger.complete(&lease, nothing(), 1).await.unwrap();
        assert_eq!(paid(), before + 1, "{}", test.name);
        let today = test.ledger.spent_today(&test.network).unwrap();
        assert_eq!(today, Spent::default(), "{}", test.name);
    })
    .await;
}

/// A person's search that uses their own key, and another key of theirs that is to be tried.
struct KeyReplacement {
    test: TestLedger,
    id: AnalysisId,
    first: OwnKey,
    second: OwnKey,
}

impl KeyReplacement {
    async fn begin(test: TestLedger) -> Self {
        test.has_key(1).await;
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        test.verify(id, "500", "nasa").await;
        let first = Self::in_use(&test).unwrap();
        let second = test.own_key(PersonId(1));
        test.update(Change::GiveKey(second.clone())).await;
        test.send_all().await;
        Self {
            test,
            id,
            first,
            second,
        }
    }

    fn in_use(test: &TestLedger) -> Option<OwnKey> {
        test.ledger.own_key(PersonId(1), &test.network).unwrap()
    }

    /// Returns the only key.
    fn only(&self) -> OwnKey {
        let all = self.test.ledger.own_keys_of(PersonId(1)).unwrap();
        assert_eq!(all.len(), 1, "{}", self.test.name);
        assert_eq!(Self::in_use(&self.test).as_ref(), all.first());
        all.into_iter().next().unwrap()
    }

    fn key_news(&self) -> Vec<KeyNews> {
        let unsent = self.test.unsent().into_iter();
        let news = unsent.filter_map(|outgoing| match outgoing.say {
            Say::Key { news, .. } => Some(news),
            _ => None,
        });
        news.collect()
    }

    fn goes_on(&self) -> bool {
        let crawl = self.test.crawl(self.id);
        crawl.is_live() && crawl.key_of == Some(PersonId(1))
    }
}

#[tokio::test]
async fn who_sends_another_key_pays_by_the_earlier_one_until_that_works_and_by_no_other() {
    every_store(|test| async move {
        let mut it = KeyReplacement::begin(test).await;
        it.test.reopen().await;
        let (test, asked) = (&it.test, Spent::from(1));
        let lease = test.take_lease(it.id).await;
        let sent = async |key: &OwnKey| test.reserve(&lease, Some(key), asked).await;
        assert!(sent(&it.first).await, "{}: it is in use", test.name);
        assert_eq!(KeyReplacement::in_use(test).as_ref(), Some(&it.first));
        let meanwhile = test.submit(test.new_analysis(1, "esa")).await;
        let payer = test.crawl(meanwhile).key_of;
        assert_eq!(payer, Some(PersonId(1)), "{}", test.name);
        let before = test.ledger.paid_today(PersonId(1), &test.network).unwrap();
        assert!(
            test.ledger
                .charge_key_test(&it.second, asked)
                .await
                .unwrap()
        );
        let paid = test.ledger.paid_today(PersonId(1), &test.network).unwrap();
        assert_eq!(paid, before + asked, "{}: its owner tries it", test.name);
        test.ledger.use_key(&it.second, None).await.unwrap();
        assert_eq!(it.key_news(), [KeyNews::Works { requests: None }]);
        assert!(!sent(&it.first).await, "{}: it is gone", test.name);
        let second = it.only();
        assert_eq!(second.sealed, it.second.sealed, "{}", test.name);
        assert!(sent(&second).await, "{}", test.name);
        assert!(it.goes_on(), "{}", test.name);
        let shared = test.ledger.spent_today(&test.network).unwrap();
        assert_eq!(shared, Spent::default(), "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn a_new_key_that_is_refused_leaves_the_earlier_one_in_use() {
    every_store(|test| async move {
        let it = KeyReplacement::begin(test).await;
        it.test.ledger.doubt_key(&it.second).await.unwrap();
        assert_eq!(KeyReplacement::in_use(&it.test).as_ref(), Some(&it.first));
        for _ in 0..2 {
            let refused = KeyNews::Refused;
            let gone = it.test.ledger.drop_key(&it.second, refused).await;
            assert!(gone.unwrap());
        }
        assert_eq!(it.only(), it.first, "{}", it.test.name);
        assert_eq!(it.key_news(), [KeyNews::Doubted, KeyNews::Unreplaced]);
        assert!(it.goes_on(), "{}", it.test.name);
    })
    .await;
}

#[tokio::test]
async fn where_a_new_key_is_refused_and_the_earlier_one_too_neither_is_said_to_work() {
    every_store(|test| async move {
        let it = KeyReplacement::begin(test).await;
        it.test.ledger.doubt_key(&it.first).await.unwrap();
        let refused = KeyNews::Refused;
        let gone = it.test.ledger.drop_key(&it.second, refused).await;
        assert!(gone.unwrap());
        assert_eq!(it.key_news(), [KeyNews::Doubted, KeyNews::NeitherWorks]);
        assert!(it.goes_on(), "{}: it is tried once more", it.test.name);
    })
    .await;
}

#[tokio::test]
async fn the_last_of_several_keys_to_be_tried_counts() {
    every_store(|test| async move {
        let it = KeyReplacement::begin(test).await;
        let third = it.test.own_key(PersonId(1));
        it.test.update(Change::GiveKey(third.clone())).await;
        it.test.ledger.use_key(&it.second, None).await.unwrap();
        it.test.ledger.doubt_key(&it.second).await.unwrap();
        assert_eq!(KeyReplacement::in_use(&it.test).as_ref(), Some(&it.first));
        let is_tried = it
            .test
            .ledger
            .charge_key_test(&it.second, Spent::from(1))
            .await;
        assert!(!is_tried.unwrap(), "{}", it.test.name);
        it.test.ledger.use_key(&third, None).await.unwrap();
        assert_eq!(it.only().sealed, third.sealed, "{}", it.test.name);
        assert!(it.goes_on(), "{}", it.test.name);
    })
    .await;
}

#[tokio::test]
async fn a_refused_key_ends_nothing_while_one_is_tried_that_may_replace_it() {
    every_store(|test| async move {
        let it = KeyReplacement::begin(test).await;
        let ledger = &it.test.ledger;
        ledger.doubt_key(&it.first).await.unwrap();
        let first = KeyReplacement::in_use(&it.test).unwrap();
        assert!(!ledger.drop_key(&first, KeyNews::Refused).await.unwrap());
        assert!(it.goes_on(), "{}", it.test.name);
        ledger.use_key(&it.second, None).await.unwrap();
        assert!(!it.only().is_in_doubt(), "{}", it.test.name);
        assert!(it.goes_on(), "{}", it.test.name);
        // If that key does not work either, everything ends.
        let third = it.test.own_key(PersonId(1));
        it.test.update(Change::GiveKey(third.clone())).await;
        for (key, goes_on) in [(&it.second, true), (&third, true), (&it.second, false)] {
            ledger.drop_key(key, KeyNews::Refused).await.unwrap();
            assert_eq!(it.goes_on(), goes_on, "{}", it.test.name);
        }
        assert_eq!(ledger.own_keys_of(PersonId(1)).unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_key_that_was_to_replace_one_goes_with_it() {
    let (person, lost) = (PersonId(1), KeyNews::Lost);
    for how in 0..3 {
        every_store(|test| async move {
            let it = KeyReplacement::begin(test).await;
            let (test, network) = (&it.test, it.test.network.clone());
            match how {
                0 => test.update(Change::TakeKeyBack { person, network }).await,
                1 => test.update(Change::Forget { person }).await,
                // The bot has another token now.
                _ => {
                    for key in [&it.first, &it.second] {
                        assert!(test.ledger.drop_key(key, lost).await.unwrap());
                    }
                    assert_eq!(it.key_news(), [lost], "{}", test.name);
                }
            }
            test.ledger.use_key(&it.second, None).await.unwrap();
            assert_eq!(test.ledger.all_own_keys().unwrap(), [], "{}", test.name);
            assert_eq!(test.ledger.live_crawls().unwrap(), [], "{}", test.name);
        })
        .await;
    }
}

#[tokio::test]
async fn what_was_sent_is_paid_for_whatever_becomes_of_the_worker() {
    every_store(|mut test| async move {
        let id = test.submit(test.new_analysis(1, "nasa")).await;
        let asked = Spent {
            requests: 1,
            accounts: 100,
        };
        let spent = |test: &TestLedger| test.ledger.spent_today(&test.network).unwrap();
        // The process dies between sending and saving.
        let lease = test.take_lease(id).await;
        assert!(test.reserve(&lease, None, asked).await);
        test.reopen().await;
        assert_eq!(spent(&test), asked, "{}", test.name);
        assert!(
            !test.reserve(&lease, None, asked).await,
            "{}: it is not ours",
            test.name
        );
        // The worker panics.
        let lease = test.take_lease(id).await;
        assert!(test.reserve(&lease, None, asked).await);
        let now = test.clock.now();
        test.ledger.postpone_lost(&lease, now).await.unwrap();
        assert_eq!(spent(&test), asked + asked, "{}", test.name);
        // The response shows what it has cost.
        let lease = test.take_lease(id).await;
        assert!(test.reserve(&lease, None, asked).await);
        let came = Spent {
            requests: 1,
            accounts: 1,
        };
        let found = TaskOutput::of(Facts::Account(profile("500", "nasa", 1_000)));
        test.ledger.complete(&lease, found, came).await.unwrap();
        assert_eq!(spent(&test), asked + asked + came, "{}", test.name);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_kept_of_somebody_who_is_forgotten() {
    every_store(|test| async move {
        // A number that occurs nowhere else.
        let person = 7_345_112_908;
        test.has_key(person).await;
        for (handle, account) in [("a", "500"), ("b", "501")] {
            let id = test.submit(test.new_analysis(person, handle)).await;
            test.finish(id, account, handle).await;
        }
        let alone = test.submit(test.new_analysis(person, "c")).await;
        test.verify(alone, "502", "c").await;
        let shared = test.submit(test.new_analysis(person, "d")).await;
        test.verify(shared, "503", "d").await;
        test.compare(person, &["c", "e"]).await;
        let others = test.submit(test.new_analysis(2, "d")).await;
        let (crawl, alone) = (test.crawl(others).id, test.crawl(alone).id);

        let chat = ChatId(person as i64);
        let preferences = Preferences {
            language: Some("ru".into()),
            ..Preferences::default()
        };
        test.update(Change::Prefer { chat, preferences }).await;
        let person = PersonId(person);
        test.update(Change::Forget { person }).await;
        let to_them = test.send_all().await.into_iter();
        let to_them = to_them.filter(|outgoing| outgoing.chat == chat).count();
        assert_eq!(to_them, 0, "{}: nothing is said any more", test.name);
        let (bytes, digits) = (person.0.to_be_bytes(), person.0.to_string());
        for (key, value) in test.store.scan(&[], &[0xff; 9], usize::MAX).unwrap() {
            let in_key = key.windows(8).any(|part| part == bytes);
            let in_value = String::from_utf8_lossy(&value).contains(&digits);
            assert!(
                !in_key && !in_value,
                "{}: {} still tells of somebody who is forgotten",
                test.name,
                key.escape_ascii()
            );
        }
        let of = |id| test.ledger.crawl(id).unwrap().unwrap();
        assert_eq!(of(alone).status, Status::Dropped, "{}", test.name);
        assert!(of(crawl).is_live(), "{}: somebody else wants it", test.name);
    })
    .await;
}
