//! The contract that every network client keeps.

use std::collections::BTreeSet;

use lookalike::demo::networks::{FAKES, FakeKind};
use lookalike::model::{Cursor, Handle, Relation};
use lookalike::networks::{HandleMatch, KINDS, NetworkError, Resolved};

use crate::networks::kit::{KEEN, PRIVATE, Setup, TARGET};

/// The share of a list that a network may leave out: deactivated accounts.
const LEFT_OUT: f64 = 0.05;

async fn of_every_network(check: impl AsyncFn(&Setup)) {
    for fake in &FAKES {
        let setup = Setup::of(fake).await;
        check(&setup).await;
        assert_eq!(
            setup.fake.violations(),
            Vec::<String>::new(),
            "{}: the network's rules are kept",
            setup.name
        );
    }
}

#[test]
fn every_api_of_every_network_has_a_fake() {
    let apis = KINDS
        .iter()
        .flat_map(|kind| kind.apis.iter().map(|api| (kind.name, api.name)));
    let fakes: BTreeSet<_> = FAKES
        .iter()
        .map(|fake: &FakeKind| (fake.network, fake.api))
        .collect();
    assert_eq!(apis.collect::<BTreeSet<_>>(), fakes);
}

#[tokio::test]
async fn an_account_is_found_by_its_handle_in_any_case() {
    of_every_network(async |setup| {
        let handle = setup.handle(TARGET);
        let id = setup.id(TARGET).await;
        let loud = format!("@{}", handle.0.to_uppercase());
        let read = match (setup.kind.read)(&loud) {
            HandleMatch::Link(handle) | HandleMatch::Name(handle) => handle,
            other => panic!("{}: {loud} is read as {other:?}", setup.name),
        };
        let found = match setup.network.resolve(&read).await.unwrap() {
            Resolved::Account(account) => account.id,
            Resolved::Profile(profile) => profile.id,
        };
        assert_eq!(found, id, "{}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn links_are_read_as_they_are_written() {
    of_every_network(async |setup| {
        for index in [TARGET, 1, KEEN] {
            let handle = setup.handle(index);
            let link = (setup.kind.link)(&handle);
            let lower = Handle(handle.0.to_lowercase());
            match (setup.kind.read)(&link) {
                HandleMatch::Link(read) => assert_eq!(read.0.to_lowercase(), lower.0, "{link}"),
                other => panic!("{}: {link} is read as {other:?}", setup.name),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    of_every_network(async |setup| {
        let (gone, shut_out) = (setup.id(1).await, setup.id(2).await);
        setup.fake.remove(setup.number(1));
        setup.fake.suspend(setup.number(2));
        let name = &setup.name;
        let error = setup.network.resolve(&setup.handle(1)).await.unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        let error = setup
            .network
            .profiles(std::slice::from_ref(&gone))
            .await
            .unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        for id in [&gone, &shut_out] {
            let error = setup.page(Relation::Following, id, None).await.unwrap_err();
            assert!(error.is_final(), "{name}: asking again won't help: {error}");
        }
        let error = setup.network.resolve(&setup.handle(2)).await.unwrap_err();
        assert!(
            matches!(error, NetworkError::Suspended | NetworkError::NotFound),
            "{name}: {error}"
        );
    })
    .await;
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    of_every_network(async |setup| {
        let (target, keen) = (setup.id(TARGET).await, setup.id(KEEN).await);
        let everybody: BTreeSet<u32> = (1..=430).collect();
        for (relation, id) in [(Relation::Followers, &target), (Relation::Following, &keen)] {
            let listed = setup.list(relation, id).await;
            assert!(listed.is_subset(&everybody), "{}", setup.name);
            let missing = (everybody.len() - listed.len()) as f64;
            assert!(
                missing <= LEFT_OUT * everybody.len() as f64,
                "{}: {missing} of {relation:?} are missing",
                setup.name
            );
        }
        let nobody = setup.list(Relation::Followers, &keen).await;
        assert_eq!(
            nobody,
            BTreeSet::new(),
            "{}: an empty list ends",
            setup.name
        );
    })
    .await;
}

#[tokio::test]
async fn pages_are_no_larger_than_announced() {
    of_every_network(async |setup| {
        let limits = setup.network.limits();
        let keen = setup.id(KEEN).await;
        let mut page = setup.page(Relation::Following, &keen, None).await.unwrap();
        // A first page may be empty.
        if page.accounts.is_empty() {
            let next = page.next.as_ref();
            page = setup.page(Relation::Following, &keen, next).await.unwrap();
        }
        assert!(!page.accounts.is_empty(), "{}", setup.name);
        assert!(
            page.accounts.len() <= limits.page as usize,
            "{}: {} on a page of {}",
            setup.name,
            page.accounts.len(),
            limits.page
        );
        let told = page.profiles.len();
        match limits.lists_tell_profiles {
            true => assert_eq!(told, page.accounts.len(), "{}", setup.name),
            false => assert_eq!(told, 0, "{}", setup.name),
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_come_as_many_at_once_as_announced_and_who_is_gone_is_left_out() {
    of_every_network(async |setup| {
        let at_once = setup.network.limits().profiles_at_once.min(20);
        let mut ids = vec![setup.id(TARGET).await];
        let others = setup.some_people(at_once as usize - 1).await;
        ids.extend(others.iter().map(|(_, id)| id.clone()));
        let profiles = setup.network.profiles(&ids).await.unwrap();
        let target = profiles
            .iter()
            .find(|profile| profile.id == ids[0])
            .unwrap();
        let told = (target.followers, target.following, target.bio.as_str());
        assert_eq!(
            told,
            (Some(430), Some(0), "I am number 0"),
            "{}",
            setup.name
        );
        assert_eq!(target.name, "Walker 0", "{}", setup.name);
        assert_eq!(target.handle, setup.handle(TARGET), "{}", setup.name);
        assert_eq!(profiles.len(), ids.len(), "{}", setup.name);
        if let Some((index, _)) = others.first() {
            setup.fake.remove(setup.number(*index));
            let left = setup.network.profiles(&ids).await.unwrap();
            assert_eq!(left.len(), ids.len() - 1, "{}", setup.name);
            assert!(
                left.iter().all(|profile| profile.id != ids[1]),
                "{}",
                setup.name
            );
        }
    })
    .await;
}

/// Some networks have no private accounts; there an account that wants to be left alone says so.
#[tokio::test]
async fn who_is_private_is_not_looked_at() {
    of_every_network(async |setup| {
        let name = &setup.name;
        let (found, is_said) = match setup.network.resolve(&setup.handle(PRIVATE)).await.unwrap() {
            Resolved::Account(account) => (account.id, false),
            Resolved::Profile(profile) => {
                let is_said = profile.private || profile.opted_out;
                (profile.id, is_said)
            }
        };
        match setup.page(Relation::Following, &found, None).await {
            Ok(_) => assert!(is_said, "{name}: nothing keeps anybody away"),
            Err(error) => {
                let keeps_to_itself = matches!(error, NetworkError::Private | NetworkError::Hidden);
                assert!(keeps_to_itself, "{name}: {error}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_a_list_calls_private_is_private() {
    of_every_network(async |setup| {
        let (target, hidden) = (setup.id(TARGET).await, setup.id(PRIVATE).await);
        let (mut private, mut cursor) = (Vec::new(), None);
        loop {
            let page = setup.page(Relation::Followers, &target, cursor.as_ref());
            let page = page.await.unwrap();
            private.extend(page.private);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let told = private.is_empty() || private == [hidden];
        assert!(told, "{}: {private:?}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn similar_accounts_are_told_in_one_request_or_asked_for_in_none() {
    of_every_network(async |setup| {
        let suggests = setup.network.limits().suggests;
        let people = setup.some_people(6).await;
        let before = setup.fake.arrivals();
        let mut found = 0;
        for (_, id) in &people {
            let suggested = setup.network.suggested(id).await.unwrap();
            assert!(suggested.iter().all(|other| other.id != *id));
            found += suggested.len();
        }
        let asked = setup.fake.arrivals() - before;
        let expected = if suggests { people.len() as u64 } else { 0 };
        assert_eq!((asked, found > 0), (expected, suggests), "{}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn credit_is_told_in_one_request_or_asked_for_in_none() {
    of_every_network(async |setup| {
        let before = setup.fake.arrivals();
        let balance = setup.network.balance().await.unwrap();
        let asked = setup.fake.arrivals() - before;
        assert_eq!(asked, u64::from(balance.is_some()), "{}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn each_verb_is_one_request() {
    of_every_network(async |setup| {
        let (handle, target) = (setup.handle(TARGET), setup.id(TARGET).await);
        let before = setup.fake.arrivals();
        setup.network.resolve(&handle).await.unwrap();
        setup
            .network
            .profiles(std::slice::from_ref(&target))
            .await
            .unwrap();
        setup
            .page(Relation::Followers, &target, None)
            .await
            .unwrap();
        setup
            .page(Relation::Following, &target, None)
            .await
            .unwrap();
        assert_eq!(setup.fake.arrivals() - before, 4, "{}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_an_error() {
    for fake in &FAKES {
        let setup = Setup::of(fake).await;
        let target = setup.id(TARGET).await;
        let cursor = Cursor("no cursor of yours".into());
        let page = setup
            .page(Relation::Followers, &target, Some(&cursor))
            .await;
        assert!(page.is_err(), "{}: {page:?}", setup.name);
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_and_not_shown() {
    of_every_network(async |setup| {
        if setup.kind.switch.is_some() {
            return;
        }
        setup.fake.refuse_key(true);
        match setup
            .network
            .resolve(&setup.handle(TARGET))
            .await
            .unwrap_err()
        {
            NetworkError::Denied(words) => {
                assert!(!words.contains("key-of-the-contract"), "{words}");
            }
            other => panic!("{}: {other}", setup.name),
        }
    })
    .await;
}

#[tokio::test]
async fn a_network_that_is_in_a_hurry_is_obeyed() {
    of_every_network(async |setup| {
        let target = setup.id(TARGET).await;
        setup.fake.throttle_next(1);
        let error = setup
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                NetworkError::Throttled { .. } | NetworkError::HostBusy { .. }
            ),
            "{}: {error}",
            setup.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_network_that_is_down_is_no_fact_about_an_account() {
    of_every_network(async |setup| {
        let target = setup.id(TARGET).await;
        setup.fake.set_down(true);
        let error = setup
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(!error.is_final(), "{}: {error}", setup.name);
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_never_a_fact_about_an_account() {
    of_every_network(async |setup| {
        let target = setup.id(TARGET).await;
        setup.fake.set_faults(100);
        for _ in 0..40 {
            match setup.page(Relation::Followers, &target, None).await {
                Ok(_) => {}
                Err(error) => assert!(
                    !error.is_final() && !matches!(error, NetworkError::Denied(_)),
                    "{}: {error}",
                    setup.name
                ),
            }
        }
    })
    .await;
}
