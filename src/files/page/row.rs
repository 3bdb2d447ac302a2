//! The table's rows: the account, and its share as a bar.

use maud::{Markup, html};

use crate::files::Listing;
use crate::files::page::{account, face, verified};
use crate::locales::{Percent, Size, Whole, printable};
use crate::model::{Ranking, Similar};
use crate::sampling::{Interval, TOP, USUAL, share};

/// The precision of a score.
const SCORE: f64 = 1e4;

/// Smaller shares don't get a scale of their own.
const LEAST: f64 = 1e-6;

/// A row, with what is common to all of them.
pub(super) struct TableRow<'a> {
    listing: &'a Listing<'a>,
    row: &'a Similar,
    place: u64,
    /// The share at which bars end.
    end: f64,
}

pub(super) fn lines<'a>(listing: &'a Listing<'a>) -> impl Iterator<Item = TableRow<'a>> {
    let ranking = listing.ranking;
    let reach = |row: &Similar| match interval(ranking, row) {
        Some(Interval { high, .. }) => high,
        None => row.tally().share(&ranking.sample),
    };
    let end = ranking.rows.iter().map(reach).fold(LEAST, f64::max);
    let rows = (1..).zip(&ranking.rows);
    rows.map(move |(place, row)| TableRow {
        listing,
        row,
        place,
        end,
    })
}

impl TableRow<'_> {
    pub(super) fn markup(&self) -> Markup {
        let TableRow { listing, row, .. } = self;
        let (locale, ranking) = (listing.locale, listing.ranking);
        let place = locale.card_number(Whole(self.place));
        let score = locale.page_score((row.score * SCORE).round() / SCORE);
        let name = printable(&row.name);
        // A non-breaking space.
        let badge = html! {
            @if row.verified { "\u{a0}" (verified(&locale.page_verified(listing.network))) }
        };
        html! {
            tr {
                td title=(score) {
                    @if row.sure && ranking.is_sample() {
                        span.sure title=(locale.card_sure(Whole(TOP as u64))) { (place) }
                    } @else { (place) }
                }
                td {
                    (face(&name, &row.handle))
                    @if name.is_empty() {
                        (account(listing, &row.handle)) (badge)
                    } @else {
                        b { (name) (badge) } (account(listing, &row.handle))
                    }
                }
                @if let Some(followers) = row.followers {
                    td data-v=(followers) title=(locale.card_number(Whole(followers))) {
                        (locale.card_size(Size(followers)))
                    }
                } @else { td data-v="0" { "–" } }
                (self.share())
            }
        }
    }

    fn share(&self) -> Markup {
        let TableRow { listing, row, .. } = self;
        let (locale, sample) = (listing.locale, &listing.ranking.sample);
        let part = row.tally().share(sample);
        let counts = match row.confirmed {
            Some(all) => locale.page_part(Whole(all), Whole(sample.listed)),
            None => locale.page_part(Whole(row.shared), Whole(sample.read)),
        };
        let wide = |share: f64| 100.0 * share / self.end;
        let estimated = interval(listing.ranking, row);
        let style = match &estimated {
            Some(Interval { low, high }) => {
                let (low, high) = (wide(*low), wide(*high));
                format!("--s:{:.1};--l:{low:.1};--h:{high:.1}", wide(part))
            }
            None => format!("--s:{:.1}", wide(part)),
        };
        html! {
            td data-v=(format!("{part:.5}")) title=(counts) { div {
                i.bar.est[estimated.is_some()] style=(style) {}
                b { (locale.card_percent(Percent(part))) }
                @if let Some(Interval { low, high }) = estimated {
                    small { (locale.page_interval(Percent(low), Percent(high))) }
                }
            } }
        }
    }
}

/// Returns the interval of the share; `None` if it is exact.
pub(super) fn interval(ranking: &Ranking, row: &Similar) -> Option<Interval> {
    let interval = share(&ranking.sample, &row.tally(), USUAL);
    Some(interval).filter(|interval| interval.low < interval.high)
}
