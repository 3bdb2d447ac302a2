//! The queue in front of the gate. Look-ups that a person waits for go first; the others take weighted turns by crawl,
//! so that an account with 200 followers does not wait behind one with 100,000.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot;

use crate::model::{CrawlId, RoundRobin};
use crate::networks::gate::Permit;
use crate::networks::gated::Flow;

pub(super) type Waiter = oneshot::Sender<Permit>;

#[derive(Default)]
pub(super) struct GateQueue {
    urgent: VecDeque<Waiter>,
    waiting: BTreeMap<CrawlId, (u32, VecDeque<Waiter>)>,
    turns: RoundRobin<CrawlId>,
}

impl GateQueue {
    pub(super) fn push(&mut self, flow: &Flow, turn: Waiter) {
        if flow.urgent {
            self.urgent.push_back(turn);
        } else {
            let entry = self.waiting.entry(flow.crawl).or_default();
            entry.0 = flow.weight;
            entry.1.push_back(turn);
        }
    }

    /// Returns those that still wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Waiter> {
        let queues = self.waiting.values().map(|(_, queue)| queue);
        let turns = queues.chain([&self.urgent]).flatten();
        turns.filter(|turn| waits(turn))
    }

    /// Takes out the next one.
    pub(super) fn next(&mut self) -> Option<Waiter> {
        loop {
            // One that has given up waiting must not use up a turn, least of all of those after it.
            if let Some(turn) = std::iter::from_fn(|| self.urgent.pop_front()).find(waits) {
                return Some(turn);
            }
            let crawls: Vec<(CrawlId, u32)> = self
                .waiting
                .iter()
                .map(|(crawl, (weight, _))| (*crawl, *weight))
                .collect();
            let crawl = self.turns.next(&crawls)?;
            let (_, queue) = self.waiting.get_mut(&crawl)?;
            let turn = std::iter::from_fn(|| queue.pop_front()).find(waits);
            if queue.is_empty() {
                self.waiting.remove(&crawl);
            }
            if turn.is_some() {
                return turn;
            }
        }
    }
}

fn waits(turn: &Waiter) -> bool {
    !turn.is_closed()
}
