//! /status: all that somebody has asked for.

use crate::bot::asker::Asker;
use crate::bot::bubble::{requests, state};
use crate::bot::handlers::{Handled, name};
use crate::bot::view::View;
use crate::context::Context;
use crate::locales::{Locale, Markup, Whole};
use crate::model::{Analysis, Outcome};

/// Analyses under way that fit into one message with room to spare.
const SHOWN: usize = 15;

/// Finished accounts that are named.
const FINISHED: usize = 5;

pub(super) async fn tell(cx: Context, asker: Asker) -> Handled {
    let locale = asker.locale;
    let mut parts = Vec::new();
    for analysis in asker.running(&cx)?.into_iter().take(SHOWN) {
        let view = View::of(&cx, analysis)?;
        let mut lines = vec![state(locale, &view)];
        let spent = view.crawl.as_ref().map_or(0, requests);
        // Else it stands beside what is left.
        if spent > 0 && view.effort.is_none() {
            lines.push(locale.spent(Whole(spent)));
        }
        parts.push(lines.join("\n"));
    }
    if parts.is_empty() {
        parts.push(locale.nothing_under_way());
    }
    let finished = finished(&cx, locale, asker.analyses(&cx)?);
    if !finished.is_empty() {
        parts.push(locale.finished_lately(Markup(&finished.join(", "))));
    }
    Ok(vec![asker.told(parts.join("\n\n"))])
}

/// The accounts whose results came last, newest first, each once.
fn finished(cx: &Context, locale: &Locale, analyses: Vec<Analysis>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for analysis in analyses.iter().rev() {
        if names.len() < FINISHED && matches!(analysis.outcome, Some(Outcome::Delivered { .. })) {
            let name = name(cx, locale, analysis);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}
