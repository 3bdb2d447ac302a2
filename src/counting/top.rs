//! The most frequent ids so far.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::model::{AccountId, Candidate};

pub(super) struct Top {
    most: usize,
    /// The worst of them on top: the least frequent, and of those the last by id.
    heap: BinaryHeap<Reverse<(u64, Reverse<AccountId>)>>,
}

impl Top {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            heap: BinaryHeap::with_capacity(most.saturating_add(1).min(1_024)),
        }
    }

    /// Returns the count that an id needs at least to be added.
    pub(super) fn threshold(&self) -> u64 {
        match self.heap.peek() {
            _ if self.most == 0 => u64::MAX,
            Some(Reverse((worst, _))) if self.heap.len() == self.most => *worst,
            _ => 1,
        }
    }

    pub(super) fn offer(&mut self, count: u64, id: AccountId) {
        self.heap.push(Reverse((count, Reverse(id))));
        if self.heap.len() > self.most {
            self.heap.pop();
        }
    }

    /// Returns the most frequent first, ties by id.
    pub(super) fn ranked(self) -> Vec<Candidate> {
        let sorted = self.heap.into_sorted_vec().into_iter();
        sorted
            .map(|Reverse((shared, Reverse(id)))| Candidate { id, shared })
            .collect()
    }
}
