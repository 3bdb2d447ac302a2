//! The invented world and the fake servers that speak for it, as real HTTP on 127.0.0.1.
//! Nothing here may call a real network, and nothing outside `main` and the tests may depend on it.

pub mod networks;
pub mod telegram;
pub mod world;

mod chance;
