//! The fonts of cards, which scripts they cover, and how wide a text is in them.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{FontFamily, FontResolver};

use crate::card::face::Face;

/// Two weights of the main font, then fonts for the letters it lacks, which hardly occur outside names: so only in
/// their weight. `fonts/README.md` says how the files were made.
const FILES: [(&str, &[u8]); 8] = [
    ("regular", include_bytes!("fonts/Inter-Regular.otf")),
    ("bold", include_bytes!("fonts/Inter-SemiBold.otf")),
    ("arabic", include_bytes!("fonts/NotoSansArabic-Bold.ttf")),
    (
        "armenian",
        include_bytes!("fonts/NotoSansArmenian-Bold.ttf"),
    ),
    (
        "devanagari",
        include_bytes!("fonts/NotoSansDevanagari-Bold.ttf"),
    ),
    (
        "georgian",
        include_bytes!("fonts/NotoSansGeorgian-Bold.ttf"),
    ),
    ("hebrew", include_bytes!("fonts/NotoSansHebrew-Bold.ttf")),
    ("thai", include_bytes!("fonts/NotoSansThai-Bold.ttf")),
];

/// Parsing the fonts takes longer than setting a text.
static BUNDLED: LazyLock<Fonts> = LazyLock::new(Fonts::read);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

pub(super) struct Fonts {
    database: Arc<Database>,
    faces: Vec<Face>,
}

impl Fonts {
    pub(super) fn bundled() -> &'static Self {
        &BUNDLED
    }

    pub(super) fn database(&self) -> Arc<Database> {
        self.database.clone()
    }

    /// Finds fonts by our names and never substitutes another: [`crate::card::runs`] has chosen them, since resvg's own
    /// choice leaves boxes where scripts are mixed.
    pub(super) fn resolver(&self) -> FontResolver<'_> {
        FontResolver {
            select_font: Box::new(|font, _| {
                let named = font.families().iter().find_map(|family| match family {
                    FontFamily::Named(name) => self.faces.iter().find(|face| face.name() == name),
                    _ => None,
                });
                named.or(self.faces.first()).map(Face::id)
            }),
            select_fallback: Box::new(|_, _, _| None),
        }
    }

    /// Returns the font for a letter with all its accents.
    pub(super) fn face(&self, letter: &str, weight: Weight) -> Option<&Face> {
        let other = match weight {
            Weight::Regular => "bold",
            Weight::Bold => "regular",
        };
        let mut faces = self.faces.iter().filter(|face| face.name() != other);
        faces.find(|face| letter.chars().all(|c| face.covers(c)))
    }

    /// Whether a font has the letter. Both weights of the main one have the same letters.
    pub(super) fn cover(&self, letter: &str) -> bool {
        self.face(letter, Weight::Bold).is_some()
    }

    fn read() -> Self {
        let mut database = Database::new();
        let mut faces = Vec::new();
        for (name, bytes) in FILES {
            let ids = database.load_font_source(Source::Binary(Arc::new(bytes)));
            faces.extend(ids.first().and_then(|id| Face::read(name, *id, bytes)));
        }
        Self {
            database: Arc::new(database),
            faces,
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;

    #[test]
    fn every_bundled_font_can_be_read() {
        let fonts = Fonts::bundled();
        let names: Vec<&str> = fonts.faces.iter().map(Face::name).collect();
        assert_eq!(names, FILES.map(|(name, _)| name));
    }

    #[test]
    fn the_scripts_of_many_readers_are_covered() {
        let samples = [
            "Zażółć gęślą jaźń",
            "Nguyễn Thị Ánh Tuyết",
            "Съешь ещё этих булок",
            "Її ґанок, Ўзбек, Қазақ",
            "Ξεσκεπάζω την ψυχή",
            "العربية فارسی",
            "עברית",
            "हिन्दी",
            "ภาษาไทย",
            "ქართული",
            "Հայերեն",
            "“1–2” · … € ₽ ₴ № ©",
        ];
        for sample in samples {
            let letters = sample.graphemes(true);
            let lacking: Vec<&str> = letters
                .filter(|letter| !Fonts::bundled().cover(letter))
                .collect();
            assert!(lacking.is_empty(), "{sample}: {lacking:?}");
        }
        assert!(!Fonts::bundled().cover("田"));
        assert!(!Fonts::bundled().cover("🎨"));
    }
}
