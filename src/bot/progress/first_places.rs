//! The first accounts that are shown below the progress of a search: those of the list so far, or until there is one
//! those that the network itself suggests. Pure.

use crate::bot::view::View;
use crate::locales::{Locale, Markup, Who, Whole, printable};
use crate::model::{Crawl, Handle};

/// Returns the first places so far, each with the number that they are ordered by.
pub(super) fn first_places(locale: &Locale, view: &View, crawl: &Crawl) -> Vec<String> {
    let Some(reached) = &crawl.reached else {
        return suggested(locale, view);
    };
    let (read, preview) = (Whole(reached.read), &reached.preview);
    let heading = match preview.preliminary {
        true => locale.first_impression_after(read),
        false => locale.so_far(read),
    };
    let rows = preview.rows.iter().zip(&view.links).zip(1..);
    let rows = rows.map(|((row, link), place)| {
        let who = who(&row.handle, link);
        let score = locale.score(preview.measure, row.score, row.is_estimate);
        match printable(&row.name).is_empty() {
            true => locale.so_far_row(Whole(place), who, Markup(&score)),
            false => locale.so_far_row_named(Whole(place), &row.name, who, Markup(&score)),
        }
    });
    [String::new(), heading].into_iter().chain(rows).collect()
}

/// Returns the accounts that the network itself suggests, until there is something better.
pub(super) fn suggested(locale: &Locale, view: &View) -> Vec<String> {
    let suggested = view.crawl.as_ref().map(|crawl| &crawl.suggested);
    let Some(suggested) = suggested.filter(|suggested| !suggested.is_empty()) else {
        return Vec::new();
    };
    let names = suggested.iter().zip(&view.links);
    let names: Vec<String> = names
        .map(|(handle, link)| locale.name(who(handle, link)))
        .collect();
    let suggested = locale.suggested(&view.network, Markup(&names.join(", ")));
    vec![String::new(), suggested]
}

fn who<'a>(handle: &'a Handle, link: &'a Option<String>) -> Who<'a> {
    Who {
        handle: &handle.0,
        link: link.as_deref(),
    }
}
