//! Independent work on two cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

const THREADS: usize = 2;

/// Returns the results of the work for each number below `count`, in order.
pub(crate) fn side_by_side<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = &AtomicUsize::new(0);
    let work = &work;
    let (done, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            let done = done.clone();
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count || done.send((number, work(number))).is_err() {
                        return;
                    }
                }
            });
        }
    });
    drop(done);
    let mut results: Vec<(usize, T)> = results.into_iter().collect();
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
