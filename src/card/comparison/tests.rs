//! Whole comparisons.

use proptest::prelude::*;
use resvg::tiny_skia::Rect;

use crate::card::comparison::grid::{Grid, LEFT};
use crate::card::comparison::{
    AUDIENCES, CardAudience, CardShare, ComparisonCard, ComparisonLegend, draw, drawing,
};
use crate::card::fonts::Fonts;
use crate::card::render::render;
use crate::card::sheet::{Drawing, OVERLAP, WIDTH};
use crate::card::test_support::{assert_looks_like, boxes, picture, words, wrong};
use crate::card::tests::{LONG, UNCOVERED};
use crate::card::{Theme, header};

/// What the samples looked like, scaled down.
const VENN: &[u8] = include_bytes!("venn.png");
const VENN_FILE: &str = "src/card/comparison/venn.png";
const MATRIX: &[u8] = include_bytes!("matrix.png");
const MATRIX_FILE: &str = "src/card/comparison/matrix.png";

/// How far letters may reach beyond their advance width.
const OVERHANG: f32 = 3.0;

fn part(share: f64) -> CardShare {
    CardShare {
        share,
        text: format!("{:.0}%", share * 100.0),
        interval: format!("{:.0}–{:.0}%", share * 97.0, share * 103.0),
    }
}

fn audience(name: &str, handle: &str, followers: f64) -> CardAudience {
    CardAudience {
        name: name.to_owned(),
        handle: handle.to_owned(),
        picture: name.len().is_multiple_of(2).then(picture),
        size: format!("{followers} followers"),
        followers,
        alone: part(0.7),
        of: format!("of {handle}"),
        only: format!("only {handle}"),
        ..CardAudience::default()
    }
}

/// A comparison of this many audiences, with some exact shares and one unknown.
fn sample(count: usize, theme: Theme) -> ComparisonCard {
    let mut audiences = vec![
        audience("NASA", "@nasa", 4_000.0),
        audience("Роскосмос", "@roscosmos", 1_000.0),
        audience("宇宙航空研究開発機構", "@JAXA_jp", 1_200_000.0),
        audience("وكالة الفضاء السعودية", "@saudispace", 1.0),
        audience("Nguyễn Thị Ánh & <Tuyết>", "@tuyet", 0.0),
    ];
    audiences.truncate(count);
    for (place, audience) in audiences.iter_mut().enumerate() {
        let share = |other: usize| 0.1 * ((3 * place + other) % 5) as f64;
        let with = (0..count).map(|other| (other != place).then(|| part(share(other))));
        audience.with = with.collect();
    }
    if let Some(last) = audiences.last_mut() {
        last.alone.interval.clear();
        last.with.truncate(3);
    }
    ComparisonCard {
        both: None,
        heading: "Audiences compared".to_owned(),
        audiences,
        alone: "none of these".to_owned(),
        key: ComparisonLegend {
            share: match count {
                2 => "followers of both".to_owned(),
                _ => "share of the row's followers who follow the column's account too".to_owned(),
            },
            interval: "95% interval".to_owned(),
        },
        footer: "lookalike · 27 Nov 2026".to_owned(),
        theme,
    }
}

/// A comparison whose texts are all as long as they get.
fn crowded(text: &str, count: usize) -> ComparisonCard {
    let long = text.repeat(40);
    let part = CardShare {
        share: 1.0,
        text: long.clone(),
        interval: long.clone(),
    };
    let audience = CardAudience {
        name: long.clone(),
        handle: long.clone(),
        picture: None,
        size: long.clone(),
        followers: f64::MAX,
        with: vec![Some(part.clone()); count],
        alone: part,
        of: long.clone(),
        only: long.clone(),
    };
    ComparisonCard {
        both: None,
        heading: long.clone(),
        audiences: vec![audience; count],
        alone: long.clone(),
        key: ComparisonLegend {
            share: long.clone(),
            interval: long.clone(),
        },
        footer: long,
        theme: Theme::Dark,
    }
}

fn drawn(comparison: &ComparisonCard) -> Drawing {
    drawing(comparison, Fonts::bundled())
}

/// Where the ink of every text is.
fn places(drawing: &Drawing) -> Vec<(String, Rect)> {
    let places = std::cell::RefCell::new(Vec::new());
    wrong(drawing, |text| {
        let place = text.flattened().abs_bounding_box();
        places.borrow_mut().push((words(text), place));
        None
    });
    places.into_inner()
}

