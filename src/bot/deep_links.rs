//! Deep links into the private chat with the bot, and their parameters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::locales::Locale;
use crate::model::{Handle, ShareId, StartLink};

/// Prefix of a parameter that opens a shared result.
const SHARE: &str = "r_";

/// Prefix of a parameter that opens a shared comparison.
const SHARED_COMPARISON: &str = "c_";

/// Prefix of a parameter that starts a search.
const SEARCH: &str = "s_";

/// The sites of Telegram's links.
const HOSTS: [&str; 3] = ["t.me", "telegram.me", "telegram.dog"];

/// The most characters that Telegram accepts.
const LONGEST_PARAMETER: usize = 64;

/// Returns the link to the private chat with the bot.
pub(super) fn to_bot(bot: &str) -> String {
    format!("https://t.me/{bot}")
}

/// Returns the link that opens a shared result.
pub(super) fn to_share(bot: &str, share: &ShareId) -> String {
    format!("{}?start={SHARE}{}", to_bot(bot), share.0)
}

/// Returns the link that opens a shared comparison.
pub(super) fn to_shared_comparison(bot: &str, share: &ShareId) -> String {
    format!("{}?start={SHARED_COMPARISON}{}", to_bot(bot), share.0)
}

/// Returns the share of a comparison that a parameter names, `None` if it is another kind of parameter.
pub(super) fn shared_comparison(parameter: &str) -> Option<ShareId> {
    let share = parameter.trim().strip_prefix(SHARED_COMPARISON)?;
    Some(ShareId(share.to_owned()))
}

/// Returns the share that a parameter names, `None` if it is another kind of parameter.
pub(super) fn share(parameter: &str) -> Option<ShareId> {
    Some(ShareId(parameter.trim().strip_prefix(SHARE)?.to_owned()))
}

/// Returns the parameter of a link to the bot that a text contains, `None` if there is no such link. It is empty if the
/// link has none.
pub(super) fn parameter(bot: &str, text: &str) -> Option<String> {
    text.split_whitespace().find_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && !"-_/".contains(c));
        let link = word
            .strip_prefix("https://")
            .or(word.strip_prefix("http://"));
        let (host, path) = link.unwrap_or(word).split_once('/')?;
        let (name, query) = path.split_once('?').unwrap_or((path, ""));
        let is_own = HOSTS.iter().any(|own| own.eq_ignore_ascii_case(host))
            && name.trim_end_matches('/').eq_ignore_ascii_case(bot);
        let parameter = query.split('&').find_map(|it| it.strip_prefix("start="));
        is_own.then(|| parameter.unwrap_or_default().to_owned())
    })
}

/// Returns a button that starts a search for these words, `None` if they are too long for Telegram.
pub(super) fn to_search(locale: &Locale, account: &Handle, words: &str) -> Option<StartLink> {
    let parameter = format!("{SEARCH}{}", URL_SAFE_NO_PAD.encode(words));
    (parameter.len() <= LONGEST_PARAMETER).then(|| StartLink {
        label: locale.offer_search(&account.0),
        parameter,
    })
}

/// Returns the words that a parameter searches for, `None` if it is another kind of parameter.
pub(super) fn search(parameter: &str) -> Option<String> {
    let words = parameter.trim().strip_prefix(SEARCH)?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(words).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locales;

    #[test]
    fn what_a_button_leads_to_is_read_back_unless_it_is_too_long() {
        let locale = locales::default();
        let handle = Handle("nasa".to_owned());
        let to = |words: &str| to_search(locale, &handle, words);
        for words in ["nasa", "bsky:nasa.bsky.social deep", "ig:nasa полностью"] {
            let way = to(words).expect("it fits");
            assert_eq!(search(&way.parameter).as_deref(), Some(words));
        }
        assert!(to(&"a".repeat(46)).is_some());
        assert_eq!(to(&"a".repeat(47)), None);
    }

    #[test]
    fn a_link_to_the_bot_is_found_however_it_is_pasted() {
        let opens = |text: &str| parameter("some_bot", text);
        for text in [
            "https://t.me/some_bot?start=r_a-B_9",
            "http://telegram.me/Some_Bot?start=r_a-B_9",
            "t.me/some_bot/?start=r_a-B_9",
            "look: <https://t.me/some_bot?x=1&start=r_a-B_9>, nice",
        ] {
            assert_eq!(opens(text).as_deref(), Some("r_a-B_9"), "{text}");
        }
        assert_eq!(opens("https://t.me/some_bot").as_deref(), Some(""));
        for text in [
            "https://t.me/other_bot?start=r_a",
            "https://evil.example/some_bot?start=r_a",
            "some_bot?start=r_a",
            "@some_bot",
            "",
        ] {
            assert_eq!(opens(text), None, "{text}");
        }
    }

    #[test]
    fn garbage_leads_nowhere() {
        for garbage in ["", "s", "r_abc", "s_!", "s_a", "s__w", "S_bmFzYQ"] {
            assert_eq!(search(garbage), None, "{garbage}");
        }
        assert_eq!(search("s_bmFzYQ").as_deref(), Some("nasa"));
    }
}
