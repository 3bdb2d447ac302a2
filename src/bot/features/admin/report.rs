//! The state of the bot as a message. Pure.

use crate::bot::features::admin::overview::{
    NetworkStatus, Overview, QueueCounts, SlowestSearch, WaitsFor,
};
use crate::locales::{Bytes, Locale, Markup, Who, Whole};
use crate::model::Mode;
use crate::networks::{Health, Trouble};

pub(super) fn of(locale: &Locale, overview: &Overview) -> String {
    let clock = overview.now.format("%H:%M:%S").to_string();
    let mut head = vec![locale.admin_head(&clock), mode(locale, overview)];
    head.extend(overview.out_of_room.then(|| locale.admin_out_of_room()));
    let networks = overview.networks.iter().map(|line| {
        let standing = standing(locale, overview, line);
        let (hour, day) = (Whole(line.hour), Whole(line.day));
        match line.cost {
            None => locale.admin_network(&line.title, Markup(&standing), hour, day),
            Some((of_hour, of_day)) => locale.admin_network_costs(
                &line.title,
                Markup(&standing),
                hour,
                of_hour,
                day,
                of_day,
            ),
        }
    });
    let mut searches = vec![queue(locale, &overview.queue)];
    let slowest = overview.slowest.as_ref();
    searches.extend(slowest.map(|slowest| slow(locale, slowest)));
    let (people, analyses) = (overview.lately.people, overview.lately.analyses);
    searches.push(locale.admin_lately(Whole(people as u64), Whole(analyses as u64)));
    let machine = [
        Some(match overview.free {
            Some(free) => locale.admin_disk(Bytes(overview.database), Bytes(free)),
            None => locale.admin_database(Bytes(overview.database)),
        }),
        overview.memory.map(|it| locale.admin_memory(Bytes(it))),
    ];
    let machine: Vec<String> = machine.into_iter().flatten().collect();
    [
        head.join("\n"),
        networks.collect::<Vec<_>>().join("\n"),
        searches.join("\n"),
        errors(locale, overview),
        machine.join("\n"),
    ]
    .join("\n\n")
}

/// Names only what there is.
fn queue(locale: &Locale, queue: &QueueCounts) -> String {
    let count = |count: u64, text: fn(&Locale, Whole) -> String| {
        (count > 0).then(|| text(locale, Whole(count)))
    };
    let parts = [
        count(queue.active, Locale::admin_active),
        count(queue.waiting, Locale::admin_waiting),
        count(queue.asking, Locale::admin_asking),
        count(queue.verifying, Locale::admin_verifying),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match parts.as_slice() {
        [] => locale.admin_idle(),
        parts => locale.admin_searches(Markup(&parts.join(", "))),
    }
}

fn mode(locale: &Locale, overview: &Overview) -> String {
    let since = (overview.now - overview.mode_change.since).to_std();
    let since = since.unwrap_or_default();
    match overview.mode_change.mode {
        Mode::Runs => locale.admin_runs(overview.up),
        Mode::Drains => locale.admin_drains(since),
        Mode::Paused => locale.admin_paused(since),
    }
}

fn standing(locale: &Locale, overview: &Overview, line: &NetworkStatus) -> String {
    match &line.standing {
        Health::Unknown => locale.admin_unknown(),
        Health::Works => locale.admin_works(),
        Health::Trouble(Trouble::Throttled { until }) => {
            locale.admin_throttled((*until - overview.now).to_std().unwrap_or_default())
        }
        Health::Trouble(Trouble::Down) => locale.admin_down(),
        Health::Trouble(Trouble::KeyRefused) => locale.admin_key_refused(),
        Health::Trouble(Trouble::OutOfCredit) => locale.admin_out_of_credit(),
    }
}

fn slow(locale: &Locale, slowest: &SlowestSearch) -> String {
    let who = Who {
        handle: &slowest.handle,
        link: slowest.link.as_deref(),
    };
    let waits = match &slowest.waits {
        WaitsFor::Operator => locale.admin_waits_operator(),
        WaitsFor::DiskSpace => locale.admin_waits_room(),
        WaitsFor::Consent => locale.admin_waits_word(),
        WaitsFor::Turn => locale.admin_waits_turn(),
        WaitsFor::Network(network) => locale.admin_waits_network(network),
        WaitsFor::Nothing => locale.admin_waits_nothing(),
    };
    locale.admin_slowest(who, slowest.age, slowest.stage.as_str(), Markup(&waits))
}

fn errors(locale: &Locale, overview: &Overview) -> String {
    if overview.errors.is_empty() {
        return locale.admin_no_errors();
    }
    let lines = overview.errors.iter().map(|(what, kinds)| {
        let kinds = kinds
            .iter()
            .map(|(kind, count)| locale.admin_error(kind, Whole(*count)));
        let kinds: Vec<String> = kinds.collect();
        locale.admin_errors_of(what, Markup(&kinds.join(", ")))
    });
    let lines: Vec<String> = lines.collect();
    locale.admin_errors(Markup(&lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incidents::Incident;
    use crate::locales;
    use crate::networks::NetworkError;

    #[test]
    fn every_kind_of_error_has_words_in_every_language() {
        let quoted = String::new;
        let retry_at = chrono::DateTime::UNIX_EPOCH;
        let of_networks = [
            NetworkError::Denied(quoted()),
            NetworkError::OutOfCredit,
            NetworkError::Throttled { retry_at: None },
            NetworkError::HostBusy { retry_at },
            NetworkError::HostFailed(quoted()),
            NetworkError::HostLost,
            NetworkError::HostForeign,
            NetworkError::HostUnknown,
            NetworkError::HostsSpent,
            NetworkError::BadCursor,
            NetworkError::NoFiles,
            NetworkError::Unreachable(quoted()),
            NetworkError::Withheld,
            NetworkError::Temporary(quoted()),
            NetworkError::Garbled(quoted()),
            NetworkError::Incomplete(1),
            NetworkError::TooLarge(1),
            NetworkError::Unexpected(quoted()),
        ];
        let kinds = of_networks.iter().map(NetworkError::kind);
        for kind in kinds.chain(Incident::ALL.map(Incident::kind)) {
            for locale in locales::all() {
                let text = locale.admin_error(kind, Whole(1));
                let raw = format!("{kind}: 1");
                assert_ne!(text, raw, "no words for it in {}", locale.code());
            }
        }
    }
}
