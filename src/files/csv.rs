//! The whole ranking as a file for spreadsheets. Pure.

use crate::locales::flat;
use crate::model::{Handle, Ranking, Similar};
use crate::sampling::{Interval, USUAL, share};

/// What a formula begins with, as spreadsheets of all languages read it.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What a cell may end with besides our comma, where a spreadsheet is set to read files that way.
const SEPARATORS: [char; 4] = [',', ';', '|', '"'];

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

/// The ranking as comma-separated values in UTF-8.
pub(super) fn write(
    ranking: &Ranking,
    link: impl Fn(&Handle) -> Option<String>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADING)?;
    for (row, rank) in ranking.rows.iter().zip(1u64..) {
        writer.write_record(record(ranking, row, rank, link(&row.handle)))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn record(ranking: &Ranking, row: &Similar, rank: u64, link: Option<String>) -> [String; 13] {
    let tally = row.tally();
    let Interval { low, high } = share(&ranking.sample, &tally, USUAL);
    let part = tally.share(&ranking.sample);
    let confirmed = row.confirmed.map(|all| all.to_string());
    [
        rank.to_string(),
        harmless(&row.handle.0),
        harmless(&row.name),
        row.followers
            .map_or_else(String::new, |followers| followers.to_string()),
        row.shared.to_string(),
        format!("{part:.6}"),
        format!("{low:.6}"),
        format!("{high:.6}"),
        confirmed.unwrap_or_default(),
        format!("{:.6}", row.score),
        if row.sure { "yes" } else { "" }.to_owned(),
        harmless(&link.unwrap_or_default()),
        harmless(row.id.as_str()),
    ]
}

/// In one line, and with nothing in it that a spreadsheet would run: an apostrophe makes text of what
/// begins like a formula.
fn harmless(text: &str) -> String {
    let mut safe = String::new();
    let mut begins = true;
    for c in flat(text).chars() {
        if begins && FORMULA.contains(&c) {
            safe.push('\'');
        }
        begins = SEPARATORS.contains(&c) || begins && c == ' ';
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, Followers, Sample};

    fn row(name: &str) -> Similar {
        Similar {
            id: AccountId::new("7"),
            handle: Handle("bob".to_owned()),
            name: name.to_owned(),
            bio: String::new(),
            picture: None,
            followers: Some(1_000),
            verified: false,
            shared: 12,
            confirmed: None,
            score: 0.25,
            sure: false,
        }
    }

    #[test]
    fn a_name_that_is_a_formula_stays_a_name() {
        let ranking = Ranking {
            measure: "peers".to_owned(),
            rows: vec![
                row("=1+1"),
                row("Bob, \"the\nbuilder\""),
                row("\u{202e}\t -1; @A1"),
            ],
            sample: Sample {
                audience: 100,
                listed: 100,
                readable: 40,
                read: 40,
            },
            followers: Followers::default(),
            undecided: 0,
            in_doubt: 0,
            precision: 0.2,
            requests: 9,
            saved: 0,
            made_at: chrono::DateTime::UNIX_EPOCH,
        };
        let csv = write(&ranking, |handle| Some(format!("https://x.test/{handle}")));
        let text = String::from_utf8(csv.expect("rows of eight")).expect("UTF-8");
        assert_eq!(
            text,
            "rank,handle,name,followers,shared,share,low,high,confirmed,score,sure,link,id\n\
             1,bob,'=1+1,1000,12,0.300000,0.300000,0.300000,,0.250000,,https://x.test/bob,7\n\
             2,bob,\"Bob, \"\"the builder\"\"\",1000,12,0.300000,0.300000,0.300000,,0.250000,,https://x.test/bob,7\n\
             3,bob,'-1; '@A1,1000,12,0.300000,0.300000,0.300000,,0.250000,,https://x.test/bob,7\n"
        );
    }
}
