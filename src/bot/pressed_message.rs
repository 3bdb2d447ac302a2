//! What Telegram and the database know of the message whose button was pressed.

use teloxide::types::{CallbackQuery, InlineKeyboardButtonKind};

use crate::bot::sender::Sender;
use crate::context::Context;
use crate::model::{Button, Press, Scope};
use crate::stores::StoreError;

/// Whether the pressed message is what the button refers to. With a modified client, people can press anything
/// anywhere.
pub(super) fn is_genuine(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    press: &Press,
) -> Result<bool, StoreError> {
    if let Some(scope) = press.scope() {
        return is_shown(cx, query, sender, scope);
    }
    if has_it(query) {
        return Ok(true);
    }
    if let Press::Compared(..) = press {
        let shown = cx.ledger.shown_by(sender.chat, sender.message)?;
        return Ok(shown == Some(Scope::History(sender.person)));
    }
    let Some(id) = press.analysis() else {
        return Ok(false);
    };
    let analysis = cx.ledger.analysis(id)?;
    let is_bubble = analysis.is_some_and(|analysis| {
        analysis.chat == sender.chat && analysis.bubble == Some(sender.message)
    });
    Ok(match cx.ledger.shown_by(sender.chat, sender.message)? {
        _ if is_bubble => true,
        Some(Scope::List(shown)) => shown == id,
        Some(Scope::Together) => matches!(press, Press::Cancel(_)),
        Some(Scope::Searches(person)) => {
            matches!(press, Press::Cancel(_)) && person == sender.person
        }
        Some(Scope::History(person)) => {
            matches!(press, Press::Result(_)) && person == sender.person
        }
        _ => false,
    })
}

/// Whether the pressed message shows this. The buttons that Telegram reports can't be forged either; they cover
/// messages sent just before a crash.
pub(super) fn is_shown(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    scope: Scope,
) -> Result<bool, StoreError> {
    Ok(has_it(query) || cx.ledger.shown_by(sender.chat, sender.message)? == Some(scope))
}

/// Whether Telegram reports the pressed button on the pressed message. It may have been there a moment ago.
fn has_it(query: &CallbackQuery) -> bool {
    let pressed = query.data.as_deref();
    let mut buttons = attached(query).into_iter();
    buttons.any(|(_, data)| Some(data.as_str()) == pressed)
}

/// Whether the pressed message has exactly these buttons.
pub(super) fn shows(query: &CallbackQuery, buttons: &[Button]) -> bool {
    let wanted = buttons.iter();
    let wanted = wanted.map(|button| (button.label.clone(), button.press.to_string()));
    attached(query).into_iter().eq(wanted)
}

/// Returns the buttons of the pressed message, as Telegram reports them: labels and data.
fn attached(query: &CallbackQuery) -> Vec<(String, String)> {
    let markup = query
        .regular_message()
        .and_then(|message| message.reply_markup());
    let shown = markup.map(|markup| markup.inline_keyboard.concat());
    let shown = shown.unwrap_or_default().into_iter();
    let shown = shown.filter_map(|button| match button.kind {
        InlineKeyboardButtonKind::CallbackData(data) => Some((button.text, data)),
        _ => None,
    });
    shown.collect()
}
