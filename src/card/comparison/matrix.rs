//! Three or more audiences: a row and a column for each, and in each cell the share of the row's followers who also
//! follow the column's account.

use crate::card::comparison::grid::Grid;
use crate::card::comparison::{CardAudience, CardShare, headers, shared};
use crate::card::fonts::Weight;
use crate::card::scale;
use crate::card::sheet::{CAPITAL, Sheet};
use crate::card::svg::{Anchor, TextStyle};

const ROUND: f32 = 18.0;

/// Text sizes as parts of a cell's, and the baselines in it.
const NUMBER: f32 = 0.33;
const INTERVAL: f32 = 0.215;
const LARGEST_INTERVAL: f32 = 26.0;
const NUMBER_Y: f32 = 0.52;
const INTERVAL_Y: f32 = 0.8;

/// On both sides of a cell.
const PADDING: f32 = 6.0;

/// The colour of a column, and the share at which it is strongest.
#[derive(Clone, Copy)]
struct Tint {
    colour: &'static str,
    end: f64,
}

pub(super) fn draw(sheet: &mut Sheet<'_>, audiences: &[CardAudience], alone: &str, top: f32) {
    let grid = Grid::of(audiences.len(), top);
    let last = audiences.len();
    let shared = Tint::of(sheet.palette.bar, shared(audiences));
    let parts = audiences.iter().map(|audience| &audience.alone);
    let rest = Tint::of(sheet.tints.second, parts);
    hatching(sheet);
    for (row, audience) in audiences.iter().enumerate() {
        headers::column(sheet, &grid, row, audience);
        headers::row(sheet, &grid, row, audience);
        for column in 0..last {
            let corner = [grid.x(column), grid.y(row)];
            if column == row {
                square(sheet, corner, grid.side, "url(#own)", 1.0)
            } else {
                cell(sheet, corner, grid.side, audience.with(column), shared)
            }
        }
        let corner = [grid.x(last), grid.y(row)];
        cell(sheet, corner, grid.side, Some(&audience.alone), rest);
    }
    headers::last_column(sheet, &grid, last, alone);
}

impl Tint {
    fn of<'a>(colour: &'static str, parts: impl Iterator<Item = &'a CardShare>) -> Self {
        let shares = parts.map(|part| scale::within(part.share));
        let end = scale::end(shares);
        Self { colour, end }
    }

    fn strength(&self, share: f64) -> f64 {
        (scale::within(share) / self.end).min(1.0)
    }
}

/// The filling of an audience's own cells.
fn hatching(sheet: &mut Sheet<'_>) {
    let line = sheet.palette.hairline;
    sheet.svg.raw(&format!(
        r#"<pattern id="own" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="12" fill="{line}"/></pattern>"#
    ));
}

/// A cell stays empty if its share is unknown.
fn cell(sheet: &mut Sheet<'_>, corner: [f32; 2], side: f32, part: Option<&CardShare>, tint: Tint) {
    square(sheet, corner, side, sheet.palette.ground, 1.0);
    let Some(part) = part else {
        return;
    };
    let strength = tint.strength(part.share);
    square(sheet, corner, side, tint.colour, strength);
    let bold = TextStyle {
        size: side * NUMBER,
        weight: Weight::Bold,
        fill: sheet.tints.ink,
        anchor: Anchor::Middle,
    };
    let small = TextStyle {
        size: (side * INTERVAL).min(LARGEST_INTERVAL),
        weight: Weight::Regular,
        ..bold
    };
    let number = sheet.legible(&part.text);
    let interval = sheet.legible(&part.interval);
    let number_y = if interval.is_empty() {
        (1.0 + NUMBER * CAPITAL) / 2.0
    } else {
        NUMBER_Y
    };
    let [x, y] = corner;
    let (x, room) = (x + side / 2.0, side - 2.0 * PADDING);
    sheet.line([x, y + side * number_y, room], bold, &number);
    sheet.line([x, y + side * INTERVAL_Y, room], small, &interval);
}

fn square(sheet: &mut Sheet<'_>, [x, y]: [f32; 2], side: f32, fill: &str, strength: f64) {
    sheet.svg.raw(&format!(
        r#"<rect x="{x:.1}" y="{y:.1}" width="{side:.1}" height="{side:.1}" rx="{ROUND}" fill="{fill}" fill-opacity="{strength:.3}"/>"#
    ));
}
