//! Redacts API keys in updates: however a person writes one, no part of it is stored in plain text, not even for a
//! moment.
//!
//! What follows `/key` is sealed. Anything else that looks like a key, or is where one was meant, is replaced: asking
//! whether it was one would mean showing it.

use teloxide::types::Message;

use crate::bot::telegram::updates::StoredUpdate;
use crate::locales;
use crate::model::NetworkName;
use crate::networks::kind_called;
use crate::sealing::{Seal, SealError};

const COMMAND: &str = "/key";

/// What the argument of the command is sealed for.
const PURPOSE: &str = "the words behind /key";

/// Replaces what is redacted: a character without a meaning in Unicode.
const REDACTED: &str = "\u{e07e}";

/// The parameter of a deep link may look like a key, and is the bot's own. Its first letter says what it is.
const FROM_A_LINK: &str = "/start";

/// In URLs, before a key.
const IN_AN_ADDRESS: [&str; 2] = ["key=", "token="];

/// Prefixes of keys of GitHub and X.
const BEGINNINGS: [&str; 7] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "AAAAAAAA",
];

/// A word this long with digits, lower and upper case was not made up by a person.
const LONG: usize = 20;

/// Names without a dot are no longer than this on any network.
const LONGER_THAN_NAMES: usize = 30;

/// A run of at least this many letters and digits that switches between the two this often was drawn at random. That
/// holds for nine in ten keys of 20 characters, for nearly all of 32, and for hardly any name.
const RANDOM: usize = 16;
const TURNS: usize = 5;

/// The lengths of the parts of a UUID.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

/// What looks random and is public: account IDs, and domains in other scripts.
const PUBLIC: [&str; 2] = ["did:", "xn--"];

/// Seals or replaces every key in an update.
pub(crate) fn redact(seal: &Seal, update: &mut StoredUpdate) -> Result<(), SealError> {
    if let Some(text) = update.text_mut() {
        *text = match split_command(text) {
            Some((command, words)) => format!("{command} {}", seal.seal(words, PURPOSE)?),
            None => redacted(text),
        };
    }
    if let Some(query) = update.query_mut() {
        // In an inline query it is not a command, and useless.
        *query = match split_command(query) {
            Some(_) => REDACTED.to_owned(),
            None => redacted(query),
        };
    }
    Ok(())
}

/// Makes the answer to a bare command the command, so that it is sealed: a network, with or without its key, or the key
/// for a network that was named before. Leaves any other message as it is.
pub(crate) fn complete(text: &mut String, network: Option<&NetworkName>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_small_talk = locales::aside(text).is_some() && !locales::takes_back(text.trim());
    let command = match (network, words.as_slice()) {
        _ if text.trim_start().starts_with('/') || is_small_talk => return,
        (_, [first] | [first, _]) if is_network(bare(first)) => format!("{COMMAND} {text}"),
        (Some(network), [key]) if !is_account(key) => format!("{COMMAND} {network} {key}"),
        _ => return,
    };
    *text = command;
}

/// Whether something in a message was redacted.
pub(crate) fn is_redacted(message: Message) -> bool {
    message.text().is_some_and(|text| text.contains(REDACTED))
}

/// Returns the argument that was sealed, `None` if it can't be opened any more.
pub(crate) fn unseal(seal: &Seal, sealed: &str) -> Option<String> {
    seal.open(sealed, PURPOSE)
}

/// Splits the command at the start of a text, with any mention, from the words that follow.
fn split_command(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let command = text
        .split_whitespace()
        .find(|word| !word.starts_with('@'))?;
    let (name, _) = command.split_once('@').unwrap_or((command, ""));
    let (before, words) = text.split_once(command)?;
    let end = before.len() + command.len();
    let words = words.trim();
    (name.eq_ignore_ascii_case(COMMAND) && !words.is_empty()).then_some((text.get(..end)?, words))
}

/// Returns a text without what may be a key.
fn redacted(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let [command, parameter] = words.as_slice()
        && command.eq_ignore_ascii_case(FROM_A_LINK)
        && parameter.as_bytes().get(1) == Some(&b'_')
    {
        return text.to_owned();
    }
    let is_about_keys = is_about_keys(text);
    let mut behind_a_typo = false;
    let pieces = text.split_inclusive(char::is_whitespace).map(|piece| {
        let word = piece.trim_end();
        let may_be_one = is_secret(word) || (is_about_keys && is_said(word));
        let is_hidden = behind_a_typo
            || is_certain(word)
            || (is_random(word) && !is_link(word))
            || (may_be_one && !is_account(word));
        behind_a_typo |= is_typo(word);
        match is_hidden && !word.is_empty() {
            true => piece.replacen(word, REDACTED, 1),
            false => piece.to_owned(),
        }
    });
    pieces.collect()
}

