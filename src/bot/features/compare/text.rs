//! The text of a comparison: what is closest in one sentence, only differences that are not chance, the rest as small
//! print. Pure.

use crate::bot::features::compare::pairs::{closest, in_both};
use crate::bot::list::{LONGEST, row_of, visible_length};
use crate::bot::view::depth_name;
use crate::locales::{Count, Locale, Markup, Percent, Who, Whole};
use crate::model::{Audience, Audiences, Compared, Counted, Depth, Handle, Kinds, Tally};
use crate::sampling::{Closest, Estimate, Interval, USUAL, share};

/// Accounts shown as close to all of them.
const CLOSE: usize = 5;

/// Accounts shown for each audience that it follows more than the others.
const OWN: usize = 3;

/// Estimated numbers of people are told with two digits.
const DIGITS: u64 = 100;

type LinkTo<'a> = &'a dyn Fn(&Handle) -> Option<String>;

/// Announces the comparison.
pub(super) fn comparing(
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
pub(super) fn caption(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let names = audiences.each.iter().map(|it| owner(locale, it, link));
    locale.compared_caption(Markup(&all(locale, names)))
}

/// Returns the comparison with accounts of these kinds, or why there is none.
pub(super) fn message(
    locale: &Locale,
    counted: &Counted,
    kinds: Kinds,
    link: LinkTo<'_>,
) -> String {
    let Counted { audiences, missing } = counted;
    let audiences = &of_kinds(audiences, kinds);
    let missing = || all(locale, missing.iter().map(|it| name(locale, it, link)));
    match audiences.each.as_slice() {
        [] | [_] if counted.missing.is_empty() => locale.compared_with_itself(),
        [] | [_] => locale.nothing_to_compare(Markup(&missing())),
        each => {
            let names = each.iter().map(|it| owner(locale, it, link));
            let mut parts = vec![
                locale.compared(Markup(&all(locale, names))),
                closeness(locale, audiences, link),
                close(locale, audiences, kinds, link),
            ];
            if kinds != Kinds::All {
                parts.insert(1, locale.only_compared(&locale.kinds(kinds)));
            }
            let own = each.iter().enumerate();
            let own = own.filter_map(|(place, it)| own_of(locale, audiences, (place, it), link));
            let own: Vec<String> = own.collect();
            if !own.is_empty() {
                parts.push(own.join("\n"));
            }
            let is_sample = |it: &Audience| it.sample.read < it.sample.readable;
            let mut basis = vec![match each.iter().any(is_sample) {
                true => locale.compared_estimated(),
                false => locale.compared_counted(),
            }];
            if !counted.missing.is_empty() {
                basis.push(locale.compared_missing(Markup(&missing())));
            }
            let small_print = small_print(locale, audiences, !own.is_empty()).join("\n");
            let last = format!(
                "{}\n\n{}",
                basis.join("\n"),
                locale.small_print(Markup(&small_print))
            );
            fitting(parts, last)
        }
    }
}

/// Leaves out the accounts of other kinds.
fn of_kinds(audiences: &Audiences, kinds: Kinds) -> Audiences {
    let mut audiences = audiences.clone();
    let is_shown = |it: &Compared| kinds.has_room_for(&it.account);
    audiences.close.retain(is_shown);
    for audience in &mut audiences.each {
        audience.own.retain(is_shown);
    }
    audiences
}

/// Returns what is closest: of two how many follow both, and the share of each; of more the closest pair. The shares of
/// more are on the picture.
fn closeness(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let [one, other] = audiences.each.as_slice() else {
        return pair(locale, audiences, link);
    };
    let line = |own: &Audience, other: &Audience| {
        let tally = own.with.iter().flatten().next()?;
        let followers = Count(own.followers);
        let share = Percent(tally.share(&own.sample));
        let (own, other) = (owner(locale, own, link), owner(locale, other, link));
        Some(locale.audience(Markup(&own), followers, share, Markup(&other)))
    };
    let lines = [
        Some(both(locale, audiences)),
        line(one, other),
        line(other, one),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    lines.join("\n")
}

/// Returns how many follow both of two.
fn both(locale: &Locale, audiences: &Audiences) -> String {
    match in_both(audiences) {
        None => locale.in_both_unknown(),
        Some(both) if is_exact(&both) => locale.in_both(Count(both.value.round() as u64)),
        Some(both) => locale.in_both_about(Count(roughly(both.value))),
    }
}

fn pair(locale: &Locale, audiences: &Audiences, link: LinkTo<'_>) -> String {
    let (places, both) = match closest(audiences) {
        Closest::Pair(places, both) => (places, both),
        Closest::Undecided => return locale.pairs_alike(),
        Closest::Unknown => return locale.pairs_unknown(),
    };
    let [one, other] = places.map(|place| {
        let audience = audiences.each.get(place);
        audience.map_or_else(String::new, |it| owner(locale, it, link))
    });
    let (one, other) = (Markup(&one), Markup(&other));
    match is_exact(&both) {
        true => locale.closest_pair(one, other, Count(both.value.round() as u64)),
        false => locale.closest_pair_about(one, other, Count(roughly(both.value))),
    }
}

fn is_exact(estimate: &Estimate) -> bool {
    estimate.low >= estimate.high
}

fn roughly(number: f64) -> u64 {
    let number = number.round() as u64;
    let mut unit = 1;
    while number / unit >= DIGITS {
        unit *= 10;
    }
    (number + unit / 2) / unit * unit
}

/// Returns who is close to all audiences. The shares of more than two would be a table.
fn close(locale: &Locale, audiences: &Audiences, kinds: Kinds, link: LinkTo<'_>) -> String {
    if audiences.close.is_empty() {
        return match kinds {
            Kinds::All => locale.nobody_close(),
            _ => locale.nothing_left(),
        };
    }
    let rows = audiences.close.iter().zip(1..).take(CLOSE);
    let rows = rows.map(|(it, place)| {
        let row = row_of(locale, &it.account, place, kinds, link);
        let each = audiences.each.iter().zip(&it.counts);
        let shares = each.map(|(audience, tally)| {
            let share = Percent(tally.share(&audience.sample));
            locale.share_in(&audience.called, share)
        });
        match audiences.each.len() {
            2 => format!("{row}\n{}", shares.collect::<Vec<_>>().join(" · ")),
            _ => row,
        }
    });
    let rows: Vec<String> = rows.collect();
    let heading = locale.close_to_all(Whole(audiences.each.len() as u64));
    format!("{heading}\n{}", rows.join("\n"))
}

/// Returns whom one audience follows more than the others do, `None` if it is no account.
fn own_of(
    locale: &Locale,
    audiences: &Audiences,
    (place, audience): (usize, &Audience),
    link: LinkTo<'_>,
) -> Option<String> {
    let one = |Compared { account, counts }: &Compared| {
        let name = name(locale, &account.handle, link);
        let share = |at: usize| Some(counts.get(at)?.share(&audiences.each.get(at)?.sample));
        match audiences.each.len() {
            2 => {
                let (own, other) = (share(place)?, share(1 - place)?);
                Some(locale.own_one(Markup(&name), Percent(own), Percent(other)))
            }
            _ => Some(name),
        }
    };
    let names: Vec<String> = audience.own.iter().take(OWN).filter_map(one).collect();
    let owner = owner(locale, audience, link);
    (!names.is_empty()).then(|| locale.own(Markup(&owner), Markup(&names.join(", "))))
}

/// Returns what the comparison is based on, and how certain it is: paragraphs of HTML.
fn small_print(locale: &Locale, audiences: &Audiences, tells_own: bool) -> Vec<String> {
    let read = audiences.each.iter().map(|audience| {
        let (read, listed) = (Whole(audience.sample.read), Whole(audience.sample.listed));
        match audience.is_cut {
            true => locale.read_of_newest(&audience.called, read, listed),
            false => locale.read_of(&audience.called, read, listed),
        }
    });
    let read: Vec<String> = read.collect();
    let mut read = vec![locale.compared_basis(Markup(&read.join(", ")))];
    if audiences.each.iter().any(|audience| audience.is_cut) {
        read.push(locale.compared_newest());
    }
    let mut paragraphs = vec![read.join(" ")];
    let between = between(locale, audiences);
    if !between.is_empty() {
        paragraphs.push(between.join(" "));
    }
    if audiences.each.len() > 2 && matches!(closest(audiences), Closest::Pair(..)) {
        paragraphs.push(locale.compared_closest());
    }
    if tells_own {
        paragraphs.push(locale.compared_more());
    }
    paragraphs
}

/// Returns where the numbers of two may lie. Those of more are on the picture.
fn between(locale: &Locale, audiences: &Audiences) -> Vec<String> {
    if audiences.each.len() > 2 {
        return Vec::new();
    }
    let mut sentences = Vec::new();
    if let Some(both) = in_both(audiences).filter(|both| !is_exact(both)) {
        let [low, high] = [both.low, both.high].map(|bound| Count(bound.round() as u64));
        sentences.push(locale.compared_both_between(low, high));
    }
    let shares = audiences.each.iter().filter_map(|audience| {
        let tally: &Tally = audience.with.iter().flatten().next()?;
        let Interval { low, high } = share(&audience.sample, tally, USUAL);
        let (low_part, high_part) = (Percent(low), Percent(high));
        (low < high).then(|| locale.compared_share_between(&audience.called, low_part, high_part))
    });
    let shares: Vec<String> = shares.collect();
    if !shares.is_empty() {
        sentences.push(locale.compared_shares_between(Markup(&shares.join(", "))));
    }
    sentences
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

/// Returns whose audience it is, by their own name, which may differ from the one in the URL.
fn owner(locale: &Locale, audience: &Audience, link: LinkTo<'_>) -> String {
    called(locale, &audience.own_name, &audience.handle, link)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimated_people_are_told_with_two_digits() {
        let told = [0.2, 7.4, 63.0, 99.6, 1_234.0, 98_765.0].map(roughly);
        assert_eq!(told, [0, 7, 63, 100, 1_200, 99_000]);
    }
}
