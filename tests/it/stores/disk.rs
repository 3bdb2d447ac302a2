//! The database on disk: opened again, refused, damaged.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use lookalike::stores::{SledStore, Store, StoreError, open};

use crate::harness::files_containing;
use crate::stores::{keys, put};

#[test]
fn what_was_committed_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    let pointer = store.append(3, b"a list").unwrap();
    put(&store, &[(b"a", b"1"), (b"b", b"2")]);
    drop(store);
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(keys(&store, b"", b"\xff", 9).len(), 2);
    assert_eq!(store.record(pointer).unwrap(), b"a list");
    let behind = store.append(3, b"another").unwrap();
    assert!(
        behind.offset > pointer.offset,
        "records are added behind what is there"
    );
    assert_eq!(store.record(pointer).unwrap(), b"a list");
    assert_eq!(store.drop_records(4).unwrap(), 1, "old segments are known");
}

#[test]
fn a_database_in_use_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let first = SledStore::open(folder.path()).unwrap();
    let refused = SledStore::open(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)), "{refused:?}");
    let text = refused.to_string();
    assert!(
        text.contains(&folder.path().display().to_string()) && text.contains("stop that one first"),
        "the sentence names the folder and says what to do: {text}"
    );
    drop(first);
    SledStore::open(folder.path()).expect("it is free again");
}

#[test]
fn damage_is_an_error_and_never_a_new_beginning() {
    let damages: [fn(&Path); 3] = [
        |rows| overwrite(&rows.join("conf"), b"garbage"),
        |rows| overwrite(&rows.join("db"), &[0x5a; 70_000]),
        |rows| {
            let folder = rows.to_owned();
            std::fs::remove_dir_all(&folder).unwrap();
            std::fs::write(&folder, b"not a folder").unwrap();
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let store = SledStore::open(folder.path()).unwrap();
        for round in 0..50u8 {
            put(&store, &[(&[round], &[round; 500])]);
        }
        drop(store);
        damage(&folder.path().join("rows"));
        match SledStore::open(folder.path()) {
            Err(StoreError::Damaged { folder: named, .. }) => {
                assert_eq!(named, folder.path().display().to_string());
            }
            Err(other) => panic!("damage {number} must be named as such, not {other:?}"),
            Ok(_) => panic!("damage {number} was taken for a good database"),
        }
    }
}

#[test]
fn a_snapshot_that_was_cut_off_stands_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    put(&store, &[(b"a", b"1")]);
    drop(store);
    let unfinished = folder.path().join("rows/snap.FFFFFFFFFFFFFFF0.generating");
    std::fs::write(unfinished, b"as much as fitted").unwrap();
    let store = SledStore::open(folder.path()).expect("the database opens");
    assert_eq!(store.get(b"a").unwrap(), Some(b"1".to_vec()));
}

#[test]
fn a_damaged_record_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    let pointer = store.append(3, b"a list of ids").unwrap();
    let whole = store.append(4, b"another").unwrap();
    put(&store, &[(b"a", b"1")]);
    drop(store);
    overwrite(&folder.path().join("lists/3.segment"), &[0; 30]);
    let store = SledStore::open(folder.path()).unwrap();
    let refused = store.record(pointer).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused:?}");
    assert_eq!(
        store.record(whole).unwrap(),
        b"another",
        "other files are as good as before"
    );
}

#[test]
fn a_database_is_named_by_its_url() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made on the way");
    let store = open(&format!("sled:{}", path.display())).unwrap();
    put(store.as_ref(), &[(b"a", b"1")]);
    assert!(path.join("rows").is_dir(), "the folder is made");
    assert!(open("memory:").is_ok());
    for wrong in [
        "",
        "sled",
        "sled:",
        "memory",
        "memory:x",
        "postgres://localhost",
        "/var/lib/x",
    ] {
        let refused = open(wrong).map(|_| ()).unwrap_err();
        assert!(
            matches!(&refused, StoreError::Url(url) if url == wrong),
            "{wrong:?}: {refused:?}"
        );
        assert!(
            refused.to_string().contains("sled:PATH"),
            "it says how to write one: {refused}"
        );
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    assert!(SledStore::open(&file).is_err(), "a file is not a folder");
    assert!(SledStore::open(&file.join("below")).is_err());
}

#[test]
fn a_process_that_is_closing_its_database_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let first = SledStore::open(folder.path()).unwrap();
    put(&first, &[(b"a", b"1")]);
    let refused = SledStore::open_now(folder.path()).unwrap_err();
    assert!(matches!(refused, StoreError::InUse(_)), "{refused:?}");
    let (waits, is_waited_for) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| {
            waits.send(()).unwrap();
            SledStore::open(folder.path())
        });
        is_waited_for.recv().unwrap();
        drop(first);
        let second = second.join().unwrap().expect("it was let go of");
        assert_eq!(second.get(b"a").unwrap().as_deref(), Some(&b"1"[..]));
    });
}

