//! The ranked list as a message. Pure.

use crate::bot::bubble::{requests, took};
use crate::bot::view::View;
use crate::locales::{Count, Locale, Markup, Who, Whole, printable};
use crate::model::{Crawl, Handle, ListEnd, Ranking, Similar};

/// Accounts in the message; the file has all.
const SHOWN: usize = 20;

/// Lists that are shorter than this need a word of caution.
const SHORT: usize = 20;

/// UTF-16 units of a message after its tags are read, as Telegram counts.
const LONGEST: usize = 4096;

/// The list and what it rests on. As many rows as fit.
pub(super) fn message(
    locale: &Locale,
    view: &View,
    crawl: &Crawl,
    ranking: &Ranking,
    link: impl Fn(&Handle) -> Option<String>,
) -> String {
    let heading = locale.results(view.who());
    let all = ranking.rows.len();
    let rows: Vec<String> = ranking
        .rows
        .iter()
        .take(SHOWN)
        .zip(1..)
        .map(|(row, place)| line(locale, crawl, row, place, link(&row.handle).as_deref()))
        .collect();
    // At its longest the footer tells that nearly all rows are in the file only.
    let longest = footer(locale, view, crawl, ranking, all.saturating_sub(1));
    let frame = visible_length(&heading) + visible_length(&longest);
    let mut room = LONGEST.saturating_sub(frame + 2 * "\n\n".len());
    let mut shown = 0;
    for row in &rows {
        let length = visible_length(row) + 1;
        if length > room {
            break;
        }
        room -= length;
        shown += 1;
    }
    let rows: Vec<String> = rows.into_iter().take(shown).collect();
    let footer = footer(locale, view, crawl, ranking, all - shown);
    format!("{heading}\n\n{}\n\n{footer}", rows.join("\n"))
}

fn line(locale: &Locale, crawl: &Crawl, row: &Similar, place: u64, link: Option<&str>) -> String {
    let who = Who {
        handle: &row.handle.0,
        link,
    };
    let (place, followers) = (Whole(place), Count(row.followers));
    let (shared, read) = (Whole(row.shared), Whole(crawl.followers.read));
    if printable(&row.name).is_empty() {
        return locale.row_unnamed(place, who, followers, shared, read);
    }
    locale.row(place, &row.name, who, followers, shared, read)
}

fn footer(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking, hidden: usize) -> String {
    let all = ranking.rows.len();
    let followers = &crawl.followers;
    let mut sentences = Vec::new();
    if hidden > 0 {
        sentences.push(locale.more_in_the_file(Whole((all - hidden) as u64), Whole(all as u64)));
    }
    if all < SHORT {
        sentences.push(locale.short_list(Whole(all as u64)));
    }
    let measure = match ranking.measure.as_str() {
        "jaccard" => Some(locale.by_shared_part()),
        "cosine" => Some(locale.by_angle()),
        "count" => Some(locale.by_count()),
        _ => None,
    };
    sentences.extend(measure);
    let (listed, total) = (Whole(followers.listed), Whole(crawl.followers_total()));
    let listed = match followers.end {
        Some(ListEnd::Capped) => locale.listed_newest(listed, total),
        Some(ListEnd::Partial) => locale.listed_partly(listed, total, &view.network),
        _ if listed == total => locale.listed_all(listed),
        _ => locale.listed(listed, total),
    };
    let others: Vec<String> = [
        (
            followers.private,
            locale.unread_private(Whole(followers.private)),
        ),
        (followers.gone, locale.unread_gone(Whole(followers.gone))),
        (
            followers.given_up,
            locale.unread_failed(Whole(followers.given_up)),
        ),
    ]
    .into_iter()
    .filter_map(|(count, text)| (count > 0).then_some(text))
    .collect();
    let read = Whole(followers.read);
    let read = if others.is_empty() {
        locale.lists_read(read)
    } else {
        locale.lists_read_partly(read, Markup(&others.join(", ")))
    };
    let mut basis = vec![listed, read];
    if followers.broken_off > 0 {
        basis.push(locale.lists_broken_off(Whole(followers.broken_off)));
    }
    if crawl.profiles_missing > 0 {
        let (missing, candidates) = (crawl.profiles_missing, crawl.candidates);
        basis.push(locale.profiles_missing(Whole(missing.into()), Whole(candidates.into())));
    }
    let basis = basis.join(" ");
    let mut effort = locale.effort(Whole(requests(crawl)), took(crawl));
    if !crawl.forced.is_empty() {
        effort = format!("{} {effort}", locale.hurried());
    }
    format!("{}\n\n{basis} {effort}", sentences.join(" "))
}

/// UTF-16 units of what a reader sees: tags count nothing, an escaped character one.
fn visible_length(html: &str) -> usize {
    let mut length = 0;
    let mut rest = html.chars();
    while let Some(c) = rest.next() {
        match c {
            '<' => drop(rest.by_ref().find(|c| *c == '>')),
            '&' => {
                rest.by_ref().find(|c| *c == ';');
                length += 1;
            }
            other => length += other.len_utf16(),
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_not_counted_and_pictures_count_twice() {
        assert_eq!(visible_length("<b>a&amp;b</b> <a href=\"x\">🎨</a>"), 6);
    }
}
