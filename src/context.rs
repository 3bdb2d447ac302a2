//! What every part of the work is handed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::clock::Clock;
use crate::in_flight::InFlight;
use crate::incidents::Incidents;
use crate::keyring::{Access, Keyring};
use crate::ledger::Ledger;
use crate::measures::{self, Measure};
use crate::model::{
    ByStage, ChatId, Cost, Crawl, CrawlId, Depth, MeasureName, NetworkName, QueueSettings,
};
use crate::networks::Networks;
use crate::stores::StoreError;

/// The parts of the house below the engine.
#[derive(Clone)]
pub struct Context {
    pub ledger: Arc<Ledger>,
    pub networks: Networks,
    pub notifier: Arc<dyn Notifier>,
    pub clock: Arc<dyn Clock>,
    pub settings: Arc<Settings>,
    pub in_flight: InFlight,
    pub keyring: Keyring,
    pub incidents: Incidents,
    /// The disk has so little room that nothing is asked of any network.
    pub out_of_room: Arc<AtomicBool>,
}

/// How the engine makes itself heard in chats. What is to be said lies in the ledger; these calls only
/// say that it is worth a look, and never wait.
pub trait Notifier: Send + Sync + 'static {
    /// A crawl has moved on.
    fn progress(&self, crawl: CrawlId);

    /// There is something new to be said.
    fn outgoing(&self);
}

/// What the engine decides by.
#[derive(Clone, Debug)]
pub struct Settings {
    pub queues: BTreeMap<NetworkName, ByStage<QueueSettings>>,
    /// How long a stage may stand still before it is forced on.
    pub deadlines: ByStage<Duration>,
    /// Followers listed at most.
    pub followers_cap: u64,
    /// How far an analysis goes for which nobody has said so.
    pub depth: Depth,
    /// Profiles that an analysis may fetch to compare accounts, for every 800 followers read.
    pub profile_budget: usize,
    pub measure: MeasureName,
    /// What an analysis may cost on a network that charges, and all of a day (UTC) together on each.
    pub cost_per_analysis: Cost,
    pub cost_per_day: Cost,
    /// Bytes that the database may grow by for one analysis, about; and that are left free on its disk.
    pub most_stored: u64,
    pub reserve: u64,
    /// The chats of those who run the bot.
    pub operators: Vec<ChatId>,
    /// How often the sweeper looks around.
    pub sweep_every: Duration,
    /// How long work that is under way gets to finish when the process is asked to stop.
    pub shutdown_within: Duration,
    /// Half of what a lease is good for: how often a worker that is still at it says so.
    pub heartbeat: Duration,
}

impl Context {
    /// Whether the disk has so little room that nothing is asked of any network.
    pub fn is_out_of_room(&self) -> bool {
        self.out_of_room.load(Ordering::Relaxed)
    }

    /// The way that a crawl takes to its network.
    pub fn access(&self, crawl: &Crawl) -> Result<Access, StoreError> {
        self.keyring.access(&self.ledger, &self.networks, crawl)
    }
}

impl Settings {
    pub fn measure(&self) -> &'static dyn Measure {
        measures::by_name(self.measure)
    }
}
