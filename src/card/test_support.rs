//! Helpers for tests of whole pictures.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, RgbImage};
use resvg::usvg::{Group, Node, Text};

use crate::card::fonts::Fonts;
use crate::card::png;
use crate::card::render::{parse, render};
use crate::card::sheet::Drawing;

/// The factor by which stored pictures are scaled down.
const SMALLER: u32 = 4;

/// Processors round differently.
const TOLERANCE: u8 = 3;

/// An account's picture.
pub(super) fn picture() -> Vec<u8> {
    let picture = RgbImage::from_fn(120, 120, |x, y| image::Rgb([x as u8 * 2, 120, y as u8 * 2]));
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("encodes");
    bytes.into_inner()
}

/// Asserts that the drawing looks like this file, whose content is `golden`.
pub(super) fn assert_looks_like(drawing: &Drawing, golden: &[u8], file: &str) {
    let golden = image::load_from_memory(golden)
        .expect("is a PNG")
        .into_rgb8();
    let drawn = render(drawing, Fonts::bundled()).expect("is rendered");
    let drawn = small(&png::encode(&drawn).expect("is encoded"));
    let same_size = drawn.dimensions() == golden.dimensions();
    let differences = drawn.pixels().zip(golden.pixels()).filter(|(a, b)| {
        let mut parts = a.0.iter().zip(b.0);
        parts.any(|(a, b)| a.abs_diff(b) > TOLERANCE)
    });
    let differences = differences.count();
    if differences > 0 || !same_size {
        let saved = std::env::temp_dir().join(file.replace('/', "-"));
        drawn.save(&saved).expect("is saved");
        panic!(
            "{differences} points differ; if {} is as meant, it belongs in {file}",
            saved.display()
        );
    }
}

fn small(drawn: &[u8]) -> RgbImage {
    let drawn = image::load_from_memory(drawn).expect("is a PNG");
    let (width, height) = (drawn.width() / SMALLER, drawn.height() / SMALLER);
    image::imageops::thumbnail(&drawn.into_rgb8(), width, height)
}

/// Returns the mistakes in a drawing's texts.
pub(super) fn wrong(drawing: &Drawing, mistake: impl Fn(&Text) -> Option<String>) -> Vec<String> {
    let tree = parse(drawing, Fonts::bundled()).expect("is a drawing");
    let mut wrong = Vec::new();
    walk(tree.root(), &mut |text| wrong.extend(mistake(text)));
    wrong
}

fn walk(group: &Group, each: &mut impl FnMut(&Text)) {
    for node in group.children() {
        match node {
            Node::Group(group) => walk(group, each),
            Node::Text(text) => each(text),
            _ => {}
        }
    }
}

pub(super) fn words(text: &Text) -> String {
    text.chunks().iter().map(|chunk| chunk.text()).collect()
}

/// Returns the text if it contains boxes for missing letters.
pub(super) fn boxes(text: &Text) -> Option<String> {
    let glyphs = text
        .layouted()
        .iter()
        .flat_map(|span| &span.positioned_glyphs);
    let lacking = glyphs.filter(|glyph| glyph.id.0 == 0).count();
    (lacking > 0).then(|| words(text))
}
