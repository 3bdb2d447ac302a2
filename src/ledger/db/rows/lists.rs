//! The rows of lists: a target's followers, the accounts that an account follows, and its followers.

use crate::ledger::db::rows::{FollowList, RowKey, RowPrefix, key};
use crate::model::{AccountId, CrawlId, NetworkName, Pointer, Relation};
use crate::sampling::ReadingOrder;

/// One page of a target's followers.
pub(crate) fn follower_page(crawl: CrawlId, page: u32) -> RowKey<Pointer> {
    RowKey::new(key(b'f').number(crawl.0).number(u64::from(page)).done())
}

pub(crate) fn follower_pages(crawl: CrawlId) -> RowPrefix<Pointer> {
    RowPrefix::new(key(b'f').number(crawl.0).done())
}

pub(crate) fn all_follower_pages() -> RowPrefix<Pointer> {
    RowPrefix::new(key(b'f').done())
}

/// Lists lie in the reading order, in which they are written and read: neighbours in time are neighbours in the
/// database, which would otherwise grow to several times the size of its rows.
pub(crate) fn follow_list(
    order: &ReadingOrder,
    network: &NetworkName,
    relation: Relation,
    id: &AccountId,
) -> RowKey<FollowList> {
    let key = key(letter(relation)).text(network.as_str());
    let key = key.number(order.place(network, id)).text(id.as_str());
    RowKey::new(key.done())
}

pub(crate) fn follow_lists(relation: Relation) -> RowPrefix<FollowList> {
    RowPrefix::new(key(letter(relation)).done())
}

/// The accounts that accounts of one network follow.
pub(crate) fn follow_lists_of(network: &NetworkName) -> RowPrefix<FollowList> {
    RowPrefix::new(
        key(letter(Relation::Following))
            .text(network.as_str())
            .done(),
    )
}

/// Returns the account in the key of a list.
pub(crate) fn account_of_follow_list(key: &[u8], all: &RowPrefix<FollowList>) -> Option<AccountId> {
    let placed = key.strip_prefix(all.bytes.as_slice())?;
    let id = placed.get(size_of::<u64>()..)?.strip_suffix(&[0])?;
    Some(AccountId::new(std::str::from_utf8(id).ok()?))
}

/// Returns whether a key is that of a list.
pub(crate) fn is_follow_list(key: &[u8]) -> bool {
    matches!(key.first(), Some(b'g' | b'm'))
}

fn letter(relation: Relation) -> u8 {
    match relation {
        Relation::Following => b'm',
        Relation::Followers => b'g',
    }
}
