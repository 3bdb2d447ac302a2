//! Which of the followers read follow which accounts.

/// One bit for each account and follower: 1,000 accounts and 100,000 followers are 12.5 MB.
#[derive(Clone, Debug)]
pub struct Follows {
    read: usize,
    accounts: Vec<Vec<u64>>,
}

impl Follows {
    /// Accounts that are worth it: no other comes near the first places.
    pub const MOST: usize = 1_000;

    /// Of so many accounts, before anybody is added.
    pub fn new(accounts: usize) -> Self {
        Self {
            read: 0,
            accounts: vec![Vec::new(); accounts],
        }
    }

    /// Adds a follower, with the places of the accounts that they follow.
    pub fn add(&mut self, follows: impl IntoIterator<Item = usize>) {
        let (word, bit) = (self.read / 64, self.read % 64);
        for place in follows {
            if let Some(account) = self.accounts.get_mut(place) {
                account.resize(word + 1, 0);
                if let Some(word) = account.get_mut(word) {
                    *word |= 1 << bit;
                }
            }
        }
        self.read += 1;
    }

    /// How many accounts there are.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// The part of the followers who follow both accounts; of one account, who follow it.
    pub(super) fn both(&self, one: usize, other: usize) -> f64 {
        let (Some(one), Some(other)) = (self.accounts.get(one), self.accounts.get(other)) else {
            return 0.0;
        };
        let both = one
            .iter()
            .zip(other)
            .map(|(one, other)| (one & other).count_ones());
        f64::from(both.sum::<u32>()) / self.read.max(1) as f64
    }

    /// How following one goes together with following the other.
    pub(super) fn covariance(&self, one: usize, other: usize) -> f64 {
        self.both(one, other) - self.both(one, one) * self.both(other, other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_follows_both_is_counted_across_words() {
        let mut follows = Follows::new(2);
        (0..200).for_each(|follower| {
            let two = [0, 1].into_iter().take(1 + usize::from(follower % 4 == 0));
            follows.add(two);
        });
        assert_eq!((follows.both(0, 0), follows.both(0, 1)), (1.0, 0.25));
        assert_eq!(follows.both(1, 7), 0.0);
    }
}
