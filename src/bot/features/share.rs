//! Sharing a result or a comparison: a link that opens it for whoever has it, until it is withdrawn.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::bot::deep_links;
use crate::bot::reply::Handled;
use crate::bot::reply::PressReply;
use crate::bot::results::names_of;
use crate::bot::sender::Sender;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::Link;
use crate::model::{Analysis, Button, ComparedControl, KeptComparison, Place, Press, Say, ShareId};

/// Random bytes of a link, too many to guess.
const UNGUESSABLE: usize = 16;

/// Opens a shared result or comparison; `None` if the parameter is not one of a share.
pub(crate) fn open(cx: &Context, sender: &Sender, parameter: &str) -> Option<Handled> {
    if let Some(share) = deep_links::shared_comparison(parameter) {
        return Some(open_comparison(cx, sender, share));
    }
    let share = deep_links::share(parameter)?;
    Some(cx.ledger.behind_link(&share).map(|shown| {
        vec![match shown {
            Some(_) => Change::OpenShare {
                share,
                person: sender.person,
                chat: sender.chat,
                place: opened_at(sender),
            },
            None => sender.reply(sender.locale.share_gone()),
        }]
    }))
}

fn open_comparison(cx: &Context, sender: &Sender, share: ShareId) -> Handled {
    let shown = cx.ledger.comparison_behind_link(&share)?;
    Ok(vec![match shown {
        Some(_) => Change::OpenComparison {
            share,
            person: sender.person,
            chat: sender.chat,
            place: opened_at(sender),
        },
        None => sender.reply(sender.locale.share_gone()),
    }])
}

fn opened_at(sender: &Sender) -> Place {
    Place {
        topic: sender.topic,
        question: Some(sender.message),
    }
}

/// Creates a link to a result, or shows the existing one.
pub(crate) fn share(bot: &str, sender: &Sender, analysis: &Analysis) -> PressReply {
    let locale = sender.locale;
    let share = analysis.shared.clone().map_or_else(new_share, Ok);
    let share = match share {
        Ok(share) => share,
        Err(error) => {
            tracing::error!(%error, "a result can't be shared");
            return (Vec::new(), locale.answer_failed());
        }
    };
    let link = deep_links::to_share(bot, &share);
    let handle = &analysis.handle.0;
    let take_back = Button {
        label: locale.button_unshare(),
        press: Press::Unshare(analysis.id),
    };
    let changes = vec![
        Change::Share {
            analysis: analysis.id,
            person: analysis.person,
            share,
        },
        sender.reply_with_buttons(locale.shared(handle, Link(&link)), vec![take_back]),
    ];
    (changes, String::new())
}

/// Withdraws the link.
pub(crate) fn unshare(sender: &Sender, analysis: &Analysis) -> PressReply {
    let change = Change::Unshare {
        analysis: analysis.id,
        person: analysis.person,
    };
    let rewritten = Say::Rewritten {
        message: sender.message,
        html: sender.locale.unshared(&analysis.handle.0),
        buttons: Vec::new(),
    };
    (vec![change, sender.send(rewritten)], String::new())
}

/// Creates a link to a comparison, or shows the existing one.
pub(crate) fn share_comparison(bot: &str, sender: &Sender, kept: &KeptComparison) -> PressReply {
    let locale = sender.locale;
    let share = match kept.shared.clone().map_or_else(new_share, Ok) {
        Ok(share) => share,
        Err(error) => {
            tracing::error!(%error, "a comparison can't be shared");
            return (Vec::new(), locale.answer_failed());
        }
    };
    let link = deep_links::to_shared_comparison(bot, &share);
    let take_back = Button {
        label: locale.button_unshare(),
        press: Press::Compared(kept.id, ComparedControl::Unshare),
    };
    let html = locale.shared_comparison(&names_of(locale, &kept.handles), Link(&link));
    let changes = vec![
        Change::ShareComparison {
            comparison: kept.id,
            person: sender.person,
            share,
        },
        sender.reply_with_buttons(html, vec![take_back]),
    ];
    (changes, String::new())
}

/// Withdraws the link to a comparison.
pub(crate) fn unshare_comparison(sender: &Sender, kept: &KeptComparison) -> PressReply {
    let change = Change::UnshareComparison {
        comparison: kept.id,
        person: sender.person,
    };
    let names = names_of(sender.locale, &kept.handles);
    let rewritten = Say::Rewritten {
        message: sender.message,
        html: sender.locale.unshared_comparison(&names),
        buttons: Vec::new(),
    };
    (vec![change, sender.send(rewritten)], String::new())
}

fn new_share() -> Result<ShareId, getrandom::Error> {
    let mut bytes = [0; UNGUESSABLE];
    getrandom::fill(&mut bytes)?;
    Ok(ShareId(URL_SAFE_NO_PAD.encode(bytes)))
}
