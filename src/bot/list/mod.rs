//! A result as people see it: the ranked list as a message, one page at a time, and its buttons. Pure.

mod buttons;
mod certainty;
mod page;
pub(crate) mod stored;

use crate::bot::content::MessageContent;
use crate::bot::view::View;
use crate::bot::view::{requests, took};
use crate::locales::{Count, Locale, Markup, Percent, Who, Whole, printable};
use crate::model::{
    AccountId, Crawl, Handle, ListEnd, ListView, MeasureName, Ranking, Sample, Similar,
};

use certainty::{beyond_the_first, certainty};
use page::ResultPage;

/// Shorter lists need a warning.
const SHORT: usize = 20;

/// The longest message in UTF-16 units without tags, as Telegram counts.
pub(crate) const LONGEST: usize = 4096;

/// Returns a view of the list with its buttons. `order` is that of the stored list.
pub(crate) fn content(
    locale: &Locale,
    view: &View,
    crawl: &Crawl,
    ranking: &Ranking,
    order: &[AccountId],
    shown: ListView,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> MessageContent {
    let page = ResultPage::of(ranking, &shown);
    MessageContent {
        html: message(locale, view, crawl, ranking, &page, link),
        buttons: buttons::buttons(locale, view.analysis.id, order, &page, shown),
    }
}

/// Returns what the whole list is based on, and how certain it is: paragraphs of HTML.
pub(crate) fn basis_of(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking) -> String {
    footer(locale, view, crawl, ranking, &ResultPage::whole(ranking))
}

/// Returns a page of the list, on the first with what it is based on. As many rows as fit.
fn message(
    locale: &Locale,
    view: &View,
    crawl: &Crawl,
    ranking: &Ranking,
    page: &ResultPage<'_>,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let heading = locale.results(view.who());
    if page.rows.is_empty() {
        return format!("{heading}\n\n{}", locale.nothing_left());
    }
    let rows = page.rows.iter().map(|(place, row)| {
        let account = row_of(locale, row, *place, &link);
        format!("{account}\n{}", share_of(locale, ranking, row))
    });
    let footer = match page.page {
        0 => footer(locale, view, crawl, ranking, page),
        _ => sentences(locale, crawl, ranking, page).join(" "),
    };
    let frame = visible_length(&heading) + visible_length(&footer);
    let mut room = LONGEST.saturating_sub(frame + 2 * "\n\n".len());
    let rows = rows.take_while(|row| {
        let length = visible_length(row) + 1;
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    let rows: Vec<String> = rows.collect();
    format!("{heading}\n\n{}\n\n{footer}", rows.join("\n"))
}

/// Returns the everyday name of a measure.
pub(crate) fn measure_name(locale: &Locale, measure: MeasureName) -> String {
    match measure {
        MeasureName::Niche => locale.measure_niche(),
        MeasureName::BigNames => locale.measure_big_names(),
        MeasureName::Count => locale.measure_count(),
        MeasureName::Peers => locale.measure_peers(),
    }
}

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

/// Returns how many of the followers follow an account, and what that is based on.
pub(crate) fn share_of(locale: &Locale, ranking: &Ranking, row: &Similar) -> String {
    let Sample { listed, read, .. } = ranking.sample;
    let part = Percent(row.tally().share(&ranking.sample));
    let mut basis = match row.confirmed {
        Some(all) => locale.row_share_confirmed(Whole(all), Whole(listed), part),
        None if read < listed => locale.row_share(Whole(row.shared), Whole(read), part),
        None => locale.row_share_of_all(Whole(row.shared), Whole(read), part),
    };
    if row.sure && ranking.is_sample() {
        basis = format!("{basis} {}", locale.row_sure());
    }
    basis
}

/// Returns what part of the list this page is, and how the list is ordered.
fn sentences(
    locale: &Locale,
    crawl: &Crawl,
    ranking: &Ranking,
    page: &ResultPage<'_>,
) -> Vec<String> {
    let all = ranking.rows.len();
    let mut sentences = Vec::new();
    if page.left_out > 0 {
        sentences.push(locale.left_out(Whole(page.left_out as u64), Whole(all as u64)));
    }
    if all < SHORT {
        sentences.push(locale.short_list(Whole(all as u64)));
    }
    let unsized_rows = ranking.rows.iter().filter(|row| row.followers.is_none());
    match unsized_rows.count() {
        0 => {}
        count if count == all => sentences.push(locale.sizes_untold()),
        count => sentences.push(locale.some_sizes_untold(Whole(count as u64))),
    }
    sentences.push(match ranking.measure {
        MeasureName::Niche => locale.by_niche(),
        MeasureName::BigNames => locale.by_big_names(),
        MeasureName::Count => locale.by_count(),
        MeasureName::Peers => locale.by_peers(),
    });
    let last = page.rows.last().map_or(0, |(place, _)| *place);
    sentences.extend(beyond_the_first(locale, ranking, crawl.candidates, last));
    sentences
}

fn footer(
    locale: &Locale,
    view: &View,
    crawl: &Crawl,
    ranking: &Ranking,
    page: &ResultPage<'_>,
) -> String {
    let mut sentences = sentences(locale, crawl, ranking, page);
    sentences.extend(certainty(locale, ranking));
    let mut effort = locale.effort(Whole(requests(crawl)), took(crawl));
    if ranking.saved > 0 {
        effort = format!("{effort} {}", locale.saved(Whole(ranking.saved)));
    }
    if let Some(quote) = view.quote.as_ref().filter(|_| crawl.capped) {
        effort = format!("{} {effort}", locale.cost_was_enough(quote.limit));
    } else if crawl.full {
        effort = format!("{} {effort}", locale.stored_enough());
    } else if !crawl.forced.is_empty() {
        effort = format!("{} {effort}", locale.hurried());
    }
    let basis = basis(locale, view, crawl, ranking).join(" ");
    format!("{}\n\n{basis} {effort}", sentences.join(" "))
}

/// Returns whose followers were listed and read, and whose were not.
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

/// Returns the UTF-16 units that a reader sees: tags count 0, an escaped character 1.
pub(crate) fn visible_length(html: &str) -> usize {
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
