use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::clock::{Clock, SystemClock};
use crate::networks::{NetworkSettings, open};

fn networks() -> Networks {
    let settings = NetworkSettings {
        api: "v1",
        url: "http://127.0.0.1:9/v1".into(),
        token: "token".into(),
        rate: "1/s".parse().expect("a rate"),
        min_cool_down: Duration::from_secs(1),
        max_cool_down: Duration::from_secs(9),
        timeout: Duration::from_secs(1),
        price: None,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let settings = BTreeMap::from([(NetworkName::new("instagram"), settings)]);
    open(&settings, &clock).expect("opens")
}

fn handles(text: &str) -> Result<Vec<String>, Mistake> {
    let addresses = addresses(&networks(), None, text)?;
    assert!(
        addresses
            .iter()
            .all(|it| it.network.as_str() == "instagram")
    );
    Ok(addresses.into_iter().map(|it| it.handle.0).collect())
}

#[tokio::test]
async fn a_message_names_accounts_in_every_way_people_write_them() {
    let table: [(&str, &[&str]); 42] = [
        ("@nasa", &["nasa"]),
        ("nasa", &["nasa"]),
        ("ig:nasa", &["nasa"]),
        ("ig:instagram.com", &["instagram.com"]),
        ("it is Instagram:@nasa!", &["nasa"]),
        ("  NASA  ", &["nasa"]),
        ("nasa, spacex", &["nasa", "spacex"]),
        ("nasa,spacex", &["nasa", "spacex"]),
        ("nasa; spacex;", &["nasa", "spacex"]),
        ("nasa\nspacex", &["nasa", "spacex"]),
        ("nasa\r\nspacex\r\n", &["nasa", "spacex"]),
        ("nasa, NASA, @nasa", &["nasa"]),
        ("@nasa @esa", &["nasa", "esa"]),
        (
            "look at @nasa and https://www.instagram.com/esa/",
            &["nasa", "esa"],
        ),
        ("who is like @nasa?", &["nasa"]),
        ("(@nasa), \"@esa\".", &["nasa", "esa"]),
        ("«@nasa»!", &["nasa"]),
        ("<https://instagram.com/nasa>", &["nasa"]),
        ("https://www.instagram.com/nasa/?igsh=abc==", &["nasa"]),
        ("https://www.instagram.com/nasa.", &["nasa"]),
        ("instagram.com/nasa", &["nasa"]),
        ("instagram://user?username=nasa", &["nasa"]),
        ("\u{200b}@na\u{200d}sa\u{feff}", &["nasa"]),
        ("\u{202a}nasa\u{202c}", &["nasa"]),
        ("@nasa 🚀", &["nasa"]),
        // A link to a post next to an account: the account is meant.
        ("@nasa https://www.instagram.com/p/C1/", &["nasa"]),
        ("nasa.", &["nasa"]),
        ("nasa 🚀", &["nasa"]),
        ("＠nasa，＠esa", &["nasa", "esa"]),
        ("@nasa、@esa", &["nasa", "esa"]),
        ("@nasa…", &["nasa"]),
        ("@nasa’s", &["nasa"]),
        ("*@nasa*", &["nasa"]),
        ("`nasa`", &["nasa"]),
        ("@nasa🚀", &["nasa"]),
        ("@nasa/@esa", &["nasa", "esa"]),
        ("[NASA](https://instagram.com/nasa)", &["nasa"]),
        ("Instagram: nasa, esa", &["nasa", "esa"]),
        ("@nasa в инстаграме", &["nasa"]),
        ("инста:nasa", &["nasa"]),
        ("nasa@instagram.com", &["nasa"]),
        ("_n.a.s.a_", &["_n.a.s.a_"]),
    ];
    for (text, expected) in table {
        let expected: Vec<String> = expected.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(handles(text), Ok(expected), "{text:?}");
    }
}

#[tokio::test]
async fn a_message_without_an_account_says_why() {
    let words =
        |words: &[&str]| Mistake::Words(words.iter().map(|it| Handle((*it).to_owned())).collect());
    let link = |link: &str| Mistake::NotAnAccount(link.into());
    let post = "https://www.instagram.com/p/C1/";
    let table = [
        ("hello how are you", words(&["hello", "how", "are", "you"])),
        (
            "hello, how are you?",
            words(&["hello", "how", "are", "you"]),
        ),
        ("nasa spacex nasa", words(&["nasa", "spacex"])),
        (post, link(post)),
        (
            "is it https://www.instagram.com/reel/C1/?",
            link("https://www.instagram.com/reel/C1/"),
        ),
        ("https://instagram.com/", link("https://instagram.com/")),
        ("", Mistake::NoHandle),
        (" \n\t ", Mistake::NoHandle),
        ("\u{200b}\u{feff}", Mistake::NoHandle),
        ("🚀", Mistake::NoHandle),
        ("🚀 🚀, 🚀", Mistake::NoHandle),
        (",;,", Mistake::NoHandle),
        ("@", Mistake::NoHandle),
        ("...", Mistake::NoHandle),
        ("it costs 5 €", words(&["it", "costs", "5"])),
        ("me@example.com", Mistake::NoHandle),
        (
            "https://example.com/nasa",
            Mistake::Elsewhere("example.com".into()),
        ),
        (
            "@nasa@threads.net",
            Mistake::Elsewhere("threads.net".into()),
        ),
        ("@anna@toot.example", Mistake::SwitchedOff("Mastodon")),
        ("@nasa@x.com", Mistake::SwitchedOff("X")),
        ("Twitter: @nasa", Mistake::SwitchedOff("X")),
        ("Bluesky @nasa", Mistake::SwitchedOff("Bluesky")),
        ("@nasa на гитхабе", Mistake::SwitchedOff("GitHub")),
        ("GitHub: @a.b", Mistake::NotAnAccount("@a.b".into())),
        (
            "https://instagram.com.evil.example/nasa",
            Mistake::Elsewhere("instagram.com.evil.example".into()),
        ),
        ("bsky:anna.bsky.social", Mistake::SwitchedOff("Bluesky")),
        (
            "https://bsky.app/profile/a.com",
            Mistake::SwitchedOff("Bluesky"),
        ),
        ("ig:naïve", Mistake::NotAnAccount("ig:naïve".into())),
        (
            "a_handle_that_is_longer_than_thirty_characters",
            Mistake::NoHandle,
        ),
    ];
    for (text, expected) in table {
        assert_eq!(handles(text), Err(expected), "{text:?}");
    }
}

#[tokio::test]
async fn no_garbage_is_too_much() {
    let networks = networks();
    let pieces = [
        "@",
        "a",
        ".",
        "/",
        ":",
        "//",
        "http",
        "https://",
        "instagram.com",
        "ig.me/m/",
        "%",
        "%40",
        "?",
        "#",
        "[",
        "]",
        "é",
        "\u{202e}",
        "👩‍🚀",
        "\0",
        "\n",
        ",",
        " ",
        "\\",
        "..",
        "instagram://user?",
        "username=",
        "&",
        "=",
        "ß",
        "İ",
        "\u{fffd}",
    ];
    for seed in 0..200u64 {
        let mut state = seed;
        let mut text = String::new();
        while text.chars().count() < 10_000 / (1 + seed as usize % 40) {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let _ = addresses(&networks, None, &text);
    }
    for text in [
        "a".repeat(10_000),
        "@ ".repeat(5_000),
        "https://".repeat(1_250),
    ] {
        assert!(addresses(&networks, None, &text).is_err(), "{:.20}…", text);
    }
}
