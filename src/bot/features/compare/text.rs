//! The text of a comparison. Pure.

use crate::bot::content::MessageContent;
use crate::bot::list::{LONGEST, row_of, visible_length};
use crate::bot::view::depth_name;
use crate::evidence::{Audience, Audiences, Compared};
use crate::locales::{Count, Locale, Markup, Percent, Who, Whole};
use crate::model::{AnalysisId, Button, Depth, Handle, Press, Sample, Tally};
use crate::sampling::{Estimate, Interval, USUAL, share};

/// The audiences that are compared, and whose they are.
pub(crate) struct ComparedResults {
    /// The analysis of each audience, in their order.
    pub(crate) analyses: Vec<AnalysisId>,
    pub(crate) audiences: Audiences,
    /// The accounts without a result.
    pub(crate) missing: Vec<Handle>,
}

type LinkTo<'a> = &'a dyn Fn(&Handle) -> Option<String>;

/// Announces the comparison.
pub(crate) fn comparing(
    locale: &Locale,
    names: &[Handle],
    deeper: Option<Depth>,
    link: LinkTo<'_>,
) -> String {
    let soon = locale.comparing_soon(Markup(&all(
        locale,
        names.iter().map(|it| name(locale, it, link)),
    )));
    match deeper {
        Some(depth) => {
            let deeper = locale.comparing_deeper(&depth_name(locale, depth));
            format!("{soon} {deeper}")
        }
        None => soon,
    }
}

/// Returns the caption of the picture.
pub(crate) fn caption(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let names = audiences.each.iter().map(|it| owner(locale, it, link));
    locale.compared_caption(Markup(&all(locale, names)))
}

/// Returns the comparison, or why there is none.
pub(crate) fn message(
    locale: &Locale,
    results: &ComparedResults,
    link: LinkTo<'_>,
) -> MessageContent {
    let audiences = &results.audiences;
    let buttons = results
        .analyses
        .iter()
        .zip(&audiences.each)
        .map(|(id, audience)| Button {
            label: locale.button_list(&audience.crawl.called()),
            press: Press::Result(*id),
        });
    let names = audiences.each.iter().map(|it| owner(locale, it, link));
    let html = match audiences.each.as_slice() {
        [] | [_] if results.missing.is_empty() => locale.compared_with_itself(),
        [] | [_] => locale.nothing_to_compare(Markup(&all(locale, missing(locale, results, link)))),
        _ => {
            let shares = [Some(each(locale, audiences, link)), both(locale, audiences)];
            let shares: Vec<String> = shares.into_iter().flatten().collect();
            let mut parts = vec![
                locale.compared(Markup(&all(locale, names))),
                shares.join("\n"),
            ];
            parts.extend(details(locale, audiences, link));
            fitting(parts, basis(locale, results, link))
        }
    };
    MessageContent {
        html,
        buttons: buttons.collect(),
    }
}

/// Returns a share with its confidence interval: "34% (31–37%)".
fn part(locale: &Locale, sample: &Sample, tally: &Tally) -> String {
    let Interval { low, high } = share(sample, tally, USUAL);
    let part = Percent(tally.share(sample));
    match low < high {
        true => locale.part_between(part, Percent(low), Percent(high)),
        false => locale.part(part),
    }
}

/// Returns what each audience shares with the others.
fn each(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let count = Whole(audiences.each.len() as u64);
    let line = |audience: &Audience| {
        let others = audience.with.iter().zip(&audiences.each);
        let shared = others.filter_map(|(tally, other)| {
            let part = part(locale, &audience.sample, tally.as_ref()?);
            let other = owner(locale, other, link);
            Some(locale.audience_with(Markup(&part), Markup(&other)))
        });
        let alone = part(locale, &audience.sample, &audience.alone);
        let parts: Vec<String> = shared
            .chain([locale.audience_alone(Markup(&alone), count)])
            .collect();
        let owner = owner(locale, audience, link);
        let followers = Count(audience.crawl.followers_total());
        locale.audience(Markup(&owner), followers, Markup(&parts.join(", ")))
    };
    let lines: Vec<String> = audiences.each.iter().map(line).collect();
    lines.join("\n")
}

