//! The database in an archive: everything comes back elsewhere, and nothing damaged is imported.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use lookalike::clock::SystemClock;
use lookalike::ledger::{Archive, ArchiveError, Ledger, export};
use lookalike::model::Pointer;
use lookalike::stores::{Changes, MemoryStore, Row, SledStore, Store, StoreError};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::disk::{HANDLE, assert_same_ranking, command, end, harness, start, undisturbed_report};
use crate::harness::report_from_disk;
use crate::random_input::inputs;

/// The rows of a database's format number, and of an import in progress; see `src/ledger/db/rows/mod.rs`.
const FORMAT: [u8; 2] = [b'#', 7];
const IMPORTING: [u8; 2] = [b'#', 8];

/// A row to write: its key, and either a value or the records of a list.
type Planned = (Vec<u8>, Result<Vec<u8>, Vec<Vec<u8>>>);

fn planned() -> impl Strategy<Value = Vec<Planned>> {
    let bytes = |most: usize| proptest::collection::vec(any::<u8>(), 0..most);
    let plain = (bytes(12), bytes(300)).prop_map(|(key, value)| {
        let key = [b"a".as_slice(), &key].concat();
        (key, Ok(value))
    });
    let records = proptest::collection::vec(bytes(2_000), 0..6);
    let list = (bytes(12), records).prop_map(|(key, records)| {
        let key = [b"m".as_slice(), &key].concat();
        (key, Err(records))
    });
    proptest::collection::vec(prop_oneof![plain, list], 1..40)
}

/// Fills a store with these rows, and with records that no row points to.
fn fill(store: &dyn Store, rows: &[Planned]) {
    let mut changes = Changes::new();
    for (number, (key, value)) in rows.iter().enumerate() {
        let value = match value {
            Ok(value) => value.clone(),
            Err(records) => {
                store.append(20_000, b"garbage").unwrap();
                let runs = records
                    .iter()
                    .map(|record| store.append(20_000 + number as u32 % 3, record));
                let runs: Vec<Pointer> = runs.map(Result::unwrap).collect();
                let whole = json!({ "runs": runs, "ids": 0, "at": "2026-03-01T12:00:00Z", "pages": 0, "next": null });
                serde_json::to_vec(&json!({ "whole": whole })).unwrap()
            }
        };
        changes.insert(key.clone(), Some(value));
    }
    store.commit(&changes).unwrap();
}

/// Returns what a store holds, wherever it is in its files.
fn content(store: &dyn Store) -> Vec<(Row, Vec<Vec<u8>>)> {
    let rows = store.scan(&[], &[u8::MAX], usize::MAX).unwrap();
    let content = rows.into_iter().map(|(key, value)| {
        if !key.starts_with(b"m") {
            return ((key, value), Vec::new());
        }
        let list: Value = serde_json::from_slice(&value).unwrap();
        let runs: Vec<Pointer> = serde_json::from_value(list["whole"]["runs"].clone()).unwrap();
        let records = runs.into_iter().map(|run| store.record(run).unwrap());
        (
            (key, list["whole"]["at"].to_string().into()),
            records.collect(),
        )
    });
    content.collect()
}

/// Returns the bytes of the rows and of their records.
fn pointed_to(store: &dyn Store) -> u64 {
    let rows = store.scan(&[], &[u8::MAX], usize::MAX).unwrap();
    let rows: usize = rows
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    let content = content(store);
    let records: usize = content
        .iter()
        .flat_map(|(_, records)| records)
        .map(Vec::len)
        .sum();
    (rows + records) as u64
}

fn exported(store: &dyn Store) -> Vec<u8> {
    let mut archive = Vec::new();
    export(store, &mut archive).unwrap();
    archive
}

fn import(archive: &[u8], store: &dyn Store) -> Result<(), ArchiveError> {
    Archive::open(archive)?.import(store).map(|_| ())
}