/// Texts that leave the picture or their column, or overlap each other.
fn misplaced(comparison: &ComparisonCard) -> Vec<String> {
    let places = places(&drawn(comparison));
    let count = comparison.audiences.len().min(AUDIENCES);
    let grid = Grid::of(count, header::HEIGHT_WITHOUT_FACTS - OVERLAP);
    let rows = grid.head()..grid.y(count) - OVERHANG;
    let mut misplaced = Vec::new();
    for (number, (words, place)) in places.iter().enumerate() {
        let mut inside = place.left() >= 0.0 && place.right() <= WIDTH;
        if count > 2 && rows.contains(&place.top()) {
            let columns = (0..=count).map(|column| [grid.x(column), grid.x(column) + grid.side]);
            let mut columns = columns.chain([[LEFT, grid.x(0)]]);
            inside &= columns.any(|[left, right]| {
                place.left() >= left - OVERHANG && place.right() <= right + OVERHANG
            });
        }
        let others = places.iter().skip(number + 1);
        let mut others = others.filter(|(_, other)| overlap(place, other));
        if !inside || others.next().is_some() {
            misplaced.push(format!("{words} {place:?}"));
        }
    }
    misplaced
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    let width = one.right().min(other.right()) - one.left().max(other.left());
    let height = one.bottom().min(other.bottom()) - one.top().max(other.top());
    width > OVERHANG && height > OVERHANG
}

#[test]
fn circles_look_as_they_did() {
    assert_looks_like(&drawn(&sample(2, Theme::Light)), VENN, VENN_FILE);
}

#[test]
fn a_table_looks_as_it_did() {
    assert_looks_like(&drawn(&sample(5, Theme::Dark)), MATRIX, MATRIX_FILE);
}

#[test]
fn the_same_comparison_is_the_same_file_and_themes_differ() {
    for count in [2, 4] {
        let light = draw(&sample(count, Theme::Light)).expect("is drawn");
        let again = draw(&sample(count, Theme::Light)).expect("is drawn");
        assert!(light == again);
        let dark = draw(&sample(count, Theme::Dark)).expect("is drawn");
        assert!(light != dark);
    }
}

#[test]
fn a_table_has_five_audiences_at_most() {
    let height = |count: usize| {
        let comparison = crowded("a", count);
        render(&drawn(&comparison), Fonts::bundled())
            .expect("is drawn")
            .height()
    };
    assert!(height(3) < height(4) && height(4) < height(5));
    assert_eq!(height(5), height(9));
}

#[test]
fn no_text_reaches_out_of_its_place_however_long() {
    for text in LONG {
        for count in 1..=AUDIENCES + 1 {
            let misplaced = misplaced(&crowded(text, count));
            assert_eq!(misplaced, [""; 0], "{count} times {text}");
        }
    }
}

#[test]
fn no_box_stands_for_a_letter() {
    for text in UNCOVERED {
        for count in [2, 3] {
            assert_eq!(
                wrong(&drawn(&crowded(text, count)), boxes),
                [""; 0],
                "{text}"
            );
        }
    }
}

#[test]
fn a_comparison_of_nothing_is_one() {
    assert!(draw(&ComparisonCard::default()).is_ok());
    for count in 1..=AUDIENCES {
        let audiences = vec![CardAudience::default(); count];
        let comparison = ComparisonCard {
            audiences,
            ..ComparisonCard::default()
        };
        assert!(draw(&comparison).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_text_any_bytes_and_any_numbers_make_a_comparison(
        text in any::<String>(),
        mixed in "[a-яא-ת؀-ۿऀ-ॿก-๛\u{200c}\u{200d}\u{300}-\u{36f} 🎨<&\"]{0,40}",
        bytes in any::<Vec<u8>>(),
        numbers in any::<[f64; 4]>(),
        count in 0..=AUDIENCES + 1,
    ) {
        let [followers, share, alone, other] = numbers;
        let any_part = |share: f64| CardShare { share, text: text.clone(), interval: mixed.clone() };
        let mut comparison = sample(count, Theme::Dark);
        comparison.heading.clone_from(&text);
        comparison.alone.clone_from(&mixed);
        for audience in &mut comparison.audiences {
            *audience = CardAudience {
                name: mixed.clone(),
                handle: text.clone(),
                picture: Some(bytes.clone()),
                followers,
                with: vec![Some(any_part(share)), None, Some(any_part(other))],
                alone: any_part(alone),
                of: mixed.clone(),
                only: text.clone(),
                ..audience.clone()
            };
        }
        if let Some(first) = comparison.audiences.first_mut() {
            first.followers = other;
        }
        prop_assert!(draw(&comparison).is_ok());
        prop_assert_eq!(wrong(&drawn(&comparison), boxes), [""; 0]);
    }
}
