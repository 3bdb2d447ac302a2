//! The whole ranking as a file for spreadsheets. Pure.
//!
//! Spreadsheets set to a language with a decimal comma expect semicolons between cells, and others commas (RFC 4180).
//! So the reader's language decides.

use crate::locales::{Locale, is_joiner, is_month, is_truth, single_line};
use crate::model::{Handle, Ranking, Similar};
use crate::sampling::{Interval, USUAL, share};

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

/// The columns.
const HEADING: [&str; 13] = [
    "rank",
    "handle",
    "name",
    "followers",
    "shared",
    "share",
    "low",
    "high",
    "confirmed",
    "score",
    "sure",
    "link",
    "id",
];

/// Returns the ranking as separated values, in UTF-8.
pub(super) fn write(
    locale: &Locale,
    ranking: &Ranking,
    link: impl Fn(&Handle) -> Option<String>,
) -> Result<Vec<u8>, csv::Error> {
    let decimal = locale.decimal();
    let separator = if decimal == ',' { b';' } else { b',' };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(MARK.as_bytes().to_vec());
    writer.write_record(HEADING)?;
    for (row, rank) in ranking.rows.iter().zip(1u64..) {
        let record = record(ranking, row, rank, link(&row.handle), decimal);
        writer.write_record(record)?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn record(
    ranking: &Ranking,
    row: &Similar,
    rank: u64,
    link: Option<String>,
    decimal: char,
) -> [String; 13] {
    let tally = row.tally();
    let Interval { low, high } = share(&ranking.sample, &tally, USUAL);
    let part = tally.share(&ranking.sample);
    let confirmed = row.confirmed.map(|all| all.to_string());
    let fraction =
        |number: f64| format!("{number:.6}").replace('.', decimal.encode_utf8(&mut [0; 4]));
    [
        rank.to_string(),
        text(&row.handle.0),
        text(&row.name),
        row.followers
            .map_or_else(String::new, |followers| followers.to_string()),
        row.shared.to_string(),
        fraction(part),
        fraction(low),
        fraction(high),
        confirmed.unwrap_or_default(),
        fraction(row.score),
        if row.sure { "yes" } else { "" }.to_owned(),
        text(&link.unwrap_or_default()),
        text(row.id.as_str()),
    ]
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
    use crate::locales;
    use crate::model::{AccountId, example};

    fn row(name: &str) -> Similar {
        Similar {
            id: AccountId::new("7"),
            name: name.to_owned(),
            ..example::row("bob")
        }
    }

    fn written(code: &str, rows: Vec<Similar>) -> String {
        let locale = locales::all().find(|locale| locale.code() == code);
        let link = |handle: &Handle| Some(format!("https://x.test/{handle}"));
        let csv = write(
            locale.expect("it is there"),
            &example::ranking(rows, 100, 40, 40),
            link,
        );
        String::from_utf8(csv.expect("rows of thirteen")).expect("UTF-8")
    }

    #[test]
    fn a_name_that_is_a_formula_stays_a_name() {
        let rows = vec![
            row("=1+1"),
            row("Bob, \"the\nbuilder\""),
            row("\u{202e}\t -1; @A1"),
            row("\u{200d} =1"),
        ];
        assert_eq!(
            written("en", rows),
            "\u{feff}rank,handle,name,followers,shared,share,low,high,confirmed,score,sure,link,id\n\
             1,bob,'=1+1,1000,12,0.300000,0.202966,0.419035,,0.250000,,https://x.test/bob,7\n\
             2,bob,\"Bob, \"\"the builder\"\"\",1000,12,0.300000,0.202966,0.419035,,0.250000,,https://x.test/bob,7\n\
             3,bob,'-1; '@A1,1000,12,0.300000,0.202966,0.419035,,0.250000,,https://x.test/bob,7\n\
             4,bob,'=1,1000,12,0.300000,0.202966,0.419035,,0.250000,,https://x.test/bob,7\n"
        );
    }

    #[test]
    fn a_russian_spreadsheet_finds_its_own_marks() {
        assert_eq!(
            written("ru", vec![row("Иван; Пётр")]),
            "\u{feff}rank;handle;name;followers;shared;share;low;high;confirmed;score;sure;link;id\n\
             1;bob;\"Иван; Пётр\";1000;12;0,300000;0,202966;0,419035;;0,250000;;https://x.test/bob;7\n"
        );
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
