//! The top of a card: which account it is about.

use crate::card::fit::{fit, shrink, split_line};
use crate::card::fonts::Weight;
use crate::card::sheet::{BETWEEN, SMALLEST, Sheet, WIDTH};
use crate::card::svg::{Anchor, TextStyle};
use crate::card::{Card, FACTS, runs};

/// From the edge to the text.
const LEFT: f32 = 64.0;

/// The target's picture.
const AVATAR: f32 = 66.0;
const AVATAR_X: f32 = LEFT + AVATAR;
const AVATAR_Y: f32 = 124.0;

/// The heading, and the name below it.
const TEXT_X: f32 = LEFT + 2.0 * AVATAR + 32.0;
const HEADING_Y: f32 = 114.0;
const NAME_Y: f32 = 168.0;
const NAME_SIZE: f32 = 36.0;

/// A heading too long for the first of these sizes is set in the next, and one too long for all of them on two lines,
/// the second of which may be smaller.
const HEADING_SIZES: [f32; 3] = [58.0, 52.0, 48.0];
const SECOND_LINE_SIZES: [f32; 3] = [48.0, 43.0, 38.0];

/// The baselines if the heading has two lines.
const CLOSER_Y: [f32; 3] = [86.0, 140.0, 188.0];

/// The facts below.
const VALUE_Y: f32 = 262.0;
const LABEL_Y: f32 = 300.0;
const VALUE_SIZE: f32 = 40.0;
const LABEL_SIZE: f32 = 27.0;
const GAP: f32 = 64.0;
const SMALLEST_GAP: f32 = 36.0;

/// The factors by which facts too long for one line are scaled down.
const SCALES: [f32; 4] = [1.0, 0.9, 0.8, 0.7];

/// With and without facts, including what the panel covers.
const HEIGHT: f32 = 382.0;
pub(super) const HEIGHT_WITHOUT_FACTS: f32 = 274.0;

pub(super) fn height(card: &Card) -> f32 {
    if card.target.facts.is_empty() {
        HEIGHT_WITHOUT_FACTS
    } else {
        HEIGHT
    }
}

pub(super) fn draw(sheet: &mut Sheet<'_>, card: &Card) {
    let palette = sheet.palette;
    ground(sheet, height(card));
    let target = &card.target;
    let label = sheet.label(&target.name, &target.handle);
    sheet
        .svg
        .disc(AVATAR_X, AVATAR_Y, AVATAR + 5.0, palette.on_header);
    let place = [AVATAR_X, AVATAR_Y, AVATAR];
    sheet.avatar(place, &label, &target.handle, target.picture.as_deref());

    let name = if label.name.is_empty() {
        &label.handle
    } else {
        &label.name
    };
    titles(sheet, TEXT_X, &card.heading, name);
    facts(sheet, card);
}

/// The top of a card about several accounts.
pub(super) fn draw_several<'a>(
    sheet: &mut Sheet<'_>,
    heading: &str,
    handles: impl Iterator<Item = &'a str>,
) {
    ground(sheet, HEIGHT_WITHOUT_FACTS);
    let handles: Vec<String> = handles
        .map(|handle| sheet.legible(handle))
        .filter(|handle| !handle.is_empty())
        .collect();
    titles(sheet, LEFT, heading, &in_a_line(sheet, &handles));
}

/// Joins handles on a line. If there is not enough room, each gets the same.
fn in_a_line(sheet: &Sheet<'_>, handles: &[String]) -> String {
    let size = SMALLEST * NAME_SIZE;
    let width = |text: &str| runs::width(sheet.fonts, text, Weight::Regular) * size;
    let line = handles.join(BETWEEN);
    if width(&line) <= room(LEFT) {
        return line;
    }
    let room = room(LEFT) / handles.len() as f32 - width(BETWEEN);
    let cut = |handle: &String| fit(sheet.fonts, handle, Weight::Regular, size, room);
    let handles: Vec<String> = handles.iter().map(cut).collect();
    handles.join(BETWEEN)
}

/// The heading, from `x` to the right, and the text below it.
fn titles(sheet: &mut Sheet<'_>, x: f32, text: &str, below: &str) {
    let text = sheet.legible(text);
    let y = heading(sheet, x, &text);
    let style = TextStyle {
        size: NAME_SIZE,
        weight: Weight::Regular,
        fill: sheet.palette.faint_on_header,
        anchor: Anchor::Start,
    };
    sheet.line([x, y, room(x)], style, below);
}

