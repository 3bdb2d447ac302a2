//! The shelf of files: a whole result, or a comparison, in one format each, to keep and process elsewhere. Pure.

mod cell;
mod columns;
mod comparison;
mod csv;
mod kinds;
mod page;
mod report;
#[cfg(test)]
mod test_support;
mod xlsx;

use crate::locales::Locale;
use crate::model::{Crawl, FileKind, Handle, Ranking};

pub use comparison::Comparison;
pub use kinds::KindReport;
pub use report::{Report, ReportRow};

/// The content of a file.
pub struct Listing<'a> {
    /// The reader's language.
    pub locale: &'a Locale,
    /// The network's name for people.
    pub network: &'a str,
    pub crawl: &'a Crawl,
    /// In the order to be shown.
    pub ranking: &'a Ranking,
    /// What it is based on, and how certain it is: paragraphs of HTML, separated by empty lines.
    pub basis: &'a str,
    /// Returns the web address of an account.
    pub link: &'a dyn Fn(&Handle) -> Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Xlsx(#[from] xlsx::Error),
    #[error("a comparison is no web page")]
    NoPage,
}

/// Returns a whole result in a format.
pub fn write(kind: FileKind, listing: &Listing<'_>) -> Result<Vec<u8>, FileError> {
    match kind {
        FileKind::Page => Ok(page::write(listing).into_bytes()),
        FileKind::Xlsx => Ok(xlsx::write(listing)?),
        FileKind::Csv => Ok(csv::write(listing)?),
        FileKind::Json => {
            let report = Report::new(listing.crawl, listing.ranking.clone());
            Ok(serde_json::to_vec_pretty(&report)?)
        }
    }
}

/// Returns a comparison in a format.
pub fn write_comparison(kind: FileKind, written: &Comparison<'_>) -> Result<Vec<u8>, FileError> {
    match kind {
        FileKind::Page => Err(FileError::NoPage),
        FileKind::Xlsx => Ok(xlsx::workbook(comparison::tables(written))?),
        FileKind::Csv => {
            let (titles, rows) = comparison::table(written);
            Ok(csv::table(
                written.locale,
                titles.into_iter(),
                rows.into_iter(),
            )?)
        }
        FileKind::Json => Ok(serde_json::to_vec_pretty(&comparison::report(written))?),
    }
}

/// Returns a file name without characters that file systems refuse.
pub fn safe_name(handle: &Handle) -> String {
    handle
        .0
        .chars()
        .map(|c| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | '@' => c,
            _ => '-',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_has_nothing_in_it_that_a_disk_refuses() {
        let handle = Handle("a/b:c.d_é@f".to_owned());
        assert_eq!(safe_name(&handle), "a-b-c.d_-@f");
    }
}
