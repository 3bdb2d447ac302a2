//! A font: which characters it has, and how wide a text is in it.

use harfrust::{ShapeOptions, ShaperData, UnicodeBuffer};
use resvg::usvg::fontdb::ID;
use skrifa::{FontRef, MetadataProvider};

pub(super) struct Face {
    name: &'static str,
    id: ID,
    font: FontRef<'static>,
    shapes: ShaperData,
}

impl Face {
    /// Reads the font at this position of a file.
    pub(super) fn read(
        name: &'static str,
        id: ID,
        bytes: &'static [u8],
        index: u32,
    ) -> Option<Self> {
        let font = FontRef::from_index(bytes, index).ok()?;
        let shapes = ShaperData::new(&font);
        Some(Self {
            name,
            id,
            font,
            shapes,
        })
    }

    /// Returns our name, not the one in the file.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn id(&self) -> ID {
        self.id
    }

    pub(super) fn covers(&self, c: char) -> bool {
        self.font.charmap().map(c).is_some()
    }

    /// Returns the width at a size of 1, with ligatures and kerning.
    pub(super) fn width(&self, text: &str) -> f32 {
        let shaper = self.shapes.shaper(&self.font).build();
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let glyphs = shaper.shape(buffer, ShapeOptions::new());
        let width: i32 = glyphs.glyph_positions().iter().map(|at| at.x_advance).sum();
        width as f32 / shaper.units_per_em().max(1) as f32
    }
}
