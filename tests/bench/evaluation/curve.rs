//! What precision costs: the list of a sample against the list of the full crawl, by requests.

use lookalike::measures::ALL;
use lookalike::sampling::next_aim;

use crate::attracts::Attracts;
use crate::audience::Audience;
use crate::judged::{agreement, mean, worst};
use crate::listing::{Asked, Background, exact};
use crate::reading::{PAGE, in_order, read, shared};
use crate::side_by_side::side_by_side;
use crate::world::World;

const SIZES: [u64; 3] = [1_000, 10_000, 100_000];

/// Audiences of each size and kind.
const AUDIENCES: usize = 24;

/// What is wanted.
const WANTED: f64 = 0.9;

/// Requests an hour.
const PACE: f64 = 5_000.0;

/// What is done about mass followers.
const WAYS: [&str; 3] = ["read", "begun, dropped", "skipped for free"];

struct Look {
    read: f64,
    agreement: f64,
    /// By way, by length of a page; mean only what belongs to the run.
    requests: [[f64; PAGE.len()]; WAYS.len()],
}

/// The looks at an audience with mass followers, and without.
type Looks = [Vec<Look>; 2];

pub(crate) fn print(worlds: &[World]) {
    for (attracts, name) in [
        (Attracts::Community, ""),
        (Attracts::Few(0.05), ", 5% of whom are of its community"),
    ] {
        for size in SIZES {
            println!(
                "\nCurve: {size} followers{name}, {AUDIENCES} audiences: the first 10 against the full crawl's"
            );
            let all = side_by_side(AUDIENCES, |number| {
                let world = &worlds[number % worlds.len()];
                looks(&Audience::new(world, size, attracts, size + number as u64))
            });
            print_looks(&all);
            print_reached(&all);
        }
    }
}

fn print_looks(all: &[Looks]) {
    for (skip, ways) in [(0, 0..1), (1, 1..3)] {
        print!("{:>8}{:>7}{:>7}", "read", "mean", "worst");
        ways.clone().for_each(|way| print!("{:>26}", WAYS[way]));
        println!();
        for look in 0..most(all, skip) {
            print!("{:>8.0}", average(all, skip, look, |look| look.read));
            print!("{:>7.2}", average(all, skip, look, |look| look.agreement));
            print!(
                "{:>7.2}",
                worst(at(all, skip, look).map(|look| look.agreement))
            );
            for way in ways.clone() {
                let requests = average(all, skip, look, |look| look.requests[way][0]);
                print!("{requests:>12.0} ({:>5.1} hours)", requests / PACE);
            }
            println!();
        }
    }
}

fn print_reached(all: &[Looks]) {
    for (page, length) in PAGE.into_iter().enumerate() {
        let full = average(all, 0, usize::MAX, |look| look.requests[0][page]);
        for (way, name) in WAYS.into_iter().enumerate() {
            print!("pages of {length}, mass followers {name}: ");
            match reached(all, way, page) {
                Some(requests) => println!(
                    "{WANTED} after {requests:.0}, {:.1} times fewer than {full:.0}",
                    full / requests
                ),
                None => println!("{WANTED} not reached, {full:.0} for the full crawl"),
            }
        }
    }
}

/// Requests at which the mean reaches what is wanted, between two looks by a straight line.
fn reached(all: &[Looks], way: usize, page: usize) -> Option<f64> {
    let skip = usize::from(way > 0);
    let mut before = None;
    for look in 0..most(all, skip) {
        let agreement = average(all, skip, look, |look| look.agreement);
        let requests = average(all, skip, look, |look| look.requests[way][page]);
        if agreement >= WANTED {
            return Some(before.map_or(requests, |(less, fewer)| {
                fewer + (requests - fewer) * (WANTED - less) / (agreement - less)
            }));
        }
        before = Some((agreement, requests));
    }
    None
}

fn most(all: &[Looks], skip: usize) -> usize {
    all.iter().map(|looks| looks[skip].len()).max().unwrap_or(0)
}

/// The looks of this number at each audience, or the last where there are fewer.
fn at(all: &[Looks], skip: usize, look: usize) -> impl Iterator<Item = &Look> {
    all.iter()
        .filter_map(move |looks| looks[skip].get(look).or(looks[skip].last()))
}

fn average(all: &[Looks], skip: usize, look: usize, value: impl Fn(&Look) -> f64) -> f64 {
    mean(at(all, skip, look).map(value))
}

fn looks(audience: &Audience<'_>) -> Looks {
    let background = Background::of_others(audience.world);
    let followers = in_order(audience);
    let shared = shared(audience, &followers);
    // Twice as dense as the engine's, so that what is wanted can be found between them.
    let sizes: Vec<u64> = (0..20)
        .map(|half| (100.0 * 2f64.powf(f64::from(half) / 2.0)) as u64)
        .collect();
    let mut full = Vec::new();
    let [with, without] = [false, true].map(|skip| {
        let mut asked = Asked::nothing(&shared);
        let mut lists = Vec::new();
        read(audience, &followers, skip, &sizes, |reading| {
            let mut last = asked.clone();
            let mut listing = last.list(audience, reading, Some(&background), ALL[0], true);
            last.confirm(reading, ALL[0], &mut listing.rows);
            let list: Vec<u32> = listing
                .rows
                .iter()
                .map(|row| row.account)
                .take(10)
                .collect();
            if next_aim(reading.read - 1, u64::MAX) == reading.read {
                asked.list(audience, reading, Some(&background), ALL[0], false);
            }
            let requests = |way: usize| {
                [0, 1].map(|page| {
                    let asked = last.requests(audience, page);
                    (reading.requests(page, way == 1) + asked) as f64
                })
            };
            lists.push((reading.read, list, [0, 1, 2].map(requests)));
            if !skip {
                full = exact(audience, reading, ALL[0]);
            }
        });
        lists
    });
    let full: Vec<u32> = full.iter().map(|row| row.account).take(10).collect();
    [with, without].map(|lists| {
        let looks = lists.into_iter();
        looks
            .map(|(read, list, requests)| Look {
                read: read as f64,
                agreement: agreement(&list, &full, 10),
                requests,
            })
            .collect()
    })
}
