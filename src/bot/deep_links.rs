//! Deep links into the private chat with the bot, and their parameters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::locales::Locale;
use crate::model::{Handle, ShareId, StartLink};

/// Prefix of a parameter that opens a shared result.
const SHARE: &str = "r_";

/// Prefix of a parameter that starts a search.
const SEARCH: &str = "s_";

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

/// Returns the share that a parameter names, `None` if it is another kind of parameter.
pub(super) fn share(parameter: &str) -> Option<ShareId> {
    Some(ShareId(parameter.trim().strip_prefix(SHARE)?.to_owned()))
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
    fn garbage_leads_nowhere() {
        for garbage in ["", "s", "r_abc", "s_!", "s_a", "s__w", "S_bmFzYQ"] {
            assert_eq!(search(garbage), None, "{garbage}");
        }
        assert_eq!(search("s_bmFzYQ").as_deref(), Some("nasa"));
    }
}
