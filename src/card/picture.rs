//! Profile pictures from networks, cropped for a disc. The bytes are untrusted: their cost is limited, and what can't
//! be decoded is ignored.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{self, FilterType};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgba, RgbaImage};
use resvg::tiny_skia::{IntSize, Pixmap};

use crate::card::png;

/// Networks serve pictures of 400 or 1,000 pixels and a few hundred kilobytes.
const MOST_BYTES: usize = 4 << 20;

/// Pixels of a side. A picture of a few bytes can claim any size.
const LONGEST_SIDE: u32 = 1536;

/// Bytes that decoding may allocate.
const MOST_MEMORY: u64 = 32 << 20;

/// The background of transparent pictures, most of which are made for white paper.
const PAPER: u8 = 0xff;

/// Pixels of a side of a picture that is sent on its own.
const PORTRAIT: u32 = 512;

/// Returns a square PNG of a picture; `None` if it can't be decoded.
pub fn portrait(bytes: &[u8]) -> Option<Vec<u8>> {
    png::encode(&square(bytes, PORTRAIT)?).ok()
}

/// Returns the middle of the picture as a square with this side in pixels.
pub(super) fn square(bytes: &[u8], side: u32) -> Option<Pixmap> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    // The decoders promise not to panic. If one does, only the picture is lost.
    let decoded = catch_unwind(AssertUnwindSafe(|| decode(bytes)));
    let picture = opaque(middle(decoded.ok()??).into_rgba8());
    let picture = imageops::resize(&picture, side, side, FilterType::CatmullRom);
    Pixmap::from_vec(picture.into_raw(), IntSize::from_wh(side, side)?)
}

fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    reader.limits(limits);
    let decoder = reader.into_decoder().ok()?;
    // Not every decoder respects its limits.
    let (width, height) = decoder.dimensions();
    let sound = (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height);
    if !sound || decoder.total_bytes() > MOST_MEMORY {
        return None;
    }
    DynamicImage::from_decoder(decoder).ok()
}

fn middle(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if width == height {
        picture
    } else {
        picture.crop_imm((width - side) / 2, (height - side) / 2, side, side)
    }
}

fn opaque(mut picture: RgbaImage) -> RgbaImage {
    for pixel in picture.pixels_mut() {
        let Rgba([red, green, blue, alpha]) = *pixel;
        let mixed = [red, green, blue].map(|part| {
            let alpha = u32::from(alpha);
            let mixed = u32::from(part) * alpha + u32::from(PAPER) * (255 - alpha);
            u8::try_from((mixed + 127) / 255).unwrap_or(PAPER)
        });
        let [red, green, blue] = mixed;
        *pixel = Rgba([red, green, blue, u8::MAX]);
    }
    picture
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn encoded(width: u32, height: u32, colour: [u8; 4], format: ImageFormat) -> Vec<u8> {
        let picture = DynamicImage::from(RgbaImage::from_pixel(width, height, Rgba(colour)));
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::from(picture.into_rgb8()),
            _ => picture,
        };
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    }

    #[test]
    fn every_format_that_networks_serve_is_decoded() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ] {
            let bytes = encoded(90, 120, [200, 40, 40, 255], format);
            let square = square(&bytes, 68).unwrap_or_else(|| panic!("{format:?} is decoded"));
            assert_eq!((square.width(), square.height()), (68, 68));
            let pixel = square.pixel(30, 30).expect("a pixel");
            assert!(pixel.red().abs_diff(200) < 8, "{format:?}: {pixel:?}");
        }
    }

    #[test]
    fn a_picture_that_is_sent_by_itself_is_a_square_png() {
        let bytes = encoded(90, 120, [200, 40, 40, 255], ImageFormat::Jpeg);
        let portrait = portrait(&bytes).expect("a picture");
        let read = image::load_from_memory_with_format(&portrait, ImageFormat::Png);
        let read = read.expect("a PNG");
        assert_eq!((read.width(), read.height()), (PORTRAIT, PORTRAIT));
        assert!(super::portrait(b"rubbish").is_none());
    }

    #[test]
    fn paper_shows_through_a_transparent_picture() {
        let bytes = encoded(10, 10, [0, 0, 0, 0], ImageFormat::Png);
        let square = square(&bytes, 20).expect("a picture");
        assert!(
            square
                .pixels()
                .iter()
                .all(|pixel| pixel.red() == PAPER && pixel.is_opaque())
        );
    }

    #[test]
    fn neither_rubbish_nor_half_a_picture_nor_one_of_any_size_is_a_picture() {
        let sound = encoded(300, 300, [1, 2, 3, 255], ImageFormat::Png);
        let half = sound.get(..sound.len() / 2).unwrap_or_default();
        assert!(square(half, 68).is_none());
        assert!(square(b"", 68).is_none());
        assert!(square(b"<svg xmlns='http://www.w3.org/2000/svg'/>", 68).is_none());
        assert!(square(&[0xff; 5 << 20], 68).is_none());
        let long = encoded(LONGEST_SIDE + 1, 1, [1, 2, 3, 255], ImageFormat::Png);
        assert!(square(&long, 68).is_none());
        // A GIF that claims 65,535 pixels a side.
        assert!(
            square(
                b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00",
                68
            )
            .is_none()
        );
    }
}
