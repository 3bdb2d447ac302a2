//! Input from outside can be anything. It is answered, cut, refused or skipped; it never ends the process, fills its
//! memory or gets in the way of what comes next.

mod answers;
mod connections;
mod damage;
mod log;
mod mastodon;
mod messages;
pub(crate) mod mutated;
mod names;
mod network;
mod strangers;
mod updates;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{TestCaseResult, TestRunner};

use crate::random_input;

/// Tries a property on this many inputs, and prints how many there were.
pub(crate) fn try_on<S: Strategy>(
    inputs: u32,
    what: &str,
    of: &S,
    property: impl Fn(S::Value) -> TestCaseResult,
) {
    let mut runner = runner(inputs);
    if let Err(error) = runner.run(of, property) {
        panic!("{what}: {error}");
    }
    println!("hostile input: {} {what}", runner.config().cases);
}

/// Returns this many inputs to be tried together.
pub(crate) fn samples<S: Strategy>(inputs: u32, of: &S) -> Vec<S::Value> {
    let mut runner = runner(inputs);
    let samples = (0..runner.config().cases).map(|_| of.new_tree(&mut runner).unwrap().current());
    samples.collect()
}

/// Returns the runner; `LOOKALIKE_TEST_CASES` multiplies the inputs.
fn runner(inputs: u32) -> TestRunner {
    let times = std::env::var("LOOKALIKE_TEST_CASES").ok();
    let times: u32 = times.map_or(1, |times| times.parse().expect("a whole number"));
    TestRunner::new(random_input::inputs(inputs * times))
}
