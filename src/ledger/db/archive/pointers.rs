//! Which rows point to records, and where in them the pointers are.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ledger::db::rows::{self, FollowList};
use crate::ledger::db::transaction::{decode, encode};
use crate::model::{Crawl, Pointer};
use crate::stores::StoreError;

/// A row that points to records.
trait Pointing: Serialize + DeserializeOwned {
    fn pointers(&mut self) -> Vec<&mut Pointer>;
}

/// Calls `each` with the pointers of a row; returns the row as it is then.
pub(super) fn for_each_pointer<E: From<StoreError>>(
    key: &[u8],
    value: Vec<u8>,
    each: impl FnMut(&mut Pointer) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    if rows::is_follow_list(key) {
        rewrite::<FollowList, E>(&value, each)
    } else if key.starts_with(&rows::crawls().bytes) {
        rewrite::<Crawl, E>(&value, each)
    } else if key.starts_with(&rows::all_follower_pages().bytes) {
        rewrite::<Pointer, E>(&value, each)
    } else {
        Ok(value)
    }
}

fn rewrite<T: Pointing, E: From<StoreError>>(
    value: &[u8],
    each: impl FnMut(&mut Pointer) -> Result<(), E>,
) -> Result<Vec<u8>, E> {
    let mut row: T = decode(value)?;
    row.pointers().into_iter().try_for_each(each)?;
    Ok(encode(&row)?)
}

impl Pointing for FollowList {
    fn pointers(&mut self) -> Vec<&mut Pointer> {
        let readings = self.whole.iter_mut().chain(&mut self.reading);
        readings.flat_map(|reading| &mut reading.runs).collect()
    }
}

impl Pointing for Crawl {
    fn pointers(&mut self) -> Vec<&mut Pointer> {
        let pointers = [
            &mut self.reading_order,
            &mut self.candidate_list,
            &mut self.ranking,
        ];
        pointers.into_iter().flatten().collect()
    }
}

impl Pointing for Pointer {
    fn pointers(&mut self) -> Vec<&mut Pointer> {
        vec![self]
    }
}
