//! Renders a drawing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use resvg::tiny_skia::{
    Color, FillRule, FilterQuality, Paint, PathBuilder, Pattern, Pixmap, SpreadMode, Transform,
};
use resvg::usvg::{Options, Tree};

use crate::card::fonts::Fonts;
use crate::card::sheet::{Drawing, RoundPicture};
use crate::card::{CardError, png};

/// Returns the drawing as a PNG.
pub(super) fn png_of(draw: impl FnOnce(&Fonts) -> Drawing) -> Result<Vec<u8>, CardError> {
    let fonts = Fonts::all();
    // The renderer slices texts by what fonts say. If that panics, only the card is lost.
    catch_unwind(AssertUnwindSafe(|| {
        png::encode(&render(&draw(fonts), fonts)?)
    }))
    .unwrap_or(Err(CardError::Panicked))
}

pub(super) fn render(drawing: &Drawing, fonts: &Fonts) -> Result<Pixmap, CardError> {
    let tree = parse(drawing, fonts)?;
    let size = tree.size().to_int_size();
    let mut canvas = Pixmap::new(size.width(), size.height()).ok_or(CardError::Size)?;
    canvas.fill(Color::WHITE);
    resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
    for round in &drawing.pictures {
        paste(&mut canvas, round);
    }
    Ok(canvas)
}

pub(super) fn parse(drawing: &Drawing, fonts: &Fonts) -> Result<Tree, CardError> {
    let options = Options {
        font_resolver: fonts.resolver(),
        fontdb: fonts.database(),
        ..Options::default()
    };
    Ok(Tree::from_str(&drawing.svg, &options)?)
}

/// Fills a disc with a picture of its size.
fn paste(canvas: &mut Pixmap, round: &RoundPicture) {
    let left = round.x - round.radius;
    let top = round.y - round.radius;
    let Some(disc) = PathBuilder::from_circle(round.x, round.y, round.radius) else {
        return;
    };
    let paint = Paint {
        shader: Pattern::new(
            round.picture.as_ref(),
            SpreadMode::Pad,
            FilterQuality::Nearest,
            1.0,
            Transform::from_translate(left, top),
        ),
        ..Paint::default()
    };
    canvas.fill_path(
        &disc,
        &paint,
        FillRule::Winding,
        Transform::identity(),
        None,
    );
}
