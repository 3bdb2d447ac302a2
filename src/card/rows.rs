//! The list of a card: a line for each account, with a bar for its score.

use crate::card::CardRow;
use crate::card::account::{self, TEXT_X, account};
use crate::card::fit::{fit, shrink};
use crate::card::fonts::Weight;
use crate::card::scale::{self, Bar};
use crate::card::sheet::{CAPITAL, MARGIN, Sheet, WIDTH};
use crate::card::svg::{Anchor, TextStyle};

const ROW: f32 = 97.0;

/// Above the first row and below the last.
const PADDING: f32 = 18.0;

/// Columns from the left: place, account, bar, score.
const PLACE_X: f32 = 84.0;
pub(super) const BAR_X: f32 = 684.0;
const BAR_ROOM: f32 = 214.0;
const SCORE_X: f32 = WIDTH - MARGIN - 32.0;
const SCORE_ROOM: f32 = SCORE_X - BAR_X - BAR_ROOM - 8.0;

const PLACE_SIZE: f32 = 30.0;

/// A score with many digits is set smaller.
const SCORE_SIZES: [f32; 3] = [34.0, 30.0, 26.0];

const MARK: f32 = 25.0;
const BAR: f32 = 26.0;

/// The shares are below the bar, which makes room for them.
const SHARES_SIZE: f32 = 23.0;
const BAR_ABOVE: f32 = 15.0;
const SHARES_BELOW: f32 = 24.0;

/// The thinnest bar of a score above 0.
const THINNEST: f32 = 3.0;

pub(super) fn height(rows: usize) -> f32 {
    rows.max(1) as f32 * ROW + 2.0 * PADDING
}

pub(super) fn draw(sheet: &mut Sheet<'_>, rows: &[CardRow], top: f32) {
    let bars: Vec<Bar> = rows.iter().map(Bar::of).collect();
    let end = scale::end(bars.iter().map(|bar| bar.high));
    let sizes = account::sizes(sheet, rows);
    let mut middle = top + PADDING + ROW / 2.0;
    for (number, (row, bar)) in rows.iter().zip(&bars).enumerate() {
        if number > 0 {
            let line = [TEXT_X, middle - ROW / 2.0 - 1.0, SCORE_X - TEXT_X, 2.0];
            let hairline = sheet.palette.hairline;
            sheet.svg.rect(line, 0.0, hairline);
        }
        place(sheet, row, middle);
        account(sheet, row, middle, sizes);
        score(sheet, row, bar, end, middle);
        middle += ROW;
    }
}

fn place(sheet: &mut Sheet<'_>, row: &CardRow, y: f32) {
    let palette = sheet.palette;
    if row.sure {
        sheet.svg.disc(PLACE_X, y, MARK, palette.mark);
    }
    let style = TextStyle {
        size: PLACE_SIZE,
        weight: Weight::Bold,
        fill: if row.sure {
            palette.on_mark
        } else {
            palette.faint
        },
        anchor: Anchor::Middle,
    };
    let y = y + PLACE_SIZE * CAPITAL / 2.0;
    let place = row.place.to_string();
    let place = fit(sheet.fonts, &place, style.weight, style.size, 2.0 * MARK);
    sheet.text(PLACE_X, y, style, &place);
}

fn score(sheet: &mut Sheet<'_>, row: &CardRow, bar: &Bar, end: f64, y: f32) {
    let palette = sheet.palette;
    let wide = |score: f64| (score / end) as f32 * BAR_ROOM;
    let shares = sheet.legible(&row.shares);
    let bar_y = y - if shares.is_empty() { 0.0 } else { BAR_ABOVE };
    if bar.score > 0.0 {
        let width = wide(bar.score).max(THINNEST);
        bar_shape(sheet, BAR_X, bar_y, width);
    }
    if !bar.is_exact() {
        whisker(sheet, BAR_X + wide(bar.low), BAR_X + wide(bar.high), bar_y);
    }
    let style = TextStyle {
        size: SHARES_SIZE,
        weight: Weight::Regular,
        fill: palette.faint,
        anchor: Anchor::Start,
    };
    let shares = fit(sheet.fonts, &shares, style.weight, style.size, BAR_ROOM);
    let shares_y = y + SHARES_BELOW + SHARES_SIZE * CAPITAL / 2.0;
    sheet.text(BAR_X, shares_y, style, &shares);
    let text = sheet.legible(&row.score_text);
    let size = shrink(sheet.fonts, &text, Weight::Bold, &SCORE_SIZES, SCORE_ROOM);
    let style = TextStyle {
        size,
        weight: Weight::Bold,
        fill: palette.ink,
        anchor: Anchor::End,
    };
    let text = fit(sheet.fonts, &text, style.weight, size, SCORE_ROOM);
    sheet.text(SCORE_X, y + size * CAPITAL / 2.0, style, &text);
}

/// A bar with a straight left end and a round right one.
pub(super) fn bar_shape(sheet: &mut Sheet<'_>, x: f32, y: f32, width: f32) {
    let round = 6.0_f32.min(width / 2.0);
    let (top, bottom, right) = (y - BAR / 2.0, y + BAR / 2.0, x + width);
    let fill = sheet.palette.bar;
    let (inner, upper, lower) = (right - round, top + round, bottom - round);
    sheet.svg.raw(&format!(
        r#"<path fill="{fill}" d="M{x:.1} {top:.1}H{inner:.1}Q{right:.1} {top:.1} {right:.1} {upper:.1}V{lower:.1}Q{right:.1} {bottom:.1} {inner:.1} {bottom:.1}H{x:.1}Z"/>"#
    ));
}

/// A line with a stop at each end.
pub(super) fn whisker(sheet: &mut Sheet<'_>, low: f32, high: f32, y: f32) {
    let ink = sheet.palette.whisker;
    let (top, bottom) = (y - 7.0, y + 7.0);
    sheet.svg.raw(&format!(
        r#"<path stroke="{ink}" stroke-width="3" stroke-linecap="round" fill="none" d="M{low:.1} {y:.1}H{high:.1}M{low:.1} {top:.1}V{bottom:.1}M{high:.1} {top:.1}V{bottom:.1}"/>"#
    ));
}
