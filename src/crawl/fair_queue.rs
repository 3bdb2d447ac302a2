//! When a crawl that shares the budget will be done: all active ones get their weighted part of it, and each that
//! finishes makes room for the next in the queue. Pure.

/// What is left of one crawl.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workload {
    pub(super) requests: f64,
    /// What the requests take of the budget.
    pub(super) taken: f64,
    /// Seconds spent waiting for retries, during which the others use the budget.
    pub(super) waits: f64,
    pub(super) weight: f64,
}

impl Workload {
    pub(super) const NONE: Self = Self {
        requests: 0.0,
        taken: 0.0,
        waits: 0.0,
        weight: 1.0,
    };
}

/// Returns the seconds until the job at `own` is done, at `pace` requests a second, when `room` jobs are active at a
/// time: the first in the queue, and the next whenever one is done.
pub(super) fn time_until_done(
    mut line: Vec<Workload>,
    mut own: usize,
    room: usize,
    pace: f64,
) -> f64 {
    let mut passed = 0.0;
    loop {
        let at_work = line.len().min(room.max(1));
        let weights: f64 = line.iter().take(at_work).map(|work| work.weight).sum();
        let left = |work: &Workload| work.taken * weights / (work.weight * pace) + work.waits;
        let times = line.iter().take(at_work).map(left).enumerate();
        let Some((first, time)) = times.min_by(|one, other| one.1.total_cmp(&other.1)) else {
            return passed;
        };
        passed += time;
        if first == own {
            return passed;
        }
        for work in line.iter_mut().take(at_work) {
            let rest = 1.0 - time / left(work).max(f64::MIN_POSITIVE);
            work.taken *= rest;
            work.waits *= rest;
        }
        line.remove(first);
        own -= usize::from(first < own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(line: &[(f64, f64)], own: usize, room: usize) -> f64 {
        let work = |(requests, weight): &(f64, f64)| Workload {
            requests: *requests,
            taken: *requests,
            waits: 0.0,
            weight: *weight,
        };
        time_until_done(line.iter().map(work).collect(), own, room, 2.0).round()
    }

    #[test]
    fn a_small_crawl_takes_from_a_large_one_no_more_than_it_needs() {
        assert_eq!(seconds(&[(100.0, 1.0)], 0, 4), 50.0);
        assert_eq!(seconds(&[(100.0, 1.0), (100.0, 1.0)], 1, 4), 100.0);
        assert_eq!(seconds(&[(10.0, 1.0), (100.0, 1.0)], 1, 4), 55.0);
        assert_eq!(seconds(&[(1_000.0, 1.0), (100.0, 1.0)], 1, 4), 100.0);
        assert_eq!(seconds(&[(1_000.0, 1.0), (100.0, 4.0)], 1, 4), 63.0);
    }

    #[test]
    fn who_waits_for_room_begins_when_the_first_is_done() {
        assert_eq!(seconds(&[(100.0, 1.0), (10.0, 1.0)], 1, 1), 55.0);
        let line = [(100.0, 1.0), (20.0, 1.0), (10.0, 1.0)];
        assert_eq!(seconds(&line, 2, 2), 30.0);
        assert_eq!(seconds(&line, 0, 2), 65.0);
    }

    #[test]
    fn who_has_nothing_left_is_done_at_once() {
        assert_eq!(seconds(&[(100.0, 1.0), (0.0, 1.0)], 1, 2), 0.0);
        assert_eq!(seconds(&[(0.0, 1.0), (100.0, 1.0)], 1, 1), 50.0);
    }
}
