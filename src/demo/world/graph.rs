//! The follows of a world, packed: for each direction one array of neighbours and one of row starts. Knows indexes
//! only, no accounts; never changes once built.

use crate::demo::pseudorandom;
use crate::demo::world::Follow;

/// Who follows whom, readable from both ends.
pub(super) struct Graph {
    following: Adjacency,
    followers: Adjacency,
}

struct Adjacency {
    /// Row `i` is `neighbours[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Graph {
    /// Builds both directions from (follower, followee) pairs. Repeated pairs, self-follows and unknown indexes are
    /// dropped, so that a list never shows an account twice.
    pub(super) fn new(accounts: usize, follows: &[Follow]) -> Graph {
        let valid = |&(follower, followee): &Follow| {
            follower != followee && (follower as usize) < accounts && (followee as usize) < accounts
        };
        let mut following = Adjacency::grouped(accounts, || follows.iter().copied().filter(valid));
        following.drop_repeats();
        let mut followers = Adjacency::grouped(accounts, || {
            following
                .pairs()
                .map(|(follower, followee)| (followee, follower))
        });
        following.shuffle(1);
        followers.shuffle(2);
        Graph {
            following,
            followers,
        }
    }

    pub(super) fn following(&self, index: u32) -> &[u32] {
        self.following.row(index)
    }

    pub(super) fn followers(&self, index: u32) -> &[u32] {
        self.followers.row(index)
    }

    /// Returns the number of follows.
    pub(super) fn len(&self) -> usize {
        self.following.neighbours.len()
    }
}

impl Adjacency {
    /// Groups pairs by their first element with a counting sort; iterates over the pairs twice.
    fn grouped<I>(accounts: usize, pairs: impl Fn() -> I) -> Adjacency
    where
        I: Iterator<Item = Follow>,
    {
        let mut starts = vec![0u32; accounts + 1];
        for (from, _) in pairs() {
            starts[from as usize + 1] += 1;
        }
        for index in 0..accounts {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![0u32; starts[accounts] as usize];
        for (from, to) in pairs() {
            let place = &mut next[from as usize];
            neighbours[*place as usize] = to;
            *place += 1;
        }
        Adjacency { starts, neighbours }
    }

    fn row(&self, index: u32) -> &[u32] {
        let index = index as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(index), self.starts.get(index + 1))
        else {
            return &[];
        };
        &self.neighbours[start as usize..end as usize]
    }

    fn pairs(&self) -> impl Iterator<Item = Follow> {
        self.starts
            .windows(2)
            .enumerate()
            .flat_map(|(index, bounds)| {
                self.neighbours[bounds[0] as usize..bounds[1] as usize]
                    .iter()
                    .map(move |&to| (index as u32, to))
            })
    }

    fn drop_repeats(&mut self) {
        let accounts = self.starts.len() - 1;
        // The row that last met an account: a set that needs no clearing between rows.
        let mut met_by = vec![u32::MAX; accounts];
        let mut kept = 0usize;
        for row in 0..accounts {
            let (start, end) = (self.starts[row] as usize, self.starts[row + 1] as usize);
            self.starts[row] = kept as u32;
            for place in start..end {
                let to = self.neighbours[place];
                if met_by[to as usize] != row as u32 {
                    met_by[to as usize] = row as u32;
                    self.neighbours[kept] = to;
                    kept += 1;
                }
            }
        }
        self.starts[accounts] = kept as u32;
        self.neighbours.truncate(kept);
        self.neighbours.shrink_to_fit();
    }

    /// Gives each row its own order: "newest first" has nothing to do with ids, and the same account is early in one
    /// list and late in another.
    fn shuffle(&mut self, direction: u64) {
        for row in 0..self.starts.len() - 1 {
            let bounds = self.starts[row] as usize..self.starts[row + 1] as usize;
            let list = &mut self.neighbours[bounds];
            let mut number = pseudorandom::mix(&[direction, row as u64]);
            for end in (1..list.len()).rev() {
                number = pseudorandom::scatter(number);
                let place = ((number >> 32) * (end as u64 + 1)) >> 32;
                list.swap(end, place as usize);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(list: &[u32]) -> Vec<u32> {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    }

    #[test]
    fn both_directions_tell_the_same_and_nothing_is_listed_twice() {
        let follows = [
            (0, 1),
            (2, 1),
            (0, 1),
            (1, 0),
            (2, 2),
            (0, 9),
            (3, 1),
            (0, 3),
        ];
        let graph = Graph::new(4, &follows);
        assert_eq!(graph.len(), 5);
        assert_eq!(sorted(graph.following(0)), [1, 3]);
        assert_eq!(sorted(graph.followers(1)), [0, 2, 3]);
        assert_eq!(graph.followers(2), [0u32; 0]);
        assert_eq!(graph.following(77), [0u32; 0]);
    }

    #[test]
    fn the_order_of_a_list_repeats_itself_and_ignores_the_index() {
        let follows: Vec<_> = (1..200).map(|follower| (follower, 0)).collect();
        let graph = Graph::new(200, &follows);
        assert_eq!(graph.followers(0), Graph::new(200, &follows).followers(0));
        let rising = graph.followers(0).windows(2).filter(|two| two[0] < two[1]);
        assert!((70..130).contains(&rising.count()));
    }
}
