//! A result for tests of files.

use serde_json::json;

use crate::files::{FileError, Listing, write};
use crate::locales;
use crate::model::{Crawl, FileKind, Similar, Spent, example};

/// Returns a finished crawl for an account of this name.
pub(super) fn crawl(name: &str) -> Crawl {
    let nobody_yet = json!({"verify": 1, "followers": 1, "subscriptions": 1, "aggregate": 0,
        "profiles": 1, "confirm": 0, "rank": 0, "deliver": 0});
    let at = "2026-11-27T00:00:00Z";
    let mut crawl = json!({
        "id": 1, "network": "instagram", "handle": "luna", "status": "finished", "stage": "deliver",
        "suggested": [], "priority": 1, "wanted_by": [], "depth": "normal", "agreed": "normal",
        "refresh": false, "replaces": null,
        "created_at": at, "since": at, "started_at": at, "progress_at": at, "ended_at": at,
        "round": 1, "open": 0, "followers": {"listed": 1_200}, "aim": 0, "planned": 0,
        "profile": {"id": "1", "handle": "luna", "name": name, "bio": "", "picture": null,
            "followers": 1_200, "following": 1, "private": false, "verified": false,
            "opted_out": false},
    });
    let rest = json!({
        "max_following": 0, "reads_long": false, "left_behind": false, "again": false,
        "candidates": 0, "profiles_done": 0, "profiles_missing": 0, "to_confirm": 0,
        "requests": nobody_yet, "answered": 0, "late": Spent::default(), "free": Spent::default(),
        "capped": false, "stored": 0, "full": false, "suspended": false, "forced": [],
        "reading_order": null, "candidate_list": null, "ranking": null, "reached": null,
        "handed_over": true,
    });
    let rest = rest.as_object().expect("an object").clone();
    crawl.as_object_mut().expect("an object").extend(rest);
    serde_json::from_value(crawl).expect("a crawl as it is stored")
}

/// Writes 40 of 100 followers' result as a file, in the language of this code.
pub(super) fn written(code: &str, kind: FileKind, rows: Vec<Similar>) -> Vec<u8> {
    let written: Result<Vec<u8>, FileError> = write(
        kind,
        &Listing {
            locale: locales::called(code).expect("it is there"),
            network: "Instagram",
            crawl: &crawl("Luna"),
            ranking: &example::ranking(rows, 100, 40, 40),
            basis: "",
            link: &|handle| Some(format!("https://x.test/{handle}")),
        },
    );
    written.expect("it is written")
}
