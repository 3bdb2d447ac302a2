//! The disk below the database: power cuts, hangs, no room, no rights; and copies of the database in an archive.

mod backup;
mod cuts;
mod hangs;
mod mount;
mod room;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use lookalike::files::Report;

use crate::harness::{Harness, report_from_disk, small_world};

/// The account that is analysed in all of these tests.
const HANDLE: &str = "luna";

async fn harness() -> Harness {
    Harness::new(small_world(40, true)).await
}

/// Returns a harness whose database is on this disk.
async fn harness_on(disk: &Path) -> Harness {
    let mut harness = harness().await;
    harness.set(
        "DATABASE_URL",
        &format!("sled:{}", disk.join("data").display()),
    );
    harness
}

/// Returns the report of an undisturbed bot.
async fn undisturbed_report() -> Report {
    let harness = harness().await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, HANDLE).await;
    end(&mut bot);
    report_from_disk(&harness.data(), &harness.ann).await
}

fn assert_same_ranking(found: &Report, calm: &Report) {
    assert_eq!(
        serde_json::to_value(&found.results).unwrap(),
        serde_json::to_value(&calm.results).unwrap(),
        "the same ranking to the last digit"
    );
}

fn command(harness: &Harness) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookalike"));
    // Nothing of the environment may leak in, least of all a .env.
    command
        .env_clear()
        .envs(harness.environment())
        .env("RUST_LOG", "error")
        .current_dir(harness.folder.path())
        .stdin(Stdio::null());
    command
}

fn start(harness: &Harness) -> Child {
    let mut command = command(harness);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Stops a process as a supervisor does.
fn end(process: &mut Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    process.wait().unwrap();
}

/// Returns what a process has printed that has ended by itself because it could not continue.
fn failed(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(1),
        "it ends with an error, by itself: {said}"
    );
    assert!(!said.contains("panicked"), "no panic is shown: {said}");
    said
}
