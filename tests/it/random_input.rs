//! Random input, the same in every run, so that a red test is due to the change that made it red.

use proptest::test_runner::{Config, RngSeed};

/// Returns the configuration for this many inputs; `PROPTEST_RNG_SEED` changes them.
pub(crate) fn inputs(cases: u32) -> Config {
    let config = Config::default();
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        given => given,
    };
    Config {
        cases,
        failure_persistence: None,
        rng_seed,
        ..config
    }
}
