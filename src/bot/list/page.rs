//! One page of a list: its rows, and what the filter leaves out. Pure.

use crate::model::{ListView, Ranking, Similar};

/// Accounts on a page.
const PAGE: usize = 10;

/// A page; beyond the last it is the last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ResultPage<'a> {
    /// The accounts with their places in the whole list, from 1.
    pub(super) rows: Vec<(u64, &'a Similar)>,
    /// From 0.
    pub(super) page: u16,
    /// At least 1.
    pub(super) pages: u16,
    /// Accounts on all pages.
    pub(super) shown: usize,
    /// Accounts that the filter leaves out.
    pub(super) left_out: usize,
}

impl<'a> ResultPage<'a> {
    /// Returns the whole list as one page.
    pub(super) fn whole(ranking: &'a Ranking) -> Self {
        Self {
            rows: (1..).zip(&ranking.rows).collect(),
            page: 0,
            pages: 1,
            shown: ranking.rows.len(),
            left_out: 0,
        }
    }

    pub(super) fn of(ranking: &'a Ranking, shown: &ListView) -> Self {
        let places = (1..).zip(&ranking.rows);
        let rows = places.filter(|(_, row)| shown.has_room_for(row));
        let rows: Vec<(u64, &Similar)> = rows.collect();
        let pages = rows.len().div_ceil(PAGE).clamp(1, usize::from(u16::MAX));
        let page = usize::from(shown.page).min(pages - 1);
        Self {
            shown: rows.len(),
            left_out: ranking.rows.len() - rows.len(),
            rows: rows.into_iter().skip(page * PAGE).take(PAGE).collect(),
            page: page as u16,
            pages: pages as u16,
        }
    }
}
