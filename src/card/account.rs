//! The account of a row: a picture, and two lines.

use std::iter;

use crate::card::CardRow;
use crate::card::fit::fit;
use crate::card::fonts::Weight;
use crate::card::kind_sign;
use crate::card::sheet::{BETWEEN, Sheet};
use crate::card::svg::{Anchor, TextStyle};

const AVATAR_X: f32 = 162.0;
const AVATAR: f32 = 34.0;
pub(super) const TEXT_X: f32 = 216.0;
const TEXT_ROOM: f32 = 450.0;

/// The baselines of the name and the handle, from the middle of a row.
const NAME_Y: f32 = -5.0;
const HANDLE_Y: f32 = 33.0;

/// The size of an account is after its handle ...
const ROOMY: Sizes = Sizes {
    name: 34.0,
    handle: 28.0,
    beside: None,
};

/// ... or next to its name, so that the handle has a line of its own: a cut handle is useless. The first of these is
/// taken with which nothing is cut, or else the last.
const DENSE: [Sizes; 3] = [dense(33.0, 28.0), dense(30.0, 27.0), dense(28.0, 26.0)];

/// The most room for what is next to a name.
const BESIDE_ROOM: f32 = 240.0;

/// The text sizes for accounts, the same in all rows; only a handle that still does not fit is set smaller.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    name: f32,
    handle: f32,
    /// Of the size, if it is next to the name.
    beside: Option<f32>,
}

const fn dense(name: f32, handle: f32) -> Sizes {
    Sizes {
        name,
        handle,
        beside: Some(24.0),
    }
}

/// Returns the styles of an account's name, handle and size.
fn styles(sheet: &Sheet<'_>, sizes: Sizes) -> [TextStyle; 3] {
    let plain = |size: f32, fill: &'static str| TextStyle {
        size,
        weight: Weight::Regular,
        fill,
        anchor: Anchor::Start,
    };
    let name = TextStyle {
        weight: Weight::Bold,
        ..plain(sizes.name, sheet.palette.ink)
    };
    let weak = |size| plain(size, sheet.palette.faint);
    [
        name,
        weak(sizes.handle),
        weak(sizes.beside.unwrap_or_default()),
    ]
}

/// Returns an account's two lines, the first in two parts.
fn lines(sheet: &Sheet<'_>, row: &CardRow, sizes: Sizes) -> [String; 3] {
    let label = sheet.label(&row.name, &row.handle);
    let size = sheet.legible(&row.size);
    let nothing = String::new();
    match (label.name.is_empty(), size.is_empty(), sizes.beside) {
        (true, _, _) => [label.handle, nothing, size],
        (false, true, _) => [label.name, nothing, label.handle],
        (false, false, None) => [label.name, nothing, [label.handle, size].join(BETWEEN)],
        (false, false, Some(_)) => [label.name, [BETWEEN, &size].concat(), label.handle],
    }
}

/// Returns the text sizes for a list.
pub(super) fn sizes(sheet: &Sheet<'_>, rows: &[CardRow]) -> Sizes {
    let fits = |sizes: &Sizes| {
        let [strong, weak, small] = styles(sheet, *sizes);
        rows.iter().all(|row| {
            let sign = kind_sign::width(row.kind, sizes.name);
            let [first, beside, second] = lines(sheet, row, *sizes);
            // A name has no more room than a line without a size.
            let first = match sizes.beside {
                Some(_) => sign + sheet.width(&first, strong) + sheet.width(&beside, small),
                None => 0.0,
            };
            first.max(sheet.width(&second, weak)) <= TEXT_ROOM
        })
    };
    let mut all = iter::once(ROOMY).chain(DENSE);
    let [.., last] = DENSE;
    all.find(fits).unwrap_or(last)
}

/// Draws an account, centred on a row.
pub(super) fn account(sheet: &mut Sheet<'_>, row: &CardRow, y: f32, sizes: Sizes) {
    let palette = sheet.palette;
    let label = sheet.label(&row.name, &row.handle);
    sheet.svg.disc(AVATAR_X, y, AVATAR + 1.5, palette.hairline);
    let at = [AVATAR_X, y, AVATAR];
    sheet.avatar(at, &label, &row.handle, row.picture.as_deref());
    let [strong, weak, small] = styles(sheet, sizes);
    let [first, beside, second] = lines(sheet, row, sizes);
    let beside = fit(sheet.fonts, &beside, small.weight, small.size, BESIDE_ROOM);
    kind_sign::draw(sheet, row.kind, [TEXT_X, y + NAME_Y], sizes.name);
    let sign = kind_sign::width(row.kind, sizes.name);
    let x = TEXT_X + sign;
    let room = TEXT_ROOM - sign - sheet.width(&beside, small);
    if label.name.is_empty() {
        sheet.line([x, y + NAME_Y, room], strong, &first);
    } else {
        let first = fit(sheet.fonts, &first, strong.weight, strong.size, room);
        sheet.text(x, y + NAME_Y, strong, &first);
        let end = x + sheet.width(&first, strong);
        sheet.text(end, y + NAME_Y, small, &beside);
    }
    sheet.line([TEXT_X, y + HANDLE_Y, TEXT_ROOM], weak, &second);
}
