//! What people type, and what the data of their buttons claims.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lookalike::clock::{Clock, SystemClock};
use lookalike::model::{NetworkName, Press};
use lookalike::networks::{Mistake, NetworkSettings, Networks, addresses, open};
use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq};
use proptest::prop_oneof;
use proptest::sample::select;
use proptest::strategy::Strategy;

use crate::hostile::mutated::{letter, text};
use crate::hostile::try_on;

/// What links and handles are made of.
const PIECES: [&str; 26] = [
    "@",
    ".",
    "_",
    "/",
    ":",
    "//",
    "https://",
    "instagram.com",
    "www.",
    "m.",
    "ig.me/m/",
    "instagr.am/",
    "instagram://user?",
    "username=",
    "%40",
    "?",
    "#",
    "&",
    "[",
    "p/",
    "stories/",
    "nasa",
    "explore",
    "about",
    " ",
    ",",
];

/// Those that are no account's name.
const PLACES: [&str; 4] = ["p", "stories", "explore", "about"];

#[tokio::test]
async fn hostile_text_means_accounts_or_nothing_and_what_is_shown_means_the_same_again() {
    let networks = networks();
    try_on(4_000, "message texts", &typed(), |text| {
        let handles = match addresses(&networks, None, &text) {
            Ok(found) => {
                prop_assert!(!found.is_empty() && found.len() <= text.len());
                for address in &found {
                    let handle = address.handle.0.as_str();
                    prop_assert!(
                        !PLACES.contains(&handle),
                        "{} is a place of the site",
                        handle
                    );
                    let link = networks.link(&address.network, &address.handle).unwrap();
                    for shown in [link, format!("@{}", address.handle)] {
                        prop_assert_eq!(
                            addresses(&networks, None, &shown),
                            Ok(vec![address.clone()])
                        );
                    }
                }
                return Ok(());
            }
            Err(Mistake::Words(handles)) => handles,
            Err(_) => return Ok(()),
        };
        let offered: Vec<String> = handles.iter().map(|handle| format!("@{handle}")).collect();
        let found = addresses(&networks, None, &offered.join(" ")).unwrap();
        let found: Vec<_> = found.into_iter().map(|address| address.handle).collect();
        prop_assert_eq!(found, handles);
        Ok(())
    });
}

#[tokio::test]
async fn hostile_lengths_of_text_are_not_looked_at_to_their_end() {
    let networks = networks();
    let handles: String = (0..200_000).map(|number| format!("@h{number} ")).collect();
    let found = addresses(&networks, None, &handles).unwrap();
    assert!(
        found.len() < 1_000,
        "what Telegram's longest message can hold is read, and {} accounts were",
        found.len()
    );
    for long in ["a", "https://", "\u{200b}", "@", "é", "\u{202e}a "] {
        let text = long.repeat(1_000_000);
        assert!(
            addresses(&networks, None, &text).is_err(),
            "{long:?} a million times"
        );
    }
}

#[tokio::test]
async fn hostile_hosts_that_look_like_instagram_are_not_taken_for_it() {
    let networks = networks();
    for link in [
        "https://instagram.com.evil.example/nasa",
        "https://instagram.com@evil.example/nasa",
        "https://evil.example/instagram.com/nasa",
        "https://evil.example/?u=https://instagram.com/nasa",
        "https://evil.example#instagram.com/nasa",
        "https://instagrarn.com/nasa",
        "https://\u{456}nstagram.com/nasa",
        "https://instag\u{433}am.com/nasa",
        "https://xn--nstagram-d1a.com/nasa",
        "https://instagram.com\u{2044}nasa.evil.example",
        "https://instagram.com\\@evil.example.test:1/",
        "javascript://instagram.com/nasa",
        "instagram.com@evil.example/nasa",
        "evilinstagram.com/nasa",
    ] {
        let found = addresses(&networks, None, link);
        assert!(found.is_err(), "{link} was read as {found:?}");
    }
}

#[test]
fn hostile_button_data_is_a_press_or_refused() {
    const PARTS: [&str; 9] = [
        "cancel",
        "cancel-all",
        "refresh",
        ":",
        "-",
        "1",
        "18446744073709551616",
        "+7",
        " ",
    ];
    let part = prop_oneof![
        select(&PARTS[..]).prop_map(str::to_owned),
        text(3),
        any::<u64>().prop_map(|n| n.to_string())
    ];
    let data = vec(part, 0..5).prop_map(|parts| parts.concat());
    try_on(4_000, "button data", &data, |data| {
        if let Ok(press) = data.parse::<Press>() {
            let written = press.to_string();
            prop_assert!(written.len() <= 64, "{} does not fit a button", written);
            prop_assert_eq!(written.parse::<Press>(), Ok(press));
        }
        Ok(())
    });
}

fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(&PIECES[..]).prop_map(str::to_owned),
        1 => letter().prop_map(String::from),
        1 => vec(select(b"abz09._AZ".to_vec()), 1..34).prop_map(|name| String::from_utf8(name).unwrap()),
    ];
    vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn networks() -> Networks {
    let settings = NetworkSettings {
        api: "v1",
        url: "http://127.0.0.1:9/v1".into(),
        token: "token".into(),
        rate: "1/s".parse().unwrap(),
        min_cool_down: Duration::from_secs(1),
        max_cool_down: Duration::from_secs(1),
        timeout: Duration::from_secs(1),
        price: None,
        servers: None,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let settings = BTreeMap::from([(NetworkName::new("instagram"), settings)]);
    open(&settings, &clock).unwrap()
}
