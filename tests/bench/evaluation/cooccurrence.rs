//! Which accounts of a real graph the unread people find alike: those with similar co-follows.

use lookalike::demo::world::World;

use crate::side_by_side::side_by_side;

/// The fewest followers in the half that an account needs to be judged.
const LEAST: usize = 5;

/// Who is followed together with whom, by one half of the people.
pub(crate) struct Cooccurrence {
    /// By account: others that its followers follow more often than by chance, with the logarithm of how many times
    /// (positive pointwise mutual information: Bullinaria and Levy, 2007). The vectors have length 1.
    vectors: Vec<Vec<(u32, f32)>>,
}

impl Cooccurrence {
    /// Counts the people for whom `is_in` is true.
    pub(crate) fn new(world: &World, is_in: impl Fn(u32) -> bool + Sync) -> Self {
        let accounts = 0..world.len() as u32;
        let followers = |account: u32| {
            let followers = world.followers(account).iter().copied();
            followers.filter(|follower| is_in(*follower))
        };
        let sizes: Vec<usize> = accounts.clone().map(|it| followers(it).count()).collect();
        let people = accounts.filter(|person| is_in(*person)).count() as f64;
        let vectors = side_by_side(world.len(), |account| {
            if sizes[account] < LEAST {
                return Vec::new();
            }
            let mut together: Vec<u32> = followers(account as u32)
                .flat_map(|follower| world.following(follower))
                .copied()
                .filter(|other| *other as usize != account && sizes[*other as usize] >= LEAST)
                .collect();
            together.sort_unstable();
            let surprise = together
                .chunk_by(|one, other| one == other)
                .filter_map(|same| {
                    let other = *same.first()?;
                    let expected = sizes[account] as f64 * sizes[other as usize] as f64 / people;
                    let surprise = (same.len() as f64 / expected).ln();
                    (surprise > 0.0).then_some((other, surprise as f32))
                });
            let vector: Vec<(u32, f32)> = surprise.collect();
            let length = vector
                .iter()
                .map(|(_, part)| part * part)
                .sum::<f32>()
                .sqrt();
            let scaled = vector
                .into_iter()
                .map(|(other, part)| (other, part / length));
            scaled.collect()
        });
        Self { vectors }
    }

    /// Returns whether enough people follow an account to judge it.
    pub(crate) fn judges(&self, account: u32) -> bool {
        let vector = self.vectors.get(account as usize);
        vector.is_some_and(|vector| !vector.is_empty())
    }

    /// Returns the accounts with the most similar vectors, by the cosine.
    pub(crate) fn most_alike(&self, account: u32, most: usize) -> Vec<u32> {
        let mut own = vec![0.0; self.vectors.len()];
        for (other, part) in &self.vectors[account as usize] {
            own[*other as usize] = *part;
        }
        let cosine = |vector: &[(u32, f32)]| -> f32 {
            let products = vector
                .iter()
                .map(|(other, part)| part * own[*other as usize]);
            products.sum()
        };
        let mut alike: Vec<(f32, u32)> = (0..)
            .zip(&self.vectors)
            .filter(|(other, _)| *other != account)
            .map(|(other, vector)| (cosine(vector), other))
            .collect();
        alike.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        alike
            .into_iter()
            .take(most)
            .map(|(_, other)| other)
            .collect()
    }
}
