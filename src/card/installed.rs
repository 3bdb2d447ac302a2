//! Fonts of the machine, for letters that the bundled ones lack: those of Chinese, Japanese and Korean, and emoji, whose
//! fonts are too large to bundle. Where there are none, such letters are left out.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, Family, Query, Source, Weight};

use crate::card::face::Face;

/// Families with these letters that go with the bundled fonts, the best first. `deploy/Dockerfile` installs one of each.
const FAMILIES: [(&str, &[&str]); 2] = [
    (
        "cjk",
        &[
            "Noto Sans CJK JP",
            "Noto Sans CJK SC",
            "WenQuanYi Micro Hei",
            "Droid Sans Fallback",
        ],
    ),
    ("emoji", &["Noto Emoji", "Symbola"]),
];

/// Bytes of a font: it stays in memory from the first name that needs it on.
const LARGEST: usize = 32 << 20;

pub(super) struct Installed {
    /// These and the bundled ones.
    pub(super) database: Arc<Database>,
    pub(super) faces: Vec<Face>,
}

impl Installed {
    /// Reads one font of each kind, as far as the machine has them.
    pub(super) fn read(bundled: &Database) -> Self {
        let mut machine = Database::new();
        machine.load_system_fonts();
        Self::of(bundled, &machine, &FAMILIES)
    }

    pub(super) fn of(
        bundled: &Database,
        machine: &Database,
        families: &[(&'static str, &[&str])],
    ) -> Self {
        let mut database = bundled.clone();
        let faces = families
            .iter()
            .filter_map(|(name, families)| read(&mut database, machine, name, families));
        let faces = faces.collect();
        Self {
            database: Arc::new(database),
            faces,
        }
    }
}

fn read(
    database: &mut Database,
    machine: &Database,
    name: &'static str,
    families: &[&str],
) -> Option<Face> {
    let families: Vec<Family<'_>> = families.iter().map(|name| Family::Name(name)).collect();
    let found = machine.query(&Query {
        families: &families,
        weight: Weight::BOLD,
        ..Query::default()
    });
    let (bytes, index) = machine.with_face_data(found?, |bytes, index| {
        (bytes.len() <= LARGEST).then(|| (bytes.to_vec(), index))
    })??;
    // It is kept as long as the program runs, like those that are part of it.
    let bytes: &'static [u8] = bytes.leak();
    let ids = database.load_font_source(Source::Binary(Arc::new(bytes)));
    let is_it = |id: &&_| database.face(**id).is_some_and(|it| it.index == index);
    let id = *ids.iter().find(is_it)?;
    Face::read(name, id, bytes, index)
}
