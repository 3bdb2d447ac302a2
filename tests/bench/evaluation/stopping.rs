//! Whether the stopping rule and the marks keep their word.

use std::collections::{HashMap, HashSet};

use lookalike::measures::ALL;
use lookalike::model::Tally;
use lookalike::sampling::{REPORTED, SETTLED, SURE, TOP, next_aim, precision};

use crate::attracts::Attracts;
use crate::audience::Audience;
use crate::judged::{agreement, mean, worst};
use crate::listing::{Asked, Background, Listing, Row, exact};
use crate::marks::resampled;
use crate::reading::{Reading, in_order, read, shared};
use crate::side_by_side::side_by_side;
use crate::world::World;

const SIZES: [u64; 5] = [500, 1_000, 3_000, 10_000, 100_000];

/// Audiences of each size; of every fourth, but 5% are of its community.
const AUDIENCES: usize = 44;

/// Followers read from which on rows are marked.
const MARKED: u64 = 800;

/// Looks at larger samples are not marked here: it takes long, and by then nearly all is sure.
const MARKED_AT_MOST: u64 = 6_400;

struct Look {
    reading: Reading,
    listing: Listing,
    precision: f64,
    requests: u64,
}

struct Settled {
    /// Stopped before all were read.
    early: bool,
    read: f64,
    precision: f64,
    agreement: f64,
    requests: f64,
    requests_of_all: f64,
    /// Looks until the end at which what was claimed is true, and is not.
    held: usize,
    failed: usize,
    /// Rows that were marked, and those of them that are truly among the first.
    marked: usize,
    true_marks: usize,
}

pub(crate) fn print(worlds: &[World]) {
    println!(
        "\nStopping: precision of {SETTLED} or better at a look, or all read; mass followers dropped"
    );
    println!(
        "{:>8}{:>7}{:>12}{:>7}{:>7}{:>9}{:>11}{:>9}{:>7}{:>10}{:>10}{:>16}",
        "size",
        "",
        "before all",
        "read",
        "",
        "reached",
        "held",
        "p@10",
        "worst",
        "requests",
        "of all",
        "marks held"
    );
    let mut everything: Vec<Settled> = Vec::new();
    for size in SIZES {
        for (attracts, name) in [(Attracts::Community, ""), (Attracts::Few(0.05), "5%")] {
            let audiences = match attracts {
                Attracts::Few(_) => AUDIENCES / 4,
                _ => AUDIENCES - AUDIENCES / 4,
            };
            let all = side_by_side(audiences, |number| {
                let world = &worlds[number % worlds.len()];
                settle(&Audience::new(world, size, attracts, 9_000 + number as u64))
            });
            print!("{size:>8}{name:>7}");
            print_row(&all);
            everything.extend(all);
        }
    }
    print!("{:>8}{:>7}", "all", "");
    print_row(&everything);
}

fn print_row(all: &[Settled]) {
    let of = |value: fn(&Settled) -> f64| mean(all.iter().map(value));
    let sum = |value: fn(&Settled) -> usize| all.iter().map(value).sum::<usize>();
    let held = all.iter().filter(|settled| settled.failed == 0).count();
    println!(
        "{:>12}{:>7.0}{:>7.2}{:>16}{:>9.2}{:>7.2}{:>10.0}{:>10.0}{:>16}",
        format!(
            "{}/{}",
            all.iter().filter(|settled| settled.early).count(),
            all.len()
        ),
        of(|settled| settled.read),
        of(|settled| settled.precision),
        format!(
            "{held}/{} {}/{}",
            all.len(),
            sum(|settled| settled.held),
            sum(|settled| settled.held + settled.failed)
        ),
        of(|settled| settled.agreement),
        worst(all.iter().map(|settled| settled.agreement)),
        of(|settled| settled.requests),
        of(|settled| settled.requests_of_all),
        format!(
            "{}/{}",
            sum(|settled| settled.true_marks),
            sum(|settled| settled.marked)
        ),
    );
}

