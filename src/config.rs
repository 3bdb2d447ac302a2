//! The settings, all from the environment; the only reader of it.
//!
//! One table says of every variable what it means and what it is by default; `.env.example` is held
//! against it by a test. Tokens are kept out of every `Debug`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::context::Settings;
use crate::ledger::Rules;
use crate::measures;
use crate::model::{ByStage, NetworkName, QueueSettings, Rate, StageName};
use crate::networks::NetworkSettings;

/// One variable: its name, its default as one would write it (empty for none), and an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub default: String,
    pub example: String,
}

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
    /// The least time between two edits of a bubble; `None` leaves it to the kind of chat.
    pub edit_every: Option<Duration>,
}

/// A variable that can't be used as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}{} {problem}; for example {name}={example}", quoted(.value))]
pub struct ConfigError {
    pub name: String,
    pub value: Option<String>,
    pub problem: String,
    pub example: String,
}

struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
}

/// The variables but for those of the stages' queues: name, default, example.
const PLAIN: [(&str, &str, &str); 24] = [
    (
        "TELOXIDE_TOKEN",
        "",
        "123456789:AAF-abcdefghijklmnopqrstuvwxyz",
    ),
    (
        "TELEGRAM_API_URL",
        "https://api.telegram.org",
        "http://127.0.0.1:8081",
    ),
    ("DATABASE_URL", "sled:./data", "sled:/var/lib/lookalike"),
    (
        "INSTAGRAM_API_URL",
        "https://api.instagram.com/v1",
        "https://gateway.example/v1",
    ),
    (
        "INSTAGRAM_ACCESS_TOKEN",
        "",
        "1234567.abcdef0.0123456789abcdef",
    ),
    ("INSTAGRAM_RATE", "5000/h", "200/h"),
    ("INSTAGRAM_TIMEOUT", "30s", "10s"),
    ("INSTAGRAM_MIN_COOL_DOWN", "30s", "1m"),
    ("INSTAGRAM_MAX_COOL_DOWN", "15m", "1h"),
    ("MAX_ACTIVE", "4", "2"),
    ("ANALYSES_PER_PERSON", "5", "3"),
    ("FRESH_FOR", "7d", "1d"),
    ("RETENTION", "30d", "90d"),
    ("FOLLOWERS_CAP", "100000", "20000"),
    ("CANDIDATES", "300", "1000"),
    ("MEASURE", "jaccard", "cosine"),
    ("PRIORITY_PEOPLE", "", "11111111,22222222"),
    ("RAISED_PRIORITY", "4", "10"),
    ("BUBBLE_EVERY", "", "5s"),
    ("STAGE_DEADLINE", "14d", "3d"),
    ("SWEEP_EVERY", "1m", "5m"),
    ("LEASE_TERM", "2m", "5m"),
    ("SHUTDOWN_WITHIN", "10s", "30s"),
    ("RUST_LOG", "info", "lookalike=debug"),
];

/// What may be set of each stage's queue, after the stage's name: name, example.
const OF_QUEUE: [(&str, &str); 7] = [
    ("RATE", "10/m"),
    ("BUCKET_SIZE", "5"),
    ("MAX_CONCURRENT", "8"),
    ("TASK_RETRY_LIMIT", "5"),
    ("MIN_BACKOFF_SECONDS", "10"),
    ("MAX_BACKOFF_SECONDS", "300"),
    ("MAX_DOUBLINGS", "3"),
];

/// Every variable that is read.
pub fn variables() -> Vec<Variable> {
    let plain = PLAIN.iter().map(|(name, default, example)| Variable {
        name: (*name).into(),
        default: (*default).into(),
        example: (*example).into(),
    });
    let queues = StageName::ALL.into_iter().flat_map(|stage| {
        OF_QUEUE.iter().map(move |(what, example)| Variable {
            name: queue_variable(stage, what),
            default: queue_default(stage, what).into(),
            example: (*example).into(),
        })
    });
    plain.chain(queues).collect()
}