proptest! {
    #![proptest_config(inputs(24))]

    #[test]
    fn whatever_is_exported_comes_back_and_is_exported_alike(rows in planned()) {
        let folder = tempfile::tempdir().unwrap();
        let sled = SledStore::open(folder.path()).unwrap();
        let first = MemoryStore::default();
        let second = MemoryStore::default();
        fill(&first, &rows);
        let archive = exported(&first);
        import(&archive, &sled).unwrap();
        prop_assert_eq!(content(&sled), content(&first));
        prop_assert!(exported(&sled) == archive, "the same bytes, whichever store they come from");
        import(&archive, &second).unwrap();
        prop_assert_eq!(content(&second), content(&first));
        prop_assert_eq!(second.size(), pointed_to(&second), "what no row points to stays behind");
    }

    #[test]
    fn a_damaged_archive_is_refused_or_the_same(
        rows in planned(),
        at in any::<prop::sample::Index>(),
        flipped in 1..=u8::MAX,
        cut in any::<bool>(),
    ) {
        let first = MemoryStore::default();
        fill(&first, &rows);
        let mut archive = exported(&first);
        let at = at.index(archive.len());
        match cut {
            true => archive.truncate(at),
            false => archive[at] ^= flipped,
        }
        let second = MemoryStore::default();
        match import(&archive, &second) {
            // Some bytes of gzip's header mean nothing.
            Ok(()) => prop_assert!(!cut && content(&second) == content(&first), "byte {at}"),
            Err(_) => prop_assert_eq!(second.size(), 0, "nothing is left behind"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_crawl_goes_on_in_another_folder() {
    let calm = undisturbed_report().await;
    let mut harness = harness().await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(60).await;
    let file = harness.folder.path().join("database.gz");
    let export_to = |harness: &crate::harness::Harness| -> Output {
        command(harness).arg("export").arg(&file).output().unwrap()
    };
    let refused = said(&export_to(&harness));
    assert!(refused.contains("in use by another process"), "{refused}");
    assert!(!file.exists(), "nothing is written while the bot works");
    end(&mut bot);
    assert!(export_to(&harness).status.success());
    let refused = said(&export_to(&harness));
    assert!(
        refused.contains("is there already, and nothing is overwritten"),
        "{refused}"
    );
    assert_alone(&file);

    let elsewhere = harness.folder.path().join("elsewhere");
    harness.set("DATABASE_URL", &format!("sled:{}", elsewhere.display()));
    let import = || command(&harness).arg("import").arg(&file).output().unwrap();
    assert!(import().status.success());
    let refused = said(&import());
    assert!(refused.contains("holds something already"), "{refused}");
    let mut bot = start(&harness);
    harness.until_delivered(&harness.ann, HANDLE).await;
    end(&mut bot);
    harness.assert_clean();
    assert_same_ranking(&report_from_disk(&elsewhere, &harness.ann).await, &calm);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_archive_is_refused_before_a_folder_is_made() {
    let harness = harness().await;
    let file = harness.folder.path().join("notes.txt");
    let import = || said(&command(&harness).arg("import").arg(&file).output().unwrap());
    let refused = import();
    assert!(refused.contains("notes.txt can't be read"), "{refused}");
    std::fs::write(&file, "nothing of the kind").unwrap();
    let refused = import();
    assert!(
        refused.contains("is not a file that `lookalike export` has written"),
        "{refused}"
    );
    std::fs::write(&file, archive_of_format(2)).unwrap();
    let refused = import();
    assert!(
        refused.contains("of format 2, and this version reads up to format 1"),
        "{refused}"
    );
    assert!(!harness.data().exists());
    let exported = command(&harness)
        .arg("export")
        .arg(harness.folder.path().join("x"))
        .output();
    let refused = said(&exported.unwrap());
    assert!(refused.contains("there is no database in"), "{refused}");
    assert!(!harness.data().exists(), "a look at it makes none");
}

#[test]
fn a_length_that_no_row_has_is_refused_before_room_is_made_for_it() {
    let mut archive = GzEncoder::new(Vec::new(), Compression::default());
    let heading = json!({ "kind": "lookalike database", "format": 1 });
    writeln!(archive, "{heading}").unwrap();
    archive.write_all(&u32::MAX.to_le_bytes()).unwrap();
    let store = MemoryStore::default();
    let refused = import(&archive.finish().unwrap(), &store).unwrap_err();
    let refused = refused.to_string();
    assert!(
        refused.contains("something of 4294967295 bytes"),
        "{refused}"
    );
    assert_eq!(store.size(), 0, "nothing is left behind");
}

#[test]
fn an_archive_that_unpacks_to_far_more_than_it_is_is_refused() {
    let mut archive = GzEncoder::new(Vec::new(), Compression::best());
    let heading = json!({ "kind": "lookalike database", "format": 1 });
    writeln!(archive, "{heading}").unwrap();
    let value = vec![0; 1 << 20];
    for key in 0u8..100 {
        archive.write_all(&1u32.to_le_bytes()).unwrap();
        archive.write_all(&[key]).unwrap();
        archive.write_all(&(1u32 << 20).to_le_bytes()).unwrap();
        archive.write_all(&value).unwrap();
    }
    let store = MemoryStore::default();
    let refused = import(&archive.finish().unwrap(), &store).unwrap_err();
    let refused = refused.to_string();
    assert!(refused.contains("far longer unpacked"), "{refused}");
    assert_eq!(store.size(), 0, "nothing is left behind");
}

#[tokio::test]
async fn a_database_of_a_newer_format_is_refused_and_left_as_it_was() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let rows = Changes::from([
        (FORMAT.to_vec(), Some(b"2".to_vec())),
        (
            b"a row of tomorrow".to_vec(),
            Some(b"and its value".to_vec()),
        ),
    ]);
    store.commit(&rows).unwrap();
    let refused = open(&store).await.unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::Newer {
                format: 2,
                known: 1
            }
        ),
        "{refused:?}"
    );
    let text = refused.to_string();
    assert!(
        text.contains("format 2") && text.contains("format 1") && text.contains("install a newer"),
        "both numbers, and what to do: {text}"
    );
    let there: BTreeMap<_, _> = store
        .scan(&[], &[u8::MAX], 9)
        .unwrap()
        .into_iter()
        .collect();
    let rows: BTreeMap<_, _> = rows
        .into_iter()
        .map(|(key, value)| (key, value.unwrap()))
        .collect();
    assert_eq!(there, rows, "nothing was written");
    let mut archive = Vec::new();
    assert!(
        export(store.as_ref(), &mut archive).is_err(),
        "nor can it be exported"
    );
}

#[tokio::test]
async fn a_database_without_a_number_is_opened_and_numbered() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    open(&store).await.unwrap();
    store
        .commit(&Changes::from([(FORMAT.to_vec(), None)]))
        .unwrap();
    open(&store).await.unwrap();
    assert_eq!(store.get(&FORMAT).unwrap(), Some(b"1".to_vec()));
}

#[tokio::test]
async fn an_import_that_was_cut_off_is_not_worked_on_and_can_be_done_again() {
    let first = MemoryStore::default();
    fill(&first, &[(b"a".to_vec(), Ok(b"value".to_vec()))]);
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let half = Changes::from([
        (IMPORTING.to_vec(), Some(b"1".to_vec())),
        (b"b".to_vec(), Some(b"of the half that had come".to_vec())),
    ]);
    store.append(20_000, b"a record of it").unwrap();
    store.commit(&half).unwrap();
    let refused = open(&store).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("run `lookalike import` once more"),
        "{refused}"
    );
    import(&exported(&first), store.as_ref()).unwrap();
    assert_eq!(content(store.as_ref()), content(&first));
    assert_eq!(store.size(), first.size());
    open(&store).await.unwrap();
}

async fn open(store: &Arc<dyn Store>) -> Result<Ledger, StoreError> {
    let clock = Arc::new(SystemClock::default());
    Ledger::open(store.clone(), clock, crate::ledger::RULES).await
}

fn archive_of_format(format: u64) -> Vec<u8> {
    let mut archive = GzEncoder::new(Vec::new(), Compression::default());
    let heading = json!({ "kind": "lookalike database", "format": format });
    writeln!(archive, "{heading}").unwrap();
    archive.finish().unwrap()
}

/// Returns what a refused command says.
fn said(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "it is refused: {output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts that no half-written file is beside it.
fn assert_alone(file: &Path) {
    let folder = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let names: Vec<String> = folder
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name != "data")
        .collect();
    assert_eq!(names, ["database.gz"]);
}