/// Whether a text speaks of a key for a network, as in "key github ..." or "my key for instagram is ...".
fn is_about_keys(text: &str) -> bool {
    let has = |what: fn(&str) -> bool| text.split_whitespace().map(bare).any(what);
    has(locales::is_key) && has(is_network)
}

fn is_network(word: &str) -> bool {
    kind_called(word).is_some()
}

/// Whether a word is more than the subject of such a text.
fn is_said(word: &str) -> bool {
    !locales::is_key(bare(word)) && !is_network(bare(word))
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whether a word is nearly the command, or the command in a place where it has no effect.
fn is_typo(word: &str) -> bool {
    let name = word.strip_prefix('/').unwrap_or_default().to_lowercase();
    let name = name.split('@').next().unwrap_or_default();
    let key = COMMAND.trim_start_matches('/');
    name.starts_with(key) || locales::is_key(name) || strsim::osa_distance(name, key) == 1
}

/// Whether a word is marked as an account: by an `@`, or as a link.
fn is_account(word: &str) -> bool {
    word.contains('@') && !word.starts_with('/') || is_link(word)
}

fn is_link(word: &str) -> bool {
    let host = word.split_once('/').map(|(host, _)| host);
    word.contains("://") || host.is_some_and(|host| host.contains('.'))
}

/// Whether part of a word was drawn at random, and so is more likely a key than a name, even after an `@`.
fn is_random(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_public = PUBLIC.iter().any(|mark| lower.contains(mark));
    let mut runs = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let mut parts = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    !is_public && (runs.any(|run| run.len() >= RANDOM && turns(run) >= TURNS) || parts.any(is_uuid))
}

/// Returns how often a text switches between letters and digits.
fn turns(text: &str) -> usize {
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let turn = |(here, next): &(u8, u8)| here.is_ascii_digit() != next.is_ascii_digit();
    pairs.filter(turn).count()
}

fn is_uuid(part: &str) -> bool {
    let lengths = part.split('-').map(str::len);
    let mut digits = part.chars().filter(|c| *c != '-');
    lengths.eq(UUID) && digits.all(|c| c.is_ascii_hexdigit())
}

/// Whether it is certainly a key, or a URL with one in it, whatever precedes it.
fn is_certain(word: &str) -> bool {
    let has_one = |part: &str| {
        BEGINNINGS
            .iter()
            .any(|beginning| part.starts_with(beginning))
    };
    let lower = word.to_lowercase();
    let is_address = lower.contains("://");
    word.split(|c: char| !is_inside(c)).any(has_one)
        || is_address && IN_AN_ADDRESS.iter().any(|before| lower.contains(before))
}

fn is_inside(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '=' | '%' | '/')
}

