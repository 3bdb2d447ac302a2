//! Why an account is in a list: what it is, how many of the target's followers follow it, and some of them by name.
//! Pure.

use crate::bot::list::account_of;
use crate::bot::view::View;
use crate::kind::AccountKind;
use crate::locales::{Bio, Locale, Markup, Percent, Who, Whole, printable};
use crate::model::{Handle, KindTeller, KnownKind, Ranking, Similar, Why};
use crate::sampling::{Headline, Interval};

/// `place` is its position in the stored list, from 0; its place in the shown one depends on the order.
pub(super) fn message(
    locale: &Locale,
    view: &View,
    ranking: &Ranking,
    place: usize,
    examples: &[Handle],
    link: &dyn Fn(&Handle) -> Option<String>,
) -> String {
    let Some(row) = ranking.rows.get(place) else {
        return locale.result_is_gone(view.who());
    };
    let mut lines = vec![account_of(locale, row, link)];
    if !printable(&row.bio).is_empty() {
        lines.push(locale.about_bio(Bio(&row.bio)));
    }
    lines.extend(kind(locale, &view.network, row));
    lines.push(reasons(locale, view, ranking, row).join("\n"));
    let names = examples.iter().map(|handle| {
        let link = link(handle);
        locale.name(Who {
            handle: &handle.0,
            link: link.as_deref(),
        })
    });
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        lines.push(locale.about_examples(Markup(&names.join(", "))));
    }
    lines.join("\n\n")
}

/// Returns what the account is, and why; `None` if that is unclear.
fn kind(locale: &Locale, network: &str, row: &Similar) -> Option<String> {
    let KnownKind {
        kind,
        probability,
        why,
    } = row.known_kind()?;
    let named = locale.kind(kind);
    let guessed = match why {
        Why::Told(KindTeller::Network) => return Some(locale.about_kind_told(network, &named)),
        Why::Told(KindTeller::Operator) => return Some(locale.about_kind_set(&named)),
        Why::Says(words) => return Some(locale.about_kind_says(words, &named)),
        Why::Guessed(because) => because,
    };
    let share = Percent(probability);
    let kind = match kind {
        AccountKind::Person => locale.about_person(share),
        _ => locale.about_organisation(share),
    };
    Some(match guessed.is_empty() {
        true => kind,
        false => locale.about_kind_because(Markup(&kind), &guessed.join(", ")),
    })
}

/// Returns what the list is ordered by, and the shares behind that.
fn reasons(locale: &Locale, view: &View, ranking: &Ranking, row: &Similar) -> Vec<String> {
    let headline = Headline::of(ranking, row);
    let (measure, who) = (headline.measure, view.who());
    let score = locale.score(measure, headline.score, headline.interval.is_some());
    let alone = |score| locale.score_alone(measure, score);
    let score = match headline.interval {
        Some(Interval { low, high }) => {
            let interval = locale.score_between(&alone(low), &alone(high));
            locale.about_score(Markup(&score), Markup(&interval))
        }
        None => locale.about_score_counted(Markup(&score)),
    };
    let (shared, all) = match row.confirmed {
        Some(all) => (all, ranking.sample.listed),
        None => (row.shared, ranking.sample.read),
    };
    let part = Percent(headline.of_target);
    let share = locale.about_share(who, part, Whole(shared), Whole(all));
    let own = headline
        .of_own
        .map(|own| locale.about_own_share(who, Percent(own)));
    [score, share].into_iter().chain(own).collect()
}
