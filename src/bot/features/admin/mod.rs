//! /admin: what those who run the bot see of it, and what they can have it do. To everybody else there is no
//! such command.

mod overview;
mod report;

use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::sender::Asker;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Locale;
use crate::model::{Button, Mode, ModeChange, Operation, Press, Say};
use crate::stores::StoreError;

use overview::Overview;

/// Whether somebody may operate the bot from here: an operator, in private.
pub(in crate::bot) fn may(cx: Context, asker: Asker) -> bool {
    asker.is_operator(&cx) && !asker.in_group
}

pub(in crate::bot) async fn tell(cx: Context, asker: Asker) -> Handled {
    let overview = Overview::of(&cx, cx.ledger.mode()?)?;
    let mode = overview.mode_change.mode;
    let html = report::of(asker.locale, &overview);
    Ok(vec![asker.offered(html, buttons(asker.locale, mode))])
}

/// An operator has pressed a button under it.
pub(in crate::bot) fn pressed(
    cx: &Context,
    asker: &Asker,
    operation: Operation,
) -> Result<PressReply, StoreError> {
    let locale = asker.locale;
    if !may(cx.clone(), asker.clone()) {
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
    changes.push(asker.say(Say::Rewritten {
        message: asker.message,
        html: report::of(locale, &overview),
        buttons: buttons(locale, mode_change.mode),
    }));
    Ok((changes, text))
}

/// What it does not do yet.
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
