//! What is promised to whoever watches an account, with buttons that change how often it is looked at.

use teloxide::types::CallbackQuery;

use crate::bot::content::MessageContent;
use crate::bot::features::watch::unwatched;
use crate::bot::pressed_message::shows;
use crate::bot::reply::PressReply;
use crate::bot::sender::Sender;
use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{Day, Locale, Who, Whole};
use crate::model::{Button, Every, Handle, NetworkName, PersonId, Press, Say, Watch};
use crate::stores::StoreError;

/// Returns what is promised about an account; `None` if the person does not watch it any more.
pub(crate) fn promise(
    cx: &Context,
    locale: &Locale,
    person: PersonId,
    (network, handle): (&NetworkName, &Handle),
) -> Result<Option<MessageContent>, StoreError> {
    let watched = cx.ledger.watches_of(person)?.into_iter();
    let mut same =
        watched.filter(|it| it.network == *network && it.handle.0.eq_ignore_ascii_case(&handle.0));
    let watch = same.next();
    watch.map(|watch| content(cx, locale, &watch)).transpose()
}

/// Changes how often one of the presser's watches, by its number, is looked at, or ends it.
pub(crate) fn change(
    cx: &Context,
    query: &CallbackQuery,
    sender: &Sender,
    number: u32,
    every: Option<Every>,
) -> Result<PressReply, StoreError> {
    let locale = sender.locale;
    let mut watched = cx.ledger.watches_of(sender.person)?.into_iter();
    let Some(watch) = watched.find(|watch| watch.number() == number) else {
        let buttons = Vec::new();
        let without = (!shows(query, &buttons)).then(|| {
            sender.send(Say::Keyboard {
                message: sender.message,
                buttons,
            })
        });
        return Ok((without.into_iter().collect(), locale.answer_not_watched()));
    };
    let (change, content) = match every {
        None => {
            let html = locale.answer_unwatched(&watch.handle.0);
            (Some(unwatched(&watch)), MessageContent::plain(html))
        }
        Some(every) if every == watch.every => (None, content(cx, locale, &watch)?),
        Some(every) => {
            let next_at = cx.clock.now() + every.length();
            let changed = Watch {
                every,
                next_at,
                ..watch
            };
            let content = content(cx, locale, &changed)?;
            let change = Change::WatchEvery {
                person: changed.person,
                network: changed.network,
                handle: changed.handle,
                every,
            };
            (Some(change), content)
        }
    };
    let mut changes: Vec<Change> = change.into_iter().collect();
    if !shows(query, &content.buttons) {
        changes.push(sender.send(Say::Rewritten {
            message: sender.message,
            html: content.html,
            buttons: content.buttons,
        }));
    }
    Ok((changes, String::new()))
}

fn content(cx: &Context, locale: &Locale, watch: &Watch) -> Result<MessageContent, StoreError> {
    let link = cx.networks.link(&watch.network, &watch.handle);
    let who = Who {
        handle: &watch.handle.0,
        link: link.as_deref(),
    };
    let days = Whole(watch.every.days().unsigned_abs());
    let text = locale.watching(who, days, Day(watch.next_at));
    let html = match cx.networks.charges(&watch.network) {
        true => format!("{text}\n\n{}", price(cx, locale, watch)?),
        false => text,
    };
    Ok(MessageContent {
        html,
        buttons: buttons(locale, watch),
    })
}

/// Returns a button for each interval, the present one marked, and one that ends the watch.
fn buttons(locale: &Locale, watch: &Watch) -> Vec<Button> {
    let press = |every| Press::ChangeWatch(watch.person, watch.number(), every);
    let rhythm = |every: Every| {
        let label = match every {
            Every::Week => locale.button_weekly(),
            Every::Month => locale.button_monthly(),
        };
        Button {
            label: match every == watch.every {
                true => locale.button_chosen(&label),
                false => label,
            },
            press: press(Some(every)),
        }
    };
    let end = Button {
        label: locale.button_stop_watching(),
        press: press(None),
    };
    Every::ALL.map(rhythm).into_iter().chain([end]).collect()
}

/// Returns what one repetition costs at most, and who pays for it.
fn price(cx: &Context, locale: &Locale, watch: &Watch) -> Result<String, StoreError> {
    let (shown, most) = (title(&watch.network), cx.settings.cost_per_analysis);
    Ok(match cx.ledger.own_key(watch.person, &watch.network)? {
        Some(key) if key.works => locale.watching_costs_own(&shown, most),
        _ => locale.watching_costs(&shown, most),
    })
}
