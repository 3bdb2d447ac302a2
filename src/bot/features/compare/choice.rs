//! Choosing what to compare: by pressing two of the latest results, or by answering with names.

use teloxide::types::CallbackQuery;

use crate::bot::asking::{self, question};
use crate::bot::features::compare::start::start;
use crate::bot::pressed_message::shows;
use crate::bot::reply::{Handled, PressReply};
use crate::bot::results::{account_label, latest};
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Analysis, AnalysisId, Asked, Button, Press, Say};
use crate::networks::Address;
use crate::stores::StoreError;

/// Asks which accounts to compare.
pub(super) fn ask(cx: &Context, sender: &Sender) -> Handled {
    let buttons = buttons(cx, sender, None)?;
    let html = match buttons.is_empty() {
        true => sender.locale.compare_whom(),
        false => sender.locale.compare_which(),
    };
    Ok(asking::ask(sender, Asked::Compare(None), html, buttons))
}

/// Asks with which account to compare one; `others` are offered.
pub(super) fn ask_with_whom(sender: &Sender, first: &Address, others: Vec<Button>) -> Vec<Change> {
    let asked = Asked::Compare(Some((first.network.clone(), first.handle.clone())));
    let question = sender.locale.compare_with_whom(&first.handle.0);
    asking::ask_which(sender, asked, &question, others)
}

/// Asks with which account to compare that of a result.
pub(crate) fn with_another(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
) -> Result<PressReply, StoreError> {
    let mut offered = latest(cx, sender)?;
    let is_same = |it: &Analysis| it.handle.0.eq_ignore_ascii_case(&analysis.handle.0);
    offered.retain(|it| it.network == analysis.network && !is_same(it));
    let offer = |other: Analysis| Button {
        label: account_label(cx, sender, &other),
        press: Press::Compare(other.id, Some(analysis.id)),
    };
    let others = offered.into_iter().map(offer).collect();
    Ok((
        ask_with_whom(sender, &address(analysis), others),
        String::new(),
    ))
}

/// Handles a press on a result. The first press marks it, or takes the mark away; the second starts the comparison.
pub(crate) fn chosen(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    analysis: Analysis,
    marked: Option<AnalysisId>,
) -> Result<PressReply, StoreError> {
    let is_again = marked == Some(analysis.id);
    let first = match marked.filter(|_| !is_again) {
        Some(first) => cx.ledger.analysis(first)?,
        None => None,
    };
    let is_possible =
        |first: &Analysis| first.person == sender.person && first.network == analysis.network;
    if let Some(first) = first.filter(is_possible) {
        let accounts = [first, analysis].map(address).into();
        let changes = vec![
            start(cx, sender, accounts, None),
            keyboard(sender, Vec::new()),
        ];
        return Ok((changes, String::new()));
    }
    let mark = Some(&analysis).filter(|_| !is_again);
    let buttons = buttons(cx, sender, mark)?;
    if mark.is_some() && buttons.len() == 1 {
        return Ok((
            ask_with_whom(sender, &address(analysis), Vec::new()),
            String::new(),
        ));
    }
    let first = mark.map(|it| (it.network.clone(), it.handle.clone()));
    let mut changes = vec![Change::Ask(question(sender, Asked::Compare(first)))];
    if !shows(query, &buttons) {
        changes.push(keyboard(sender, buttons));
    }
    Ok((changes, String::new()))
}

/// Returns a button for each of the latest results; if one is marked, for those that it can be compared with.
fn buttons(
    cx: &Context,
    sender: &Sender,
    marked: Option<&Analysis>,
) -> Result<Vec<Button>, StoreError> {
    let mut offered = latest(cx, sender)?;
    offered.retain(|it| marked.is_none_or(|marked| marked.network == it.network));
    let button = |analysis: Analysis| {
        let label = account_label(cx, sender, &analysis);
        let is_marked = marked.is_some_and(|marked| marked.id == analysis.id);
        Button {
            label: match is_marked {
                true => sender.locale.button_chosen(&label),
                false => label,
            },
            press: Press::Compare(analysis.id, marked.map(|marked| marked.id)),
        }
    };
    Ok(offered.into_iter().map(button).collect())
}

fn keyboard(sender: &Sender, buttons: Vec<Button>) -> Change {
    sender.send(Say::Keyboard {
        message: sender.message,
        buttons,
    })
}

fn address(analysis: Analysis) -> Address {
    Address {
        network: analysis.network,
        handle: analysis.handle,
        others: Vec::new(),
    }
}
