//! What can be pressed under the message of an analysis. Pure.

use crate::bot::bill::Bill;
use crate::bot::view::{View, depth_name, title};
use crate::locales::Locale;
use crate::model::{Button, Cost, Depth, NetworkName, Press, Status};

/// While it is under way.
pub(super) fn under_way(locale: &Locale, view: &View) -> Vec<Button> {
    let id = view.analysis.id;
    let crawl = view.crawl.as_ref();
    let mut buttons = Vec::new();
    if crawl.is_some_and(|crawl| crawl.status == Status::Asking) {
        buttons.extend(offers(locale, view));
    } else if let Some(crawl) = crawl.filter(|crawl| crawl.reached.is_some()) {
        buttons.push(Button {
            label: locale.button_enough(),
            press: Press::Enough(id),
        });
        let deeper = crawl.deeper_than(view.analysis.depth);
        buttons.extend(deeper.map(|depth| Button {
            label: with_cost(locale, view, locale.button_deeper(), depth),
            press: Press::Deeper(id, depth as u8),
        }));
    }
    buttons.push(Button {
        label: locale.button_cancel(),
        press: Press::Cancel(id),
    });
    // Who looks at a list has meant this account.
    if crawl.is_none_or(|crawl| crawl.reached.is_none()) {
        buttons.extend(elsewhere(locale, view));
    }
    buttons
}

/// How deep it can go for how much.
fn offers(locale: &Locale, view: &View) -> Vec<Button> {
    let affordable = view.bill.iter().flat_map(Bill::affordable);
    let button = |(depth, cost): (Depth, Cost)| Button {
        label: locale.button_start(&depth_name(locale, depth), cost),
        press: Press::Start(view.analysis.id, depth as u8),
    };
    affordable.map(button).collect()
}

/// Where the same is under way less deep than is wished, and going so deep has to be agreed to.
pub(super) fn deeper_there(locale: &Locale, view: &View) -> Option<Button> {
    let (other, wished) = (view.other.as_ref()?, view.analysis.depth);
    let mut offers = other.bill.iter().flat_map(Bill::affordable);
    let (depth, cost) = offers.find(|(depth, _)| *depth == wished)?;
    (depth > other.analysis.depth).then(|| Button {
        label: locale.button_start(&depth_name(locale, depth), cost),
        press: Press::Start(other.analysis.id, depth as u8),
    })
}

/// A label that says what it costs to go so deep, where it costs anything.
fn with_cost(locale: &Locale, view: &View, label: String, depth: Depth) -> String {
    match view.bill.as_ref().and_then(|bill| bill.to(depth)) {
        Some(cost) => locale.button_costs(&label, cost),
        None => label,
    }
}

/// The account of the same name on other networks.
pub(super) fn elsewhere(locale: &Locale, view: &View) -> Vec<Button> {
    let others = view.analysis.others.iter().zip(0..);
    let button = |((network, _), place): (&(NetworkName, _), u8)| Button {
        label: locale.button_elsewhere(&title(network)),
        press: Press::Elsewhere(view.analysis.id, place),
    };
    others.map(button).collect()
}

/// Where more can be read for a result, and nobody is at it yet.
pub(super) fn deeper(locale: &Locale, view: &View) -> Option<Button> {
    let crawl = view.crawl.as_ref()?;
    let depth = crawl.deeper()?;
    let offered = !view.superseded && !crawl.is_live();
    offered.then(|| Button {
        label: with_cost(locale, view, locale.button_deeper(), depth),
        press: Press::Deeper(view.analysis.id, depth as u8),
    })
}

pub(super) fn refresh(locale: &Locale, view: &View) -> Vec<Button> {
    if view.superseded {
        return Vec::new();
    }
    vec![Button {
        label: match view.bill.as_ref() {
            // As much again.
            Some(bill) => locale.button_costs(&locale.button_refresh(), bill.so_far),
            None => locale.button_refresh(),
        },
        press: Press::Refresh(view.analysis.id),
    }]
}
