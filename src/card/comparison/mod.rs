//! A comparison of audiences as a picture: two as overlapping circles ([`venn`]), more as a table ([`matrix`]).

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

/// The content of a comparison, in plain text: nothing is escaped, and what does not fit is cut.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonCard {
    /// "Audiences compared"
    pub heading: String,
    pub audiences: Vec<CardAudience>,
    /// The number that the overlap of two circles is drawn for; if it is `None`, the first audience's share is.
    pub both: Option<f64>,
    /// The label of the share that follows none of the others, if there are several: "none of these"
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
    /// PNG, JPEG, WebP or GIF. If it can't be decoded, a letter takes its place.
    pub picture: Option<Vec<u8>>,
    /// "12.4K followers"
    pub size: String,
    /// The number that circles are drawn for.
    pub followers: f64,
    /// The share of them who also follow each of the audiences, in their order; `None` in its own place.
    pub with: Vec<Option<CardShare>>,
    /// The share of them who follow none of the others.
    pub alone: CardShare,
    /// The label of its share of the overlap, if there are two: "of @nasa"
    pub of: String,
    /// The label of the part outside the overlap, if there are two: "only @nasa"
    pub only: String,
}

/// A share of an audience.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CardShare {
    /// From 0 to 1.
    pub share: f64,
    /// "34%"
    pub text: String,
    /// "31–37%"; empty if the share is exact.
    pub interval: String,
}

/// What the numbers mean. Only what is on the picture is explained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonLegend {
    /// The meaning of a table's tint, "share of the row's followers who follow the column's account too", or of the
    /// middle of two circles, "followers of both". It says nothing about areas: a tiny audience is drawn larger than it
    /// is.
    pub share: String,
    /// "95% interval"
    pub interval: String,
}

/// Returns the comparison as a PNG, as costly as a card.
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

/// Returns the marks on the picture.
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

/// Returns the shares who also follow another one.
fn shared(audiences: &[CardAudience]) -> impl Iterator<Item = &CardShare> {
    let pairs = audiences.iter().enumerate().flat_map(|(place, audience)| {
        let others = (0..audiences.len()).filter(move |other| *other != place);
        others.map(move |other| audience.with(other))
    });
    pairs.flatten()
}

impl CardAudience {
    /// Returns the share who follow the one in this place.
    fn with(&self, place: usize) -> Option<&CardShare> {
        self.with.get(place)?.as_ref()
    }
}
