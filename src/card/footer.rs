//! Below the list: a legend of the marks, and where the card is from.

use crate::card::fit::fit;
use crate::card::fonts::Weight;
use crate::card::rows::{bar_shape, whisker};
use crate::card::sheet::{CAPITAL, Sheet, WIDTH};
use crate::card::svg::{Anchor, TextStyle};

const LEFT: f32 = 64.0;
const RIGHT: f32 = WIDTH - LEFT;
const SIZE: f32 = 25.0;

/// From the panel to the first line, between lines, and from the last one to the edge.
const ABOVE: f32 = 46.0;
const LINE: f32 = 48.0;
const BELOW: f32 = 46.0;

/// The width of a mark, the gap to its meaning, and from there to the next mark.
const SAMPLE: f32 = 38.0;
const CLOSE: f32 = 12.0;
const GAP: f32 = 32.0;

const DISC: f32 = 13.0;
const ROUND: f32 = 6.0;
const EXAMPLE: f32 = 21.0;

/// The circles before the last line.
const CIRCLE: f32 = 10.0;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bar,
    Shares,
    Whisker,
    Disc,
    Tint,
    Interval,
}

/// Leaves out marks without a meaning. Returns where the card ends.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    meanings: &[(Mark, &str)],
    source: &str,
    top: f32,
) -> f32 {
    let palette = sheet.palette;
    let style = TextStyle {
        size: SIZE,
        weight: Weight::Regular,
        fill: palette.faint,
        anchor: Anchor::Start,
    };
    let mut y = top + ABOVE;
    let mut x = LEFT;
    let meanings: Vec<(Mark, String)> = meanings
        .iter()
        .map(|(mark, meaning)| (*mark, sheet.legible(meaning)))
        .filter(|(_, meaning)| !meaning.is_empty())
        .collect();
    for (mark, meaning) in &meanings {
        let room = RIGHT - LEFT - SAMPLE - CLOSE;
        let meaning = fit(sheet.fonts, meaning, style.weight, SIZE, room);
        let width = SAMPLE + CLOSE + sheet.width(&meaning, style);
        if x > LEFT && x + width > RIGHT {
            x = LEFT;
            y += LINE;
        }
        sample(sheet, *mark, x, y);
        let text_x = x + SAMPLE + CLOSE;
        sheet.text(text_x, y + SIZE * CAPITAL / 2.0, style, &meaning);
        x += width + GAP;
    }
    if !meanings.is_empty() {
        y += LINE;
    }
    origin(sheet, source, y, style);
    (y + BELOW).ceil()
}

/// Where the card is from, after the two circles of its header.
fn origin(sheet: &mut Sheet<'_>, source: &str, y: f32, style: TextStyle) {
    let mark = sheet.palette.mark;
    let middle = LEFT + SAMPLE / 2.0;
    for x in [middle - 0.6 * CIRCLE, middle + 0.6 * CIRCLE] {
        sheet.svg.raw(&format!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="{CIRCLE}" fill="{mark}" fill-opacity="0.2" stroke="{mark}" stroke-width="2.5"/>"#
        ));
    }
    let x = LEFT + SAMPLE + CLOSE;
    let text = sheet.legible(source);
    let text = fit(sheet.fonts, &text, style.weight, SIZE, RIGHT - x);
    sheet.text(x, y + SIZE * CAPITAL / 2.0, style, &text);
}

fn sample(sheet: &mut Sheet<'_>, mark: Mark, x: f32, y: f32) {
    let palette = sheet.palette;
    let middle = x + SAMPLE / 2.0;
    match mark {
        Mark::Bar => bar_shape(sheet, x, y, SAMPLE),
        Mark::Whisker => whisker(sheet, x + 2.0, x + SAMPLE - 2.0, y),
        Mark::Disc => sheet.svg.disc(middle, y, DISC, palette.mark),
        Mark::Tint => tint(sheet, x, y),
        Mark::Interval => example(sheet, middle, y, palette.ink, "1–9"),
        Mark::Shares => example(sheet, middle, y, palette.faint, "% · %"),
    }
}

/// A text as it looks on a row.
fn example(sheet: &mut Sheet<'_>, middle: f32, y: f32, fill: &'static str, text: &str) {
    let style = TextStyle {
        size: EXAMPLE,
        weight: Weight::Regular,
        fill,
        anchor: Anchor::Middle,
    };
    sheet.text(middle, y + EXAMPLE * CAPITAL / 2.0, style, text);
}

/// From the faintest to the strongest.
fn tint(sheet: &mut Sheet<'_>, x: f32, y: f32) {
    let (from, to) = (sheet.palette.panel, sheet.palette.bar);
    sheet.svg.raw(&format!(
        r#"<linearGradient id="tint"><stop offset="0" stop-color="{from}"/><stop offset="1" stop-color="{to}"/></linearGradient>"#
    ));
    let place = [x, y - DISC, SAMPLE, 2.0 * DISC];
    sheet.svg.rect(place, ROUND, "url(#tint)");
}
