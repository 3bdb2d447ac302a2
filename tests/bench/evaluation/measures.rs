//! Which measure finds what was planted.

use lookalike::measures::ALL;

use crate::attracts::Attracts;
use crate::audience::Audience;
use crate::judged::{mean, ndcg, precision};
use crate::listing::{Asked, Background};
use crate::reading::{Reading, in_order, read, shared};
use crate::side_by_side::side_by_side;
use crate::world::World;

const SAMPLES: [u64; 6] = [100, 200, 400, 800, 1_600, 2_000];

/// Audiences of each kind, by their size.
const AUDIENCES: [(u64, usize); 5] = [
    (500, 20),
    (1_000, 20),
    (10_000, 20),
    (100_000, 6),
    (1_000_000, 4),
];

/// Accounts are of like size if neither has more than so many times the followers of the other.
const LIKE: u64 = 4;

/// Precision of the first 10 and 20, gain of the first 20.
type Judged = [f64; 3];

struct Look {
    read: u64,
    requests: [u64; ALL.len()],
    /// By notion, by measure.
    judged: Vec<[Judged; ALL.len()]>,
}

pub(crate) fn print(worlds: &[World]) {
    println!(
        "Measures: precision of the first 10 / of the first 20 / NDCG of the first 20; requests"
    );
    for (attracts, notions) in [
        (
            Attracts::Community,
            ["same community", "same community, like size"].as_slice(),
        ),
        (Attracts::Few(0.05), ["5% of the audience"].as_slice()),
        (
            Attracts::Burst,
            ["same community, half a burst", "like size, half a burst"].as_slice(),
        ),
    ] {
        for (size, audiences) in AUDIENCES {
            if attracts == Attracts::Burst && size < 1_000_000 {
                continue;
            }
            let all = side_by_side(audiences, |number| {
                let world = &worlds[number % worlds.len()];
                looks(
                    &Audience::new(world, size, attracts, size + number as u64),
                    notions.len(),
                )
            });
            for (notion, name) in notions.iter().enumerate() {
                println!("\n{name}, {size} followers, mean of {audiences}");
                print!("{:>8}", "read");
                ALL.iter()
                    .for_each(|measure| print!("{:>27}", measure.name()));
                println!();
                for look in 0..all[0].len() {
                    let of_all = || all.iter().filter_map(|looks| looks.get(look));
                    print!("{:>8.0}", mean(of_all().map(|look| look.read as f64)));
                    for measure in 0..ALL.len() {
                        let judged = |what: usize| {
                            mean(of_all().map(|look| look.judged[notion][measure][what]))
                        };
                        let requests = mean(of_all().map(|look| look.requests[measure] as f64));
                        print!(
                            "    {:.2} {:.2} {:.2} {:>8.0}",
                            judged(0),
                            judged(1),
                            judged(2),
                            requests
                        );
                    }
                    println!();
                }
            }
        }
    }
}

fn looks(audience: &Audience<'_>, notions: usize) -> Vec<Look> {
    let background = Background::of_others(audience.world);
    let followers = in_order(audience);
    let shared = shared(audience, &followers);
    let mut asked: Vec<Asked> = ALL.iter().map(|_| Asked::nothing(&shared)).collect();
    let mut looks = Vec::new();
    read(audience, &followers, false, &SAMPLES, |reading| {
        looks.push(look(audience, notions, &background, &mut asked, reading));
    });
    looks
}

fn look(
    audience: &Audience<'_>,
    notions: usize,
    background: &Background,
    asked: &mut [Asked<'_>],
    reading: &Reading,
) -> Look {
    let accounts = &audience.world.accounts;
    let alike = |account: u32| accounts[account as usize].community == Some(audience.community);
    let of_like_size = |account: u32| {
        let followers = accounts[account as usize].followers;
        alike(account) && followers <= audience.size * LIKE && audience.size <= followers * LIKE
    };
    let all = 0..accounts.len() as u32;
    let relevant = [
        all.clone().filter(|account| alike(*account)).count(),
        all.filter(|account| of_like_size(*account)).count(),
    ];
    let mut judged = vec![[[0.0; 3]; ALL.len()]; notions];
    let mut requests = [0; ALL.len()];
    for (place, measure) in ALL.into_iter().enumerate() {
        // What a preliminary look asked for stays; the list is judged as if it were the last.
        asked[place].list(audience, reading, Some(background), measure, false);
        let mut last = asked[place].clone();
        let mut list = last.list(audience, reading, Some(background), measure, true);
        last.confirm(reading, measure, &mut list.rows);
        let list: Vec<u32> = list.rows.iter().map(|row| row.account).take(20).collect();
        for (notion, judged) in judged.iter_mut().enumerate() {
            let is = |account: u32| {
                if notion == 0 {
                    alike(account)
                } else {
                    of_like_size(account)
                }
            };
            let all = relevant[notion];
            judged[place] = [
                precision(&list, 10, is, all),
                precision(&list, 20, is, all),
                ndcg(&list, 20, is, all),
            ];
        }
        requests[place] = reading.requests(0, false) + last.requests(audience, 0);
    }
    Look {
        read: reading.read,
        requests,
        judged,
    }
}
