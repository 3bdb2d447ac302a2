//! Lists of account ids: how they are written, and how those of a crawl's followers are read.
//!
//! A run is one page or one list: the ids that are decimal numbers, as ascending LEB128 differences,
//! then all others as ascending texts, each part with its length in front. Most networks' ids are
//! numbers of 30 to 40 bits, of which a list of 500 takes about 4 bytes each.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::Ledger;
use crate::ledger::rows::{self, FollowList, Reading};
use crate::model::{AccountId, Crawl, Cursor, NetworkName, Pointer, Unreadable};
use crate::stores::StoreError;

/// Followers whose lists are looked up and read together; bounds the memory of a pass.
const BATCH: usize = 1_024;

/// What is known of a follower's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FollowerState {
    Unknown,
    /// Its reading is under way: the next page to ask for, and how many there are.
    Reading {
        next: Option<Cursor>,
        pages: usize,
    },
    Read {
        broken_off: bool,
    },
    Unreadable(Unreadable),
}

/// The lists of a crawl's followers: a stream that can be read again and again, in bounded memory.
#[derive(Debug)]
pub struct Lists<'a> {
    ledger: &'a Ledger,
    network: NetworkName,
    followers: Vec<AccountId>,
    since: DateTime<Utc>,
}

/// An id as it lies in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdRef<'a> {
    Number(u64),
    Text(&'a str),
}

