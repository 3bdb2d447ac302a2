//! Reads variables one by one; an error says what is wrong, with an example of what would be right.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use crate::config::variables::{TOKEN, default_of, network_variable, queue_variable, variables};
use crate::measures;
use crate::model::{
    ByStage, Cost, Depth, Handle, MeasureName, NetworkName, Price, QueueSettings, Rate, StageName,
};
use crate::networks::{Api, KINDS, Kind, NetworkSettings, prefixed_account};

/// A variable with an unusable value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}{} {problem}; for example {name}={example}", quoted(.value))]
pub struct ConfigError {
    pub name: String,
    pub value: Option<String>,
    pub problem: String,
    pub example: String,
}

impl ConfigError {
    /// Whether the bot's token is missing, which trying things does not need.
    pub fn lacks_token(&self) -> bool {
        self.name == TOKEN
    }
}

/// Durations outside of this are typos, and would overflow dates or cause busy loops.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(3_650 * 86_400);

/// Telegram's ids have 52 bits at most.
const LARGEST_ID: u64 = (1 << 52) - 1;

pub(super) struct Reader<'a> {
    pub(super) get: &'a dyn Fn(&str) -> Option<String>,
}

impl Reader<'_> {
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        let value = (self.get)(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty());
        value.or_else(|| default_of(name).filter(|default| !default.is_empty()))
    }

    pub(super) fn text(&self, name: &str) -> String {
        self.optional(name).unwrap_or_default()
    }

    pub(super) fn required(&self, name: &str) -> Result<String, ConfigError> {
        self.optional(name)
            .ok_or_else(|| wrong(name, None, "is not set"))
    }

    /// Reads a value; `problem` describes any other.
    fn parsed<T: FromStr>(&self, name: &str, problem: &str) -> Result<T, ConfigError> {
        let value = self.required(name)?;
        value.parse().map_err(|_| wrong(name, Some(value), problem))
    }

    pub(super) fn positive(&self, name: &str) -> Result<u32, ConfigError> {
        self.parsed::<NonZeroU32>(name, "is not a whole number above 0")
            .map(NonZeroU32::get)
    }

    fn rate(&self, name: &str) -> Result<Rate, ConfigError> {
        self.rate_or(name, "")
    }

    pub(super) fn cost(&self, name: &str) -> Result<Cost, ConfigError> {
        self.cost_or(name, "")
    }

    fn cost_or(&self, name: &str, default: &str) -> Result<Cost, ConfigError> {
        let value = self.optional(name).unwrap_or_else(|| default.to_owned());
        value.parse().map_err(|()| {
            let problem = "is not a number of dollars, with six digits behind the point at most";
            wrong(name, Some(value), problem)
        })
    }

    fn rate_or(&self, name: &str, default: &str) -> Result<Rate, ConfigError> {
        let value = self.optional(name).unwrap_or_else(|| default.to_owned());
        value
            .parse()
            .map_err(|_| wrong(name, Some(value), "is not a rate: a count and s, m, h or d"))
    }

    pub(super) fn duration(&self, name: &str) -> Result<Duration, ConfigError> {
        let value = self.required(name)?;
        let duration = humantime::parse_duration(&value)
            .ok()
            .filter(|duration| (SHORTEST..=LONGEST).contains(duration));
        duration.ok_or_else(|| {
            wrong(
                name,
                Some(value),
                "is not a time from 1ms to 3650d: a number and ms, s, m, h or d",
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

    pub(super) fn url(&self, name: &str) -> Result<String, ConfigError> {
        self.url_or(name, "")
    }

    fn url_or(&self, name: &str, default: &str) -> Result<String, ConfigError> {
        let value = self.optional(name).unwrap_or_else(|| default.to_owned());
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

    /// Reads an address that can't be reached from outside; `None` if it is empty.
    pub(super) fn loopback(&self, name: &str) -> Result<Option<SocketAddr>, ConfigError> {
        let Some(value) = self.optional(name) else {
            return Ok(None);
        };
        let address: Option<SocketAddr> = value.parse().ok();
        let address = address.filter(|address| address.ip().is_loopback());
        let problem = "is not a loopback address with a port: nobody outside may ask there";
        address
            .map(Some)
            .ok_or_else(|| wrong(name, Some(value), problem))
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, ConfigError> {
        self.parsed(name, "is not a whole number")
    }

    pub(super) fn depth(&self, name: &str) -> Result<Depth, ConfigError> {
        let problem = format!("is not one of {}", Depth::ALL.map(Depth::as_str).join(", "));
        self.parsed(name, &problem)
    }

    pub(super) fn measure(&self, name: &str) -> Result<MeasureName, ConfigError> {
        let value = self.required(name)?;
        let known = measures::ALL.map(|measure| measure.name().as_str());
        let problem = format!("is not one of {}", known.join(", "));
        measures::parse(&value)
            .map(|measure| measure.name())
            .ok_or_else(|| wrong(name, Some(value), &problem))
    }

    pub(super) fn ids(&self, name: &str) -> Result<BTreeSet<u64>, ConfigError> {
        let problem = "is not a list of Telegram user ids with commas between them";
        self.listed(name, problem, |id| u64::try_from(telegram_id(id)?).ok())
    }

    /// Reads ids of people and groups; those of groups are negative.
    pub(super) fn chats(&self, name: &str) -> Result<BTreeSet<i64>, ConfigError> {
        let problem = "is not a list of Telegram ids with commas between them";
        self.listed(name, problem, telegram_id)
    }

    /// Reads accounts with a network prefix.
    pub(super) fn accounts(&self, name: &str) -> Result<Vec<(NetworkName, Handle)>, ConfigError> {
        let problem = "is not a list of accounts with their network before them";
        self.listed(name, problem, prefixed_account)
    }

    fn listed<T, L: FromIterator<T>>(
        &self,
        name: &str,
        problem: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<L, ConfigError> {
        let value = self.text(name);
        let words = value.split([',', ' ']).filter(|word| !word.is_empty());
        let all: Option<L> = words.map(read).collect();
        all.ok_or_else(|| wrong(name, Some(value), problem))
    }

    /// Reads the networks that are switched on, or whose key is set.
    pub(super) fn networks(&self) -> Result<BTreeMap<NetworkName, NetworkSettings>, ConfigError> {
        let mut networks = BTreeMap::new();
        for kind in &KINDS {
            if self.is_on(kind)? {
                networks.insert(NetworkName::new(kind.name), self.network(kind)?);
            }
        }
        if networks.is_empty() {
            let problem = "switches the last network off: leave one on, or set a key of another";
            return Err(wrong("BLUESKY", Some("off".into()), problem));
        }
        Ok(networks)
    }

    fn is_on(&self, kind: &Kind) -> Result<bool, ConfigError> {
        if kind.switch.is_none() {
            let key = self.optional(&network_variable(kind, "ACCESS_TOKEN"));
            return Ok(key.is_some());
        }
        let name = kind.name.to_uppercase();
        match self.text(&name).as_str() {
            "on" => Ok(true),
            "off" => Ok(false),
            other => Err(wrong(&name, Some(other.into()), "is neither on nor off")),
        }
    }

    fn network(&self, kind: &Kind) -> Result<NetworkSettings, ConfigError> {
        let name = |what| network_variable(kind, what);
        let api = match kind.apis {
            [only] => only,
            several => {
                let chosen = self.required(&name("API"))?;
                let api = several.iter().find(|api| api.name == chosen);
                let known: Vec<&str> = several.iter().map(|api| api.name).collect();
                let problem = format!("is not one of {}", known.join(", "));
                api.ok_or_else(|| wrong(&name("API"), Some(chosen), &problem))?
            }
        };
        let is_anywhere = api.url.is_empty() && self.optional(&name("API_URL")).is_none();
        Ok(NetworkSettings {
            api: api.name,
            url: if is_anywhere {
                String::new()
            } else {
                self.url_or(&name("API_URL"), api.url)?
            },
            token: self.text(&name("ACCESS_TOKEN")),
            rate: self.rate_or(&name("RATE"), api.rate)?,
            min_cool_down: self.duration("MIN_COOL_DOWN")?,
            max_cool_down: self.duration("MAX_COOL_DOWN")?,
            timeout: self.duration("REQUEST_TIMEOUT")?,
            price: self.price(kind, api)?,
            servers: self.servers(kind)?,
        })
    }

    /// Returns where the accounts' own servers are read, if they are; see [`NetworkSettings::servers`].
    fn servers(&self, kind: &Kind) -> Result<Option<String>, ConfigError> {
        let Some(name) = kind.servers.map(|servers| network_variable(kind, servers)) else {
            return Ok(None);
        };
        match self.text(&name).as_str() {
            "on" => Ok(Some(String::new())),
            "off" => Ok(None),
            _ => self.url_or(&name, "").map(Some),
        }
    }

    /// Returns the operator's price, whichever API is chosen, or else the API's usual one; `None` if it is free.
    fn price(&self, kind: &Kind, api: &Api) -> Result<Option<Price>, ConfigError> {
        let mut prices = kind.apis.iter().filter_map(|api| api.price);
        let Some((unit, _)) = api.price.or_else(|| prices.next()) else {
            return Ok(None);
        };
        let usual = api.price.map_or("0", |(_, dollars)| dollars);
        let each = self.cost_or(&network_variable(kind, "PRICE"), usual)?;
        Ok((each > Cost(0)).then_some(Price { unit, each }))
    }

    pub(super) fn queues(&self) -> Result<ByStage<QueueSettings>, ConfigError> {
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

pub(super) fn by_stage<T>(
    of: impl Fn(StageName) -> Result<T, ConfigError>,
) -> Result<ByStage<T>, ConfigError> {
    Ok(ByStage {
        verify: of(StageName::Verify)?,
        followers: of(StageName::Followers)?,
        subscriptions: of(StageName::Subscriptions)?,
        aggregate: of(StageName::Aggregate)?,
        profiles: of(StageName::Profiles)?,
        confirm: of(StageName::Confirm)?,
        rank: of(StageName::Rank)?,
        deliver: of(StageName::Deliver)?,
    })
}

/// Parses one of Telegram's ids: not a name, nor a phone number.
fn telegram_id(word: &str) -> Option<i64> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let id: i64 = word.parse().ok()?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && (1..=LARGEST_ID).contains(&id.unsigned_abs())).then_some(id)
}

fn wrong(name: &str, value: Option<String>, problem: &str) -> ConfigError {
    let example = variables()
        .into_iter()
        .find(|variable| variable.name == name)
        .map(|variable| variable.example);
    // It may be a token with a typo, so it is not shown.
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
