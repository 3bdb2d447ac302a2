//! The table of everything people can do. Handlers read the ledger and return changes; they change nothing themselves.

use teloxide::dispatching::{DpHandlerDescription, UpdateFilterExt};
use teloxide::dptree::{self, Handler, case};
use teloxide::types::{Message, Update};

use crate::bot::addressed_text::AddressedText;
use crate::bot::commands::Command;
use crate::bot::features::cancel::by_admins;
use crate::bot::features::{
    admin, cancel, compare, help, history, inline, keys, language, opt_out, preferred_network,
    privacy, result, search, status, watch,
};
use crate::bot::plain_text;
use crate::bot::presses;
use crate::bot::reply::Handled;
use crate::bot::sender::Sender;
use crate::bot::telegram::redaction::is_redacted;

/// Returns the table of handlers.
pub fn schema() -> Handler<'static, Handled, DpHandlerDescription> {
    let commands = dptree::filter_map(Command::of)
        .branch(case![Command::Start(parameter)].endpoint(plain_text::start))
        .branch(case![Command::Help].endpoint(help::help))
        .branch(case![Command::Privacy].endpoint(privacy::privacy))
        .branch(case![Command::Forget].endpoint(privacy::forget))
        .branch(case![Command::Key(text)].endpoint(keys::key))
        .branch(case![Command::Find(text)].endpoint(search::find))
        .branch(case![Command::Status].endpoint(status::status))
        .branch(case![Command::Cancel(text)].endpoint(cancel::cancel))
        .branch(case![Command::Result(text)].endpoint(result::result))
        .branch(case![Command::Again(text)].endpoint(search::again))
        .branch(case![Command::History].endpoint(history::history))
        .branch(case![Command::Compare(text)].endpoint(compare::compare))
        .branch(case![Command::Watch(text)].endpoint(watch::watch))
        .branch(case![Command::Language(text)].endpoint(language::choose))
        .branch(case![Command::Network(text)].endpoint(preferred_network::choose));

    // For others, these commands don't exist.
    let operators = dptree::filter(admin::may_operate)
        .filter_map(Command::of)
        .branch(case![Command::Admin(text)].endpoint(admin::admin))
        .branch(case![Command::OptOut(text)].endpoint(opt_out::add))
        .branch(case![Command::OptIn(text)].endpoint(opt_out::remove));

    // A message is not handled in part.
    let redacted = dptree::filter(is_redacted)
        .branch(dptree::filter_map(Command::of).endpoint(keys::unread))
        .branch(dptree::filter_map(AddressedText::of).endpoint(keys::unread));

    let messages = Update::filter_message()
        .filter_map(Sender::of_message)
        .branch(redacted)
        .branch(commands)
        .branch(operators)
        .branch(dptree::filter_map(AddressedText::of).endpoint(plain_text::read));

    // Admins may write in a group's name. One command makes sense then.
    let in_the_name_of_a_group = dptree::filter(is_of_its_own_group)
        .filter_map(Command::of)
        .branch(case![Command::Cancel(text)].endpoint(by_admins::cancel_as_group));

    let in_the_name_of_a_chat = Update::filter_message()
        .filter_map(Sender::of_chat)
        .branch(in_the_name_of_a_group)
        .branch(dptree::filter_map(Command::of).endpoint(who_asks))
        .branch(dptree::filter_map(AddressedText::of).endpoint(who_asks));

    let presses = Update::filter_callback_query()
        .map(Sender::of_press)
        .endpoint(presses::pressed);

    let typing = Update::filter_inline_query().endpoint(inline::offer);

    dptree::entry()
        .branch(messages)
        .branch(in_the_name_of_a_chat)
        .branch(presses)
        .branch(typing)
}

/// Whether a message is written in the name of the group that it is in. Telegram lets only admins do that.
fn is_of_its_own_group(message: Message) -> bool {
    let sender = message.sender_chat.as_ref();
    sender.is_some_and(|sender| sender.id == message.chat.id)
}

/// A search needs a person that it belongs to.
async fn who_asks(sender: Sender) -> Handled {
    Ok(vec![sender.reply(sender.locale.who_asks())])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use teloxide::dptree::di::DependencyMap;
    use teloxide::dptree::{Type, type_check};
    use teloxide::types::Me;

    use super::*;
    use crate::bot::BotSettings;
    use crate::context::Context;
    use crate::model::Preferences;

    #[test]
    fn every_handler_gets_what_it_asks_for() {
        let given = [
            Type::of::<Update>(),
            Type::of::<Me>(),
            Type::of::<Context>(),
            Type::of::<Arc<BotSettings>>(),
            Type::of::<Preferences>(),
        ];
        type_check(schema().sig(), &DependencyMap::new(), &given);
    }
}
