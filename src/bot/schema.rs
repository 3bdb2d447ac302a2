//! What is done about an update. Handlers read the ledger and return what is to change; they change
//! nothing themselves.

use teloxide::dispatching::{DpHandlerDescription, UpdateFilterExt};
use teloxide::dptree::{self, Handler, case};
use teloxide::types::{Me, Message, Update};

use crate::bot::commands::Command;
use crate::bot::features::cancel::by_admins;
use crate::bot::features::compare::compare;
use crate::bot::features::history::{again, history};
use crate::bot::features::inline;
use crate::bot::features::keys::{self, key};
use crate::bot::features::privacy::forget;
use crate::bot::features::search::consent;
use crate::bot::features::watch::watch;
use crate::bot::features::{admin, language, opt_out, preferred_network, share, status};
use crate::bot::progress::buttons;
use crate::bot::sender::{Asker, Words};
use crate::bot::telegram::redaction::is_hidden;
use crate::bot::view::{View, networks};
use crate::bot::{presses, progress};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, Aside, Link, Locale, Markup, Who, Whole};
use crate::model::{Analysis, Button, Depth, Handle, NetworkName, Outcome, Press, Source};
use crate::networks::{Mistake, addresses};
use crate::stores::StoreError;

/// Accounts that one message may ask for. More in a list are rarely meant.
const AT_ONCE: usize = 5;

/// Plain words that may have been meant as accounts; more are a sentence.
const PLAIN: usize = 2;

/// An account as the texts give it for an example.
const EXAMPLE: &str = "@nasa";

/// What handling an update changes.
pub type Handled = Result<Vec<Change>, StoreError>;

/// Everything that people can do.
pub fn schema() -> Handler<'static, Handled, DpHandlerDescription> {
    let commands = dptree::filter_map(Command::of)
        .branch(case![Command::Start(parameter)].endpoint(start))
        .branch(case![Command::Help].endpoint(help))
        .branch(case![Command::Privacy].endpoint(privacy))
        .branch(case![Command::Forget].endpoint(forget))
        .branch(case![Command::Key(text)].endpoint(key))
        .branch(case![Command::Find(text)].endpoint(find))
        .branch(case![Command::Status].endpoint(status::tell))
        .branch(case![Command::Cancel(text)].endpoint(cancel))
        .branch(case![Command::Result(text)].endpoint(result))
        .branch(case![Command::Again(text)].endpoint(again))
        .branch(case![Command::History].endpoint(history))
        .branch(case![Command::Compare(text)].endpoint(compare))
        .branch(case![Command::Watch(text)].endpoint(watch))
        .branch(case![Command::Language(text)].endpoint(language::choose))
        .branch(case![Command::Network(text)].endpoint(preferred_network::choose));

    // To others these are commands that there are not.
    let operators = dptree::filter(admin::may)
        .filter_map(Command::of)
        .branch(case![Command::Admin].endpoint(admin::tell))
        .branch(case![Command::OptOut(text)].endpoint(opt_out::add))
        .branch(case![Command::OptIn(text)].endpoint(opt_out::remove));

    // Nothing is done about half of what somebody has written.
    let hidden = dptree::filter(is_hidden)
        .branch(dptree::filter_map(Command::of).endpoint(keys::unread))
        .branch(dptree::filter_map(Words::meant).endpoint(keys::unread));

    let messages = Update::filter_message()
        .filter_map(Asker::of_message)
        .branch(hidden)
        .branch(commands)
        .branch(operators)
        .branch(dptree::filter_map(Words::meant).endpoint(read));

    // Those who run a group may write in its name. There is one thing to be done then.
    let in_the_name_of_a_group = dptree::filter(is_of_its_own_group)
        .filter_map(Command::of)
        .branch(case![Command::Cancel(text)].endpoint(by_admins::in_its_name));

    let in_the_name_of_a_chat = Update::filter_message()
        .filter_map(Asker::of_chat)
        .branch(in_the_name_of_a_group)
        .branch(dptree::filter_map(Command::of).endpoint(who_asks))
        .branch(dptree::filter_map(Words::meant).endpoint(who_asks));

    let presses = Update::filter_callback_query()
        .map(Asker::of_press)
        .endpoint(presses::pressed);

    let typing = Update::filter_inline_query().endpoint(inline::offer);

    dptree::entry()
        .branch(messages)
        .branch(in_the_name_of_a_chat)
        .branch(presses)
        .branch(typing)
}

