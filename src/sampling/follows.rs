//! Which of the followers read follow which accounts.

/// A bit for each account and follower: 1,000 accounts and 100,000 followers take 12.5 MB.
#[derive(Clone, Debug)]
pub struct Follows {
    read: usize,
    accounts: Vec<Vec<u64>>,
    /// How many follow each account.
    counted: Vec<u32>,
}

impl Follows {
    /// Accounts that are tracked: no other comes near the top places.
    pub const MOST: usize = 1_000;

    /// Creates a matrix for this many accounts, without followers.
    pub fn new(accounts: usize) -> Self {
        Self {
            read: 0,
            accounts: vec![Vec::new(); accounts],
            counted: vec![0; accounts],
        }
    }

    /// Adds a follower, with the places of the accounts that they follow.
    pub fn add(&mut self, follows: impl IntoIterator<Item = usize>) {
        let (word, bit) = (self.read / 64, self.read % 64);
        for place in follows {
            let account = self.accounts.get_mut(place);
            if let Some((account, counted)) = account.zip(self.counted.get_mut(place)) {
                account.resize(word + 1, 0);
                if let Some(word) = account.get_mut(word) {
                    *counted += u32::from(*word >> bit & 1 == 0);
                    *word |= 1 << bit;
                }
            }
        }
        self.read += 1;
    }

    /// Returns the number of accounts.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Returns the share of followers who follow an account; 0 if it is not tracked.
    pub(super) fn share(&self, account: usize) -> f64 {
        let counted = self.counted.get(account).copied().unwrap_or(0);
        counted as f64 / self.read.max(1) as f64
    }

    /// Returns the share of followers who follow both accounts.
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

    /// Returns the covariance of following the two accounts.
    pub(super) fn covariance(&self, one: usize, other: usize) -> f64 {
        self.both(one, other) - self.share(one) * self.share(other)
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
        assert_eq!((follows.share(0), follows.both(0, 1)), (1.0, 0.25));
        assert_eq!(follows.both(1, 7), 0.0);
    }
}
