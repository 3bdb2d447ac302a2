//! One account of a list, in two lines: who it is, and why it is there. Pure.

use crate::locales::{Count, Locale, Markup, Percent, Who, printable};
use crate::model::{Handle, Ranking, Similar};
use crate::sampling::Headline;

/// Between two things that are said of an account.
const BETWEEN: &str = " · ";

/// Returns an account in a line, with its place.
pub(crate) fn row_of(
    locale: &Locale,
    row: &Similar,
    place: u64,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    format!("{place}. {}", account_of(locale, row, link))
}

/// Returns an account in a line.
pub(crate) fn account_of(
    locale: &Locale,
    row: &Similar,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let link = link(&row.handle);
    let who = Who {
        handle: &row.handle.0,
        link: link.as_deref(),
    };
    let followers = row.followers.map(Count);
    match (printable(&row.name).is_empty(), followers) {
        (true, Some(followers)) => locale.row_unnamed(who, followers),
        (false, Some(followers)) => locale.row(&row.name, who, followers),
        (true, None) => locale.row_unnamed_unsized(who),
        (false, None) => locale.row_unsized(&row.name, who),
    }
}

/// Returns what the list is ordered by, and the shares behind that; `target` is the other account as people write it.
pub(crate) fn score_of(locale: &Locale, ranking: &Ranking, row: &Similar, target: &str) -> String {
    let headline = Headline::of(ranking, row);
    let is_estimate = headline.interval.is_some();
    let score = locale.score(headline.measure, headline.score, is_estimate);
    let score = match row.sure && ranking.is_sample() {
        true => locale.row_score_sure(Markup(&score)),
        false => locale.row_score(Markup(&score)),
    };
    let part = Percent(headline.of_target);
    let shares = match headline.of_own {
        Some(own) => locale.row_shares(part, target, Percent(own)),
        None => locale.row_share_of_target(part, target),
    };
    [score, shares].join(BETWEEN)
}