async fn start(cx: Context, asker: Asker, parameter: String) -> Handled {
    if let Some(opened) = share::open(&cx, &asker, &parameter) {
        return opened;
    }
    if let Some(words) = inline::searched(&parameter) {
        // Whoever has made the link: it is as good as typed.
        return read(cx, asker, Words(words)).await;
    }
    let networks = networks(&cx, asker.locale);
    Ok(vec![asker.told(asker.locale.start(&networks))])
}

async fn help(cx: Context, me: Me, asker: Asker) -> Handled {
    let locale = asker.locale;
    let example = addresses(&cx.networks, asker.network.as_ref(), EXAMPLE).ok();
    let example = example.and_then(|found| found.into_iter().next());
    let link = example.and_then(|found| cx.networks.link(&found.network, &found.handle));
    let link = link.unwrap_or_default();
    let limit = Whole(cx.ledger.rules().per_person.into());
    let mut help = locale.help(&networks(&cx, locale), Link(&link), limit);
    if me.supports_inline_queries {
        help = format!("{help}\n\n{}", locale.help_anywhere(me.username()));
    }
    Ok(vec![asker.told(help)])
}

async fn privacy(cx: Context, asker: Asker) -> Handled {
    let locale = asker.locale;
    let days = cx.ledger.rules().retention.as_secs().div_ceil(86_400);
    Ok(vec![
        asker.told(locale.privacy(&networks(&cx, locale), Whole(days))),
    ])
}

async fn find(cx: Context, asker: Asker, text: String) -> Handled {
    if text.trim().is_empty() {
        return Ok(vec![asker.told(asker.locale.find_whom())]);
    }
    match locales::aside(&text) {
        // Who writes the command means an account by any other word.
        Some(Aside::Depth(depth)) => consent::deep(&cx, &asker, depth),
        Some(_) => Ok(vec![asker.told(asker.locale.word_alone())]),
        None => search(&cx, &asker, &text, false),
    }
}

async fn read(cx: Context, asker: Asker, Words(text): Words) -> Handled {
    if text.starts_with('/') {
        return Ok(vec![asker.told(asker.locale.no_such_command())]);
    }
    if let Some(said) = locales::aside(&text) {
        return consent::answered(cx, asker, said).await;
    }
    search(&cx, &asker, locales::without_opening(&text), false)
}

/// Telegram lets only those write in a group's name who run it.
fn is_of_its_own_group(message: Message) -> bool {
    let sender = message.sender_chat.as_ref();
    sender.is_some_and(|sender| sender.id == message.chat.id)
}

/// A search has to be somebody's.
async fn who_asks(asker: Asker) -> Handled {
    Ok(vec![asker.told(asker.locale.who_asks())])
}

pub(in crate::bot) async fn cancel(cx: Context, asker: Asker, text: String) -> Handled {
    let locale = asker.locale;
    let running = asker.running(&cx)?;
    let wanted = text.trim();
    let chosen = if wanted.is_empty() || locales::is_everything(wanted) {
        if running.is_empty() {
            return Ok(vec![asker.told(locale.nothing_under_way())]);
        }
        if running.len() > 1 && wanted.is_empty() {
            let all = Press::CancelAllOf(asker.person);
            let buttons = cancel_buttons(locale, &running, all);
            return Ok(vec![asker.offered(locale.which_to_cancel(), buttons)]);
        }
        running
    } else {
        let wanted = match named(&cx, &asker, wanted) {
            Ok(handles) => handles,
            Err(mistake) => return Ok(vec![asker.told(explain(&cx, locale, mistake))]),
        };
        let chosen: Vec<Analysis> = running
            .into_iter()
            .filter(|analysis| wanted.iter().any(|handle| is_for(&cx, analysis, handle)))
            .collect();
        if let (true, Some(handle)) = (chosen.is_empty(), wanted.first()) {
            let of_others = by_admins::running(&cx, &asker, &wanted)?;
            let asked = Source::Written(asker.message);
            return Ok(vec![match of_others.is_empty() {
                true => asker.told(locale.not_under_way(who(handle, None))),
                false => by_admins::asked(&asker, &of_others, asked),
            }]);
        }
        chosen
    };
    let names = names(&cx, locale, &chosen);
    let mut changes: Vec<Change> = chosen
        .iter()
        .map(|analysis| Change::Cancel {
            analysis: analysis.id,
            person: asker.person,
        })
        .collect();
    changes.push(asker.told(locale.stopped(Markup(&names))));
    Ok(changes)
}

