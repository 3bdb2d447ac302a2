//! What an error of the Bot API means for the call. Decides, and does nothing.

use std::time::Duration;

use teloxide::{ApiError, RequestError};

use crate::model::ChatId;

/// Telegram's messages for a chat that is closed to the bot; teloxide knows only some of them.
const CLOSED: [&str; 12] = [
    "Forbidden:",
    "bot was kicked",
    "chat not found",
    "bot can't initiate conversation",
    "not enough rights to send",
    "have no rights to send",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_",
    "CHAT_RESTRICTED",
    "USER_BANNED_IN_CHANNEL",
    "need administrator rights",
    "group is deactivated",
];

/// Telegram's messages for a message that can't be edited any more.
const GONE: [&str; 6] = [
    "message to edit not found",
    "message can't be edited",
    "MESSAGE_ID_INVALID",
    "message not found",
    "message to delete not found",
    "message can't be deleted",
];

/// Telegram's messages for a deleted topic.
const TOPIC_GONE: [&str; 2] = ["message thread not found", "TOPIC_DELETED"];

/// Telegram's messages for its own failures.
const THEIR_FAULT: [&str; 4] = [
    "Bad Gateway",
    "Internal Server Error",
    "Gateway Timeout",
    "Service Unavailable",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TelegramError {
    /// The message already looks like that.
    Unchanged,
    /// The chat accepts nothing for this long.
    Wait(Duration),
    /// The message no longer exists.
    MessageGone,
    /// The chat is closed to the bot.
    ChatClosed,
    /// The chat accepts no media from the bot, but may accept text.
    NotAllowed,
    /// The topic no longer exists.
    TopicGone,
    /// The chat has a new ID.
    Moved(ChatId),
    /// There is no connection to Telegram at all.
    Unreachable,
    /// A temporary failure of Telegram or the connection.
    Later(&'static str),
    /// Another process polls with the same token.
    Conflict,
    /// Telegram rejects the token.
    InvalidToken,
    /// Telegram will never accept this.
    Refused(String),
}

impl TelegramError {
    pub(crate) fn of(error: &RequestError) -> Self {
        match error {
            RequestError::RetryAfter(seconds) => TelegramError::Wait(seconds.duration()),
            RequestError::MigrateToChatId(to) => TelegramError::Moved(ChatId(to.0)),
            RequestError::Network(error) if error.is_timeout() => TelegramError::Later("timeout"),
            RequestError::Network(error) if error.is_connect() => TelegramError::Unreachable,
            RequestError::Network(_) => TelegramError::Later("the connection broke"),
            RequestError::InvalidJson { .. } => {
                TelegramError::Later("not an answer of the Bot API")
            }
            RequestError::Io(_) => TelegramError::Later("input/output"),
            RequestError::Api(error) => of_api(error),
        }
    }
}

fn of_api(error: &ApiError) -> TelegramError {
    match error {
        ApiError::MessageNotModified => return TelegramError::Unchanged,
        ApiError::InvalidToken => return TelegramError::InvalidToken,
        ApiError::TerminatedByOtherGetUpdates | ApiError::CantGetUpdates => {
            return TelegramError::Conflict;
        }
        // This message quotes the text.
        ApiError::CantParseEntities(_) => {
            return TelegramError::Refused("can't parse entities".into());
        }
        _ => {}
    }
    let words = error.to_string();
    let says = |texts: &[&str]| texts.iter().any(|text| words.contains(text));
    if says(&THEIR_FAULT) {
        TelegramError::Later("server error")
    } else if says(&TOPIC_GONE) {
        TelegramError::TopicGone
    } else if says(&CLOSED) {
        TelegramError::ChatClosed
    } else if says(&GONE) {
        TelegramError::MessageGone
    } else {
        TelegramError::Refused(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_be_shut_out_is_known() {
        for error in [
            ApiError::BotBlocked,
            ApiError::UserDeactivated,
            ApiError::ChatNotFound,
            ApiError::BotKicked,
            ApiError::BotKickedFromSupergroup,
            ApiError::CantInitiateConversation,
            ApiError::NotEnoughRightsToPostMessages,
            ApiError::Unknown("Forbidden: bot was kicked from the group chat".into()),
            ApiError::Unknown("Forbidden: bot is not a member of the group chat".into()),
            ApiError::Unknown("Bad Request: not enough rights to send photos to the chat".into()),
            ApiError::Unknown("Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN".into()),
            ApiError::Unknown("Bad Request: CHAT_SEND_PLAIN_FORBIDDEN".into()),
        ] {
            let words = error.to_string();
            assert_eq!(of_api(&error), TelegramError::ChatClosed, "{words}");
        }
    }

    #[test]
    fn a_topic_that_is_gone_closes_no_chat_and_one_that_is_closed_takes_nothing() {
        let says = |words: &str| of_api(&ApiError::Unknown(words.to_owned()));
        let gone = says("Bad Request: message thread not found");
        assert_eq!(gone, TelegramError::TopicGone);
        let closed = says("Bad Request: TOPIC_CLOSED");
        assert!(matches!(closed, TelegramError::Refused(_)), "{closed:?}");
    }

    #[test]
    fn telegrams_own_trouble_passes() {
        for words in ["Bad Gateway", "Internal Server Error: restart"] {
            let error = ApiError::Unknown(words.to_owned());
            assert_eq!(
                of_api(&error),
                TelegramError::Later("server error"),
                "{words}"
            );
        }
    }

    #[test]
    fn a_message_that_is_gone_is_told_from_one_that_is_refused() {
        for error in [
            ApiError::MessageToEditNotFound,
            ApiError::MessageCantBeEdited,
            ApiError::MessageIdInvalid,
            ApiError::MessageToDeleteNotFound,
            ApiError::MessageCantBeDeleted,
        ] {
            assert_eq!(of_api(&error), TelegramError::MessageGone);
        }
        assert!(matches!(
            of_api(&ApiError::MessageIsTooLong),
            TelegramError::Refused(_)
        ));
    }
}
