//! The settings, all from the environment; nothing else reads it.
//!
//! Tokens are kept out of every `Debug`.

mod environment;
mod reader;
mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use crate::context::Settings;
use crate::ledger::Rules;
use crate::model::{ChatId, Handle, NetworkName};
use crate::networks::NetworkSettings;
use crate::sealing::Pseudonyms;

use reader::{Reader, by_stage};
use variables::TOKEN;

pub use environment::{EnvFileError, load, variable};
pub use reader::ConfigError;
pub use variables::{Variable, variables};

/// Bytes that one analysis may add to the database. All of 100,000 followers who follow 500 accounts each take a tenth
/// of it if ids are numbers, and most of it if they are names.
const MOST_STORED: u64 = 4_000_000_000;

/// Bytes that are left free on the disk.
const RESERVE: u64 = 200_000_000;

/// Stands in for a token where there is none.
const NO_TOKEN: &str = "none";

#[derive(Clone)]
pub struct Config {
    pub telegram_token: String,
    pub telegram_url: Option<String>,
    pub database_url: String,
    pub networks: BTreeMap<NetworkName, NetworkSettings>,
    pub rules: Rules,
    pub settings: Settings,
    pub priority_people: BTreeSet<u64>,
    pub raised_priority: u32,
    /// Analyses that a person may ask for in a day; `None` for no limit.
    pub per_day: Option<u32>,
    /// People and groups who may use the bot; empty for everyone.
    pub allowed: BTreeSet<i64>,
    /// Accounts that have opted out.
    pub opt_out: Vec<(NetworkName, Handle)>,
    /// The loopback address of the metrics server; `None` for no server.
    pub metrics: Option<SocketAddr>,
    /// The least time between two edits of a bubble; `None` for a default by kind of chat.
    pub edit_every: Option<Duration>,
}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&variable)
    }

    /// Reads settings, with some of them replaced.
    pub fn read_but(
        replaced: &BTreeMap<String, String>,
        get: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        Self::read(&|name| replaced.get(name).cloned().or_else(|| get(name)))
    }

    /// Reads settings as if there were a token, for whatever does not need Telegram.
    pub fn read_without_token(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let none = BTreeMap::from([(TOKEN.to_owned(), NO_TOKEN.to_owned())]);
        Self::read_but(&none, get)
    }

    /// Returns the one setting that commands working only on the database need.
    pub fn database_url_from_env() -> String {
        Reader { get: &variable }.text("DATABASE_URL")
    }

    /// Reads settings from any source; what `get` does not have, or has as empty, gets its default.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let reader = Reader { get };
        let lease_term = reader.duration("LEASE_TERM")?;
        let queues = reader.queues()?;
        let networks = reader.networks()?;
        let deadline = reader.duration("STAGE_DEADLINE")?;
        let telegram_token = reader.required(TOKEN)?;
        Ok(Self {
            telegram_url: reader.url("TELEGRAM_API_URL").map(Some)?,
            database_url: reader.text("DATABASE_URL"),
            rules: Rules {
                max_active: reader.positive("MAX_ACTIVE")?,
                per_person: reader.positive("ANALYSES_PER_PERSON")?,
                max_following: reader.number("MAX_FOLLOWING")?,
                fresh_for: reader.duration("FRESH_FOR")?,
                retention: reader.duration("RETENTION")?,
                lease_term,
                sampling_key: None,
                pseudonyms: Pseudonyms::new(&telegram_token),
            },
            telegram_token,
            settings: Settings {
                queues: networks.keys().map(|name| (name.clone(), queues)).collect(),
                deadlines: by_stage(|_| Ok(deadline))?,
                followers_cap: u64::from(reader.positive("FOLLOWERS_CAP")?),
                depth: reader.depth("DEPTH")?,
                profile_budget: reader.positive("PROFILE_BUDGET")? as usize,
                measure: reader.measure("MEASURE")?,
                cost_per_analysis: reader.cost("COST_PER_ANALYSIS")?,
                cost_per_day: reader.cost("COST_PER_DAY")?,
                most_stored: MOST_STORED,
                reserve: RESERVE,
                // A private chat has the number of the person.
                operators: reader
                    .ids("OPERATORS")?
                    .into_iter()
                    .filter_map(|id| Some(ChatId(i64::try_from(id).ok()?)))
                    .collect(),
                contact: reader.optional("CONTACT"),
                sweep_every: reader.duration("SWEEP_EVERY")?,
                shutdown_within: reader.duration("SHUTDOWN_WITHIN")?,
                heartbeat: lease_term / 2,
            },
            networks,
            priority_people: reader.ids("PRIORITY_PEOPLE")?,
            raised_priority: reader.positive("RAISED_PRIORITY")?,
            per_day: reader
                .optional("ANALYSES_PER_DAY")
                .map(|_| reader.positive("ANALYSES_PER_DAY"))
                .transpose()?,
            allowed: reader.chats("ALLOWED")?,
            opt_out: reader.accounts("OPT_OUT")?,
            metrics: reader.loopback("METRICS_ADDRESS")?,
            edit_every: reader
                .optional("BUBBLE_EVERY")
                .map(|_| reader.duration("BUBBLE_EVERY"))
                .transpose()?,
        })
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("database_url", &self.database_url)
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cost, Price, Unit};

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let mut values: BTreeMap<&str, &str> =
            BTreeMap::from([("TELOXIDE_TOKEN", "1:a"), ("INSTAGRAM_ACCESS_TOKEN", "t")]);
        values.extend(pairs.iter().copied());
        Config::read(&|name| values.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn telegrams_token_is_enough() {
        let alone = read(&[("INSTAGRAM_ACCESS_TOKEN", "")]).expect("the defaults are right");
        let names: Vec<&str> = alone.networks.keys().map(NetworkName::as_str).collect();
        assert_eq!(names, ["bluesky"]);
        let config = read(&[]).expect("the defaults are right");
        let queues = config.settings.queues[&NetworkName::new("instagram")];
        assert_eq!(queues.subscriptions.task_retry_limit, Some(2));
        assert_eq!(queues.subscriptions.min_backoff, Duration::from_secs(30));
        let instagram = |config: &Config| {
            let settings = &config.networks[&NetworkName::new("instagram")];
            (settings.api, settings.rate.to_string())
        };
        assert_eq!(instagram(&config), ("hikerapi", "600/m".into()));
        let chosen = read(&[("INSTAGRAM_API", "v1")]).expect("it is one of them");
        assert_eq!(instagram(&chosen), ("v1", "5000/h".into()));
    }

    #[test]
    fn a_price_that_is_set_is_charged_whichever_api_is_chosen() {
        for (api, usual) in [("hikerapi", Some(1_000)), ("aiograpi", None), ("v1", None)] {
            for (set, each) in [("0.002", Some(2_000)), ("", usual), ("0", None)] {
                let config = read(&[("INSTAGRAM_API", api), ("INSTAGRAM_PRICE", set)]);
                let config = config.expect("it is a price");
                let price = config.networks[&NetworkName::new("instagram")].price;
                let charged = each.map(|each| Price {
                    unit: Unit::Request,
                    each: Cost(each),
                });
                assert_eq!(price, charged, "{api} at {set:?} dollars");
            }
        }
    }

    #[test]
    fn every_wrong_value_is_named_with_an_example() {
        for (name, value) in [
            ("INSTAGRAM_RATE", "fast"),
            ("INSTAGRAM_API", "graph"),
            ("BLUESKY", "perhaps"),
            ("BLUESKY_API_URL", "bsky.app"),
            ("MAX_ACTIVE", "0"),
            ("FRESH_FOR", "week"),
            ("MEASURE", "magic"),
            ("SUBSCRIPTIONS_TASK_RETRY_LIMIT", "often"),
            ("FOLLOWERS_MIN_BACKOFF_SECONDS", "-1"),
            ("TELEGRAM_API_URL", "telegram"),
            ("PRIORITY_PEOPLE", "ann"),
            ("ANALYSES_PER_DAY", "0"),
            ("ALLOWED", "@ann"),
            ("ALLOWED", "11111111,ann"),
            ("ALLOWED", "+79160000000"),
            ("OPERATORS", "0"),
            ("OPERATORS", "18000000000000000000"),
            ("PRIORITY_PEOPLE", "-100"),
            ("OPT_OUT", "nasa"),
            ("METRICS_ADDRESS", "0.0.0.0:9090"),
            ("METRICS_ADDRESS", "9090"),
        ] {
            let error =
                read(&[(name, value)]).expect_err(&format!("{name}={value} must be refused"));
            let text = error.to_string();
            assert!(
                text.starts_with(&format!("{name}=\"{value}\" is n")),
                "{text}"
            );
            let example = text.rsplit("for example ").next().expect("an example");
            let (_, example) = example.split_once('=').expect("a value");
            read(&[(name, example)]).expect("the example is right");
        }
    }

    #[test]
    fn a_missing_token_is_said_and_a_wrong_one_never_shown() {
        let error = read(&[("TELOXIDE_TOKEN", "")]).expect_err("there is no token");
        assert!(
            error.to_string().starts_with("TELOXIDE_TOKEN is not set"),
            "{error}"
        );
        assert!(
            !format!(
                "{:?}",
                read(&[("TELOXIDE_TOKEN", "secret")]).expect("reads")
            )
            .contains("secret")
        );
    }
}
