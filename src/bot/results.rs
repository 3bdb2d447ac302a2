//! The results that a person has got in a chat, buttons that offer the latest, and the names of comparisons.

use std::collections::HashSet;

use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::locales::{Locale, Markup, Whole, printable};
use crate::model::{Analysis, AnalysisId, Button, Handle, KeptComparison, Outcome, Press};
use crate::stores::StoreError;

/// Accounts in the name of a comparison.
const NAMED: usize = 2;

/// Accounts that are offered at once.
const OFFERED: usize = 5;

/// Returns the results here, newest first; of several that show the same, only the newest.
pub(super) fn results(cx: &Context, sender: &Sender) -> Result<Vec<Analysis>, StoreError> {
    let mut here = sender.analyses(cx)?;
    let delivered = |it: &Analysis| matches!(it.outcome, Some(Outcome::Delivered { .. }));
    here.retain(|analysis| analysis.chat == sender.chat && delivered(analysis));
    let mut seen = HashSet::new();
    here.reverse();
    here.retain(|analysis| seen.insert(analysis.crawl));
    Ok(here)
}

/// Returns the latest of them, one for each account.
pub(super) fn latest(cx: &Context, sender: &Sender) -> Result<Vec<Analysis>, StoreError> {
    let mut latest = results(cx, sender)?;
    let mut seen = HashSet::new();
    latest.retain(|it| seen.insert((it.network.clone(), it.handle.0.to_lowercase())));
    latest.truncate(OFFERED);
    Ok(latest)
}

/// Returns a button for each of the latest results.
pub(super) fn offers(
    cx: &Context,
    sender: &Sender,
    press: fn(AnalysisId) -> Press,
) -> Result<Vec<Button>, StoreError> {
    let offer = |analysis: Analysis| Button {
        label: account_label(cx, sender, &analysis),
        press: press(analysis.id),
    };
    Ok(latest(cx, sender)?.into_iter().map(offer).collect())
}

/// Returns the account of an analysis as a label; the same name may belong to another account on another network.
pub(super) fn account_label(cx: &Context, sender: &Sender, analysis: &Analysis) -> String {
    let (locale, handle) = (sender.locale, &analysis.handle.0);
    match cx.networks.names().nth(1) {
        None => locale.button_account(handle),
        Some(_) => locale.button_account_on(handle, &title(&analysis.network)),
    }
}

/// Returns the comparisons that a person was told here, newest first; of several of the same results, only the newest.
pub(super) fn comparisons(
    cx: &Context,
    sender: &Sender,
) -> Result<Vec<KeptComparison>, StoreError> {
    let mut here = cx.ledger.comparisons_of(sender.person)?;
    let mut seen = HashSet::new();
    here.retain(|kept| kept.chat == sender.chat && seen.insert(kept.crawls.clone()));
    Ok(here)
}

/// Returns the accounts of a comparison as a short phrase, in plain text.
pub(super) fn names_of(locale: &Locale, handles: &[Handle]) -> String {
    let names = handles.iter().map(|handle| printable(&handle.shown()));
    let names: Vec<String> = names.collect();
    match names.split_at_checked(NAMED) {
        Some((first, others)) if !others.is_empty() => {
            let more = Whole(others.len() as u64);
            locale.compared_others(Markup(&first.join(", ")), more)
        }
        _ => match names.split_last() {
            Some((last, others)) if !others.is_empty() => {
                locale.both_of(Markup(&others.join(", ")), Markup(last))
            }
            _ => names.concat(),
        },
    }
}
