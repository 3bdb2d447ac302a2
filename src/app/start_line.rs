//! The line of the log that says what has been started. It names nobody.

use crate::config::Config;
use crate::model::{NetworkName, Unit};
use crate::networks::NetworkSettings;

pub(super) fn log(config: &Config) {
    let networks: Vec<String> = config.networks.iter().map(network).collect();
    let allowed = match config.allowed.len() {
        0 => "everybody".to_owned(),
        count => format!("{count} people and groups"),
    };
    let a_day = match config.per_day {
        Some(most) => most.to_string(),
        None => "any number".to_owned(),
    };
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        networks = networks.join(", "),
        allowed,
        operators = config.settings.operators.len(),
        searches_at_once = config.rules.max_active,
        of_a_person = config.rules.per_person,
        a_day,
        dollars_a_search = %config.settings.cost_per_analysis,
        dollars_a_day = %config.settings.cost_per_day,
        "the bot starts"
    );
}

fn network((name, settings): (&NetworkName, &NetworkSettings)) -> String {
    let price = settings.price.map(|price| {
        let unit = match price.unit {
            Unit::Request => "a request",
            Unit::Account => "an account",
        };
        format!(" at {} dollars {unit}", price.each)
    });
    format!("{name} {}{}", settings.rate, price.unwrap_or_default())
}
