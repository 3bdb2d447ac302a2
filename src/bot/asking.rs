//! Bare commands: the person is asked for the rest, with their latest results as buttons, and their next message in the
//! chat is the answer.

use crate::bot::sender::Sender;
use crate::ledger::Change;
use crate::model::{Asked, Button, Question};

/// Asks for an account.
pub(super) fn ask_which(
    sender: &Sender,
    asked: Asked,
    question: &str,
    buttons: Vec<Button>,
) -> Vec<Change> {
    let locale = sender.locale;
    let how = match (buttons.is_empty(), sender.in_group) {
        (true, false) => locale.send_name(),
        (true, true) => locale.reply_name(),
        (false, false) => locale.press_or_send(),
        (false, true) => locale.press_or_reply(),
    };
    ask(sender, asked, format!("{question} {how}"), buttons)
}

/// Asks a question that has everything in it.
pub(super) fn ask(
    sender: &Sender,
    asked: Asked,
    html: String,
    buttons: Vec<Button>,
) -> Vec<Change> {
    vec![
        Change::Ask(question(sender, asked)),
        sender.reply_with_buttons(html, buttons),
    ]
}

pub(super) fn question(sender: &Sender, asked: Asked) -> Question {
    Question {
        person: sender.person,
        chat: sender.chat,
        asked,
    }
}