impl Ledger {
    /// The instant from which on facts are fresh enough for a crawl. Fixed when its turn comes, so that
    /// a crawl that takes days comes to the same answer whenever it is asked.
    pub fn fresh_since(&self, crawl: &Crawl) -> DateTime<Utc> {
        let fresh_for = TimeDelta::from_std(self.rules.fresh_for).unwrap_or(TimeDelta::MAX);
        let turn = crawl.started_at.unwrap_or(crawl.created_at);
        let since = turn.checked_sub_signed(fresh_for);
        since.unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// What is known of the lists of some followers of a crawl's target.
    pub fn follower_states(
        &self,
        crawl: &Crawl,
        followers: &[AccountId],
    ) -> Result<Vec<FollowerState>, StoreError> {
        let since = self.fresh_since(crawl);
        followers
            .iter()
            .map(|follower| self.follower_state(&crawl.network, follower, since))
            .collect()
    }

    /// The followers listed so far, each once, ascending by id.
    pub fn listed_followers(&self, crawl: &Crawl) -> Result<Vec<AccountId>, StoreError> {
        let mut ids = Vec::new();
        for (_, pointer) in self.list(&rows::follower_pages(crawl.id), usize::MAX)? {
            ids.extend(decode_ids(&self.store.record(pointer)?)?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Whether a page of the target's followers names anybody who was not listed before.
    pub fn lists_anybody_new(&self, crawl: &Crawl, ids: &[AccountId]) -> Result<bool, StoreError> {
        let pages = self.list(&rows::follower_pages(crawl.id), usize::MAX)?;
        self.any_new(ids, pages.into_iter().map(|(_, page)| page))
    }

    /// Whether a page of a follower's list names anybody who was not read before.
    pub fn reads_anybody_new(
        &self,
        crawl: &Crawl,
        follower: &AccountId,
        ids: &[AccountId],
    ) -> Result<bool, StoreError> {
        let list = self.get(&rows::follow_list(&crawl.network, follower))?;
        let reading = list.and_then(|list| list.reading);
        self.any_new(ids, reading.into_iter().flat_map(|reading| reading.runs))
    }

    /// The followers in the order in which their lists are read.
    pub fn reading_order(&self, crawl: &Crawl) -> Result<Vec<AccountId>, StoreError> {
        match crawl.reading_order {
            Some(pointer) => decode_ids(&self.store.record(pointer)?),
            None => Ok(Vec::new()),
        }
    }

    /// The lists of a crawl's followers.
    pub fn lists(&self, crawl: &Crawl) -> Result<Lists<'_>, StoreError> {
        Ok(Lists {
            ledger: self,
            network: crawl.network.clone(),
            followers: self.reading_order(crawl)?,
            since: self.fresh_since(crawl),
        })
    }

    /// Reads all pages again, so that nothing has to be remembered: a thousand pages take milliseconds,
    /// and the next request is longer away than that.
    fn any_new(
        &self,
        ids: &[AccountId],
        pages: impl Iterator<Item = Pointer>,
    ) -> Result<bool, StoreError> {
        let mut new: Vec<IdRef<'_>> = ids.iter().map(IdRef::from).collect();
        for page in pages {
            let page = self.store.record(page)?;
            let mut known = Vec::new();
            read_run(&page, &mut known)?;
            new.retain(|id| known.binary_search(id).is_err());
            if new.is_empty() {
                break;
            }
        }
        Ok(!new.is_empty())
    }

    fn follower_state(
        &self,
        network: &NetworkName,
        follower: &AccountId,
        since: DateTime<Utc>,
    ) -> Result<FollowerState, StoreError> {
        let list = self
            .get(&rows::follow_list(network, follower))?
            .unwrap_or_default();
        Ok(match list {
            FollowList {
                whole: Some(whole), ..
            } if whole.at >= since => FollowerState::Read {
                broken_off: whole.broken_off,
            },
            FollowList {
                unreadable: Some((why, at)),
                ..
            } if at >= since => FollowerState::Unreadable(why),
            FollowList {
                reading: Some(reading),
                ..
            } if reading.at >= since => FollowerState::Reading {
                next: reading.next,
                pages: reading.runs.len(),
            },
            _ => FollowerState::Unknown,
        })
    }
}

impl Lists<'_> {
    /// Calls `each` with every list that was read whole, each id of it once.
    pub fn for_each(&self, mut each: impl FnMut(&[IdRef<'_>])) -> Result<(), StoreError> {
        for followers in self.followers.chunks(BATCH) {
            let mut readings = Vec::new();
            for follower in followers {
                let list = self
                    .ledger
                    .get(&rows::follow_list(&self.network, follower))?;
                readings.extend(
                    list.and_then(|list| list.whole)
                        .filter(|whole| whole.at >= self.since),
                );
            }
            // In the order of the file: the disk reads forward.
            readings.sort_by_key(|reading| reading.runs.first().copied());
            for reading in readings {
                match self.read(&reading, &mut each) {
                    // One list of thousands; to stop for it would stop for it at every start.
                    Err(StoreError::Corrupt(reason)) => {
                        tracing::error!(%reason, "left a damaged list out");
                    }
                    read => read?,
                }
            }
        }
        Ok(())
    }

    fn read(
        &self,
        reading: &Reading,
        each: &mut impl FnMut(&[IdRef<'_>]),
    ) -> Result<(), StoreError> {
        let runs: Result<Vec<_>, _> = reading
            .runs
            .iter()
            .map(|run| self.ledger.store.record(*run))
            .collect();
        let runs = runs?;
        let mut ids = Vec::new();
        for run in &runs {
            read_run(run, &mut ids)?;
        }
        // Pages can overlap when a list changes while it is read.
        ids.sort_unstable();
        ids.dedup();
        each(&ids);
        Ok(())
    }
}

impl From<IdRef<'_>> for AccountId {
    fn from(id: IdRef<'_>) -> Self {
        match id {
            IdRef::Number(number) => AccountId::new(number.to_string()),
            IdRef::Text(text) => AccountId::new(text),
        }
    }
}

impl<'a> From<&'a AccountId> for IdRef<'a> {
    fn from(id: &'a AccountId) -> Self {
        let text = id.as_str();
        // Only what is printed back the same may become a number.
        let canonical = !text.is_empty()
            && (text == "0" || !text.starts_with('0'))
            && text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if canonical => IdRef::Number(number),
            _ => IdRef::Text(text),
        }
    }
}

/// Writes ids as one run, ascending, each once.
pub(super) fn encode_ids(ids: &[AccountId]) -> Vec<u8> {
    let mut ids: Vec<IdRef<'_>> = ids.iter().map(IdRef::from).collect();
    ids.sort_unstable();
    ids.dedup();
    let numbers = ids.partition_point(|id| matches!(id, IdRef::Number(_)));
    let mut bytes = Vec::with_capacity(ids.len() * 5 + 8);
    write_varint(&mut bytes, numbers as u64);
    let mut last = 0;
    for id in &ids {
        match id {
            IdRef::Number(number) => {
                write_varint(&mut bytes, number - last);
                last = *number;
            }
            IdRef::Text(text) => {
                write_varint(&mut bytes, text.len() as u64);
                bytes.extend_from_slice(text.as_bytes());
            }
        }
    }
    bytes
}

/// Reads a run.
pub(super) fn decode_ids(run: &[u8]) -> Result<Vec<AccountId>, StoreError> {
    let mut ids = Vec::new();
    read_run(run, &mut ids)?;
    Ok(ids.into_iter().map(AccountId::from).collect())
}

fn read_run<'a>(mut run: &'a [u8], ids: &mut Vec<IdRef<'a>>) -> Result<(), StoreError> {
    let damaged = || StoreError::Corrupt("a list of ids ends too early".into());
    let numbers = read_varint(&mut run).ok_or_else(damaged)?;
    let mut last = 0u64;
    for _ in 0..numbers {
        last = last.wrapping_add(read_varint(&mut run).ok_or_else(damaged)?);
        ids.push(IdRef::Number(last));
    }
    while !run.is_empty() {
        let length = read_varint(&mut run).ok_or_else(damaged)? as usize;
        let (text, rest) = run.split_at_checked(length).ok_or_else(damaged)?;
        ids.push(IdRef::Text(
            std::str::from_utf8(text).map_err(|_| damaged())?,
        ));
        run = rest;
    }
    Ok(())
}

fn write_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn read_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_ids_come_back_each_once() {
        let texts = [
            "did:plc:abc",
            "0",
            "007",
            "42",
            "18446744073709551615",
            "18446744073709551616",
            "",
            "é",
            "42",
        ];
        let ids: Vec<AccountId> = texts.into_iter().map(AccountId::new).collect();
        let read: Vec<String> = decode_ids(&encode_ids(&ids))
            .expect("reads")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            read,
            [
                "0",
                "42",
                "18446744073709551615",
                "",
                "007",
                "18446744073709551616",
                "did:plc:abc",
                "é"
            ]
        );
    }

    #[test]
    fn damage_is_an_error() {
        let run = encode_ids(&[AccountId::new("300"), AccountId::new("did:plc:abc")]);
        for end in 0..run.len() {
            // A cut behind the last number looks like a list without texts; the record's checksum is
            // what catches that.
            let _ = decode_ids(&run[..end]);
        }
        assert!(
            decode_ids(&[5, 1]).is_err(),
            "five numbers are announced, one is there"
        );
        assert!(
            decode_ids(&[0, 200, 1, b'a']).is_err(),
            "a text of 200 bytes is announced, one is there"
        );
    }
}
