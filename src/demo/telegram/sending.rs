//! Sending, editing and deleting messages, with everything that Telegram checks on the way.

use serde_json::{Value, json};

use crate::demo::telegram::chat::{Author, ChatMessage, Draft};
use crate::demo::telegram::formatted_text::{
    FormattedText, MessageEntity, MessageText, utf16_length,
};
use crate::demo::telegram::keyboard::{self, InlineKeyboard};
use crate::demo::telegram::method_call::MethodCall;
use crate::demo::telegram::model::Event;
use crate::demo::telegram::rejection::Rejection;
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::{detect, html, rights, topics, wire};

/// UTF-16 units of a message's text and of a caption.
const MAXIMUM_TEXT: usize = 4096;
const MAXIMUM_CAPTION: usize = 1024;

pub(super) fn send_message(state: &mut ServerState, call: &MethodCall) -> Result<Value, Rejection> {
    let words = read_text(state, call)?;
    let keyboard = read_keyboard(state, call, false)?;
    let chat = state.addressed_chat(call)?;
    rights::check(state, call, chat)?;
    let reply_to = reply_to(state, call, chat)?;
    let topic = topics::of_call(state, call, chat, reply_to)?;
    state.spend(chat)?;
    state.post(Draft {
        chat,
        author: Author::Bot,
        words,
        keyboard,
        reply_to,
        topic,
        file: None,
        via_bot: false,
    })
}

pub(super) fn edit_message_text(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    let words = read_text(state, call)?;
    let keyboard = read_keyboard(state, call, true)?;
    edit(state, call, |stored| {
        if stored.medium.is_some() {
            return Err(
                Rejection::bad_request("there is no text in the message to edit")
                    .violating("edits the text of a message that is a file"),
            );
        }
        stored.message.text = words.shown.text.clone();
        stored.message.links = words.shown.links();
        stored.message.html = words.sent;
        stored.entities = words.shown.entities;
        stored.replace_keyboard(keyboard);
        Ok(())
    })
}

pub(super) fn edit_message_reply_markup(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    let keyboard = read_keyboard(state, call, true)?;
    edit(state, call, |stored| {
        stored.replace_keyboard(keyboard);
        Ok(())
    })
}