fn room(x: f32) -> f32 {
    WIDTH - LEFT - x
}

/// Returns the baseline of the line below.
fn heading(sheet: &mut Sheet<'_>, x: f32, heading: &str) -> f32 {
    let room = room(x);
    let sizes = &HEADING_SIZES;
    let size = shrink(sheet.fonts, heading, Weight::Bold, sizes, room);
    let style = |size| TextStyle {
        size,
        weight: Weight::Bold,
        fill: sheet.palette.on_header,
        anchor: Anchor::Start,
    };
    let whole = sheet.width(heading, style(size)) <= room;
    let Some((first, second)) =
        split_line(sheet.fonts, heading, Weight::Bold, size, room).filter(|_| !whole)
    else {
        let heading = fit(sheet.fonts, heading, Weight::Bold, size, room);
        sheet.text(x, HEADING_Y, style(size), &heading);
        return NAME_Y;
    };
    let [first_y, second_y, below] = CLOSER_Y;
    sheet.text(x, first_y, style(size), first);
    let sizes = &SECOND_LINE_SIZES;
    let size = shrink(sheet.fonts, second, Weight::Bold, sizes, room);
    let second = fit(sheet.fonts, second, Weight::Bold, size, room);
    sheet.text(x, second_y, style(size), &second);
    below
}

/// Two overlapping circles: shared followers are what it is all about.
fn ground(sheet: &mut Sheet<'_>, height: f32) {
    let palette = sheet.palette;
    let [from, to] = palette.header;
    sheet.svg.raw(&format!(
        r#"<linearGradient id="header" x1="0" y1="0" x2="1" y2="0.35"><stop offset="0" stop-color="{from}"/><stop offset="1" stop-color="{to}"/></linearGradient>"#
    ));
    sheet
        .svg
        .rect([0.0, 0.0, WIDTH, height], 0.0, "url(#header)");
    let ornament = palette.ornament;
    for x in [880.0, 1060.0] {
        sheet.svg.raw(&format!(
            r#"<circle cx="{x}" cy="120" r="170" fill="{ornament}" fill-opacity="0.07" stroke="{ornament}" stroke-opacity="0.16" stroke-width="2"/>"#
        ));
    }
}

fn facts(sheet: &mut Sheet<'_>, card: &Card) {
    let palette = sheet.palette;
    let facts = card.target.facts.iter().take(FACTS);
    let facts: Vec<(String, String)> = facts
        .map(|fact| (sheet.legible(&fact.value), sheet.legible(&fact.label)))
        .collect();
    let room = WIDTH - 2.0 * LEFT;
    let gaps = facts.len().saturating_sub(1) as f32;
    let wide = |scale: f32| {
        let widths = facts
            .iter()
            .map(|(value, label)| width(sheet, value, label, scale));
        widths.sum::<f32>()
    };
    let fitting = SCALES
        .iter()
        .find(|scale| wide(**scale) + gaps * SMALLEST_GAP <= room);
    let scale = fitting.or(SCALES.last()).copied().unwrap_or(1.0);
    let gap = if gaps > 0.0 {
        ((room - wide(scale)) / gaps).clamp(SMALLEST_GAP, GAP)
    } else {
        GAP
    };
    let mut x = LEFT;
    for (value, label) in &facts {
        let left = (WIDTH - LEFT - x).max(0.0);
        let value_style = TextStyle {
            size: VALUE_SIZE * scale,
            weight: Weight::Bold,
            fill: palette.on_header,
            anchor: Anchor::Start,
        };
        let label_style = TextStyle {
            size: LABEL_SIZE * scale,
            weight: Weight::Regular,
            fill: palette.faint_on_header,
            anchor: Anchor::Start,
        };
        let advance = width(sheet, value, label, scale);
        for (y, style, text) in [(VALUE_Y, value_style, value), (LABEL_Y, label_style, label)] {
            let text = fit(sheet.fonts, text, style.weight, style.size, left);
            sheet.text(x, y, style, &text);
        }
        x += advance + gap;
        if x + SMALLEST_GAP > WIDTH - LEFT {
            break;
        }
    }
}

fn width(sheet: &Sheet<'_>, value: &str, label: &str, scale: f32) -> f32 {
    let value = runs::width(sheet.fonts, value, Weight::Bold) * VALUE_SIZE;
    let label = runs::width(sheet.fonts, label, Weight::Regular) * LABEL_SIZE;
    value.max(label) * scale
}
