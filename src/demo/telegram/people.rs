//! What people do in their chats: write, press, block, delete. Queues the updates that Telegram would send.

use serde_json::Value;

use crate::demo::telegram::chat::{Author, ChatKind, Draft, PressedButton};
use crate::demo::telegram::formatted_text::{FormattedText, MessageEntity, MessageText};
use crate::demo::telegram::keyboard::InlineKeyboard;
use crate::demo::telegram::model::{Event, InlineButton, Person};
use crate::demo::telegram::state::ServerState;
use crate::demo::telegram::{detect, wire};

/// Writes into an existing chat. Returns the message's id, 0 if there is no such chat. With `fields`, which replace
/// those of the same name, the bot always sees the message.
pub(super) fn say(
    state: &mut ServerState,
    chat: i64,
    person: &Person,
    text: &str,
    reply_to: Option<i32>,
    fields: Option<Value>,
) -> i32 {
    let replied = reply_to.and_then(|id| state.present(chat, id));
    let topic = replied.and_then(|stored| stored.message.topic);
    post(state, chat, person, text, (reply_to, topic), fields)
}

/// Writes into a topic of a group.
pub(super) fn say_in(
    state: &mut ServerState,
    chat: i64,
    topic: Option<i32>,
    person: &Person,
    text: &str,
) -> i32 {
    post(state, chat, person, text, (None, topic), None)
}

fn post(
    state: &mut ServerState,
    chat: i64,
    person: &Person,
    text: &str,
    (reply_to, topic): (Option<i32>, Option<i32>),
    fields: Option<Value>,
) -> i32 {
    // Writing to a blocked bot unblocks it.
    if chat > 0 {
        set_bot_out(state, chat, false);
    }
    let entities = detect::entities(text);
    let inside = state
        .chats
        .get(&chat)
        .is_some_and(|place| !place.bot_is_out);
    let is_seen = chat > 0 || fields.is_some();
    let heard = inside && (is_seen || is_heard(state, chat, text, &entities, reply_to));
    let shown = FormattedText {
        text: text.to_owned(),
        entities,
        complaints: Vec::new(),
    };
    let posted = state.post(Draft {
        chat,
        author: Author::Person(person.clone()),
        words: MessageText {
            sent: text.to_owned(),
            shown,
        },
        keyboard: InlineKeyboard::default(),
        reply_to,
        topic,
        file: None,
        via_bot: false,
    });
    let Ok(mut message) = posted else {
        return 0;
    };
    let id = message.get("message_id").and_then(Value::as_i64);
    for (name, value) in fields.iter().filter_map(Value::as_object).flatten() {
        message[name] = value.clone();
    }
    if heard {
        state.updates.push("message", message);
    }
    id.and_then(|id| i32::try_from(id).ok()).unwrap_or(0)
}

/// Presses a button; if `stale`, one that the message had before.
pub(super) fn press(
    state: &mut ServerState,
    person: &Person,
    message: i32,
    wanted: &str,
    stale: bool,
) -> Result<String, String> {
    let (place, stored) = state
        .locate(message)
        .ok_or_else(|| format!("there never was a message {message}"))?;
    if !stored.is_present() {
        return Err(format!("message {message} is deleted"));
    }
    if matches!(&place.kind, ChatKind::Private(owner) if owner.id != person.id) {
        return Err(format!("message {message} is in another person's chat"));
    }
    let present: Vec<&InlineButton> = stored.message.buttons.iter().flatten().collect();
    let found = match stale {
        true => stored
            .removed_buttons
            .iter()
            .rfind(|button| button.is(wanted)),
        false => present.iter().find(|button| button.is(wanted)).copied(),
    };
    let button = found.ok_or_else(|| {
        let labels: Vec<&str> = present.iter().map(|button| button.label.as_str()).collect();
        format!("message {message} has no button \"{wanted}\" but {labels:?}")
    })?;
    let (label, data) = match &button.data {
        Some(data) => (button.label.clone(), data.clone()),
        None => return Err(format!("the button \"{wanted}\" does not call the bot")),
    };
    let id = format!("press-{}-{message}", state.presses.len() + 1);
    let query = wire::callback_query(&id, person, place, stored, &data);
    let chat = place.id;
    let press = PressedButton {
        chat,
        person: person.first_name.clone(),
        label: label.clone(),
        answer: None,
    };
    state.presses.insert(id.clone(), press);
    state.updates.push("callback_query", query);
    state.emit(Event::Pressed {
        chat,
        message,
        person: person.first_name.clone(),
        label,
    });
    Ok(id)
}

/// Blocks the bot or lets it in again; in a group, removes it or takes it back.
pub(super) fn set_bot_out(state: &mut ServerState, chat: i64, gone: bool) {
    let date = state.now();
    let Some(place) = state
        .chats
        .get_mut(&chat)
        .filter(|place| place.bot_is_out != gone)
    else {
        return;
    };
    place.bot_is_out = gone;
    let by = match &place.kind {
        ChatKind::Private(person) => person.clone(),
        ChatKind::Group { .. } => Person::new(1, "Owner"),
    };
    let update = wire::membership(place, &by, date, gone);
    state.updates.push("my_chat_member", update);
}

/// Whether privacy mode lets the bot see a group's message: commands, mentions of the bot and replies to it.
fn is_heard(
    state: &ServerState,
    chat: i64,
    text: &str,
    entities: &[MessageEntity],
    reply_to: Option<i32>,
) -> bool {
    let replies_to_bot = reply_to
        .and_then(|id| state.present(chat, id))
        .is_some_and(|stored| stored.author == Author::Bot);
    let me = format!("@{}", wire::BOT_USERNAME);
    let units: Vec<u16> = text.encode_utf16().collect();
    let meant = entities.iter().any(|entity| {
        let covered = units.get(entity.offset..entity.end()).unwrap_or_default();
        let covered = String::from_utf16_lossy(covered);
        match entity.kind {
            "mention" => covered.eq_ignore_ascii_case(&me),
            "bot_command" => covered
                .find('@')
                .and_then(|at| covered.get(at..))
                .is_none_or(|addressee| addressee.eq_ignore_ascii_case(&me)),
            _ => false,
        }
    });
    replies_to_bot || meant
}
