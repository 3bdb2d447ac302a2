//! Tests everything a bot needs once, and reports line by line what works and what to fix.

use std::sync::Arc;

use crate::app::bot_settings;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::crawl::{FEW_FOLLOWERS, refuses_nearly_all};
use crate::ledger::check_format;
use crate::locales::About;
use crate::model::{Cost, CrawlId, NetworkName};
use crate::networks::{
    Entry, Flow, GatedNetwork, KINDS, Kind, Network, NetworkError, probe_handle,
};
use crate::stores::{self, Room, StoreError};
use crate::{bot, networks};

const MEGABYTE: u64 = 1_000_000;

/// The findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    pub lines: Vec<String>,
    pub all_right: bool,
}

/// Reads the settings, contacts Telegram and each network once, and opens the database if there is one. `get` returns a
/// variable; `warnings` are known problems of them. Without a token all but Telegram is tested.
pub async fn check(get: &dyn Fn(&str) -> Option<String>, warnings: &[String]) -> CheckReport {
    let mut report = CheckReport {
        lines: Vec::new(),
        all_right: true,
    };
    for warning in warnings {
        report.lines.push(format!("WARN   settings: {warning}"));
    }
    let (config, no_token) = match Config::read(get) {
        Err(error) if error.lacks_token() => (Config::read_without_token(get), Some(error)),
        config => (config, None),
    };
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            report.wrong("settings", &error.to_string());
            return report;
        }
    };
    report.right("settings", "read");
    report.people(&config);
    report.bounds(&config);
    match no_token {
        Some(error) => report.wrong("Telegram", &error.to_string()),
        None => match bot::name(&bot_settings(&config)).await {
            Ok(name) => report.right("Telegram", &format!("the token belongs to @{name}")),
            Err(error) => report.wrong("Telegram", &error.to_string()),
        },
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    match networks::open(&config.networks, &clock) {
        Ok(networks) => {
            for kind in &KINDS {
                match networks.get(&NetworkName::new(kind.name)) {
                    Some(entry) => {
                        report.network(entry).await;
                        report.price(entry, config.settings.cost_per_analysis);
                    }
                    None => report.off(kind),
                }
            }
        }
        Err(error) => report.wrong("networks", &error.to_string()),
    }
    let url = &config.database_url;
    let opened = stores::is_there(url).and_then(|is_there| {
        let store = is_there.then(|| stores::open_now(url)).transpose()?;
        store
            .iter()
            .try_for_each(|store| check_format(store.as_ref()))?;
        Ok(store)
    });
    match opened {
        Ok(None) => report.right("database", &format!("{url} is made at the first start")),
        Ok(Some(store)) => report.right(
            "database",
            &format!("{} opens, {} bytes", config.database_url, store.size()),
        ),
        Err(StoreError::InUse(folder)) => report.right(
            "database",
            &format!("{folder} is there, and a running bot works with it"),
        ),
        Err(error) => report.wrong("database", &error.to_string()),
    }
    report.disk(&config);
    report
}

impl CheckReport {
    /// Who may use the bot, and who runs it.
    fn people(&mut self, config: &Config) {
        let listed = |ids: Vec<String>| ids.join(", ");
        let allowed = config.allowed.iter().map(i64::to_string).collect();
        self.right(
            "ALLOWED",
            &if config.allowed.is_empty() {
                "everybody who finds the bot may use it".to_owned()
            } else {
                format!("it is for {} alone", listed(allowed))
            },
        );
        let operators = &config.settings.operators;
        let ids = operators.iter().map(|chat| chat.0.to_string()).collect();
        self.right(
            "OPERATORS",
            &if operators.is_empty() {
                "nobody is told when something fails, and nobody has /admin".to_owned()
            } else {
                format!(
                    "{} are told when something fails, and have /admin",
                    listed(ids)
                )
            },
        );
    }

