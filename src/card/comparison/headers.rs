//! The headers of a table's rows and columns.

use crate::card::comparison::grid::{Grid, LEFT};
use crate::card::comparison::{CardAudience, account};
use crate::card::fit::wrap;
use crate::card::fonts::Weight;
use crate::card::sheet::Sheet;
use crate::card::svg::{Anchor, TextStyle};

/// Above a column.
const COLUMN_AVATAR: f32 = 30.0;
const COLUMN_SIZE: f32 = 23.0;
const COLUMN_LINE: f32 = 27.0;
const COLUMN_LINES: usize = 3;

/// The cell size up to which row headers have the smallest text; they grow by this much at most.
const USUAL: f32 = 115.0;
const LARGER: f32 = 1.2;

/// From a row header to its first cell.
const CLOSE: f32 = 14.0;

pub(super) fn column(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, audience: &CardAudience) {
    let label = sheet.label(&audience.name, &audience.handle);
    let middle = grid.x(place) + grid.side / 2.0;
    let face = [middle, grid.head() + COLUMN_AVATAR, COLUMN_AVATAR];
    account::disc(sheet, face, &label, audience);
    above_column(sheet, grid, place, &[&label.handle]);
}

/// The header of the column that belongs to no account.
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

pub(super) fn row(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, audience: &CardAudience) {
    let middle = grid.y(place) + grid.side / 2.0;
    let scale = (grid.side / USUAL).clamp(1.0, LARGER);
    let right = grid.x(0) - CLOSE;
    account::lines(sheet, audience, [LEFT, middle, right], scale);
}

/// The last of the lines is where a handle would be.
fn above_column(sheet: &mut Sheet<'_>, grid: &Grid, place: usize, lines: &[&str]) {
    let style = TextStyle {
        size: COLUMN_SIZE,
        weight: Weight::Regular,
        fill: sheet.palette.faint,
        anchor: Anchor::Middle,
    };
    let x = grid.x(place) + grid.side / 2.0;
    let last = grid.head() + 2.0 * COLUMN_AVATAR + COLUMN_LINE;
    for (up, line) in lines.iter().rev().enumerate() {
        let y = last - up as f32 * COLUMN_LINE;
        sheet.line([x, y, grid.side], style, line);
    }
}
