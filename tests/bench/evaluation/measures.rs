//! Which measure finds what was planted: how much more each finds than the default, in worlds of each kind, at several
//! numbers of followers read, and by three notions of likeness.

use lookalike::sampling::next_aim;

use crate::alternatives::{names, variants};
use crate::audience::PlantedAudience;
use crate::audience_kind::AudienceKind;
use crate::follows::of_rows;
use crate::list_quality::precision;
use crate::listing::{Background, Fetches, sort};
use crate::reading::{Reading, in_order, read, shared};
use crate::scores::{Case, LOOKS, Scores};
use crate::side_by_side::side_by_side;
use crate::world::PlantedWorld;

/// How many followers are read when the lists are judged; they are judged again when all are read.
pub(crate) const READ: [u64; 5] = [100, 200, 400, 800, 2_000];

/// Accounts are of similar size if neither has more than this many times the followers of the other.
const LIKE: u64 = 4;

/// The notions of likeness.
const NOTIONS: [&str; 3] = ["same community", "same, like size", "same niche"];

/// Sizes of audiences with 2,000 followers who can be read.
const USUAL: &[u64] = &[4_000, 6_000, 9_000, 12_000];
const SMALL: &[u64] = &[60, 100, 150, 200];

/// The kinds of audiences: their sizes, in turn, and their number.
const KINDS: [(&str, AudienceKind, &[u64], usize); 11] = [
    ("60-200 followers", AudienceKind::Community, SMALL, 96),
    ("1,000 followers", AudienceKind::Community, &[1_000], 48),
    ("one community", AudienceKind::Community, USUAL, 48),
    ("friends", AudienceKind::Friends, USUAL, 48),
    ("niche of 2%", AudienceKind::Few(0.02), USUAL, 48),
    ("niche of 5%", AudienceKind::Few(0.05), USUAL, 48),
    ("40% mass", AudienceKind::Mass(0.4), USUAL, 48),
    ("40% private", AudienceKind::Private(0.4), USUAL, 48),
    ("half bought", AudienceKind::Bought, USUAL, 48),
    ("100,000 followers", AudienceKind::Community, &[100_000], 40),
    ("half a burst", AudienceKind::Burst, &[1_000_000], 40),
];

/// The first seed of audiences.
const SEED: u64 = 9_000_000;

pub(crate) fn print(worlds: &[PlantedWorld]) {
    let backgrounds = side_by_side(worlds.len(), |number| {
        Background::of_others(&worlds[number])
    });
    let mut scores = Scores::new(names().collect(), NOTIONS.to_vec());
    for (place, (name, kind, sizes, audiences)) in KINDS.into_iter().enumerate() {
        let cases = side_by_side(audiences, |number| {
            let world = number / sizes.len() % worlds.len();
            let size = sizes[number % sizes.len()];
            let seed = SEED + (place * 1_000 + number) as u64;
            let audience = PlantedAudience::new(&worlds[world], size, kind, seed);
            looks(&audience, &backgrounds[world])
        });
        scores.print(name, &cases.concat());
    }
    scores.print_sums();
}

fn looks(audience: &PlantedAudience<'_>, background: &Background) -> Vec<Case> {
    let followers = in_order(audience);
    let shared = shared(audience, &followers);
    let mut fetches: Vec<Fetches> = vec![Fetches::none(&shared); names().count()];
    let mut looks = READ.to_vec();
    let doubling = std::iter::successors(Some(0), |read| Some(next_aim(*read, u64::MAX)));
    looks.extend(doubling.take_while(|read| *read <= audience.size));
    let mut cases = Vec::new();
    read(audience, &followers, &looks, |reading| {
        let look = match reading.is_all() {
            true => Some(LOOKS.len() - 1),
            false => READ.iter().position(|read| *read == reading.read),
        };
        cases.extend(
            look.map(|look| judge(look, audience, &followers, background, &fetches, reading)),
        );
        // What was fetched for a preliminary look stays.
        if next_aim(reading.read - 1, u64::MAX) == reading.read {
            for (fetches, measure) in fetches.iter_mut().zip(variants(&reading.sample())) {
                fetches.list(audience, reading, Some(background), &measure, false);
            }
        }
    });
    cases
}

/// Judges the lists as if the search ended here.
fn judge(
    look: usize,
    audience: &PlantedAudience<'_>,
    followers: &[u64],
    background: &Background,
    fetches: &[Fetches<'_>],
    reading: &Reading,
) -> Case {
    let accounts = &audience.world.accounts;
    let of_community = |account: u32| {
        let home = accounts[account as usize].home;
        home.is_some_and(|(community, _)| community == audience.community)
    };
    let of_like_size = |account: u32| {
        let followers = accounts[account as usize].followers;
        of_community(account)
            && followers <= audience.size * LIKE
            && audience.size <= followers * LIKE
    };
    let of_niche = |account: u32| {
        accounts[account as usize].home == Some((audience.community, audience.niche))
    };
    let notions: [&dyn Fn(u32) -> bool; NOTIONS.len()] = [&of_community, &of_like_size, &of_niche];
    let all = notions.map(|is| {
        (0..accounts.len() as u32)
            .filter(|account| is(*account))
            .count()
    });
    let mut case = Case {
        look,
        found: Vec::new(),
        requests: Vec::new(),
    };
    for (fetches, measure) in fetches.iter().zip(variants(&reading.sample())) {
        let mut last = fetches.clone();
        let mut list = last.list(audience, reading, Some(background), &measure, true);
        let follows = of_rows(audience, followers, reading, &list.rows);
        last.confirm(reading, &measure, &mut list.rows, &follows);
        sort(&mut list.rows);
        let list: Vec<u32> = list.rows.iter().map(|row| row.account).take(10).collect();
        let found = notions.iter().zip(all);
        let found = found.map(|(is, all)| precision(&list, 10, is, all));
        case.found.push(found.collect());
        let requests = reading.requests(0) + last.requests(audience, 0);
        case.requests.push(requests);
    }
    case
}
