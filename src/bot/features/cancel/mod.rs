//! /cancel: ends one's own searches.

pub(crate) mod admin_check;
pub(crate) mod by_admins;
pub(crate) mod presses;

use crate::bot::parsing::{handles_in, is_for};
use crate::bot::reply::{Handled, analysis_names, cancel_buttons, explain, who};
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Markup};
use crate::model::{Analysis, Press, Source};

pub(crate) async fn cancel(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let running = sender.running(&cx)?;
    let wanted = text.trim();
    let chosen = if wanted.is_empty() || locales::is_everything(wanted) {
        if running.is_empty() {
            return Ok(vec![
                sender.reply(locale.nothing_under_way(sender.example())),
            ]);
        }
        if running.len() > 1 && wanted.is_empty() {
            let all = Press::CancelAllOf(sender.person);
            let buttons = cancel_buttons(locale, &running, all);
            return Ok(vec![
                sender.reply_with_buttons(locale.which_to_cancel(), buttons),
            ]);
        }
        running
    } else {
        let wanted = match handles_in(&cx, &sender, wanted) {
            Ok(handles) => handles,
            Err(mistake) => return Ok(vec![explain(&cx, &sender, mistake)]),
        };
        let chosen: Vec<Analysis> = running
            .into_iter()
            .filter(|analysis| wanted.iter().any(|handle| is_for(&cx, analysis, handle)))
            .collect();
        if let (true, Some(handle)) = (chosen.is_empty(), wanted.first()) {
            let of_others = by_admins::running_of_others(&cx, &sender, &wanted)?;
            let asked = Source::Written(sender.message);
            return Ok(vec![match of_others.is_empty() {
                true => sender.reply(locale.not_under_way(who(handle, None))),
                false => by_admins::ask(&sender, &of_others, asked),
            }]);
        }
        chosen
    };
    let names = analysis_names(&cx, locale, &chosen);
    let mut changes: Vec<Change> = chosen
        .iter()
        .map(|analysis| Change::Cancel {
            analysis: analysis.id,
            person: sender.person,
        })
        .collect();
    changes.push(sender.reply(locale.stopped(Markup(&names))));
    Ok(changes)
}
