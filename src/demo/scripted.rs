//! The demo without a chat: requests the handles, shows the transcript, and waits for the lists. As JSON these are all
//! that goes to the standard output.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::sync::broadcast::error::RecvError;

use crate::context::Context;
use crate::demo::Sandbox;
use crate::demo::telegram::{Event, Message, transcript};
use crate::files::Report;
use crate::measures;
use crate::model::{
    Analysis, AnalysisId, ChatId, NetworkName, Outcome, OutgoingId, PersonId, Press, Say,
};
use crate::networks::addresses;

/// How often to check for refused searches, which no event shows.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Succeeds only if the result of every handle was delivered.
pub(super) async fn run(mut sandbox: Sandbox, words: &[String], json: bool) -> anyhow::Result<()> {
    let cx = sandbox.app.context().clone();
    let person = PersonId(sandbox.person.id.unsigned_abs());
    let preferred = cx.ledger.preferences(ChatId(sandbox.person.id))?.network;
    let named = words
        .iter()
        .map(|word| named(&cx, preferred.as_ref(), word))
        .collect::<anyhow::Result<Vec<AccountKey>>>()?;
    let wanted: BTreeSet<AccountKey> = named.iter().cloned().collect();
    // What an earlier run left unfinished continues by itself.
    let under_way = under_way(&cx, person, preferred.as_ref())?;
    let ended: BTreeSet<AnalysisId> = cx
        .ledger
        .analyses_of(person)?
        .into_iter()
        .filter(|analysis| analysis.outcome.is_some())
        .map(|analysis| analysis.id)
        .collect();
    for (word, account) in words.iter().zip(&named) {
        if !under_way.contains(account) {
            sandbox.telegram.says(&sandbox.person, &said(word));
        }
    }
    let mut delivered = BTreeSet::new();
    let mut refused = BTreeSet::new();
    while delivered.len() + refused.len() < wanted.len() {
        tokio::select! {
            event = sandbox.events.recv() => match event {
                Ok(event) => {
                    // A person who has closed the transcript may still want the lists.
                    let saved = sandbox.folder.save(&event);
                    for line in transcript::detailed(&event, saved.as_deref(), false) {
                        let _ = match json {
                            true => writeln!(std::io::stderr(), "{line}"),
                            false => writeln!(std::io::stdout(), "{line}"),
                        };
                    }
                    if let Event::Sent(message) = &event
                        && let Some(id) = listed(message)
                        && let Some(analysis) = cx.ledger.analysis(id)?
                    {
                        delivered.extend(wanted.get(&named_by(&analysis)).cloned());
                    }
                }
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => bail!("the chat ended early"),
            },
            // The database has failed: nothing more would come.
            () = sandbox.app.stopping() => {
                sandbox.close().await?;
                bail!("the bot stopped early");
            }
            () = tokio::time::sleep(LOOK_EVERY) => {
                refused = refused_of(&cx, person, &wanted, &ended)?;
                refused.retain(|handle| !delivered.contains(handle));
            }
        }
    }
    let reports = match json {
        true => reports(&cx, person, &named)?,
        false => Vec::new(),
    };
    sandbox.close().await?;
    let mut out = std::io::stdout().lock();
    for report in &reports {
        writeln!(out, "{}", serde_json::to_string(report)?)?;
    }
    if !refused.is_empty() {
        bail!(
            "no result for {}",
            refused
                .iter()
                .map(|(network, handle)| format!("{handle} on {network}"))
                .collect::<Vec<_>>()
                .join(", ")
        );
    }
    Ok(())
}

/// An account in comparisons: the same handle may be another account on another network.
type AccountKey = (NetworkName, String);

/// Returns the account that a word of the command line names, as the bot reads it.
fn named(cx: &Context, preferred: Option<&NetworkName>, word: &str) -> anyhow::Result<AccountKey> {
    let address = addresses(&cx.networks, preferred, word)
        .ok()
        .and_then(|addresses| addresses.into_iter().next());
    let address =
        address.with_context(|| format!("{word:?} names no account; write it like @nasa"))?;
    Ok((address.network, plain(&address.handle.0)))
}

fn named_by(analysis: &Analysis) -> AccountKey {
    (analysis.network.clone(), plain(&analysis.handle.0))
}

/// Returns a word as it is sent: a plain name gets an `@`, so that it is not read as one of the bot's keywords.
fn said(word: &str) -> String {
    let is_name = !word.starts_with('@') && !word.contains([':', '/']);
    format!("{}{word}", if is_name { "@" } else { "" })
}

/// Returns the accounts whose analysis, or whose message, is still to come.
fn under_way(
    cx: &Context,
    person: PersonId,
    preferred: Option<&NetworkName>,
) -> anyhow::Result<BTreeSet<AccountKey>> {
    let analyses = cx.ledger.analyses_of(person)?;
    let running = analyses
        .iter()
        .filter(|analysis| analysis.outcome.is_none());
    let mut accounts: BTreeSet<AccountKey> = running.map(named_by).collect();
    for (_, outgoing) in cx.ledger.unsent(OutgoingId(0), usize::MAX)? {
        if let Say::Results(id) = outgoing.say {
            accounts.extend(cx.ledger.analysis(id)?.as_ref().map(named_by));
        }
    }
    for (_, update) in cx.ledger.unhandled(usize::MAX)? {
        let text = update.pointer("/message/text");
        let text = text.and_then(|text| text.as_str());
        accounts.extend(text.and_then(|text| named(cx, preferred, text).ok()));
    }
    Ok(accounts)
}

fn refused_of(
    cx: &Context,
    person: PersonId,
    wanted: &BTreeSet<AccountKey>,
    ended_before: &BTreeSet<AnalysisId>,
) -> anyhow::Result<BTreeSet<AccountKey>> {
    // Waits for what is still to be sent: a refusal is a message too.
    if !cx.ledger.unsent(OutgoingId(0), 1)?.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut last: BTreeMap<AccountKey, Analysis> = BTreeMap::new();
    for analysis in cx.ledger.analyses_of(person)? {
        last.insert(named_by(&analysis), analysis);
    }
    let refused = last.into_iter().filter(|(account, analysis)| {
        wanted.contains(account)
            && !ended_before.contains(&analysis.id)
            && matches!(
                analysis.outcome,
                Some(Outcome::Refused(_) | Outcome::Cancelled | Outcome::Overruled)
            )
    });
    Ok(refused.map(|(account, _)| account).collect())
}

fn reports(cx: &Context, person: PersonId, wanted: &[AccountKey]) -> anyhow::Result<Vec<Report>> {
    let analyses = cx.ledger.analyses_of(person)?;
    let mut reports = Vec::new();
    for account in wanted {
        let delivered = |analysis: &&Analysis| {
            named_by(analysis) == *account
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

/// Whether a message is the ranked list for an account, in any language.
pub fn is_list(message: &Message, handle: &str) -> bool {
    let heading = message.text.lines().next().unwrap_or_default();
    let heading = heading.to_lowercase();
    let name = format!("@{}", plain(handle));
    heading.split([' ', ',']).any(|word| word == name) && listed(message).is_some()
}

/// Returns the analysis whose result a message lists, if it does.
fn listed(message: &Message) -> Option<AnalysisId> {
    let mut buttons = message.buttons.iter().flatten();
    buttons.find_map(|button| match button.data.as_deref()?.parse() {
        Ok(Press::List(id, ..)) => Some(id),
        _ => None,
    })
}

fn plain(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}
