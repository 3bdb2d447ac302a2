//! Who an account is, in two lines beside its picture.

use crate::card::fit::fit;
use crate::card::fonts::Weight;
use crate::card::sheet::{BETWEEN, Sheet};
use crate::card::svg::{Anchor, Type};

const NAME_SIZE: f32 = 34.0;
const HANDLE_SIZE: f32 = 28.0;

/// The names' line and the handles', from the middle of both.
const NAME_Y: f32 = -5.0;
const HANDLE_Y: f32 = 33.0;

/// From the picture to the lines.
pub(super) const CLOSE: f32 = 20.0;

/// An account as it was before anything was left out.
pub(super) struct Account<'a> {
    pub(super) name: &'a str,
    pub(super) handle: &'a str,
    pub(super) picture: Option<&'a [u8]>,
    pub(super) size: &'a str,
}

/// The picture in its place, and the lines with the room that they have.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    account: &Account<'_>,
    [x, y, radius]: [f32; 3],
    room: f32,
) {
    let palette = sheet.palette;
    let who = sheet.who(account.name, account.handle);
    sheet.svg.disc(x, y, radius + 1.5, palette.hairline);
    sheet.face([x, y, radius], &who, account.handle, account.picture);
    let strong = Type {
        size: NAME_SIZE,
        weight: Weight::Bold,
        fill: palette.ink,
        anchor: Anchor::Start,
    };
    let weak = Type {
        size: HANDLE_SIZE,
        weight: Weight::Regular,
        fill: palette.faint,
        anchor: Anchor::Start,
    };
    let size = sheet.legible(account.size);
    let (first, second) = match who.name.is_empty() {
        true => (who.handle, size),
        false => (who.name, beside(sheet, &who.handle, &size, weak, room)),
    };
    let x = x + radius + CLOSE;
    for (offset, style, text) in [(NAME_Y, strong, first), (HANDLE_Y, weak, second)] {
        let text = fit(sheet.fonts, &text, style.weight, style.size, room);
        sheet.text(x, y + offset, style, &text);
    }
}

/// Both in one line; it is the handle that gives way.
fn beside(sheet: &Sheet<'_>, handle: &str, size: &str, style: Type, room: f32) -> String {
    if size.is_empty() {
        return handle.to_owned();
    }
    let room = room - sheet.width(&format!("{BETWEEN}{size}"), style);
    let handle = fit(sheet.fonts, handle, style.weight, style.size, room);
    format!("{handle}{BETWEEN}{size}")
}
