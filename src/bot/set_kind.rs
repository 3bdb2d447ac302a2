//! What operators say of accounts, as in "/optout ig:nasa organisation" or "/admin ig:nasa organisation". It wins over
//! what networks say and over guesses, until "/optin ig:nasa".

use crate::bot::sender::Sender;
use crate::context::Context;
use crate::kind::AccountKind;
use crate::ledger::Change;
use crate::locales::{Locale, Markup, Who};
use crate::model::{Handle, NetworkName, SetKind};
use crate::networks::prefixed_account;
use crate::stores::StoreError;

/// Handles the text after a command; `None` if it is not an account and a kind.
pub(crate) fn asked(cx: &Context, sender: &Sender, text: &str) -> Option<Vec<Change>> {
    let (account, kind) = text.trim().split_once(char::is_whitespace)?;
    let (network, handle) = prefixed_account(account)?;
    let locale = sender.locale;
    let Some(kind) = locale.kind_called(kind) else {
        let known = AccountKind::ALL.map(|kind| locale.kind(kind)).join(", ");
        return Some(vec![sender.reply(locale.kind_unknown(Markup(&known)))]);
    };
    let link = cx.networks.link(&network, &handle);
    let who = Who {
        handle: &handle.0,
        link: link.as_deref(),
    };
    let reply = sender.reply(locale.kind_is_set(who, &locale.kind(kind)));
    let row = SetKind {
        network,
        handle,
        kind,
    };
    Some(vec![Change::SetKind(row), reply])
}

/// Whether operators have said what an account is.
pub(crate) fn is_set(
    cx: &Context,
    network: &NetworkName,
    handle: &Handle,
) -> Result<bool, StoreError> {
    Ok(cx.ledger.set_kinds_of(network)?.of(handle).is_some())
}

/// Returns a sentence that lists what operators have said, `None` if that is nothing.
pub(crate) fn list(cx: &Context, locale: &Locale) -> Result<Option<String>, StoreError> {
    let named = cx.ledger.set_kinds()?.into_iter().map(|row| {
        let link = cx.networks.link(&row.network, &row.handle);
        let who = locale.name(Who {
            handle: &row.handle.0,
            link: link.as_deref(),
        });
        locale.kind_set_one(Markup(&who), &locale.kind(row.kind))
    });
    let named: Vec<String> = named.collect();
    Ok((!named.is_empty()).then(|| locale.kinds_set(Markup(&named.join(", ")))))
}
