//! The commands and their menu.

use teloxide::macros::BotCommands;
use teloxide::types::BotCommand;

use crate::locales::Locale;

#[derive(Clone, Debug, PartialEq, Eq, BotCommands)]
#[command(rename_rule = "lowercase")]
pub(super) enum Command {
    /// Also what a link to the bot sends, with what the link says.
    Start(String),
    Help,
    /// In groups, where plain text is not for the bot.
    Find(String),
    Status,
    Cancel(String),
    Result(String),
    Again(String),
    History,
    Watch(String),
    Compare(String),
    /// A key of one's own for a network; see [`crate::bot::own_key`].
    Key(String),
    Network(String),
    Language(String),
    Privacy,
    Forget,
    /// For those who run the bot; see [`crate::bot::admin`]. In no menu.
    Admin,
    OptOut(String),
    OptIn(String),
}

/// What Telegram shows when somebody types a slash.
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
    use teloxide::utils::command::BotCommands;

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
        let parsed = |text| Command::parse(text, "some_bot").ok();
        assert_eq!(
            parsed("/find@some_bot @nasa @esa"),
            Some(Command::Find("@nasa @esa".to_owned()))
        );
        assert_eq!(parsed("/cancel"), Some(Command::Cancel(String::new())));
        assert_eq!(
            parsed("/start from-a-link"),
            Some(Command::Start("from-a-link".to_owned()))
        );
        assert_eq!(parsed("/find@other_bot nasa"), None);
    }
}
