//! /admin: what operators see of the bot, and what they can have it do. For everybody else this command does not exist.

mod overview;
mod report;

use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::bot::set_kind;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Locale;
use crate::model::{Button, Mode, ModeChange, Operation, Press, Say};
use crate::stores::StoreError;

use overview::Overview;

/// Whether the sender may operate the bot from here: an operator, in private.
pub(crate) fn may_operate(cx: Context, sender: Sender) -> bool {
    sender.is_operator(&cx) && !sender.in_group
}

pub(crate) async fn admin(cx: Context, sender: Sender, text: String) -> Handled {
    if let Some(changes) = set_kind::asked(&cx, &sender, &text) {
        return Ok(changes);
    }
    let overview = Overview::of(&cx, cx.ledger.mode()?)?;
    let mode = overview.mode_change.mode;
    let html = report::of(sender.locale, &overview);
    Ok(vec![
        sender.reply_with_buttons(html, buttons(sender.locale, mode)),
    ])
}

/// Handles an operator's press below the report.
pub(crate) fn pressed(
    cx: &Context,
    sender: &Sender,
    operation: Operation,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    if !may_operate(cx.clone(), sender.clone()) {
        return Ok((Vec::new(), locale.answer_gone()));
    }
    let mut mode_change = cx.ledger.mode()?;
    let mut changes = Vec::new();
    let text = match operation {
        Operation::Look => String::new(),
        Operation::SetMode(mode) => {
            if mode != mode_change.mode {
                mode_change = ModeChange {
                    mode,
                    since: cx.clock.now(),
                };
                changes.push(Change::SetMode(mode));
            }
            match mode {
                Mode::Runs => locale.answer_runs(),
                Mode::Drains => locale.answer_drains(),
                Mode::Paused => locale.answer_paused(),
            }
        }
    };
    let overview = Overview::of(cx, mode_change)?;
    changes.push(sender.send(Say::Rewritten {
        message: sender.message,
        html: report::of(locale, &overview),
        buttons: buttons(locale, mode_change.mode),
    }));
    Ok((changes, text))
}

/// Returns buttons for everything but the current mode.
fn buttons(locale: &Locale, mode: Mode) -> Vec<Button> {
    let wanted = Operation::ALL.into_iter();
    let wanted = wanted.filter(|operation| *operation != Operation::SetMode(mode));
    let button = |operation: Operation| Button {
        label: match operation {
            Operation::Look => locale.button_refresh(),
            Operation::SetMode(Mode::Runs) => locale.button_run(),
            Operation::SetMode(Mode::Drains) => locale.button_drain(),
            Operation::SetMode(Mode::Paused) => locale.button_pause(),
        },
        press: Press::Operate(operation),
    };
    wanted.map(button).collect()
}
