//! A comparison as tables and for programs: who follows whom, who is close to all, who is followed more by one audience.
//! Pure.
//!
//! Each line is about one audience and one account, so that all three tables have the same columns, and can be filtered
//! and pivoted.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::files::cell::Cell;
use crate::files::kinds::{self, KindReport};
use crate::files::xlsx::Table;
use crate::locales::Locale;
use crate::model::{
    AccountId, Audience, Audiences, Compared, Handle, NetworkName, Sample, Similar, Tally,
};
use crate::sampling::{Interval, USUAL, share};

/// The columns of audiences, accounts and names, and their width.
const WIDE: [u16; 3] = [1, 3, 4];
const WIDTH: f64 = 26.0;

/// What a comparison is written from.
pub struct Comparison<'a> {
    /// The reader's language.
    pub locale: &'a Locale,
    pub network: &'a NetworkName,
    pub audiences: &'a Audiences,
    pub made_at: DateTime<Utc>,
    /// Returns the web address of an account.
    pub link: &'a dyn Fn(&Handle) -> Option<String>,
}

/// Returns a sheet for each table.
pub(super) fn tables(comparison: &Comparison<'_>) -> Vec<Table> {
    let locale = comparison.locale;
    let own = owned(comparison).into_iter().flat_map(|(_, rows)| rows);
    let sheets = [
        (locale.sheet_matrix(), matrix(comparison)),
        (locale.sheet_close(), close(comparison)),
        (locale.sheet_own(), own.collect()),
    ];
    let tables = sheets.into_iter().map(|(name, rows)| Table {
        name,
        titles: titles(locale),
        widths: WIDE.map(|column| (column, WIDTH)).to_vec(),
        rows,
    });
    tables.collect()
}

/// Returns all tables as one: the first column tells which.
pub(super) fn table(comparison: &Comparison<'_>) -> (Vec<String>, Vec<Vec<Cell>>) {
    let locale = comparison.locale;
    let tables = [
        (locale.sheet_matrix(), matrix(comparison)),
        (locale.sheet_close(), close(comparison)),
    ];
    let tables = tables.into_iter().chain(owned(comparison));
    let rows = tables.flat_map(|(name, rows)| {
        rows.into_iter().map(move |row| {
            let named = [Cell::Text(name.clone())].into_iter();
            named.chain(row).collect()
        })
    });
    let titles = [locale.sheet_table()].into_iter().chain(titles(locale));
    (titles.collect(), rows.collect())
}

fn titles(locale: &Locale) -> Vec<String> {
    [
        locale.sheet_place(),
        locale.sheet_followers_of(),
        locale.page_followers(),
        locale.page_account(),
        locale.sheet_name(),
        locale.sheet_share(),
        locale.sheet_share_least(),
        locale.sheet_share_most(),
        locale.sheet_checked(),
        locale.sheet_checked_follow(),
        locale.sheet_counted_follow(),
    ]
    .into_iter()
    .chain(kinds::heading(locale))
    .collect()
}

/// Returns who of each audience follows the owners of the others, and none of them.
fn matrix(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    let each = &comparison.audiences.each;
    let mut rows = Vec::new();
    for audience in each {
        for (other, tally) in each.iter().zip(&audience.with) {
            let account = [
                account(comparison, &other.own_name, &other.handle),
                Cell::Text(other.name.clone()),
            ];
            let kind = kinds::none();
            rows.extend(tally.map(|tally| row(comparison, None, audience, account, &tally, kind)));
        }
        let nobody = [Cell::Text(comparison.locale.sheet_alone()), Cell::Empty];
        let kind = kinds::none();
        rows.push(row(
            comparison,
            None,
            audience,
            nobody,
            &audience.alone,
            kind,
        ));
    }
    rows
}

fn close(comparison: &Comparison<'_>) -> Vec<Vec<Cell>> {
    accounts(comparison, &comparison.audiences.close)
}

/// Returns whom each audience follows more than the others, with the name of the table.
fn owned(comparison: &Comparison<'_>) -> Vec<(String, Vec<Vec<Cell>>)> {
    let each = comparison.audiences.each.iter().map(|audience| {
        let name = comparison.locale.sheet_own_by(&audience.called);
        (name, accounts(comparison, &audience.own))
    });
    each.collect()
}

/// Returns a line for each audience of each account.
fn accounts(comparison: &Comparison<'_>, compared: &[Compared]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for (
        place,
        Compared {
            account: it,
            counts,
        },
    ) in (1..).zip(compared)
    {
        for (audience, tally) in comparison.audiences.each.iter().zip(counts) {
            let account = [
                account(comparison, &it.handle, &it.handle),
                Cell::Text(it.name.clone()),
            ];
            let kind = kinds::cells(comparison.locale, comparison.network.as_str(), it);
            rows.push(row(comparison, Some(place), audience, account, tally, kind));
        }
    }
    rows
}

fn account(comparison: &Comparison<'_>, name: &Handle, address: &Handle) -> Cell {
    let link = (comparison.link)(address).filter(|link| link.starts_with("https://"));
    Cell::Account(name.0.clone(), link)
}