fn settle(audience: &Audience<'_>) -> Settled {
    let background = Background::of_others(audience.world);
    let followers = in_order(audience);
    let shared = shared(audience, &followers);
    let measure = ALL[0];
    let sizes: Vec<u64> = std::iter::successors(Some(next_aim(0, u64::MAX)), |read| {
        Some(next_aim(*read, u64::MAX))
    })
    .take_while(|read| *read <= audience.size)
    .collect();
    let mut asked = Asked::nothing(&shared);
    let mut looks: Vec<Look> = Vec::new();
    let mut whole = None;
    read(audience, &followers, true, &sizes, |reading| {
        let mut listing = asked.list(
            audience,
            reading,
            Some(&background),
            measure,
            reading.is_all(),
        );
        asked.confirm(reading, measure, &mut listing.rows);
        let rows = listing.rows.iter().map(|row| row.tally);
        let precision = precision(
            measure,
            &reading.sample(),
            rows,
            listing.unseen,
            listing.candidates,
        );
        looks.push(Look {
            requests: reading.requests(0, true) + asked.requests(audience, 0),
            reading: reading.clone(),
            listing,
            precision,
        });
        whole = Some(reading.clone());
    });
    let truth = whole
        .map(|reading| exact(audience, &reading, measure))
        .unwrap_or_default();
    let requests_of_all = looks.last().map_or(0, |look| look.requests);
    let all = looks.last().map_or(0, |look| look.reading.read);
    let end = looks
        .iter()
        .position(|look| look.precision <= SETTLED)
        .unwrap_or(looks.len() - 1);
    looks.truncate(end + 1);
    let held = looks.iter().filter(|look| holds(look, &truth)).count();
    let first = |rows: &[Row], most: usize| -> Vec<u32> {
        rows.iter().take(most).map(|row| row.account).collect()
    };
    let (mut marked, mut true_marks) = (0, 0);
    for look in &looks {
        let read = look.reading.read;
        if !(MARKED..=MARKED_AT_MOST).contains(&read) || read == all {
            continue;
        }
        let sure = sure(audience, &followers, look);
        let among = first(&truth, TOP);
        marked += sure.len();
        true_marks += sure
            .iter()
            .filter(|account| among.contains(account))
            .count();
    }
    let last = &looks[end];
    Settled {
        early: last.reading.read < all,
        read: last.reading.read as f64,
        precision: last.precision,
        agreement: agreement(&first(&last.listing.rows, 10), &first(&truth, 10), 10),
        requests: last.requests as f64,
        requests_of_all: requests_of_all as f64,
        held,
        failed: looks.len() - held,
        marked,
        true_marks,
    }
}

/// Whether every reported account's true score is at least the promised part of every other's. The truth is
/// what all who can be read say, or, of an account whose own list was read, what that says.
fn holds(look: &Look, truth: &[Row]) -> bool {
    let rows = &look.listing.rows;
    let confirmed: HashMap<u32, f64> = rows
        .iter()
        .filter(|row| row.tally.confirmed.is_some())
        .map(|row| (row.account, row.score))
        .collect();
    let reported: HashSet<u32> = rows.iter().take(REPORTED).map(|row| row.account).collect();
    let (mut least, mut most) = (f64::INFINITY, 0f64);
    for row in truth {
        let score = *confirmed.get(&row.account).unwrap_or(&row.score);
        match reported.contains(&row.account) {
            true => least = least.min(score),
            false => most = most.max(score),
        }
    }
    least >= (1.0 - look.precision) * most - 1e-12
}

/// The accounts of a look's list that are marked.
fn sure(audience: &Audience<'_>, followers: &[u64], look: &Look) -> Vec<u32> {
    let rows = &look.listing.rows;
    let marks = resampled(audience, followers, true, &look.reading, rows);
    let tallies: Vec<Tally> = rows.iter().map(|row| row.tally).collect();
    let parts = marks.part_in_top(ALL[0], &look.reading.sample(), &tallies);
    rows.iter()
        .zip(parts)
        .take(TOP)
        .filter(|(_, part)| *part >= SURE)
        .map(|(row, _)| row.account)
        .collect()
}
