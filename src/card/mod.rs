//! A result as a picture to share: the account, the accounts like it, and how certain they are. Pure: all texts of a
//! [`Card`] are in the reader's language already, and its pictures are bytes from a network. A comparison of audiences
//! is a picture of the same kind (`comparison`).
//!
//! The SVG written here (`sheet`) is drawn by resvg (`render`) with the fonts in this folder, so a card looks the same
//! everywhere; only letters that they lack are in the machine's (`installed`). Outside pictures are decoded within limits
//! (`picture`) and pasted onto the drawing.

mod account;
mod comparison;
mod face;
mod fit;
mod fonts;
mod footer;
mod header;
mod installed;
mod kind_sign;
mod legible;
mod palette;
mod picture;
mod png;
mod render;
mod rows;
mod runs;
mod scale;
mod sheet;
mod svg;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;

use crate::kind::AccountKind;

use fonts::Fonts;
use footer::Mark;
use scale::Bar;
use sheet::{Drawing, Sheet};

pub use comparison::{
    AUDIENCES, CardAudience, CardShare, ComparisonCard, ComparisonLegend, draw as draw_comparison,
};
pub use legible::initial;
pub use palette::{Palette, disc};
pub use picture::portrait;

/// Rows on a card. Those after them are left out.
pub const ROWS: usize = 10;

/// Facts on a card. Those after them are left out.
pub const FACTS: usize = 4;

/// The content of a card, in plain text: nothing is escaped, and what does not fit is cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// "Accounts like @nasa"
    pub heading: String,
    pub target: CardTarget,
    /// Most similar first.
    pub rows: Vec<CardRow>,
    pub legend: Legend,
    /// "lookalike · 27 Nov 2026"
    pub footer: String,
    pub theme: Theme,
}

/// The account that the others are like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardTarget {
    pub name: String,
    /// As people write it: "@nasa".
    pub handle: String,
    /// PNG, JPEG, WebP or GIF. If it can't be decoded, a letter takes its place.
    pub picture: Option<Vec<u8>>,
    pub facts: Vec<Fact>,
}

/// "Read", "800 of 54,120"
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// An account like the target.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardRow {
    pub place: u64,
    pub name: String,
    /// Its sign is before the name.
    pub kind: Option<AccountKind>,
    /// As people write it: "@nasa".
    pub handle: String,
    /// See [`CardTarget::picture`].
    pub picture: Option<Vec<u8>>,
    /// "12.4K followers"
    pub size: String,
    /// What the list is ordered by, from 0 to 1 ...
    pub score: f64,
    /// ... and its interval. No line is drawn if both ends are equal.
    pub low: f64,
    pub high: f64,
    /// "23%"
    pub score_text: String,
    /// The shares behind it: "27% · 24%"
    pub shares: String,
    /// Its place is marked as sure.
    pub sure: bool,
}

/// What the marks on the rows mean. Unused marks are not explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Legend {
    /// "of all who follow either account, how many follow both"
    pub score: String,
    /// "who follow both: of @nasa's followers · of its own"
    pub shares: String,
    /// "95% interval"
    pub interval: String,
    /// "place is certain"
    pub sure: String,
}

/// A card has its own background: both look right in a light and in a dark chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Light,
    Dark,
}

/// Errors of the renderer. No content of a card is known to cause them.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    #[error("the drawing of a card can't be read: {0}")]
    Drawing(#[from] resvg::usvg::Error),
    #[error("a card can't be written as PNG: {0}")]
    Png(#[from] image::ImageError),
    #[error("a card has no size")]
    Size,
    #[error("drawing a card panicked")]
    Panicked,
}

/// Returns the card as a PNG. Takes about a tenth of a second of CPU: not for a thread that serves others.
pub fn draw(card: &Card) -> Result<Vec<u8>, CardError> {
    render::png_of(|fonts| drawing(card, fonts))
}

fn drawing(card: &Card, fonts: &Fonts) -> Drawing {
    let mut sheet = Sheet::new(fonts, card.theme);
    let shown = card.rows.get(..ROWS).unwrap_or(&card.rows);
    header::draw(&mut sheet, card);
    let panel = sheet.panel(header::height(card), rows::height(shown.len()));
    rows::draw(&mut sheet, shown, panel.top);
    let meanings = meanings(&card.legend, shown);
    let height = footer::draw(&mut sheet, &meanings, &card.footer, panel.bottom);
    sheet.finish(height)
}

/// Returns the marks on the rows.
fn meanings<'a>(legend: &'a Legend, rows: &[CardRow]) -> Vec<(Mark, &'a str)> {
    let inexact = rows.iter().any(|row| !Bar::of(row).is_exact());
    let sure = rows.iter().any(|row| row.sure);
    let shares = rows.iter().any(|row| !row.shares.is_empty());
    let meanings = [
        (Mark::Bar, !rows.is_empty(), &legend.score),
        (Mark::Shares, shares, &legend.shares),
        (Mark::Whisker, inexact, &legend.interval),
        (Mark::Disc, sure, &legend.sure),
    ];
    let shown = meanings.into_iter().filter(|(_, shown, _)| *shown);
    shown.map(|(mark, _, text)| (mark, text.as_str())).collect()
}