async fn result(cx: Context, asker: Asker, text: String) -> Handled {
    let locale = asker.locale;
    let mut here = asker.analyses(&cx)?;
    // A result is sent to the chat where it was asked for.
    here.retain(|analysis| analysis.chat == asker.chat);
    let mut wanted = None;
    if !text.trim().is_empty() {
        let handles = match named(&cx, &asker, text.trim()) {
            Ok(handles) => handles,
            Err(mistake) => return Ok(vec![asker.told(explain(&cx, locale, mistake))]),
        };
        here.retain(|analysis| handles.iter().any(|handle| is_for(&cx, analysis, handle)));
        wanted = handles.into_iter().next();
    }
    let delivered =
        |analysis: &&Analysis| matches!(analysis.outcome, Some(Outcome::Delivered { .. }));
    if let Some(analysis) = here.iter().rfind(delivered) {
        return Ok(vec![Change::SendResult(analysis.id, asker.place())]);
    }
    let running = here
        .into_iter()
        .rfind(|analysis| analysis.outcome.is_none());
    Ok(vec![asker.told(match (running, wanted) {
        (Some(running), _) => {
            let view = View::of(&cx, running)?;
            let state = progress::state(locale, &view);
            let html = format!("{}\n{state}", locale.not_ready(view.who()));
            let buttons = match progress::is_asked(&view) {
                true => buttons::offers(locale, &view),
                false => Vec::new(),
            };
            return Ok(vec![asker.offered(html, buttons)]);
        }
        (None, Some(handle)) => locale.no_result_for(who(&handle, None)),
        (None, None) => locale.no_result(),
    })])
}

/// Starts an analysis for each account that a text names, or says what is wrong with it. `refresh` looks
/// anew, whatever is there.
pub(in crate::bot) fn search(cx: &Context, asker: &Asker, text: &str, refresh: bool) -> Handled {
    let (text, depth) = split_depth(text);
    let text = locales::without_thanks(text);
    let found = match addresses(&cx.networks, asker.network.as_ref(), text) {
        Ok(found) => found,
        Err(mistake) => return Ok(vec![asker.told(explain(cx, asker.locale, mistake))]),
    };
    let count = found.len();
    let mut changes = Vec::new();
    if let Some(words) = consent::passed_over(text) {
        changes.push(asker.told(asker.locale.unknown_words(&words)));
    }
    if count > AT_ONCE {
        let (count, taken) = (Whole(count as u64), Whole(AT_ONCE as u64));
        changes.push(asker.told(asker.locale.only_the_first(count, taken)));
    }
    for address in found.into_iter().take(AT_ONCE) {
        let depth = match depth {
            Some(depth) => depth,
            None if refresh => as_deep(cx, (&address.network, &address.handle), cx.settings.depth)?,
            None => cx.settings.depth,
        };
        changes.push(asker.search(cx, address, depth, refresh));
    }
    Ok(changes)
}

/// As deep as the result that there is of an account, and at least so deep: looked at anew it shall not become
/// worse.
pub(in crate::bot) fn as_deep(
    cx: &Context,
    (network, handle): (&NetworkName, &Handle),
    at_least: Depth,
) -> Result<Depth, StoreError> {
    let known = cx.ledger.crawl_named(network, handle)?;
    let reached = known.and_then(|known| known.depth_reached());
    Ok(reached.map_or(at_least, |reached| reached.max(at_least)))
}

/// How far to go, if the last of several words say so: alone they may be an account's name.
pub(in crate::bot) fn split_depth(text: &str) -> (&str, Option<Depth>) {
    let text = text.trim();
    let (accounts, depth) = locales::depth(locales::without_thanks(text)).unzip();
    (accounts.unwrap_or(text), depth)
}

