//! Lookalike: which accounts are like this one? A Telegram bot that finds out from shared followers.
//!
//! # The tree
//! A folder with a plural name is a shelf: interchangeable files of one kind, with the trait and the one
//! table that lists them in its `mod.rs`. A folder with a singular name is a subsystem. Imports point
//! down only:
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 1 | `main` | the command line |
//! | 2 | [`demo`] [`check`] [`backup`] | an invented world, fake servers and a chat on them; a look at everything a bot needs; the database in a file and back |
//! | 3 | [`app`] | opens everything, starts the bot and the engine, takes them down |
//! | 4 | [`config`] | the only reader of the environment |
//! | 5 | [`bot`] | Telegram: what comes in, what goes out, what a bubble and a list say |
//! | 6 | [`crawl`] | the engine: dispatchers, workers, the sweeper, expected times |
//! | 7 | [`stages`] shelf | the steps of an analysis: verify, followers, subscriptions, aggregate, profiles, confirm, rank, deliver |
//! | 8 | [`evidence`] | what is known of the accounts that followers share: whose profiles to fetch, whose followers to look through, the ranking |
//! | 9 | [`context`] [`counting`] | what every part is handed; the most frequent ids of many lists |
//! | 10 | [`asking`] | what is being asked for at this moment |
//! | 10 | [`ledger`] | every change of state, one transaction each, written once for every database |
//! | 11 | [`sampling`] | what a sample of followers says of all of them, and how surely |
//! | 12 | [`networks`] [`stores`] [`measures`] [`locales`] shelves | social networks behind their gates; databases; formulas; languages |
//! | 12 | [`card`] | a result as a picture |
//! | 13 | [`model`] | plain data |
//! | 14 | [`clock`] | time, so that tests can move it |
//!
//! # The path of a message
//! `bot` polls; an update is a row before it is confirmed to Telegram. What its words mean to each network is
//! [`networks`]' to say. A handler reads the ledger and
//! returns changes; one transaction carries them out and removes the update. What is to be said becomes a
//! row of the outbox in the same transaction; the postman sends it, in order and at Telegram's pace, and
//! then removes the row. The bubble of an analysis is edited from the state of its crawl at any time. Edits
//! give way to what people ask for; where a chat has many searches, one message shows them all.
//!
//! # The path of a task
//! A stage opens with one task. A dispatcher of its queue leases ready tasks, crawl by crawl in turn; a
//! worker runs the stage, whose requests pass the network's gate: inside the budget, in fair turns, not
//! while the network wants to be left alone. What it found, the follow-ups, the task's removal and, when
//! nothing is left open, the next stage's first task are one transaction. Failures put the task back for
//! later, or give it up and count it.
//!
//! On a network that charges, a crawl whose account was looked up waits until somebody agrees to what it costs
//! to go so deep. What it costs is counted with each task; at the most that is allowed the present stage is
//! forced on, and at the most that a day may cost tasks wait for the next.
//!
//! The followers are read in the order of a keyed hash, so the first n are a sample. Subscriptions to
//! deliver come round at 100, 200, 400 ... of them: each look counts, fetches profiles and ranks anew; the
//! last one confirms whose place is in doubt from the account's own list of followers;
//! deliver hands the ranking to whoever asked for no more, and lets the crawl read on for the others. A
//! finished crawl that is wanted deeper goes on in the same way.
//!
//! # What always holds
//! - Nothing leaves the process before what it tells is on disk ([`ledger::Ledger::settle`]).
//! - A crash at any instruction leaves a database from which the next start finishes; see the invariants
//!   in [`ledger`].
//! - Memory does not grow with whom followers follow: lists are read in batches, counted in passes of
//!   fixed size, and live in segment files beside the rows. Only the ids of one target's followers, and of
//!   those of one account that is compared with it, are held at once, of which there is a cap.
//! - Nothing but look-ups is asked of a network that charges before somebody has agreed to it.
//! - Tokens are in no log and no error; text from outside is escaped where it becomes HTML.

pub mod app;
pub mod asking;
pub mod backup;
pub mod bot;
pub mod card;
pub mod check;
pub mod clock;
pub mod config;
pub mod context;
pub mod counting;
pub mod crawl;
pub mod demo;
pub mod evidence;
pub mod files;
pub mod keyring;
pub mod ledger;
pub mod locales;
pub mod measures;
pub mod model;
pub mod networks;
pub mod sampling;
pub mod sealing;
pub mod stages;
pub mod stores;
