//! Decides which text is addressed to the bot.

use teloxide::types::{Me, Message};

use crate::bot::sender::Sender;
use crate::context::Context;
use crate::locales::{self, Aside};

/// The text of a message that is addressed to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddressedText(pub(super) String);

impl AddressedText {
    /// Returns the text of a message, `None` if it is not addressed to the bot. In a private chat every message is,
    /// even one without text. In a group it is a message that mentions the bot, a reply to it that answers a
    /// question, and any other reply to it that names accounts: people also just chat that way.
    pub(super) fn of(cx: Context, message: Message, me: Me, sender: Sender) -> Option<Self> {
        let text = message.text().unwrap_or_default();
        if let Some(text) = without_mention(text, me.username()) {
            return Some(Self(text));
        }
        if !sender.in_group {
            return Some(Self(text.to_owned()));
        }
        let replied_to = message.reply_to_message()?;
        let is_mine = replied_to
            .from
            .as_ref()
            .is_some_and(|from| from.id == me.user.id);
        if !is_mine || text.starts_with('/') {
            return None;
        }
        let mut words = text.split_whitespace();
        let is_asked = cx.ledger.asked(sender.person, sender.chat);
        let is_meant = matches!(is_asked, Ok(Some(_)))
            || replied_to.text().is_some_and(locales::asks_whom)
            || matches!(locales::aside(text), Some(Aside::Depth(_)))
            || words.any(|word| word.starts_with('@') || word.contains('/'));
        is_meant.then(|| Self(text.to_owned()))
    }
}

/// Returns the rest of a text that mentions the bot, `None` if it does not.
pub(super) fn without_mention(text: &str, bot: &str) -> Option<String> {
    let is_bot = |piece: &&str| {
        let name = piece.trim().trim_end_matches([',', ':', '!', '?', '.']);
        name.strip_prefix('@')
            .is_some_and(|name| name.eq_ignore_ascii_case(bot))
    };
    let (mentions, rest): (Vec<&str>, Vec<&str>) =
        text.split_inclusive(char::is_whitespace).partition(is_bot);
    (!mentions.is_empty()).then(|| rest.concat().trim().to_owned())
}