    /// Quotas and cost limits.
    fn bounds(&mut self, config: &Config) {
        let (rules, settings) = (&config.rules, &config.settings);
        let per_day = match config.per_day {
            Some(most) => format!("{most} a day (UTC)"),
            None => "as many as they like".to_owned(),
        };
        self.right(
            "quotas",
            &format!(
                "each person may have {} analyses under way (ANALYSES_PER_PERSON), and ask for {per_day} \
                 (ANALYSES_PER_DAY); {} are worked on at a time (MAX_ACTIVE)",
                rules.per_person, rules.max_active
            ),
        );
        let charges = config.networks.iter();
        let charges = charges.filter(|(_, network)| network.price.is_some());
        let charges: Vec<&str> = charges.map(|(name, _)| name.as_str()).collect();
        self.right(
            "caps",
            &match charges.as_slice() {
                [] => "nothing that is switched on costs anything".to_owned(),
                charges => format!(
                    "{}: {} dollars a search (COST_PER_ANALYSIS), {} a day (COST_PER_DAY)",
                    charges.join(", "),
                    settings.cost_per_analysis,
                    settings.cost_per_day
                ),
            },
        );
    }

    /// How much is free where the database is, or will be.
    fn disk(&mut self, config: &Config) {
        let Some(Room { free, .. }) = stores::room(&config.database_url) else {
            return;
        };
        let (free_mb, least) = (free / MEGABYTE, config.settings.reserve);
        let text = format!("{free_mb} MB are free");
        if free > least {
            self.right("disk", &text);
        } else {
            let least = least / MEGABYTE;
            self.wrong("disk", &format!("{text}; below {least} MB searches wait"));
        }
    }

    async fn network(&mut self, entry: &Entry) {
        let name = entry.network.name();
        let flow = Flow {
            crawl: CrawlId(0),
            weight: 1,
            urgent: true,
            asker: None,
        };
        let network = GatedNetwork::new(entry.clone(), flow);
        let Some(handle) = probe_handle(&name) else {
            return;
        };
        let asked = network.resolve(&handle).await;
        let left = network
            .remaining()
            .map(|left| format!(", {left} requests left"))
            .unwrap_or_default();
        match asked.err().filter(|error| !error.is_final()) {
            // Whatever it found, the answer shows that the key is accepted.
            None => {
                // The key has just worked, so an unknown balance is no fault of the settings.
                let balance = network.balance().await.ok().flatten();
                let credit = balance
                    .map(|balance| format!(", credit for {} more", balance.requests))
                    .unwrap_or_default();
                self.right(
                    name.as_str(),
                    &format!("answers, budget {}{left}{credit}", entry.rate),
                );
            }
            Some(error) => {
                let prefix = name.as_str().to_uppercase();
                let which = match &error {
                    NetworkError::Denied(_) | NetworkError::OutOfCredit => "ACCESS_TOKEN",
                    _ => "API_URL",
                };
                self.wrong(name.as_str(), &format!("{prefix}_{which}: {error}"));
            }
        }
    }

    /// Warns of a network that is too expensive for the limit.
    fn price(&mut self, entry: &Entry, most: Cost) {
        if let Some(cost) = refuses_nearly_all(entry, most) {
            let (name, dollars) = (entry.network.name(), About(cost).said());
            self.lines.push(format!(
                "WARN   {name}: even an account with {FEW_FOLLOWERS} followers costs about {dollars} dollars, and a \
                 search may cost {most} (COST_PER_ANALYSIS): nearly all are refused, and the bot does not offer {name}"
            ));
        }
    }

    /// A network that is switched off.
    fn off(&mut self, kind: &Kind) {
        let name = kind.name.to_uppercase();
        let how = match kind.switch {
            Some(_) => format!("{name}=on"),
            None => format!("{name}_ACCESS_TOKEN"),
        };
        self.lines
            .push(format!("off    {}: set {how} to use it", kind.name));
    }

    fn right(&mut self, what: &str, text: &str) {
        self.lines.push(format!("ok     {what}: {text}"));
    }

    fn wrong(&mut self, what: &str, text: &str) {
        self.lines.push(format!("WRONG  {what}: {text}"));
        self.all_right = false;
    }
}
