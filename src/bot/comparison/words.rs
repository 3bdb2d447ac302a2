//! What a comparison says. Pure.

use crate::bot::bubble::Sheet;
use crate::bot::result::{row_of, visible_length};
use crate::evidence::{Audience, Audiences, Compared};
use crate::locales::{Count, Locale, Markup, Percent, Who, Whole};
use crate::model::{AnalysisId, Button, Handle, Press, Sample, Tally};
use crate::sampling::{Estimate, Interval, USUAL, in_both, share};

/// UTF-16 units of a message after its tags are read, as Telegram counts.
const LONGEST: usize = 4096;

/// What was held against each other for somebody.
pub(in crate::bot) struct Held {
    /// The analysis of each audience, in their order.
    pub(in crate::bot) analyses: Vec<AnalysisId>,
    pub(in crate::bot) audiences: Audiences,
    /// Those of which there is no result.
    pub(in crate::bot) missing: Vec<Handle>,
}

type LinkTo<'a> = &'a dyn Fn(&Handle) -> Option<String>;

/// That they will be compared.
pub(in crate::bot) fn comparing(locale: &Locale, names: &[Handle], link: LinkTo<'_>) -> String {
    locale.comparing_soon(Markup(&all(locale, names.iter(), link)))
}

/// What stands below the picture.
pub(in crate::bot) fn caption(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let names = audiences.each.iter().map(|it| it.crawl.shown_handle());
    locale.compared_caption(Markup(&all(locale, names, link)))
}

/// The comparison, or why there is none.
pub(in crate::bot) fn message(locale: &Locale, held: &Held, link: LinkTo<'_>) -> Sheet {
    let audiences = &held.audiences;
    let buttons = held
        .analyses
        .iter()
        .zip(&audiences.each)
        .map(|(id, audience)| Button {
            label: locale.button_list(&audience.crawl.shown_handle().0),
            press: Press::Result(*id),
        });
    let names = audiences.each.iter().map(|it| it.crawl.shown_handle());
    let html = match audiences.each.as_slice() {
        [] | [_] if held.missing.is_empty() => locale.compared_with_itself(),
        [] | [_] => locale.nothing_to_compare(Markup(&all(locale, held.missing.iter(), link))),
        [one, other] => {
            let mut parts = vec![heading(locale, names, link)];
            parts.push(format!(
                "{}\n{}",
                each(locale, audiences, link),
                both(locale, one, other)
            ));
            parts.extend(rest(locale, held, link));
            fitting(parts)
        }
        _ => {
            let mut parts = vec![heading(locale, names, link), each(locale, audiences, link)];
            parts.extend(rest(locale, held, link));
            fitting(parts)
        }
    };
    Sheet {
        html,
        buttons: buttons.collect(),
    }
}

/// A share, and how surely: "34% (31–37%)".
fn part(locale: &Locale, sample: &Sample, tally: &Tally) -> String {
    let Interval { low, high } = share(sample, tally, USUAL);
    let part = Percent(tally.share(sample));
    match low < high {
        true => locale.part_between(part, Percent(low), Percent(high)),
        false => locale.part(part),
    }
}

fn heading<'a>(
    locale: &Locale,
    names: impl Iterator<Item = &'a Handle>,
    link: LinkTo<'_>,
) -> String {
    locale.compared(Markup(&all(locale, names, link)))
}

/// What each audience shares with the others.
fn each(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let line = |audience: &Audience| {
        let others = audience.with.iter().zip(&audiences.each);
        let shared = others.filter_map(|(tally, other)| {
            let part = part(locale, &audience.sample, tally.as_ref()?);
            let other = other.crawl.shown_handle();
            Some(locale.audience_with(Markup(&part), Markup(&name(locale, other, link))))
        });
        let alone = part(locale, &audience.sample, &audience.alone);
        let parts: Vec<String> = shared
            .chain([locale.audience_alone(Markup(&alone))])
            .collect();
        let owner = name(locale, audience.crawl.shown_handle(), link);
        let followers = Count(audience.crawl.followers_total());
        locale.audience(Markup(&owner), followers, Markup(&parts.join(", ")))
    };
    let lines: Vec<String> = audiences.each.iter().map(line).collect();
    lines.join("\n")
}

/// How many two audiences have in common.
fn both(locale: &Locale, one: &Audience, other: &Audience) -> String {
    let Estimate { value, low, high } = common(one, other);
    let count = |number: f64| Count(number.round() as u64);
    match low < high {
        true => locale.in_both_between(count(value), count(low), count(high)),
        false => locale.in_both(count(value)),
    }
}

