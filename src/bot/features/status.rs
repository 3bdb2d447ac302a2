//! /status: everything a person has asked for.

use crate::bot::progress::buttons::start_buttons;
use crate::bot::progress::{brief, details, text};
use crate::bot::reply::{Handled, PressReply, analysis_name};
use crate::bot::sender::Sender;
use crate::bot::view::View;
use crate::context::Context;
use crate::locales::{Locale, Markup};
use crate::model::{Analysis, Outcome};
use crate::stores::StoreError;

/// Running analyses that fit into one message with room to spare.
const SHOWN: usize = 15;

/// Finished accounts that are listed.
const FINISHED: usize = 5;

pub(crate) async fn status(cx: Context, sender: Sender) -> Handled {
    let locale = sender.locale;
    let mut parts = Vec::new();
    let views = sender.running(&cx)?.into_iter().take(SHOWN);
    let views = views.map(|analysis| View::of(&cx, analysis));
    let views = views.collect::<Result<Vec<View>, _>>()?;
    // A cost question comes with its buttons, which are unambiguous only if there is just one.
    let mut asked = views.iter().filter(|view| view.awaits_consent());
    let buttons = match (asked.next(), asked.next()) {
        (Some(only), None) if only.analysis.chat == sender.chat => {
            start_buttons(locale, only, only.analysis.depth)
        }
        _ => Vec::new(),
    };
    for view in views {
        let mut lines = vec![match view.awaits_consent() && buttons.is_empty() {
            true => locale.together_line(view.who(), Markup(&brief(locale, &view))),
            false => text(locale, &view),
        }];
        lines.extend(details(locale, &view));
        parts.push(lines.join("\n"));
    }
    if parts.is_empty() {
        parts.push(locale.nothing_under_way(sender.example()));
    }
    let finished = finished(&cx, locale, sender.analyses(&cx)?);
    if !finished.is_empty() {
        parts.push(locale.finished_lately(Markup(&finished.join(", "))));
    }
    Ok(vec![sender.reply_with_buttons(parts.join("\n\n"), buttons)])
}

/// Says in which step a search is, and what that takes.
pub(crate) fn details_of(
    cx: &Context,
    sender: &Sender,
    analysis: Analysis,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    if analysis.outcome.is_some() {
        return Ok((Vec::new(), locale.answer_finished(&analysis.handle.0)));
    }
    let view = View::of(cx, analysis)?;
    Ok((Vec::new(), details(locale, &view).join("\n")))
}

/// Returns the accounts with the latest results, newest first, each once.
fn finished(cx: &Context, locale: &Locale, analyses: Vec<Analysis>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for analysis in analyses.iter().rev() {
        if names.len() < FINISHED && matches!(analysis.outcome, Some(Outcome::Delivered { .. })) {
            let name = analysis_name(cx, locale, analysis);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
