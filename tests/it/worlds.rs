//! The invented world: its proportions are those of real networks, and its communities are as hard to tell apart.

use std::collections::HashSet;
use std::sync::LazyLock;

use lookalike::demo::world::{LONELY_HANDLE, PRIVATE_HANDLE, World};
use lookalike::kind::AccountKind;
use lookalike::model::{AccountId, Handle, Kinds, ListView, Similar};

static WORLD: LazyLock<World> = LazyLock::new(|| World::invented(1));

/// The result of one ranking: the share of the target's own community among the first 20.
struct Precision {
    by_count: f64,
    by_jaccard: f64,
}

#[test]
fn the_same_seed_gives_the_same_world() {
    let (one, other) = (World::invented(5), World::invented(5));
    assert_eq!((one.len(), one.follows()), (other.len(), other.follows()));
    for index in (0..one.len() as u32).step_by(97) {
        assert_eq!(one.account(index), other.account(index));
        assert_eq!(one.following(index), other.following(index));
        assert_eq!(one.followers(index), other.followers(index));
    }
    assert_ne!(one.account(0), World::invented(6).account(0));
}

#[test]
fn identities_are_unique_and_keep_to_the_grammar() {
    let (mut ids, mut handles) = (HashSet::new(), HashSet::new());
    for index in everybody() {
        let person = WORLD.account(index);
        assert!(
            (100_000..100_000_000_000).contains(&person.id),
            "{person:?}"
        );
        let letters = |letter: char| letter.is_ascii_alphanumeric() || "._".contains(letter);
        assert!(person.handle.chars().all(letters), "{person:?}");
        assert!((1..=30).contains(&person.handle.len()), "{person:?}");
        assert!(!person.handle.starts_with('.') && !person.handle.ends_with('.'));
        assert!(!person.handle.contains(".."), "{person:?}");
        assert!(
            ids.insert(person.id) && handles.insert(&person.handle),
            "{person:?}"
        );
        assert_eq!(WORLD.by_id(person.id), Some(index));
        assert_eq!(WORLD.by_handle(&person.handle.to_uppercase()), Some(index));
    }
}

#[test]
fn the_proportions_are_those_of_real_follower_graphs() {
    let mut audience_sizes: Vec<_> = everybody().map(|i| WORLD.followers(i).len()).collect();
    audience_sizes.sort_unstable();
    let top: usize = audience_sizes.iter().rev().take(WORLD.len() / 100).sum();
    between(
        0.22,
        share(top, WORLD.follows()),
        0.32,
        "follows of the top 1%",
    );

    let mutual = everybody().map(|index| {
        let followers: HashSet<_> = WORLD.followers(index).iter().collect();
        let back = WORLD
            .following(index)
            .iter()
            .filter(|other| followers.contains(other));
        back.count()
    });
    between(
        0.15,
        share(mutual.sum(), WORLD.follows()),
        0.40,
        "reciprocity",
    );

    let mut followings = Vec::new();
    let mut private = 0;
    for target in WORLD.worth_trying(48) {
        for &follower in WORLD.followers(target) {
            followings.push(WORLD.following(follower).len());
            private += usize::from(WORLD.account(follower).private);
        }
    }
    followings.sort_unstable();
    let at = |part: f64| followings[(followings.len() as f64 * part) as usize] as f64;
    between(420.0, at(0.5), 600.0, "median of followings");
    between(1_700.0, at(0.9), 2_300.0, "p90 of followings");
    between(0.0, at(0.9999), 7_600.0, "most followings");
    let mass = followings.iter().filter(|&&count| count > 1_500).count();
    between(0.08, share(mass, followings.len()), 0.17, "mass followers");
    between(
        0.20,
        share(private, followings.len()),
        0.27,
        "private followers",
    );
}

/// Accounts of the world whose kind is known, as rows of a list.
fn known_rows() -> Vec<(AccountKind, Similar)> {
    let known = everybody().map(|index| WORLD.account(index));
    // Others are ordinary people, who are in no list.
    let public = known.filter(|account| !account.private && !account.bio.is_empty());
    let rows = public.take(4_000).filter_map(|account| {
        let row = Similar {
            id: AccountId::new(account.id.to_string()),
            handle: Handle(account.handle.clone()),
            name: account.name.clone(),
            bio: account.bio.clone(),
            picture: None,
            followers: None,
            verified: false,
            told_kind: None,
            shared: 1,
            confirmed: None,
            calibrated: None,
            score: 0.0,
            sure: false,
        };
        Some((account.kind?, row))
    });
    rows.collect()
}

#[test]
fn people_and_organisations_are_told_apart_in_both_languages() {
    let rows = known_rows();
    let is_russian = |row: &Similar| {
        row.name
            .chars()
            .any(|c| ('\u{400}'..='\u{4ff}').contains(&c))
    };
    for russian in [false, true] {
        let of_language = rows.iter().filter(|(_, row)| is_russian(row) == russian);
        let told: Vec<_> = of_language.map(|(kind, row)| (*kind, row.kind())).collect();
        let decided = told.iter().filter(|(_, told)| told.is_some());
        let right = told.iter().filter(|(kind, told)| *told == Some(*kind));
        let (decided, right) = (decided.count(), right.count());
        println!("{} accounts, {decided} decided, {right} right", told.len());
        assert!(told.len() > 200);
        between(0.6, share(decided, told.len()), 1.0, "decided");
        between(
            0.93,
            share(right, decided),
            1.0,
            "right where it is decided",
        );
    }
}

