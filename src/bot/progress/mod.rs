//! The progress message of an analysis, at each moment of its life. Pure.

mod account;
pub(crate) mod buttons;
mod ended;
mod first_places;
mod not_found;

use std::time::Duration;

use crate::bot::content::MessageContent;
use crate::bot::view::{View, requests};
use crate::crawl::{Effort, Expected};
use crate::locales::{About, Locale, Markup, Whole};
use crate::model::{By, Cost, Crawl, StageName, Status};
use crate::networks::Trouble;

use account::account;
use buttons::while_running;
use ended::ended;
use first_places::{first_places, suggested};

/// Cells of the progress bar.
const CELLS: u64 = 10;

/// Shorter pauses are normal for a network and not mentioned.
const WORTH_TELLING: Duration = Duration::from_secs(45);

/// Times within this factor are shown as one: the estimate is no more precise.
const AS_ONE: f64 = 1.25;

/// The shortest time shown at the lower end of a range.
const SOONEST: Duration = Duration::from_secs(60);

/// Returns the message as it is sent first, whatever is known already.
pub(crate) fn first(locale: &Locale, view: &View) -> MessageContent {
    match &view.analysis.outcome {
        Some(outcome) => ended(locale, view, outcome),
        // The cost question is above its buttons from the start.
        None if view.awaits_consent() => current(locale, view),
        None => MessageContent {
            html: looking_up(locale, view),
            buttons: while_running(locale, view),
        },
    }
}

/// Returns the message as it should look now.
pub(crate) fn current(locale: &Locale, view: &View) -> MessageContent {
    match &view.analysis.outcome {
        Some(outcome) => ended(locale, view, outcome),
        None => MessageContent {
            html: text(locale, view),
            buttons: while_running(locale, view),
        },
    }
}

/// Returns the text of a running analysis: how far it is, how long it takes, and what there is so far.
pub(crate) fn text(locale: &Locale, view: &View) -> String {
    let Some(crawl) = view.crawl.as_ref().filter(|crawl| is_found(crawl)) else {
        let mut lines = vec![looking_up(locale, view)];
        lines.extend(trouble(locale, view));
        return lines.join("\n");
    };
    let mut lines = account(locale, view, crawl);
    match crawl.status {
        Status::Asking => return cost_question(locale, view, lines),
        Status::Queued => {
            let place = view.place.unwrap_or(1);
            lines.push(locale.place(Whole(place as u64)));
        }
        _ => lines.push(done(locale, crawl)),
    }
    lines.extend(
        view.quote
            .as_ref()
            .filter(|quote| quote.spent > Cost(0))
            .map(|quote| locale.cost_so_far(About(quote.spent))),
    );
    match trouble(locale, view) {
        Some(trouble) => lines.push(trouble),
        None => {
            lines.extend(view.expected.map(|left| match range(left) {
                Some((earliest, latest)) => locale.time_left_between(earliest, latest),
                None => locale.time_left(left.latest),
            }));
        }
    }
    lines.extend(first_places(locale, view, crawl));
    lines.join("\n")
}

fn looking_up(locale: &Locale, view: &View) -> String {
    match view.analysis.by {
        By::Handle => locale.looking_up(view.who(), &view.network),
        By::Name | By::NameAtCost => {
            locale.looking_for_name(&view.analysis.handle.0, &view.network)
        }
    }
}

/// Returns the steps and requests of a running analysis, for people who want to know.
pub(crate) fn details(locale: &Locale, view: &View) -> Vec<String> {
    let crawl = view.crawl.as_ref();
    let Some(crawl) = crawl.filter(|crawl| is_found(crawl) && crawl.status != Status::Asking)
    else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if crawl.status != Status::Queued {
        lines.push(step(locale, view, crawl));
    }
    match view.expected.and(view.effort) {
        Some(it) => lines.push(effort(locale, it)),
        None if requests(crawl) > 0 => lines.push(locale.spent(Whole(requests(crawl)))),
        None => {}
    }
    lines
}

/// Whether the lookup is over.
fn is_found(crawl: &Crawl) -> bool {
    crawl.profile.is_some() && crawl.status != Status::Verifying
}

/// Asks how much it may cost.
fn cost_question(locale: &Locale, view: &View, mut lines: Vec<String>) -> String {
    lines.push(match &view.quote {
        Some(quote) if quote.is_own_key => locale.cost_question_own(&view.network),
        _ => locale.cost_question(&view.network),
    });
    lines.extend(suggested(locale, view));
    lines.join("\n")
}

/// Returns what the expected time is based on.
fn effort(locale: &Locale, effort: Effort) -> String {
    let Effort {
        done,
        all,
        rate,
        others,
    } = effort;
    match others {
        0 => locale.effort_left(Whole(done), Whole(all), rate),
        others => locale.effort_shared(Whole(done), Whole(all), rate, Whole(others as u64)),
    }
}

/// Returns the range of expected times, `None` if one time says as much.
fn range(left: Expected) -> Option<(Duration, Duration)> {
    let earliest = left.earliest.max(SOONEST);
    (left.latest > earliest.mul_f64(AS_ONE)).then_some((earliest, left.latest))
}

