//! Why an account stands in a list: what it is, and who of the target's followers follow it. Pure.

use crate::bot::result::share_of;
use crate::bot::view::View;
use crate::locales::{Count, Locale, Who, Whole, printable};
use crate::model::{Ranking, Similar};

/// Letters of what an account says of itself.
const BIO: usize = 500;

pub(super) fn message(
    locale: &Locale,
    view: &View,
    ranking: &Ranking,
    place: u64,
    row: &Similar,
    link: Option<&str>,
) -> String {
    let who = Who {
        handle: &row.handle.0,
        link,
    };
    let (place, followers) = (Whole(place), Count(row.followers));
    let mut lines = vec![match printable(&row.name).is_empty() {
        true => locale.row_unnamed(place, who, followers),
        false => locale.row(place, &row.name, who, followers),
    }];
    let bio: String = printable(&row.bio).chars().take(BIO).collect();
    if !bio.is_empty() {
        lines.push(locale.about_bio(&bio));
    }
    lines.push(locale.about_share(view.who()));
    lines.push(share_of(locale, ranking, row));
    lines.join("\n\n")
}