impl Config {
    /// Reads the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads settings from anywhere; what `get` does not know, or knows as empty, takes its default.
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let reader = Reader { get };
        let lease_term = reader.duration("LEASE_TERM")?;
        let queues = reader.queues()?;
        let instagram = NetworkSettings {
            url: reader.url("INSTAGRAM_API_URL")?,
            token: reader.required("INSTAGRAM_ACCESS_TOKEN")?,
            rate: reader.rate("INSTAGRAM_RATE")?,
            min_cool_down: reader.duration("INSTAGRAM_MIN_COOL_DOWN")?,
            max_cool_down: reader.duration("INSTAGRAM_MAX_COOL_DOWN")?,
            timeout: reader.duration("INSTAGRAM_TIMEOUT")?,
        };
        let networks = BTreeMap::from([(NetworkName::new("instagram"), instagram)]);
        let deadline = reader.duration("STAGE_DEADLINE")?;
        Ok(Self {
            telegram_token: reader.required("TELOXIDE_TOKEN")?,
            telegram_url: reader.url("TELEGRAM_API_URL").map(Some)?,
            database_url: reader.text("DATABASE_URL"),
            rules: Rules {
                max_active: reader.positive("MAX_ACTIVE")?,
                per_person: reader.positive("ANALYSES_PER_PERSON")?,
                fresh_for: reader.duration("FRESH_FOR")?,
                retention: reader.duration("RETENTION")?,
                lease_term,
            },
            settings: Settings {
                queues: networks.keys().map(|name| (name.clone(), queues)).collect(),
                deadlines: by_stage(|_| Ok(deadline))?,
                followers_cap: u64::from(reader.positive("FOLLOWERS_CAP")?),
                candidates: reader.positive("CANDIDATES")? as usize,
                measure: reader.measure("MEASURE")?,
                sweep_every: reader.duration("SWEEP_EVERY")?,
                shutdown_within: reader.duration("SHUTDOWN_WITHIN")?,
                heartbeat: lease_term / 2,
            },
            networks,
            priority_people: reader.ids("PRIORITY_PEOPLE")?,
            raised_priority: reader.positive("RAISED_PRIORITY")?,
            edit_every: reader
                .optional("BUBBLE_EVERY")
                .map(|_| reader.duration("BUBBLE_EVERY"))
                .transpose()?,
        })
    }
}

impl Reader<'_> {
    fn optional(&self, name: &str) -> Option<String> {
        let value = (self.get)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty());
        value.or_else(|| default_of(name).filter(|default| !default.is_empty()))
    }

    fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    fn required(&self, name: &str) -> Result<String, ConfigError> {
        self.optional(name)
            .ok_or_else(|| wrong(name, None, "is not set"))
    }

    /// Reads a value; `problem` says what it should have been.
    fn parsed<T: FromStr>(&self, name: &str, problem: &str) -> Result<T, ConfigError> {
        let value = self.required(name)?;
        value.parse().map_err(|_| wrong(name, Some(value), problem))
    }

    fn positive(&self, name: &str) -> Result<u32, ConfigError> {
        self.parsed::<NonZeroU32>(name, "is not a whole number above 0")
            .map(NonZeroU32::get)
    }

    fn rate(&self, name: &str) -> Result<Rate, ConfigError> {
        self.parsed(name, "is not a rate: a count and s, m, h or d")
    }

    fn duration(&self, name: &str) -> Result<Duration, ConfigError> {
        let value = self.required(name)?;
        let duration = humantime::parse_duration(&value)
            .ok()
            .filter(|duration| !duration.is_zero());
        duration.ok_or_else(|| {
            wrong(
                name,
                Some(value),
                "is not a time: a number and s, m, h or d",
            )
        })
    }

    fn seconds(&self, name: &str) -> Result<Duration, ConfigError> {
        let seconds: f64 = self.parsed(name, "is not a number of seconds")?;
        Duration::try_from_secs_f64(seconds).map_err(|_| {
            wrong(
                name,
                Some(seconds.to_string()),
                "is not a number of seconds",
            )
        })
    }

    fn url(&self, name: &str) -> Result<String, ConfigError> {
        let value = self.required(name)?;
        let is_http = url::Url::parse(&value)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if is_http {
            Ok(value)
        } else {
            Err(wrong(
                name,
                Some(value),
                "is not an address that begins with http:// or https://",
            ))
        }
    }

    fn measure(&self, name: &str) -> Result<&'static str, ConfigError> {
        let value = self.required(name)?;
        let known: Vec<&str> = measures::ALL.iter().map(|measure| measure.name()).collect();
        let problem = format!("is not one of {}", known.join(", "));
        measures::by_name(&value)
            .map(|measure| measure.name())
            .ok_or_else(|| wrong(name, Some(value), &problem))
    }

    fn ids(&self, name: &str) -> Result<BTreeSet<u64>, ConfigError> {
        let value = self.text(name);
        let ids: Result<BTreeSet<u64>, _> = value
            .split([',', ' '])
            .filter(|id| !id.is_empty())
            .map(str::parse)
            .collect();
        ids.map_err(|_| {
            wrong(
                name,
                Some(value),
                "is not a list of Telegram user ids with commas between them",
            )
        })
    }

    fn queues(&self) -> Result<ByStage<QueueSettings>, ConfigError> {
        by_stage(|stage| {
            let name = |what| queue_variable(stage, what);
            let limit = name("TASK_RETRY_LIMIT");
            Ok(QueueSettings {
                rate: self
                    .optional(&name("RATE"))
                    .map(|_| self.rate(&name("RATE")))
                    .transpose()?,
                bucket_size: self.parsed(&name("BUCKET_SIZE"), "is not a whole number above 0")?,
                max_concurrent: self
                    .parsed(&name("MAX_CONCURRENT"), "is not a whole number above 0")?,
                task_retry_limit: match self.text(&limit).as_str() {
                    "unlimited" => None,
                    _ => Some(
                        self.parsed(&limit, "is neither a whole number nor the word unlimited")?,
                    ),
                },
                min_backoff: self.seconds(&name("MIN_BACKOFF_SECONDS"))?,
                max_backoff: self.seconds(&name("MAX_BACKOFF_SECONDS"))?,
                max_doublings: self.parsed(&name("MAX_DOUBLINGS"), "is not a whole number")?,
            })
        })
    }
}

