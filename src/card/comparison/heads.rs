//! Whose rows and columns those of a table are.

use crate::card::comparison::Audience;
use crate::card::comparison::grid::{Grid, LEFT};
use crate::card::fit::wrap;
use crate::card::fonts::Weight;
use crate::card::sheet::{Sheet, Who};
use crate::card::svg::{Anchor, Type};

/// Above a column.
const COLUMN_FACE: f32 = 30.0;
const COLUMN_SIZE: f32 = 23.0;
const COLUMN_LINE: f32 = 27.0;
const COLUMN_LINES: usize = 3;

/// Before a row whose cells are no larger than `USUAL`, and how much larger it gets with them.
const ROW_FACE: f32 = 32.0;
const CLOSE: f32 = 14.0;
const NAME_SIZE: f32 = 28.0;
const SIZE: f32 = 23.0;
const LINE: f32 = 30.0;
const USUAL: f32 = 115.0;
const LARGER: f32 = 1.2;

/// How far below the middle of a line its letters stand.
const STAND: f32 = 9.0;

pub(super) fn column(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, audience: &Audience) {
    let who = sheet.who(&audience.name, &audience.handle);
    let middle = grid.x(place) + grid.side / 2.0;
    let face = [middle, grid.head() + COLUMN_FACE, COLUMN_FACE];
    disc(sheet, face, &who, audience);
    above_column(sheet, grid, place, &[&who.handle]);
}

/// The head of a column that is no account's.
pub(super) fn last_column(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, text: &str) {
    let text = sheet.legible(text);
    let lines = wrap(
        sheet.fonts,
        &text,
        Weight::Regular,
        COLUMN_SIZE,
        grid.side,
        COLUMN_LINES,
    );
    above_column(sheet, grid, place, &lines);
}

pub(super) fn row(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, audience: &Audience) {
    let palette = sheet.palette;
    let who = sheet.who(&audience.name, &audience.handle);
    let middle = grid.y(place) + grid.side / 2.0;
    let scale = (grid.side / USUAL).clamp(1.0, LARGER);
    let face = scale * ROW_FACE;
    disc(sheet, [LEFT + face, middle, face], &who, audience);
    let size = sheet.legible(&audience.size);
    let lines = [who.name, who.handle, size];
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    let strong = Type {
        size: scale * NAME_SIZE,
        weight: Weight::Bold,
        fill: palette.ink,
        anchor: Anchor::Start,
    };
    let weak = Type {
        size: scale * SIZE,
        weight: Weight::Regular,
        fill: palette.faint,
        ..strong
    };
    let x = LEFT + 2.0 * face + CLOSE;
    let room = grid.x(0) - CLOSE - x;
    let line = scale * LINE;
    let first = middle + scale * STAND - (lines.len() as f32 - 1.0) / 2.0 * line;
    for (number, text) in lines.iter().enumerate() {
        let style = if number == 0 { strong } else { weak };
        let y = first + number as f32 * line;
        sheet.line([x, y, room], style, text);
    }
}

fn disc(sheet: &mut Sheet<'_>, [x, y, radius]: [f32; 3], who: &Who, audience: &Audience) {
    let hairline = sheet.palette.hairline;
    sheet.svg.disc(x, y, radius + 1.5, hairline);
    let picture = audience.picture.as_deref();
    sheet.face([x, y, radius], who, &audience.handle, picture);
}

/// The last of the lines stands where a handle does.
fn above_column(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, lines: &[&str]) {
    let style = Type {
        size: COLUMN_SIZE,
        weight: Weight::Regular,
        fill: sheet.palette.faint,
        anchor: Anchor::Middle,
    };
    let x = grid.x(place) + grid.side / 2.0;
    let last = grid.head() + 2.0 * COLUMN_FACE + COLUMN_LINE;
    for (up, line) in lines.iter().rev().enumerate() {
        let y = last - up as f32 * COLUMN_LINE;
        sheet.line([x, y, grid.side], style, line);
    }
}
