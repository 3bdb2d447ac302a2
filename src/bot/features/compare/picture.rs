//! A comparison as the data of a picture. Pure.

use crate::card::{CardAudience, CardShare, ComparisonCard, ComparisonLegend, Theme};
use crate::evidence::{Audience, Audiences};
use crate::locales::{Day, Locale, Percent, Size};
use crate::model::{Sample, Tally};
use crate::sampling::{Interval, USUAL, share};

use chrono::{DateTime, Utc};

/// Returns the picture without the accounts' own pictures.
pub(crate) fn picture(
    locale: &Locale,
    audiences: &Audiences,
    network: &str,
    now: DateTime<Utc>,
) -> ComparisonCard {
    ComparisonCard {
        heading: locale.compared_heading(),
        audiences: audiences.each.iter().map(|it| shown(locale, it)).collect(),
        both: audiences.in_both().map(|both| both.value),
        alone: locale.compared_alone(),
        key: ComparisonLegend {
            share: match audiences.each.len() {
                2 => locale.compared_key_both(),
                _ => locale.compared_key(),
            },
            interval: locale.card_interval(),
        },
        footer: locale.card_footer(network, Day(now)),
        theme: Theme::Light,
    }
}

/// Returns the URLs of the accounts' pictures, in their order.
pub(crate) fn avatar_urls(audiences: &Audiences) -> Vec<Option<String>> {
    let profiles = audiences.each.iter().map(|it| it.crawl.profile.as_ref());
    profiles
        .map(|profile| profile.and_then(|profile| profile.picture.clone()))
        .collect()
}

fn shown(locale: &Locale, audience: &Audience) -> CardAudience {
    let crawl = &audience.crawl;
    let profile = crawl.profile.as_ref();
    let called = crawl.called();
    let total = crawl.followers_total();
    let with = audience.with.iter();
    CardAudience {
        name: profile.map_or_else(String::new, |profile| profile.name.clone()),
        handle: crawl.own_name().shown(),
        picture: None,
        size: locale.card_row_size(Size(total)),
        followers: total as f64,
        with: with
            .map(|tally| tally.map(|tally| part(locale, &audience.sample, &tally)))
            .collect(),
        alone: part(locale, &audience.sample, &audience.alone),
        of: locale.compared_of(&called),
        only: locale.compared_only(&called),
    }
}

fn part(locale: &Locale, sample: &Sample, tally: &Tally) -> CardShare {
    let Interval { low, high } = share(sample, tally, USUAL);
    let share = tally.share(sample);
    CardShare {
        share,
        text: locale.card_percent(Percent(share)),
        interval: match low < high {
            true => locale.page_interval(Percent(low), Percent(high)),
            false => String::new(),
        },
    }
}
