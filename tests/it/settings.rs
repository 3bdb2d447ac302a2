//! Where settings come from, as operators see it: `check` of the real process.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Returns what `check` says in a folder, with these variables.
fn check(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lookalike"));
    let output = command
        .arg("check")
        .args(arguments)
        .env_clear()
        .env("TELEGRAM_API_URL", "http://127.0.0.1:9")
        .env("BLUESKY_API_URL", "http://127.0.0.1:9")
        .env("DATABASE_URL", "memory:")
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn folder_with(content: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(".env");
    std::fs::write(&file, content).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

#[test]
fn a_misspelt_name_is_warned_of() {
    let folder = folder_with("TELOXIDE_TOKEN=1:a\nALLOWD=5\nGITHUB_TOKEN=x\nCOLOUR=red\n");
    let (said, _) = check(folder.path(), &[], &[("OPERATOR", "5"), ("ALLOWED", "7")]);
    for line in [
        "WARN   settings: ALLOWD is no setting of mine; did you mean ALLOWED?",
        "WARN   settings: GITHUB_TOKEN is no setting of mine; did you mean GITHUB_ACCESS_TOKEN?",
        "WARN   settings: OPERATOR is no setting of mine; did you mean OPERATORS?",
        "ok     ALLOWED: it is for 7 alone",
    ] {
        assert!(said.contains(line), "{line}:\n{said}");
    }
    assert_eq!(
        said.matches("WARN").count(),
        3,
        "what is not for us is left alone:\n{said}"
    );
}

#[test]
fn without_a_token_the_first_steps_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_lookalike"))
        .env_clear()
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 3, "{said}");
    for step in [
        "/newbot",
        "cp .env.example .env",
        "lookalike demo",
        "lookalike chat",
    ] {
        assert!(said.contains(step), "{step}:\n{said}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(left.count(), 0, "it leaves nothing behind");
}

#[test]
fn the_disk_of_the_database_is_told() {
    let folder = folder_with("TELOXIDE_TOKEN=1:a\n");
    let below = [("DATABASE_URL", "sled:below/data")];
    let (said, _) = check(folder.path(), &[], &below);
    assert!(said.contains("     disk: "), "{said}");
    assert!(said.contains(" MB are free"), "{said}");
}

#[test]
fn a_check_makes_no_database() {
    let folder = folder_with("TELOXIDE_TOKEN=1:a\n");
    for path in ["data", "below/data"] {
        let url = format!("sled:{path}");
        let (said, _) = check(folder.path(), &[], &[("DATABASE_URL", &url)]);
        let line = format!("ok     database: {url} is made at the first start");
        assert!(said.contains(&line), "{said}");
    }
    let inside = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(inside.count(), 1, "the file of settings alone");
    let (said, _) = check(folder.path(), &[], &[("DATABASE_URL", "sled:.env/data")]);
    assert!(said.contains("WRONG  database: DATABASE_URL"), "{said}");
}

#[test]
fn the_file_of_a_folder_above_is_somebody_elses() {
    let folder = folder_with("TELOXIDE_TOKEN=1:a\n");
    let below = folder.path().join("below");
    std::fs::create_dir(&below).unwrap();
    let (said, _) = check(&below, &[], &[]);
    assert!(said.contains("TELOXIDE_TOKEN is not set"), "{said}");
    assert!(said.contains("ok     database:"), "{said}");
    let (said, _) = check(&below, &["--env-file", "../.env"], &[]);
    assert!(said.contains("ok     settings: read"), "{said}");
}

#[test]
fn a_file_that_can_not_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".env")).unwrap();
    let (_, error) = check(folder.path(), &[], &[]);
    assert!(error.contains(".env: it is a folder"), "{error}");
    let (_, error) = check(folder.path(), &["--env-file", "absent"], &[]);
    assert!(error.contains("absent: it can't be read"), "{error}");
}

#[test]
fn a_file_that_everybody_can_read_is_warned_of() {
    let folder = folder_with("TELOXIDE_TOKEN=1:a\n");
    let warning = "everybody on this machine can read .env";
    let (said, _) = check(folder.path(), &[], &[]);
    assert!(!said.contains(warning), "{said}");
    let file = folder.path().join(".env");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (said, _) = check(folder.path(), &[], &[]);
    assert!(said.contains(warning), "{said}");
}
