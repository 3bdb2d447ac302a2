//! Lenient parsing of responses: an odd field only costs itself, and an odd item of a list only costs itself. Clients
//! read everything that other people have written through these types.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::model::Cursor;

/// Counts from here on are not real.
const TOO_MANY: f64 = 1e15;

/// `None` if it is absent, null or of another kind.
#[derive(Debug)]
pub(super) struct Field<T>(pub(super) Option<T>);

/// A list without its odd items.
#[derive(Debug)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
    /// How many were left out.
    pub(super) lost: u64,
}

/// A whole number, which may come as text or with an exponent. `None` if it is negative, of another kind or missing:
/// that is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LenientCount(pub(super) Option<u64>);

/// An id or a name, which may come as a number. `None` if it is empty, of another kind or missing.
#[derive(Debug, Default)]
pub(super) struct Text(pub(super) Option<String>);

/// The cursor of the next page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum NextCursor {
    /// There is none: null, false, empty or missing.
    #[default]
    End,
    /// A text, or a number.
    Cursor(String),
    /// There is one, but not in a usable form.
    Odd,
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(read(&Box::<RawValue>::deserialize(deserializer)?)))
    }
}

impl Field<bool> {
    pub(super) fn is_true(&self) -> bool {
        self.0 == Some(true)
    }
}

impl Field<String> {
    /// Returns the text; an empty one if there is none.
    pub(super) fn or_empty(self) -> String {
        self.0.unwrap_or_default()
    }

    /// Returns the text; `None` also if it is empty.
    pub(super) fn filled(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            lost: 0,
        }
    }
}

impl<T> Items<T> {
    /// Maps each item; those that `make` returns `None` for are lost, too.
    pub(super) fn and_then<U>(self, make: impl FnMut(T) -> Option<U>) -> Items<U> {
        let before = self.items.len();
        let items: Vec<U> = self.items.into_iter().filter_map(make).collect();
        let lost = self.lost + (before - items.len()) as u64;
        Items { items, lost }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EachItem(PhantomData))
    }
}

struct EachItem<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for EachItem<T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut read_so_far = Items::default();
        while let Some(item) = list.next_element::<Box<RawValue>>()? {
            match read(&item) {
                Some(item) => read_so_far.items.push(item),
                None => read_so_far.lost += 1,
            }
        }
        Ok(read_so_far)
    }
}

impl<'de> Deserialize<'de> for LenientCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let digits = raw.get().trim_matches('"').trim();
        let whole = || {
            let number = digits.parse::<f64>().ok()?;
            let is_whole = number.fract() == 0.0 && (0.0..TOO_MANY).contains(&number);
            is_whole.then_some(number as u64)
        };
        Ok(Self(digits.parse().ok().or_else(whole)))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match NextCursor::deserialize(deserializer)? {
            NextCursor::Cursor(text) => Some(text),
            NextCursor::End | NextCursor::Odd => None,
        }))
    }
}

impl NextCursor {
    /// Returns the cursor; `None` at the end, and if it is odd.
    pub(super) fn cursor(self) -> Option<Cursor> {
        match self {
            NextCursor::Cursor(text) => Some(Cursor(text)),
            NextCursor::End | NextCursor::Odd => None,
        }
    }
}

impl<'de> Deserialize<'de> for NextCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(match raw.get() {
            "null" | "false" | "\"\"" => NextCursor::End,
            // As it is written: some have more digits than a number in memory keeps.
            number if number.bytes().all(|digit| digit.is_ascii_digit()) => {
                NextCursor::Cursor(number.to_owned())
            }
            _ => read(&raw).map_or(NextCursor::Odd, NextCursor::Cursor),
        })
    }
}

/// Deserialises a field, or its default if it is odd.
///
/// # Errors
/// Only if the input is not JSON.
pub(super) fn or_default<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: DeserializeOwned + Default,
    D: Deserializer<'de>,
{
    Ok(Field::deserialize(deserializer)?.0.unwrap_or_default())
}

fn read<T: DeserializeOwned>(raw: &RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<T: DeserializeOwned>(json: &str) -> T {
        serde_json::from_str(json).expect("anything is read")
    }

    #[test]
    fn a_count_is_read_in_every_form_and_nothing_else_is_one() {
        for (json, count) in [
            ("0", Some(0)),
            ("40", Some(40)),
            ("\"40\"", Some(40)),
            ("5e9", Some(5_000_000_000)),
            ("40.0", Some(40)),
            ("-1", None),
            ("\"-1\"", None),
            ("1.5", None),
            ("1e300", None),
            ("null", None),
            ("\"many\"", None),
            ("\"NaN\"", None),
            ("\"\"", None),
            ("true", None),
            ("[40]", None),
            ("{}", None),
        ] {
            assert_eq!(of::<LenientCount>(json).0, count, "{json}");
        }
    }

    #[test]
    fn an_odd_item_costs_itself() {
        #[derive(Deserialize)]
        struct Named {
            name: String,
        }
        let json = r#"[{"name":"a"},null,{"name":7},7,[],{},{"name":"b","odd":[{}]}]"#;
        let list: Items<Named> = of(json);
        let names: Vec<&str> = list.items.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names, list.lost), (vec!["a", "b"], 5));
        let long: Items<String> = list.and_then(|one| (one.name == "b").then_some(one.name));
        assert_eq!((long.items, long.lost), (vec!["b".to_owned()], 6));
        assert!(serde_json::from_str::<Items<String>>("null").is_err());
        assert!(of::<Field<Items<String>>>("null").0.is_none());
    }

    #[test]
    fn an_id_is_the_same_as_a_number_and_as_text() {
        for (json, text) in [
            ("\"110000000000000001\"", Some("110000000000000001")),
            ("11000000000000000000001", Some("11000000000000000000001")),
            ("1.5", None),
            ("\"\"", None),
            ("null", None),
            ("{}", None),
        ] {
            assert_eq!(of::<Text>(json).0.as_deref(), text, "{json}");
        }
    }

    #[test]
    fn a_cursor_that_cannot_be_asked_with_is_no_end() {
        for end in ["null", "false", "\"\""] {
            assert_eq!(of::<NextCursor>(end), NextCursor::End, "{end}");
        }
        assert_eq!(of::<NextCursor>("25"), NextCursor::Cursor("25".into()));
        assert_eq!(
            of::<NextCursor>("\"QVFE\""),
            NextCursor::Cursor("QVFE".into())
        );
        for odd in ["{}", "[1]", "true", "-1", "1.5"] {
            assert_eq!(of::<NextCursor>(odd), NextCursor::Odd, "{odd}");
        }
    }
}
