//! The demo plays by itself: asks for the handles, shows the transcript, and waits for the lists.

use std::collections::BTreeSet;

use anyhow::bail;
use tokio::sync::broadcast::error::RecvError;

use crate::context::Context;
use crate::demo::telegram::{Event, Message, transcript};
use crate::demo::{Report, Scene};
use crate::model::{Analysis, Outcome, PersonId};

/// Ends well only when the result of every handle was delivered.
pub(super) async fn play(mut scene: Scene, handles: &[String], json: bool) -> anyhow::Result<()> {
    let cx = scene.app.context().clone();
    let person = PersonId(scene.person.id.unsigned_abs());
    let wanted: BTreeSet<String> = handles.iter().map(|handle| plain(handle)).collect();
    // What an earlier run has left unfinished goes on by itself.
    let under_way = under_way(&cx, person)?;
    for handle in handles {
        if !under_way.contains(&plain(handle)) {
            scene.telegram.says(&scene.person, handle);
        }
    }
    let mut delivered = BTreeSet::new();
    let mut refused = BTreeSet::new();
    while delivered.len() + refused.len() < wanted.len() {
        match scene.events.recv().await {
            Ok(event) => {
                transcript::lines(&event)
                    .iter()
                    .for_each(|line| eprintln!("{line}"));
                delivered.extend(
                    file_of(&event)
                        .and_then(|file| wanted.iter().find(|handle| names(&file, handle)))
                        .cloned(),
                );
                refused.extend(refused_of(&cx, person, &wanted)?);
                refused.retain(|handle| !delivered.contains(handle));
            }
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => bail!("the chat ended early"),
        }
    }
    let reports = reports(&cx, person, handles)?;
    scene.close().await?;
    for report in &reports {
        println!(
            "{}",
            if json {
                serde_json::to_string(report)?
            } else {
                report.list()
            }
        );
    }
    if !refused.is_empty() {
        bail!(
            "no result for {}",
            refused.into_iter().collect::<Vec<_>>().join(", ")
        );
    }
    Ok(())
}

/// The handles whose analysis, or its message, is still to come.
fn under_way(cx: &Context, person: PersonId) -> anyhow::Result<BTreeSet<String>> {
    let analyses = cx.ledger.analyses_of(person)?;
    let running = analyses
        .iter()
        .filter(|analysis| analysis.outcome.is_none());
    let mut handles: BTreeSet<String> = running.map(|analysis| plain(&analysis.handle.0)).collect();
    for (_, outgoing) in cx.ledger.unsent(crate::model::OutgoingId(0), usize::MAX)? {
        if let crate::model::Say::Table(id) = outgoing.say {
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
) -> anyhow::Result<BTreeSet<String>> {
    let mut last: std::collections::BTreeMap<String, Analysis> = Default::default();
    for analysis in cx.ledger.analyses_of(person)? {
        last.insert(plain(&analysis.handle.0), analysis);
    }
    let refused = last.into_iter().filter(|(handle, analysis)| {
        wanted.contains(handle)
            && matches!(
                analysis.outcome,
                Some(Outcome::Refused(_) | Outcome::Cancelled)
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
            && let Some(ranking) = cx.ledger.ranking(&crawl)?
        {
            reports.push(Report::new(&crawl, ranking));
        }
    }
    Ok(reports)
}

fn file_of(event: &Event) -> Option<String> {
    match event {
        Event::Sent(Message {
            document: Some(document),
            ..
        }) => Some(document.file_name.clone()),
        _ => None,
    }
}

fn names(file: &str, handle: &str) -> bool {
    file.to_lowercase() == format!("similar-to-{handle}.csv")
}

fn plain(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}
