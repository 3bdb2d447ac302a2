//! The part of an update that the bot reads: only that is stored, and only that is passed to teloxide. So nothing that
//! Telegram adds can make a message unreadable, and nothing unused is kept.
//!
//! A text is stored as it is read: in plain letters, with links replaced by the accounts they lead to, whether it is a
//! message or a caption.

#[cfg(test)]
mod tests;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use teloxide::types::{Update, UpdateKind};

use crate::locales::{asks_whom, plain};
use crate::model::{ChatId, PersonId};
use crate::networks::profile_page;

/// Telegram's own notices in a private chat, which nobody expects an answer to.
const NOTICES: [&str; 17] = [
    "boost_added",
    "chat_background_set",
    "chat_shared",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "forum_topic_created",
    "forum_topic_edited",
    "message_auto_delete_timer_changed",
    "passport_data",
    "pinned_message",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "users_shared",
    "web_app_data",
    "write_access_allowed",
];

/// An update. One of an unhandled kind has only its number.
#[derive(Debug, Serialize)]
pub(crate) struct StoredUpdate {
    update_id: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<StoredMessage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_query: Option<StoredPress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inline_query: Option<StoredInlineQuery>,
}

#[derive(Debug, Serialize)]
struct StoredMessage {
    message_id: i32,
    /// Zero for a message that Telegram no longer knows.
    date: u32,
    chat: StoredChat,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_thread_id: Option<i32>,
    is_topic_message: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<StoredUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_chat: Option<StoredChat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    via_bot: Option<StoredUser>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to_message: Option<Box<StoredMessage>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<StoredKeyboard>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredChat {
    id: i64,
    #[serde(rename = "type")]
    kind: StoredChatKind,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredChatKind {
    Private,
    Channel,
    Supergroup,
    /// All other kinds, present and future.
    #[serde(other)]
    Group,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredUser {
    id: u64,
    #[serde(default)]
    is_bot: bool,
    /// Required by teloxide, and unused.
    #[serde(skip_deserializing)]
    first_name: &'static str,
    language_code: Option<String>,
}

#[derive(Debug, Serialize)]
struct StoredKeyboard {
    inline_keyboard: Vec<Vec<StoredButton>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StoredButton {
    text: String,
    callback_data: String,
}

#[derive(Debug, Serialize)]
struct StoredPress {
    id: String,
    from: StoredUser,
    /// Required by teloxide.
    chat_instance: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<StoredMessage>,
}

#[derive(Debug, Serialize)]
struct StoredInlineQuery {
    id: String,
    from: StoredUser,
    query: String,
    /// Required by teloxide.
    offset: &'static str,
}

/// A range of a text, in UTF-16 units, and its link.
#[derive(Deserialize)]
struct TextLink {
    offset: usize,
    length: usize,
    url: String,
}

impl StoredUpdate {
    /// Reads an update as Telegram sends it, or as it was stored. `None` if it can't be read.
    pub(crate) fn read(update: &Value) -> Option<Self> {
        let mut incoming = Self {
            update_id: field(update, "update_id")?,
            message: None,
            callback_query: None,
            inline_query: None,
        };
        if let Some(message) = update.get("message") {
            incoming.message = Some(StoredMessage::of(message)?).filter(|_| is_written(message));
        } else if let Some(press) = update.get("callback_query") {
            incoming.callback_query = Some(StoredPress::of(press)?);
        } else if let Some(typing) = update.get("inline_query") {
            incoming.inline_query = Some(StoredInlineQuery::of(typing)?);
        }
        Some(incoming)
    }

    /// Returns the text of a message.
    pub(crate) fn text_mut(&mut self) -> Option<&mut String> {
        self.message.as_mut()?.text.as_mut()
    }

    /// Returns who sent a message to their private chat, and that chat.
    pub(crate) fn privately_from(&self) -> Option<(PersonId, ChatId)> {
        let message = self.message.as_ref()?;
        let from = message.from.as_ref()?;
        let is_private = message.chat.kind == StoredChatKind::Private;
        is_private.then_some((PersonId(from.id), ChatId(message.chat.id)))
    }

    /// Returns the text of an inline query.
    pub(crate) fn query_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.inline_query.as_mut()?.query)
    }

    /// Whether there may be something to do about it.
    pub(crate) fn is_relevant(&self) -> bool {
        self.message.is_some() || self.callback_query.is_some() || self.inline_query.is_some()
    }

    /// Converts it to teloxide's type, `None` if that can't hold it.
    pub(crate) fn into_update(self) -> Option<Update> {
        // Teloxide reads updates from text only; from a value they all look unknown.
        let update = serde_json::to_string(&self).ok()?;
        let update: Update = serde_json::from_str(&update).ok()?;
        Some(update).filter(|update| !matches!(update.kind, UpdateKind::Error(_)))
    }
}

impl StoredMessage {
    /// Reads a message.
    fn of(raw: &Value) -> Option<Self> {
        // To teloxide, a message without text was not sent by a person.
        let text = text(raw).unwrap_or_default();
        let reply_to_message = raw.get("reply_to_message").and_then(Self::answered);
        Some(Self {
            text: Some(text),
            reply_to_message: reply_to_message.map(Box::new),
            ..Self::bare(raw)?
        })
    }

    /// Reads a message that is replied to: whose it is, and whether it was the bot's question for an account; anything
    /// else that people wrote there is not kept.
    fn answered(raw: &Value) -> Option<Self> {
        let text: Option<String> = field(raw, "text");
        let message = Self::bare(raw)?;
        let is_of_a_bot = message.from.as_ref().is_some_and(|from| from.is_bot);
        Some(Self {
            text: text.filter(|text| is_of_a_bot && asks_whom(text)),
            ..message
        })
    }

    /// Reads a message with a pressed button.
    fn pressed(raw: &Value) -> Option<Self> {
        let keyboard = raw.pointer("/reply_markup/inline_keyboard");
        let rows = keyboard.and_then(Value::as_array).into_iter().flatten();
        let row = |row: &Value| {
            row.as_array()
                .into_iter()
                .flatten()
                .filter_map(read)
                .collect()
        };
        let inline_keyboard: Vec<Vec<StoredButton>> = rows.map(row).collect();
        Some(Self {
            text: Some(String::new()),
            reply_markup: Some(StoredKeyboard { inline_keyboard }),
            ..Self::bare(raw)?
        })
    }

    fn bare(raw: &Value) -> Option<Self> {
        Some(Self {
            message_id: field(raw, "message_id")?,
            date: field(raw, "date").unwrap_or_default(),
            chat: field(raw, "chat")?,
            message_thread_id: field(raw, "message_thread_id"),
            is_topic_message: field(raw, "is_topic_message").unwrap_or_default(),
            from: field(raw, "from"),
            sender_chat: field(raw, "sender_chat"),
            via_bot: field(raw, "via_bot"),
            text: None,
            reply_to_message: None,
            reply_markup: None,
        })
    }
}

impl StoredPress {
    fn of(raw: &Value) -> Option<Self> {
        Some(Self {
            id: field(raw, "id")?,
            from: field(raw, "from")?,
            chat_instance: "",
            data: field(raw, "data"),
            message: raw.get("message").and_then(StoredMessage::pressed),
        })
    }
}

impl StoredInlineQuery {
    fn of(raw: &Value) -> Option<Self> {
        let query: String = field(raw, "query")?;
        Some(Self {
            id: field(raw, "id")?,
            from: field(raw, "from")?,
            query: plain(&query),
            offset: "",
        })
    }
}

/// Whether a person wrote it: neither a notice of Telegram's, nor a channel's post that is forwarded to its group.
fn is_written(message: &Value) -> bool {
    let is_forwarded: bool = field(message, "is_automatic_forward").unwrap_or_default();
    let mut notices = NOTICES.iter();
    !is_forwarded && !notices.any(|notice| message.get(notice).is_some())
}

/// Returns the text or caption of a message, in plain letters and with its links.
fn text(message: &Value) -> Option<String> {
    let of = |text, entities| Some((field::<String>(message, text)?, message.get(entities)));
    let (text, entities) = of("text", "entities").or_else(|| of("caption", "caption_entities"))?;
    let entities = entities.and_then(Value::as_array).into_iter().flatten();
    let mut links: Vec<TextLink> = entities
        .filter(|it| it.get("type").and_then(Value::as_str) == Some("text_link"))
        .filter_map(read)
        .collect();
    links.sort_by_key(|link| link.offset);
    Some(plain(&with_accounts(&text, &links)))
}

/// Replaces the words of links by the accounts that the links lead to. Other links keep their words.
fn with_accounts(text: &str, links: &[TextLink]) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let piece =
        |from: usize, to: usize| String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
    let (mut read, mut at) = (String::new(), 0);
    for link in links.iter().filter(|link| link.length > 0) {
        let end = link.offset.saturating_add(link.length);
        let fits = link.offset >= at && end <= units.len();
        let Some(page) = profile_page(&link.url).filter(|_| fits) else {
            continue;
        };
        read += &piece(at, link.offset);
        read += &format!(" {page} ");
        at = end;
    }
    read + &piece(at, units.len())
}

fn field<T: DeserializeOwned>(value: &Value, name: &str) -> Option<T> {
    value.get(name).and_then(read)
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}
