//! What a list is based on, in full: the small print. Pure.

use crate::bot::list::certainty::doubts;
use crate::bot::list::page::ResultPage;
use crate::bot::view::{View, requests, took};
use crate::locales::{About, Locale, Markup, Whole};
use crate::model::{Cost, Crawl, ListEnd, Ranking};

/// Returns paragraphs of HTML: how the list is ordered, what may be wrong with it, whose lists were read, and what that
/// took. Pages after the first have the first of these alone.
pub(super) fn small_print(
    locale: &Locale,
    view: &View,
    crawl: &Crawl,
    ranking: &Ranking,
    page: &ResultPage<'_>,
) -> Vec<String> {
    let mut sentences = order(locale, ranking);
    let last = page.rows.last().map_or(0, |(place, _)| *place);
    sentences.extend(doubts(locale, ranking, crawl.candidates, last));
    let mut paragraphs = vec![sentences.join(" ")];
    if page.page == 0 {
        let mut read = basis(locale, view, crawl, ranking);
        read.extend(effort(locale, view, crawl, ranking));
        paragraphs.push(read.join(" "));
    }
    paragraphs
}

/// Returns how the list is ordered, and where sizes are missing.
fn order(locale: &Locale, ranking: &Ranking) -> Vec<String> {
    let (measure, all) = (ranking.measure, ranking.rows.len());
    let (name, meaning) = (locale.measure(measure), locale.meaning(measure));
    let mut sentences = vec![locale.ordered_by(Markup(&name), Markup(&meaning))];
    let unsized_rows = ranking.rows.iter().filter(|row| row.followers.is_none());
    match unsized_rows.count() {
        0 => {}
        count if count == all => sentences.push(locale.sizes_untold()),
        count => sentences.push(locale.some_sizes_untold(Whole(count as u64))),
    }
    sentences
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

/// Returns why the search ended where it did, if not by itself, and what it took.
fn effort(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking) -> Vec<String> {
    let mut effort = Vec::new();
    if let Some(quote) = view.quote.as_ref().filter(|_| crawl.capped) {
        effort.push(locale.cost_was_enough(quote.limit));
    } else if crawl.full {
        effort.push(locale.stored_enough());
    } else if !crawl.forced.is_empty() {
        effort.push(locale.hurried());
    }
    effort.push(locale.effort(Whole(requests(crawl)), took(crawl)));
    if ranking.saved > 0 {
        effort.push(locale.saved(Whole(ranking.saved)));
    }
    let spent = view.quote.as_ref().map(|quote| quote.spent);
    let spent = spent.filter(|spent| *spent > Cost(0));
    effort.extend(spent.map(|spent| locale.cost_in_all(About(spent))));
    effort
}
