//! Rows: put, removed and scanned, and never half of a commit.

use std::sync::Arc;

use lookalike::stores::{Changes, MemoryStore, SledStore, Store};

use crate::stores::{every_store, keys, put};

#[test]
fn a_scan_gives_the_rows_between_its_bounds_in_order() {
    every_store(|name, store| {
        let rows: [(&[u8], &[u8]); 6] = [
            (b"a", b"1"),
            (b"a\0", b"2"),
            (b"ab", b"3"),
            (b"b", b"4"),
            (b"b\xff", b"5"),
            (b"c", b""),
        ];
        put(store, &rows);
        let all: Vec<Vec<u8>> = rows.iter().map(|(key, _)| key.to_vec()).collect();
        assert_eq!(keys(store, b"", b"\xff", 100), all, "{name}: all, in order");
        assert_eq!(
            keys(store, b"a", b"b", 100),
            all[..3],
            "{name}: the start counts, the end does not"
        );
        assert_eq!(
            keys(store, b"a\0", b"b\xff", 100),
            all[1..4],
            "{name}: bounds that are rows themselves"
        );
        assert_eq!(keys(store, b"a", b"z", 2), all[..2], "{name}: the limit");
        assert!(keys(store, b"a", b"z", 0).is_empty(), "{name}: limit 0");
        assert_eq!(
            keys(store, b"a", b"z", usize::MAX).len(),
            6,
            "{name}: no limit"
        );
        for (from, to) in [(b"b", b"b"), (b"c", b"a"), (b"d", b"z")] {
            assert!(
                keys(store, from, to, 9).is_empty(),
                "{name}: nothing lies between {from:?} and {to:?}"
            );
        }
    });
}

#[test]
fn a_commit_puts_and_removes_together() {
    every_store(|name, store| {
        put(store, &[(b"kept", b"1"), (b"gone", b"2"), (b"new", b"3")]);
        let changes = Changes::from([
            (b"gone".to_vec(), None),
            (b"never was".to_vec(), None),
            (b"new".to_vec(), Some(b"4".to_vec())),
            (b"empty".to_vec(), Some(Vec::new())),
        ]);
        store.commit(&changes).unwrap();
        let get = |key: &[u8]| store.get(key).unwrap();
        assert_eq!(get(b"kept"), Some(b"1".to_vec()), "{name}");
        assert_eq!(get(b"gone"), None, "{name}");
        assert_eq!(get(b"new"), Some(b"4".to_vec()), "{name}");
        assert_eq!(
            get(b"empty"),
            Some(Vec::new()),
            "{name}: an empty value is a value"
        );
        assert_eq!(get(b"never was"), None, "{name}");
        store.commit(&Changes::new()).unwrap();
    });
}

#[test]
fn no_reader_ever_sees_half_of_a_commit() {
    let folder = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn Store>; 2] = [
        Arc::new(MemoryStore::default()),
        Arc::new(SledStore::open(folder.path()).unwrap()),
    ];
    for store in stores {
        let rows = |round: u8| {
            let rows = (0..40u8).map(|key| (vec![key], Some(vec![round])));
            rows.collect::<Changes>()
        };
        store.commit(&rows(0)).unwrap();
        let writer = {
            let store = store.clone();
            std::thread::spawn(move || {
                for round in 1..=60 {
                    store.commit(&rows(round)).unwrap();
                }
            })
        };
        let mut last = 0;
        while !writer.is_finished() {
            // A later read must not be older.
            for key in [0u8, 39, 0, 20, 39] {
                let round = store.get(&[key]).unwrap().unwrap()[0];
                assert!(
                    round >= last,
                    "row {key} is of commit {round}, after commit {last} was seen"
                );
                last = round;
            }
        }
        writer.join().unwrap();
    }
}

#[test]
fn rewritten_rows_are_as_before() {
    every_store(|name, store| {
        put(store, &[(b"a", b"1"), (b"b", b"2")]);
        let pointer = store.append(3, b"a list").unwrap();
        store.commit(&[(b"a".to_vec(), None)].into()).unwrap();
        assert!(store.rewrite(&|| true).unwrap(), "{name}");
        assert_eq!(keys(store, b"", b"\xff", 9), [b"b"], "{name}");
        assert_eq!(store.record(pointer).unwrap(), b"a list", "{name}");
        put(store, &[(b"c", b"3")]);
        assert_eq!(store.get(b"c").unwrap(), Some(b"3".to_vec()), "{name}");
    });
}
