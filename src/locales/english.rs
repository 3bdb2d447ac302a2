//! English.

use crate::locales::Language;

pub(super) struct English;

impl Language for English {
    const CODE: &'static str = "en";
    const TEXTS: &'static str = include_str!("english.ftl");

    /// `12,345` and `1.2`.
    fn number(number: f64) -> String {
        let text = number.to_string();
        let (whole, fraction) = match text.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text.as_str(), None),
        };
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        match fraction {
            Some(fraction) => format!("{grouped}.{fraction}"),
            None => grouped,
        }
    }
}
