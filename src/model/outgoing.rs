//! What is to be said in a chat: durable before it is sent.

use serde::{Deserialize, Serialize};

use crate::model::{
    AnalysisId, Button, ChatId, Depth, FileKind, KeyNews, ListView, MessageId, NetworkName,
    PersonId,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutgoingId(pub u64);

/// One thing to say; removed once Telegram has taken it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    pub chat: ChatId,
    /// Where in the chat; `None` where what is said belongs to an analysis, whose place it then is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    pub say: Say,
}

/// A topic of a chat, by Telegram's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TopicId(pub i32);

/// Where in a chat a message stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// `None` for the general topic, and in chats without any.
    pub topic: Option<TopicId>,
    /// The message that it answers.
    pub question: Option<MessageId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Say {
    /// A message of its own.
    Text {
        html: String,
        buttons: Vec<Button>,
        reply_to: Option<MessageId>,
    },
    /// The analysis' bubble, brought up to its present state.
    Bubble(AnalysisId),
    /// The result as a picture.
    Picture(AnalysisId),
    /// The ranked list.
    Results(AnalysisId),
    /// The list, already sent as this message, looked at in another way.
    Listed {
        analysis: AnalysisId,
        message: MessageId,
        shown: ListView,
    },
    /// Some accounts will be compared once all that is known of them is there.
    Comparing {
        analyses: Vec<AnalysisId>,
        question: MessageId,
        /// How deep those go now that were under way, where they did not.
        #[serde(default)]
        deeper: Option<Depth>,
    },
    /// These results held against each other: as a picture, and in words.
    ComparedPicture {
        analyses: Vec<AnalysisId>,
        question: MessageId,
    },
    Compared {
        analyses: Vec<AnalysisId>,
        question: MessageId,
    },
    /// What has changed since the result that this one takes the place of.
    Changes(AnalysisId),
    /// One account of the list, by its place in the stored one.
    About { analysis: AnalysisId, place: u16 },
    /// The whole ranking as a file, by the measure of this place on the shelf.
    File {
        analysis: AnalysisId,
        kind: FileKind,
        measure: u8,
    },
    /// For an operator: what is the matter with a network.
    Alarm { network: NetworkName, alarm: Alarm },
    /// For an operator: what is the matter with the machine, or that it is over.
    Failing { what: Failing, over: bool },
    /// For its owner: what has become of a key.
    Key { network: NetworkName, news: KeyNews },
    /// What somebody wrote is to go, since nobody else shall read it.
    Delete { message: MessageId },
    /// Another text and other buttons for an earlier message.
    Rewritten {
        message: MessageId,
        html: String,
        buttons: Vec<Button>,
    },
    /// Other buttons under an earlier message, or none.
    Keyboard {
        message: MessageId,
        buttons: Vec<Button>,
    },
    /// The answer to a pressed button.
    Answer {
        callback: String,
        text: Option<String>,
    },
    /// What can be chosen for words that somebody types behind the bot's name.
    Offer(Offer),
    /// Ends what others have asked for in this group, if this person runs it, and says what came of that.
    Overrule {
        analyses: Vec<AnalysisId>,
        person: PersonId,
        asked: Source,
    },
}

/// How something was asked for, and so how it is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By a button; this is the press.
    Pressed(String),
    /// By this message.
    Written(MessageId),
}

/// Results of whoever typed, and where there are none perhaps a way to one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What Telegram calls the question.
    pub query: String,
    pub results: Vec<AnalysisId>,
    pub search: Option<StartLink>,
    /// The language's code: who only types has no chat that is known.
    pub language: String,
}

/// A button that opens the private chat with a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartLink {
    pub label: String,
    pub parameter: String,
}

/// What only an operator can mend, or that it is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    KeyRefused,
    OutOfCredit,
    /// It does not answer for long.
    Down,
    Over,
}

/// What of the machine may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failing {
    /// It is nearly full; so many bytes are free.
    Disk { free: u64 },
    /// It is so full that all searches wait; so many bytes are free.
    Room { free: u64 },
    /// The process may open no more files or connections.
    Files,
    /// It takes no writes.
    Database,
    /// What is erased stays on it.
    Forgetting,
}
