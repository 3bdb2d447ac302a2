//! Tables as sheets for Excel. Pure.
//!
//! Texts are written as texts, which no spreadsheet calculates, and addresses as links. How numbers are written is up
//! to the reader's Excel.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet};

use crate::files::cell::Cell;
use crate::files::columns::{cells, heading};
use crate::files::{Listing, safe_name};
use crate::locales::single_line;
use crate::model::shown;

pub(super) use rust_xlsxwriter::XlsxError as Error;

/// The longest name that Excel lets a sheet have.
const LONGEST_NAME: usize = 31;

/// The height of the heading, which has room for three lines, in points.
const HEADING_HEIGHT: f64 = 48.0;

/// Widths in characters: of the columns of names, accounts, descriptions and links of a result, and of all others.
const WIDTHS: [(u16, f64); 4] = [(1, 28.0), (2, 24.0), (11, 60.0), (13, 36.0)];
const WIDTH: f64 = 14.0;

/// A sheet with one table.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) titles: Vec<String>,
    /// Of the columns that are not as wide as the others.
    pub(super) widths: Vec<(u16, f64)>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// Returns the ranking as a workbook with one sheet.
pub(super) fn write(listing: &Listing<'_>) -> Result<Vec<u8>, Error> {
    let rows = (1..).zip(&listing.ranking.rows);
    let rows = rows.map(|(place, row)| cells(listing, place, row).into_iter().collect());
    workbook([Table {
        name: sheet_name(listing),
        titles: heading(listing),
        widths: WIDTHS.to_vec(),
        rows: rows.collect(),
    }])
}

/// Returns a workbook with a sheet for each table.
pub(super) fn workbook(tables: impl IntoIterator<Item = Table>) -> Result<Vec<u8>, Error> {
    let mut workbook = Workbook::new();
    for table in tables {
        add(workbook.add_worksheet(), table)?;
    }
    workbook.save_to_buffer()
}

fn add(sheet: &mut Worksheet, table: Table) -> Result<(), Error> {
    let name = table.name.chars().take(LONGEST_NAME);
    sheet.set_name(name.collect::<String>())?;
    let columns = table.titles;
    let bold = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Top);
    for (column, title) in (0..).zip(&columns) {
        sheet.write_string_with_format(0, column, title, &bold)?;
        sheet.set_column_width(column, WIDTH)?;
    }
    for (column, width) in table.widths {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_row_height(0, HEADING_HEIGHT)?;
    sheet.set_freeze_panes(1, 0)?;
    let formats = Formats::new();
    let mut last = 0;
    for (line, row) in (1..).zip(table.rows) {
        for (column, cell) in (0..).zip(row) {
            formats.write(sheet, (line, column), cell)?;
        }
        last = line;
    }
    let columns = u16::try_from(columns.len()).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last, columns.saturating_sub(1))?;
    Ok(())
}

/// Returns the handle without what Excel refuses; its sign keeps it apart from names that Excel has for itself.
fn sheet_name(listing: &Listing<'_>) -> String {
    let handle = safe_name(listing.crawl.own_name());
    format!("@{handle}")
}

/// How numbers are shown.
struct Formats {
    whole: Format,
    share: Format,
}

impl Formats {
    fn new() -> Self {
        let numbers = |format| Format::new().set_num_format(format);
        Self {
            whole: numbers("#,##0"),
            share: numbers("0.0%"),
        }
    }

    fn write(&self, sheet: &mut Worksheet, at: (u32, u16), cell: Cell) -> Result<(), Error> {
        let (row, column) = at;
        match cell {
            Cell::Empty => return Ok(()),
            Cell::Text(text) | Cell::Id(text) => {
                sheet.write_string(row, column, single_line(&text))?
            }
            Cell::Link(link) => sheet.write_url(row, column, link.as_str())?,
            Cell::Account(handle, link) => {
                let text = single_line(&shown(&handle));
                match link {
                    Some(link) => sheet.write_url_with_text(row, column, link.as_str(), text)?,
                    None => sheet.write_string(row, column, text)?,
                }
            }
            Cell::Whole(number) => {
                sheet.write_number_with_format(row, column, number as f64, &self.whole)?
            }
            Cell::Share(share) => {
                sheet.write_number_with_format(row, column, share, &self.share)?
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use zip::ZipArchive;

    use crate::files::test_support;
    use crate::model::{AccountId, FileKind, Similar, example};

    fn row(name: &str) -> Similar {
        Similar {
            id: AccountId::new("7"),
            name: name.to_owned(),
            bio: "=HYPERLINK(\"https://evil.test\")\n<b>".to_owned(),
            verified: true,
            ..example::row("bob")
        }
    }

    /// Returns a part of the file.
    fn part(file: &[u8], name: &str) -> String {
        let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
        let mut part = archive.by_name(name).expect("the part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn a_sheet_can_be_sorted_and_its_accounts_opened() {
        let file = test_support::written("ru", FileKind::Xlsx, vec![row("Bob"), row("Ann")]);
        let sheet = part(&file, "xl/worksheets/sheet1.xml");
        for expected in [
            "ySplit=\"1\" topLeftCell=\"A2\"",
            "state=\"frozen\"",
            "<autoFilter ref=\"A1:T3\"/>",
            "<hyperlink ref=\"C2\"",
            "<hyperlink ref=\"N3\"",
        ] {
            assert!(sheet.contains(expected), "{expected}: {sheet}");
        }
        let numbers = part(&file, "xl/styles.xml");
        assert!(numbers.contains("formatCode=\"0.0%\""), "{numbers}");
        let texts = part(&file, "xl/sharedStrings.xml");
        assert!(texts.contains("<t>Доля подписчиков, подписанных и на него</t>"));
        assert!(texts.contains("<t>@bob</t>"), "{texts}");
        let links = part(&file, "xl/worksheets/_rels/sheet1.xml.rels");
        assert!(links.contains("Target=\"https://x.test/bob\""), "{links}");
        assert!(part(&file, "xl/workbook.xml").contains("<sheet name=\"@luna\""));
    }

    #[test]
    fn a_text_that_looks_like_a_formula_or_a_number_is_a_text() {
        let file = test_support::written("en", FileKind::Xlsx, vec![row("=1+1"), row("0012")]);
        let sheet = part(&file, "xl/worksheets/sheet1.xml");
        assert!(!sheet.contains("<f>"), "{sheet}");
        let texts = part(&file, "xl/sharedStrings.xml");
        for expected in [
            "<t>=1+1</t>",
            "<t>0012</t>",
            "<t>=HYPERLINK(\"https://evil.test\") &lt;b&gt;</t>",
        ] {
            assert!(texts.contains(expected), "{expected}: {texts}");
        }
    }

    #[test]
    fn a_result_without_accounts_is_a_sheet_too() {
        let file = test_support::written("en", FileKind::Xlsx, Vec::new());
        assert!(part(&file, "xl/sharedStrings.xml").contains("<t>Place</t>"));
    }
}
