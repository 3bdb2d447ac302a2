//! A full disk and folders that can't be written: a clear sentence, nothing lost, and the bot continues once that is
//! mended.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Output, Stdio};

use lookalike::demo::telegram::{Message, Person};

use crate::disk::mount::TestDisk;
use crate::disk::{
    HANDLE, assert_same_ranking, command, end, failed, harness, harness_on, start,
    undisturbed_report,
};
use crate::harness::{WITHIN, report_from_disk};

/// A user that may write nowhere.
const NOBODY: u32 = 65_534;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_the_work_goes_on_when_there_is_room() {
    let Some(disk) = TestDisk::new(16) else {
        return;
    };
    let calm = undisturbed_report().await;
    let harness = harness_on(&disk.path()).await;
    harness.telegram.says(&harness.ann, "@luna");
    for requests in [30, 60] {
        let bot = start(&harness);
        harness.network.arrived(requests).await;
        harness.network.hold();
        disk.fill();
        harness.network.release();
        let said = failed(&wait_for_failure(bot).await);
        assert!(said.contains("the disk is full; make room"), "{said}");
        let said = failed(&wait_for_failure(start(&harness)).await);
        assert!(said.contains("the disk is full; make room"), "{said}");
        disk.make_room();
    }
    let mut bot = start(&harness);
    harness.until_delivered(&harness.ann, HANDLE).await;
    end(&mut bot);
    let report = report_from_disk(&disk.path().join("data"), &harness.ann).await;
    assert_same_ranking(&report, &calm);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_wait_before_a_disk_is_full_and_go_on_when_there_is_room() {
    let Some(disk) = TestDisk::new(64) else {
        return;
    };
    let mut harness = harness_on(&disk.path()).await;
    let olga = Person::new(601, "Olga");
    harness.telegram.knows(&olga);
    harness.set("OPERATORS", "601");
    // A twentieth of the disk is kept free.
    disk.fill_but(2_000_000);
    let mut bot = start(&harness);
    harness.telegram.says(&olga, "/start");
    harness.telegram.says(&harness.ann, "@luna");
    let wait_for = |person: &Person, words: &'static str| {
        let person = person.clone();
        let harness = &harness;
        async move {
            let said = |messages: &[Message]| messages.iter().any(|it| it.text.contains(words));
            harness.until(&person, words, said).await;
        }
    };
    wait_for(&harness.ann, "I've hardly any room left").await;
    wait_for(&olga, "that all searches wait").await;
    harness.telegram.says(&olga, "/admin");
    wait_for(&olga, "waits for room on the disk").await;
    assert_eq!(harness.network.arrivals(), 0, "nothing is asked meanwhile");
    disk.make_room();
    harness.until_delivered(&harness.ann, HANDLE).await;
    wait_for(&olga, "There is enough room on my disk").await;
    end(&mut bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_file_system_is_said() {
    let Some(disk) = TestDisk::new(16) else {
        return;
    };
    let harness = harness_on(&disk.path()).await;
    disk.make_read_only();
    let said = failed(&command(&harness).output().unwrap());
    assert_unusable(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_disk_that_became_read_only_is_said() {
    let Some(disk) = TestDisk::new(16) else {
        return;
    };
    let harness = harness_on(&disk.path()).await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.until_delivered(&harness.ann, HANDLE).await;
    end(&mut bot);
    disk.make_read_only();
    let said = failed(&command(&harness).output().unwrap());
    assert_unusable(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_said() {
    let harness = harness().await;
    let folder = harness.folder.path();
    std::fs::create_dir(harness.data()).unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(harness.data(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let probe = harness.data().join("probe");
    let mut command = command(&harness);
    // root may write anywhere.
    if std::fs::write(&probe, "").is_ok() {
        std::fs::remove_file(&probe).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    let spawned = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let process = match spawned {
        Ok(process) => process,
        Err(error) => {
            println!("skipped: the binary can't be run by somebody without rights ({error})");
            return;
        }
    };
    let said = failed(&process.wait_with_output().unwrap());
    assert_unusable(&said);
    let mut nothing = std::fs::read_dir(harness.data()).unwrap();
    assert!(nothing.next().is_none(), "nothing was made there");
}

fn assert_unusable(said: &str) {
    assert!(
        said.contains("can't be used") && said.contains("name one that can be written"),
        "{said}"
    );
}

/// Returns what a process prints that ends by itself.
async fn wait_for_failure(process: Child) -> Output {
    let output = tokio::task::spawn_blocking(|| process.wait_with_output());
    let output = tokio::time::timeout(WITHIN, output).await;
    output.expect("it ends by itself").unwrap().unwrap()
}
