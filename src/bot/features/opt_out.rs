//! /optout and /optin, for operators: accounts that are neither analysed nor shown, since their owners asked for it;
//! and what accounts are.

use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::set_kind;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{Markup, Who};
use crate::model::{Handle, NetworkName, OptOut};
use crate::networks::prefixed_account;
use crate::stores::StoreError;

/// Opts an account out, or says what it is; without an argument, lists those that are.
pub(crate) async fn add(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    if let Some(changes) = set_kind::asked(&cx, &sender, &text) {
        return Ok(changes);
    }
    let Some((network, handle)) = prefixed_account(&text) else {
        return Ok(vec![sender.reply(list(&cx, &sender)?)]);
    };
    let link = cx.networks.link(&network, &handle);
    let text = locale.left_alone_now(who(&handle, link.as_deref()));
    if find(&cx, &network, &handle)?.is_some() {
        return Ok(vec![sender.reply(text)]);
    }
    let row = OptOut {
        network,
        handle,
        by_settings: false,
    };
    Ok(vec![Change::OptOut(row), sender.reply(text)])
}

/// Opts an account in again, and takes back what was said of it.
pub(crate) async fn remove(cx: Context, sender: Sender, text: String) -> Handled {
    let locale = sender.locale;
    let Some((network, handle)) = prefixed_account(&text) else {
        return Ok(vec![sender.reply(list(&cx, &sender)?)]);
    };
    let link = cx.networks.link(&network, &handle);
    let named = who(&handle, link.as_deref());
    let unset = Change::UnsetKind {
        network: network.clone(),
        handle: handle.clone(),
    };
    let unset = set_kind::is_set(&cx, &network, &handle)?.then_some(unset);
    Ok(match (find(&cx, &network, &handle)?, unset) {
        (None, Some(unset)) => vec![unset, sender.reply(locale.kind_is_not_set(named))],
        (None, None) => vec![sender.reply(locale.was_not_left_alone(named))],
        (Some(row), _) if row.by_settings => {
            vec![sender.reply(locale.left_alone_by_settings(named))]
        }
        (Some(_), unset) => {
            let reply = sender.reply(locale.not_left_alone(named));
            let mut changes = vec![Change::OptIn { network, handle }, reply];
            changes.extend(unset);
            changes
        }
    })
}

fn find(
    cx: &Context,
    network: &NetworkName,
    handle: &Handle,
) -> Result<Option<OptOut>, StoreError> {
    let mut rows = cx.ledger.opt_outs()?.into_iter();
    Ok(rows.find(|row| row.network == *network && row.handle.0.eq_ignore_ascii_case(&handle.0)))
}

fn list(cx: &Context, sender: &Sender) -> Result<String, StoreError> {
    let locale = sender.locale;
    let names = cx.ledger.opt_outs()?.into_iter().map(|row| {
        let link = cx.networks.link(&row.network, &row.handle);
        locale.name(who(&row.handle, link.as_deref()))
    });
    let names: Vec<String> = names.collect();
    let left_alone = match names.is_empty() {
        true => locale.nobody_left_alone(),
        false => locale.all_left_alone(Markup(&names.join(", "))),
    };
    let parts = [Some(left_alone), set_kind::list(cx, locale)?];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Ok(parts.join("\n\n"))
}

fn who<'a>(handle: &'a Handle, link: Option<&'a str>) -> Who<'a> {
    Who {
        handle: &handle.0,
        link,
    }
}
