//! Whole cards.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use proptest::prelude::*;
use resvg::usvg::Text;

use crate::card::account::TEXT_X;
use crate::card::fonts::Fonts;
use crate::card::render::render;
use crate::card::rows::BAR_X;
use crate::card::sheet::{Drawing, WIDTH};
use crate::card::test_support::{assert_looks_like, boxes, picture, words, wrong};
use crate::card::{Card, CardRow, CardTarget, Fact, Legend, ROWS, Theme, draw, drawing};
use crate::kind::AccountKind;

/// What the sample looked like, scaled down.
const GOLDEN: &[u8] = include_bytes!("golden.png");
const GOLDEN_FILE: &str = "src/card/golden.png";

/// Texts as long as they get when repeated, and as hard to set.
pub(super) const LONG: [&str; 11] = [
    "W",
    "Ш ",
    "i",
    "слово ",
    "ﷺ ",
    "नमस्ते ",
    "ก็",
    "@name.",
    "ab\u{301}c ",
    "\u{202e}x ",
    "עברית abc ",
];

/// Texts with letters that no font has.
pub(super) const UNCOVERED: [&str; 11] = [
    "田中 Tanaka ",
    "한국 🎨 ",
    "Nadi نادي الهلال 7 ",
    "فارسی\u{200c}ها ",
    "กำลัง ",
    "क्षत्रिय ",
    "𝓙𝓪𝓷𝓮 ",
    "Hi👩‍👩‍👧 ",
    "\u{e000}\u{f8ff}a ",
    "ა Հ א ",
    "\u{1f3f4}\u{e0067} x ",
];

/// Where the list of a card of ten rows is.
const LIST_TOP: f32 = 345.0;
const LIST_BOTTOM: f32 = 1345.0;

fn row(place: u64, name: &str, handle: &str, score: f64, half: f64) -> CardRow {
    CardRow {
        place,
        name: name.to_owned(),
        kind: match place {
            1 => Some(AccountKind::Organisation),
            2 => Some(AccountKind::Person),
            3 => Some(AccountKind::Bot),
            _ => None,
        },
        handle: handle.to_owned(),
        picture: (place == 2).then(picture),
        size: "12.4K followers".to_owned(),
        score,
        low: score - half,
        high: score + half,
        score_text: format!("{:.0}%", score * 100.0),
        shares: format!("{:.0}% · {:.0}%", score * 180.0, score * 140.0),
        sure: place < 3,
    }
}

fn sample(theme: Theme) -> Card {
    let fact = |label: &str, value: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
    };
    Card {
        heading: "Accounts like @nasa".to_owned(),
        target: CardTarget {
            name: "NASA".to_owned(),
            handle: "@nasa".to_owned(),
            picture: Some(picture()),
            facts: vec![fact("followers", "1.2M"), fact("read", "800 of 54,120")],
        },
        rows: vec![
            row(1, "Роскосмос", "@roscosmos", 0.31, 0.03),
            row(2, "Nguyễn Thị Ánh & <Tuyết>", "@tuyet", 0.2, 0.004),
            row(3, "宇宙航空研究開発機構", "@JAXA_jp", 0.05, 0.05),
            row(4, "وكالة الفضاء السعودية", "@saudispace", 0.0, 0.0),
        ],
        legend: Legend {
            score: "of all who follow either account, how many follow both".to_owned(),
            shares: "who follow both: of @nasa’s followers · of its own".to_owned(),
            interval: "95% interval".to_owned(),
            sure: "place is certain".to_owned(),
        },
        footer: "lookalike · 27 Nov 2026".to_owned(),
        theme,
    }
}

/// A card whose texts are all as long as they get.
fn crowded(text: &str) -> Card {
    let long = text.repeat(40);
    let fact = Fact {
        label: long.clone(),
        value: long.clone(),
    };
    let row = CardRow {
        size: long.clone(),
        score_text: long.clone(),
        shares: long.clone(),
        ..row(u64::MAX, &long, &long, 1.0, 0.5)
    };
    Card {
        heading: long.clone(),
        target: CardTarget {
            name: long.clone(),
            handle: long.clone(),
            picture: None,
            facts: vec![fact; 7],
        },
        rows: vec![row; 14],
        legend: Legend {
            score: long.clone(),
            shares: long.clone(),
            interval: long.clone(),
            sure: long.clone(),
        },
        footer: long,
        theme: Theme::Dark,
    }
}

fn drawn(card: &Card) -> Drawing {
    drawing(card, Fonts::bundled())
}

