//! Two audiences: circles that overlap, and what is in each part of them.

use crate::card::account::{self, CLOSE};
use crate::card::comparison::circles::Circles;
use crate::card::comparison::{Audience, Part};
use crate::card::fonts::Weight;
use crate::card::scale;
use crate::card::sheet::{Sheet, WIDTH};
use crate::card::svg::{Anchor, Type};

const LEFT: f32 = 64.0;
const ROOM: f32 = WIDTH - 2.0 * LEFT;

/// Down from the top of the panel: whose circles they are, the circles, what is in them.
const ACCOUNT_Y: f32 = 80.0;
const CIRCLES_Y: f32 = 372.0;
const BOX_Y: f32 = 620.0;
const BOX: f32 = 164.0;
pub(super) const HEIGHT: f32 = BOX_Y + BOX + 36.0;

/// The larger circle.
const RADIUS: f32 = 212.0;

/// The line around what both share, and around a face.
const RIM: f32 = 5.0;

const FACE: f32 = 40.0;

/// Between both accounts, and between the boxes.
const GAP: f32 = 22.0;
const ACCOUNT_ROOM: f32 = (ROOM - GAP) / 2.0 - 2.0 * (FACE + RIM) - CLOSE;

/// A box for each part of the circles; the one in the middle has two numbers.
const SINGLE: f32 = (ROOM - 2.0 * GAP) / 4.0;
const ROUND: f32 = 22.0;

/// Room on both sides of what is in a box.
const PADDING: f32 = 12.0;

/// From the top of a box down.
const NUMBER_Y: f32 = 62.0;
const MEANING_Y: f32 = 102.0;
const INTERVAL_Y: f32 = 138.0;

/// Further down if there is no interval.
const WITHOUT_INTERVAL: f32 = 18.0;

const NUMBER_SIZE: f32 = 50.0;
const SIZE: f32 = 25.0;

pub(super) fn draw(sheet: &mut Sheet<'_>, audiences: [&Audience; 2], top: f32) {
    let palette = sheet.palette;
    let colours = [palette.bar, palette.second];
    let starts = [LEFT, LEFT + (ROOM + GAP) / 2.0];
    for ((audience, colour), start) in audiences.into_iter().zip(colours).zip(starts) {
        let (x, y) = (start + FACE + RIM, top + ACCOUNT_Y);
        sheet.svg.disc(x, y, FACE + RIM, colour);
        account::draw(sheet, &audience.account(), [x, y, FACE], ACCOUNT_ROOM);
    }
    let circles = circles(audiences);
    overlap(sheet, &circles, colours, top + CIRCLES_Y);
    boxes(sheet, audiences, colours, top + BOX_Y);
}

/// What both share is told by the first of them.
fn circles(audiences: [&Audience; 2]) -> Circles {
    let [first, second] = audiences;
    let shared = |audience: &Audience, other: usize| {
        let part = audience.with(other)?;
        Some(scale::within(part.share) * audience.followers)
    };
    let shared = shared(first, 1).or_else(|| shared(second, 0));
    Circles::of([first.followers, second.followers], shared.unwrap_or(0.0))
}

fn overlap(sheet: &mut Sheet<'_>, circles: &Circles, [left, right]: [&str; 2], y: f32) {
    let palette = sheet.palette;
    let [first, second] = circles.middles.map(across);
    let [near, far] = circles.radii.map(|radius| radius as f32 * RADIUS);
    sheet.svg.disc(first, y, near, left);
    sheet.svg.disc(second, y, far, right);
    for (name, wider, fill) in [
        ("rim", RIM / 2.0, palette.panel),
        ("both", 0.0, palette.mark),
    ] {
        let (near, far) = (near + wider, far + wider);
        sheet.svg.raw(&format!(
            r#"<clipPath id="{name}"><circle cx="{first:.1}" cy="{y:.1}" r="{near:.1}"/></clipPath><circle cx="{second:.1}" cy="{y:.1}" r="{far:.1}" fill="{fill}" clip-path="url(#{name})"/>"#
        ));
    }
}

/// Where on the sheet this is.
fn across(x: f64) -> f32 {
    WIDTH / 2.0 + x as f32 * RADIUS
}

/// Of the colours that the parts of the circles have, and in their order.
fn boxes(sheet: &mut Sheet<'_>, audiences: [&Audience; 2], colours: [&str; 2], top: f32) {
    let palette = sheet.palette;
    let [first, second] = audiences;
    let [left, right] = colours;
    let both = LEFT + SINGLE + GAP;
    let last = both + 2.0 * SINGLE + GAP;
    for (x, width, fill) in [
        (LEFT, SINGLE, left),
        (both, 2.0 * SINGLE, palette.mark),
        (last, SINGLE, right),
    ] {
        sheet.svg.rect([x, top, width, BOX], ROUND, fill);
    }
    let (on_bar, on_mark) = (palette.on_bar, palette.on_mark);
    for (x, part, meaning, fill) in [
        (LEFT, Some(&first.alone), &first.only, on_bar),
        (both, first.with(1), &first.of, on_mark),
        (both + SINGLE, second.with(0), &second.of, on_mark),
        (last, Some(&second.alone), &second.only, on_bar),
    ] {
        if let Some(part) = part {
            number(sheet, [x, top], part, meaning, fill);
        }
    }
}

/// A number in a box, what it means, and how sure it is.
fn number(
    sheet: &mut Sheet<'_>,
    [x, top]: [f32; 2],
    part: &Part,
    meaning: &str,
    fill: &'static str,
) {
    let bold = Type {
        size: NUMBER_SIZE,
        weight: Weight::Bold,
        fill,
        anchor: Anchor::Middle,
    };
    let small = Type {
        size: SIZE,
        weight: Weight::Regular,
        ..bold
    };
    let top = match part.interval.is_empty() {
        true => top + WITHOUT_INTERVAL,
        false => top,
    };
    for (y, style, text) in [
        (NUMBER_Y, bold, part.text.as_str()),
        (MEANING_Y, small, meaning),
        (INTERVAL_Y, small, &part.interval),
    ] {
        let text = sheet.legible(text);
        let place = [x + SINGLE / 2.0, top + y, SINGLE - 2.0 * PADDING];
        sheet.line(place, style, &text);
    }
}
