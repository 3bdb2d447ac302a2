//! What somebody has found so far, and looking at it anew.

use std::collections::HashSet;

use crate::bot::asker::Asker;
use crate::bot::handlers::{Handled, search};
use crate::context::Context;
use crate::locales::{Day, Whole};
use crate::model::{Analysis, Button, Outcome, Press};

/// Results that are told of at once.
const SHOWN: usize = 10;

/// /history: the latest results here, the newest first, each with a button that sends it again.
pub(super) async fn history(cx: Context, asker: Asker) -> Handled {
    let locale = asker.locale;
    let mut here = asker.analyses(&cx)?;
    let delivered = |it: &Analysis| matches!(it.outcome, Some(Outcome::Delivered { .. }));
    here.retain(|analysis| analysis.chat == asker.chat && delivered(analysis));
    // The newest of those that show the same.
    let mut seen = HashSet::new();
    here.reverse();
    here.retain(|analysis| seen.insert(analysis.crawl));
    if here.is_empty() {
        return Ok(vec![asker.told(locale.no_result())]);
    }
    let all = here.len();
    let buttons = here.into_iter().take(SHOWN).map(|analysis| Button {
        label: locale.button_result(&analysis.handle.0, Day(analysis.created_at)),
        press: Press::Result(analysis.id),
    });
    let html = locale.history(Whole(all as u64));
    Ok(vec![asker.offered(html, buttons.collect())])
}

/// /again: searches anew, though there is a fresh result.
pub(super) async fn again(cx: Context, asker: Asker, text: String) -> Handled {
    if text.trim().is_empty() {
        return Ok(vec![asker.told(asker.locale.again_whom())]);
    }
    Ok(search(&cx, &asker, &text, true))
}
