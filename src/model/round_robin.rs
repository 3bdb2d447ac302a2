//! Weighted round robin.
//!
//! Deficit round robin (Shreedhar and Varghese, 1995) where every unit of work costs the same: in each round everyone
//! who waits is served `weight` times in a row, so a small crawl never waits behind all the work of a large one.

/// Whose turn it is. Kept in memory only: losing it costs at most one round's order.
#[derive(Clone, Debug)]
pub struct RoundRobin<K> {
    current: Option<K>,
    left: u32,
}

impl<K> Default for RoundRobin<K> {
    fn default() -> Self {
        Self {
            current: None,
            left: 0,
        }
    }
}

impl<K: Ord + Copy> RoundRobin<K> {
    /// Returns who is served next among `waiting` (key and weight, in any order); `None` if that is empty.
    pub fn next(&mut self, waiting: &[(K, u32)]) -> Option<K> {
        let weight_of = |key: K| {
            waiting
                .iter()
                .find(|(other, _)| *other == key)
                .map(|(_, weight)| (*weight).max(1))
        };
        if let Some(key) = self
            .current
            .filter(|key| self.left > 0 && weight_of(*key).is_some())
        {
            self.left -= 1;
            return Some(key);
        }
        let behind = waiting
            .iter()
            .map(|(key, _)| *key)
            .filter(|key| self.current.is_none_or(|current| *key > current))
            .min();
        let key = behind.or_else(|| waiting.iter().map(|(key, _)| *key).min())?;
        self.left = weight_of(key)?.saturating_sub(1);
        self.current = Some(key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_served_in_turn_by_weight() {
        let mut turns = RoundRobin::default();
        let waiting = [(1, 1), (2, 3), (3, 1)];
        let served: Vec<i32> = (0..10).filter_map(|_| turns.next(&waiting)).collect();
        assert_eq!(served, [1, 2, 2, 2, 3, 1, 2, 2, 2, 3]);
    }

    #[test]
    fn who_leaves_is_passed_over() {
        let mut turns = RoundRobin::default();
        assert_eq!(turns.next(&[(1, 5), (2, 1)]), Some(1));
        assert_eq!(turns.next(&[(2, 1)]), Some(2));
        assert_eq!(turns.next(&[(1, 5), (2, 1)]), Some(1));
        assert_eq!(turns.next(&[]), None);
    }
}
