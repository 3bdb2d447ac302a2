//! A result as people see it: the ranked list as a message, one page at a time, and its buttons. Pure.

mod basis;
mod buttons;
mod certainty;
mod page;
mod row;
pub(crate) mod stored;

use crate::bot::content::MessageContent;
use crate::bot::view::View;
use crate::locales::{Locale, Markup};
use crate::model::{AccountId, Button, Crawl, Handle, ListView, Ranking};

use basis::small_print;
use certainty::how_sure;
use page::ResultPage;

pub(crate) use row::{account_of, row_of, score_of};

/// The longest message in UTF-16 units without tags, as Telegram counts.
pub(crate) const LONGEST: usize = 4096;

/// The buttons that make a list better, as far as they are offered below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Improvements {
    /// Reads more followers.
    pub(crate) deeper: Option<Button>,
    /// Fetches the profiles that the list lacks.
    pub(crate) complete: Option<Button>,
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
    MessageContent {
        html: message(locale, view, (crawl, ranking), &page, &better, link),
        buttons: buttons::buttons(locale, view.analysis.id, order, &page, shown, better),
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
    page: &ResultPage<'_>,
    better: &Improvements,
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let heading = locale.results(view.who(), &view.network);
    if page.rows.is_empty() {
        return format!("{heading}\n\n{}", locale.nothing_left());
    }
    let target = crawl.own_name().shown();
    let rows = page.rows.iter().map(|(place, row)| {
        let account = row_of(locale, row, *place, &link);
        format!("{account}\n{}", score_of(locale, ranking, row, &target))
    });
    let small_print = small_print(locale, view, crawl, ranking, page).join("\n");
    let mut footer = locale.small_print(Markup(&small_print));
    if page.page == 0 {
        let how_sure = how_sure(locale, ranking, better);
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
