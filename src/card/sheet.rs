//! The drawing surface of a card: a background with a panel, and helpers for texts and pictures. All lengths are in
//! pixels of the finished picture.

use resvg::tiny_skia::Pixmap;

use crate::card::fit::{fit, shrink};
use crate::card::fonts::{Fonts, Weight};
use crate::card::legible::{initial, legible, legible_name};
use crate::card::palette::{Palette, Tints, disc};
use crate::card::svg::{Anchor, Svg, TextStyle};
use crate::card::{Theme, picture, runs};

/// The width of a phone's screen, which Telegram shows without scaling.
pub(super) const WIDTH: f32 = 1080.0;

/// From the edge to the panel.
pub(super) const MARGIN: f32 = 28.0;

/// The corners of the panel.
const ROUND: f32 = 36.0;

/// How far the panel reaches into the header.
pub(super) const OVERLAP: f32 = 40.0;

/// Above the height of any card.
const LOWEST: f32 = 4000.0;

/// The height of a disc's letter, as a part of its radius.
const LETTER: f32 = 0.95;

/// The sizes of a line that is made to fit, as parts of its normal size.
const SMALLER: [f32; 4] = [1.0, 0.93, 0.86, SMALLEST];
pub(super) const SMALLEST: f32 = 0.8;

/// Between items on a line.
pub(super) const BETWEEN: &str = " · ";

/// The height of a capital, as a part of the text size.
pub(super) const CAPITAL: f32 = 0.727;

/// What resvg draws, and the pictures to paste onto it.
pub(super) struct Drawing {
    pub(super) svg: String,
    pub(super) pictures: Vec<RoundPicture>,
}

/// A picture that fills a disc.
pub(super) struct RoundPicture {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) radius: f32,
    pub(super) picture: Pixmap,
}

/// A drawing in progress.
pub(super) struct Sheet<'a> {
    pub(super) fonts: &'a Fonts,
    pub(super) palette: &'static Palette,
    pub(super) tints: &'static Tints,
    pub(super) svg: Svg,
    pictures: Vec<RoundPicture>,
}

/// The drawable names of an account.
pub(super) struct AccountLabel {
    /// Empty if it can't be drawn.
    pub(super) name: String,
    pub(super) handle: String,
}

/// The top and bottom of the panel.
pub(super) struct PanelBounds {
    pub(super) top: f32,
    pub(super) bottom: f32,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(fonts: &'a Fonts, theme: Theme) -> Self {
        Self {
            fonts,
            palette: Palette::of(theme),
            tints: Tints::of(theme),
            svg: Svg::default(),
            pictures: Vec::new(),
        }
    }

    pub(super) fn finish(self, height: f32) -> Drawing {
        Drawing {
            svg: self.svg.finish(WIDTH, height),
            pictures: self.pictures,
        }
    }
}

impl Sheet<'_> {
    /// Draws the background below a header of this height, and a panel of that height on both.
    pub(super) fn panel(&mut self, header: f32, height: f32) -> PanelBounds {
        // The height of the background is only known once the footer is drawn, so it exceeds any.
        let ground = [0.0, header, WIDTH, LOWEST];
        self.svg.rect(ground, 0.0, self.palette.ground);
        let top = header - OVERLAP;
        let panel = [MARGIN, top, WIDTH - 2.0 * MARGIN, height];
        self.svg.rect(panel, ROUND, self.palette.panel);
        PanelBounds {
            top,
            bottom: top + height,
        }
    }

    pub(super) fn legible(&self, text: &str) -> String {
        legible(self.fonts, text)
    }

    pub(super) fn label(&self, name: &str, handle: &str) -> AccountLabel {
        AccountLabel {
            name: legible_name(self.fonts, name).unwrap_or_default(),
            handle: self.legible(handle),
        }
    }

    pub(super) fn text(&mut self, x: f32, y: f32, style: TextStyle, text: &str) {
        self.svg.text(self.fonts, x, y, style, text);
    }

    /// A line that is set smaller if there is too little room, and cut if there is still too little.
    pub(super) fn line(&mut self, [x, y, room]: [f32; 3], style: TextStyle, text: &str) {
        let sizes = SMALLER.map(|part| part * style.size);
        let size = shrink(self.fonts, text, style.weight, &sizes, room);
        let text = fit(self.fonts, text, style.weight, size, room);
        self.text(x, y, TextStyle { size, ..style }, &text);
    }

    pub(super) fn width(&self, text: &str, style: TextStyle) -> f32 {
        runs::width(self.fonts, text, style.weight) * style.size
    }

    /// The account's picture, or its letter on its colour.
    pub(super) fn avatar(
        &mut self,
        [x, y, radius]: [f32; 3],
        label: &AccountLabel,
        handle: &str,
        bytes: Option<&[u8]>,
    ) {
        let side = (2.0 * radius) as u32;
        if let Some(picture) = bytes.and_then(|bytes| picture::square(bytes, side)) {
            self.pictures.push(RoundPicture {
                x,
                y,
                radius,
                picture,
            });
            return;
        }
        self.svg.disc(x, y, radius, disc(handle));
        if let Some(letter) = initial(&label.name).or_else(|| initial(&label.handle)) {
            let size = radius * LETTER;
            let style = TextStyle {
                size,
                weight: Weight::Bold,
                fill: "#ffffff",
                anchor: Anchor::Middle,
            };
            self.text(x, y + size * CAPITAL / 2.0, style, &letter);
        }
    }
}
