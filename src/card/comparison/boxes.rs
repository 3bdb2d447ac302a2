//! The numbers of two audiences: a box for each part of the circles, in its colour.

use crate::card::comparison::layout::{GAP, LEFT, ROOM};
use crate::card::comparison::{CardAudience, CardShare};
use crate::card::fit::wrap;
use crate::card::fonts::Weight;
use crate::card::sheet::{SMALLEST, Sheet};
use crate::card::svg::{Anchor, TextStyle};

/// With room for the number, its meaning on two lines, and the interval.
pub(super) const HEIGHT: f32 = 192.0;
const ROUND: f32 = 22.0;

/// The width for a number; in the middle there are two.
const WIDTH: f32 = (ROOM - 2.0 * GAP) / 4.0;

/// Padding on both sides of a box.
const PADDING: f32 = 12.0;
const TEXT: f32 = WIDTH - 2.0 * PADDING;

/// From the top of a box down to the number, and from there on.
const NUMBER_Y: f32 = 62.0;
const MEANING_Y: f32 = 40.0;
const LINE: f32 = 29.0;
const INTERVAL_Y: f32 = 36.0;

const LINES: usize = 2;
const NUMBER_SIZE: f32 = 50.0;
const SIZE: f32 = 25.0;

struct BoxedNumber<'a> {
    x: f32,
    part: &'a CardShare,
    meaning: &'a str,
    fill: &'static str,
}

/// In the order of the parts of the circles.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    [first, second]: [&CardAudience; 2],
    [left, right]: [&str; 2],
    top: f32,
) {
    let palette = sheet.palette;
    let both = LEFT + WIDTH + GAP;
    let last = both + 2.0 * WIDTH + GAP;
    for (x, width, fill) in [
        (LEFT, WIDTH, left),
        (both, 2.0 * WIDTH, palette.mark),
        (last, WIDTH, right),
    ] {
        sheet.svg.rect([x, top, width, HEIGHT], ROUND, fill);
    }
    let (ink, on_mark) = (sheet.tints.ink, palette.on_mark);
    let numbers = [
        (LEFT, Some(&first.alone), &first.only, ink),
        (both, first.with(1), &first.of, on_mark),
        (both + WIDTH, second.with(0), &second.of, on_mark),
        (last, Some(&second.alone), &second.only, ink),
    ];
    let numbers = numbers.into_iter().filter_map(|(x, part, meaning, fill)| {
        Some(BoxedNumber {
            x,
            part: part?,
            meaning,
            fill,
        })
    });
    write(sheet, &numbers.collect::<Vec<_>>(), top);
}

/// Aligns lines of the same kind, and centres them vertically if some are missing.
fn write(sheet: &mut Sheet<'_>, numbers: &[BoxedNumber<'_>], top: f32) {
    let meanings: Vec<Vec<String>> = numbers
        .iter()
        .map(|number| lines(sheet, number.meaning))
        .collect();
    let most = meanings.iter().map(Vec::len).max().unwrap_or(LINES);
    let mut unused = LINE * LINES.saturating_sub(most) as f32;
    if numbers.iter().all(|it| it.part.interval.is_empty()) {
        unused += INTERVAL_Y;
    }
    let number_y = top + NUMBER_Y + unused / 2.0;
    let meaning_y = number_y + MEANING_Y;
    let interval_y = meaning_y + LINE * most.saturating_sub(1) as f32 + INTERVAL_Y;
    for (number, meaning) in numbers.iter().zip(&meanings) {
        let bold = TextStyle {
            size: NUMBER_SIZE,
            weight: Weight::Bold,
            fill: number.fill,
            anchor: Anchor::Middle,
        };
        let small = TextStyle {
            size: SIZE,
            weight: Weight::Regular,
            ..bold
        };
        let x = number.x + WIDTH / 2.0;
        let text = sheet.legible(&number.part.text);
        sheet.line([x, number_y, TEXT], bold, &text);
        for (place, line) in meaning.iter().enumerate() {
            let y = meaning_y + place as f32 * LINE;
            sheet.line([x, y, TEXT], small, line);
        }
        let interval = sheet.legible(&number.part.interval);
        sheet.line([x, interval_y, TEXT], small, &interval);
    }
}

/// Breaks a meaning into lines: two only if a meaning does not fit on one at the smallest size.
fn lines(sheet: &Sheet<'_>, meaning: &str) -> Vec<String> {
    let meaning = sheet.legible(meaning);
    let size = SMALLEST * SIZE;
    let lines = wrap(sheet.fonts, &meaning, Weight::Regular, size, TEXT, LINES);
    lines.into_iter().map(str::to_owned).collect()
}
