//! A result as people see it: the ranked list as a message, one page at a time, and its buttons. Pure.

mod basis;
mod buttons;
mod certainty;
mod page;
mod row;
pub(crate) mod stored;

use std::time::Duration;

use crate::bot::content::MessageContent;
use crate::bot::view::View;
use crate::locales::{Ago, Locale, Markup, Whole};
use crate::model::{AccountId, Button, Crawl, Handle, Kinds, ListView, Outcome, Ranking};

use basis::small_print;
use certainty::{how_sure, how_sure_so_far};
use page::ResultPage;

pub(crate) use row::{account_of, row_of, score_of};

/// The longest message in UTF-16 units without tags, as Telegram counts.
pub(crate) const LONGEST: usize = 4096;

/// From here on people may want a newer list.
const OLD: Duration = Duration::from_secs(24 * 3600);

/// The buttons that make a list better, as far as they are offered below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Improvements {
    /// Fetches the profiles that the list lacks.
    pub(crate) complete: Option<Button>,
    /// Reads more followers.
    pub(crate) deeper: Option<Button>,
    /// Reads all anew.
    pub(crate) refresh: Option<Button>,
}

/// Returns a view of the list with its buttons. `order` is that of the stored list.
pub(crate) fn content(
    locale: &Locale,
    view: &View,
    (crawl, ranking): (&Crawl, &Ranking),
    order: &[AccountId],
    shown: ListView,
    better: Improvements,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> MessageContent {
    let page = ResultPage::of(ranking, &shown);
    let is_finished = view.analysis.outcome.is_some();
    MessageContent {
        html: message(
            locale,
            view,
            (crawl, ranking),
            (&page, shown.kinds),
            &better,
            link,
        ),
        buttons: buttons::buttons(
            locale,
            view.analysis.id,
            order,
            &page,
            shown,
            (is_finished, better),
        ),
    }
}

/// Returns how sure the whole list is, and what it is based on: paragraphs of HTML.
pub(crate) fn basis_of(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking) -> String {
    let small_print = small_print(locale, view, crawl, ranking, &ResultPage::whole(ranking));
    [how_sure(locale, ranking, &Improvements::default())]
        .into_iter()
        .chain(small_print)
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Returns a page of the list, on the first with how sure it is. As many rows as fit.
fn message(
    locale: &Locale,
    view: &View,
    (crawl, ranking): (&Crawl, &Ranking),
    (page, kinds): (&ResultPage<'_>, Kinds),
    better: &Improvements,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let mut heading = heading(locale, view, ranking);
    if page.rows.is_empty() {
        return format!("{heading}\n\n{}", locale.nothing_left());
    }
    if let Some(left_out) = left_out(locale, page, kinds) {
        heading = format!("{heading}\n{left_out}");
    }
    let target = crawl.own_name().shown();
    let rows = page.rows.iter().map(|(place, row)| {
        let account = row_of(locale, row, *place, kinds, &link);
        format!("{account}\n{}", score_of(locale, ranking, row, &target))
    });
    let small_print = small_print(locale, view, crawl, ranking, page).join("\n");
    let mut footer = locale.small_print(Markup(&small_print));
    if page.page == 0 {
        let how_sure = match view.analysis.outcome {
            Some(_) => how_sure(locale, ranking, better),
            None => how_sure_so_far(locale, ranking),
        };
        footer = format!("{how_sure}\n\n{footer}");
    }
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

/// Returns whose list it is, and how old if that matters.
fn heading(locale: &Locale, view: &View, ranking: &Ranking) -> String {
    let (who, network) = (view.who(), &view.network);
    let heading = match view.analysis.outcome {
        None => locale.results_so_far(who, network),
        Some(_) => locale.results(who, network),
    };
    match age(view, ranking) {
        Some(age) => format!("{heading}\n{}", locale.as_of(Ago(age))),
        None => heading,
    }
}

/// Returns what the filter shows, and how many it leaves out; `None` if that is nobody.
fn left_out(locale: &Locale, page: &ResultPage<'_>, kinds: Kinds) -> Option<String> {
    let count = Whole(page.left_out as u64);
    let all = Whole((page.shown + page.left_out) as u64);
    match kinds {
        Kinds::People => Some(locale.people_only(count, all)),
        Kinds::Organisations => Some(locale.organisations_only(count, all)),
        Kinds::All => (page.left_out > 0).then(|| locale.left_out(count, all)),
    }
}

/// Returns the age of a list that was there before it was asked for, or was sent long ago.
pub(crate) fn age(view: &View, ranking: &Ranking) -> Option<Duration> {
    let age = (view.now - ranking.made_at).to_std().unwrap_or_default();
    let was_there = matches!(
        view.analysis.outcome,
        Some(Outcome::Delivered { made_at: Some(_) })
    );
    (was_there || age >= OLD).then_some(age)
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
