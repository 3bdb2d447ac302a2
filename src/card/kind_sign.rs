//! The sign before an account's name: a person, an organisation, a bot. Drawn, since the fonts of a card lack emoji.

use crate::card::sheet::Sheet;
use crate::kind::AccountKind;

/// The side of the square that the shapes are drawn in.
const BOX: f32 = 24.0;

/// Parts of the size of the letters beside it: its side, and its side with the blank after it.
const SIDE: f32 = 0.86;
const ADVANCE: f32 = 1.12;

const PERSON: &str =
    "M7.2 7.2a4.8 4.8 0 1 1 9.6 0a4.8 4.8 0 1 1-9.6 0ZM3 22c0-6 4-8.6 9-8.6s9 2.6 9 8.6Z";
const BUILDING: &str = "M4 22V3h11v6h5v13ZM6.5 6v2.4h2.2V6ZM10.6 6v2.4h2.2V6ZM6.5 10.8v2.4h2.2v-2.4ZM10.6 10.8v2.4h2.2v-2.4ZM6.5 15.6V18h2.2v-2.4ZM10.6 15.6V18h2.2v-2.4ZM16 12v2.2h2V12ZM16 16.4v2.2h2v-2.2Z";
const ROBOT: &str = "M11 1.5h2V5h5a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V8a3 3 0 0 1 3-3h5ZM6.6 10.4a2 2 0 1 0 4 0a2 2 0 1 0-4 0ZM13.4 10.4a2 2 0 1 0 4 0a2 2 0 1 0-4 0ZM8 15.6v2h8v-2Z";

fn shape(kind: Option<AccountKind>) -> Option<&'static str> {
    match kind? {
        AccountKind::Person => Some(PERSON),
        AccountKind::Organisation | AccountKind::News => Some(BUILDING),
        AccountKind::Bot => Some(ROBOT),
        AccountKind::FanPage
        | AccountKind::Parody
        | AccountKind::Unofficial
        | AccountKind::Memes => None,
    }
}

/// Returns how much room the sign takes beside letters of this size; 0 if there is none.
pub(super) fn width(kind: Option<AccountKind>, size: f32) -> f32 {
    shape(kind).map_or(0.0, |_| size * ADVANCE)
}

/// Draws the sign on a baseline, if there is one.
pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    kind: Option<AccountKind>,
    [x, baseline]: [f32; 2],
    size: f32,
) {
    let Some(shape) = shape(kind) else {
        return;
    };
    let side = size * SIDE;
    let scale = side / BOX;
    let y = baseline - side * 0.88;
    let fill = sheet.palette.faint;
    sheet.svg.raw(&format!(
        r#"<path fill="{fill}" fill-rule="evenodd" transform="translate({x:.1} {y:.1}) scale({scale:.3})" d="{shape}"/>"#
    ));
}
