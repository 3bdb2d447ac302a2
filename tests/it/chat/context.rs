//! The bot's context: networks that never answer, rules and settings.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use lookalike::bot::notifier;
use lookalike::clock::{Clock, ManualClock};
use lookalike::context::{Context, Settings};
use lookalike::keyring::Keyring;
use lookalike::ledger::{Ledger, Rules};
use lookalike::model::{ByStage, Cost, Depth, MeasureName, NetworkName, QueueSettings};
use lookalike::networks::{KINDS, Kind, NetworkSettings, open};
use lookalike::sealing::Pseudonyms;
use lookalike::stores::MemoryStore;

pub(super) const PER_PERSON: u32 = 3;

pub(super) fn rules() -> Rules {
    Rules {
        max_active: 2,
        per_person: PER_PERSON,
        max_following: 1_500,
        fresh_for: Duration::from_secs(7 * 86_400),
        retention: Duration::from_secs(30 * 86_400),
        lease_term: Duration::from_secs(60),
        sampling_key: Some([7; 16]),
        pseudonyms: Pseudonyms::by_key([7; 32]),
    }
}

pub(super) async fn context(
    clock: &Arc<ManualClock>,
    store: &Arc<MemoryStore>,
    rules: Rules,
    names: &[&'static str],
) -> Context {
    let clock: Arc<dyn Clock> = clock.clone();
    let settings = |api| NetworkSettings {
        api,
        url: "http://127.0.0.1:9".to_owned(),
        token: "unused".to_owned(),
        rate: "5000/h".parse().unwrap(),
        min_cool_down: Duration::from_secs(1),
        max_cool_down: Duration::from_secs(1),
        timeout: Duration::from_secs(1),
        price: None,
        servers: None,
    };
    let queue = QueueSettings {
        rate: None,
        bucket_size: NonZeroU32::MIN,
        max_concurrent: NonZeroU32::MIN,
        task_retry_limit: None,
        min_backoff: Duration::from_secs(1),
        max_backoff: Duration::from_secs(1),
        max_doublings: 0,
    };
    let each = |value| ByStage {
        verify: value,
        followers: value,
        subscriptions: value,
        aggregate: value,
        profiles: value,
        confirm: value,
        rank: value,
        deliver: value,
    };
    let queues = ByStage {
        verify: queue,
        followers: queue,
        subscriptions: queue,
        aggregate: queue,
        profiles: queue,
        confirm: queue,
        rank: queue,
        deliver: queue,
    };
    let kinds = KINDS.iter().filter(|kind| names.contains(&kind.name));
    let kinds: Vec<&Kind> = kinds.collect();
    let named = |kind: &&Kind| {
        (
            NetworkName::new(kind.name),
            settings(kind.apis.last().unwrap().name),
        )
    };
    let networks = open(&kinds.iter().map(named).collect(), &clock).unwrap();
    let queues = networks.names().map(|name| (name, queues)).collect();
    let ledger = Ledger::open(store.clone(), clock.clone(), rules)
        .await
        .unwrap();
    Context {
        ledger: Arc::new(ledger),
        networks,
        notifier: notifier().0,
        keyring: Keyring::new("token", clock.clone()),
        clock,
        incidents: lookalike::incidents::Incidents::default(),
        out_of_room: Arc::default(),
        in_flight: lookalike::in_flight::InFlight::default(),
        settings: Arc::new(Settings {
            queues,
            deadlines: each(Duration::from_secs(3_600)),
            followers_cap: 100_000,
            depth: Depth::Normal,
            profile_budget: 300,
            measure: MeasureName::Peers,
            cost_per_analysis: Cost::default(),
            cost_per_day: Cost::default(),
            most_stored: 2_000_000_000,
            reserve: 0,
            contact: None,
            operators: Vec::new(),
            sweep_every: Duration::from_secs(60),
            shutdown_within: Duration::from_secs(5),
            heartbeat: Duration::from_secs(30),
        }),
    }
}