fn row(
    comparison: &Comparison<'_>,
    place: Option<u64>,
    audience: &Audience,
    account_and_name: [Cell; 2],
    tally: &Tally,
    kind: [Cell; 3],
) -> Vec<Cell> {
    let Interval { low, high } = share(&audience.sample, tally, USUAL);
    let place = place.map_or(Cell::Empty, Cell::Whole);
    let owner = account(comparison, &audience.own_name, &audience.handle);
    [place, owner, Cell::Whole(audience.followers)]
        .into_iter()
        .chain(account_and_name)
        .chain([
            Cell::Share(tally.share(&audience.sample)),
            Cell::Share(low),
            Cell::Share(high),
            Cell::Whole(audience.sample.read),
            Cell::Whole(tally.counted),
            tally.confirmed.map_or(Cell::Empty, Cell::Whole),
        ])
        .chain(kind)
        .collect()
}

/// A comparison for programs.
#[derive(Serialize)]
pub(super) struct ComparisonReport<'a> {
    network: String,
    made_at: DateTime<Utc>,
    audiences: Vec<AudienceReport<'a>>,
    close_to_all: Vec<AccountReport<'a>>,
}

#[derive(Serialize)]
struct AudienceReport<'a> {
    handle: &'a str,
    name: &'a str,
    followers: u64,
    followers_listed: u64,
    followers_read: u64,
    /// All numbers are about its newest followers.
    newest_only: bool,
    /// Of its followers, how many follow each of the others, and none of them.
    follows: Vec<ShareReport<'a>>,
    follows_no_other: ShareReport<'a>,
    followed_more: Vec<AccountReport<'a>>,
}

#[derive(Serialize)]
struct AccountReport<'a> {
    id: &'a AccountId,
    handle: &'a str,
    name: &'a str,
    /// `None` if the network does not tell.
    followers: Option<u64>,
    #[serde(flatten)]
    kind: KindReport,
    /// Of each audience, how many follow it.
    shares: Vec<ShareReport<'a>>,
}

#[derive(Serialize)]
struct ShareReport<'a> {
    /// Whom they follow, or whose followers they are.
    handle: &'a str,
    /// Of all followers, counted or estimated, with its 95% interval.
    share: f64,
    low: f64,
    high: f64,
    /// How many of the followers read follow it.
    counted: u64,
    /// How many of all listed followers follow it, if that is known.
    confirmed: Option<u64>,
}

pub(super) fn report<'a>(comparison: &Comparison<'a>) -> ComparisonReport<'a> {
    let Audiences { each, close } = comparison.audiences;
    let audiences = each.iter().map(|audience| {
        let with = each.iter().zip(&audience.with);
        let follows = with.filter_map(|(other, tally)| {
            Some(share_of(&other.own_name, &audience.sample, tally.as_ref()?))
        });
        AudienceReport {
            handle: &audience.own_name.0,
            name: &audience.name,
            followers: audience.followers,
            followers_listed: audience.sample.listed,
            followers_read: audience.sample.read,
            newest_only: audience.is_cut,
            follows: follows.collect(),
            follows_no_other: share_of(&audience.own_name, &audience.sample, &audience.alone),
            followed_more: audience.own.iter().map(|it| account_of(each, it)).collect(),
        }
    });
    ComparisonReport {
        network: comparison.network.to_string(),
        made_at: comparison.made_at,
        audiences: audiences.collect(),
        close_to_all: close.iter().map(|it| account_of(each, it)).collect(),
    }
}

fn account_of<'a>(each: &'a [Audience], compared: &'a Compared) -> AccountReport<'a> {
    let Similar {
        id,
        handle,
        name,
        followers,
        ..
    } = &compared.account;
    let shares = each.iter().zip(&compared.counts);
    AccountReport {
        id,
        handle: &handle.0,
        name,
        followers: *followers,
        kind: KindReport::of(&compared.account),
        shares: shares
            .map(|(audience, tally)| share_of(&audience.own_name, &audience.sample, tally))
            .collect(),
    }
}

