//! The contract that every network client keeps.

use std::collections::BTreeSet;

use lookalike::demo::networks::{FAKES, FakeKind};
use lookalike::model::{Cursor, Handle, Relation};
use lookalike::networks::{HandleMatch, KINDS, NetworkError, Resolved};

use crate::networks::kit::{Desk, KEEN, PRIVATE, TARGET};

/// The share of a list that a network may leave out: deactivated accounts.
const LEFT_OUT: f64 = 0.05;

async fn of_every_network(check: impl AsyncFn(&Desk)) {
    for fake in &FAKES {
        let desk = Desk::of(fake).await;
        check(&desk).await;
        assert_eq!(
            desk.fake.violations(),
            Vec::<String>::new(),
            "{}: the network's rules are kept",
            desk.name
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
    of_every_network(async |desk| {
        let handle = desk.handle(TARGET);
        let id = desk.id(TARGET).await;
        let loud = format!("@{}", handle.0.to_uppercase());
        let read = match (desk.kind.read)(&loud) {
            HandleMatch::Link(handle) | HandleMatch::Name(handle) => handle,
            other => panic!("{}: {loud} is read as {other:?}", desk.name),
        };
        let found = match desk.network.resolve(&read).await.unwrap() {
            Resolved::Account(account) => account.id,
            Resolved::Profile(profile) => profile.id,
        };
        assert_eq!(found, id, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn links_are_read_as_they_are_written() {
    of_every_network(async |desk| {
        for index in [TARGET, 1, KEEN] {
            let handle = desk.handle(index);
            let link = (desk.kind.link)(&handle);
            let lower = Handle(handle.0.to_lowercase());
            match (desk.kind.read)(&link) {
                HandleMatch::Link(read) => assert_eq!(read.0.to_lowercase(), lower.0, "{link}"),
                other => panic!("{}: {link} is read as {other:?}", desk.name),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    of_every_network(async |desk| {
        let (gone, shut_out) = (desk.id(1).await, desk.id(2).await);
        desk.fake.remove(desk.number(1));
        desk.fake.suspend(desk.number(2));
        let name = &desk.name;
        let error = desk.network.resolve(&desk.handle(1)).await.unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        let error = desk
            .network
            .profiles(std::slice::from_ref(&gone))
            .await
            .unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        for id in [&gone, &shut_out] {
            let error = desk.page(Relation::Following, id, None).await.unwrap_err();
            assert!(error.is_final(), "{name}: asking again won't help: {error}");
        }
        let error = desk.network.resolve(&desk.handle(2)).await.unwrap_err();
        assert!(
            matches!(error, NetworkError::Suspended | NetworkError::NotFound),
            "{name}: {error}"
        );
    })
    .await;
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    of_every_network(async |desk| {
        let (target, keen) = (desk.id(TARGET).await, desk.id(KEEN).await);
        let everybody: BTreeSet<u32> = (1..=430).collect();
        for (relation, id) in [(Relation::Followers, &target), (Relation::Following, &keen)] {
            let listed = desk.list(relation, id).await;
            assert!(listed.is_subset(&everybody), "{}", desk.name);
            let missing = (everybody.len() - listed.len()) as f64;
            assert!(
                missing <= LEFT_OUT * everybody.len() as f64,
                "{}: {missing} of {relation:?} are missing",
                desk.name
            );
        }
        let nobody = desk.list(Relation::Followers, &keen).await;
        assert_eq!(nobody, BTreeSet::new(), "{}: an empty list ends", desk.name);
    })
    .await;
}

#[tokio::test]
async fn pages_are_no_larger_than_announced() {
    of_every_network(async |desk| {
        let limits = desk.network.limits();
        let keen = desk.id(KEEN).await;
        let mut page = desk.page(Relation::Following, &keen, None).await.unwrap();
        // A first page may be empty.
        if page.accounts.is_empty() {
            let next = page.next.as_ref();
            page = desk.page(Relation::Following, &keen, next).await.unwrap();
        }
        assert!(!page.accounts.is_empty(), "{}", desk.name);
        assert!(
            page.accounts.len() <= limits.page as usize,
            "{}: {} on a page of {}",
            desk.name,
            page.accounts.len(),
            limits.page
        );
        let told = page.profiles.len();
        match limits.lists_tell_profiles {
            true => assert_eq!(told, page.accounts.len(), "{}", desk.name),
            false => assert_eq!(told, 0, "{}", desk.name),
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_come_as_many_at_once_as_announced_and_who_is_gone_is_left_out() {
    of_every_network(async |desk| {
        let at_once = desk.network.limits().profiles_at_once.min(20);
        let mut ids = vec![desk.id(TARGET).await];
        let others = desk.some_people(at_once as usize - 1).await;
        ids.extend(others.iter().map(|(_, id)| id.clone()));
        let profiles = desk.network.profiles(&ids).await.unwrap();
        let target = profiles
            .iter()
            .find(|profile| profile.id == ids[0])
            .unwrap();
        let told = (target.followers, target.following, target.bio.as_str());
        assert_eq!(told, (Some(430), Some(0), "I am number 0"), "{}", desk.name);
        assert_eq!(target.name, "Walker 0", "{}", desk.name);
        assert_eq!(target.handle, desk.handle(TARGET), "{}", desk.name);
        assert_eq!(profiles.len(), ids.len(), "{}", desk.name);
        if let Some((index, _)) = others.first() {
            desk.fake.remove(desk.number(*index));
            let left = desk.network.profiles(&ids).await.unwrap();
            assert_eq!(left.len(), ids.len() - 1, "{}", desk.name);
            assert!(
                left.iter().all(|profile| profile.id != ids[1]),
                "{}",
                desk.name
            );
        }
    })
    .await;
}

/// Some networks have no private accounts; there an account that wants to be left alone says so.
#[tokio::test]
async fn who_is_private_is_not_looked_at() {
    of_every_network(async |desk| {
        let name = &desk.name;
        let (found, is_said) = match desk.network.resolve(&desk.handle(PRIVATE)).await.unwrap() {
            Resolved::Account(account) => (account.id, false),
            Resolved::Profile(profile) => {
                let is_said = profile.private || profile.opted_out;
                (profile.id, is_said)
            }
        };
        match desk.page(Relation::Following, &found, None).await {
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
    of_every_network(async |desk| {
        let (target, hidden) = (desk.id(TARGET).await, desk.id(PRIVATE).await);
        let (mut private, mut cursor) = (Vec::new(), None);
        loop {
            let page = desk.page(Relation::Followers, &target, cursor.as_ref());
            let page = page.await.unwrap();
            private.extend(page.private);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let told = private.is_empty() || private == [hidden];
        assert!(told, "{}: {private:?}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn similar_accounts_are_told_in_one_request_or_asked_for_in_none() {
    of_every_network(async |desk| {
        let suggests = desk.network.limits().suggests;
        let people = desk.some_people(6).await;
        let before = desk.fake.arrivals();
        let mut found = 0;
        for (_, id) in &people {
            let suggested = desk.network.suggested(id).await.unwrap();
            assert!(suggested.iter().all(|other| other.id != *id));
            found += suggested.len();
        }
        let asked = desk.fake.arrivals() - before;
        let expected = if suggests { people.len() as u64 } else { 0 };
        assert_eq!((asked, found > 0), (expected, suggests), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn credit_is_told_in_one_request_or_asked_for_in_none() {
    of_every_network(async |desk| {
        let before = desk.fake.arrivals();
        let balance = desk.network.balance().await.unwrap();
        let asked = desk.fake.arrivals() - before;
        assert_eq!(asked, u64::from(balance.is_some()), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn each_verb_is_one_request() {
    of_every_network(async |desk| {
        let (handle, target) = (desk.handle(TARGET), desk.id(TARGET).await);
        let before = desk.fake.arrivals();
        desk.network.resolve(&handle).await.unwrap();
        desk.network
            .profiles(std::slice::from_ref(&target))
            .await
            .unwrap();
        desk.page(Relation::Followers, &target, None).await.unwrap();
        desk.page(Relation::Following, &target, None).await.unwrap();
        assert_eq!(desk.fake.arrivals() - before, 4, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_an_error() {
    for fake in &FAKES {
        let desk = Desk::of(fake).await;
        let target = desk.id(TARGET).await;
        let cursor = Cursor("no cursor of yours".into());
        let page = desk.page(Relation::Followers, &target, Some(&cursor)).await;
        assert!(page.is_err(), "{}: {page:?}", desk.name);
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_and_not_shown() {
    of_every_network(async |desk| {
        if desk.kind.switch.is_some() {
            return;
        }
        desk.fake.refuse_key(true);
        match desk
            .network
            .resolve(&desk.handle(TARGET))
            .await
            .unwrap_err()
        {
            NetworkError::Denied(words) => {
                assert!(!words.contains("key-of-the-contract"), "{words}");
            }
            other => panic!("{}: {other}", desk.name),
        }
    })
    .await;
}

#[tokio::test]
async fn a_network_that_is_in_a_hurry_is_obeyed() {
    of_every_network(async |desk| {
        let target = desk.id(TARGET).await;
        desk.fake.throttle_next(1);
        let error = desk
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                NetworkError::Throttled { .. } | NetworkError::HostBusy { .. }
            ),
            "{}: {error}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_network_that_is_down_is_no_fact_about_an_account() {
    of_every_network(async |desk| {
        let target = desk.id(TARGET).await;
        desk.fake.set_down(true);
        let error = desk
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(!error.is_final(), "{}: {error}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_never_a_fact_about_an_account() {
    of_every_network(async |desk| {
        let target = desk.id(TARGET).await;
        desk.fake.set_faults(100);
        for _ in 0..40 {
            match desk.page(Relation::Followers, &target, None).await {
                Ok(_) => {}
                Err(error) => assert!(
                    !error.is_final() && !matches!(error, NetworkError::Denied(_)),
                    "{}: {error}",
                    desk.name
                ),
            }
        }
    })
    .await;
}
