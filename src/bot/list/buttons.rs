//! The buttons below a list: its accounts, pages, orders, filters, and files of the whole list. Pure.

use crate::bot::list::Improvements;
use crate::bot::list::page::ResultPage;
use crate::bot::paging::page_buttons;
use crate::bot::progress::buttons::costing;
use crate::bot::view::View;
use crate::locales::{Locale, Size};
use crate::measures;
use crate::model::{
    AccountId, AnalysisId, Button, Control, Cost, FileKind, Kinds, ListView, Panel, Press, SIZES,
};

/// Returns the buttons. `order` is that of the stored list, whose positions name the accounts.
pub(super) fn buttons(
    locale: &Locale,
    id: AnalysisId,
    order: &[AccountId],
    page: &ResultPage<'_>,
    shown: ListView,
    (is_finished, better): (bool, Improvements),
) -> Vec<Button> {
    let shown = ListView {
        page: page.page,
        ..shown
    };
    match shown.panel {
        Panel::Rows => rows(locale, id, page, shown, (is_finished, better)),
        Panel::Details => details(locale, id, order, page, shown),
        Panel::Order => orders(locale, id, shown),
        Panel::Filter => filter(locale, id, shown),
        Panel::Files => files(locale, id, shown),
    }
}

fn rows(
    locale: &Locale,
    id: AnalysisId,
    page: &ResultPage<'_>,
    shown: ListView,
    (is_finished, better): (bool, Improvements),
) -> Vec<Button> {
    let mut buttons = page_buttons(locale, page.page, page.pages, |page| {
        Press::List(id, Control::Page, ListView { page, ..shown })
    });
    let panel = |label, panel| Button {
        label,
        press: Press::List(id, Control::Panel, ListView { panel, ..shown }),
    };
    let order = locale.button_order(&locale.measure(shown.measure));
    let filter = match shown.is_filtered() {
        true => locale.button_chosen(&locale.button_filter()),
        false => locale.button_filter(),
    };
    buttons.extend([
        panel(locale.button_details(), Panel::Details),
        panel(order, Panel::Order),
        panel(filter, Panel::Filter),
        panel(locale.button_files(), Panel::Files),
    ]);
    // Nothing is made of a list that still grows.
    if is_finished {
        let others = [
            (locale.button_share(), Press::Share(id)),
            (locale.button_watch_this(), Press::Watch(id)),
            (locale.button_compare(), Press::CompareWith(id)),
        ];
        buttons.extend(others.map(|(label, press)| Button { label, press }));
    }
    buttons.extend(better.refresh);
    buttons.extend(better.complete.or(better.deeper));
    buttons
}

/// A button for each account of the page.
fn details(
    locale: &Locale,
    id: AnalysisId,
    order: &[AccountId],
    page: &ResultPage<'_>,
    shown: ListView,
) -> Vec<Button> {
    let mut buttons = Vec::new();
    for (place, row) in &page.rows {
        let stored = order.iter().position(|account| *account == row.id);
        let stored = stored.and_then(|stored| u16::try_from(stored).ok());
        buttons.extend(stored.map(|stored| Button {
            label: place.to_string(),
            press: Press::About(id, stored),
        }));
    }
    buttons.push(back(locale, id, shown));
    buttons
}

/// A button for each order, which shows the list in it.
fn orders(locale: &Locale, id: AnalysisId, shown: ListView) -> Vec<Button> {
    let orders = measures::ALL.iter().map(|measure| {
        let measure = measure.name();
        let wanted = ListView {
            measure,
            page: 0,
            panel: Panel::Rows,
            ..shown
        };
        let press = Press::List(id, Control::Measure, wanted);
        chosen_if(
            locale,
            measure == shown.measure,
            locale.measure(measure),
            press,
        )
    });
    orders.chain([back(locale, id, shown)]).collect()
}

