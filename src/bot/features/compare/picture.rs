//! A comparison as the data of a picture. Pure.

use crate::bot::features::compare::pairs::in_both;
use crate::card::{CardAudience, CardShare, ComparisonCard, ComparisonLegend, Theme};
use crate::locales::{Day, Locale, Percent, Size};
use crate::model::{Audience, Audiences, Sample, Tally};
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
        both: in_both(audiences).map(|both| both.value),
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
    let pictures = audiences.each.iter().map(|it| it.picture.clone());
    pictures.collect()
}

fn shown(locale: &Locale, audience: &Audience) -> CardAudience {
    let called = &audience.called;
    let with = audience.with.iter();
    CardAudience {
        name: audience.name.clone(),
        handle: audience.own_name.shown(),
        picture: None,
        size: locale.card_row_size(Size(audience.followers)),
        followers: audience.followers as f64,
        with: with
            .map(|tally| tally.map(|tally| part(locale, &audience.sample, &tally)))
            .collect(),
        alone: part(locale, &audience.sample, &audience.alone),
        of: locale.compared_of(called),
        only: locale.compared_only(called),
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
