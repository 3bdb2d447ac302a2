//! An invented profile picture: a face, a landscape, a flower or arches, in colours that go together. The same number
//! always gives the same picture.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::demo::pseudorandom;

/// Pixels per side, as many as the larger networks serve.
const SIDE: u32 = 320;

/// Two colours of the background's gradient, then three to draw with, from pale to strong.
const COLOURS: [[&str; 5]; 8] = [
    ["#ffd9a8", "#f7937a", "#ffe9c9", "#c8506c", "#5b2b5f"],
    ["#bfe6f2", "#6fb3d9", "#f4f9fb", "#2f7fae", "#174a73"],
    ["#e3f0c4", "#9ccb86", "#fbf8dd", "#4f9a6a", "#1f5f52"],
    ["#e7dcff", "#a996ea", "#fdf3ff", "#7a5fd0", "#3c2d82"],
    ["#ffe6ef", "#f6a5bd", "#fff7ee", "#df6088", "#7f2b58"],
    ["#fdf0c8", "#f3c463", "#fffaf0", "#e2873b", "#8a4324"],
    ["#d5f3ea", "#7ccdbf", "#fdf6e6", "#ef8f6b", "#1d6a72"],
    ["#2b3f78", "#6d5ba6", "#f9d8a6", "#e58d8a", "#191f47"],
];

const SKINS: [&str; 5] = ["#f8d7bd", "#eebb94", "#d59a6c", "#a86f48", "#744a30"];
const HAIR: [&str; 5] = ["#2a2026", "#5a3825", "#a4622f", "#d9b26a", "#8d8791"];

/// The hair behind the head, and the hair over the forehead.
const HAIRCUTS: [[&str; 2]; 5] = [
    [
        "",
        "M28 44C26 22 40 17 50 17S74 22 72 44C68 36 64 33 58 31 50 36 36 36 28 44Z",
    ],
    [
        "M25 46C25 24 38 16 50 16S75 24 75 46C75 62 78 70 80 76H20C22 70 25 62 25 46Z",
        "M27 46C27 26 38 19 50 19S73 26 73 46C68 38 62 34 52 28 44 36 33 38 27 46Z",
    ],
    [
        "M50 4A11 11 0 1 1 50 26 11 11 0 1 1 50 4Z",
        "M28 43C28 24 40 18 50 18S72 24 72 43C66 32 58 29 50 29S34 32 28 43Z",
    ],
    [
        "M22 40A14 14 0 0 1 30 22 16 16 0 0 1 50 14 16 16 0 0 1 70 22 14 14 0 0 1 78 40 12 12 0 0 1 74 58H26A12 12 0 0 1 22 40Z",
        "M30 40C34 30 42 29 50 29S66 30 70 40C70 26 60 20 50 20S30 26 30 40Z",
    ],
    [
        "",
        "M28 40C30 20 42 16 52 17 66 18 73 28 72 40 66 34 60 32 28 40Z",
    ],
];

/// Mountains, dunes, and a boat on the sea: the background, and the foreground.
const LANDS: [[&str; 2]; 3] = [
    [
        "M0 74L24 44 40 62 62 36 100 78V100H0Z",
        "M0 86Q28 66 54 82T100 80V100H0Z",
    ],
    [
        "M0 62Q24 46 50 60T100 56V100H0Z",
        "M0 82Q30 70 56 84T100 78V100H0Z",
    ],
    [
        "M0 66H100V100H0Z",
        "M30 78H70L62 88H38ZM49 42H51V76H49ZM53 44L70 74H53ZM47 50V74H34Z",
    ],
];

/// The colours of one picture.
#[derive(Clone, Copy)]
struct Paint {
    pale: &'static str,
    mid: &'static str,
    deep: &'static str,
}

/// Returns a PNG; `None` if it can't be drawn.
pub(super) fn draw(id: u64) -> Option<Vec<u8>> {
    let tree = Tree::from_str(&svg(id), &Options::default()).ok()?;
    let mut canvas = Pixmap::new(SIDE, SIDE)?;
    resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
    canvas.encode_png().ok()
}

