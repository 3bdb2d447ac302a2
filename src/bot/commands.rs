//! The commands and the menu that lists them.

use teloxide::macros::BotCommands;
use teloxide::types::{BotCommand, Me, Message};
use teloxide::utils::command::BotCommands as _;

use crate::bot::addressed_text::without_mention;
use crate::locales::Locale;

#[derive(Clone, Debug, PartialEq, Eq, BotCommands)]
#[command(rename_rule = "lowercase")]
pub(super) enum Command {
    /// Also sent by deep links, with their parameter.
    Start(String),
    Help,
    /// For groups, where plain text is not addressed to the bot.
    Find(String),
    Status,
    Cancel(String),
    Result(String),
    Again(String),
    History,
    Watch(String),
    Compare(String),
    /// A person's own API key; see [`crate::bot::features::keys`].
    Key(String),
    Network(String),
    Language(String),
    Privacy,
    Forget,
    /// For operators; see [`crate::bot::features::admin`]. Not in the menu.
    Admin(String),
    OptOut(String),
    OptIn(String),
}

impl Command {
    /// Returns the command that a message starts with, `None` if it is not one of the bot's. Case does not matter, a
    /// line break or a colon may follow, and a mention of the bot may precede it.
    pub(super) fn of(message: Message, me: Me) -> Option<Self> {
        Self::read(message.text()?, me.username())
    }

    fn read(text: &str, bot: &str) -> Option<Self> {
        let unmentioned = without_mention(text, bot);
        let text = unmentioned.as_deref().unwrap_or(text).trim();
        let (command, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let command = command
            .trim_end_matches([':', ',', '.', '!', '?'])
            .to_lowercase();
        Self::parse(&format!("{command} {}", argument.trim_start()), bot).ok()
    }
}

/// Returns what Telegram lists when a person types a slash.
pub(super) fn menu(locale: &Locale) -> Vec<BotCommand> {
    [
        ("find", locale.menu_find()),
        ("status", locale.menu_status()),
        ("cancel", locale.menu_cancel()),
        ("result", locale.menu_result()),
        ("again", locale.menu_again()),
        ("history", locale.menu_history()),
        ("compare", locale.menu_compare()),
        ("watch", locale.menu_watch()),
        ("key", locale.menu_key()),
        ("network", locale.menu_network()),
        ("language", locale.menu_language()),
        ("help", locale.menu_help()),
        ("privacy", locale.menu_privacy()),
        ("forget", locale.menu_forget()),
    ]
    .map(|(command, description)| BotCommand::new(command, description))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_menu_is_understood() {
        for command in menu(crate::locales::default()) {
            let typed = format!("/{}", command.command);
            assert!(Command::parse(&typed, "some_bot").is_ok(), "{typed}");
        }
    }

    #[test]
    fn what_follows_a_command_is_its_argument() {
        let read = |text| Command::read(text, "some_bot");
        let find = |text: &str| Some(Command::Find(text.to_owned()));
        assert_eq!(read("/find@some_bot @nasa @esa"), find("@nasa @esa"));
        assert_eq!(read("/cancel"), Some(Command::Cancel(String::new())));
        assert_eq!(
            read("/start from-A-link"),
            Some(Command::Start("from-A-link".to_owned()))
        );
        assert_eq!(read("/find@other_bot nasa"), None);
        assert_eq!(read("find nasa"), None);
    }

    #[test]
    fn a_command_is_one_however_it_is_typed() {
        let read = |text| Command::read(text, "some_bot");
        let find = Some(Command::Find("@a\n@b".to_owned()));
        for text in [
            "/find\n@a\n@b",
            "/Find  @a\n@b",
            "/FIND@Some_Bot\n\n@a\n@b",
            "/find: @a\n@b",
            "@some_bot /find @a\n@b",
            "@Some_bot, /find@some_bot @a\n@b",
        ] {
            assert_eq!(read(text), find, "{text:?}");
        }
        for text in ["/START", "/start\n", " /start@some_bot\n"] {
            assert_eq!(read(text), Some(Command::Start(String::new())), "{text:?}");
        }
    }
}