fn is_secret(word: &str) -> bool {
    word.split(|c| !is_inside(c)).any(|part| {
        let has = |what: fn(&char) -> bool| part.chars().any(|c| what(&c));
        let is_mixed = has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
        let is_made_up = part.len() >= LONG
            && has(char::is_ascii_digit)
            && (is_mixed || part.len() > LONGER_THAN_NAMES);
        is_made_up || is_certain(part)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Keys as HikerAPI and GitHub issue them.
    const KEYS: [&str; 3] = [
        "hik_SUPERSECRETKEY0001",
        "8f3kq0z2m5n7b1v9c4x6l8j2h5g7d3s1",
        "ghp_secret",
    ];

    fn stored(field: &str, text: &str) -> String {
        let from = json!({ "id": 7, "is_bot": false, "first_name": "Ann" });
        let content = match field {
            "query" => json!({ "inline_query": { "id": "1", "from": from, "query": text } }),
            field => json!({ "message": { "message_id": 5, "date": 1, "from": from, field: text,
                "chat": { "id": 7, "type": "private" } } }),
        };
        let mut update: Value = content;
        update["update_id"] = json!(9);
        let mut update = StoredUpdate::read(&update).expect("it is read");
        redact(&Seal::new("token"), &mut update).expect("it can be sealed");
        let text = match field {
            "query" => update.query_mut().cloned(),
            _ => update.text_mut().cloned(),
        };
        text.expect("a text")
    }

    #[test]
    fn nothing_of_a_key_is_stored_however_it_is_written() {
        for key in KEYS {
            for front in [
                "/key github ",
                "/KEY@some_bot instagram\n",
                "/key\u{a0}instagram ",
                "/key\u{200b}instagram ",
                "／key instagram ",
                "@some_bot /key github ",
                "please /key github ",
                "/start ",
                "https://api.example/v1/user?access_key=",
                "/keys instagram ",
                "/kye instagram ",
                "/key_instagram ",
                "/ключ гитхаб ",
                "key instagram ",
                "@some_bot, key github: ",
                "ключ для инстаграма: ",
                "my instagram token is ",
                "github ",
                "github:",
                "",
                "(",
            ] {
                for field in ["text", "caption", "query"] {
                    let text = stored(field, &format!("{front}{key}"));
                    assert!(!text.contains(key), "{front}{key} is stored as {text}");
                    let begun = stored(field, &format!("/key github {}", &key[..4]));
                    assert!(!begun.contains(&key[..4]), "{begun}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_key_is_kept() {
        for text in [
            "",
            "/key",
            "/keys",
            "@nasa",
            "nasa, key, esa",
            "nasa, github_key",
            "keyboard.cat",
            "github torvalds",
            "ig:nasa_goddard_space_2024",
            "@SpaceXFan2024OfficialNumber1",
            "https://www.instagram.com/SpaceXFan2024Official/?igsh=MzRlODBiNWFlZA1b2c3d4e5f6g7h8i9j",
            "github.com/Some1Long2Name3With4Digits5",
            "instagram.com/8f3kq0z2m5n7b1v9c4x6l8j2h5g7d3s1",
            "@did:plc:z72i7hdynmk6r22z27h6tvur",
            "@xn--80aaaajbdbddwj2alwjieei2afr3v.example",
            "did:plc:z72i7hdynmk6r22z27h6tvur",
            "/start r_0a1B2c3D4e5F6g7H8i9J0k",
            "nasa /ke",
            "найди @nasa в инстаграме",
        ] {
            for field in ["text", "query"] {
                assert_eq!(stored(field, text), text);
            }
        }
    }

    #[test]
    fn a_key_is_none_the_less_one_for_looking_like_a_name() {
        for key in [
            "8f3kq0z2m5n7b1v9c4x6",
            "4d8a0c0bd2a24cf3",
            "q7w2e9r4t1y6u3i8o5p0a1s2d3f4g5",
            "8f3kq0z2m5n7b1v9c4x6l8j2h5g7d3s1",
            "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "1574083.1fb234f.8f3a90b2c5d74e1f9c4b6a8d2e5f7a3b",
            "xK4pQ9vB2nM7wL1zR6tY",
        ] {
            for front in ["", "@", "ig:", "ig:@", "нажми @", "nasa, @"] {
                for field in ["text", "caption", "query"] {
                    let text = stored(field, &format!("{front}{key}"));
                    assert!(!text.contains(key), "{front}{key} is stored as {text}");
                }
            }
        }
    }

    #[test]
    fn a_name_with_digits_in_it_stays_a_name() {
        for name in [
            "b4ck5t4g3",
            "m1k4el4nd3r5s",
            "h4rb0urcitybakes",
            "a3c9995ac1e240c",
            "k24bakersofthenorth",
            "summer2019winter2020",
            "route66_and_back_in_80_days",
            "4ever_young_2_gether_4u_2nite",
            "studio54_room237_apt12b_2024",
            "porto_roastery_1998_2024",
            "team7fans2024official",
            "0123456789012345678901234567",
            "1stgrade2ndhandbooks",
            "the-99-percent-invisible-of-2024",
            "bergen.loaf.since.1987",
            "anna.2001.bsky.social",
            "ann2@mastodon2.example",
        ] {
            for text in [format!("@{name}"), format!("look at @{name}!")] {
                assert_eq!(stored("text", &text), text);
            }
            if name.len() <= LONGER_THAN_NAMES {
                assert_eq!(stored("text", name), name);
            }
        }
    }

    #[test]
    fn the_answer_to_the_bare_command_is_made_one() {
        let github = NetworkName::new("github");
        let completed = |text: &str, network: Option<&NetworkName>| {
            let mut text = text.to_owned();
            complete(&mut text, network);
            text
        };
        for (text, command) in [
            ("GitHub", "/key GitHub"),
            ("github: secret", "/key github: secret"),
            ("гитхаб", "/key гитхаб"),
        ] {
            assert_eq!(completed(text, None), command);
        }
        for (text, command) in [
            ("secret", "/key github secret"),
            ("forget", "/key github forget"),
            ("instagram secret", "/key instagram secret"),
        ] {
            assert_eq!(completed(text, Some(&github)), command);
        }
        for text in [
            "nasa",
            "@nasa",
            "thanks!",
            "who is like nasa",
            "/status",
            "",
        ] {
            assert_eq!(completed(text, None), text);
        }
        for text in [
            "@nasa",
            "no thanks",
            "what is that",
            "/status",
            "github.com/nasa",
        ] {
            assert_eq!(completed(text, Some(&github)), text);
        }
    }

    #[test]
    fn what_follows_the_command_can_be_read_again() {
        let seal = Seal::new("token");
        let text = stored("text", "@some_bot /key@some_bot github ghp_secret");
        let sealed = text
            .strip_prefix("@some_bot /key@some_bot ")
            .expect("the command");
        assert_eq!(unseal(&seal, sealed).as_deref(), Some("github ghp_secret"));
    }
}
