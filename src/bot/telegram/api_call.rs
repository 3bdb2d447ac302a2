//! Calls of the Bot API that send, edit and delete messages.

use std::time::Duration;

use teloxide::prelude::*;
use teloxide::types::{
    CallbackQueryId, ChatId as TelegramChat, InlineKeyboardButton, InlineKeyboardMarkup, InputFile,
    LinkPreviewOptions, MessageId as TelegramMessage, ParseMode, ReplyParameters, ThreadId,
};
use tokio::time::timeout;
use url::Url;

use crate::bot::content::MessageContent;
use crate::bot::telegram::error::TelegramError;
use crate::model::{
    Button, ChatId, ComparedControl, Control, Kinds, MessageId, Place, Press, Scope,
};

/// Time limit for a call. Teloxide waits ten seconds by itself when a server fails.
const WITHIN: Duration = Duration::from_secs(20);

/// Buttons in a row: as many as are readable on a phone.
const PER_ROW: usize = 4;

/// The most characters of a label for that many in a row.
const SHORT: usize = 15;

/// The same for the shortest labels.
const TINY: usize = 8;
const TINY_PER_ROW: usize = 5;

/// One call about a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ApiCall {
    SendMessage {
        content: MessageContent,
        place: Place,
    },
    EditMessage {
        message: MessageId,
        content: MessageContent,
    },
    EditKeyboard {
        message: MessageId,
        buttons: Vec<Button>,
    },
    DeleteMessage {
        message: MessageId,
    },
    SendPhoto {
        name: String,
        bytes: Vec<u8>,
        caption: String,
        place: Place,
    },
    /// An account, with its picture if there is one, and a button that opens it.
    SendAccount {
        picture: Option<Vec<u8>>,
        content: MessageContent,
        link: Option<LinkButton>,
        place: Place,
    },
    SendFile {
        name: String,
        bytes: Vec<u8>,
        caption: String,
        place: Place,
    },
}

/// A button that opens a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkButton {
    pub(crate) label: String,
    pub(crate) url: Url,
}

impl ApiCall {
    /// Returns an edit of a message, or a new message if there is none.
    pub(crate) fn edit_or_send(
        message: Option<MessageId>,
        content: MessageContent,
        place: Place,
    ) -> Self {
        match message {
            Some(message) => ApiCall::EditMessage { message, content },
            None => ApiCall::SendMessage { content, place },
        }
    }

    /// Returns where the new message goes, `None` if there is no new message.
    pub(crate) fn place(&mut self) -> Option<&mut Place> {
        match self {
            ApiCall::SendMessage { place, .. }
            | ApiCall::SendPhoto { place, .. }
            | ApiCall::SendAccount { place, .. }
            | ApiCall::SendFile { place, .. } => Some(place),
            ApiCall::EditMessage { .. }
            | ApiCall::EditKeyboard { .. }
            | ApiCall::DeleteMessage { .. } => None,
        }
    }

    /// Returns the message that is edited.
    pub(crate) fn edited_message(&self) -> Option<MessageId> {
        match self {
            ApiCall::EditMessage { message, .. } => Some(*message),
            _ => None,
        }
    }

    /// Returns what the message will show that its buttons can change.
    pub(crate) fn scope(&self) -> Option<Scope> {
        match self {
            ApiCall::SendMessage { content, .. } | ApiCall::EditMessage { content, .. } => {
                content.buttons.iter().find_map(|it| it.press.scope())
            }
            _ => None,
        }
    }

    /// Whether it is plain text: a chat that accepts no text accepts nothing.
    fn is_text_only(&self) -> bool {
        matches!(
            self,
            ApiCall::SendMessage { .. }
                | ApiCall::EditMessage { .. }
                | ApiCall::EditKeyboard { .. }
        )
    }
}

/// Makes the call; returns the ID of a new text message.
pub(crate) async fn send(
    bot: &Bot,
    chat: ChatId,
    api_call: ApiCall,
) -> Result<Option<MessageId>, TelegramError> {
    let is_text_only = api_call.is_text_only();
    match call_api(bot, TelegramChat(chat.0), api_call).await {
        // The chat may accept text all the same.
        Err(TelegramError::ChatClosed) if !is_text_only => Err(TelegramError::NotAllowed),
        sent => sent,
    }
}

