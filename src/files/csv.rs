//! The whole ranking as a file for spreadsheets. Pure.
//!
//! Spreadsheets set to a language with a decimal comma expect semicolons between cells and commas in numbers: Excel in
//! Russian takes `0.3` for a text, and `1.5` for the first of May. Others expect commas and points (RFC 4180). So the
//! reader's language decides.

use crate::files::Listing;
use crate::files::cell::Cell;
use crate::files::columns::{cells, heading};
use crate::locales::{Locale, is_joiner, is_month, is_truth, single_line};

/// The byte order mark: without it Excel assumes the machine's own encoding.
const MARK: &str = "\u{feff}";

/// The beginnings of formulas, in spreadsheets of any language.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What may end a cell if a spreadsheet is set to other separators.
const SEPARATORS: [char; 4] = [',', ';', '|', '"'];

/// The longest whole number that spreadsheets show unchanged; longer ones lose their last digits.
const SHOWN_DIGITS: usize = 11;

/// What may be in a number or a time besides digits and month names.
const IN_VALUES: [&str; 3] = ["e", "am", "pm"];

/// Returns the ranking as separated values, in UTF-8.
pub(super) fn write(listing: &Listing<'_>) -> Result<Vec<u8>, csv::Error> {
    let locale = listing.locale;
    let titles = heading(listing).into_iter().chain([locale.sheet_id()]);
    let rows = (1..).zip(&listing.ranking.rows).map(|(place, row)| {
        let id = Cell::Id(row.id.to_string());
        let cells = cells(listing, place, row).into_iter();
        cells.chain([id]).collect()
    });
    table(locale, titles, rows)
}

