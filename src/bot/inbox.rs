//! Handles stored updates one after the other: what an update changes and its removal are one
//! transaction, so each is handled exactly once.

use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::Value;
use teloxide::dispatching::DpHandlerDescription;
use teloxide::dptree::{self, Handler};
use teloxide::types::{Me, Update, UpdateKind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::bot::handlers::{Handled, schema};
use crate::bot::{BotError, BotSettings};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales;
use crate::model::{ChatId, Outgoing, Say};

/// Updates that are read at once.
const BATCH: usize = 50;

pub(super) async fn run(
    cx: Context,
    me: Me,
    settings: Arc<BotSettings>,
    arrived: Arc<Notify>,
    stop: CancellationToken,
) -> Result<(), BotError> {
    let schema = schema();
    loop {
        let updates = cx.ledger.unhandled(BATCH)?;
        let idle = updates.is_empty();
        for (number, update) in updates {
            if stop.is_cancelled() {
                return Ok(());
            }
            let changes = handle(&cx, &me, &settings, &schema, number, update).await;
            cx.ledger.handled(number, changes).await?;
            cx.notifier.outgoing();
        }
        if idle {
            tokio::select! {
                () = arrived.notified() => {}
                () = stop.cancelled() => return Ok(()),
            }
        }
    }
}

async fn handle(
    cx: &Context,
    me: &Me,
    settings: &Arc<BotSettings>,
    schema: &Handler<'static, Handled, DpHandlerDescription>,
    number: u64,
    update: Value,
) -> Vec<Change> {
    // Teloxide reads updates from text only; from a value they all look unknown.
    let update: Option<Update> = serde_json::from_str(&update.to_string()).ok();
    let readable = |update: &Update| !matches!(update.kind, UpdateKind::Error(_));
    let Some(update) = update.filter(readable) else {
        tracing::warn!(
            update = number,
            "an update can't be read; it is passed over"
        );
        return Vec::new();
    };
    let kind = kind(&update.kind);
    let chat = update.chat().map(|chat| ChatId(chat.id.0));
    let dependencies = dptree::deps![update, me.clone(), cx.clone(), settings.clone()];
    match schema.dispatch(dependencies).await {
        ControlFlow::Break(Ok(changes)) => {
            tracing::debug!(update = number, kind, changes = changes.len(), "handled");
            changes
        }
        ControlFlow::Continue(_) => {
            tracing::debug!(update = number, kind, "nothing to be done about it");
            Vec::new()
        }
        ControlFlow::Break(Err(error)) => {
            tracing::error!(update = number, kind, %error, "an update can't be handled");
            chat.map(sorry).into_iter().collect()
        }
    }
}

fn sorry(chat: ChatId) -> Change {
    Change::Say(Outgoing {
        chat,
        say: Say::Text {
            html: locales::default().failed(),
            buttons: Vec::new(),
            reply_to: None,
        },
    })
}

fn kind(kind: &UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Message(_) => "message",
        UpdateKind::CallbackQuery(_) => "press",
        _ => "other",
    }
}
