//! Rows in resamples of the followers, which tell how often they stay among the first, whoever else is read.

use lookalike::sampling::Marks;

use crate::audience::Audience;
use crate::list::List;
use crate::listing::Row;
use crate::reading::{Reading, is_read};

/// The counts of these rows of what was read.
pub(crate) fn resampled(
    audience: &Audience<'_>,
    followers: &[u64],
    skip: bool,
    reading: &Reading,
    rows: &[Row],
) -> Marks {
    let mut places = vec![None; audience.world.accounts.len()];
    for (place, row) in rows.iter().enumerate() {
        places[row.account as usize] = Some(place);
    }
    let mut marks = Marks::new(rows.len());
    let mut list = List::new(audience.world);
    let mut left = reading.read;
    for number in followers {
        let follower = audience.follower(*number, &mut list);
        if !is_read(&follower, skip) {
            continue;
        }
        let draw = fastrand::Rng::with_seed(*number).u64(..);
        marks.add(
            draw,
            list.ids
                .iter()
                .filter_map(|account| places[*account as usize]),
        );
        left -= 1;
        if left == 0 {
            break;
        }
    }
    marks
}