fn share_of<'a>(handle: &'a Handle, sample: &Sample, tally: &Tally) -> ShareReport<'a> {
    let Interval { low, high } = share(sample, tally, USUAL);
    ShareReport {
        handle: &handle.0,
        share: tally.share(sample),
        low,
        high,
        counted: tally.counted,
        confirmed: tally.confirmed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::write_comparison;
    use crate::locales;
    use crate::model::{CrawlId, FileKind, example};

    fn tally(counted: u64, confirmed: Option<u64>) -> Tally {
        Tally {
            counted,
            confirmed,
            calibrated: None,
            followers: 1_000,
        }
    }

    fn audience(handle: &str, with: [Option<Tally>; 2], own: Vec<Compared>) -> Audience {
        Audience {
            crawl: CrawlId(1),
            handle: Handle(handle.to_owned()),
            own_name: Handle(handle.to_owned()),
            called: format!("@{handle}"),
            name: format!("=The {handle}"),
            picture: None,
            followers: 1_000,
            is_cut: false,
            sample: Sample {
                audience: 1_000,
                listed: 1_000,
                readable: 1_000,
                read: 200,
            },
            with: with.to_vec(),
            alone: tally(150, None),
            own,
        }
    }

    fn written(code: &str, kind: FileKind) -> Vec<u8> {
        let shared = |name: &str, counted: [u64; 2]| Compared {
            account: example::row(name),
            counts: counted.map(|counted| tally(counted, None)).to_vec(),
        };
        let own = vec![shared("own", [80, 10])];
        let audiences = Audiences {
            each: vec![
                audience("a", [None, Some(tally(50, Some(240)))], own),
                audience("b", [Some(tally(48, None)), None], Vec::new()),
            ],
            close: vec![shared("near", [60, 70])],
        };
        let comparison = Comparison {
            locale: locales::called(code).expect("it is there"),
            network: &NetworkName::new("instagram"),
            audiences: &audiences,
            made_at: DateTime::UNIX_EPOCH,
            link: &|handle| Some(format!("https://x.test/{handle}")),
        };
        write_comparison(kind, &comparison).expect("it is written")
    }

    fn lines(code: &str) -> String {
        let csv = String::from_utf8(written(code, FileKind::Csv)).expect("UTF-8");
        csv.trim_start_matches('\u{feff}').to_owned()
    }

    #[test]
    fn each_line_is_about_one_audience_and_one_account() {
        insta::assert_snapshot!(lines("en"), @r#"
        Table,Place,Followers of,Followers,Account,Name,Share of the followers who follow it too,The share is at least this (95% interval),The share is at most this (95% interval),Followers checked,"Of those checked, follow it too","Of all followers, follow it too (where they were counted)",Person or organisation (guessed from its words),How likely that is,Words that decided it
        Who follows whom,,a,1000,b,'=The b,0.240000,0.240000,0.240000,200,50,240,,,
        Who follows whom,,a,1000,none of the others,,0.750000,0.692784,0.799642,200,150,,,,
        Who follows whom,,b,1000,a,'=The a,0.240000,0.191227,0.296650,200,48,,,,
        Who follows whom,,b,1000,none of the others,,0.750000,0.692784,0.799642,200,150,,,,
        Close to all,1,a,1000,near,,0.300000,0.246547,0.359512,200,60,,,,
        Close to all,1,b,1000,near,,0.350000,0.293524,0.411021,200,70,,,,
        Followed more by @a,1,a,1000,own,,0.400000,0.341200,0.461830,200,80,,,,
        Followed more by @a,1,b,1000,own,,0.050000,0.029140,0.084494,200,10,,,,
        "#);
    }

    #[test]
    fn a_russian_spreadsheet_finds_its_own_marks() {
        insta::assert_snapshot!(lines("ru"), @r#"
        Таблица;Место;Подписчики аккаунта;Подписчики;Аккаунт;Имя;Доля подписчиков, подписанных и на него;Доля не меньше (95%-й интервал);Доля не больше (95%-й интервал);Проверено подписчиков;Из проверенных подписаны и на него;Из всех подписчиков подписаны и на него, если посчитаны;Человек или организация (угадано по словам);Насколько это вероятно;Решающие слова
        Кто на кого подписан;;a;1000;b;'=The b;0,240000;0,240000;0,240000;200;50;240;;;
        Кто на кого подписан;;a;1000;ни на кого из остальных;;0,750000;0,692784;0,799642;200;150;;;;
        Кто на кого подписан;;b;1000;a;'=The a;0,240000;0,191227;0,296650;200;48;;;;
        Кто на кого подписан;;b;1000;ни на кого из остальных;;0,750000;0,692784;0,799642;200;150;;;;
        Близки ко всем;1;a;1000;near;;0,300000;0,246547;0,359512;200;60;;;;
        Близки ко всем;1;b;1000;near;;0,350000;0,293524;0,411021;200;70;;;;
        Чаще других подписаны подписчики @a;1;a;1000;own;;0,400000;0,341200;0,461830;200;80;;;;
        Чаще других подписаны подписчики @a;1;b;1000;own;;0,050000;0,029140;0,084494;200;10;;;;
        "#);
    }

    #[test]
    fn a_program_finds_the_same() {
        let json: serde_json::Value =
            serde_json::from_slice(&written("ru", FileKind::Json)).expect("JSON");
        let [one, other] = [0, 1].map(|place| &json["audiences"][place]);
        assert_eq!(one["follows"][0]["handle"], "b");
        assert_eq!(one["follows"][0]["confirmed"], 240);
        assert_eq!(one["follows"][0]["share"], 0.24);
        assert_eq!(one["followed_more"][0]["handle"], "own");
        assert_eq!(one["follows_no_other"]["counted"], 150);
        assert_eq!(other["followed_more"], serde_json::json!([]));
        assert_eq!(json["close_to_all"][0]["shares"][1]["share"], 0.35);
        assert!(written("en", FileKind::Xlsx).starts_with(b"PK"));
    }
}
