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
        servers: None,
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
async fn a_sentence_names_its_account_among_the_words_around_it() {
    let one = [
        // English
        ("who is like nasa?", "nasa"),
        ("accounts like porto_roastery please", "porto_roastery"),
        ("like porto_roastery", "porto_roastery"),
        ("find accounts similar to nasa", "nasa"),
        ("find me accounts similar to bergen_loaf!", "bergen_loaf"),
        ("can you show me more accounts like glossier", "glossier"),
        ("hi! who else is like halt.house", "halt.house"),
        ("hey find similar to zara", "zara"),
        ("similar accounts to natgeo pls", "natgeo"),
        ("What accounts are similar to natgeo?", "natgeo"),
        ("competitors of allbirds", "allbirds"),
        ("I want competitors for gymshark", "gymshark"),
        ("who shares nasa's audience", "nasa"),
        ("who’s like nasa’s page?", "nasa"),
        (
            "do you know someone like emma_chamberlain lol",
            "emma_chamberlain",
        ),
        ("my daughter loves maria.bakes, who else", "maria.bakes"),
        ("we sell shoes and our rival is vans2000", "vans2000"),
        ("bergen_loaf, its bread is great", "bergen_loaf"),
        ("“nasa” similar", "nasa"),
        ("lookalikes for nike", "nike"),
        ("brands like aesop", "aesop"),
        ("@nasa with 10k followers for the 2nd time", "nasa"),
        ("alternatives to notion", "notion"),
        ("please help me find people like cristiano", "cristiano"),
        ("I'd like accounts like nasa", "nasa"),
        ("nasa similar accounts", "nasa"),
        ("nasa?", "nasa"),
        ("like", "like"),
        ("and", "and"),
        ("similar", "similar"),
        // Russian
        ("кто похож на bergen_loaf?", "bergen_loaf"),
        ("bergen_loaf похожие", "bergen_loaf"),
        ("Похожие на nasa", "nasa"),
        ("найди похожих на nasa пожалуйста", "nasa"),
        ("привет, найди аккаунты как nasa", "nasa"),
        ("аккаунты вроде maria.bakes", "maria.bakes"),
        ("а есть что-то типа zara", "zara"),
        ("подберите конкурентов для porto_roastery", "porto_roastery"),
        ("мне нужны блогеры похожие на katya_klap", "katya_klap"),
        (
            "Дочка подписана на maria_bakes, кто ещё такой?",
            "maria_bakes",
        ),
        ("nasa и похожие", "nasa"),
        ("кто ещё как natgeo", "natgeo"),
        ("аналоги gymshark", "gymshark"),
        // With the network in words
        ("Instagram: halt.house", "halt.house"),
        ("nasa instagram", "nasa"),
        ("nasa insta", "nasa"),
        ("instagram nasa", "nasa"),
        ("nasa on instagram", "nasa"),
        ("nasa в инстаграме", "nasa"),
        ("nasa инстаграм", "nasa"),
        ("инстаграм nasa", "nasa"),
        ("who is like nasa on instagram?", "nasa"),
        ("кто похож на nasa в инсте?", "nasa"),
        ("find instagram accounts like nasa", "nasa"),
        ("в инстаграме найди похожих на nasa", "nasa"),
        ("the instagram page of porto_roastery", "porto_roastery"),
        // An @ or a network in front makes any word an account.
        ("accounts like @like", "like"),
        ("who is @who", "who"),
        ("ig:and", "and"),
        ("instagram: like", "like"),
        ("Instagram similar", "similar"),
    ];
    for (text, handle) in one {
        assert_eq!(handles(text), Ok(vec![handle.to_owned()]), "{text:?}");
    }
    let several: [(&str, &[&str]); 14] = [
        (
            "porto_roastery, seville_dyno and teo.cable",
            &["porto_roastery", "seville_dyno", "teo.cable"],
        ),
        (
            "porto_roastery, seville_dyno и teo.cable",
            &["porto_roastery", "seville_dyno", "teo.cable"],
        ),
        ("nasa and esa", &["nasa", "esa"]),
        ("nasa и esa", &["nasa", "esa"]),
        ("nasa & esa", &["nasa", "esa"]),
        ("nasa or esa?", &["nasa", "esa"]),
        ("who is like nasa, esa and jaxa?", &["nasa", "esa", "jaxa"]),
        ("похожие на nasa и esa, пожалуйста", &["nasa", "esa"]),
        (
            "nasa, porto_roastery and esa",
            &["nasa", "porto_roastery", "esa"],
        ),
        ("nasa and esa on instagram", &["nasa", "esa"]),
        ("Instagram: nasa and esa", &["nasa", "esa"]),
        (
            "porto_roastery seville_dyno",
            &["porto_roastery", "seville_dyno"],
        ),
        ("@nasa and porto_roastery", &["nasa", "porto_roastery"]),
        ("nasa, hello, esa", &["nasa", "hello", "esa"]),
    ];
    for (text, expected) in several {
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
        ("hello how are you", Mistake::NoHandle),
        ("accounts on instagram", Mistake::NoHandle),
        ("Кто на меня похож?", Mistake::NoHandle),
        ("maria bakes cakes", words(&["maria", "bakes", "cakes"])),
        ("who is maria rossi like?", words(&["maria", "rossi"])),
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
        ("it is 5 €", Mistake::NoHandle),
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
