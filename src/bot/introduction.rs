//! How the bot introduces itself on Telegram, in every language.

use teloxide::prelude::*;

use crate::bot::telegram::connection::attempt;
use crate::bot::view::networks;
use crate::bot::{BotError, commands};
use crate::context::Context;
use crate::locales;

/// Sets the menu and the descriptions. Failures are only logged: people can do without.
pub(super) async fn introduce(cx: Context, bot: Bot) -> Result<(), BotError> {
    // Without a language code it is for everybody whose language is missing.
    let others = (None, locales::default());
    let each = locales::all().map(|locale| (Some(locale.code()), locale));
    for (language, locale) in std::iter::once(others).chain(each) {
        let networks = networks(&cx, locale);
        let mut menu = bot.set_my_commands(commands::menu(locale));
        let mut description = bot
            .set_my_description()
            .description(locale.description(&networks));
        let mut short = bot
            .set_my_short_description()
            .short_description(locale.short_description(&networks));
        if let Some(language) = language {
            menu = menu.language_code(language);
            description = description.language_code(language);
            short = short.language_code(language);
        }
        attempt("the menu", menu.send()).await;
        attempt("the description", description.send()).await;
        attempt("the short description", short.send()).await;
    }
    Ok(())
}
