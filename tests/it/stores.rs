//! One contract, every store.

use std::path::Path;
use std::sync::Arc;

use lookalike::model::Pointer;
use lookalike::stores::{Changes, MemoryStore, SledStore, Store, StoreError, open};

/// Tells a story about every store.
fn every_store(story: impl Fn(&str, &dyn Store)) {
    story("memory", &MemoryStore::default());
    let folder = tempfile::tempdir().unwrap();
    story("sled", &SledStore::open(folder.path()).unwrap());
}

fn put(store: &dyn Store, rows: &[(&[u8], &[u8])]) {
    let rows = rows.iter().map(|(key, value)| {
        let value: Option<Vec<u8>> = Some(value.to_vec());
        (key.to_vec(), value)
    });
    store.commit(&rows.collect()).unwrap();
}

fn keys(store: &dyn Store, from: &[u8], to: &[u8], limit: usize) -> Vec<Vec<u8>> {
    let rows = store.scan(from, to, limit).unwrap();
    rows.into_iter().map(|(key, _)| key).collect()
}

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
            // What is read later must not be older.
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
fn records_come_back_as_they_were_appended() {
    every_store(|name, store| {
        let large = vec![7u8; 300_000];
        let payloads: [(u32, &[u8]); 4] = [(3, b"one"), (4, b""), (3, &large), (4, b"two")];
        let pointers = payloads.map(|(segment, payload)| {
            let pointer = store.append(segment, payload).unwrap();
            assert_eq!(
                (pointer.segment, pointer.length as usize),
                (segment, payload.len())
            );
            pointer
        });
        store.commit(&Changes::new()).unwrap();
        for (pointer, (_, payload)) in pointers.iter().zip(payloads) {
            assert_eq!(
                store.record(*pointer).unwrap(),
                payload,
                "{name}: {pointer:?}"
            );
        }
        assert!(store.size() >= 300_000, "{name}: the records have a size");
    });
}

#[test]
fn many_records_are_read_like_each_for_itself() {
    every_store(|name, store| {
        let payload = |number: usize| match number % 7 {
            0 => Vec::new(),
            1 => vec![number as u8; 1_500_000],
            2 => vec![number as u8; 40_000],
            _ => vec![number as u8; 300],
        };
        let append = |number: usize| store.append(3 + number as u32 / 30, &payload(number));
        let mut pointers: Vec<Pointer> = (0..60).map(|number| append(number).unwrap()).collect();
        store.commit(&Changes::new()).unwrap();
        let longer = Pointer {
            length: pointers[10].length + 1,
            ..pointers[10]
        };
        let beyond = Pointer {
            offset: 1 << 40,
            ..pointers[20]
        };
        let gone = Pointer {
            segment: 9,
            ..pointers[40]
        };
        pointers.insert(11, longer);
        pointers.extend([beyond, pointers[3], gone, pointers[50], pointers[2]]);
        // Some are left out, so that there are gaps.
        pointers.retain(|pointer| pointer.length != 40_000);
        let mut read = Vec::new();
        let each = &mut |record: Result<&[u8], StoreError>| {
            read.push(record.ok().map(<[u8]>::to_vec));
            Ok(())
        };
        store.records(&pointers, each).unwrap();
        let alone = pointers.iter().map(|pointer| store.record(*pointer).ok());
        assert!(
            read == alone.collect::<Vec<_>>(),
            "{name}: together or alone, the same records can be read"
        );
        assert!(read.iter().flatten().count() >= pointers.len() - 3);
    });
}

#[test]
fn a_pointer_to_nothing_is_an_error() {
    every_store(|name, store| {
        let pointer = store.append(3, b"one").unwrap();
        for wrong in [
            Pointer {
                segment: 9,
                ..pointer
            },
            Pointer {
                offset: 1 << 40,
                ..pointer
            },
            Pointer {
                offset: u64::MAX,
                ..pointer
            },
            Pointer {
                length: 4_000,
                ..pointer
            },
        ] {
            assert!(
                store.record(wrong).is_err(),
                "{name}: {wrong:?} points to nothing"
            );
        }
    });
}

#[test]
fn dropped_segments_are_gone_and_the_others_stay() {
    every_store(|name, store| {
        let pointers = [3, 4, 5].map(|segment| store.append(segment, b"x").unwrap());
        store.commit(&Changes::new()).unwrap();
        assert_eq!(store.drop_records(3).unwrap(), 0, "{name}: none below 3");
        assert_eq!(
            store.drop_records(5).unwrap(),
            2,
            "{name}: 3 and 4 are below 5"
        );
        assert_eq!(store.drop_records(5).unwrap(), 0, "{name}: nothing is left");
        assert!(store.record(pointers[0]).is_err(), "{name}");
        assert!(store.record(pointers[1]).is_err(), "{name}");
        assert_eq!(store.record(pointers[2]).unwrap(), b"x", "{name}");
        let again = store.append(3, b"y").unwrap();
        assert_eq!(
            store.record(again).unwrap(),
            b"y",
            "{name}: a segment can begin anew"
        );
    });
}

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
        // sled drops what lies behind the damage: an older state, but one that there was.
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
