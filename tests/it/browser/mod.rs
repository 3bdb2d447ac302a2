//! The web page of a result in a real browser, on a phone and on a desk, in light and in dark. Where there is no
//! Chromium, this is skipped with a line that says so.

use std::path::Path;
use std::process::Command;

use lookalike::demo::is_list;
use lookalike::demo::telegram::Message;
use serde::Deserialize;

use crate::harness::{Harness, is_file, small_world};

const BROWSER: &str = "chromium";

/// Reports errors from the first line on.
const WITNESS: &str = "<head><script>for (const kind of ['error', 'unhandledrejection', 'securitypolicyviolation'])\
    addEventListener(kind, (event) => parent.errors.push(event.message ?? event.violatedDirective ?? String(event.reason)));\
    </script>";

/// Uses the page as a person would.
const READER: &str = include_str!("reader.js");

/// What the reader saw. Rows are told by their places.
#[derive(Debug, Deserialize)]
struct Seen {
    errors: Vec<String>,
    dark: bool,
    /// How wide the frame is, and what is in it.
    frame: u32,
    page: u32,
    all: Vec<String>,
    /// Followers, once sorted by them and once more.
    falling: Vec<u64>,
    rising: Vec<u64>,
    found: Vec<String>,
    nothing_found: Vec<String>,
    /// Those with 1,000 followers or more.
    large: Vec<String>,
    again: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_sorts_filters_and_searches_on_any_screen() {
    if Command::new(BROWSER).arg("--version").output().is_err() {
        println!("skipped: there is no {BROWSER} on this machine");
        return;
    }
    let page = page_of_a_result().await;
    for width in [390, 1_280] {
        for dark in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let seen = read(&page, width, dark, folder.path());
            assert_eq!(seen.errors, [""; 0], "{width} {dark}");
            assert_eq!((seen.frame, seen.dark), (width, dark));
            assert!(seen.page <= width, "{} of {width} wide", seen.page);
            assert!(
                seen.all.len() > 10 && seen.all[..2] == ["1", "2"],
                "{seen:?}"
            );
            assert_eq!(seen.falling.len(), seen.all.len());
            assert!(
                seen.falling.is_sorted_by(|one, next| one >= next),
                "{seen:?}"
            );
            assert!(seen.rising.is_sorted(), "{seen:?}");
            assert_eq!(seen.found.len(), 1, "{seen:?}");
            assert_eq!(seen.nothing_found, [""; 0]);
            assert_eq!(seen.large, [""; 0], "the small world has none");
            assert_eq!(seen.again, seen.all);
        }
    }
}

/// Returns the page that the bot sends.
async fn page_of_a_result() -> String {
    let mut harness = Harness::new(small_world(80, false)).await;
    harness.start().await;
    harness.telegram.says(&harness.ann, "@luna");
    let messages = harness.until_delivered(&harness.ann, "luna").await;
    let list = messages.iter().find(|message| is_list(message, "luna"));
    let list = list.unwrap().id;
    for (label, next) in [("Files", "Web page"), ("Web page", "similar-to-luna.html")] {
        harness.telegram.presses(&harness.ann, list, label).unwrap();
        let came = |all: &[Message]| {
            let is_it = |one: &Message| one.button(next).is_some() || is_file(one, next);
            all.iter().any(is_it)
        };
        harness.until(&harness.ann, next, came).await;
    }
    let messages = harness.telegram.messages(harness.ann.id);
    let page = messages.iter().find_map(|it| it.document.as_ref()).unwrap();
    let page = page.content();
    harness.stop().await;
    page
}

/// Opens the page in a frame of this width: a window of the browser has a least one.
fn read(page: &str, width: u32, dark: bool, folder: &Path) -> Seen {
    let page = page.replacen("<head>", WITNESS, 1);
    let page = page.replace('&', "&amp;").replace('"', "&quot;");
    let file = folder.join("reader.html");
    let html = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><script>errors = [];</script>\
         <iframe style=\"width:{width}px;height:900px;border:0\" srcdoc=\"{page}\"></iframe>\
         <script>{READER}</script>"
    );
    std::fs::write(&file, html).unwrap();
    let scheme = if dark { 0 } else { 1 };
    let output = Command::new(BROWSER)
        // The page is our own, and a container has no other sandbox to give.
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--window-size=1400,1000", "--virtual-time-budget=5000"])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", folder.display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let seen = dom
        .split_once("<pre>")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let (seen, _) = seen.unwrap_or_else(|| panic!("the reader reports nothing: {dom}"));
    serde_json::from_str(seen).unwrap()
}