/// Returns the progress in a few words, as one line of several.
pub(crate) fn brief(locale: &Locale, view: &View) -> String {
    let Some(crawl) = view.crawl.as_ref().filter(|crawl| is_found(crawl)) else {
        return locale.brief_looking_up();
    };
    let mut parts = match (&crawl.status, view.place) {
        (Status::Asking, _) => return locale.brief_asks(),
        (Status::Queued, place) => vec![locale.brief_place(Whole(place.unwrap_or(1) as u64))],
        _ => vec![locale.brief_part(Whole(crawl.percent_done().into()))],
    };
    if view.paused || view.out_of_room {
        parts.push(locale.brief_paused());
    }
    if trouble(locale, view).is_none() {
        parts.extend(view.expected.map(|left| match range(left) {
            Some((earliest, latest)) => locale.brief_left_between(earliest, latest),
            None => locale.brief_left(left.latest),
        }));
    }
    parts.join(", ")
}

/// Returns how much of the whole search is done.
fn done(locale: &Locale, crawl: &Crawl) -> String {
    let percent = u64::from(crawl.percent_done());
    locale.progress(Markup(&bar(percent, 100)), Whole(percent))
}

/// Returns what is being done.
fn step(locale: &Locale, view: &View, crawl: &Crawl) -> String {
    let name = match crawl.shown_stage() {
        StageName::Verify | StageName::Followers => locale.listing(),
        StageName::Subscriptions => locale.reading(),
        StageName::Aggregate => locale.counting(),
        StageName::Profiles => locale.comparing(),
        StageName::Confirm => locale.confirming(),
        StageName::Rank | StageName::Deliver => locale.ordering(),
    };
    match counted(view, crawl) {
        Some((done, total)) => locale.step_counted(Markup(&name), Whole(done), Whole(total)),
        None => name,
    }
}

/// Returns what is done of the current stage, and the total; `None` if there is nothing to count.
fn counted(view: &View, crawl: &Crawl) -> Option<(u64, u64)> {
    let followers = &crawl.followers;
    let (done, total) = match crawl.shown_stage() {
        StageName::Verify | StageName::Followers => {
            let total = crawl.followers_total().min(view.followers_cap);
            (followers.listed, total)
        }
        StageName::Subscriptions => (followers.read, crawl.to_read()),
        StageName::Confirm => (crawl.requests.confirm, crawl.to_confirm),
        _ => return None,
    };
    (total > 0).then(|| (done.min(total), total))
}

fn bar(done: u64, total: u64) -> String {
    let full = part(done, total, CELLS) as usize;
    "▰".repeat(full) + &"▱".repeat(CELLS as usize - full)
}

/// Returns how many of `whole` parts are done, rounded down.
fn part(done: u64, total: u64, whole: u64) -> u64 {
    let done = u128::from(done.min(total)) * u128::from(whole);
    (done / u128::from(total.max(1))) as u64
}

/// Returns why it is not making progress at the moment.
pub(crate) fn trouble(locale: &Locale, view: &View) -> Option<String> {
    if view.paused {
        return Some(locale.paused());
    }
    if view.out_of_room {
        return Some(locale.out_of_room());
    }
    if let Some(until) = view.quote.as_ref().and_then(|quote| quote.spent_until) {
        let left = (until - view.now).to_std().unwrap_or_default();
        return Some(locale.spent_today(&view.network, left));
    }
    let Some(trouble) = &view.trouble else {
        let server = view.silent_server.as_ref();
        return server.map(|server| locale.server_silent(server));
    };
    let own = view
        .crawl
        .as_ref()
        .is_some_and(|crawl| crawl.key_of.is_some());
    match trouble {
        Trouble::KeyRefused | Trouble::OutOfCredit if own => {
            Some(locale.own_key_refused(&view.network))
        }
        Trouble::Throttled { until } => {
            let left = (*until - view.now).to_std().unwrap_or_default();
            (left >= WORTH_TELLING).then(|| locale.asked_to_wait(&view.network, left))
        }
        Trouble::Down => Some(locale.out_of_reach(&view.network)),
        Trouble::KeyRefused => Some(locale.key_refused(&view.network)),
        Trouble::OutOfCredit => Some(locale.out_of_credit(&view.network)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_at_the_end() {
        assert_eq!(bar(0, 10), "▱▱▱▱▱▱▱▱▱▱");
        assert_eq!(bar(999, 1_000), "▰▰▰▰▰▰▰▰▰▱");
        assert_eq!(bar(5, 5), "▰▰▰▰▰▰▰▰▰▰");
    }

    #[test]
    fn two_times_are_told_only_when_they_are_far_apart() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let told = |earliest, latest| {
            range(Expected {
                earliest: minutes(earliest),
                latest: minutes(latest),
            })
        };
        assert_eq!(told(50, 60), None);
        assert_eq!(told(40, 150), Some((minutes(40), minutes(150))));
        assert_eq!(told(0, 60), Some((minutes(1), minutes(60))));
        assert_eq!(told(0, 0), None);
    }
}
