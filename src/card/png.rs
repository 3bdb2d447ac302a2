//! The finished picture as a PNG.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};
use resvg::tiny_skia::Pixmap;

use crate::card::CardError;

/// Leaves out the alpha channel, since a card is opaque. Cards are mostly flat areas, which PNG's filters would make
/// larger and slower to compress.
pub(super) fn encode(canvas: &Pixmap) -> Result<Vec<u8>, CardError> {
    let pixels = canvas.pixels().iter();
    let colours: Vec<u8> = pixels
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Default, FilterType::NoFilter)
        .write_image(
            &colours,
            canvas.width(),
            canvas.height(),
            ExtendedColorType::Rgb8,
        )?;
    Ok(file)
}
