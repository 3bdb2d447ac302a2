//! What is said, as calls of the Bot API.

use std::time::Duration;

use teloxide::prelude::*;
use teloxide::types::{
    CallbackQueryId, ChatId as TelegramChat, InlineKeyboardButton, InlineKeyboardMarkup, InputFile,
    LinkPreviewOptions, MessageId as TelegramMessage, ParseMode, ReplyParameters, ThreadId,
};
use tokio::time::timeout;
use url::Url;

use crate::bot::content::Sheet;
use crate::bot::telegram::error::Verdict;
use crate::model::{Button, ChatId, Control, MessageId, Place, Press, Scope};

/// How long a call may take. Teloxide waits ten seconds by itself when a server fails.
const WITHIN: Duration = Duration::from_secs(20);

/// Buttons beside each other: as many as can be read on a phone.
const BESIDE: usize = 4;

/// Letters of a label of which so many fit beside each other.
const SHORT: usize = 14;

/// The same for the shortest.
const TINY: usize = 8;
const TINY_BESIDE: usize = 5;

/// One call about a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) enum Letter {
    New {
        sheet: Sheet,
        place: Place,
    },
    Edit {
        message: MessageId,
        sheet: Sheet,
    },
    Keyboard {
        message: MessageId,
        buttons: Vec<Button>,
    },
    Delete {
        message: MessageId,
    },
    Photo {
        name: String,
        content: Vec<u8>,
        caption: String,
        place: Place,
    },
    /// An account, with its picture where there is one, and a button that opens it.
    Portrait {
        picture: Option<Vec<u8>>,
        sheet: Sheet,
        open: Option<Open>,
        place: Place,
    },
    File {
        name: String,
        content: Vec<u8>,
        caption: String,
        place: Place,
    },
}

/// A button that leads out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bot) struct Open {
    pub(in crate::bot) label: String,
    pub(in crate::bot) url: Url,
}

impl Letter {
    /// An edit of a message, or a new one if there is none.
    pub(in crate::bot) fn of(message: Option<MessageId>, sheet: Sheet, place: Place) -> Self {
        match message {
            Some(message) => Letter::Edit { message, sheet },
            None => Letter::New { sheet, place },
        }
    }

    /// Where it will stand, if it makes a message.
    pub(in crate::bot) fn place(&mut self) -> Option<&mut Place> {
        match self {
            Letter::New { place, .. }
            | Letter::Photo { place, .. }
            | Letter::Portrait { place, .. }
            | Letter::File { place, .. } => Some(place),
            Letter::Edit { .. } | Letter::Keyboard { .. } | Letter::Delete { .. } => None,
        }
    }

    /// The message that it changes.
    pub(in crate::bot) fn edits(&self) -> Option<MessageId> {
        match self {
            Letter::Edit { message, .. } => Some(*message),
            _ => None,
        }
    }

    /// What its message will show, as far as its buttons can change it.
    pub(in crate::bot) fn shows(&self) -> Option<Scope> {
        match self {
            Letter::New { sheet, .. } | Letter::Edit { sheet, .. } => {
                sheet.buttons.iter().find_map(|it| it.press.scope())
            }
            _ => None,
        }
    }

    /// Whether it is words alone: a chat that does not take those takes nothing.
    fn is_words(&self) -> bool {
        matches!(
            self,
            Letter::New { .. } | Letter::Edit { .. } | Letter::Keyboard { .. }
        )
    }
}

/// Sends it; yields the new message's id, if it makes one.
pub(in crate::bot) async fn send(
    bot: &Bot,
    chat: ChatId,
    letter: Letter,
) -> Result<Option<MessageId>, Verdict> {
    let is_words = letter.is_words();
    match hand_over(bot, TelegramChat(chat.0), letter).await {
        // It may take words all the same.
        Err(Verdict::ChatClosed) if !is_words => Err(Verdict::NotAllowed),
        sent => sent,
    }
}

