//! Lookalike: which accounts are like this one? A Telegram bot that finds out from shared followers.
//!
//! # The tree
//! A folder with a plural name is a shelf: interchangeable files of one kind; its `mod.rs` holds their trait and the
//! one table that lists them. A folder with a singular name is a subsystem. Imports point down only:
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 1 | `main` | the command line |
//! | 2 | [`demo`] [`check`] [`backup`] | an invented world with fake servers, and a chat in the terminal, on them or on the real networks; a test of everything a bot needs; the database in a file and back |
//! | 3 | [`app`] | opens everything, starts the bot and the engine, shuts them down |
//! | 4 | [`config`] | the only reader of the environment |
//! | 5 | [`bot`] [`metrics`] | Telegram: updates in, messages out, and their texts; the metrics server |
//! | 6 | [`crawl`] | the engine: dispatchers, workers, the sweeper, time and cost estimates |
//! | 7 | [`stages`] shelf | the steps of an analysis: verify, followers, subscriptions, aggregate, profiles, confirm, rank, deliver |
//! | 8 | [`evidence`] | what is known about the accounts that followers share: which profiles to fetch, whose followers to list, the ranking; comparisons of audiences |
//! | 9 | [`context`] [`counting`] | what the engine and the bot are given; the most frequent ids of many lists |
//! | 9 | [`files`] shelf | results as files: one format each |
//! | 10 | [`keyring`] | people's own keys, decrypted: each is an access to a network with its own budget |
//! | 11 | [`in_flight`] [`incidents`] | requests in flight; error counts |
//! | 11 | [`ledger`] | every change of state, one transaction each, independent of the database |
//! | 12 | [`sampling`] | what a sample of followers says about all of them, and how certainly |
//! | 13 | [`networks`] shelf | social networks behind their gates |
//! | 14 | [`stores`] [`measures`] [`locales`] shelves | databases; similarity formulas; languages |
//! | 14 | [`card`] | a result, or a comparison, as a picture |
//! | 15 | [`model`] | plain data |
//! | 16 | [`clock`] [`sealing`] [`machine`] [`characters`] [`kind`] | time that tests can move; sealed secrets and pseudonyms; the process's memory and limits; which characters are invisible; person or organisation, guessed from words |
//!
//! # The path of a message
//! `bot` polls Telegram and stores each update before it confirms it. [`networks`] parse the handles in its text. A
//! handler reads the ledger and returns changes; one transaction applies them and removes the update. A message may be
//! the answer to what a bare command asked ([`model::Question`]). Replies become rows of the outbox in the same
//! transaction; they are sent in order, at the pace that Telegram allows, and then removed. The bubble of an analysis,
//! its progress message, can be redrawn from the state of its crawl at any time; when the list has come, it is deleted.
//! Replies take precedence over edits; in a chat with many searches, one message shows the progress of all. All texts
//! are in the language chosen in the chat, or else in the Telegram language of whoever writes.
//!
//! # The path of a task
//! A stage begins with one task. The dispatcher of its queue leases ready tasks, round robin by crawl. A worker runs
//! the stage, whose requests pass the network's gate: within the rate limit, in fair turns, and not while the network
//! wants to be left alone. The facts found, follow-up tasks, the removal of the task and, if no tasks are left, the
//! first task of the next stage are saved in one transaction. A failed task is retried later, or given up and counted.
//! Since any user can choose an account that makes requests fail, a health check decides whether the network is
//! down, refuses the key or is asked too fast. If the network names a time to wait, that is believed for one account
//! once a day. A list that another server has as well is read by whichever is free first, the network or that server,
//! which has limits of its own and passes no gate ([`networks::Elsewhere`]).
//!
//! At most `MAX_ACTIVE` crawls are active, in fair turns between people. A crawl that gives up its turn, or that nobody
//! pays for any more, is suspended in the middle of its stage and continues from there.
//!
//! On a network that charges, a crawl looks its account up and then waits until someone agrees to the price of a depth;
//! it is refused if even the smallest depth is over the limit. If a network begins or ceases to charge between two
//! starts, running crawls wait for consent, or continue without it. Costs are counted with each task. At the limit of
//! an analysis the current stage is forced on; at the limit of a day tasks wait for the next. If the person who asks
//! for a crawl has their own API key, the key pays for it to its end: with its own gate, worker slots and place in the
//! queue, and nobody else joins it. A request that is charged for is in the books before it is sent
//! ([`networks::Books`]).
//!
//! Followers are read in the order of a keyed hash, so the first n are a sample. The stages from subscriptions to
//! deliver repeat at 100, 200, 400 ... followers read: each look counts again, fetches profiles and ranks; the last one
//! confirms places in doubt from the candidates' own follower lists. Deliver sends the ranking to everyone whose depth
//! is reached, and the crawl reads on for the others. A finished crawl that is wanted deeper continues in the same way.
//! If its list is wanted complete in another order, it continues by fetching profiles for the latest candidates
//! ([`model::WantedOrder`]).
//!
//! An account that is not found ends its crawl with guesses at who is meant. They are found by a search of the network,
//! if that is free or agreed to, and among the profiles that are cached. A name, which has no handle, is looked for in
//! the same way ([`model::By`]).
//!
//! A comparison groups several analyses of one person. They are not reported one by one; when the last has ended, one
//! message compares them, from what was read for each. What it tells is kept with it, and goes with its results: lists
//! change, and a comparison that is sent again says the same.
//!
//! # What always holds
//! - Nothing leaves the process before the state it reports is on disk ([`ledger::Ledger::settle`]).
//! - A crash at any instruction leaves a database from which the next start continues; see the invariants in
//!   [`ledger`].
//! - Memory does not grow with the number of accounts that followers follow: lists are read in batches, counted in
//!   passes of fixed size, and stored in segment files next to the rows. Only the ids of a target's followers, and of
//!   those of one candidate that is being confirmed, are in memory at once, and their number is capped; for a
//!   comparison, those of up to five targets.
//! - While the disk has less free space than its reserve, no requests are sent to any network; and what one crawl
//!   stores is bounded, whatever servers send.
//! - Only look-ups, and the network's own suggestions with them, are requested from a network that charges before
//!   someone has agreed to the price; a search for a name has a price of its own.
//! - A person's API key is sealed before anything is stored, and only used for searches of its owner.
//! - A profile picture is fetched from a public address, or from the server that the operator has configured as the API
//!   of the account's network; no key is sent with the request ([`networks::Pictures`]).
//! - Erased personal data is also erased from the disk, when all rows are rewritten
//!   ([`ledger::Ledger::erase_on_disk`]).
//! - Tokens are in no log and no error; outside text is escaped where it becomes HTML.

pub mod app;
pub mod backup;
pub mod bot;
pub mod card;
pub mod characters;
pub mod check;
pub mod clock;
pub mod config;
pub mod context;
pub mod counting;
pub mod crawl;
pub mod demo;
pub mod evidence;
pub mod files;
#[doc = include_str!("HOW_IT_WORKS.md")]
pub mod how_it_works {}
pub mod in_flight;
pub mod incidents;
pub mod keyring;
pub mod kind;
pub mod ledger;
pub mod locales;
pub mod machine;
pub mod measures;
pub mod metrics;
pub mod model;
pub mod networks;
pub mod sampling;
pub mod sealing;
pub mod stages;
pub mod stores;
