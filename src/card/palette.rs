//! The colours of a card, and of anything that should match it.

use crate::card::Theme;

/// Colours in SVG notation.
#[derive(Debug)]
pub struct Palette {
    /// The background of the list.
    pub ground: &'static str,
    /// The list's panel, and the lines on it.
    pub panel: &'static str,
    pub hairline: &'static str,
    /// The header, from left to right, and the texts on it.
    pub header: [&'static str; 2],
    pub on_header: &'static str,
    pub faint_on_header: &'static str,
    pub ornament: &'static str,
    /// Names and numbers; the texts below them.
    pub ink: &'static str,
    pub faint: &'static str,
    pub bar: &'static str,
    pub whisker: &'static str,
    /// The mark of a sure place, and its number.
    pub mark: &'static str,
    pub on_mark: &'static str,
}

const LIGHT: Palette = Palette {
    ground: "#eef2f8",
    panel: "#ffffff",
    hairline: "#e6ebf3",
    header: ["#12204a", "#23458f"],
    on_header: "#ffffff",
    faint_on_header: "#b4c3e6",
    ornament: "#7fa6ff",
    ink: "#111a2e",
    faint: "#5f6b83",
    bar: "#5385e9",
    whisker: "#16275a",
    mark: "#2458d3",
    on_mark: "#ffffff",
};

const DARK: Palette = Palette {
    ground: "#0c1220",
    panel: "#161e2f",
    hairline: "#242e43",
    header: ["#111c3f", "#1f3d80"],
    on_header: "#ffffff",
    faint_on_header: "#a9b9de",
    ornament: "#7fa6ff",
    ink: "#eef2fa",
    faint: "#95a2ba",
    bar: "#3a6ad4",
    whisker: "#dce7ff",
    mark: "#6d9bff",
    on_mark: "#0c1220",
};

/// The colours for parts of audiences, which lists don't need.
#[derive(Debug)]
pub(super) struct Tints {
    /// Contrasts with the colour of bars.
    pub(super) second: &'static str,
    /// Text on either.
    pub(super) ink: &'static str,
}

const LIGHT_TINTS: Tints = Tints {
    second: "#2c9780",
    ink: "#111a2e",
};

const DARK_TINTS: Tints = Tints {
    second: "#1f7f6c",
    ink: "#ffffff",
};

/// Discs of accounts without a picture; white letters are legible on each.
const DISCS: [&str; 10] = [
    "#c2415c", "#b6582f", "#946c14", "#55802a", "#28835a", "#1d808b", "#2f74c0", "#5b62cf",
    "#8a55c4", "#b04aa0",
];

impl Palette {
    pub fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }
}

impl Tints {
    pub(super) fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT_TINTS,
            Theme::Dark => &DARK_TINTS,
        }
    }
}

/// Returns the colour of an account: always the same, whatever the case of its handle.
pub fn disc(handle: &str) -> &'static str {
    // FNV-1a, which is stable.
    let hash = handle
        .to_lowercase()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = hash ^ (hash >> 32);
    let place = usize::try_from(mixed % DISCS.len() as u64).unwrap_or_default();
    DISCS.get(place).copied().unwrap_or("#5b62cf")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_account_keeps_its_colour_and_accounts_differ() {
        assert_eq!(disc("@nasa"), disc("@NASA"));
        let all: BTreeSet<&str> = (0..100)
            .map(|number| disc(&format!("@a{number}")))
            .collect();
        assert_eq!(all.len(), DISCS.len());
    }

    /// The contrast ratio by WCAG.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let linear = colour.map(|part| match part <= 0.04045 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            });
            let [red, green, blue] = linear;
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    fn parts(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let part = colour.get(at..at + 2).expect("two digits");
            f64::from(u8::from_str_radix(part, 16).expect("digits")) / 255.0
        })
    }

    /// What a text and what a shape must have against what they stand on.
    const TEXT: f64 = 4.5;
    const SHAPE: f64 = 3.0;

    #[test]
    fn every_text_can_be_read_and_every_shape_be_seen_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let (palette, tints) = (Palette::of(theme), Tints::of(theme));
            let Palette { ground, panel, .. } = palette;
            let [header, header_end] = palette.header;
            let mut pairs = vec![(palette.on_mark, palette.mark, TEXT)];
            for (colour, least) in [
                (palette.ink, TEXT),
                (palette.faint, TEXT),
                (palette.mark, SHAPE),
                (palette.bar, SHAPE),
                (palette.whisker, SHAPE),
                (tints.second, SHAPE),
            ] {
                pairs.extend([(colour, *panel, least), (colour, *ground, least)]);
            }
            for colour in [palette.on_header, palette.faint_on_header] {
                pairs.extend([(colour, header, TEXT), (colour, header_end, TEXT)]);
            }
            pairs.push((palette.whisker, palette.bar, SHAPE));
            for disc in DISCS {
                pairs.extend([("#ffffff", disc, TEXT), (disc, *panel, SHAPE)]);
            }
            for (colour, below, least) in pairs {
                let contrast = contrast(parts(colour), parts(below));
                assert!(
                    contrast >= least,
                    "{theme:?}: {contrast} of {colour} on {below}"
                );
            }
        }
    }

    #[test]
    fn numbers_can_be_read_on_every_tint() {
        for theme in [Theme::Light, Theme::Dark] {
            let (palette, tints) = (Palette::of(theme), Tints::of(theme));
            for tint in [palette.bar, tints.second] {
                for strength in 0..=20 {
                    let strength = f64::from(strength) / 20.0;
                    let (ground, tint) = (parts(palette.ground), parts(tint));
                    let mixed = [0, 1, 2].map(|at| ground[at] + strength * (tint[at] - ground[at]));
                    let contrast = contrast(parts(tints.ink), mixed);
                    assert!(contrast >= TEXT, "{contrast} on {tint:?} at {strength}");
                }
            }
        }
    }
}