async fn hand_over(
    bot: &Bot,
    chat: TelegramChat,
    letter: Letter,
) -> Result<Option<MessageId>, Verdict> {
    match letter {
        Letter::New { sheet, place } => {
            let mut call = bot
                .send_message(chat, sheet.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview());
            if !sheet.buttons.is_empty() {
                call = call.reply_markup(keyboard(&sheet.buttons));
            }
            call.message_thread_id = topic(place);
            call.reply_parameters = reply(place);
            bounded(call.send())
                .await
                .map(|sent| Some(MessageId(sent.id.0)))
        }
        Letter::Edit { message, sheet } => {
            let call = bot
                .edit_message_text(chat, TelegramMessage(message.0), sheet.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview())
                .reply_markup(keyboard(&sheet.buttons));
            bounded(call.send()).await.map(|_| None)
        }
        Letter::Keyboard { message, buttons } => {
            let call = bot
                .edit_message_reply_markup(chat, TelegramMessage(message.0))
                .reply_markup(keyboard(&buttons));
            bounded(call.send()).await.map(|_| None)
        }
        Letter::Delete { message } => {
            let call = bot.delete_message(chat, TelegramMessage(message.0));
            bounded(call.send()).await.map(|_| None)
        }
        Letter::Photo {
            name,
            content,
            caption,
            place,
        } => {
            let photo = InputFile::memory(content).file_name(name);
            let mut call = bot
                .send_photo(chat, photo)
                .caption(caption)
                .parse_mode(ParseMode::Html);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply(place);
            bounded(call.send()).await.map(|_| None)
        }
        Letter::Portrait {
            picture,
            sheet,
            open,
            place,
        } => {
            let mut under = keyboard(&sheet.buttons);
            if let Some(Open { label, url }) = open {
                under = under.append_row([InlineKeyboardButton::url(label, url)]);
            }
            if let Some(picture) = picture {
                let mut call = bot
                    .send_photo(chat, InputFile::memory(picture).file_name("account.png"))
                    .caption(&sheet.html)
                    .parse_mode(ParseMode::Html)
                    .reply_markup(under.clone());
                call.message_thread_id = topic(place);
                call.reply_parameters = reply(place);
                match bounded(call.send()).await {
                    // The words are worth sending without it.
                    Err(Verdict::Refused(_) | Verdict::ChatClosed) => {}
                    sent => return sent.map(|_| None),
                }
            }
            let mut call = bot
                .send_message(chat, sheet.html)
                .parse_mode(ParseMode::Html)
                .link_preview_options(no_preview())
                .reply_markup(under);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply(place);
            bounded(call.send()).await.map(|_| None)
        }
        Letter::File {
            name,
            content,
            caption,
            place,
        } => {
            let file = InputFile::memory(content).file_name(name);
            let mut call = bot.send_document(chat, file).caption(caption);
            call.message_thread_id = topic(place);
            call.reply_parameters = reply(place);
            bounded(call.send()).await.map(|_| None)
        }
    }
}

/// Answers a pressed button.
pub(in crate::bot) async fn answer(
    bot: &Bot,
    callback: &str,
    text: Option<&str>,
) -> Result<(), Verdict> {
    let mut call = bot.answer_callback_query(CallbackQueryId(callback.to_owned()));
    if let Some(text) = text {
        call = call.text(text);
    }
    bounded(call.send()).await.map(|_| ())
}

pub(in crate::bot) async fn bounded<T>(
    call: impl Future<Output = Result<T, teloxide::RequestError>>,
) -> Result<T, Verdict> {
    match timeout(WITHIN, call).await {
        Ok(Ok(sent)) => Ok(sent),
        Ok(Err(error)) => Err(Verdict::of(&error)),
        Err(_) => Err(Verdict::Later("timeout")),
    }
}

/// Buttons stand beside each other, but for those with a handle and others that are long.
fn keyboard(buttons: &[Button]) -> InlineKeyboardMarkup {
    let is_short =
        |button: &Button| !button.label.contains('@') && button.label.chars().count() <= SHORT;
    let rows = buttons.chunk_by(|one, other| {
        is_short(one) && is_short(other) && family(&one.press) == family(&other.press)
    });
    let rows = rows.flat_map(|row| {
        let few_letters = row
            .iter()
            .all(|button| button.label.chars().count() <= TINY);
        row.chunks(if few_letters { TINY_BESIDE } else { BESIDE })
    });
    InlineKeyboardMarkup::new(rows.map(|row| {
        row.iter()
            .map(|button| InlineKeyboardButton::callback(&button.label, button.press.to_string()))
    }))
}

/// What belongs together stands in rows of its own: pages, measures, sizes.
fn family(press: &Press) -> Option<(Control, bool)> {
    match press {
        // That any size will do has a long name, and stands above the sizes.
        Press::List(_, control @ Control::AtLeast, shown) => Some((*control, shown.at_least == 0)),
        Press::List(_, control @ Control::AtMost, shown) => Some((*control, shown.at_most == 0)),
        Press::List(_, control, _) => Some((*control, false)),
        Press::Share(_) => Some((Control::Panel, false)),
        // Numbers of rows stand above the pages.
        _ => None,
    }
}

fn topic(place: Place) -> Option<ThreadId> {
    place.topic.map(|topic| ThreadId(TelegramMessage(topic.0)))
}

/// The question may be gone: then it is answered without it.
fn reply(place: Place) -> Option<ReplyParameters> {
    let question = TelegramMessage(place.question?.0);
    Some(ReplyParameters::new(question).allow_sending_without_reply())
}

pub(in crate::bot) fn no_preview() -> LinkPreviewOptions {
    LinkPreviewOptions {
        is_disabled: true,
        url: None,
        prefer_small_media: false,
        prefer_large_media: false,
        show_above_text: false,
    }
}
