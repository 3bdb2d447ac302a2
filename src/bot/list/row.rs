//! One account of a list, in two lines: who it is, and why it is there. Pure.

use crate::kind::AccountKind;
use crate::locales::{Count, Locale, Markup, Percent, Who, printable};
use crate::model::{Handle, Kinds, Ranking, Similar};
use crate::sampling::Headline;

/// Between two things that are said of an account.
const BETWEEN: &str = " · ";

/// Before an account of which it is unclear whether it is of the kind that is shown.
const UNCLEAR: &str = "?";

/// Returns an account in a line, with its place. If only some kinds are shown, it is marked if it may be of another.
pub(crate) fn row_of(
    locale: &Locale,
    row: &Similar,
    place: u64,
    kinds: Kinds,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let account = account_of(locale, row, link);
    match kinds.is_in_doubt(row) {
        true => format!("{place}. {UNCLEAR} {account}"),
        false => format!("{place}. {account}"),
    }
}

/// Returns an account in a line, with the sign of what it is.
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
    let account = match (printable(&row.name).is_empty(), followers) {
        (true, Some(followers)) => locale.row_unnamed(who, followers),
        (false, Some(followers)) => locale.row(&row.name, who, followers),
        (true, None) => locale.row_unnamed_unsized(who),
        (false, None) => locale.row_unsized(&row.name, who),
    };
    match row.kind().and_then(AccountKind::sign) {
        Some(sign) => format!("{sign} {account}"),
        None => account,
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