async fn call_api(
    bot: &Bot,
    chat: TelegramChat,
    api_call: ApiCall,
) -> Result<Option<MessageId>, TelegramError> {
    match api_call {
        ApiCall::SendMessage { content, place } => {
            let mut call = bot
                .send_message(chat, content.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview());
            if !content.buttons.is_empty() {
                call = call.reply_markup(keyboard(&content.buttons));
            }
            call.message_thread_id = topic(place);
            call.reply_parameters = reply_parameters(place);
            with_timeout(call.send())
                .await
                .map(|sent| Some(MessageId(sent.id.0)))
        }
        ApiCall::EditMessage { message, content } => {
            let call = bot
                .edit_message_text(chat, TelegramMessage(message.0), content.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview())
                .reply_markup(keyboard(&content.buttons));
            with_timeout(call.send()).await.map(|_| None)
        }
        ApiCall::EditKeyboard { message, buttons } => {
            let call = bot
                .edit_message_reply_markup(chat, TelegramMessage(message.0))
                .reply_markup(keyboard(&buttons));
            with_timeout(call.send()).await.map(|_| None)
        }
        ApiCall::DeleteMessage { message } => {
            let call = bot.delete_message(chat, TelegramMessage(message.0));
            with_timeout(call.send()).await.map(|_| None)
        }
        ApiCall::SendPhoto {
            name,
            bytes,
            caption,
            place,
        } => {
            let photo = InputFile::memory(bytes).file_name(name);
            let mut call = bot
                .send_photo(chat, photo)
                .caption(caption)
                .parse_mode(ParseMode::Html);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply_parameters(place);
            with_timeout(call.send()).await.map(|_| None)
        }
        ApiCall::SendAccount {
            picture,
            content,
            link,
            place,
        } => {
            let mut under = keyboard(&content.buttons);
            if let Some(LinkButton { label, url }) = link {
                under = under.append_row([InlineKeyboardButton::url(label, url)]);
            }
            if let Some(picture) = picture {
                let mut call = bot
                    .send_photo(chat, InputFile::memory(picture).file_name("account.png"))
                    .caption(&content.html)
                    .parse_mode(ParseMode::Html)
                    .reply_markup(under.clone());
                call.message_thread_id = topic(place);
                call.reply_parameters = reply_parameters(place);
                match with_timeout(call.send()).await {
                    // The text is worth sending without the picture.
                    Err(TelegramError::Refused(_) | TelegramError::ChatClosed) => {}
                    sent => return sent.map(|_| None),
                }
            }
            let mut call = bot
                .send_message(chat, content.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview())
                .reply_markup(under);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply_parameters(place);
            with_timeout(call.send()).await.map(|_| None)
        }
        ApiCall::SendFile {
            name,
            bytes,
            caption,
            place,
        } => {
            let file = InputFile::memory(bytes).file_name(name);
            let mut call = bot.send_document(chat, file).caption(caption);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply_parameters(place);
            with_timeout(call.send()).await.map(|_| None)
        }
    }
}

/// Answers a press.
pub(crate) async fn answer_callback(
    bot: &Bot,
    callback: &str,
    text: Option<&str>,
) -> Result<(), TelegramError> {
    let mut call = bot.answer_callback_query(CallbackQueryId(callback.to_owned()));
    if let Some(text) = text {
        // What vanishes by itself has room for one line.
        call = call.text(text).show_alert(text.contains('\n'));
    }
    with_timeout(call.send()).await.map(|_| ())
}

pub(crate) async fn with_timeout<T>(
    call: impl Future<Output = Result<T, teloxide::RequestError>>,
) -> Result<T, TelegramError> {
    match timeout(WITHIN, call).await {
        Ok(Ok(sent)) => Ok(sent),
        Ok(Err(error)) => Err(TelegramError::of(&error)),
        Err(_) => Err(TelegramError::Later("timeout")),
    }
}

/// Puts short buttons next to each other; long ones and handles get a row each.
fn keyboard(buttons: &[Button]) -> InlineKeyboardMarkup {
    let is_short =
        |button: &Button| !button.label.contains('@') && button.label.chars().count() <= SHORT;
    let rows = buttons.chunk_by(|one, other| {
        is_short(one) && is_short(other) && row_group(&one.press) == row_group(&other.press)
    });
    let rows = rows.flat_map(|row| {
        let few_letters = row
            .iter()
            .all(|button| button.label.chars().count() <= TINY);
        row.chunks(if few_letters { TINY_PER_ROW } else { PER_ROW })
    });
    InlineKeyboardMarkup::new(rows.map(|row| {
        row.iter()
            .map(|button| InlineKeyboardButton::callback(&button.label, button.press.to_string()))
    }))
}

/// Returns which buttons may share a row: pages, measures, sizes.
fn row_group(press: &Press) -> Option<(Control, bool)> {
    match press {
        // The button for any size is long, and goes above the sizes.
        Press::List(_, control @ Control::AtLeast, shown) => Some((*control, shown.at_least == 0)),
        Press::List(_, control @ Control::AtMost, shown) => Some((*control, shown.at_most == 0)),
        Press::List(_, control @ Control::Kinds, shown) => {
            Some((*control, shown.kinds == Kinds::All))
        }
        Press::List(_, control, _) => Some((*control, false)),
        Press::Compared(_, ComparedControl::Kinds(kinds)) => {
            Some((Control::Kinds, *kinds == Kinds::All))
        }
        Press::Share(_)
        | Press::Watch(_)
        | Press::CompareWith(_)
        | Press::Refresh(_)
        | Press::Compared(_, ComparedControl::Share | ComparedControl::Files(_)) => {
            Some((Control::Panel, false))
        }
        // The numbers of rows go above the pages.
        _ => None,
    }
}

fn topic(place: Place) -> Option<ThreadId> {
    place.topic.map(|topic| ThreadId(TelegramMessage(topic.0)))
}

/// The message replied to may be gone: then this is sent without it.
fn reply_parameters(place: Place) -> Option<ReplyParameters> {
    let question = TelegramMessage(place.question?.0);
    Some(ReplyParameters::new(question).allow_sending_without_reply())
}

pub(crate) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}
