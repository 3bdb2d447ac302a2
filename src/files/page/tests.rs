//! What a page holds, and what it never does.

use super::*;
use crate::files::test_support::crawl;
use crate::locales::{called, default};
use crate::model::{AccountId, example};

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\u{2028}\"' &amp;";

fn row(number: u64, name: &str) -> Similar {
    Similar {
        id: AccountId::new("7"),
        name: name.to_owned(),
        picture: Some("https://pictures.test/7.png".to_owned()),
        followers: Some(1_234 * number),
        verified: number.is_multiple_of(2),
        shared: 300 - number % 300,
        confirmed: (number == 3).then_some(500),
        score: 0.25 / number as f64,
        sure: number == 1,
        ..example::row(&format!("bob{number}"))
    }
}

fn page(locale: &Locale, rows: Vec<Similar>, scheme: &str) -> String {
    write(&Listing {
        locale,
        network: "Instagram",
        crawl: &crawl(HOSTILE),
        ranking: &example::ranking(rows, 1_200, 1_000, 800),
        basis: "All of it.\n\nSurely.",
        link: &|handle| Some(format!("{scheme}x.test/{handle}\"><b>")),
    })
}

/// The part between the style and the script.
fn body(page: &str) -> &str {
    let (_, body) = page.split_once("<body>").expect("a body");
    body.split_once("<script>").expect("a script").0
}

#[test]
fn names_and_links_with_markup_in_them_stay_text() {
    let page = page(default(), vec![row(1, HOSTILE)], "https://");
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    assert!(!page.contains('\u{2028}'));
    let name = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &quot;' &amp;amp;</b>";
    assert!(page.contains(name), "{}", body(&page));
    assert!(page.contains("href=\"https://x.test/bob1&quot;&gt;&lt;b&gt;\""));
}

#[test]
fn nothing_is_loaded_from_anywhere_and_links_lead_to_accounts_only() {
    let page = page(default(), vec![row(1, "Bob"), row(2, "Bo")], "https://");
    assert!(page.contains("content=\"default-src 'none';"));
    for loads in [
        "src=\"",
        "url(",
        "@import",
        "<link",
        "fetch(",
        "pictures.test",
    ] {
        assert!(!page.contains(loads), "{loads}");
    }
    // The target's and those of both rows.
    assert_eq!(
        page.matches("http").count() - page.matches("http-equiv").count(),
        3
    );
    assert_eq!(page.matches("rel=\"noopener noreferrer\"").count(), 3);
}

#[test]
fn what_is_no_secure_web_address_is_no_link() {
    for scheme in ["javascript:", "http://", "data:"] {
        let page = page(default(), vec![row(1, "Bob")], scheme);
        assert!(
            !page.contains("href=\"j") && !page.contains("<a "),
            "{scheme}"
        );
        assert!(page.contains("<span>@bob1</span>"));
    }
}

#[test]
fn a_row_tells_all_that_is_known_of_it() {
    let page = page(default(), vec![row(1, "Bob")], "https://");
    let row = body(&page).split_once("<tbody>").expect("a table").1;
    let row = row.split_once("</tbody>").expect("its end").0;
    insta::assert_snapshot!(row.replace("</td>", "</td>\n"), @r##"
    <tr data-k="person"><td><span class="sure" title="very likely in the top 20">1</span></td>
    <td><i class="face" style="--c:#1d808b" data-l="B" aria-hidden="true"></i><b><i class="kind" data-s="👤" role="img" title="person" aria-label="person"></i>Bob</b><a href="https://x.test/bob1&quot;&gt;&lt;b&gt;" target="_blank" rel="noopener noreferrer">@bob1</a></td>
    <td data-v="1234" title="1,234">1.2K</td>
    <td data-v="0.250000"><div><i class="bar est" style="--s:100.0;--l:84.7;--h:100.0"></i><b>25%</b><small>21–25%</small></div><p>37% of @luna’s followers · 36% of its own (299 of 800)</p></td>
    </tr>
    "##);
}

#[test]
fn numbers_are_written_as_the_reader_writes_them() {
    let russian = called("ru").expect("it is on the shelf");
    let page = page(russian, vec![row(1, "Bob")], "https://");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"ru\">"));
    let followers = [
        russian.card_size(Size(1_234)),
        russian.card_number(Whole(1_234)),
    ];
    assert_ne!(followers, ["1.2K", "1,234"]);
    let [short, whole] = followers;
    assert!(page.contains(&format!("title=\"{whole}\">{short}<")));
    assert!(page.contains(&russian.page_part(Whole(299), Whole(800))));
}

#[test]
fn a_thousand_rows_are_less_than_a_megabyte() {
    let russian = called("ru").expect("it is on the shelf");
    let rows = (1..=1_000).map(|number| row(number, &"\u{416}".repeat(24)));
    let page = page(russian, rows.collect(), "https://social.example/users/");
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}
