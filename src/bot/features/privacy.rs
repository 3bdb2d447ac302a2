//! Forgetting somebody, once they have said so twice.

use crate::bot::reply::Handled;
use crate::bot::sender::Asker;
use crate::bot::view::networks;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Whole;
use crate::model::{Button, Press};

pub(in crate::bot) async fn privacy(cx: Context, asker: Asker) -> Handled {
    let locale = asker.locale;
    let days = cx.ledger.rules().retention.as_secs().div_ceil(86_400);
    Ok(vec![
        asker.told(locale.privacy(&networks(&cx, locale), Whole(days))),
    ])
}

/// Asks whether it is meant.
pub(in crate::bot) async fn forget(asker: Asker) -> Handled {
    let locale = asker.locale;
    let button = Button {
        label: locale.button_forget(),
        press: Press::Forget(asker.person),
    };
    Ok(vec![asker.offered(locale.forget_question(), vec![button])])
}

/// It is meant. What is said last is said in the language that is spoken now.
pub(in crate::bot) fn confirmed(asker: &Asker) -> Vec<Change> {
    let person = asker.person;
    vec![
        Change::Forget { person },
        asker.told(asker.locale.forgotten()),
    ]
}
