//! Which people a page of a list shows, and the cursor behind it, whichever network the list is of.

use std::sync::Arc;

use crate::demo::chance;
use crate::demo::networks::desk::{Desk, Fate};
use crate::demo::networks::{Endpoint, Oddity, Question, Refusal};
use crate::demo::world::World;

/// One page of so many is shorter than asked for, though more follows.
const SHORT_PAGES: u64 = 16;

pub(super) struct Paging {
    pub(super) world: Arc<World>,
    pub(super) seed: u64,
}

/// What a page shows.
pub(super) struct Paged {
    /// People by their index in the world.
    pub(super) people: Vec<u32>,
    /// What asks for the page behind it.
    pub(super) next: Option<String>,
    /// As good as random, and the same whenever the page is asked for.
    pub(super) number: u64,
}

impl Paging {
    /// A page of the list that is asked for; those who were removed are left out.
    pub(super) fn page(
        &self,
        question: &Question,
        index: u32,
        desk: &Desk,
    ) -> Result<Paged, Refusal> {
        let list = match question.endpoint {
            Endpoint::Following => self.world.following(index),
            _ => self.world.followers(index),
        };
        if !question.known_cursor || question.start > list.len() {
            return Err(Refusal::BadCursor);
        }
        if question.start > 0 && desk.misleads(question, Oddity::LostPlace) {
            return Err(Refusal::BadCursor);
        }
        let number = self.number_of(question, question.start);
        let mut end = list.len().min(question.start + question.count);
        let more = end < list.len();
        if more && question.count > 1 && number.is_multiple_of(SHORT_PAGES) {
            end -= 1 + (number >> 32) as usize % (question.count - 1);
        }
        let fates = desk.fates();
        let is_there = |index: &&u32| {
            let person = self.world.person(**index);
            !matches!(fates.get(&person.id), Some(Fate::Removed | Fate::Suspended))
        };
        let people = list.get(question.start..end).unwrap_or_default().iter();
        let next = match more {
            true => Some(end),
            false => desk.misleads(question, Oddity::Circle).then_some(0),
        };
        Ok(Paged {
            people: people.filter(is_there).copied().collect(),
            next: next.map(|start| self.cursor(question, start)),
            number,
        })
    }

    /// The place in a list that a cursor stands for, if it is one of that list.
    pub(super) fn place_of(&self, question: &Question, cursor: &str) -> Option<usize> {
        let (check, covered) = cursor.split_at_checked(8)?;
        let check = u64::from_str_radix(check, 16).ok()?;
        let covered = u64::from_str_radix(covered, 16).ok()?;
        let start = usize::try_from(covered ^ (chance::mix(&[self.seed, check]) >> 32)).ok()?;
        (self.cursor(question, start) == cursor).then_some(start)
    }

    /// A cursor tells nothing to who looks at it, and is good for its own list alone.
    pub(super) fn cursor(&self, question: &Question, start: usize) -> String {
        let check = self.number_of(question, start) >> 32;
        let covered = start as u64 ^ (chance::mix(&[self.seed, check]) >> 32);
        format!("{check:08X}{covered:08x}")
    }

    fn number_of(&self, question: &Question, start: usize) -> u64 {
        let direction = u64::from(question.endpoint == Endpoint::Following);
        let subject = chance::of_text(&question.subject);
        chance::mix(&[self.seed, subject, direction, start as u64])
    }
}
