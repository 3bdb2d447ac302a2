//! Why an account is in a list: what it is, how many of the target's followers follow it, and some of them by name.
//! Pure.

use crate::bot::list::{account_of, share_of};
use crate::bot::view::View;
use crate::locales::{Locale, Markup, Who, printable};
use crate::model::{Handle, Ranking};

/// The most characters of an account's bio.
const BIO: usize = 500;

/// `place` is its position in the stored list, from 0; its place in the shown one depends on the order.
pub(super) fn message(
    locale: &Locale,
    view: &View,
    ranking: &Ranking,
    place: usize,
    examples: &[Handle],
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let Some(row) = ranking.rows.get(place) else {
        return locale.result_is_gone(view.who());
    };
    let mut lines = vec![account_of(locale, row, link)];
    let bio: String = printable(&row.bio).chars().take(BIO).collect();
    if !bio.is_empty() {
        lines.push(locale.about_bio(&bio));
    }
    lines.push(locale.about_share(view.who()));
    lines.push(share_of(locale, ranking, row));
    let names = examples.iter().map(|handle| {
        let link = link(handle);
        locale.name(Who {
            handle: &handle.0,
            link: link.as_deref(),
        })
    });
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        lines.push(locale.about_examples(Markup(&names.join(", "))));
    }
    lines.join("\n\n")
}
