//! The buttons below the message of a search. Pure.

use crate::bot::progress::details;
use crate::bot::view::quote::Quote;
use crate::bot::view::{View, depth_name, title};
use crate::locales::{About, Locale};
use crate::model::{Analysis, Button, Cost, Depth, NetworkName, Press};

/// Returns the buttons of a running search.
pub(crate) fn while_running(locale: &Locale, view: &View) -> Vec<Button> {
    let id = view.analysis.id;
    let crawl = view.crawl.as_ref();
    // The results so far in this order are shown already.
    let completes = view.analysis.order.is_some();
    let mut buttons = Vec::new();
    if view.awaits_consent() {
        buttons.extend(start_buttons(locale, view, view.analysis.depth));
    } else if let Some(crawl) = crawl.filter(|it| it.reached.is_some() && !completes) {
        buttons.push(Button {
            label: locale.button_so_far(),
            press: Press::Result(id),
        });
        buttons.push(Button {
            label: locale.button_enough(),
            press: Press::Enough(id),
        });
        let deeper = crawl.deeper_than(view.analysis.depth);
        buttons.extend(deeper.map(|depth| Button {
            label: with_cost(locale, view, locale.button_deeper(), depth),
            press: Press::Deeper(id, depth),
        }));
    }
    if !details(locale, view).is_empty() {
        buttons.push(Button {
            label: locale.button_details(),
            press: Press::Details(id),
        });
    }
    buttons.push(Button {
        label: locale.button_cancel(),
        press: Press::Cancel(id),
    });
    // Whoever reads a list has meant this account.
    if crawl.is_none_or(|crawl| crawl.reached.is_none()) {
        buttons.extend(elsewhere(locale, view));
    }
    buttons
}

/// Returns how deep the search can go, with the cost of each depth. Of depths at the same price there is one: the one
/// that was `wished`, or else the least.
pub(crate) fn start_buttons(locale: &Locale, view: &View, wished: Depth) -> Vec<Button> {
    let mut offers: Vec<(Depth, Cost)> = Vec::new();
    for (depth, cost) in view.quote.iter().flat_map(Quote::affordable) {
        let cost = About(cost).said();
        match offers.iter_mut().find(|(_, other)| *other == cost) {
            Some(same) if depth == wished => same.0 = depth,
            Some(_) => {}
            None => offers.push((depth, cost)),
        }
    }
    let button = |(depth, cost): (Depth, Cost)| Button {
        label: costing(locale, &depth_name(locale, depth), cost),
        press: Press::Start(view.analysis.id, depth),
    };
    offers.into_iter().map(button).collect()
}

/// If the same search is already running: returns the buttons that give consent there, to any depth if it still waits
/// for it, or else to the depth wanted here.
pub(crate) fn deeper_there(locale: &Locale, view: &View) -> Vec<Button> {
    let Some(other) = &view.other else {
        return Vec::new();
    };
    let (is_asked, wished) = (other.awaits_consent(), view.analysis.depth);
    let mut offers = start_buttons(locale, other, wished);
    offers.retain(|button| match &button.press {
        Press::Start(_, depth) => is_asked || (*depth == wished && wished > other.analysis.depth),
        _ => false,
    });
    offers
}

/// Adds the cost of a depth to a label, if it costs anything.
fn with_cost(locale: &Locale, view: &View, label: String, depth: Depth) -> String {
    match view.quote.as_ref().and_then(|quote| quote.cost_to(depth)) {
        Some(cost) => costing(locale, &label, cost),
        None => label,
    }
}

/// Adds a cost to a label.
pub(crate) fn costing(locale: &Locale, label: &str, cost: Cost) -> String {
    match cost {
        Cost(0) => locale.button_free(label),
        cost => locale.button_costs(label, About(cost)),
    }
}

/// Returns buttons for the account of the same name on other networks.
pub(crate) fn elsewhere(locale: &Locale, view: &View) -> Vec<Button> {
    let others = view.analysis.others.iter().zip(0..);
    let button = |((network, _), place): (&(NetworkName, _), u8)| Button {
        label: locale.button_elsewhere(&title(network)),
        press: Press::Elsewhere(view.analysis.id, place),
    };
    others.map(button).collect()
}

/// Returns the button that takes a finished search deeper, unless that is running already.
pub(crate) fn deeper(locale: &Locale, view: &View) -> Option<Button> {
    let crawl = view.crawl.as_ref()?;
    let depth = crawl.deeper()?;
    let offered = !view.superseded && !crawl.is_live();
    offered.then(|| Button {
        label: with_cost(locale, view, locale.button_deeper(), depth),
        press: Press::Deeper(view.analysis.id, depth),
    })
}

/// Returns the button that searches for the account of a result anew.
pub(crate) fn refresh(locale: &Locale, view: &View) -> Option<Button> {
    (!view.superseded).then(|| Button {
        label: match view.quote.as_ref() {
            // The same again.
            Some(quote) if quote.spent > Cost(0) => {
                locale.button_costs(&locale.button_refresh(), About(quote.spent))
            }
            _ => locale.button_refresh(),
        },
        press: Press::Refresh(view.analysis.id),
    })
}

/// Returns the button that starts a search again that was cancelled; `None` if its name is too long for a button.
pub(crate) fn again(locale: &Locale, view: &View) -> Option<Button> {
    let Analysis {
        person,
        network,
        handle,
        depth,
        ..
    } = &view.analysis;
    let press = Press::search(*person, format!("{network}:{handle} {depth}"))?;
    Some(Button {
        label: locale.button_again(),
        press,
    })
}
