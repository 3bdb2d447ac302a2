//! A result as the data of a picture. Pure.

use crate::bot::view::View;
use crate::card::{Card, CardRow, CardTarget, Fact, Legend, ROWS, Theme};
use crate::locales::{Day, Locale, Percent, Size, Whole};
use crate::model::{Crawl, Ranking, Similar};
use crate::sampling::{Headline, Interval, TOP};

/// Returns the card without the accounts' own pictures.
pub(super) fn card(locale: &Locale, view: &View, crawl: &Crawl, ranking: &Ranking) -> Card {
    let profile = crawl.profile.as_ref();
    let fact = |label: String, value: String| Fact { label, value };
    let read = Whole(ranking.sample.read);
    let total = crawl.followers_total();
    Card {
        heading: locale.card_heading(&crawl.called()),
        target: CardTarget {
            name: profile.map_or_else(String::new, |profile| profile.name.clone()),
            handle: crawl.own_name().shown(),
            picture: None,
            facts: vec![
                fact(
                    locale.card_followers(Whole(total)),
                    locale.card_size(Size(total)),
                ),
                fact(locale.card_read(read), locale.card_number(read)),
                fact(
                    locale.card_compared(Whole(ranking.rows.len() as u64)),
                    locale.card_number(Whole(ranking.rows.len() as u64)),
                ),
            ],
        },
        rows: (1..)
            .zip(&ranking.rows)
            .take(ROWS)
            .map(|(place, account)| row(locale, ranking, place, account))
            .collect(),
        legend: Legend {
            score: locale.meaning(ranking.measure),
            shares: locale.card_shares_meaning(&crawl.own_name().shown()),
            interval: locale.card_interval(),
            sure: locale.card_sure(Whole(TOP as u64)),
        },
        footer: locale.card_footer_ordered(
            &view.network,
            &locale.measure(ranking.measure),
            Day(ranking.made_at),
        ),
        theme: Theme::Light,
    }
}

/// Returns the URLs of the pictures: the target's, then each row's.
pub(super) fn avatar_urls(crawl: &Crawl, ranking: &Ranking) -> Vec<Option<String>> {
    let target = crawl.profile.as_ref().and_then(|it| it.picture.clone());
    let rows = ranking
        .rows
        .iter()
        .take(ROWS)
        .map(|row| row.picture.clone());
    [target].into_iter().chain(rows).collect()
}

fn row(locale: &Locale, ranking: &Ranking, place: u64, account: &Similar) -> CardRow {
    let headline = Headline::of(ranking, account);
    let Headline { score, full, .. } = headline;
    let Interval { low, high } = headline.interval.unwrap_or(Interval {
        low: score,
        high: score,
    });
    CardRow {
        place,
        name: account.name.clone(),
        kind: account.kind(),
        handle: account.handle.shown(),
        picture: None,
        size: account.followers.map_or_else(String::new, |followers| {
            locale.card_row_size(Size(followers))
        }),
        score: score / full,
        low: low / full,
        high: high / full,
        score_text: locale.score_alone(headline.measure, score),
        shares: headline.of_own.map_or_else(String::new, |own| {
            locale.card_shares(Percent(headline.of_target), Percent(own))
        }),
        sure: account.sure && ranking.is_sample(),
    }
}
