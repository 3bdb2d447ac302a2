//! The columns of a result as a sheet: what each is called in the reader's language, and what it has of an account.
//! Pure.

use crate::files::cell::Cell;
use crate::files::{Listing, kinds};
use crate::locales::Whole;
use crate::measures;
use crate::model::{MeasureName, Similar};
use crate::sampling::{Interval, TOP, USUAL, share};

/// Returns the names of the columns.
pub(super) fn heading(listing: &Listing<'_>) -> Vec<String> {
    let Listing {
        locale, ranking, ..
    } = listing;
    let (read, listed) = (ranking.sample.read, ranking.sample.listed);
    let measures = measures::ALL.map(|it| locale.score_heading(it.name()));
    [
        locale.sheet_place(),
        locale.sheet_name(),
        locale.page_account(),
        locale.page_followers(),
        locale.sheet_share(),
        locale.sheet_share_least(),
        locale.sheet_share_most(),
    ]
    .into_iter()
    .chain(measures)
    .chain([
        locale.sheet_bio(),
        locale.sheet_verified(),
        locale.sheet_link(),
        locale.sheet_sure(Whole(TOP as u64)),
        locale.sheet_read(Whole(read)),
        locale.sheet_counted(Whole(listed)),
    ])
    .chain(kinds::heading(locale))
    .collect()
}

/// Returns the cells of an account, one for each column.
pub(super) fn cells(listing: &Listing<'_>, place: u64, row: &Similar) -> Vec<Cell> {
    let Listing {
        locale, ranking, ..
    } = listing;
    let Interval { low, high } = share(&ranking.sample, &row.tally(), USUAL);
    let yes = |is: bool| match is {
        true => Cell::Text(locale.sheet_yes()),
        false => Cell::Empty,
    };
    let link = (listing.link)(&row.handle).filter(|link| link.starts_with("https://"));
    let scores = measures::ALL.map(|measure| {
        let score = measures::score(measure, &ranking.sample, row);
        match measure.name() {
            // A number of followers.
            MeasureName::Count => Cell::Whole(score.round() as u64),
            _ if ranking.tells_sizes() => Cell::Share(score),
            // It depends on sizes, which the network does not tell.
            _ => Cell::Empty,
        }
    });
    [
        Cell::Whole(place),
        Cell::Text(row.name.clone()),
        Cell::Account(row.handle.0.clone(), link.clone()),
        row.followers.map_or(Cell::Empty, Cell::Whole),
        Cell::Share(row.tally().share(&ranking.sample)),
        Cell::Share(low),
        Cell::Share(high),
    ]
    .into_iter()
    .chain(scores)
    .chain([
        Cell::Text(row.bio.clone()),
        yes(row.verified),
        link.map_or(Cell::Empty, Cell::Link),
        yes(row.sure),
        Cell::Whole(row.shared),
        row.confirmed.map_or(Cell::Empty, Cell::Whole),
    ])
    .chain(kinds::cells(locale, listing.network, row))
    .collect()
}
