//! Only its user can read a database, however it was made.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use lookalike::stores::SledStore;

use crate::stores::put;

/// Returns what other users of the machine may read or enter, from a folder down. What is in a folder closed to them is
/// out of their reach.
fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let mode = folder.metadata().unwrap().permissions().mode();
    if mode & 0o077 == 0 {
        return Vec::new();
    }
    let mut open = vec![folder.to_owned()];
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder).unwrap() {
            open.extend(open_to_others(&entry.unwrap().path()));
        }
    }
    open
}

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn allow_all(folder: &Path) {
    allow(folder, if folder.is_dir() { 0o755 } else { 0o644 });
    if folder.is_dir() {
        for entry in std::fs::read_dir(folder).unwrap() {
            allow_all(&entry.unwrap().path());
        }
    }
}

fn create(database: &Path) {
    let store = SledStore::open(database).unwrap();
    put(&store, &[(b"a", b"1")]);
    lookalike::stores::Store::append(&store, 3, b"a list").unwrap();
}

#[test]
fn a_new_database_lies_in_a_folder_of_its_users_own() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("some/where");
    create(&database);
    let mode = database.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_database_that_others_could_read_is_closed_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("data");
    create(&database);
    std::fs::write(database.join("alive"), "").unwrap();
    allow_all(&database);
    drop(SledStore::open(&database).unwrap());
    assert_eq!(open_to_others(&database), Vec::<PathBuf>::new());
}

#[test]
fn a_folder_that_holds_something_else_keeps_its_rights() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("home");
    create(&database);
    std::fs::write(database.join("letter.txt"), "").unwrap();
    allow_all(&database);
    drop(SledStore::open(&database).unwrap());
    let open = open_to_others(&database);
    assert!(open.contains(&database) && open.contains(&database.join("letter.txt")));
    let inside = |path: &PathBuf| {
        let inside = path.strip_prefix(&database).unwrap();
        inside.starts_with("rows") || inside.starts_with("lists")
    };
    assert!(
        !open.iter().any(inside),
        "what is stored is closed: {open:?}"
    );
}
