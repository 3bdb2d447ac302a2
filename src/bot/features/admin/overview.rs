//! The state of the bot at one moment.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::bot::view::title;
use crate::context::Context;
use crate::ledger::RecentUsage;
use crate::machine;
use crate::model::{Cost, Crawl, Mode, ModeChange, Spent, StageName, Status};
use crate::networks::{ANSWERED, Entry, Health, NetworkError, OWN_KEY_REFUSED, Trouble};
use crate::stores::StoreError;

pub(super) struct Overview {
    pub(super) now: DateTime<Utc>,
    /// Time since the start.
    pub(super) up: Duration,
    pub(super) mode_change: ModeChange,
    pub(super) out_of_room: bool,
    pub(super) networks: Vec<NetworkStatus>,
    pub(super) queue: QueueCounts,
    pub(super) slowest: Option<SlowestSearch>,
    /// The last 24 hours.
    pub(super) lately: RecentUsage,
    /// Errors since the start: source, then count by kind.
    pub(super) errors: Vec<(String, BTreeMap<&'static str, u64>)>,
    /// Bytes.
    pub(super) database: u64,
    pub(super) free: Option<u64>,
    pub(super) memory: Option<u64>,
}

/// The state of one network.
pub(super) struct NetworkStatus {
    pub(super) title: String,
    pub(super) standing: Health,
    pub(super) hour: u64,
    pub(super) day: u64,
    /// For the last hour and the day, if the network charges.
    pub(super) cost: Option<(Cost, Cost)>,
}

/// How many searches are in which state.
#[derive(Default)]
pub(super) struct QueueCounts {
    pub(super) verifying: u64,
    pub(super) active: u64,
    pub(super) waiting: u64,
    pub(super) asking: u64,
}

/// The search that has been running for longest.
pub(super) struct SlowestSearch {
    pub(super) handle: String,
    pub(super) link: Option<String>,
    pub(super) age: Duration,
    pub(super) stage: StageName,
    pub(super) waits: WaitsFor,
}

/// What a search waits for.
pub(super) enum WaitsFor {
    Operator,
    /// Free space on the disk.
    DiskSpace,
    /// Somebody's consent to the cost.
    Consent,
    Turn,
    Network(String),
    /// Nothing but the network's responses.
    Nothing,
}

impl Overview {
    /// Collects the state. `mode_change` applies from now on; one that a press makes is not stored yet.
    pub(super) fn of(cx: &Context, mode_change: ModeChange) -> Result<Self, StoreError> {
        let now = cx.clock.now();
        let crawls = cx.ledger.live_crawls()?;
        let networks = cx.networks.iter().map(|entry| NetworkStatus::of(cx, entry));
        Ok(Self {
            now,
            up: cx.clock.elapsed(),
            mode_change,
            out_of_room: cx.is_out_of_room(),
            networks: networks.collect::<Result<_, _>>()?,
            queue: QueueCounts::of(&crawls),
            slowest: SlowestSearch::of(cx, crawls, mode_change.mode, now)?,
            lately: cx.ledger.recent_usage(now - TimeDelta::days(1))?,
            errors: errors(cx),
            database: cx.ledger.size(),
            free: cx.ledger.room().map(|room| room.free),
            memory: machine::memory(),
        })
    }
}

impl NetworkStatus {
    fn of(cx: &Context, entry: &Entry) -> Result<Self, StoreError> {
        let name = entry.network.name();
        let (hour, day) = (
            cx.ledger.spent_this_hour(&name)?,
            cx.ledger.spent_today(&name)?,
        );
        let cost = |spent: Spent| entry.price.map(|price| price.of(spent));
        Ok(Self {
            title: title(&name),
            standing: entry.gate.health().borrow().clone(),
            hour: hour.requests,
            day: day.requests,
            cost: cost(hour).zip(cost(day)),
        })
    }
}

impl QueueCounts {
    fn of(crawls: &[Crawl]) -> Self {
        let mut queue = Self::default();
        for crawl in crawls {
            match crawl.status {
                Status::Verifying => queue.verifying += 1,
                Status::Active => queue.active += 1,
                Status::Queued => queue.waiting += 1,
                Status::Asking => queue.asking += 1,
                Status::Finished | Status::Refused(_) | Status::Dropped => {}
            }
        }
        queue
    }
}

impl SlowestSearch {
    fn of(
        cx: &Context,
        crawls: Vec<Crawl>,
        mode: Mode,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StoreError> {
        // A search that waits for consent to its cost is not slow.
        let order = |crawl: &Crawl| (crawl.status == Status::Asking, crawl.since);
        let Some(crawl) = crawls.into_iter().min_by_key(order) else {
            return Ok(None);
        };
        let access = cx.access(&crawl)?;
        let trouble: Option<Trouble> = access.entry().and_then(|entry| entry.gate.trouble());
        let waits = match (&crawl.status, mode) {
            (Status::Asking, _) => WaitsFor::Consent,
            (_, Mode::Paused) => WaitsFor::Operator,
            _ if cx.is_out_of_room() => WaitsFor::DiskSpace,
            (Status::Queued, _) => WaitsFor::Turn,
            _ if trouble.is_some() => WaitsFor::Network(title(&crawl.network)),
            _ => WaitsFor::Nothing,
        };
        let handle = crawl.shown_handle();
        Ok(Some(Self {
            link: cx.networks.link(&crawl.network, handle),
            handle: handle.0.clone(),
            age: (now - crawl.since).to_std().unwrap_or_default(),
            stage: crawl.stage,
            waits,
        }))
    }
}

fn errors(cx: &Context) -> Vec<(String, BTreeMap<&'static str, u64>)> {
    let of_network = |entry: &Entry| {
        let mut results = entry.gate.traffic().results;
        let is_fine = |kind| {
            [ANSWERED, OWN_KEY_REFUSED].contains(&kind) || NetworkError::FACTS.contains(&kind)
        };
        results.retain(|kind, _| !is_fine(*kind));
        (title(&entry.network.name()), results)
    };
    let own = cx.incidents.read().filter(|(_, count)| *count > 0);
    let own = own
        .map(|(incident, count)| (incident.kind(), count))
        .collect();
    let networks = cx.networks.iter().map(of_network);
    let all = networks.chain([("lookalike".to_owned(), own)]);
    all.filter(|(_, kinds)| !kinds.is_empty()).collect()
}