pub(in crate::bot) fn named(
    cx: &Context,
    asker: &Asker,
    text: &str,
) -> Result<Vec<Handle>, Mistake> {
    let found = addresses(&cx.networks, asker.network.as_ref(), text)?;
    Ok(found.into_iter().map(|address| address.handle).collect())
}

pub(in crate::bot) fn explain(cx: &Context, locale: &Locale, mistake: Mistake) -> String {
    let networks = networks(cx, locale);
    match mistake {
        Mistake::NoHandle => locale.not_understood(&networks),
        Mistake::NotAnAccount(word) => locale.not_an_account(&word),
        Mistake::Elsewhere(host) => locale.elsewhere(&host, &networks),
        Mistake::SwitchedOff(network) => locale.switched_off(network, &networks),
        Mistake::Words(handles) if handles.len() > PLAIN => locale.not_understood(&networks),
        Mistake::Words(handles) => {
            let handles: Vec<String> = handles
                .iter()
                .map(|handle| locale.name(who(handle, None)))
                .collect();
            locale.several_words(Markup(&handles.join(" ")))
        }
    }
}

/// Whether an analysis is for an account of this name, as typed or as the network spells it.
pub(in crate::bot) fn is_for(cx: &Context, analysis: &Analysis, handle: &Handle) -> bool {
    let crawl = cx.ledger.crawl_of(analysis).ok().flatten();
    let shown = crawl.as_ref().map(|crawl| &crawl.shown_handle().0);
    analysis.handle.0.eq_ignore_ascii_case(&handle.0)
        || shown.is_some_and(|shown| shown.eq_ignore_ascii_case(&handle.0))
}

/// A button for each of several analyses, and one that cancels `all` of them.
pub(in crate::bot) fn cancel_buttons(
    locale: &Locale,
    running: &[Analysis],
    all: Press,
) -> Vec<Button> {
    let mut buttons: Vec<Button> = running
        .iter()
        .map(|analysis| Button {
            label: locale.button_cancel_one(&analysis.handle.0),
            press: Press::Cancel(analysis.id),
        })
        .collect();
    if buttons.len() > 1 {
        buttons.push(Button {
            label: locale.button_cancel_all(),
            press: all,
        });
    }
    buttons
}

/// The accounts that are looked for, each with a link to it.
pub(in crate::bot) fn names(cx: &Context, locale: &Locale, analyses: &[Analysis]) -> String {
    let names = analyses.iter().map(|analysis| name(cx, locale, analysis));
    let names: Vec<String> = names.collect();
    names.join(", ")
}

/// An account's handle with a link to it.
pub(in crate::bot) fn name(cx: &Context, locale: &Locale, analysis: &Analysis) -> String {
    let link = cx.networks.link(&analysis.network, &analysis.handle);
    locale.name(who(&analysis.handle, link.as_deref()))
}

pub(in crate::bot) fn who<'a>(handle: &'a Handle, link: Option<&'a str>) -> Who<'a> {
    Who {
        handle: &handle.0,
        link,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use teloxide::dptree::di::DependencyMap;
    use teloxide::dptree::{Type, type_check};

    use super::*;
    use crate::bot::BotSettings;
    use crate::model::Preferences;

    #[test]
    fn the_last_of_several_words_may_say_how_far_to_go() {
        assert_eq!(split_depth("@nasa deep"), ("@nasa", Some(Depth::Deep)));
        assert_eq!(
            split_depth("@nasa @esa\nQuick "),
            ("@nasa @esa", Some(Depth::Quick))
        );
        for text in [
            "@nasa deep, please",
            "@nasa deep please!",
            "@nasa глубоко, пожалуйста",
            "@nasa глубоко спасибо 🙏",
        ] {
            assert_eq!(split_depth(text), ("@nasa", Some(Depth::Deep)), "{text}");
        }
        assert_eq!(split_depth("nasa ok"), ("nasa ok", None));
        assert_eq!(split_depth("deep"), ("deep", None));
        assert_eq!(split_depth("@nasa @deep"), ("@nasa @deep", None));
    }

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
