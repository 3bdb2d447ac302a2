//! What is said to the bot and names no account: nothing is looked up for that. How deep to go is obeyed where there is
//! one search that can be meant; where the question stands what that may cost, it is the answer, as is the button that
//! says the same.

use crate::bot::progress;
use crate::bot::progress::buttons;
use crate::bot::schema::{Handled, cancel};
use crate::bot::sender::Asker;
use crate::bot::view::{View, depth_name};
use crate::context::Context;
use crate::ledger::Change;
use crate::locales::{self, About, Aside, Markup};
use crate::model::{Analysis, Depth, OutgoingId, Say};
use crate::networks::{Address, called};
use crate::stores::StoreError;

/// Words behind accounts that may be a wish; more are a sentence.
const A_WISH: usize = 2;

pub(in crate::bot) async fn answered(cx: Context, asker: Asker, aside: Aside) -> Handled {
    let locale = asker.locale;
    Ok(vec![match aside {
        Aside::Depth(depth) => return deep(&cx, &asker, depth),
        Aside::Stop => return cancel(cx, asker, String::new()).await,
        Aside::Greeting => asker.told(locale.hello()),
        Aside::Thanks => asker.told(locale.welcome()),
        Aside::Yes | Aside::No => match asked(&cx, &asker)?.as_slice() {
            [only] if aside == Aside::No => return Ok(cancelled(&asker, only)),
            [only] => again(&asker, only),
            _ => asker.told(locale.yes_or_no()),
        },
        Aside::Word => asker.told(locale.word_alone()),
    }])
}

/// Takes the asker's one search here so deep, as if its account had been named.
pub(in crate::bot) fn deep(cx: &Context, asker: &Asker, depth: Depth) -> Handled {
    let locale = asker.locale;
    if let [only] = asked(cx, asker)?.as_slice() {
        return Ok(match is_shown(cx, only)? {
            true => agreed(asker, only, depth),
            false => vec![again(asker, only)],
        });
    }
    let mut here = here(cx, asker)?;
    let (Some(only), true) = (here.pop(), here.is_empty()) else {
        return Ok(vec![
            asker.told(locale.depth_alone(locale.depth_word(depth))),
        ]);
    };
    let address = Address {
        network: only.network,
        handle: only.handle,
        others: only.others,
    };
    Ok(vec![asker.search(cx, address, depth, false)])
}

/// Agrees to go so deep for what that costs, as it stands on the button; where there is none that says so, asks again.
fn agreed(asker: &Asker, view: &View, depth: Depth) -> Vec<Change> {
    let locale = asker.locale;
    let mut offers = view.bill.iter().flat_map(|bill| bill.affordable());
    let Some((_, cost)) = offers.find(|(offered, _)| *offered == depth) else {
        return vec![again(asker, view)];
    };
    let agree = Change::Agree {
        analysis: view.analysis.id,
        person: asker.person,
        depth,
    };
    let depth = depth_name(locale, depth);
    let told = asker.told(locale.agreed(view.who(), &depth, About(cost)));
    vec![agree, told]
}

/// Cancels what is not worth its price to the asker.
fn cancelled(asker: &Asker, view: &View) -> Vec<Change> {
    let locale = asker.locale;
    let cancel = Change::Cancel {
        analysis: view.analysis.id,
        person: asker.person,
    };
    let name = locale.name(view.who());
    vec![cancel, asker.told(locale.stopped(Markup(&name)))]
}

/// Asks once more what a search may cost.
fn again(asker: &Asker, view: &View) -> Change {
    let locale = asker.locale;
    asker.offered(progress::state(locale, view), buttons::offers(locale, view))
}

/// What the asker has here that waits for a word about its cost, where there is a message to ask it in.
fn asked(cx: &Context, asker: &Asker) -> Result<Vec<View>, StoreError> {
    let here = here(cx, asker)?.into_iter();
    let told = here.filter(|analysis| analysis.bubble.is_some());
    let views = told.map(|analysis| View::of(cx, analysis));
    let mut views = views.collect::<Result<Vec<View>, _>>()?;
    views.retain(progress::is_asked);
    Ok(views)
}

/// Whether the question has reached the chat: nobody agrees to a price that they have not seen.
fn is_shown(cx: &Context, view: &View) -> Result<bool, StoreError> {
    let unsent = cx.ledger.unsent(OutgoingId(0), usize::MAX)?;
    let question = Say::Bubble(view.analysis.id);
    Ok(unsent.iter().all(|(_, outgoing)| outgoing.say != question))
}

/// What the asker has under way in this very chat.
fn here(cx: &Context, asker: &Asker) -> Result<Vec<Analysis>, StoreError> {
    let mut running = asker.running(cx)?;
    running.retain(|analysis| analysis.chat == asker.chat);
    Ok(running)
}

/// The words behind the accounts of a text that are no accounts and mean nothing to the bot, if they may be a wish.
pub(in crate::bot) fn passed_over(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let last = words.iter().rposition(|word| is_marked(word))?;
    let (accounts, behind) = words.split_at(last + 1);
    let meant = locales::aside(&behind.join(" "));
    let is_polite = meant.is_some_and(|it| it <= Aside::Yes);
    let mut unknown = behind.to_vec();
    unknown.retain(|word| !is_known(word) && word.contains(char::is_alphanumeric));
    let is_wish = accounts
        .iter()
        .all(|word| is_marked(word) || is_known(word))
        && (1..=A_WISH).contains(&unknown.len())
        && !is_polite;
    is_wish.then(|| unknown.join(" "))
}

/// Whether a word is an account by its form. A colon at its end is behind the name of a network.
fn is_marked(word: &str) -> bool {
    let word = word.trim_end_matches(':');
    word.contains(['@', ':']) || (word.contains('/') && word.contains('.'))
}

/// Whether a word has a meaning between and behind accounts.
fn is_known(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    called(bare).is_some() || locales::is_on(bare) || locales::is_between(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_wish_behind_accounts_is_not_passed_over_in_silence() {
        for (text, unknown) in [
            ("@nasa fast", "fast"),
            ("@nasa and @esa very deep", "very deep"),
            ("https://www.instagram.com/nasa/ fast!", "fast!"),
            ("ig:nasa раз", "раз"),
            ("@nasa weekly", "weekly"),
            ("@nasa, no", "no"),
        ] {
            assert_eq!(passed_over(text).as_deref(), Some(unknown), "{text}");
        }
        for text in [
            "@nasa",
            "nasa esa",
            "@nasa 🚀",
            "@nasa, please",
            "@nasa on Instagram",
            "@nasa в инстаграме",
            "look at @nasa please",
            "X: nasa",
            "instagram: nasa",
            "Twitter: @nasa",
            "@nasa is what I mean",
            "who is like @nasa?",
        ] {
            assert_eq!(passed_over(text), None, "{text}");
        }
    }
}
