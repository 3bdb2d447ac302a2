//! The accounts that a follower follows, each once, without those that only a few follow.

use fastrand::Rng;

use crate::world::{DrawPool, PlantedWorld};

pub(crate) struct FollowedAccounts {
    pub ids: Vec<u32>,
    seen: Vec<u32>,
    round: u32,
}

impl FollowedAccounts {
    pub(crate) fn new(world: &PlantedWorld) -> Self {
        Self {
            ids: Vec::new(),
            seen: vec![0; world.accounts.len()],
            round: 0,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.ids.clear();
        self.round += 1;
    }

    pub(crate) fn add(&mut self, account: u32) {
        let seen = &mut self.seen[account as usize];
        if *seen != self.round {
            *seen = self.round;
            self.ids.push(account);
        }
    }

    pub(crate) fn draw(&mut self, pool: &DrawPool, activity: f64, random: &mut Rng) {
        for _ in 0..(pool.draws * activity + random.f64()) as usize {
            if let Some(account) = pool.draw(random) {
                self.add(account);
            }
        }
    }
}
