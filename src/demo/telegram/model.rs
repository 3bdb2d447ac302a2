//! The plain data of the fake: people, messages, events and the failures that can be requested. No I/O.

use std::fmt;

use axum::body::Bytes;

/// A person who writes to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: i64,
    pub first_name: String,
    pub username: Option<String>,
    pub language_code: Option<String>,
}

impl Person {
    pub fn new(id: i64, first_name: &str) -> Person {
        Person {
            id,
            first_name: first_name.to_owned(),
            username: None,
            language_code: None,
        }
    }

    pub fn named(self, username: &str) -> Person {
        Person {
            username: Some(username.to_owned()),
            ..self
        }
    }

    pub fn speaking(self, language_code: &str) -> Person {
        Person {
            language_code: Some(language_code.to_owned()),
            ..self
        }
    }
}

/// What a person is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    Owner,
    Administrator,
    Member,
}

/// A message as people see it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub chat: i64,
    pub id: i32,
    pub from_bot: bool,
    /// First name of the author.
    pub from: String,
    /// The visible text: no tags, trimmed. The caption, if there is a file.
    pub text: String,
    /// The text as it was sent, with tags.
    pub html: String,
    /// Text and URL of every link made with `<a href>`.
    pub links: Vec<(String, String)>,
    pub buttons: Vec<Vec<InlineButton>>,
    pub document: Option<Document>,
    pub photo: Option<Document>,
    pub reply_to: Option<i32>,
    /// The topic that it is in; `None` for the general one.
    pub topic: Option<i32>,
    /// The beginning and the author of the message that it replies to, as Telegram shows them above the reply.
    pub quote: Option<String>,
    /// Chosen from the bot's inline results.
    pub via_bot: bool,
    pub edits: u32,
}

impl Message {
    pub fn button(&self, label_or_data: &str) -> Option<&InlineButton> {
        self.buttons
            .iter()
            .flatten()
            .find(|button| button.is(label_or_data))
    }
}

/// A button under a message. It has data (it calls the bot) or a URL (it opens a page); rarely neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineButton {
    pub label: String,
    pub data: Option<String>,
    pub url: Option<String>,
}

impl InlineButton {
    pub fn is(&self, label_or_data: &str) -> bool {
        self.label == label_or_data || self.data.as_deref() == Some(label_or_data)
    }
}

/// The bot's results for an inline query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineResults {
    pub query: String,
    /// First name of the person who typed.
    pub person: String,
    pub words: String,
    pub articles: Vec<Article>,
    /// The button above the results: its label, and the parameter that it opens the private chat with.
    pub button: Option<(String, String)>,
    /// Whether the results are only for the person who typed.
    pub is_personal: bool,
}

/// One inline result, and the message that it becomes when it is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    pub id: String,
    pub title: String,
    pub description: String,
    pub text: String,
    pub buttons: Vec<Vec<InlineButton>>,
}

/// A file that the bot sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    pub file_name: String,
    pub bytes: Bytes,
    pub caption: String,
}

impl Document {
    /// Returns the file's content as text.
    pub fn content(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Megabytes of file content would drown a failed assertion.
        write!(formatter, "{} ({} bytes)", self.file_name, self.bytes.len())
    }
}

/// Something that a person looking at the chats would notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A person wrote.
    Said(Message),
    /// The bot wrote.
    Sent(Message),
    /// The bot edited its own message.
    Edited(Message),
    Deleted {
        chat: i64,
        message: i32,
        by_bot: bool,
    },
    Pressed {
        chat: i64,
        message: i32,
        person: String,
        label: String,
    },
    CallbackAnswered {
        chat: i64,
        person: String,
        text: String,
        alert: bool,
    },
    /// The bot answered an inline query.
    Offered(InlineResults),
}

/// A failure of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFailure {
    TooManyRequests {
        retry_after: u32,
    },
    /// The person has blocked the bot.
    Blocked,
    /// The person's account is deleted.
    Deactivated,
    /// The bot was removed from the group.
    Kicked,
    ChatNotFound,
    MessageToEditNotFound,
    QueryTooOld,
    /// The group became a supergroup: the old id is refused from now on, the new one works.
    Migrated {
        to: i64,
    },
    /// A 502. Teloxide sleeps ten seconds on it.
    ServerError,
    /// Any other answer of the Bot API, word for word.
    Refused {
        code: u16,
        description: String,
    },
    /// Not carried out, and the connection closes without an answer.
    Dropped,
    /// Carried out, but the answer never arrives.
    AcceptedThenDropped,
    /// Waits for `release`, then goes on as usual.
    Held,
    /// Carried out, but the answer waits for `release`.
    AcceptedThenHeld,
}
