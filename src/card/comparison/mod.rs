//! Audiences held against each other as a picture: two as circles that overlap ([`venn`]), more as a
//! table ([`matrix`]).

mod account;
mod boxes;
mod circles;
mod grid;
mod headers;
mod layout;
mod matrix;
#[cfg(test)]
mod tests;
mod venn;

use crate::card::comparison::grid::Grid;
use crate::card::fonts::Fonts;
use crate::card::footer::{self, Mark};
use crate::card::sheet::{Drawing, Sheet};
use crate::card::{CardError, Theme, header, render};

/// Audiences in a comparison. Those after them are left out.
pub const AUDIENCES: usize = 5;

/// All that is on a comparison, in plain text: nothing is escaped, and whatever has no room is cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonCard {
    /// "Audiences compared"
    pub heading: String,
    pub audiences: Vec<CardAudience>,
    /// As many as the overlap is drawn for, where there are two; without it, as the first audience's part.
    pub both: Option<f64>,
    /// What the part who follow none of the others is called where there are several: "none of these"
    pub alone: String,
    pub key: ComparisonLegend,
    /// "lookalike · 27 Nov 2026"
    pub footer: String,
    pub theme: Theme,
}

/// The followers of an account.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardAudience {
    pub name: String,
    /// As people write it: "@nasa".
    pub handle: String,
    /// PNG, JPEG, WebP or GIF. What can't be decoded is replaced by a letter.
    pub picture: Option<Vec<u8>>,
    /// "12.4K followers"
    pub size: String,
    /// As many as circles are drawn for.
    pub followers: f64,
    /// The part of them who follow each of the audiences too, in their order; nothing in its own place.
    pub with: Vec<Option<CardShare>>,
    /// The part of them who follow none of the others.
    pub alone: CardShare,
    /// Whose part of an overlap it is, where there are two: "of @nasa"
    pub of: String,
    /// What the part outside the overlap is called, where there are two: "only @nasa"
    pub only: String,
}

/// A part of an audience.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardShare {
    /// From 0 to 1.
    pub share: f64,
    /// "34%"
    pub text: String,
    /// "31–37%", empty where the share is exact.
    pub interval: String,
}

/// What the numbers mean. What is not on the picture is not explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonLegend {
    /// What the colour means that a table is tinted with, "share of the row's followers who follow the
    /// column's account too", or that of the middle of two circles, "followers of both". Nothing on areas:
    /// a tiny audience is drawn larger than it is.
    pub share: String,
    /// "95% interval"
    pub interval: String,
}

/// The comparison as a PNG, as costly as a card.
pub fn draw(comparison: &ComparisonCard) -> Result<Vec<u8>, CardError> {
    render::png_of(|fonts| drawing(comparison, fonts))
}

fn drawing(comparison: &ComparisonCard, fonts: &Fonts) -> Drawing {
    let mut sheet = Sheet::new(fonts, comparison.theme);
    let audiences = &comparison.audiences;
    let shown = audiences.get(..AUDIENCES).unwrap_or(audiences);
    let handles = shown.iter().map(|audience| audience.handle.as_str());
    header::draw_several(&mut sheet, &comparison.heading, handles);
    let top = header::HEIGHT_WITHOUT_FACTS;
    let bottom = match shown {
        [first, second] => {
            let panel = sheet.panel(top, venn::HEIGHT);
            venn::draw(&mut sheet, [first, second], comparison.both, panel.top);
            panel.bottom
        }
        _ => {
            let panel = sheet.panel(top, Grid::height(shown.len()));
            matrix::draw(&mut sheet, shown, &comparison.alone, panel.top);
            panel.bottom
        }
    };
    let meanings = meanings(&comparison.key, shown);
    let height = footer::draw(&mut sheet, &meanings, &comparison.footer, bottom);
    sheet.finish(height)
}

/// Of the marks that are on the picture.
fn meanings<'a>(key: &'a ComparisonLegend, audiences: &[CardAudience]) -> Vec<(Mark, &'a str)> {
    let alone = audiences.iter().map(|audience| &audience.alone);
    let mut parts = shared(audiences).chain(alone);
    let mark = match audiences.len() {
        2 => Mark::Disc,
        _ => Mark::Tint,
    };
    let mut meanings = vec![(mark, key.share.as_str())];
    if parts.any(|part| !part.interval.is_empty()) {
        meanings.push((Mark::Interval, key.interval.as_str()));
    }
    meanings
}

/// The parts who follow another one too.
fn shared(audiences: &[CardAudience]) -> impl Iterator<Item = &CardShare> {
    let pairs = audiences.iter().enumerate().flat_map(|(place, audience)| {
        let others = (0..audiences.len()).filter(move |other| *other != place);
        others.map(move |other| audience.with(other))
    });
    pairs.flatten()
}

impl CardAudience {
    /// The part who follow the one in this place.
    fn with(&self, place: usize) -> Option<&CardShare> {
        self.with.get(place)?.as_ref()
    }
}
