//! The buttons below a comparison.

use crate::bot::features::compare::buttons::{Below, buttons, files};
use crate::bot::features::compare::kept::{analyses, counted};
use crate::bot::features::compare::text;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::model::{Button, ComparedControl, Counted, Handle, KeptComparison, Kinds, Say};
use crate::stores::StoreError;

/// Handles a press that looks at a comparison.
pub(crate) fn pressed(
    cx: &Context,
    sender: &Sender,
    kept: &KeptComparison,
    control: ComparedControl,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let gone = || (Vec::new(), locale.answer_gone());
    let Some(counted) = counted(cx, kept)? else {
        return Ok(gone());
    };
    Ok(match control {
        ComparedControl::Again if kept.chat == sender.chat => {
            let again = Change::SendComparison(kept.id, sender.place());
            (vec![again], String::new())
        }
        ComparedControl::List(place) => {
            let analyses = analyses(cx, kept, &counted)?;
            match analyses.into_iter().nth(usize::from(place)).flatten() {
                Some(id) => (vec![Change::SendResult(id, sender.place())], String::new()),
                None => gone(),
            }
        }
        ComparedControl::Files(kinds) => {
            let choice = files(locale, kept.id, kinds);
            (vec![keyboard(sender, choice)], String::new())
        }
        ComparedControl::Back(kinds) => {
            let below = below(cx, sender, kept, (&counted, kinds))?;
            (vec![keyboard(sender, below)], String::new())
        }
        ComparedControl::Kinds(kinds) => {
            let link = |handle: &Handle| cx.networks.link(&kept.network, handle);
            let rewritten = Say::Rewritten {
                message: sender.message,
                html: text::message(locale, &counted, kinds, &link),
                buttons: below(cx, sender, kept, (&counted, kinds))?,
            };
            (vec![sender.send(rewritten)], String::new())
        }
        ComparedControl::File(kind) => {
            let file = Say::ComparedFile {
                comparison: kept.id,
                kind,
            };
            (vec![sender.send_here(file)], locale.answer_file())
        }
        ComparedControl::Again | ComparedControl::Share | ComparedControl::Unshare => gone(),
    })
}

/// Returns the buttons below a comparison that shows these kinds of accounts.
fn below(
    cx: &Context,
    sender: &Sender,
    kept: &KeptComparison,
    (counted, kinds): (&Counted, Kinds),
) -> Result<Vec<Button>, StoreError> {
    let below = Below {
        kept: Some(kept.id),
        counted,
        analyses: &analyses(cx, kept, counted)?,
        kinds,
    };
    Ok(buttons(sender.locale, &below))
}

fn keyboard(sender: &Sender, buttons: Vec<Button>) -> Change {
    sender.send(Say::Keyboard {
        message: sender.message,
        buttons,
    })
}
