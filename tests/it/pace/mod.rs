//! How requests are paced: never over the budget, in fair turns, and not while a network must be left alone.

mod budget;
mod gate;
mod harness;
mod random;
mod too_fast;
mod turns;