pub(super) fn delete_message(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<Value, Rejection> {
    let chat = state.addressed_chat(call)?;
    let missing = Rejection::bad_request("message to delete not found");
    let stored = find(state, call, chat, missing)?;
    let message = stored.message.id;
    if chat < 0 && stored.author != Author::Bot {
        return Err(Rejection::bad_request("message can't be deleted")
            .violating("deletes somebody else's message in a group where it is no admin"));
    }
    state.delete(chat, message, true);
    Ok(json!(true))
}

/// Reads the caption of a file.
pub(super) fn read_caption(
    state: &mut ServerState,
    call: &MethodCall,
) -> Result<MessageText, Rejection> {
    let words = read_words(state, call, "caption", "caption_entities")?;
    let length = utf16_length(&words.shown.text);
    if length > MAXIMUM_CAPTION {
        return Err(
            Rejection::bad_request("message caption is too long").violating(format!(
                "the caption has {length} UTF-16 units, allowed are {MAXIMUM_CAPTION}"
            )),
        );
    }
    Ok(words)
}

pub(super) fn read_keyboard(
    state: &mut ServerState,
    call: &MethodCall,
    editing: bool,
) -> Result<InlineKeyboard, Rejection> {
    let keyboard = keyboard::read(call.object("reply_markup")?, editing)?;
    for complaint in &keyboard.complaints {
        state.add_violation(call, complaint);
    }
    Ok(keyboard)
}

/// Returns the message that the new one replies to, after checking that it is there.
pub(super) fn reply_to(
    state: &ServerState,
    call: &MethodCall,
    chat: i64,
) -> Result<Option<i32>, Rejection> {
    let Some(parameters) = call.object("reply_parameters")? else {
        return Ok(None);
    };
    let lenient = parameters
        .get("allow_sending_without_reply")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let id = parameters
        .get("message_id")
        .and_then(Value::as_i64)
        .and_then(|id| i32::try_from(id).ok());
    match id.filter(|id| state.present(chat, *id).is_some()) {
        Some(id) => Ok(Some(id)),
        None if lenient => Ok(None),
        None => Err(Rejection::bad_request("message to be replied not found")),
    }
}

fn read_text(state: &mut ServerState, call: &MethodCall) -> Result<MessageText, Rejection> {
    let words = read_words(state, call, "text", "entities")?;
    check_text(&words)?;
    Ok(words)
}

/// Checks that Telegram would accept this as the text of a message.
pub(super) fn check_text(words: &MessageText) -> Result<(), Rejection> {
    let length = utf16_length(&words.shown.text);
    if length == 0 {
        return Err(Rejection::bad_request("message text is empty").violating("the text is empty"));
    }
    if length > MAXIMUM_TEXT {
        return Err(
            Rejection::bad_request("message is too long").violating(format!(
                "the text has {length} UTF-16 units, allowed are {MAXIMUM_TEXT}"
            )),
        );
    }
    Ok(())
}

fn read_words(
    state: &mut ServerState,
    call: &MethodCall,
    field: &str,
    entities: &str,
) -> Result<MessageText, Rejection> {
    let sent = call.text(field).unwrap_or_default();
    let mode = call.text("parse_mode").unwrap_or_default();
    let words = message_text(sent, &mode)?;
    if call.object(entities)?.is_some() {
        state.add_violation(call, "the fake takes HTML, not ready-made entities");
    }
    for complaint in &words.shown.complaints {
        state.add_violation(call, complaint);
    }
    Ok(words)
}

/// Returns the text that is sent, and as people see it.
pub(super) fn message_text(sent: String, mode: &str) -> Result<MessageText, Rejection> {
    let formatted = match mode.to_ascii_lowercase().as_str() {
        "" => FormattedText {
            text: sent.clone(),
            ..FormattedText::default()
        },
        "html" => html::parse(&sent).map_err(|fault| {
            Rejection::bad_request(&format!("can't parse entities: {fault}"))
                .violating(format!("the HTML is broken: {fault}"))
        })?,
        _ => {
            return Err(
                Rejection::bad_request("unsupported parse_mode").violating(format!(
                    "the fake reads HTML and plain text, not \"{mode}\""
                )),
            );
        }
    };
    let mut shown = formatted.trimmed();
    add_detected(&mut shown);
    Ok(MessageText { sent, shown })
}

/// Adds what Telegram marks by itself, outside of code and links.
fn add_detected(shown: &mut FormattedText) {
    let closed = |entity: &MessageEntity| matches!(entity.kind, "code" | "pre" | "text_link");
    let overlap = |one: &MessageEntity, other: &MessageEntity| {
        one.offset < other.end() && other.offset < one.end()
    };
    for found in detect::entities(&shown.text) {
        let taken = shown
            .entities
            .iter()
            .any(|entity| closed(entity) && overlap(entity, &found));
        if !taken {
            shown.entities.push(found);
        }
    }
    shown
        .entities
        .sort_by_key(|entity| (entity.offset, std::cmp::Reverse(entity.length)));
}

/// Edits one of the bot's messages.
fn edit(
    state: &mut ServerState,
    call: &MethodCall,
    change: impl FnOnce(&mut ChatMessage) -> Result<(), Rejection>,
) -> Result<Value, Rejection> {
    let chat = state.addressed_chat(call)?;
    state.spend(chat)?;
    let mut edited = find(state, call, chat, Rejection::message_to_edit_not_found())?.clone();
    if edited.author != Author::Bot {
        return Err(Rejection::bad_request("message can't be edited")
            .violating("edits a message that is not its own"));
    }
    let before = edited.clone();
    change(&mut edited)?;
    let same = (&edited.message.text, &edited.entities, &edited.markup)
        == (&before.message.text, &before.entities, &before.markup);
    if same {
        // A bot that was restarted, or never got the answer, can't know what the message shows.
        let knew = before.run == state.run && !before.doubtful;
        let refused = Rejection::not_modified();
        return Err(match knew {
            true => refused.violating(format!(
                "the edit changes nothing: \"{}\"",
                before.message.text
            )),
            false => refused,
        });
    }
    edited.message.edits += 1;
    edited.edited = Some(state.now());
    edited.run = state.run;
    edited.doubtful = false;
    state.emit(Event::Edited(edited.message.clone()));
    let place = state
        .chats
        .get_mut(&chat)
        .ok_or_else(Rejection::chat_not_found)?;
    let answer = wire::message(place, &edited);
    place.messages.insert(edited.message.id, edited);
    Ok(answer)
}

/// Returns the message that a call names. The bot is to blame if it never existed, or if the bot itself deleted it
/// in this run.
fn find<'a>(
    state: &'a ServerState,
    call: &MethodCall,
    chat: i64,
    missing: Rejection,
) -> Result<&'a ChatMessage, Rejection> {
    let Some(id) = call
        .integer("message_id")
        .and_then(|id| i32::try_from(id).ok())
    else {
        return Err(
            Rejection::bad_request("message identifier is not specified")
                .violating("names no message"),
        );
    };
    let known = state
        .chats
        .get(&chat)
        .and_then(|place| place.messages.get(&id));
    match known {
        None => Err(missing.violating(format!("there never was a message {id} in chat {chat}"))),
        Some(stored) => match stored.deleted_by_bot {
            None => Ok(stored),
            // A bot that was killed can't know whether its call arrived.
            Some(true) if stored.run == state.run => {
                Err(missing.violating(format!("the bot itself deleted message {id} before")))
            }
            Some(_) => Err(missing),
        },
    }
}