/// How many follow both owners.
fn common(one: &Audience, other: &Audience) -> Estimate {
    let with = |audience: &Audience| audience.with.iter().copied().flatten().next();
    match (with(one), with(other)) {
        (Some(first), Some(second)) => in_both((&one.sample, &first), (&other.sample, &second)),
        _ => Estimate {
            value: 0.0,
            low: 0.0,
            high: 0.0,
        },
    }
}

/// Who is close to all of them, whom one follows more, and what it rests on.
fn rest(locale: &Locale, held: &Held, link: LinkTo<'_>) -> Vec<String> {
    let audiences = &held.audiences;
    let mut parts = vec![close(locale, audiences, link)];
    let own = (0..audiences.each.len()).filter_map(|place| own_of(locale, audiences, place, link));
    let own: Vec<String> = own.collect();
    parts.extend((!own.is_empty()).then(|| own.join("\n")));
    let read = audiences.each.iter().map(|audience| {
        let handle = &audience.crawl.shown_handle().0;
        let (read, listed) = (Whole(audience.sample.read), Whole(audience.sample.listed));
        locale.read_of(handle, read, listed)
    });
    let read: Vec<String> = read.collect();
    let mut basis = locale.compared_basis(Markup(&read.join(", ")));
    let samples = audiences.each.iter().map(|audience| &audience.sample);
    if samples
        .into_iter()
        .any(|sample| sample.read < sample.readable)
    {
        basis = format!("{basis} {}", locale.compared_sampled());
    }
    if !held.missing.is_empty() {
        let missing = all(locale, held.missing.iter(), link);
        basis = format!("{basis} {}", locale.compared_missing(Markup(&missing)));
    }
    parts.push(basis);
    parts
}

fn close(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    if audiences.close.is_empty() {
        return locale.nobody_close();
    }
    let rows = audiences.close.iter().zip(1..).map(|(it, place)| {
        let account = &it.account;
        let row = row_of(locale, account, place, link);
        let shares = audiences
            .each
            .iter()
            .zip(&it.counts)
            .map(|(audience, tally)| {
                let handle = &audience.crawl.shown_handle().0;
                locale.share_in(handle, Markup(&part(locale, &audience.sample, tally)))
            });
        let shares: Vec<String> = shares.collect();
        format!("{row}\n{}", shares.join(" · "))
    });
    let rows: Vec<String> = rows.collect();
    let heading = locale.close_to_all(Whole(audiences.each.len() as u64));
    format!("{heading}\n{}", rows.join("\n"))
}

/// Whom the audience at a place follows more than the others do; nothing where that is nobody.
fn own_of(
    locale: &Locale,
    audiences: &Audiences,
    place: usize,
    link: LinkTo<'_>,
) -> Option<String> {
    let audience = audiences.each.get(place)?;
    let one = |Compared { account, counts }: &Compared| {
        let shares = audiences.each.iter().zip(counts).enumerate();
        let others = shares.filter(|(at, _)| *at != place).map(|(_, it)| it);
        let highest = others.max_by(|one, other| {
            let share = |(audience, tally): &(&Audience, &Tally)| tally.share(&audience.sample);
            share(one).total_cmp(&share(other))
        });
        let (other, theirs) = highest?;
        let own = part(locale, &audience.sample, counts.get(place)?);
        let theirs = part(locale, &other.sample, theirs);
        let name = name(locale, &account.handle, link);
        Some(locale.own_one(Markup(&name), Markup(&own), Markup(&theirs)))
    };
    let names: Vec<String> = audience.own.iter().filter_map(one).collect();
    let owner = name(locale, audience.crawl.shown_handle(), link);
    (!names.is_empty()).then(|| locale.own(Markup(&owner), Markup(&names.join(", "))))
}

fn all<'a>(locale: &Locale, handles: impl Iterator<Item = &'a Handle>, link: LinkTo<'_>) -> String {
    let names: Vec<String> = handles.map(|handle| name(locale, handle, link)).collect();
    names.join(", ")
}

fn name(locale: &Locale, handle: &Handle, link: LinkTo<'_>) -> String {
    let link = link(handle);
    locale.name(Who {
        handle: &handle.0,
        link: link.as_deref(),
    })
}

/// As many paragraphs as fit into a message.
fn fitting(paragraphs: Vec<String>) -> String {
    let mut room = LONGEST;
    let fitting = paragraphs.into_iter().take_while(|paragraph| {
        let length = visible_length(paragraph) + "\n\n".len();
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    let fitting: Vec<String> = fitting.collect();
    fitting.join("\n\n")
}