#[test]
fn a_filter_by_kind_hides_few_by_mistake() {
    let rows = known_rows();
    for (kinds, wanted) in [
        (Kinds::People, AccountKind::Person),
        (Kinds::Organisations, AccountKind::Organisation),
    ] {
        let shown = ListView {
            kinds,
            ..ListView::default()
        };
        let count = |is_wanted: bool| {
            let of_kind = rows
                .iter()
                .filter(|(kind, _)| (*kind == wanted) == is_wanted);
            let (all, hidden) = of_kind.fold((0, 0), |(all, hidden), (_, row)| {
                (all + 1, hidden + usize::from(!shown.has_room_for(row)))
            });
            share(hidden, all)
        };
        between(0.0, count(true), 0.06, "hidden by mistake");
        between(0.6, count(false), 1.0, "hidden as is wanted");
    }
}

#[test]
fn the_private_share_is_a_parameter() {
    let world = World::invented_with(1, 0.6);
    let private = (0..world.len() as u32)
        .filter(|&index| world.account(index).private)
        .count();
    between(0.53, share(private, world.len()), 0.61, "private");
}

#[test]
fn communities_are_hidden_from_raw_counts_and_found_by_jaccard() {
    let targets = WORLD.worth_trying(24);
    let labels: HashSet<_> = targets
        .iter()
        .map(|&target| &WORLD.account(target).label)
        .collect();
    assert_eq!(labels.len(), 24, "every target is of another community");
    let found: Vec<_> = targets.iter().map(|&target| precision(target)).collect();
    let mean = |of: fn(&Precision) -> f64| found.iter().map(of).sum::<f64>() / found.len() as f64;
    between(
        0.0,
        mean(|found| found.by_count),
        0.30,
        "precision by count",
    );
    between(
        0.60,
        mean(|found| found.by_jaccard),
        1.0,
        "precision by Jaccard",
    );
}

#[test]
fn targets_of_a_demo_take_some_thousand_requests() {
    let requests: Vec<_> = WORLD.worth_trying(24).into_iter().map(requests).collect();
    let fair = requests
        .iter()
        .filter(|requests| (1_200..4_500).contains(*requests))
        .count();
    between(
        0.8,
        share(fair, requests.len()),
        1.0,
        "targets of a fair cost",
    );
}

#[test]
fn two_accounts_are_made_for_refusals() {
    let private = WORLD.by_handle(PRIVATE_HANDLE).unwrap();
    assert!(WORLD.account(private).private && WORLD.followers(private).len() > 10);
    let lonely = WORLD.by_handle(LONELY_HANDLE).unwrap();
    assert!(!WORLD.account(lonely).private && WORLD.followers(lonely).is_empty());
}

fn everybody() -> std::ops::Range<u32> {
    0..WORLD.len() as u32
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

fn between(least: f64, value: f64, most: f64, what: &str) {
    assert!((least..=most).contains(&value), "{what}: {value}");
}

/// Returns the requests of a whole crawl, in pages of a hundred, without profiles; each private follower refuses once.
fn requests(target: u32) -> usize {
    let pages = |list: &[u32]| list.len().div_ceil(100).max(1);
    let lists = WORLD.followers(target).iter().map(|&follower| {
        if WORLD.account(follower).private {
            1
        } else {
            pages(WORLD.following(follower))
        }
    });
    pages(WORLD.followers(target)) + lists.sum::<usize>()
}

fn precision(target: u32) -> Precision {
    let audience = WORLD.followers(target);
    let size = audience.len() as f64;
    let mut counts = vec![0u32; WORLD.len()];
    let mut read = 0.0;
    for &follower in audience
        .iter()
        .filter(|&&follower| !WORLD.account(follower).private)
    {
        read += 1.0;
        for &followed in WORLD.following(follower) {
            counts[followed as usize] += 1;
        }
    }
    let count = |index: u32| f64::from(counts[index as usize]);
    let jaccard = |index: u32| {
        let candidate = (WORLD.followers(index).len() as f64).max(count(index));
        let shared = (count(index) * size / read).min(candidate).min(size);
        shared / (size + candidate - shared)
    };
    let candidates = || {
        everybody()
            .filter(|&index| index != target && count(index) > 0.0 && !WORLD.account(index).private)
    };
    let label = &WORLD.account(target).label;
    let of_first = |score: &dyn Fn(u32) -> f64| {
        let mut ranked: Vec<_> = candidates().map(|index| (score(index), index)).collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let own = ranked
            .iter()
            .take(20)
            .filter(|(_, i)| WORLD.account(*i).label == *label);
        own.count() as f64 / 20.0
    };
    Precision {
        by_count: of_first(&count),
        by_jaccard: of_first(&jaccard),
    }
}
