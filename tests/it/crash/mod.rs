//! The real binary, killed at any moment, and started again.

mod all_searches;
mod chats;
mod confirming;
mod kill_series;
mod leftovers;
mod long_lists;
mod orders;
mod post_mortem;
mod process;
mod random_kills;
mod shutdown;
mod telegram_calls;
mod two_processes;
mod updates;
