//! How requests are let out: never over the budget, in fair turns, and not while a network is to be left alone.

mod budget;
mod chances;
mod gate;
mod kit;
mod too_fast;
mod turns;
