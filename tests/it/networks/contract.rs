//! The contract that every network client keeps.

use std::collections::BTreeSet;

use lookalike::demo::networks::{FAKES, FakeKind};
use lookalike::model::{Cursor, Handle, Relation};
use lookalike::networks::{FOUND, Found, HandleMatch, KINDS, NetworkError, Resolved};

use crate::networks::fixture::{FOLLOWS_MANY, NetworkFixture, PRIVATE, TARGET};

/// The share of a list that a network may leave out: deactivated accounts.
const LEFT_OUT: f64 = 0.05;

async fn of_every_network(check: impl AsyncFn(&NetworkFixture)) {
    for fake in &FAKES {
        let fixture = NetworkFixture::of(fake).await;
        check(&fixture).await;
        assert_eq!(
            fixture.fake.violations(),
            Vec::<String>::new(),
            "{}: the network's rules are kept",
            fixture.name
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
    of_every_network(async |fixture| {
        let handle = fixture.handle(TARGET);
        let id = fixture.id(TARGET).await;
        let loud = format!("@{}", handle.0.to_uppercase());
        let read = match (fixture.kind.read)(&loud) {
            HandleMatch::Link(handle) | HandleMatch::Name(handle) => handle,
            other => panic!("{}: {loud} is read as {other:?}", fixture.name),
        };
        let found = match fixture.network.resolve(&read).await.unwrap() {
            Resolved::Account(account) => account.id,
            Resolved::Profile(profile) => profile.id,
        };
        assert_eq!(found, id, "{}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn links_are_read_as_they_are_written() {
    of_every_network(async |fixture| {
        for index in [TARGET, 1, FOLLOWS_MANY] {
            let handle = fixture.handle(index);
            let link = (fixture.kind.link)(&handle);
            let lower = Handle(handle.0.to_lowercase());
            match (fixture.kind.read)(&link) {
                HandleMatch::Link(read) => assert_eq!(read.0.to_lowercase(), lower.0, "{link}"),
                other => panic!("{}: {link} is read as {other:?}", fixture.name),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_account_is_not_found() {
    of_every_network(async |fixture| {
        let (gone, shut_out) = (fixture.id(1).await, fixture.id(2).await);
        fixture.fake.remove(fixture.number(1));
        fixture.fake.suspend(fixture.number(2));
        let name = &fixture.name;
        let error = fixture
            .network
            .resolve(&fixture.handle(1))
            .await
            .unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        let error = fixture
            .network
            .profiles(std::slice::from_ref(&gone))
            .await
            .unwrap_err();
        assert_eq!(error, NetworkError::NotFound, "{name}");
        for id in [&gone, &shut_out] {
            let error = fixture
                .page(Relation::Following, id, None)
                .await
                .unwrap_err();
            assert!(error.is_final(), "{name}: asking again won't help: {error}");
        }
        let error = fixture
            .network
            .resolve(&fixture.handle(2))
            .await
            .unwrap_err();
        assert!(
            matches!(error, NetworkError::Suspended | NetworkError::NotFound),
            "{name}: {error}"
        );
    })
    .await;
}

#[tokio::test]
async fn lists_are_read_to_their_end() {
    of_every_network(async |fixture| {
        let (target, keen) = (fixture.id(TARGET).await, fixture.id(FOLLOWS_MANY).await);
        let everybody: BTreeSet<u32> = (1..=430).collect();
        for (relation, id) in [(Relation::Followers, &target), (Relation::Following, &keen)] {
            let listed = fixture.list(relation, id).await;
            assert!(listed.is_subset(&everybody), "{}", fixture.name);
            let missing = (everybody.len() - listed.len()) as f64;
            assert!(
                missing <= LEFT_OUT * everybody.len() as f64,
                "{}: {missing} of {relation:?} are missing",
                fixture.name
            );
        }
        let nobody = fixture.list(Relation::Followers, &keen).await;
        assert_eq!(
            nobody,
            BTreeSet::new(),
            "{}: an empty list ends",
            fixture.name
        );
    })
    .await;
}

#[tokio::test]
async fn pages_are_no_larger_than_announced() {
    of_every_network(async |fixture| {
        let limits = fixture.network.limits();
        let keen = fixture.id(FOLLOWS_MANY).await;
        let mut page = fixture
            .page(Relation::Following, &keen, None)
            .await
            .unwrap();
        // A first page may be empty.
        if page.accounts.is_empty() {
            let next = page.next.as_ref();
            page = fixture
                .page(Relation::Following, &keen, next)
                .await
                .unwrap();
        }
        assert!(!page.accounts.is_empty(), "{}", fixture.name);
        assert!(
            page.accounts.len() <= limits.page as usize,
            "{}: {} on a page of {}",
            fixture.name,
            page.accounts.len(),
            limits.page
        );
        let count = page.profiles.len();
        match limits.lists_tell_profiles {
            true => assert_eq!(count, page.accounts.len(), "{}", fixture.name),
            false => assert_eq!(count, 0, "{}", fixture.name),
        }
    })
    .await;
}

#[tokio::test]
async fn profiles_come_as_many_at_once_as_announced_and_missing_accounts_are_left_out() {
    of_every_network(async |fixture| {
        let at_once = fixture.network.limits().profiles_at_once.min(20);
        let mut ids = vec![fixture.id(TARGET).await];
        let others = fixture.some_people(at_once as usize - 1).await;
        ids.extend(others.iter().map(|(_, id)| id.clone()));
        let profiles = fixture.network.profiles(&ids).await.unwrap();
        let target = profiles
            .iter()
            .find(|profile| profile.id == ids[0])
            .unwrap();
        let found = (target.followers, target.following, target.bio.as_str());
        assert_eq!(
            found,
            (Some(430), Some(0), "I am number 0"),
            "{}",
            fixture.name
        );
        assert_eq!(target.name, "Walker 0", "{}", fixture.name);
        assert_eq!(target.handle, fixture.handle(TARGET), "{}", fixture.name);
        assert_eq!(profiles.len(), ids.len(), "{}", fixture.name);
        if let Some((index, _)) = others.first() {
            fixture.fake.remove(fixture.number(*index));
            let left = fixture.network.profiles(&ids).await.unwrap();
            assert_eq!(left.len(), ids.len() - 1, "{}", fixture.name);
            assert!(
                left.iter().all(|profile| profile.id != ids[1]),
                "{}",
                fixture.name
            );
        }
    })
    .await;
}

/// Some networks have no private accounts; there an account that wants to be left alone says so.
#[tokio::test]
async fn a_private_account_is_said_to_be_private() {
    of_every_network(async |fixture| {
        let name = &fixture.name;
        let (found, is_said) = match fixture
            .network
            .resolve(&fixture.handle(PRIVATE))
            .await
            .unwrap()
        {
            Resolved::Account(account) => (account.id, false),
            Resolved::Profile(profile) => {
                let is_said = profile.private || profile.opted_out;
                (profile.id, is_said)
            }
        };
        match fixture.page(Relation::Following, &found, None).await {
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
async fn an_account_that_a_list_calls_private_is_private() {
    of_every_network(async |fixture| {
        let (target, hidden) = (fixture.id(TARGET).await, fixture.id(PRIVATE).await);
        let (mut private, mut cursor) = (Vec::new(), None);
        loop {
            let page = fixture.page(Relation::Followers, &target, cursor.as_ref());
            let page = page.await.unwrap();
            private.extend(page.private);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let is_known = private.is_empty() || private == [hidden];
        assert!(is_known, "{}: {private:?}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn similar_accounts_come_in_one_request_or_are_asked_for_in_none() {
    of_every_network(async |fixture| {
        let suggests = fixture.network.limits().suggests;
        let people = fixture.some_people(6).await;
        let before = fixture.fake.arrivals();
        let mut found = 0;
        for (_, id) in &people {
            let suggested = fixture.network.suggested(id).await.unwrap();
            assert!(suggested.iter().all(|other| other.id != *id));
            found += suggested.len();
        }
        let asked = fixture.fake.arrivals() - before;
        let expected = if suggests { people.len() as u64 } else { 0 };
        assert_eq!((asked, found > 0), (expected, suggests), "{}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_searched_for_in_one_request_or_in_none() {
    of_every_network(async |fixture| {
        let name = &fixture.name;
        let searches = fixture.network.limits().searches;
        let before = fixture.fake.arrivals();
        let Found(found) = fixture.network.search("Walker 0").await.unwrap();
        let asked = fixture.fake.arrivals() - before;
        assert_eq!(asked, u64::from(searches), "{name}");
        assert!(found.len() <= FOUND as usize, "{name}: {}", found.len());
        let target = fixture.handle(TARGET);
        let first = found
            .first()
            .map(|first| (&first.handle, first.name.as_str()));
        let expected = searches.then_some((&target, "Walker 0"));
        assert_eq!(
            first, expected,
            "{name}: the one with both words is the first"
        );
        let Found(nobody) = fixture.network.search("Zzyzx \"Qq\" zz:qq").await.unwrap();
        assert_eq!(nobody, [], "{name}");
    })
    .await;
}

#[tokio::test]
async fn the_credit_comes_in_one_request_or_is_asked_for_in_none() {
    of_every_network(async |fixture| {
        let before = fixture.fake.arrivals();
        let balance = fixture.network.balance().await.unwrap();
        let asked = fixture.fake.arrivals() - before;
        assert_eq!(asked, u64::from(balance.is_some()), "{}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn each_verb_is_one_request() {
    of_every_network(async |fixture| {
        let (handle, target) = (fixture.handle(TARGET), fixture.id(TARGET).await);
        let before = fixture.fake.arrivals();
        fixture.network.resolve(&handle).await.unwrap();
        fixture
            .network
            .profiles(std::slice::from_ref(&target))
            .await
            .unwrap();
        fixture
            .page(Relation::Followers, &target, None)
            .await
            .unwrap();
        fixture
            .page(Relation::Following, &target, None)
            .await
            .unwrap();
        assert_eq!(fixture.fake.arrivals() - before, 4, "{}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn a_cursor_that_is_none_is_an_error() {
    for fake in &FAKES {
        let fixture = NetworkFixture::of(fake).await;
        let target = fixture.id(TARGET).await;
        let cursor = Cursor("no cursor of yours".into());
        let page = fixture
            .page(Relation::Followers, &target, Some(&cursor))
            .await;
        assert!(page.is_err(), "{}: {page:?}", fixture.name);
    }
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_and_not_shown() {
    of_every_network(async |fixture| {
        if fixture.kind.switch.is_some() {
            return;
        }
        fixture.fake.refuse_key(true);
        match fixture
            .network
            .resolve(&fixture.handle(TARGET))
            .await
            .unwrap_err()
        {
            NetworkError::Denied(words) => {
                assert!(!words.contains("key-of-the-contract"), "{words}");
            }
            other => panic!("{}: {other}", fixture.name),
        }
    })
    .await;
}

#[tokio::test]
async fn a_network_that_throttles_is_understood() {
    of_every_network(async |fixture| {
        let target = fixture.id(TARGET).await;
        fixture.fake.throttle_next(1);
        let error = fixture
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(
            matches!(
                error,
                NetworkError::Throttled { .. } | NetworkError::HostBusy { .. }
            ),
            "{}: {error}",
            fixture.name
        );
    })
    .await;
}

#[tokio::test]
async fn a_network_that_is_down_is_no_fact_about_an_account() {
    of_every_network(async |fixture| {
        let target = fixture.id(TARGET).await;
        fixture.fake.set_down(true);
        let error = fixture
            .page(Relation::Followers, &target, None)
            .await
            .unwrap_err();
        assert!(!error.is_final(), "{}: {error}", fixture.name);
    })
    .await;
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_never_a_fact_about_an_account() {
    of_every_network(async |fixture| {
        let target = fixture.id(TARGET).await;
        fixture.fake.set_faults(100);
        for _ in 0..40 {
            match fixture.page(Relation::Followers, &target, None).await {
                Ok(_) => {}
                Err(error) => assert!(
                    !error.is_final() && !matches!(error, NetworkError::Denied(_)),
                    "{}: {error}",
                    fixture.name
                ),
            }
        }
    })
    .await;
}
