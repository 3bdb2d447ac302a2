//! How good the lists are: measures, and everything that answers state, compared with worlds of known truth; and what a
//! refresh reports. Prints tables.
//!
//! `cargo bench --bench evaluation [-- statements | again | measures | lastfm FOLDER | real FOLDER]`

mod again;
mod alternatives;
mod audience;
mod audience_kind;
mod columns;
mod cooccurrence;
mod figure;
mod follow_list;
mod follows;
mod lastfm;
mod list_quality;
mod listing;
mod measures;
mod reading;
mod real;
mod scores;
mod search;
mod side_by_side;
mod statements;
mod truth;
mod world;

use std::path::Path;

use world::PlantedWorld;

/// Prints what a folder with a real graph shows.
type Print = fn(&Path) -> anyhow::Result<()>;

/// The number of worlds, which the audiences use in turn.
const WORLDS: usize = 4;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |part: &str| words.iter().any(|word| word == part);
    let parts = ["statements", "again", "measures", "lastfm", "real"];
    let everything = !parts.into_iter().any(asked);
    for (part, print) in [("lastfm", lastfm::print as Print), ("real", real::print)] {
        if let Some(place) = words.iter().position(|word| word == part) {
            let folder = words
                .get(place + 1)
                .ok_or_else(|| anyhow::anyhow!("{part} needs a folder"))?;
            print(Path::new(folder))?;
        }
    }
    if everything || asked("statements") {
        statements::print();
    }
    if everything || asked("again") {
        again::print();
    }
    if everything || asked("measures") {
        let worlds = side_by_side::side_by_side(WORLDS, |seed| PlantedWorld::new(seed as u64 + 1));
        measures::print(&worlds);
    }
    Ok(())
}
