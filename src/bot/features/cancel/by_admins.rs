//! Admins cancel other people's searches in their group. Only Telegram knows who is one; the outbox asks.

use crate::bot::parsing::{handles_in, is_for};
use crate::bot::reply::{Handled, analysis_names, explain, who};
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Markup;
use crate::model::{Analysis, AnalysisId, Handle, Say, Source};
use crate::stores::StoreError;

/// Whether the admins of this group may cancel an analysis.
pub(crate) fn admins_may_cancel(sender: &Sender, analysis: &Analysis) -> bool {
    sender.in_group && analysis.chat == sender.chat && analysis.outcome.is_none()
}

/// Returns everybody's running analyses in this group for these accounts.
pub(crate) fn running_of_others(
    cx: &Context,
    sender: &Sender,
    wanted: &[Handle],
) -> Result<Vec<Analysis>, StoreError> {
    if !sender.in_group {
        return Ok(Vec::new());
    }
    let live = cx.ledger.live_crawls()?.into_iter();
    let analyses = live.flat_map(|crawl| crawl.wanted_by);
    let analyses = analyses.map(|id| cx.ledger.analysis(id));
    let mut analyses: Vec<Analysis> = analyses
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    analyses.retain(|analysis| {
        let mut wanted = wanted.iter();
        admins_may_cancel(sender, analysis) && wanted.any(|handle| is_for(cx, analysis, handle))
    });
    Ok(analyses)
}

/// Has Telegram asked whether the sender is an admin, and the analyses cancelled if so.
pub(crate) fn ask(sender: &Sender, analyses: &[Analysis], asked: Source) -> Change {
    sender.send_here(Say::Overrule {
        analyses: ids(analyses),
        person: sender.person,
        asked,
    })
}

/// /cancel in the name of the group, in which only admins can write.
pub(crate) async fn cancel_as_group(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let wanted = match handles_in(&cx, &sender, text.trim()) {
        Ok(handles) => handles,
        Err(mistake) => return Ok(vec![explain(&cx, &sender, mistake)]),
    };
    let running = running_of_others(&cx, &sender, &wanted)?;
    if let (true, Some(handle)) = (running.is_empty(), wanted.first()) {
        return Ok(vec![sender.reply(locale.not_under_way(who(handle, None)))]);
    }
    let change = Change::Overrule {
        chat: sender.chat,
        analyses: ids(&running),
    };
    let text = locale.stopped(Markup(&analysis_names(&cx, locale, &running)));
    Ok(vec![change, sender.reply(text)])
}

fn ids(analyses: &[Analysis]) -> Vec<AnalysisId> {
    analyses.iter().map(|analysis| analysis.id).collect()
}
