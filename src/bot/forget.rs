//! Forgetting somebody, once they have said so twice.

use crate::bot::asker::Asker;
use crate::bot::handlers::Handled;
use crate::ledger::Change;
use crate::locales;
use crate::model::{Button, Press};

/// Asks whether it is meant.
pub(super) async fn forget(asker: Asker) -> Handled {
    let locale = locales::default();
    let button = Button {
        label: locale.button_forget(),
        press: Press::Forget(asker.person),
    };
    Ok(vec![asker.offered(locale.forget_question(), vec![button])])
}

/// It is meant.
pub(super) fn confirmed(asker: &Asker) -> Change {
    Change::Forget {
        person: asker.person,
        chat: asker.chat,
    }
}
