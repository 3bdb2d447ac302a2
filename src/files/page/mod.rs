//! The whole ranking as a web page: one file that loads nothing, and can be searched and sorted. Pure.
//!
//! Outside texts are made [`printable`] and then escaped by maud. No text gets into the script, which works on the
//! table in the page.

mod row;
#[cfg(test)]
mod tests;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::card::{Palette, Theme, disc, initial};
use crate::files::Listing;
use crate::locales::{Day, Locale, Size, Whole, printable};
use crate::model::{Handle, Kinds, Ranking, SIZES, Similar};
use crate::sampling::{Headline, TOP};

use row::lines;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What a browser may do on the page: nothing that sends a request.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
                      img-src data:; base-uri 'none'; form-action 'none'";

pub(super) fn write(listing: &Listing<'_>) -> String {
    let Listing {
        locale,
        crawl,
        ranking,
        ..
    } = listing;
    let heading = locale.card_heading(&crawl.called());
    let page = html! {
        (DOCTYPE)
        html lang=(locale.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (heading) }
                style { (PreEscaped(colours())) (PreEscaped(STYLE)) }
            }
            body {
                (VERIFIED)
                header { (target(listing, &heading)) }
                main {
                    (controls(locale, ranking))
                    table {
                        thead { tr {
                            th scope="col" aria-sort="ascending" { (locale.page_place()) }
                            th scope="col" { (locale.page_account()) }
                            th scope="col" { (locale.page_followers()) }
                            th scope="col" { (locale.score_heading(ranking.measure)) }
                        } }
                        tbody { @for line in lines(listing) { (line.markup()) } }
                    }
                    p id="nobody" hidden { (PreEscaped(locale.nothing_left())) }
                }
                footer {
                    (legend(listing))
                    // Made of the locale's texts, which are HTML.
                    @for paragraph in listing.basis.split("\n\n") { p { (PreEscaped(paragraph)) } }
                    p { (locale.card_footer(listing.network, Day(ranking.made_at))) }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

/// The badge of verified accounts, drawn once and used by each of them.
const VERIFIED: PreEscaped<&str> = PreEscaped(
    r##"<svg width="0" height="0" aria-hidden="true"><symbol id="v" viewBox="0 0 24 24"><path d="M12 1l3 2.3 3.7-.4 1 3.6 3 2.2-1.5 3.3 1.5 3.3-3 2.2-1 3.6-3.7-.4L12 23l-3-2.3-3.7.4-1-3.6-3-2.2L2.8 12 1.3 8.7l3-2.2 1-3.6L9 3.3z" fill="currentColor"/><path d="M7.5 12.3l3.1 3.1 6-6.3" fill="none" stroke="var(--panel)" stroke-width="2.3"/></symbol></svg>"##,
);

/// Returns the colours, the same as the picture's.
fn colours() -> String {
    let of = |theme| {
        let Palette {
            ground,
            panel,
            hairline,
            header: [header, header_end],
            on_header,
            faint_on_header,
            ornament,
            ink,
            faint,
            bar,
            whisker,
            mark,
            on_mark,
        } = Palette::of(theme);
        format!(
            ":root{{--ground:{ground};--panel:{panel};--hairline:{hairline};--header:{header};\
             --header-end:{header_end};--on-header:{on_header};--faint-on-header:{faint_on_header};\
             --ornament:{ornament};--ink:{ink};--faint:{faint};--bar:{bar};--whisker:{whisker};\
             --mark:{mark};--on-mark:{on_mark}}}"
        )
    };
    let (light, dark) = (of(Theme::Light), of(Theme::Dark));
    // Paper is white.
    format!("{light}@media screen and (prefers-color-scheme:dark){{{dark}}}")
}

/// The account it is about.
fn target(listing: &Listing<'_>, heading: &str) -> Markup {
    let Listing {
        locale,
        crawl,
        ranking,
        ..
    } = listing;
    let handle = crawl.shown_handle();
    let profile = crawl.profile.as_ref();
    let name = profile.map_or_else(String::new, |profile| printable(&profile.name));
    let total = crawl.followers_total();
    let (read, compared) = (ranking.sample.read, ranking.rows.len() as u64);
    let (read, compared) = (Whole(read), Whole(compared));
    html! {
        (face(&name, handle))
        h1 { (heading) }
        p { @if !name.is_empty() { (name) " · " } (account(listing, handle)) }
        dl {
            div title=(locale.card_number(Whole(total))) {
                dt { (locale.card_followers(Whole(total))) }
                dd { (locale.card_size(Size(total))) }
            }
            div { dt { (locale.card_read(read)) } dd { (locale.card_number(read)) } }
            div { dt { (locale.card_compared(compared)) } dd { (locale.card_number(compared)) } }
        }
    }
}

/// Search and filters. They need the script, so without it they are hidden.
fn controls(locale: &Locale, ranking: &Ranking) -> Markup {
    let sizes = |name: &str, label: String, text: &dyn Fn(Size) -> String| {
        html! {
            select id=(name) aria-label=(label) title=(label) {
                option value="" { (locale.page_any()) }
                @for size in SIZES { option value=(size) { (text(Size(size))) } }
            }
        }
    };
    html! {
        form hidden {
            input id="search" type="search" placeholder=(locale.page_search())
                aria-label=(locale.page_search()) autocomplete="off" spellcheck="false";
            span {
                (locale.page_followers())
                (sizes("least", locale.page_least(), &|size| locale.button_at_least(size)))
                "–"
                (sizes("most", locale.page_most(), &|size| locale.button_at_most(size)))
            }
            select id="kinds" aria-label=(locale.page_kinds()) title=(locale.page_kinds()) {
                @for kinds in Kinds::EACH { option value=(kinds.as_str()) { (locale.kinds(kinds)) } }
            }
            @if ranking.rows.iter().any(|row| row.verified) {
                label { input id="unverified" type="checkbox"; (locale.button_unverified()) }
            }
            output for="search least most kinds unverified" {}
        }
    }
}

/// What the marks mean, as far as there are any.
fn legend(listing: &Listing<'_>) -> Markup {
    let Listing {
        locale, ranking, ..
    } = listing;
    let is_sure = |row: &Similar| row.sure && ranking.is_sample();
    let is_estimated = |row: &Similar| Headline::of(ranking, row).interval.is_some();
    html! {
        ul {
            li { i.bar style="--s:100" {} (locale.meaning(ranking.measure)) }
            @if ranking.rows.iter().any(is_estimated) {
                li { i.bar.est style="--s:0;--l:0;--h:100" {} (locale.page_intervals()) }
            }
            @if ranking.rows.iter().any(is_sure) {
                li { span.sure { "✓" } (locale.card_sure(Whole(TOP as u64))) }
            }
            @if ranking.rows.iter().any(|row| row.verified) {
                li { (verified("")) (locale.page_verified(listing.network)) }
            }
        }
    }
}

/// A handle and its link, unless that is no web address.
fn account(listing: &Listing<'_>, handle: &Handle) -> Markup {
    let link = (listing.link)(handle).filter(|link| link.starts_with("https://"));
    let shown = printable(&handle.shown());
    html! {
        @match link {
            Some(link) => a href=(link) target="_blank" rel="noopener noreferrer" { (shown) },
            None => span { (shown) },
        }
    }
}

/// A letter on a colour; the script ignores it when it reads names.
fn face(name: &str, handle: &Handle) -> Markup {
    let letter = initial(name).or_else(|| initial(&printable(&handle.0)));
    let colour = disc(&format!("@{handle}"));
    html! {
        i.face style={ "--c:" (colour) } data-l=(letter.unwrap_or_default()) aria-hidden="true" {}
    }
}

fn verified(title: &str) -> Markup {
    html! {
        i.verified role="img" title=(title) aria-label=(title) { svg { use href="#v" {} } }
    }
}
