//! The order in which followers are read.

use std::hash::Hasher;

use siphasher::sip::SipHasher24;

use crate::model::{AccountId, NetworkName};

/// Followers are read by a keyed hash of network and id, smallest first (bottom-k sampling; Thorup, arXiv 1303.5479).
/// The first n of any follower list are then a uniform sample of it without replacement; a larger sample contains every
/// smaller one; and since the order is the same for every target, crawls read the same followers of overlapping
/// audiences.
///
/// The key is the installation's own: on some networks people choose their ids, and could otherwise choose to be in
/// every sample.
#[derive(Clone, Copy)]
pub struct ReadingOrder {
    key: [u8; 16],
}

impl ReadingOrder {
    pub fn new(key: [u8; 16]) -> Self {
        Self { key }
    }

    /// Returns an account's position: uniform over all numbers.
    pub fn place(&self, network: &NetworkName, id: &AccountId) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write(network.as_str().as_bytes());
        hasher.write_u8(0);
        hasher.write(id.as_str().as_bytes());
        hasher.finish()
    }

    /// Sorts accounts of one network.
    pub fn sort(&self, network: &NetworkName, ids: &mut Vec<AccountId>) {
        let placed = ids.drain(..).map(|id| (self.place(network, &id), id));
        let mut placed: Vec<(u64, AccountId)> = placed.collect();
        placed.sort_unstable();
        ids.extend(placed.into_iter().map(|(_, id)| id));
    }
}

impl std::fmt::Debug for ReadingOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReadingOrder")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(range: std::ops::Range<u32>) -> Vec<AccountId> {
        range.map(|id| AccountId::new(id.to_string())).collect()
    }

    #[test]
    fn every_list_is_read_in_the_same_order_and_every_key_has_its_own() {
        let network = NetworkName::new("instagram");
        let (order, other) = (ReadingOrder::new([7; 16]), ReadingOrder::new([8; 16]));
        let (mut all, mut some) = (ids(0..100), ids(30..60));
        order.sort(&network, &mut all);
        order.sort(&network, &mut some);
        let of_all: Vec<&AccountId> = all.iter().filter(|id| some.contains(id)).collect();
        assert!(of_all.into_iter().eq(&some));
        let mut with_other_key = ids(30..60);
        other.sort(&network, &mut with_other_key);
        assert_ne!(with_other_key, some);
    }
}
