//! JSON that was valid once: fields are missing, of another type, far too long, too deep or too many.

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::prop_oneof;
use proptest::sample::{Index, select};
use proptest::strategy::{Just, Strategy};
use serde_json::{Value, json};

/// Deeper than any real nesting, and not so deep that the parser refuses it.
const DEEP: usize = 100;

/// A change of one value.
#[derive(Clone, Debug)]
enum Mutation {
    Remove,
    Replace(Value),
    Nest,
    /// A text of this many letters in its place.
    Stretch(char, usize),
    /// If it is a list, its first item this many times more.
    Repeat(usize),
}

/// Returns one of these values, with up to three changes.
pub(crate) fn mutated(values: Vec<Value>) -> impl Strategy<Value = Value> {
    let mutations = vec((any::<Index>(), mutation()), 0..4);
    (select(values), mutations).prop_map(|(mut value, mutations)| {
        for (place, mutation) in mutations {
            let places = places(&value);
            if places > 0 {
                apply(&mut value, &mut place.index(places), &mutation);
            }
        }
        value
    })
}

/// Returns any text: letters of all kinds, with invisible marks among them.
pub(crate) fn text(longest: usize) -> impl Strategy<Value = String> {
    vec(letter(), 0..longest).prop_map(|letters| letters.into_iter().collect())
}

pub(crate) fn letter() -> impl Strategy<Value = char> {
    const MARKS: [char; 16] = [
        '\u{200b}',
        '\u{200d}',
        '\u{200f}',
        '\u{202e}',
        '\u{2066}',
        '\u{2069}',
        '\u{feff}',
        '\u{301}',
        '\u{fe0f}',
        '\u{1f468}',
        '\u{1f3fd}',
        'ש',
        'ع',
        '\0',
        '\n',
        '\u{2028}',
    ];
    prop_oneof![2 => any::<char>(), 1 => select(&MARKS[..]), 1 => proptest::char::range(' ', '~')]
}

/// Returns any JSON, and numbers that are mostly useless as counts or ids.
pub(crate) fn json() -> impl Strategy<Value = Value> {
    let numbers = [
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(-1e-300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u32::MAX),
        json!(4_294_967_296_u64),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(numbers.to_vec()),
        text(12).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let named = (text(6), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(named, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let letters = select(vec!['x', '\u{1f469}', '\u{301}', '\n']);
    prop_oneof![
        2 => Just(Mutation::Remove),
        4 => json().prop_map(Mutation::Replace),
        1 => Just(Mutation::Nest),
        1 => (letters, select(vec![300, 5_000, 100_000])).prop_map(|(c, times)| Mutation::Stretch(c, times)),
        1 => select(vec![101, 1_001, 5_000]).prop_map(Mutation::Repeat),
    ]
}

/// Returns how many values are inside a value.
fn places(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(|item| 1 + places(item)).sum(),
        Value::Object(fields) => fields.values().map(|field| 1 + places(field)).sum(),
        _ => 0,
    }
}

/// Changes the value with this number; counts the number down on the way.
fn apply(value: &mut Value, number: &mut usize, mutation: &Mutation) -> bool {
    match value {
        Value::Array(items) => {
            for index in 0..items.len() {
                if *number == 0 {
                    match mutation {
                        Mutation::Remove => drop(items.remove(index)),
                        mutation => change(&mut items[index], mutation),
                    }
                    return true;
                }
                *number -= 1;
                if apply(&mut items[index], number, mutation) {
                    return true;
                }
            }
        }
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            for name in names {
                if *number == 0 {
                    match mutation {
                        Mutation::Remove => drop(fields.remove(&name)),
                        mutation => change(&mut fields[&name], mutation),
                    }
                    return true;
                }
                *number -= 1;
                if apply(&mut fields[&name], number, mutation) {
                    return true;
                }
            }
        }
        _ => {}
    }
    false
}

fn change(value: &mut Value, mutation: &Mutation) {
    match mutation {
        Mutation::Remove => {}
        Mutation::Replace(other) => *value = other.clone(),
        Mutation::Nest => {
            for _ in 0..DEEP {
                *value = json!([value.take()]);
            }
        }
        Mutation::Stretch(letter, times) => *value = letter.to_string().repeat(*times).into(),
        Mutation::Repeat(times) => {
            if let Some(first) = value.get(0).cloned() {
                let more = std::iter::repeat_n(first, *times);
                value.as_array_mut().unwrap().extend(more);
            }
        }
    }
}
