//! The table of all variables, with their defaults and examples. Tests compare `.env.example` and the README with it.

use crate::model::StageName;
use crate::networks::{KINDS, Kind};

/// A variable: its name, its default as written (empty for none), and an example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub default: String,
    pub example: String,
}

/// The bot's token.
pub(super) const TOKEN: &str = "TELOXIDE_TOKEN";

/// All variables except those of networks and queues: name, default, example.
const PLAIN: [(&str, &str, &str); 31] = [
    (TOKEN, "", "123456789:AAF-abcdefghijklmnopqrstuvwxyz"),
    (
        "TELEGRAM_API_URL",
        "https://api.telegram.org",
        "http://127.0.0.1:8081",
    ),
    ("DATABASE_URL", "sled:./data", "sled:/var/lib/lookalike"),
    ("REQUEST_TIMEOUT", "30s", "10s"),
    ("MIN_COOL_DOWN", "30s", "1m"),
    ("MAX_COOL_DOWN", "15m", "1h"),
    ("MAX_ACTIVE", "4", "2"),
    ("ANALYSES_PER_PERSON", "5", "3"),
    ("ANALYSES_PER_DAY", "", "10"),
    ("ALLOWED", "", "11111111,-1001111111111"),
    ("OPT_OUT", "", "instagram:nasa,bsky:alice.bsky.social"),
    ("FRESH_FOR", "7d", "1d"),
    ("RETENTION", "30d", "90d"),
    ("FOLLOWERS_CAP", "100000", "20000"),
    ("DEPTH", "normal", "quick"),
    ("MAX_FOLLOWING", "10000", "0"),
    ("PROFILE_BUDGET", "1000", "300"),
    ("MEASURE", "peers", "balanced"),
    ("COST_PER_ANALYSIS", "10", "2.50"),
    ("COST_PER_DAY", "30", "50"),
    ("OPERATORS", "", "11111111"),
    ("CONTACT", "", "@anna"),
    ("PRIORITY_PEOPLE", "", "11111111,22222222"),
    ("RAISED_PRIORITY", "4", "10"),
    ("BUBBLE_EVERY", "", "5s"),
    ("METRICS_ADDRESS", "", "127.0.0.1:9090"),
    ("STAGE_DEADLINE", "14d", "3d"),
    ("SWEEP_EVERY", "1m", "5m"),
    ("LEASE_TERM", "2m", "5m"),
    ("SHUTDOWN_WITHIN", "10s", "30s"),
    ("RUST_LOG", "info", "lookalike=debug"),
];

/// The settings of each stage's queue, after the stage's name: name, example.
const OF_QUEUE: [(&str, &str); 7] = [
    ("RATE", "10/m"),
    ("BUCKET_SIZE", "5"),
    ("MAX_CONCURRENT", "8"),
    ("TASK_RETRY_LIMIT", "5"),
    ("MIN_BACKOFF_SECONDS", "10"),
    ("MAX_BACKOFF_SECONDS", "300"),
    ("MAX_DOUBLINGS", "3"),
];

/// Returns every variable that is read.
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
    let networks = KINDS.iter().flat_map(of_network);
    plain.chain(networks).chain(queues).collect()
}

/// Returns the settings of a network. If it has several APIs, most defaults depend on which is chosen.
fn of_network(kind: &Kind) -> Vec<Variable> {
    let variable = |name: String, default: &str, example: &str| Variable {
        name,
        default: default.into(),
        example: example.into(),
    };
    let named = |what: &str, default: &str, example: &str| {
        variable(network_variable(kind, what), default, example)
    };
    let (url, rate) = match kind.apis {
        [only] => (only.url, only.rate),
        _ => ("", ""),
    };
    let mut variables = match kind.switch {
        Some(switch) => vec![variable(kind.name.to_uppercase(), switch, "on")],
        None => vec![named(
            "ACCESS_TOKEN",
            "",
            "1234567.abcdef0.0123456789abcdef",
        )],
    };
    if let [first, _, ..] = kind.apis {
        variables.push(named("API", first.name, first.name));
    }
    variables.push(named("API_URL", url, "https://gateway.example/v1"));
    variables.push(named("RATE", rate, "200/h"));
    variables.extend(kind.servers.map(|servers| named(servers, "on", "off")));
    if kind.apis.iter().any(|api| api.price.is_some()) {
        let price = match kind.apis {
            [only] => only.price.map_or("", |(_, dollars)| dollars),
            _ => "",
        };
        variables.push(named("PRICE", price, "0.0006"));
    }
    variables
}

pub(super) fn network_variable(kind: &Kind, what: &str) -> String {
    format!("{}_{what}", kind.name.to_uppercase())
}

pub(super) fn queue_variable(stage: StageName, what: &str) -> String {
    format!("{}_{what}", stage.as_str().to_uppercase())
}

fn queue_default(stage: StageName, what: &str) -> &'static str {
    match (what, stage) {
        ("RATE", _) => "",
        ("BUCKET_SIZE", _) => "5",
        ("MAX_CONCURRENT", StageName::Subscriptions) => "32",
        ("MAX_CONCURRENT", StageName::Verify | StageName::Profiles | StageName::Confirm) => "16",
        ("MAX_CONCURRENT", StageName::Followers) => "8",
        ("MAX_CONCURRENT", _) => "1",
        // A person is waiting for the look-up, and its pauses are short.
        ("TASK_RETRY_LIMIT", StageName::Verify) => "3",
        ("TASK_RETRY_LIMIT", _) => "2",
        // The pages of a few lists are fetched in sequence: every pause delays the result.
        ("MIN_BACKOFF_SECONDS", StageName::Verify | StageName::Confirm) => "5",
        ("MIN_BACKOFF_SECONDS", _) => "30",
        ("MAX_BACKOFF_SECONDS", _) => "300",
        _ => "3",
    }
}

pub(super) fn default_of(name: &str) -> Option<String> {
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
