//! The account that an audience belongs to.

use crate::card::comparison::CardAudience;
use crate::card::fonts::Weight;
use crate::card::sheet::{AccountLabel, Sheet};
use crate::card::svg::{Anchor, TextStyle};

/// The picture, and the lines next to it, at their smallest.
pub(super) const AVATAR: f32 = 32.0;
const CLOSE: f32 = 16.0;
const NAME_SIZE: f32 = 28.0;
const SIZE: f32 = 23.0;
const LINE: f32 = 30.0;

/// From the middle of a line down to its baseline.
const STAND: f32 = 9.0;

/// Draws the picture and, in lines next to it, the name, the handle and the size, scaled up from their smallest.
pub(super) fn lines(
    sheet: &mut Sheet<'_>,
    audience: &CardAudience,
    [left, middle, right]: [f32; 3],
    scale: f32,
) {
    let palette = sheet.palette;
    let label = sheet.label(&audience.name, &audience.handle);
    let radius = scale * AVATAR;
    disc(sheet, [left + radius, middle, radius], &label, audience);
    let size = sheet.legible(&audience.size);
    let lines = [label.name, label.handle, size];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let strong = TextStyle {
        size: scale * NAME_SIZE,
        weight: Weight::Bold,
        fill: palette.ink,
        anchor: Anchor::Start,
    };
    let weak = TextStyle {
        size: scale * SIZE,
        weight: Weight::Regular,
        fill: palette.faint,
        ..strong
    };
    let x = left + 2.0 * radius + scale * CLOSE;
    let line = scale * LINE;
    let first = middle + scale * STAND - (lines.len() as f32 - 1.0) / 2.0 * line;
    for (number, text) in lines.iter().enumerate() {
        let style = if number == 0 { strong } else { weak };
        let y = first + number as f32 * line;
        sheet.line([x, y, right - x], style, text);
    }
}

pub(super) fn disc(
    sheet: &mut Sheet<'_>,
    place: [f32; 3],
    label: &AccountLabel,
    audience: &CardAudience,
) {
    let [x, y, radius] = place;
    let hairline = sheet.palette.hairline;
    sheet.svg.disc(x, y, radius + 1.5, hairline);
    let picture = audience.picture.as_deref();
    sheet.avatar(place, label, &audience.handle, picture);
}
