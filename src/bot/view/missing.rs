//! What can be said and done about an account that is not found.

use crate::context::Context;
use crate::model::{Analysis, By, Cost, Guess, Handle, Outcome, Refusal, Spent};
use crate::networks::{FOUND, Mistake, addresses};
use crate::stores::StoreError;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The accounts that may be meant, each with its position among those stored.
    pub(crate) guesses: Vec<(u8, Guess)>,
    /// If nobody has the name: its words that may be an account.
    pub(crate) words: Vec<Handle>,
    /// The price of searching for the name, if nobody has agreed to it yet.
    pub(crate) search_cost: Option<Cost>,
    /// Whether the network can be searched by name.
    pub(crate) is_searchable: bool,
}

impl Missing {
    /// Returns what there is to say about an analysis; nothing if its account was found.
    pub(crate) fn of(cx: &Context, analysis: &Analysis) -> Result<Self, StoreError> {
        if analysis.outcome != Some(Outcome::Refused(Refusal::NoSuchAccount)) {
            return Ok(Self::default());
        }
        let left_alone = cx.ledger.left_alone(&analysis.network)?;
        let guesses = (0..).zip(&analysis.guesses);
        let guesses = guesses.filter(|(_, guess)| !left_alone.is(&guess.handle));
        let guesses: Vec<(u8, Guess)> = guesses
            .map(|(place, guess)| (place, guess.clone()))
            .collect();
        let entry = cx.networks.get(&analysis.network);
        let searched = entry.filter(|entry| entry.network.limits().searches);
        let price = searched.and_then(|entry| entry.price);
        let price = price.filter(|_| analysis.by != By::NameAtCost);
        let asked = Spent {
            requests: 1,
            accounts: FOUND.into(),
        };
        Ok(Self {
            words: match analysis.by.is_name() && guesses.is_empty() {
                true => words(cx, analysis),
                false => Vec::new(),
            },
            guesses,
            search_cost: price.map(|price| price.of(asked)),
            is_searchable: searched.is_some(),
        })
    }
}

fn words(cx: &Context, analysis: &Analysis) -> Vec<Handle> {
    match addresses(&cx.networks, Some(&analysis.network), &analysis.handle.0) {
        Err(Mistake::Words(words)) => words,
        _ => Vec::new(),
    }
}
