//! The disk below the database: power cuts, hangs, no room, no rights; and the copy of it all in a file.

mod backup;
mod cuts;
mod hangs;
mod mount;
mod room;

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use lookalike::files::Report;

use crate::house::{House, report_of, small_world};

/// The account that is analysed in all of these stories.
const HANDLE: &str = "luna";

async fn house() -> House {
    House::new(small_world(40, true)).await
}

/// A house whose database lies on a disk of its own.
async fn house_on(disk: &Path) -> House {
    let mut house = house().await;
    house.set(
        "DATABASE_URL",
        &format!("sled:{}", disk.join("data").display()),
    );
    house
}

/// What an undisturbed bot finds out.
async fn calm_report() -> Report {
    let house = house().await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, HANDLE).await;
    end(&mut bot);
    report_of(&house.data(), &house.ann).await
}

fn assert_same_ranking(found: &Report, calm: &Report) {
    assert_eq!(
        serde_json::to_value(&found.results).unwrap(),
        serde_json::to_value(&calm.results).unwrap(),
        "the same ranking to the last digit"
    );
}

fn command(house: &House) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookalike"));
    // Nothing of the surroundings may leak in, a .env least of all.
    command
        .env_clear()
        .envs(house.environment())
        .env("RUST_LOG", "error")
        .current_dir(house.folder.path())
        .stdin(Stdio::null());
    command
}

fn start(house: &House) -> Child {
    let mut command = command(house);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Asks a process to stop, as a supervisor does, and waits until it has.
fn end(process: &mut Child) {
    let id = process.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    process.wait().unwrap();
}

/// What a process has said that has ended by itself, because it could not go on.
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
