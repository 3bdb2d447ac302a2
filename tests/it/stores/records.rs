//! Records: appended, read back one by one or together, and dropped by the segment.

use lookalike::model::Pointer;
use lookalike::stores::{Changes, StoreError};

use crate::stores::every_store;

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
        // Gaps, since some are left out.
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
            "{name}: a segment can begin again"
        );
    });
}
