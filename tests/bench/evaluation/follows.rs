//! Which of the followers read follow the rows of a list.

use lookalike::sampling::Follows;

use crate::audience::PlantedAudience;
use crate::follow_list::FollowedAccounts;
use crate::listing::ListRow;
use crate::reading::Reading;

/// The number of rows for which this is known.
pub(crate) fn of_rows(
    audience: &PlantedAudience<'_>,
    followers: &[u64],
    reading: &Reading,
    rows: &[ListRow],
) -> Follows {
    let rows = &rows[..rows.len().min(Follows::MOST)];
    let mut places = vec![None; audience.world.accounts.len()];
    for (place, row) in rows.iter().enumerate() {
        places[row.account as usize] = Some(place);
    }
    let mut follows = Follows::new(rows.len());
    let mut list = FollowedAccounts::new(audience.world);
    let mut left = reading.read;
    for number in followers {
        let follower = audience.follower(*number, &mut list);
        if follower.private {
            continue;
        }
        let ids = list.ids.iter();
        follows.add(ids.filter_map(|account| places[*account as usize]));
        left -= 1;
        if left == 0 {
            break;
        }
    }
    follows
}
