//! The lists of well-known artists on a real graph, to look at.

use std::collections::HashMap;
use std::path::Path;

use lookalike::demo::world::World;
use lookalike::measures::ALL;
use lookalike::model::{Overlap, Sample, Tally};

const ARTISTS: [&str; 20] = [
    "daft_punk",
    "johnny_cash",
    "radiohead",
    "metallica",
    "britney_spears",
    "pink_floyd",
    "depeche_mode",
    "bjork",
    "eminem",
    "iron_maiden",
    "miles_davis",
    "rammstein",
    "the_beatles",
    "nirvana",
    "madonna",
    "bob_marley",
    "sigur_ros",
    "enya",
    "paramore",
    "kylie_minogue",
];

/// Names shown of a list.
const SHOWN: usize = 8;

pub(crate) fn print(folder: &Path) -> anyhow::Result<()> {
    let world = World::load(folder)?;
    for handle in ARTISTS {
        let Some(target) = world.by_handle(handle) else {
            println!("\n@{handle} is not in {}", folder.display());
            continue;
        };
        let followers = world.followers(target);
        println!(
            "\n{}, {} followers",
            world.account(target).name,
            followers.len()
        );
        let mut counts: HashMap<u32, u64> = HashMap::new();
        let follows = followers
            .iter()
            .flat_map(|follower| world.following(*follower));
        follows.for_each(|account| *counts.entry(*account).or_default() += 1);
        counts.remove(&target);
        let all = followers.len() as u64;
        let sample = Sample {
            audience: all,
            listed: all,
            readable: all,
            read: all,
        };
        for measure in ALL {
            let mut scores: Vec<(f64, u32)> = counts
                .iter()
                .filter_map(|(account, counted)| {
                    let tally = Tally {
                        counted: *counted,
                        confirmed: None,
                        calibrated: None,
                        followers: world.followers(*account).len() as u64,
                    };
                    let overlap = Overlap::new(&sample, &tally)?;
                    Some((measure.score(&overlap), *account))
                })
                .collect();
            scores
                .sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            let names: Vec<&str> = scores
                .iter()
                .take(SHOWN)
                .map(|(_, account)| world.account(*account).name.as_str())
                .collect();
            println!("  {:<10} {}", measure.name(), names.join(", "));
        }
    }
    Ok(())
}
