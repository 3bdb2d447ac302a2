//! The ranked list as a message. Pure.

use crate::bot::bubble::took;
use crate::bot::view::View;
use crate::locales::{Count, Locale, Markup, Percent, Who, Whole, printable};
use crate::measures;
use crate::model::{AnalysisId, Button, Crawl, Handle, ListEnd, Press, Ranking, Similar};
use crate::sampling::{Interval, REPORTED, TOP, USUAL, share};

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
        .map(|(row, place)| line(locale, ranking, row, place, link(&row.handle).as_deref()))
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

/// A button for each measure; the one that the list is by is marked.
pub(super) fn measures(locale: &Locale, id: AnalysisId, ranking: &Ranking) -> Vec<Button> {
    let buttons = measures::ALL.iter().zip(0..).map(|(measure, place)| {
        let name = measure_name(locale, measure.name());
        Button {
            label: match measure.name() == ranking.measure {
                true => locale.button_chosen(&name),
                false => name,
            },
            press: Press::Measure(id, place),
        }
    });
    buttons.collect()
}

/// A measure as people call it.
pub(super) fn measure_name(locale: &Locale, measure: &str) -> String {
    match measure {
        "niche" => locale.measure_niche(),
        "big-names" => locale.measure_big_names(),
        "count" => locale.measure_count(),
        _ => locale.measure_peers(),
    }
}

fn line(
    locale: &Locale,
    ranking: &Ranking,
    row: &Similar,
    place: u64,
    link: Option<&str>,
) -> String {
    let who = Who {
        handle: &row.handle.0,
        link,
    };
    let (place, followers) = (Whole(place), Count(row.followers));
    let account = match printable(&row.name).is_empty() {
        true => locale.row_unnamed(place, who, followers),
        false => locale.row(place, &row.name, who, followers),
    };
    let (shared, read) = (Whole(row.shared), Whole(ranking.sample.read));
    let Interval { low, high } = share(&ranking.sample, &row.tally(), USUAL);
    let part = Percent(row.tally().share(&ranking.sample));
    let mut basis = match row.confirmed {
        Some(all) => locale.row_share_confirmed(Whole(all), Whole(ranking.sample.listed), part),
        None if low < high => locale.row_share(shared, read, part, Percent(low), Percent(high)),
        None => locale.row_share_of_all(shared, read, part),
    };
    if row.sure && ranking.is_sample() {
        basis = format!("{basis} {}", locale.row_sure());
    }
    format!("{account}\n{basis}")
}

fn footer(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking, hidden: usize) -> String {
    let all = ranking.rows.len();
    let mut sentences = Vec::new();
    if hidden > 0 {
        sentences.push(locale.more_in_the_file(Whole((all - hidden) as u64), Whole(all as u64)));
    }
    if all < SHORT {
        sentences.push(locale.short_list(Whole(all as u64)));
    }
    sentences.push(match ranking.measure.as_str() {
        "niche" => locale.by_niche(),
        "big-names" => locale.by_big_names(),
        "count" => locale.by_count(),
        _ => locale.by_peers(),
    });
    sentences.extend(certainty(locale, ranking));
    let mut effort = locale.effort(Whole(ranking.requests), took(crawl));
    if ranking.saved > 0 {
        effort = format!("{effort} {}", locale.saved(Whole(ranking.saved)));
    }
    if let Some(bill) = view.bill.as_ref().filter(|_| crawl.capped) {
        effort = format!("{} {effort}", locale.cost_was_enough(bill.most));
    } else if !crawl.forced.is_empty() {
        effort = format!("{} {effort}", locale.hurried());
    }
    let basis = basis(locale, view, crawl, ranking).join(" ");
    format!("{}\n\n{basis} {effort}", sentences.join(" "))
}

/// How sure the first places are.
fn certainty(locale: &Locale, ranking: &Ranking) -> Vec<String> {
    let mut sentences = Vec::new();
    let compared = Whole(ranking.rows.len() as u64);
    sentences.extend((ranking.undecided > 0).then(|| locale.among_the_looked_up(compared)));
    if ranking.is_preliminary() {
        sentences.push(locale.preliminary());
    } else if ranking.is_sample() && ranking.rows.iter().any(|row| row.sure) {
        sentences.push(locale.sure(Whole(TOP as u64)));
    }
    let confirmed = ranking.rows.iter().filter(|row| row.confirmed.is_some());
    match confirmed.count() {
        0 => {}
        count => sentences.push(locale.confirmed(Whole(count as u64))),
    }
    if ranking.precision > 0.0 && ranking.precision < 1.0 {
        let reported = Whole(REPORTED as u64);
        sentences.push(locale.precision(reported, Percent(ranking.precision)));
    }
    sentences
}

/// Whose followers were listed and read, and whose not.
fn basis(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking) -> Vec<String> {
    let followers = &ranking.followers;
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
            followers.skipped,
            locale.unread_skipped(Whole(followers.skipped)),
        ),
        (
            followers.given_up,
            locale.unread_failed(Whole(followers.given_up)),
        ),
    ]
    .into_iter()
    .filter_map(|(count, text)| (count > 0).then_some(text))
    .collect();
    let (read, tried) = (Whole(followers.read), Whole(followers.settled()));
    let others = others.join(", ");
    let read = match (followers.settled() < followers.listed, others.is_empty()) {
        (false, true) => locale.lists_read(read),
        (false, false) => locale.lists_read_partly(read, Markup(&others)),
        (true, true) => locale.sampled(tried),
        (true, false) => locale.sampled_partly(tried, read, Markup(&others)),
    };
    let mut basis = vec![listed, read];
    if followers.broken_off > 0 {
        basis.push(locale.lists_broken_off(Whole(followers.broken_off)));
    }
    if crawl.profiles_missing > 0 {
        basis.push(locale.profiles_missing(Whole(crawl.profiles_missing.into())));
    }
    basis
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