fn by_stage<T>(
    of: impl Fn(StageName) -> Result<T, ConfigError>,
) -> Result<ByStage<T>, ConfigError> {
    Ok(ByStage {
        verify: of(StageName::Verify)?,
        followers: of(StageName::Followers)?,
        subscriptions: of(StageName::Subscriptions)?,
        aggregate: of(StageName::Aggregate)?,
        profiles: of(StageName::Profiles)?,
        rank: of(StageName::Rank)?,
        deliver: of(StageName::Deliver)?,
    })
}

fn queue_variable(stage: StageName, what: &str) -> String {
    format!("{}_{what}", stage.as_str().to_uppercase())
}

fn queue_default(stage: StageName, what: &str) -> &'static str {
    match (what, stage) {
        ("RATE", _) => "",
        ("BUCKET_SIZE", _) => "5",
        ("MAX_CONCURRENT", StageName::Subscriptions) => "16",
        ("MAX_CONCURRENT", StageName::Profiles) => "8",
        ("MAX_CONCURRENT", StageName::Verify | StageName::Followers) => "4",
        ("MAX_CONCURRENT", _) => "1",
        // A person waits for the look-up: it goes on until it has an answer.
        ("TASK_RETRY_LIMIT", StageName::Verify) => "unlimited",
        ("TASK_RETRY_LIMIT", _) => "2",
        ("MIN_BACKOFF_SECONDS", StageName::Verify) => "5",
        ("MIN_BACKOFF_SECONDS", _) => "30",
        ("MAX_BACKOFF_SECONDS", _) => "300",
        _ => "3",
    }
}

fn default_of(name: &str) -> Option<String> {
    let plain = PLAIN
        .iter()
        .find(|(other, ..)| *other == name)
        .map(|(_, default, _)| (*default).to_owned());
    plain.or_else(|| {
        variables()
            .into_iter()
            .find(|variable| variable.name == name)
            .map(|variable| variable.default)
    })
}

fn wrong(name: &str, value: Option<String>, problem: &str) -> ConfigError {
    let example = variables()
        .into_iter()
        .find(|variable| variable.name == name)
        .map(|variable| variable.example);
    // What should have been a token may be one with a slip: it is not shown.
    let value = value.filter(|_| !name.contains("TOKEN"));
    ConfigError {
        name: name.into(),
        value,
        problem: problem.into(),
        example: example.unwrap_or_default(),
    }
}

fn quoted(value: &Option<String>) -> String {
    value
        .as_ref()
        .map(|value| format!("={value:?}"))
        .unwrap_or_default()
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

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let mut values: BTreeMap<&str, &str> =
            BTreeMap::from([("TELOXIDE_TOKEN", "1:a"), ("INSTAGRAM_ACCESS_TOKEN", "t")]);
        values.extend(pairs.iter().copied());
        Config::read(&|name| values.get(name).map(|value| (*value).to_owned()))
    }

    #[test]
    fn two_tokens_are_enough() {
        let config = read(&[]).expect("the defaults are right");
        let queues = config.settings.queues[&NetworkName::new("instagram")];
        assert_eq!(queues.subscriptions.task_retry_limit, Some(2));
        assert_eq!(queues.subscriptions.min_backoff, Duration::from_secs(30));
        assert_eq!(
            config.networks[&NetworkName::new("instagram")]
                .rate
                .to_string(),
            "5000/h"
        );
    }

    #[test]
    fn every_wrong_value_is_named_with_an_example() {
        for (name, value) in [
            ("INSTAGRAM_RATE", "fast"),
            ("MAX_ACTIVE", "0"),
            ("FRESH_FOR", "week"),
            ("MEASURE", "magic"),
            ("SUBSCRIPTIONS_TASK_RETRY_LIMIT", "often"),
            ("FOLLOWERS_MIN_BACKOFF_SECONDS", "-1"),
            ("TELEGRAM_API_URL", "telegram"),
            ("PRIORITY_PEOPLE", "ann"),
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