/// Returns how many follow both, if there are exactly two.
fn both(locale: &Locale, audiences: &Audiences) -> Option<String> {
    let Estimate { value, low, high } = audiences.in_both()?;
    let count = |number: f64| Count(number.round() as u64);
    Some(match low < high {
        true => locale.in_both_between(count(value), count(low), count(high)),
        false => locale.in_both(count(value)),
    })
}

/// Returns who is close to all audiences, and whom each follows more than the others do.
fn details(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> Vec<String> {
    let own = (0..audiences.each.len()).filter_map(|place| own_of(locale, audiences, place, link));
    let own: Vec<String> = own.collect();
    let own = (!own.is_empty()).then(|| own.join("\n"));
    [close(locale, audiences, link)]
        .into_iter()
        .chain(own)
        .collect()
}

/// Returns what the comparison is based on, and how certain it is.
fn basis(locale: &Locale, results: &ComparedResults, link: LinkTo<'_>) -> String {
    let audiences = &results.audiences;
    let read = audiences.each.iter().map(|audience| {
        let handle = &audience.crawl.called();
        let (read, listed) = (Whole(audience.sample.read), Whole(audience.sample.listed));
        match audience.is_cut() {
            true => locale.read_of_newest(handle, read, listed),
            false => locale.read_of(handle, read, listed),
        }
    });
    let read: Vec<String> = read.collect();
    let mut sentences = vec![locale.compared_basis(Markup(&read.join(", ")))];
    if audiences.each.iter().any(Audience::is_cut) {
        sentences.push(locale.compared_newest());
    }
    let samples = audiences.each.iter().map(|audience| &audience.sample);
    if samples
        .into_iter()
        .any(|sample| sample.read < sample.readable)
    {
        sentences.push(locale.compared_sampled());
    }
    if !results.missing.is_empty() {
        let missing = all(locale, missing(locale, results, link));
        sentences.push(locale.compared_missing(Markup(&missing)));
    }
    sentences.join(" ")
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
                let handle = &audience.crawl.called();
                locale.share_in(handle, Markup(&part(locale, &audience.sample, tally)))
            });
        let shares: Vec<String> = shares.collect();
        format!("{row}\n{}", shares.join(" · "))
    });
    let rows: Vec<String> = rows.collect();
    let heading = locale.close_to_all(Whole(audiences.each.len() as u64));
    format!("{heading}\n{}", rows.join("\n"))
}

/// Returns whom one audience follows more than the others do, `None` if it is no account.
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
    let owner = owner(locale, audience, link);
    (!names.is_empty()).then(|| locale.own(Markup(&owner), Markup(&names.join(", "))))
}

fn all(locale: &Locale, names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => {
            locale.both_of(Markup(&others.join(", ")), Markup(last))
        }
        _ => names.concat(),
    }
}

fn name(locale: &Locale, handle: &Handle, link: LinkTo<'_>) -> String {
    called(locale, handle, handle, link)
}

fn missing<'a>(
    locale: &'a Locale,
    results: &'a ComparedResults,
    link: LinkTo<'a>,
) -> impl Iterator<Item = String> {
    results.missing.iter().map(move |it| name(locale, it, link))
}

/// Returns whose audience it is, by their own name, which may differ from the one in the URL.
fn owner(locale: &Locale, audience: &Audience, link: LinkTo<'_>) -> String {
    let crawl = &audience.crawl;
    called(locale, crawl.own_name(), crawl.shown_handle(), link)
}

fn called(locale: &Locale, name: &Handle, address: &Handle, link: LinkTo<'_>) -> String {
    let link = link(address);
    locale.name(Who {
        handle: &name.0,
        link: link.as_deref(),
    })
}

/// Joins as many paragraphs as fit into a message, and the last.
fn fitting(paragraphs: Vec<String>, last: String) -> String {
    let between = "\n\n".len();
    let mut room = LONGEST.saturating_sub(visible_length(&last));
    let fitting = paragraphs.into_iter().take_while(|paragraph| {
        let length = visible_length(paragraph) + between;
        let fits = length <= room;
        room = room.saturating_sub(length);
        fits
    });
    let fitting: Vec<String> = fitting.chain([last]).collect();
    fitting.join("\n\n")
}
