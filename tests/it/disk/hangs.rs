//! A disk that hangs: the process ends within its limit, and the next start continues.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use crate::disk::mount::TestDisk;
use crate::disk::{HANDLE, assert_same_ranking, end, harness_on, start, undisturbed_report};
use crate::harness::report_from_disk;

/// How long the watchdog waits for a commit, its interval, and some leeway.
const LIMIT: Duration = Duration::from_secs(30 + 5 + 5);

/// The number of SIGABRT.
const ABORTED: i32 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_hangs_ends_the_process_and_the_next_start_goes_on() {
    let Some(disk) = TestDisk::new(48) else {
        return;
    };
    let calm = undisturbed_report().await;
    let harness = harness_on(&disk.path()).await;
    let mut bot = start(&harness);
    harness.telegram.says(&harness.ann, "@luna");
    harness.network.arrived(40).await;
    disk.freeze();
    let frozen = Instant::now();
    let log = BufReader::new(bot.stderr.take().unwrap());
    let said = tokio::task::spawn_blocking(move || {
        let mut lines = log.lines().map_while(Result::ok);
        lines.find(|line| line.contains("the database hangs"))
    });
    let said = tokio::time::timeout(LIMIT, said).await;
    let waited = frozen.elapsed();
    disk.thaw();
    let said = said.expect("the watchdog speaks within its limit").unwrap();
    let said = said.expect("the process says why it ends");
    assert!(said.contains("the next start goes on"), "{said}");
    let status = bot.wait().unwrap();
    assert_eq!(status.signal(), Some(ABORTED), "it ends at once: {status}");
    let mut bot = start(&harness);
    harness.until_delivered(&harness.ann, HANDLE).await;
    end(&mut bot);
    let report = report_from_disk(&disk.path().join("data"), &harness.ann).await;
    assert_same_ranking(&report, &calm);
    println!(
        "a hanging disk ended the process after {} s",
        waited.as_secs()
    );
}