/// Returns a table as separated values, in UTF-8.
pub(super) fn table(
    locale: &Locale,
    titles: impl Iterator<Item = String>,
    rows: impl Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, csv::Error> {
    let decimal = locale.decimal();
    let separator = if decimal == ',' { b';' } else { b',' };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(MARK.as_bytes().to_vec());
    writer.write_record(titles)?;
    for row in rows {
        let cells = row.into_iter();
        writer.write_record(cells.map(|cell| written(cell, decimal)))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn written(cell: Cell, decimal: char) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(said) | Cell::Link(said) | Cell::Account(said, _) => text(&said),
        Cell::Id(said) => id(&said),
        Cell::Whole(number) => number.to_string(),
        // Per cent signs would be part of the number to Excel alone.
        Cell::Share(number) => {
            format!("{number:.6}").replace('.', decimal.encode_utf8(&mut [0; 4]))
        }
    }
}

/// Returns an id as a text, of which no digit is lost: `="7"` is a formula to Excel and its own text to everything else,
/// and a tab or a space before it is dropped by some. An apostrophe is part of the text everywhere, and a program that
/// reads the file finds one before every id.
fn id(id: &str) -> String {
    format!("'{}", single_line(id))
}

/// Returns a text on one line that no spreadsheet executes or reinterprets: an apostrophe turns what would be a
/// formula, a number or a date into text.
fn text(text: &str) -> String {
    let text = single_line(text);
    let mut safe = String::new();
    if reads_as_value(&text) {
        safe.push('\'');
    }
    let mut begins = safe.is_empty();
    for c in text.chars() {
        if begins && FORMULA.contains(&c) {
            safe.push('\'');
        }
        begins = SEPARATORS.contains(&c) || begins && (c == ' ' || is_joiner(c));
        safe.push(c);
    }
    safe
}

/// Whether a spreadsheet would show something else: a number for `0012`, a date for `march1`.
fn reads_as_value(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && (text.len() <= SHOWN_DIGITS && !text.starts_with('0') || text == "0") {
        return false;
    }
    let text = text.to_lowercase();
    let mut words = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty());
    let has_digits = text.chars().any(char::is_numeric);
    is_truth(&text) || has_digits && words.all(|word| is_month(word) || IN_VALUES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::test_support;
    use crate::model::{AccountId, FileKind, Similar, example};

    fn row(name: &str) -> Similar {
        Similar {
            id: AccountId::new("17841400000000001"),
            name: name.to_owned(),
            bio: "Bread,\n=1 day at a time".to_owned(),
            verified: true,
            ..example::row("bob")
        }
    }

    fn lines(code: &str, rows: Vec<Similar>) -> Vec<String> {
        let csv = test_support::written(code, FileKind::Csv, rows);
        let csv = String::from_utf8(csv).expect("UTF-8");
        let csv = csv.strip_prefix(MARK).expect("the mark");
        csv.lines().map(str::to_owned).collect()
    }

    #[test]
    fn each_column_says_what_it_is() {
        insta::assert_snapshot!(lines("en", vec![row("Bob")]).join("\n"), @r#"
        Place,Name,Account,Followers,Share of the followers who follow it too,The share is at least this (95% interval),The share is at most this (95% interval),Overlap,Of its own,Match,Shared,Bio,Verified,Link to the profile,Very likely in the top 20,"Of 40 followers checked, follow it too","Of all 100 followers, follow it too (where they were counted)",Person or organisation (guessed from its words),How likely that is,Words that decided it,"Id, after an apostrophe that keeps all its digits"
        1,Bob,bob,1000,0.300000,0.202966,0.419035,0.028037,0.029791,0.094868,30,"Bread, '=1 day at a time",yes,https://x.test/bob,,12,,person,0.929308,"at, time, bob",'17841400000000001
        "#);
    }

    #[test]
    fn a_russian_spreadsheet_finds_its_own_marks() {
        insta::assert_snapshot!(lines("ru", vec![row("Иван; Пётр")]).join("\n"), @r#"
        Место;Имя;Аккаунт;Подписчики;Доля подписчиков, подписанных и на него;Доля не меньше (95%-й интервал);Доля не больше (95%-й интервал);Пересечение;Доля своих;Совпадение;Общих;О себе;Подтверждён;Ссылка на профиль;Скорее всего, в первых 20;Подписаны и на него из числа проверенных (40);Подписаны и на него из всех подписчиков (100), если посчитаны;Человек или организация (угадано по словам);Насколько это вероятно;Решающие слова;ID (апостроф впереди — чтобы не потерялись цифры)
        1;"Иван; Пётр";bob;1000;0,300000;0,202966;0,419035;0,028037;0,029791;0,094868;30;Bread, '=1 day at a time;да;https://x.test/bob;;12;;человек;0,994670;иван, at, time;'17841400000000001
        "#);
    }

    #[test]
    fn a_name_that_is_a_formula_stays_a_name() {
        for (name, cell) in [
            ("=1+1", "'=1+1"),
            ("Bob, \"the\nbuilder\"", "\"Bob, \"\"the builder\"\"\""),
            ("\u{202e}\t -1; @A1", "'-1; '@A1"),
            ("\u{200d} =1", "'=1"),
        ] {
            let lines = lines("en", vec![row(name)]);
            let [_, row] = &lines[..] else {
                panic!("a heading and a row: {lines:?}");
            };
            assert!(row.starts_with(&format!("1,{cell},bob,1000,")), "{row}");
        }
    }

    #[test]
    fn what_a_spreadsheet_would_change_stays_text() {
        for changed in [
            "1500000000000000101",
            "0012",
            "1e5",
            "1.5",
            "12-05",
            "3/4",
            "12:30 pm",
            "$5",
            "march1",
            "DEC2020",
            "1 мая",
            "TRUE",
            "ложь",
            "１２",
        ] {
            assert_eq!(text(changed), format!("'{changed}"));
        }
        for same in [
            "7",
            "0",
            "12345678901",
            "bob",
            "user12",
            "mars2",
            "may",
            "e.t",
            "7up",
            "",
        ] {
            assert_eq!(text(same), same);
        }
        assert_eq!(text("-1"), "'-1", "one apostrophe is enough");
        assert_eq!(
            text("\u{200d}=A1"),
            "\u{200d}'=A1",
            "nothing hides a formula"
        );
    }
}
