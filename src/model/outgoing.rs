//! Outgoing messages: durable before they are sent.

use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, Button, ChatId, ComparisonId, Depth, FileKind, Handle, KeyNews, ListView,
    MeasureName, MessageId, NetworkName, PersonId, Press, TopicId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutgoingId(pub u64);

/// A row of the outbox; removed once Telegram has accepted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    pub chat: ChatId,
    /// Where in the chat; `None` if it belongs to an analysis, which has a place of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub say: Say,
}

/// Where in a chat a message belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// `None` for the general topic, and in chats without topics.
    pub topic: Option<TopicId>,
    /// The message that it replies to.
    pub question: Option<MessageId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A plain message.
    Text {
        html: String,
        buttons: Vec<Button>,
        reply_to: Option<MessageId>,
    },
    /// An update of the analysis's bubble to its current state.
    Bubble(AnalysisId),
    /// The result as a picture.
    Picture(AnalysisId),
    /// The ranked list.
    Results(AnalysisId),
    /// Another view of the list in this message.
    Listed {
        analysis: AnalysisId,
        message: MessageId,
        shown: ListView,
    },
    /// An announcement: some accounts will be compared once their results are there.
    Comparing {
        analyses: Vec<AnalysisId>,
        question: MessageId,
        /// The depth that running analyses were raised to.
        deeper: Option<Depth>,
    },
    /// A comparison of these results, or the one that is kept of them: as a picture, and as text.
    ComparedPicture {
        analyses: Vec<AnalysisId>,
        question: MessageId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<ComparisonId>,
    },
    Compared {
        analyses: Vec<AnalysisId>,
        question: MessageId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept: Option<ComparisonId>,
    },
    /// A kept comparison as a file.
    ComparedFile {
        comparison: ComparisonId,
        kind: FileKind,
    },
    /// What has changed since the result that this one replaces.
    Changes(AnalysisId),
    /// One account of the list, by its place in the stored ranking.
    About { analysis: AnalysisId, place: u16 },
    /// The whole ranking as a file, in the order of this measure.
    File {
        analysis: AnalysisId,
        kind: FileKind,
        measure: MeasureName,
    },
    /// For an operator: a network has a problem, or works again.
    Alarm { network: NetworkName, alarm: Alarm },
    /// For an operator: the machine has a problem, or it is over.
    Failing { what: Failing, over: bool },
    /// For its owner: what has happened to a key.
    Key { network: NetworkName, news: KeyNews },
    /// Deletes a message that nobody else should read.
    Delete { message: MessageId },
    /// Replaces the text and buttons of an earlier message.
    Rewritten {
        message: MessageId,
        html: String,
        buttons: Vec<Button>,
    },
    /// Replaces the buttons below an earlier message.
    Keyboard {
        message: MessageId,
        buttons: Vec<Button>,
    },
    /// The answer to a pressed button.
    Answer {
        callback: String,
        text: Option<String>,
    },
    /// The results of an inline query.
    Offer(Offer),
    /// What is promised to a person who watches this account.
    Watching {
        person: PersonId,
        network: NetworkName,
        handle: Handle,
    },
    /// That this account is not watched any more.
    Unwatched { handle: Handle },
    /// Carries a press on what another person has asked for in this group out, if who has pressed is an admin there.
    AsAdmin(AdminPress),
    /// Cancels the searches of others in this group, if this person is an admin there, and reports the outcome.
    Overrule {
        analyses: Vec<AnalysisId>,
        person: PersonId,
        asked: Source,
    },
}

/// A press on a button that is another person's, and what is known of who has pressed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminPress {
    pub person: PersonId,
    pub press: Press,
    /// The message with the button.
    pub message: MessageId,
    pub callback: String,
    pub priority: u32,
    /// How many searches they may start in a day; `None` for no limit.
    pub quota: Option<u32>,
}

/// How something was asked for, and so how it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By a button; this is the callback query.
    Pressed(String),
    /// By this message.
    Written(MessageId),
}

/// Inline results: the person's own, or perhaps a link to start a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The id of Telegram's inline query.
    pub query: String,
    pub results: Vec<AnalysisId>,
    pub search: Option<StartLink>,
    /// The code of the language: an inline query comes from no known chat.
    pub language: String,
}

/// A button that opens the private chat with a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartLink {
    pub label: String,
    pub parameter: String,
}

/// What only an operator can fix, or that it is fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    KeyRefused,
    OutOfCredit,
    /// It has been unreachable for long.
    Down,
    Over,
}

/// What can fail on the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failing {
    /// The disk is nearly full; this many bytes are free.
    Disk { free: u64 },
    /// The disk is so full that all searches wait; this many bytes are free.
    Room { free: u64 },
    /// The process can open no more files or connections.
    Files,
    /// The database accepts no writes.
    Database,
    /// Erased data stays on the disk.
    Forgetting,
}
