//! Inline keyboards: the `reply_markup` of a call -> buttons, or what is wrong with it. Knows nothing of messages.

use serde_json::{Value, json};

use crate::demo::telegram::model::InlineButton;
use crate::demo::telegram::rejection::Rejection;

/// Bytes of a button's data.
const MAXIMUM_DATA_BYTES: usize = 64;
/// Buttons of one message.
const MAXIMUM_BUTTONS: usize = 100;
/// What a button may do besides calling the bot or opening a page.
const OTHER_ACTIONS: [&str; 8] = [
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
];

/// The buttons under a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InlineKeyboard {
    pub(super) rows: Vec<Vec<InlineButton>>,
    /// As the Bot API returns it; `None` without buttons.
    pub(super) wire: Option<Value>,
    pub(super) complaints: Vec<String>,
}

/// Reads a `reply_markup`. Markups other than inline keyboards are accepted on new messages and not kept.
pub(super) fn read(markup: Option<Value>, editing: bool) -> Result<InlineKeyboard, Rejection> {
    let mut keyboard = InlineKeyboard::default();
    let Some(markup) = markup else {
        return Ok(keyboard);
    };
    let Some(rows) = markup.get("inline_keyboard") else {
        let known = ["keyboard", "remove_keyboard", "force_reply"]
            .iter()
            .any(|kind| markup.get(kind).is_some());
        if editing || !known {
            return Err(Rejection::bad_request("inline keyboard expected")
                .violating(format!("reply_markup is no inline keyboard: {markup}")));
        }
        return Ok(keyboard);
    };
    let Some(rows) = rows.as_array() else {
        return Err(malformed("inline_keyboard is not a list of rows"));
    };
    let mut wire_rows = Vec::new();
    for row in rows {
        let Some(row) = row.as_array() else {
            return Err(malformed("a row of the keyboard is not a list of buttons"));
        };
        if row.is_empty() {
            keyboard
                .complaints
                .push("the keyboard has an empty row".to_owned());
            continue;
        }
        let buttons: Vec<InlineButton> = row.iter().map(button).collect::<Result<_, _>>()?;
        keyboard.rows.push(buttons);
        wire_rows.push(row.clone());
    }
    if keyboard.rows.iter().flatten().count() > MAXIMUM_BUTTONS {
        return Err(
            Rejection::bad_request("reply markup is too long").violating(format!(
                "the keyboard has more than {MAXIMUM_BUTTONS} buttons"
            )),
        );
    }
    if !wire_rows.is_empty() {
        keyboard.wire = Some(json!({ "inline_keyboard": wire_rows }));
    }
    Ok(keyboard)
}

fn button(value: &Value) -> Result<InlineButton, Rejection> {
    let word = |field: &str| value.get(field).and_then(Value::as_str).map(str::to_owned);
    let Some(label) = word("text").filter(|label| !label.trim().is_empty()) else {
        return Err(malformed("a button has no text"));
    };
    let (data, url) = (word("callback_data"), word("url"));
    let others = OTHER_ACTIONS
        .iter()
        .filter(|action| value.get(action).is_some())
        .count();
    let actions = usize::from(data.is_some()) + usize::from(url.is_some()) + others;
    if actions == 0 {
        return Err(Rejection::bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        )
        .violating(format!("the button \"{label}\" does nothing")));
    }
    if actions > 1 {
        return Err(malformed(&format!(
            "the button \"{label}\" does more than one thing"
        )));
    }
    if let Some(data) = &data
        && !(1..=MAXIMUM_DATA_BYTES).contains(&data.len())
    {
        return Err(
            Rejection::bad_request("BUTTON_DATA_INVALID").violating(format!(
                "the data of the button \"{label}\" has {} bytes, allowed are 1 to {MAXIMUM_DATA_BYTES}",
                data.len()
            )),
        );
    }
    if let Some(url) = &url
        && !["https://", "http://", "tg://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
    {
        return Err(
            Rejection::bad_request("BUTTON_URL_INVALID").violating(format!(
                "the button \"{label}\" opens \"{url}\", which is no address"
            )),
        );
    }
    Ok(InlineButton { label, data, url })
}

fn malformed(what: &str) -> Rejection {
    Rejection::bad_request(&format!("can't parse inline keyboard button: {what}")).violating(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(button: Value) -> Result<InlineKeyboard, Rejection> {
        read(Some(json!({ "inline_keyboard": [[button]] })), false)
    }

    #[test]
    fn data_has_one_to_sixty_four_bytes() {
        one(json!({ "text": "a", "callback_data": "é".repeat(32) })).unwrap();
        for data in [String::new(), "é".repeat(33)] {
            let refused = one(json!({ "text": "a", "callback_data": data })).unwrap_err();
            assert_eq!(refused.description, "Bad Request: BUTTON_DATA_INVALID");
        }
    }

    #[test]
    fn a_button_does_exactly_one_thing() {
        one(json!({ "text": "a" })).unwrap_err();
        one(json!({ "text": "a", "callback_data": "b", "url": "https://c" })).unwrap_err();
        one(json!({ "text": "a", "url": "c" })).unwrap_err();
        one(json!({ "text": " ", "callback_data": "b" })).unwrap_err();
        one(json!({ "text": "a", "url": "https://c" })).unwrap();
    }

    #[test]
    fn an_empty_row_is_a_complaint_and_an_empty_keyboard_is_none() {
        let keyboard = read(Some(json!({ "inline_keyboard": [[]] })), false).unwrap();
        assert_eq!(keyboard.complaints.len(), 1);
        let keyboard = read(Some(json!({ "inline_keyboard": [] })), true).unwrap();
        assert_eq!(keyboard, InlineKeyboard::default());
    }

    #[test]
    fn edits_take_inline_keyboards_only() {
        let force = json!({ "force_reply": true });
        read(Some(force.clone()), false).unwrap();
        read(Some(force), true).unwrap_err();
    }
}
