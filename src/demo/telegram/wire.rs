//! The fake's data -> the Bot API's JSON. Pure; no request is read here.

use serde_json::{Value, json};

use crate::demo::telegram::chat::{Author, ChatKind, ChatMessage, FakeChat, Medium};
use crate::demo::telegram::model::{MemberStatus, Person};
use crate::demo::telegram::rejection::is_supergroup;

/// The identity of the fake's bot.
pub(super) const BOT_ID: i64 = 7_000_000_001;
pub(super) const BOT_NAME: &str = "Lookalike";
pub(super) const BOT_USERNAME: &str = "lookalike_bot";
pub(super) const TOKEN: &str = "7000000001:AAFakeTokenOfTheDemoThatOpensNothing";

pub(super) fn bot() -> Value {
    json!({
        "id": BOT_ID,
        "is_bot": true,
        "first_name": BOT_NAME,
        "username": BOT_USERNAME,
    })
}

/// Returns the name that people type before an inline query.
pub(super) fn mention() -> String {
    format!("@{BOT_USERNAME}")
}

/// Returns the response to getMe.
pub(super) fn me(inline: bool) -> Value {
    let mut me = bot();
    me["can_join_groups"] = json!(true);
    me["can_read_all_group_messages"] = json!(false);
    me["supports_inline_queries"] = json!(inline);
    me["can_connect_to_business"] = json!(false);
    me["has_main_web_app"] = json!(false);
    me
}

pub(super) fn user(person: &Person) -> Value {
    without_nulls(json!({
        "id": person.id,
        "is_bot": false,
        "first_name": person.first_name,
        "username": person.username,
        "language_code": person.language_code,
    }))
}

pub(super) fn chat(chat: &FakeChat) -> Value {
    match &chat.kind {
        ChatKind::Private(person) => without_nulls(json!({
            "id": chat.id,
            "type": "private",
            "first_name": person.first_name,
            "username": person.username,
        })),
        ChatKind::Group { title } => json!({
            "id": chat.id,
            "type": if is_supergroup(chat.id) { "supergroup" } else { "group" },
            "title": title,
        }),
    }
}

/// Returns a message, with the one it replies to.
pub(super) fn message(place: &FakeChat, stored: &ChatMessage) -> Value {
    let mut wire = bare_message(place, stored);
    let answered = stored
        .message
        .reply_to
        .and_then(|id| place.messages.get(&id));
    if let Some(answered) = answered {
        wire["reply_to_message"] = bare_message(place, answered);
    }
    wire
}

fn bare_message(place: &FakeChat, stored: &ChatMessage) -> Value {
    let message = &stored.message;
    let (words, entities) = match stored.medium {
        None => ("text", "entities"),
        Some(_) => ("caption", "caption_entities"),
    };
    let mut wire = json!({
        "message_id": message.id,
        "from": match &stored.author {
            Author::Bot => bot(),
            Author::Person(person) => user(person),
        },
        "chat": chat(place),
        "date": stored.date,
        "edit_date": stored.edited,
        "via_bot": message.via_bot.then(bot),
        "reply_markup": stored.markup,
        "message_thread_id": message.topic,
        "is_topic_message": message.topic.map(|_| true),
    });
    if !message.text.is_empty() {
        wire[words] = json!(message.text);
    }
    if !stored.entities.is_empty() {
        wire[entities] = json!(stored.entities);
    }
    match &stored.medium {
        None => {}
        Some(Medium::Document { file, mime_type }) => {
            wire["document"] = without_nulls(json!({
                "file_id": file,
                "file_unique_id": format!("unique-{file}"),
                "file_name": message.document.as_ref().map(|document| &document.file_name),
                "mime_type": mime_type,
                "file_size": message.document.as_ref().map(|document| document.bytes.len()),
            }));
        }
        Some(Medium::Photo {
            file,
            width,
            height,
        }) => {
            wire["photo"] = json!([{
                "file_id": file,
                "file_unique_id": format!("unique-{file}"),
                "width": width,
                "height": height,
                "file_size": message.photo.as_ref().map_or(0, |photo| photo.bytes.len()),
            }]);
        }
    }
    without_nulls(wire)
}

pub(super) fn callback_query(
    id: &str,
    person: &Person,
    place: &FakeChat,
    stored: &ChatMessage,
    data: &str,
) -> Value {
    json!({
        "id": id,
        "from": user(person),
        "message": message(place, stored),
        "chat_instance": format!("instance-{}", place.id),
        "data": data,
    })
}

pub(super) fn inline_query(id: &str, person: &Person, words: &str) -> Value {
    json!({
        "id": id,
        "from": user(person),
        "query": words,
        "offset": "",
        "chat_type": "private",
    })
}

/// Returns a member of a group.
pub(super) fn member(person: &Person, rank: MemberStatus) -> Value {
    let user = user(person);
    match rank {
        MemberStatus::Owner => json!({ "user": user, "status": "creator", "is_anonymous": false }),
        MemberStatus::Administrator => json!({
            "user": user,
            "status": "administrator",
            "can_be_edited": false,
            "is_anonymous": false,
            "can_manage_chat": true,
            "can_delete_messages": true,
            "can_manage_video_chats": true,
            "can_restrict_members": true,
            "can_promote_members": false,
            "can_change_info": true,
            "can_invite_users": true,
            "can_post_stories": false,
            "can_edit_stories": false,
            "can_delete_stories": false,
        }),
        MemberStatus::Member => json!({ "user": user, "status": "member" }),
    }
}

/// Returns the update that says that the bot was blocked or unblocked.
pub(super) fn membership(place: &FakeChat, by: &Person, date: i64, gone: bool) -> Value {
    let status = |gone: bool| match gone {
        true => json!({ "user": bot(), "status": "kicked", "until_date": 0 }),
        false => json!({ "user": bot(), "status": "member" }),
    };
    json!({
        "chat": chat(place),
        "from": user(by),
        "date": date,
        "old_chat_member": status(!gone),
        "new_chat_member": status(gone),
    })
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}
