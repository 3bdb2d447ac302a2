//! What every part of the engine and the bot is given.

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

/// The subsystems below the engine.
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
    /// The disk is so full that no requests are sent.
    pub out_of_room: Arc<AtomicBool>,
}

/// How the engine gets chats updated. The messages themselves are in the ledger; these calls only say that there is
/// something new, and never wait.
pub trait Notifier: Send + Sync + 'static {
    /// A crawl has progressed.
    fn progress(&self, crawl: CrawlId);
}

/// The engine's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    pub queues: BTreeMap<NetworkName, ByStage<QueueSettings>>,
    /// How long a stage may go without progress before it is forced on.
    pub deadlines: ByStage<Duration>,
    /// Followers listed at most.
    pub followers_cap: u64,
    /// The default depth.
    pub depth: Depth,
    /// Profiles that an analysis may fetch for every 800 followers read.
    pub profile_budget: usize,
    pub measure: MeasureName,
    /// The most that one analysis may cost, and all together in a day (UTC), on a network that charges.
    pub cost_per_analysis: Cost,
    pub cost_per_day: Cost,
    /// The approximate bytes that one analysis may add to the database; and the bytes that are left free on its disk.
    pub most_stored: u64,
    pub reserve: u64,
    /// The private chats of the operators.
    pub operators: Vec<ChatId>,
    /// Whom people write to who do not want to be found, as free text.
    pub contact: Option<String>,
    /// How often the sweeper runs.
    pub sweep_every: Duration,
    /// How long running tasks get to finish at shutdown.
    pub shutdown_within: Duration,
    /// Half the term of a lease: how often a worker renews it.
    pub heartbeat: Duration,
}

impl Context {
    /// Whether the disk is so full that no requests are sent.
    pub fn is_out_of_room(&self) -> bool {
        self.out_of_room.load(Ordering::Relaxed)
    }

    /// Returns a crawl's access to its network.
    pub fn access(&self, crawl: &Crawl) -> Result<Access, StoreError> {
        self.keyring.access(&self.ledger, &self.networks, crawl)
    }
}

impl Settings {
    pub fn measure(&self) -> &'static dyn Measure {
        measures::by_name(self.measure)
    }
}
