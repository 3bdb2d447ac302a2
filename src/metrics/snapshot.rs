//! All numbers at one moment, and their names.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::context::Context;
use crate::incidents::Incident;
use crate::machine;
use crate::model::{Crawl, Mode, Status};
use crate::networks::{Entry, Health, Traffic};
use crate::stores::StoreError;

/// A label and its value.
type MetricLabel = (&'static str, String);

#[derive(Debug)]
pub(super) struct Snapshot {
    networks: Vec<NetworkNumbers>,
    crawls: [(&'static str, u64); 4],
    modes: [(&'static str, u64); 3],
    incidents: Vec<(Incident, u64)>,
    outbox: u64,
    commits: u64,
    database: u64,
    free: Option<u64>,
    memory: Option<u64>,
}

/// The numbers of one network.
#[derive(Debug)]
struct NetworkNumbers {
    name: String,
    traffic: Traffic,
    waiting: u64,
    works: bool,
    /// Dollars.
    cost_today: Option<f64>,
}

impl Snapshot {
    pub(super) fn of(cx: &Context) -> Result<Self, StoreError> {
        let crawls = cx.ledger.live_crawls()?;
        let count = |status: Status| {
            let same = |crawl: &&Crawl| crawl.status == status;
            crawls.iter().filter(same).count() as u64
        };
        let mode = cx.ledger.mode()?.mode;
        let networks = cx
            .networks
            .iter()
            .map(|entry| NetworkNumbers::of(cx, entry));
        Ok(Self {
            networks: networks.collect::<Result<_, _>>()?,
            crawls: [
                ("verifying", count(Status::Verifying)),
                ("active", count(Status::Active)),
                ("waiting", count(Status::Queued)),
                ("asking", count(Status::Asking)),
            ],
            modes: [
                ("runs", u64::from(mode == Mode::Runs)),
                ("drains", u64::from(mode == Mode::Drains)),
                ("paused", u64::from(mode == Mode::Paused)),
            ],
            incidents: cx.incidents.read().collect(),
            outbox: cx.ledger.outbox_length()? as u64,
            commits: cx.ledger.commits(),
            database: cx.ledger.size(),
            free: cx.ledger.room().map(|room| room.free),
            memory: machine::memory(),
        })
    }
}

impl NetworkNumbers {
    fn of(cx: &Context, entry: &Entry) -> Result<Self, StoreError> {
        let name = entry.network.name();
        let spent = cx.ledger.spent_today(&name)?;
        // Millionths of a dollar.
        let cost = entry.price.map(|price| price.of(spent).0 as f64 / 1e6);
        Ok(Self {
            name: name.to_string(),
            traffic: entry.gate.traffic(),
            waiting: entry.gate.waiting() as u64,
            works: !matches!(*entry.gate.health().borrow(), Health::Trouble(_)),
            cost_today: cost,
        })
    }
}

impl Collector for Snapshot {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut families = FamilyEncoder(encoder);
        families.gauge(
            "build_info",
            "The version that runs.",
            [(
                vec![("version", env!("CARGO_PKG_VERSION").to_owned())],
                1u64,
            )],
        )?;
        let networks = || self.networks.iter();
        let of = |numbers: &NetworkNumbers| vec![("network", numbers.name.clone())];
        families.counter(
            "requests",
            "Requests to networks by what came of them.",
            networks().flat_map(|it| {
                let results = it.traffic.results.iter();
                results.map(|(result, count)| {
                    let labels = [of(it), vec![("result", (*result).to_owned())]].concat();
                    (labels, *count)
                })
            }),
        )?;
        families.counter(
            "gate_passed",
            "Requests that were let through to a network.",
            networks().map(|it| (of(it), it.traffic.let_through)),
        )?;
        families.counter(
            "gate_waited_seconds",
            "How long these had waited for their turn in all.",
            networks().map(|it| (of(it), it.traffic.waited.as_secs_f64())),
        )?;
        families.gauge(
            "gate_waiting",
            "Requests that wait for their turn.",
            networks().map(|it| (of(it), it.waiting)),
        )?;
        families.gauge(
            "network_works",
            "1 unless the last answer of the network has shown trouble.",
            networks().map(|it| (of(it), u64::from(it.works))),
        )?;
        families.gauge(
            "cost_today_dollars",
            "What was spent on the network on this day (UTC).",
            networks().filter_map(|it| Some((of(it), it.cost_today?))),
        )?;
        families.gauge(
            "crawls",
            "Crawls that are not over, by what they are at.",
            self.crawls
                .map(|(state, count)| (vec![("state", state.to_owned())], count)),
        )?;
        families.gauge(
            "mode",
            "1 for what the operators have the bot do.",
            self.modes
                .map(|(mode, is_it)| (vec![("mode", mode.to_owned())], is_it)),
        )?;
        families.counter(
            "incidents",
            "What went wrong beside requests, by kind.",
            self.incidents
                .iter()
                .map(|(incident, count)| (vec![("kind", incident.kind().to_owned())], *count)),
        )?;
        families.gauge(
            "outbox",
            "Things still to be said.",
            unlabelled(self.outbox),
        )?;
        families.counter(
            "commits",
            "Commits of the database.",
            unlabelled(self.commits),
        )?;
        families.gauge("database_bytes", "The database.", unlabelled(self.database))?;
        let free = self.free.into_iter().flat_map(unlabelled);
        families.gauge("disk_free_bytes", "Free on its disk.", free)?;
        let memory = self.memory.into_iter().flat_map(unlabelled);
        families.gauge("memory_bytes", "Memory of the process.", memory)
    }
}

/// Writes families of metrics.
struct FamilyEncoder<'a>(DescriptorEncoder<'a>);

impl FamilyEncoder<'_> {
    fn counter<N: EncodeCounterValue>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (Vec<MetricLabel>, N)>,
    ) -> fmt::Result {
        let values = values
            .into_iter()
            .map(|(labels, value)| (labels, ConstCounter::new(value)));
        self.write(name, help, MetricType::Counter, values)
    }

    fn gauge<N: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (Vec<MetricLabel>, N)>,
    ) -> fmt::Result {
        let values = values
            .into_iter()
            .map(|(labels, value)| (labels, ConstGauge::new(value)));
        self.write(name, help, MetricType::Gauge, values)
    }

    fn write(
        &mut self,
        name: &str,
        help: &str,
        kind: MetricType,
        values: impl Iterator<Item = (Vec<MetricLabel>, impl EncodeMetric)>,
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, kind)?;
        for (labels, value) in values {
            value.encode(encoder.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

fn unlabelled<N>(value: N) -> [(Vec<MetricLabel>, N); 1] {
    [(Vec::new(), value)]
}
