//! The fonts of cards, which scripts they cover, and how wide a text is in them.

use std::sync::{Arc, LazyLock, OnceLock};

use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{FontFamily, FontResolver};

use crate::card::face::Face;
use crate::card::installed::Installed;

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
static ALL: LazyLock<Fonts> = LazyLock::new(Fonts::read);

/// What is drawn with them is the same on every machine.
#[cfg(test)]
static BUNDLED: LazyLock<Fonts> = LazyLock::new(|| Fonts::read().on_machine(&Database::new(), &[]));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

pub(super) struct Fonts {
    database: Arc<Database>,
    faces: Vec<Face>,
    /// The machine's, which are read when a letter is lacking for the first time.
    installed: OnceLock<Installed>,
}

impl Fonts {
    pub(super) fn all() -> &'static Self {
        &ALL
    }

    #[cfg(test)]
    pub(super) fn bundled() -> &'static Self {
        &BUNDLED
    }

    /// Returns what a drawing is rendered with, once its texts are set.
    pub(super) fn database(&self) -> Arc<Database> {
        let installed = self.installed.get();
        let database = installed.map_or(&self.database, |installed| &installed.database);
        database.clone()
    }

    /// Finds fonts by our names and never substitutes another: [`crate::card::runs`] has chosen them, since resvg's own
    /// choice leaves boxes where scripts are mixed.
    pub(super) fn resolver(&self) -> FontResolver<'_> {
        FontResolver {
            select_font: Box::new(|font, _| {
                let named = font.families().iter().find_map(|family| match family {
                    FontFamily::Named(name) => self.named(name),
                    _ => None,
                });
                named.or(self.faces.first()).map(Face::id)
            }),
            select_fallback: Box::new(|_, _, _| None),
        }
    }

    /// Returns the font for a letter with all its accents.
    pub(super) fn face(&self, letter: &str, weight: Weight) -> Option<&Face> {
        let installed = || self.installed().find(|face| has(face, letter));
        self.bundled_face(letter, weight).or_else(installed)
    }

    fn bundled_face(&self, letter: &str, weight: Weight) -> Option<&Face> {
        let other = match weight {
            Weight::Regular => "bold",
            Weight::Bold => "regular",
        };
        let mut faces = self.faces.iter().filter(|face| face.name() != other);
        faces.find(|face| has(face, letter))
    }

    fn installed(&self) -> impl Iterator<Item = &Face> {
        let installed = || Installed::read(&self.database);
        self.installed.get_or_init(installed).faces.iter()
    }

    fn named(&self, name: &str) -> Option<&Face> {
        let installed = self.installed.get().into_iter();
        let installed = installed.flat_map(|installed| &installed.faces);
        let mut faces = self.faces.iter().chain(installed);
        faces.find(|face| face.name() == name)
    }

    /// Whether a font has the letter. Both weights of the main one have the same letters.
    pub(super) fn cover(&self, letter: &str) -> bool {
        self.face(letter, Weight::Bold).is_some()
    }

    /// Whether a bundled font has the letter.
    pub(super) fn bundle(&self, letter: &str) -> bool {
        self.bundled_face(letter, Weight::Bold).is_some()
    }

    fn read() -> Self {
        let mut database = Database::new();
        let mut faces = Vec::new();
        for (name, bytes) in FILES {
            let ids = database.load_font_source(Source::Binary(Arc::new(bytes)));
            faces.extend(ids.first().and_then(|id| Face::read(name, *id, bytes, 0)));
        }
        Self {
            database: Arc::new(database),
            faces,
            installed: OnceLock::new(),
        }
    }

    /// Returns these on another machine, with these families of it.
    #[cfg(test)]
    fn on_machine(self, machine: &Database, families: &[(&'static str, &[&str])]) -> Self {
        let installed = Installed::of(&self.database, machine, families);
        Self {
            installed: OnceLock::from(installed),
            ..self
        }
    }
}

fn has(face: &Face, letter: &str) -> bool {
    letter.chars().all(|c| face.covers(c))
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

    /// The main fonts, on a machine where this family is installed.
    fn with_installed(family: &'static str) -> Fonts {
        let mut machine = Database::new();
        machine.load_fonts_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/card/fonts"));
        let mut fonts = Fonts::read();
        fonts.faces.truncate(2);
        fonts.on_machine(&machine, &[("other", &["Of no machine", family])])
    }

    #[test]
    fn letters_that_no_bundled_font_has_are_set_in_the_machines() {
        let fonts = with_installed("Noto Sans Georgian");
        assert!(!fonts.bundle("ქ"));
        let face = fonts.face("ქ", Weight::Regular).expect("it is installed");
        assert_eq!(face.name(), "other");
        assert!(face.width("ქართული") > 0.0);
        assert!(fonts.database().face(face.id()).is_some());
        let own = fonts.face("a", Weight::Regular).expect("it is bundled");
        assert_eq!(own.name(), "regular");
        assert_eq!(fonts.named("other").map(Face::id), Some(face.id()));
    }

    #[test]
    fn a_machine_without_such_a_font_draws_what_the_bundled_ones_have() {
        let fonts = with_installed("Nor of this one");
        assert!(fonts.cover("a"));
        assert!(!fonts.cover("ქ"));
    }
}
