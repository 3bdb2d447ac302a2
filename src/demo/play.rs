//! The demo plays by itself: asks for the handles, shows the transcript, and waits for the lists.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::broadcast::error::RecvError;

use crate::context::Context;
use crate::demo::Scene;
use crate::demo::telegram::{Event, Message, transcript};
use crate::files::Report;
use crate::measures;
use crate::model::{Analysis, AnalysisId, Outcome, OutgoingId, PersonId, Press, Say};
use crate::networks::addresses;

/// How often it is looked whether anything was refused, which no file shows.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Ends well only when the result of every handle was delivered.
pub(super) async fn play(mut scene: Scene, words: &[String], json: bool) -> anyhow::Result<()> {
    let cx = scene.app.context().clone();
    let person = PersonId(scene.person.id.unsigned_abs());
    let handles = words
        .iter()
        .map(|word| handle(&cx, word))
        .collect::<anyhow::Result<Vec<String>>>()?;
    let wanted: BTreeSet<String> = handles.iter().cloned().collect();
    // What an earlier run has left unfinished goes on by itself.
    let under_way = under_way(&cx, person)?;
    let ended: BTreeSet<AnalysisId> = cx
        .ledger
        .analyses_of(person)?
        .into_iter()
        .filter(|analysis| analysis.outcome.is_some())
        .map(|analysis| analysis.id)
        .collect();
    for handle in wanted.difference(&under_way) {
        scene.telegram.says(&scene.person, &format!("@{handle}"));
    }
    let mut delivered = BTreeSet::new();
    let mut refused = BTreeSet::new();
    while delivered.len() + refused.len() < wanted.len() {
        tokio::select! {
            event = scene.events.recv() => match event {
                Ok(event) => {
                    // Whoever has closed the transcript may still want the lists.
                    let saved = scene.folder.save(&event);
                    for line in transcript::detailed(&event, saved.as_deref(), false) {
                        let _ = writeln!(std::io::stderr(), "{line}");
                    }
                    if let Event::Sent(message) = &event {
                        let listed = wanted.iter().find(|handle| is_list(message, handle));
                        delivered.extend(listed.cloned());
                    }
                }
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => bail!("the chat ended early"),
            },
            // The database has failed: nothing more would come.
            () = scene.app.stopping() => {
                scene.close().await?;
                bail!("the bot stopped early");
            }
            () = tokio::time::sleep(LOOK_EVERY) => {
                refused = refused_of(&cx, person, &wanted, &ended)?;
                refused.retain(|handle| !delivered.contains(handle));
            }
        }
    }
    let reports = reports(&cx, person, &handles)?;
    scene.close().await?;
    let mut out = std::io::stdout().lock();
    for report in &reports {
        let text = if json {
            serde_json::to_string(report)?
        } else {
            report.list()
        };
        writeln!(out, "{text}")?;
    }
    if !refused.is_empty() {
        bail!(
            "no result for {}",
            refused.into_iter().collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

/// What a word of the command line names, as the bot reads it.
fn handle(cx: &Context, word: &str) -> anyhow::Result<String> {
    let address = addresses(&cx.networks, None, word)
        .ok()
        .and_then(|addresses| addresses.into_iter().next());
    let address =
        address.with_context(|| format!("{word:?} names no account; write it like @nasa"))?;
    Ok(plain(&address.handle.0))
}

/// The handles whose analysis, or its message, is still to come.
fn under_way(cx: &Context, person: PersonId) -> anyhow::Result<BTreeSet<String>> {
    let analyses = cx.ledger.analyses_of(person)?;
    let running = analyses
        .iter()
        .filter(|analysis| analysis.outcome.is_none());
    let mut handles: BTreeSet<String> = running.map(|analysis| plain(&analysis.handle.0)).collect();
    for (_, outgoing) in cx.ledger.unsent(OutgoingId(0), usize::MAX)? {
        if let Say::Results(id) = outgoing.say {
            handles.extend(
                cx.ledger
                    .analysis(id)?
                    .map(|analysis| plain(&analysis.handle.0)),
            );
        }
    }
    for (_, update) in cx.ledger.unhandled(usize::MAX)? {
        handles.extend(
            update
                .pointer("/message/text")
                .and_then(|text| text.as_str())
                .map(plain),
        );
    }
    Ok(handles)
}

fn refused_of(
    cx: &Context,
    person: PersonId,
    wanted: &BTreeSet<String>,
    ended_before: &BTreeSet<AnalysisId>,
) -> anyhow::Result<BTreeSet<String>> {
    // What is still to be said is waited for: a refusal is a sentence too.
    if !cx.ledger.unsent(OutgoingId(0), 1)?.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut last: BTreeMap<String, Analysis> = BTreeMap::new();
    for analysis in cx.ledger.analyses_of(person)? {
        last.insert(plain(&analysis.handle.0), analysis);
    }
    let refused = last.into_iter().filter(|(handle, analysis)| {
        wanted.contains(handle)
            && !ended_before.contains(&analysis.id)
            && matches!(
                analysis.outcome,
                Some(Outcome::Refused(_) | Outcome::Cancelled | Outcome::Overruled)
            )
    });
    Ok(refused.map(|(handle, _)| handle).collect())
}

fn reports(cx: &Context, person: PersonId, handles: &[String]) -> anyhow::Result<Vec<Report>> {
    let analyses = cx.ledger.analyses_of(person)?;
    let mut reports = Vec::new();
    for handle in handles {
        let delivered = |analysis: &&Analysis| {
            plain(&analysis.handle.0) == plain(handle)
                && matches!(analysis.outcome, Some(Outcome::Delivered { .. }))
        };
        let Some(analysis) = analyses.iter().rfind(delivered) else {
            continue;
        };
        if let Some(crawl) = cx.ledger.crawl_of(analysis)?
            && let Some(mut ranking) = cx.ledger.ranking(&crawl)?
        {
            measures::reorder(&mut ranking, cx.settings.measure());
            reports.push(Report::new(&crawl, ranking));
        }
    }
    Ok(reports)
}

/// Whether a message is the ranked list for an account, in whatever language.
pub fn is_list(message: &Message, handle: &str) -> bool {
    let heading = message.text.lines().next().unwrap_or_default();
    let heading = heading.to_lowercase();
    let has_panel = |data: &str| matches!(data.parse(), Ok(Press::List(..)));
    let mut buttons = message.buttons.iter().flatten();
    heading.ends_with(&format!("@{}", plain(handle)))
        && buttons.any(|button| button.data.as_deref().is_some_and(has_panel))
}

fn plain(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}
