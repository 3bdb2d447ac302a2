//! What a button under a list does.

use crate::bot::list::measure_name;
use crate::bot::presses::Answer;
use crate::bot::sender::Asker;
use crate::bot::view::{ranking, title};
use crate::context::Context;
use crate::measures;
use crate::model::{Analysis, Control, FileKind, Say, Shown};
use crate::networks::Address;
use crate::stores::StoreError;

/// Shows the list in another way.
pub(in crate::bot) fn leaf(
    asker: &Asker,
    analysis: &Analysis,
    control: Control,
    shown: Shown,
) -> Answer {
    let locale = asker.locale;
    let Some(measure) = measures::ALL.get(usize::from(shown.measure)) else {
        return (Vec::new(), locale.answer_gone());
    };
    let say = Say::Listed {
        analysis: analysis.id,
        message: asker.message,
        shown,
    };
    let text = match control {
        Control::Measure => measure_name(locale, measure.name()),
        _ => String::new(),
    };
    (vec![asker.say(say)], text)
}

/// Tells of one account of the list.
pub(in crate::bot) fn about(asker: &Asker, analysis: &Analysis, place: u16) -> Answer {
    let say = Say::About {
        analysis: analysis.id,
        place,
    };
    (vec![asker.say(say)], String::new())
}

/// Looks at one account of the list as its target was looked at.
pub(in crate::bot) fn analyse(
    cx: &Context,
    asker: &Asker,
    analysis: &Analysis,
    place: u16,
) -> Result<Answer, StoreError> {
    let crawl = cx.ledger.crawl_of(analysis)?;
    let ranking = crawl
        .map(|crawl| ranking(cx, &crawl))
        .transpose()?
        .flatten();
    let rows = ranking.map_or_else(Vec::new, |ranking| ranking.rows);
    let Some(row) = rows.into_iter().nth(usize::from(place)) else {
        return Ok((Vec::new(), asker.locale.answer_gone()));
    };
    let network = title(&analysis.network);
    let text = asker.locale.answer_elsewhere(&row.handle.0, &network);
    let address = Address {
        network: analysis.network.clone(),
        handle: row.handle,
        others: Vec::new(),
    };
    let search = asker.search(cx, address, cx.settings.depth, false);
    Ok((vec![search], text))
}

/// Sends all of the list as a file.
pub(in crate::bot) fn file(
    asker: &Asker,
    analysis: &Analysis,
    kind: FileKind,
    measure: u8,
) -> Answer {
    let say = Say::File {
        analysis: analysis.id,
        kind,
        measure,
    };
    (vec![asker.say(say)], asker.locale.answer_file())
}
