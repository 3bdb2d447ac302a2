//! The engine.

pub mod estimate;
