//! The table's rows: the account, and its score as a bar.

use maud::{Markup, html};

use crate::files::Listing;
use crate::files::page::{account, face, verified};
use crate::kind::AccountKind;
use crate::locales::{Locale, Percent, Size, Whole, printable};
use crate::model::{MeasureName, Similar};
use crate::sampling::{Headline, Interval, TOP};

/// Smaller scores don't get a scale of their own.
const LEAST: f64 = 1e-6;

/// A row, with what is common to all of them.
pub(super) struct TableRow<'a> {
    listing: &'a Listing<'a>,
    row: &'a Similar,
    place: u64,
    headline: Headline,
    /// The score at which bars end.
    end: f64,
}

pub(super) fn lines<'a>(listing: &'a Listing<'a>) -> impl Iterator<Item = TableRow<'a>> {
    let ranking = listing.ranking;
    let headlines = ranking.rows.iter().map(|row| Headline::of(ranking, row));
    let headlines: Vec<Headline> = headlines.collect();
    let reach = |it: &Headline| it.interval.map_or(it.score, |interval| interval.high);
    let end = headlines.iter().map(reach).fold(LEAST, f64::max);
    let rows = (1..).zip(&ranking.rows).zip(headlines);
    rows.map(move |((place, row), headline)| TableRow {
        listing,
        row,
        place,
        headline,
        end,
    })
}

impl TableRow<'_> {
    pub(super) fn markup(&self) -> Markup {
        let TableRow { listing, row, .. } = self;
        let (locale, ranking) = (listing.locale, listing.ranking);
        let place = locale.card_number(Whole(self.place));
        let name = printable(&row.name);
        // A non-breaking space.
        let badge = html! {
            @if row.verified { "\u{a0}" (verified(&locale.page_verified(listing.network))) }
        };
        let kind = row.kind();
        html! {
            tr data-k=[kind.map(AccountKind::as_str)] {
                td {
                    @if row.sure && ranking.is_sample() {
                        span.sure title=(locale.card_sure(Whole(TOP as u64))) { (place) }
                    } @else { (place) }
                }
                td {
                    (face(&name, &row.handle))
                    @if name.is_empty() {
                        (sign(locale, kind)) (account(listing, &row.handle)) (badge)
                    } @else {
                        b { (sign(locale, kind)) (name) (badge) } (account(listing, &row.handle))
                    }
                }
                @if let Some(followers) = row.followers {
                    td data-v=(followers) title=(locale.card_number(Whole(followers))) {
                        (locale.card_size(Size(followers)))
                    }
                } @else { td data-v="0" { "–" } }
                (self.score())
            }
        }
    }

    fn score(&self) -> Markup {
        let TableRow {
            listing,
            row,
            headline,
            ..
        } = self;
        let (locale, sample) = (listing.locale, &listing.ranking.sample);
        let counts = match row.confirmed {
            Some(all) => locale.page_part(Whole(all), Whole(sample.listed)),
            None => locale.page_part(Whole(row.shared), Whole(sample.read)),
        };
        let wide = |score: f64| 100.0 * score / self.end;
        let score = wide(headline.score);
        let style = match &headline.interval {
            Some(Interval { low, high }) => {
                format!(
                    "--s:{score:.1};--l:{:.1};--h:{:.1}",
                    wide(*low),
                    wide(*high)
                )
            }
            None => format!("--s:{score:.1}"),
        };
        html! {
            td data-v=(format!("{:.6}", headline.score)) {
                div {
                    i.bar.est[headline.interval.is_some()] style=(style) {}
                    b { (locale.score_alone(headline.measure, headline.score)) }
                    @if let Some(interval) = headline.interval {
                        small { (between(locale, headline.measure, interval)) }
                    }
                }
                p { (self.shares()) " (" (counts) ")" }
            }
        }
    }

    /// The shares behind the score.
    fn shares(&self) -> String {
        let locale = self.listing.locale;
        let (part, target) = (
            Percent(self.headline.of_target),
            self.listing.crawl.own_name(),
        );
        match self.headline.of_own {
            Some(own) => locale.page_shares(part, &target.shown(), Percent(own)),
            None => locale.page_share_of_target(part, &target.shown()),
        }
    }
}

/// Returns the sign of what an account is; the script shows a "?" where that is unclear.
fn sign(locale: &Locale, kind: Option<AccountKind>) -> Markup {
    html! {
        @match kind {
            None => i.kind data-s="?" hidden {},
            Some(kind) => {
                @if let Some(sign) = kind.sign() {
                    i.kind data-s=(sign) role="img" title=(locale.kind(kind)) aria-label=(locale.kind(kind)) {}
                }
            },
        }
    }
}

fn between(locale: &Locale, measure: MeasureName, Interval { low, high }: Interval) -> String {
    match measure {
        MeasureName::Count => {
            let [low, high] = [low, high].map(|end| locale.score_alone(measure, end));
            locale.page_between(&low, &high)
        }
        MeasureName::Peers | MeasureName::Niche | MeasureName::Balanced => {
            locale.page_interval(Percent(low), Percent(high))
        }
    }
}