fn filter(locale: &Locale, id: AnalysisId, shown: ListView) -> Vec<Button> {
    let shown = ListView { page: 0, ..shown };
    let least = sizes(
        locale,
        shown.at_least,
        locale.button_no_minimum(),
        |size| locale.button_at_least(size),
        |at_least| Press::List(id, Control::AtLeast, shown.with_at_least(at_least)),
    );
    let most = sizes(
        locale,
        shown.at_most,
        locale.button_no_maximum(),
        |size| locale.button_at_most(size),
        |at_most| Press::List(id, Control::AtMost, shown.with_at_most(at_most)),
    );
    let unverified = ListView {
        unverified: !shown.unverified,
        ..shown
    };
    let press = Press::List(id, Control::Verified, unverified);
    let verified = chosen_if(locale, shown.unverified, locale.button_unverified(), press);
    let kinds = Kinds::EACH.map(|kinds| {
        let press = Press::List(id, Control::Kinds, ListView { kinds, ..shown });
        chosen_if(locale, kinds == shown.kinds, locale.kinds(kinds), press)
    });
    let others = [verified, back(locale, id, shown)];
    let sizes = least.into_iter().chain(most);
    kinds.into_iter().chain(sizes).chain(others).collect()
}

/// Returns a button for any size, and one for each size.
fn sizes(
    locale: &Locale,
    chosen: u8,
    any: String,
    label: impl Fn(Size) -> String,
    press: impl Fn(u8) -> Press,
) -> Vec<Button> {
    let sizes = [None].into_iter().chain(SIZES.map(Some));
    let buttons = (0..).zip(sizes).map(|(place, size)| {
        let label = size.map_or_else(|| any.clone(), |size| label(Size(size)));
        chosen_if(locale, place == chosen, label, press(place))
    });
    buttons.collect()
}

fn files(locale: &Locale, id: AnalysisId, shown: ListView) -> Vec<Button> {
    let kinds = [
        (FileKind::Page, locale.button_web_page()),
        (FileKind::Xlsx, "Excel".to_owned()),
        (FileKind::Csv, "CSV".to_owned()),
        (FileKind::Json, "JSON".to_owned()),
    ];
    let kinds = kinds.map(|(kind, label)| Button {
        label,
        press: Press::File(id, kind, shown.measure),
    });
    let picture = Button {
        label: locale.button_picture(),
        press: Press::Picture(id),
    };
    let back = back(locale, id, shown);
    kinds.into_iter().chain([picture, back]).collect()
}

fn back(locale: &Locale, id: AnalysisId, shown: ListView) -> Button {
    let panel = Panel::Rows;
    Button {
        label: locale.button_back(),
        press: Press::List(id, Control::Panel, ListView { panel, ..shown }),
    }
}

fn chosen_if(locale: &Locale, is_chosen: bool, label: String, press: Press) -> Button {
    Button {
        label: match is_chosen {
            true => locale.button_chosen(&label),
            false => label,
        },
        press,
    }
}

/// Returns the button below a list that lacks profiles in its current order.
pub(super) fn complete(
    locale: &Locale,
    view: &View,
    shown: ListView,
    cost: Option<Cost>,
) -> Button {
    let label = locale.button_complete();
    Button {
        label: match cost {
            Some(cost) => costing(locale, &label, cost),
            None => label,
        },
        press: Press::Complete(view.analysis.id, shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales::default;
    use crate::model::example;

    #[test]
    fn a_list_has_at_most_twelve_buttons_and_offers_one_thing_that_makes_it_better() {
        let rows = (1..=30).map(|number| example::row(&format!("bob{number}")));
        let ranking = example::ranking(rows.collect(), 1_000, 900, 200);
        let button = |label: &str| Button {
            label: label.to_owned(),
            press: Press::CancelAll,
        };
        let better = Improvements {
            complete: Some(button("The rest")),
            deeper: Some(button("Deeper")),
            refresh: Some(button("Refresh")),
        };
        let shown = ListView {
            page: 1,
            ..ListView::default()
        };
        let page = ResultPage::of(&ranking, &shown);
        let labels = |is_finished| -> Vec<String> {
            let id = AnalysisId(1);
            let better = (is_finished, better.clone());
            let buttons = buttons(default(), id, &[], &page, shown, better);
            buttons.into_iter().map(|button| button.label).collect()
        };
        let all = labels(true);
        assert_eq!(all.len(), 12, "{all:?}");
        assert_eq!(all.last().map(String::as_str), Some("The rest"));
        let growing = labels(false);
        assert!(!growing.contains(&"Share".to_owned()), "{growing:?}");
    }
}
