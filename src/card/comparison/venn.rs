//! Two audiences: overlapping circles, and what is in each part of them.

use crate::card::comparison::circles::Circles;
use crate::card::comparison::layout::{GAP, LEFT, ROOM};
use crate::card::comparison::{CardAudience, account, boxes};
use crate::card::scale;
use crate::card::sheet::{Sheet, WIDTH};

/// Down from the top of the panel: the accounts, the circles, the boxes.
const ACCOUNT_Y: f32 = 92.0;
const CIRCLES_Y: f32 = 394.0;
const BOX_Y: f32 = 640.0;
pub(super) const HEIGHT: f32 = BOX_Y + boxes::HEIGHT + 36.0;

/// Of the larger circle.
const RADIUS: f32 = 212.0;

/// The line around the overlap, and around a picture.
const RIM: f32 = 5.0;

/// Of the lines about the accounts.
const SCALE: f32 = 1.25;

pub(super) fn draw(
    sheet: &mut Sheet<'_>,
    audiences: [&CardAudience; 2],
    both: Option<f64>,
    top: f32,
) {
    let colours = [sheet.palette.bar, sheet.tints.second];
    let half = (ROOM - GAP) / 2.0;
    let lefts = [LEFT, LEFT + half + GAP];
    for ((audience, colour), left) in audiences.into_iter().zip(colours).zip(lefts) {
        let radius = SCALE * account::AVATAR;
        let middle = top + ACCOUNT_Y;
        sheet
            .svg
            .disc(left + RIM + radius, middle, radius + RIM, colour);
        account::lines(sheet, audience, [left + RIM, middle, left + half], SCALE);
    }
    let circles = circles(audiences, both);
    overlap(sheet, &circles, colours, top + CIRCLES_Y);
    boxes::draw(sheet, audiences, colours, top + BOX_Y);
}

/// Returns the circles. If the number in both is unknown, the first audience's share is used.
fn circles(audiences: [&CardAudience; 2], both: Option<f64>) -> Circles {
    let [first, second] = audiences;
    let shared = |audience: &CardAudience, other: usize| {
        let part = audience.with(other)?;
        Some(scale::within(part.share) * audience.followers)
    };
    let both = both.filter(|both| both.is_finite());
    let shared = both
        .or_else(|| shared(first, 1))
        .or_else(|| shared(second, 0));
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

/// Returns the position on the sheet.
fn across(x: f64) -> f32 {
    WIDTH / 2.0 + x as f32 * RADIUS
}