/// Texts that leave the card, or the column that they begin in.
fn outside(text: &Text) -> Option<String> {
    let place = text.abs_bounding_box();
    let listed = (LIST_TOP..LIST_BOTTOM).contains(&place.top());
    let end = match listed && (TEXT_X..BAR_X).contains(&place.left()) {
        true => BAR_X,
        false => WIDTH,
    };
    let inside = place.left() >= 0.0 && place.right() <= end;
    (!inside).then(|| format!("{} {place:?}", words(text)))
}

#[test]
fn a_card_looks_as_it_did() {
    assert_looks_like(&drawn(&sample(Theme::Light)), GOLDEN, GOLDEN_FILE);
}

#[test]
fn the_same_card_is_the_same_file_and_themes_differ() {
    let light = draw(&sample(Theme::Light)).expect("is drawn");
    assert_eq!(light, draw(&sample(Theme::Light)).expect("is drawn"));
    assert_ne!(light, draw(&sample(Theme::Dark)).expect("is drawn"));
}

#[test]
fn a_card_is_as_high_as_its_rows_and_has_ten_at_most() {
    let height = |count: usize| {
        let mut card = sample(Theme::Light);
        card.rows = vec![row(1, "A", "@a", 0.5, 0.1); count];
        render(&drawn(&card), Fonts::bundled())
            .expect("is drawn")
            .height()
    };
    assert_eq!(height(3) - height(2), height(8) - height(7));
    assert!(height(2) > height(1));
    assert_eq!(height(ROWS), height(ROWS + 5));
    assert!(height(ROWS) < 1600);
}

#[test]
fn the_largest_card_is_not_a_large_file() {
    let noise = RgbImage::from_fn(200, 200, |x, y| {
        let hash = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        image::Rgb([(hash >> 8) as u8, (hash >> 16) as u8, (hash >> 24) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    let noise = DynamicImage::from(noise);
    noise
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encodes");
    let mut card = sample(Theme::Light);
    card.rows = vec![
        row(1, "Международная федерация", "@federation", 0.5, 0.1);
        ROWS
    ];
    for row in &mut card.rows {
        row.picture = Some(bytes.get_ref().clone());
    }
    let size = draw(&card).expect("is drawn").len();
    assert!(
        size < 450_000,
        "{size} bytes, though nobody's picture is noise"
    );
}

#[test]
fn no_text_reaches_out_of_its_place_however_long() {
    for text in LONG {
        assert_eq!(wrong(&drawn(&crowded(text)), outside), [""; 0], "{text}");
    }
}

#[test]
fn no_box_stands_for_a_letter() {
    for text in UNCOVERED {
        assert_eq!(wrong(&drawn(&crowded(text)), boxes), [""; 0], "{text}");
    }
}

#[test]
fn a_long_handle_is_not_cut_where_there_is_room_beside_the_name() {
    let handle = "@seville_rulebook@social.dough.example";
    let mut card = sample(Theme::Light);
    let nameless = "@seville_rulebook_and_dice";
    card.rows = vec![
        row(1, "Seville", handle, 0.5, 0.1),
        row(2, "", nameless, 0.5, 0.1),
    ];
    let read = |text: &Text| Some(words(text));
    let texts = wrong(&drawn(&card), read);
    for expected in ["Seville", " · 12.4K followers", handle, nameless] {
        let is_there = texts.iter().any(|text| text == expected);
        assert!(is_there, "{expected} is read on the card: {texts:?}");
    }
}

#[test]
fn an_empty_card_is_a_card() {
    assert!(draw(&Card::default()).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_text_any_bytes_and_any_numbers_make_a_card(
        text in any::<String>(),
        mixed in "[a-яא-ת؀-ۿऀ-ॿก-๛\u{200c}\u{200d}\u{300}-\u{36f} 🎨<&\"]{0,40}",
        bytes in any::<Vec<u8>>(),
        numbers in any::<[f64; 3]>(),
    ) {
        let [score, low, high] = numbers;
        let mut card = sample(Theme::Dark);
        card.heading.clone_from(&text);
        card.target.name.clone_from(&mixed);
        card.target.picture = Some(bytes);
        card.rows = vec![
            CardRow { name: mixed.clone(), score, low, high, ..row(1, "", &text, 0.5, 0.1) },
            CardRow { name: text, size: mixed, ..row(2, "", "@a", 0.1, 0.1) },
        ];
        prop_assert!(draw(&card).is_ok());
        prop_assert_eq!(wrong(&drawn(&card), boxes), [""; 0]);
    }
}
