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
//! | 5 | [`bot`] [`metrics`] | Telegram: updates in, messages out, and between them one feature per command; what monitoring is told |
//! | 6 | [`crawl`] | the engine: dispatchers, workers, the sweeper, expected times |
//! | 7 | [`stages`] shelf | the steps of an analysis: verify, followers, subscriptions, aggregate, profiles, confirm, rank, deliver |
//! | 8 | [`evidence`] | what is known of the accounts that followers share: whose profiles to fetch, whose followers to look through, the ranking; audiences held against each other |
//! | 9 | [`context`] [`counting`] | what every part is handed; the most frequent ids of many lists |
//! | 9 | [`files`] shelf | a result in a file: one format each |
//! | 10 | [`keyring`] | keys of people's own, opened: a way to a network with a budget of its own each |
//! | 11 | [`in_flight`] [`incidents`] | requests in flight; what went wrong, counted |
//! | 11 | [`ledger`] | every change of state, one transaction each, written once for every database |
//! | 12 | [`sampling`] | what a sample of followers says of all of them, and how surely |
//! | 13 | [`networks`] shelf | social networks behind their gates |
//! | 14 | [`stores`] [`measures`] [`locales`] shelves | databases; formulas; languages |
//! | 14 | [`card`] | a result, or a comparison, as a picture |
//! | 15 | [`model`] | plain data |
//! | 16 | [`clock`] [`sealing`] [`machine`] | time, so that tests can move it; secrets and pseudonyms, so that nobody else reads them; what the process takes of its machine |
//!
//! # The path of a message
//! `bot` polls; what is read of an update is a row before that is confirmed to Telegram. What its words mean to
//! each network is [`networks`]' to say. The handler, one of `bot::features`, reads the ledger and returns changes; one transaction carries them out and removes the update. What is to be said becomes a
//! row of the outbox in the same transaction; `bot::outbox` sends it, in order and within Telegram's rate limits, and
//! then removes the row. The progress message of an analysis is edited from the state of its crawl at any time. Edits
//! give way to what people ask for; where a chat has many searches, one message shows them all. All of it is
//! in the language of the chat: the one that was chosen there, or else that of the Telegram of who writes.
//!
//! # The path of a task
//! A stage opens with one task. A dispatcher of its queue leases ready tasks, crawl by crawl in turn; a
//! worker runs the stage, whose requests pass the network's gate: inside the budget, in fair turns, not
//! while the network wants to be left alone. What it found, the follow-ups, the task's removal and, when
//! nothing is left open, the next stage's first task are one transaction. Failures put the task back for
//! later, or give it up and count it. What fails may be the fault of an account that a stranger chose, so whether
//! the network is down, refuses the key or is asked too fast is decided by a health check; unless the network
//! names a time, which it is believed for one account once in a day.
//!
//! `MAX_ACTIVE` crawls have places at work, in fair turns between people. One that gives its place back, or that
//! nobody pays for any more, is suspended in the middle of its stage and goes on from there.
//!
//! On a network that charges, a crawl whose account was looked up waits until somebody agrees to what it costs
//! to go so deep, unless that is too much even at the least. At a start from which on a network charges, or does no
//! longer, what is under way is asked about, or goes on by itself. What it costs is counted with each task; at the
//! most that is allowed the present stage is forced on, and at the most that a day may cost tasks wait for the
//! next. A crawl that somebody asks for who has a key of their own is paid for by it, to its end: with a gate, workers
//! and a place of its own, beside everybody's, and joined by nobody else. A request that is charged for is in the
//! books before it is sent ([`networks::Books`]).
//!
//! The followers are read in the order of a keyed hash, so the first n are a sample. Subscriptions to
//! deliver come round at 100, 200, 400 ... of them: each look counts, fetches profiles and ranks anew; the
//! last one confirms whose place is in doubt from the account's own list of followers;
//! deliver hands the ranking to whoever asked for no more, and lets the crawl read on for the others. A
//! finished crawl that is wanted deeper goes on in the same way. One whose list is wanted complete in another order
//! goes on where profiles are fetched, with the candidates that were counted last ([`model::WantedOrder`]).
//!
//! A comparison is several analyses of one person of which nothing is sent by itself: when nothing of it is
//! to come any more, it is told once, from what was read for each of them.
//!
//! # What always holds
//! - Nothing leaves the process before what it tells is on disk ([`ledger::Ledger::settle`]).
//! - A crash at any instruction leaves a database from which the next start finishes; see the invariants
//!   in [`ledger`].
//! - Memory does not grow with whom followers follow: lists are read in batches, counted in passes of
//!   fixed size, and live in segment files beside the rows. Only the ids of one target's followers, and of
//!   those of one account that is looked through for it, are held at once, of which there is a cap; of up to
//!   five targets where their audiences are compared.
//! - While the disk has less room than is kept free of it, nothing is asked of any network; and what is stored for one
//!   crawl is bounded, whatever servers send.
//! - Nothing but look-ups, and what the network itself suggests with them, is asked of a network that charges
//!   before somebody has agreed to it.
//! - A key that somebody gives is sealed before anything is stored, and used for the searches of its owner alone.
//! - A picture of an account is fetched from a public place, or from the very server that the operator has named
//!   as the API of the account's network; whoever serves it is shown no key ([`networks::Pictures`]).
//! - What is erased of somebody is erased on the disk too, when all rows are written anew
//!   ([`ledger::Ledger::erase_on_disk`]).
//! - Tokens are in no log and no error; text from outside is escaped where it becomes HTML.

pub mod app;
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
#[doc = include_str!("HOW_IT_WORKS.md")]
pub mod how_it_works {}
pub mod in_flight;
pub mod incidents;
pub mod keyring;
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