fn overwrite(path: &Path, bytes: &[u8]) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all_at(bytes, 0).unwrap();
}

#[test]
fn damage_in_places_leaves_an_earlier_state_or_none() {
    for seed in 0..24usize {
        let folder = tempfile::tempdir().unwrap();
        let store = SledStore::open(folder.path()).unwrap();
        for round in 0..40u8 {
            put(&store, &[(&[round], &[round; 300]), (&[0xf0], &[round])]);
        }
        drop(store);
        let log = folder.path().join("rows/db");
        let mut bytes = std::fs::read(&log).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap();
        let at = (seed * 7_919 + 13) % (used - 40);
        bytes[at..at + 40].iter_mut().for_each(|byte| *byte ^= 0x5a);
        std::fs::write(&log, bytes).unwrap();
        let store = match SledStore::open(folder.path()) {
            Ok(store) => store,
            Err(StoreError::Damaged { .. }) => continue,
            Err(other) => panic!("damage at {at} must be named as such, not {other:?}"),
        };
        // sled drops all that follows the damage: the state is older, but was one once.
        let Ok(counter) = store.get(&[0xf0]) else {
            continue;
        };
        let rows: Vec<_> = (0..counter.map_or(0, |counter| counter[0] + 1))
            .map(|round| (vec![round], vec![round; 300]))
            .collect();
        let Ok(there) = store.scan(b"", &[0xf0], 100) else {
            continue;
        };
        assert!(
            there == rows,
            "damage at {at}: {} rows are there, and the last commit says {}",
            there.len(),
            rows.len()
        );
    }
}

#[test]
fn what_was_removed_is_nowhere_on_the_disk_once_the_rows_are_rewritten() {
    const SECRET: &[u8] = b"what somebody has asked for";
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    for number in 0..500_u32 {
        put(&store, &[(&number.to_be_bytes(), b"another row")]);
    }
    put(&store, &[(b"a", SECRET)]);
    store.commit(&[(b"a".to_vec(), None)].into()).unwrap();
    let traces = || files_containing(folder.path(), &[SECRET]);
    assert_ne!(
        traces(),
        Vec::<PathBuf>::new(),
        "sled keeps what is removed"
    );
    for round in 0..3 {
        assert!(store.rewrite(&|| true).unwrap());
        assert_eq!(traces(), Vec::<PathBuf>::new(), "round {round}");
        assert_eq!(keys(&store, b"", b"\xff", 999).len(), 500 + round);
        put(&store, &[(&[0xfe, round as u8], b"written since")]);
    }
    drop(store);
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(keys(&store, b"", b"\xff", 999).len(), 503);
}

#[test]
fn a_copy_that_was_not_finished_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    put(&store, &[(b"a", b"1")]);
    drop(store);
    let unfinished = folder.path().join("rows.generation-2");
    std::fs::create_dir(&unfinished).unwrap();
    std::fs::write(unfinished.join("db"), b"half of it").unwrap();
    std::fs::write(folder.path().join("rows.generation-2.unfinished"), b"").unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(store.get(b"a").unwrap(), Some(b"1".to_vec()));
    assert!(!unfinished.exists());
    assert!(store.rewrite(&|| true).unwrap());
    drop(store);
    // Copies that an operator has made are theirs.
    std::fs::create_dir(folder.path().join("rows-3")).unwrap();
    // The process ended before the old rows were removed.
    std::fs::create_dir(folder.path().join("rows")).unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    assert_eq!(store.get(b"a").unwrap(), Some(b"1".to_vec()));
    assert!(!folder.path().join("rows").exists());
    assert!(folder.path().join("rows-3").exists());
}

#[test]
fn what_an_unfinished_copy_left_is_in_no_later_copy() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open(folder.path()).unwrap();
    put(&store, &[(b"a", b"1"), (b"b", b"2")]);
    let calls = Cell::new(0);
    let once = || calls.replace(calls.get() + 1) == 0;
    assert!(!store.rewrite(&once).unwrap(), "it is stopped half way");
    assert_eq!(keys(&store, b"", b"\xff", 9).len(), 2);
    // The remains could not be removed.
    let left = SledStore::open(&folder.path().join("other")).unwrap();
    put(&left, &[(b"c", b"3")]);
    drop(left);
    let half = folder.path().join("rows.generation-2");
    std::fs::rename(folder.path().join("other/rows"), &half).unwrap();
    store.commit(&[(b"a".to_vec(), None)].into()).unwrap();
    assert!(store.rewrite(&|| true).unwrap());
    assert_eq!(keys(&store, b"", b"\xff", 9), [b"b"]);
}