fn svg(id: u64) -> String {
    let roll = |what: u64, sides: usize| pseudorandom::mix(&[id, what]) as usize % sides;
    let [from, to, pale, mid, deep] = COLOURS[roll(0, COLOURS.len())];
    let paint = Paint { pale, mid, deep };
    let motif = match roll(1, 5) {
        0 | 1 => face(&roll, paint),
        2 => landscape(&roll, paint),
        3 => flower(&roll, paint),
        _ => arches(&roll, paint),
    };
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 100 100">
<linearGradient id="g" x2="0.4" y2="1"><stop stop-color="{from}"/><stop offset="1" stop-color="{to}"/></linearGradient>
<rect width="100" height="100" fill="url(#g)"/>
{motif}
</svg>"##
    )
}

fn face(roll: &impl Fn(u64, usize) -> usize, paint: Paint) -> String {
    let Paint { pale, mid, deep } = paint;
    let skin = SKINS[roll(2, SKINS.len())];
    let hair = HAIR[roll(3, HAIR.len())];
    let shirt = [pale, mid, deep][roll(4, 3)];
    let [behind, before] = HAIRCUTS[roll(5, HAIRCUTS.len())];
    let glasses = match roll(6, 4) {
        0 => {
            "M35.5 45a6 6 0 1 1 12 0 6 6 0 1 1-12 0M52.5 45a6 6 0 1 1 12 0 6 6 0 1 1-12 0M47.5 44.5h5"
        }
        _ => "",
    };
    format!(
        r##"<path d="{behind}" fill="{hair}"/>
<path d="M8 102C8 80 26 74 50 74S92 80 92 102Z" fill="{shirt}"/>
<path d="M42 58H58V74A8 8 0 0 1 42 74Z" fill="{skin}"/>
<path d="M42 62Q50 70 58 62V66Q50 73 42 66Z" fill="#000" opacity=".12"/>
<rect x="29" y="22" width="42" height="46" rx="21" fill="{skin}"/>
<path d="{before}" fill="{hair}"/>
<g fill="#33262b"><circle cx="41.5" cy="45" r="2.1"/><circle cx="58.5" cy="45" r="2.1"/></g>
<path d="M44 55Q50 60 56 55" fill="none" stroke="#33262b" stroke-width="1.8" stroke-linecap="round"/>
<path d="{glasses}" fill="none" stroke="{deep}" stroke-width="1.6"/>"##
    )
}

fn landscape(roll: &impl Fn(u64, usize) -> usize, paint: Paint) -> String {
    let Paint { pale, mid, deep } = paint;
    let (x, y) = (22 + roll(2, 56), 22 + roll(3, 18));
    let radius = 9 + roll(4, 7);
    let [far, near] = LANDS[roll(5, LANDS.len())];
    format!(
        r#"<circle cx="{x}" cy="{y}" r="{radius}" fill="{pale}"/>
<path d="{far}" fill="{mid}"/>
<path d="{near}" fill="{deep}"/>"#
    )
}

fn flower(roll: &impl Fn(u64, usize) -> usize, paint: Paint) -> String {
    let Paint { pale, mid, deep } = paint;
    let count = 5 + roll(2, 5);
    let width = 75 / count;
    let (petal, heart) = [(pale, mid), (mid, pale), (deep, pale), (pale, deep)][roll(3, 4)];
    let petals: String = (0..count)
        .map(|petal| 360 * petal / count)
        .map(|turn| {
            format!(r#"<ellipse cx="50" cy="30" rx="{width}" ry="19" transform="rotate({turn} 50 50)"/>"#)
        })
        .collect();
    format!(
        r#"<g fill="{petal}" fill-opacity=".86">{petals}</g>
<circle cx="50" cy="50" r="10" fill="{heart}"/>"#
    )
}

fn arches(roll: &impl Fn(u64, usize) -> usize, paint: Paint) -> String {
    let Paint { pale, mid, deep } = paint;
    let [outer, inner, last] =
        [[deep, mid, pale], [mid, deep, pale], [pale, mid, deep]][roll(2, 3)];
    let colours = [outer, pale, inner, last];
    colours
        .iter()
        .zip([40, 30, 20, 10])
        .map(|(colour, radius)| {
            let (left, right) = (50 - radius, 50 + radius);
            format!(
                r#"<path d="M{left} 100V62A{radius} {radius} 0 0 1 {right} 62V100Z" fill="{colour}"/>"#
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_always_looks_the_same_and_others_differently() {
        let all: std::collections::BTreeSet<Vec<u8>> =
            (0..50).map(|id| draw(id).expect("a picture")).collect();
        assert!(all.len() > 40, "{} of 50", all.len());
        assert_eq!(draw(7), draw(7));
        assert!(all.iter().all(|picture| picture.len() < 40_000));
    }
}
