//! The shelf of files: a whole result in one format each, to be kept and worked with elsewhere. Pure.

mod csv;
mod page;
mod report;

use crate::locales::Locale;
use crate::model::{Crawl, FileKind, Handle, Ranking};

pub use report::{Report, ReportRow};

/// What a file is made of.
pub struct Listing<'a> {
    /// The reader's language.
    pub locale: &'a Locale,
    /// As people call it.
    pub network: &'a str,
    pub crawl: &'a Crawl,
    /// In the order that is wanted.
    pub ranking: &'a Ranking,
    /// What it rests on, and how sure it is: paragraphs of HTML, with empty lines between them.
    pub basis: &'a str,
    /// Where an account can be looked at.
    pub link: &'a dyn Fn(&Handle) -> Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error(transparent)]
    Csv(#[from] ::csv::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// All of a result in a format.
pub fn write(kind: FileKind, listing: &Listing<'_>) -> Result<Vec<u8>, FileError> {
    match kind {
        FileKind::Page => Ok(page::write(listing).into_bytes()),
        FileKind::Csv => Ok(csv::write(listing.locale, listing.ranking, listing.link)?),
        FileKind::Json => {
            let report = Report::new(listing.crawl, listing.ranking.clone());
            Ok(serde_json::to_vec_pretty(&report)?)
        }
    }
}

/// A name of a file with nothing in it that a disk refuses.
pub fn plain(handle: &Handle) -> String {
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
        assert_eq!(plain(&handle), "a-b-c.d_-@f");
    }
}
