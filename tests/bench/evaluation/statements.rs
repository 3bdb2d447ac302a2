//! Whether what answers state is true, in worlds of a seed that nothing was tuned on. Prints one table.

use lookalike::measures::{ALL, reorder};
use lookalike::model::Depth;

use crate::audience::PlantedAudience;
use crate::audience_kind::AudienceKind;
use crate::columns::{LEGEND, print_heading, print_row};
use crate::listing::Background;
use crate::reading::{in_order, shared};
use crate::search::SearchedAudience;
use crate::side_by_side::side_by_side;
use crate::truth::{StatementCheck, Truth};
use crate::world::PlantedWorld;

const KINDS: [(AudienceKind, &str); 9] = [
    (AudienceKind::Community, "one community"),
    (AudienceKind::Friends, "friends"),
    (AudienceKind::Mass(0.25), "25% mass"),
    (AudienceKind::Mass(0.4), "40% mass"),
    (AudienceKind::Bought, "half bought"),
    (AudienceKind::Private(0.25), "25% private"),
    (AudienceKind::Private(0.4), "40% private"),
    (AudienceKind::Few(0.02), "niche of 2%"),
    (AudienceKind::Few(0.05), "niche of 5%"),
];

/// The sizes of audiences, in turn, and the number of audiences of each kind.
const SIZES: [u64; 4] = [500, 1_500, 4_000, 10_000];
const AUDIENCES: usize = 48;

/// The number of worlds, which the audiences use in turn, and the first seed of worlds and audiences.
const WORLDS: usize = 4;
const SEED: u64 = 8_000_000;

/// One answer, ordered by one measure.
struct JudgedAnswer {
    kind: usize,
    depth: Depth,
    measure: usize,
    check: StatementCheck,
}

pub(crate) fn print() {
    let worlds = side_by_side(WORLDS, |number| PlantedWorld::new(SEED + number as u64));
    let backgrounds = side_by_side(WORLDS, |number| Background::of_others(&worlds[number]));
    let judged = side_by_side(KINDS.len() * AUDIENCES, |number| {
        let (kind, number) = (number % KINDS.len(), number / KINDS.len());
        let (world, size) = (number / SIZES.len() % WORLDS, SIZES[number % SIZES.len()]);
        let seed = SEED + (kind * AUDIENCES + number) as u64;
        let audience = PlantedAudience::new(&worlds[world], size, KINDS[kind].0, seed);
        judge(kind, &audience, &backgrounds[world])
    });
    let judged: Vec<JudgedAnswer> = judged.into_iter().flatten().collect();
    let of = |row: &dyn Fn(&JudgedAnswer) -> bool| -> Vec<&StatementCheck> {
        let of_row = judged.iter().filter(|one| row(one));
        of_row.map(|one| &one.check).collect()
    };
    println!(
        "Statements, in %, with standard errors over {AUDIENCES} audiences of {SIZES:?} followers each; ! misses its goal by two of them"
    );
    print_heading();
    for (kind, (_, name)) in KINDS.into_iter().enumerate() {
        for depth in Depth::ALL {
            let checks = of(&|one| one.measure == 0 && one.kind == kind && one.depth == depth);
            print_row(name, depth.as_str(), &checks);
        }
        println!();
    }
    for (measure, name) in ALL
        .iter()
        .map(|measure| measure.name().as_str())
        .enumerate()
    {
        if measure == 1 {
            println!("In another order, of the same accounts");
        }
        for depth in Depth::ALL {
            let checks = of(&|one| one.measure == measure && one.depth == depth);
            print_row(name, depth.as_str(), &checks);
        }
    }
    println!();
    print_row("all", "", &of(&|one| one.measure == 0));
    println!("{LEGEND}");
}

fn judge(
    kind: usize,
    audience: &PlantedAudience<'_>,
    background: &Background,
) -> Vec<JudgedAnswer> {
    let followers = in_order(audience);
    let shared = shared(audience, &followers);
    let searched = SearchedAudience {
        audience,
        followers: &followers,
        shared: &shared,
        background,
    };
    let search = searched.search();
    let mut judged = Vec::new();
    for (place, measure) in ALL.into_iter().enumerate() {
        let truth = Truth::new(&searched, measure);
        let readable = search.all.as_ref();
        let readable = readable.map_or_else(Vec::new, |readable| truth.by_readable(readable));
        for (depth, ranking) in &search.answers {
            let mut ranking = ranking.clone();
            reorder(&mut ranking, measure);
            judged.push(JudgedAnswer {
                kind,
                depth: *depth,
                measure: place,
                check: truth.judge(&ranking, &readable),
            });
        }
    }
    judged
}
