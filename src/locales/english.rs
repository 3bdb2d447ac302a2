//! English.

use crate::locales::Language;
use crate::locales::number::Marks;

pub(super) struct English;

impl Language for English {
    const CODE: &'static str = "en";
    const NAMES: &'static [&'static str] = &["English", "английский"];
    const TEXTS: &'static str = include_str!("english.ftl");
    /// `12,345` and `1.2`.
    const MARKS: Marks = Marks {
        thousands: ',',
        decimal: '.',
    };
}
