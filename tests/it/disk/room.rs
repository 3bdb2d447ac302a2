//! A disk without room, and folders that can't be written: a clear sentence, nothing lost, and it goes on
//! when that is mended.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Output, Stdio};

use lookalike::demo::telegram::{Message, Person};

use crate::disk::mount::Disk;
use crate::disk::{
    HANDLE, assert_same_ranking, calm_report, command, end, failed, house, house_on, start,
};
use crate::house::{WITHIN, report_of};

/// Somebody who may write nowhere.
const NOBODY: u32 = 65_534;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_the_work_goes_on_when_there_is_room() {
    let Some(disk) = Disk::new(16) else {
        return;
    };
    let calm = calm_report().await;
    let house = house_on(&disk.path()).await;
    house.telegram.says(&house.ann, "@luna");
    for requests in [30, 60] {
        let bot = start(&house);
        house.network.arrived(requests).await;
        house.network.hold();
        disk.fill();
        house.network.release();
        let said = failed(&ended(bot).await);
        assert!(said.contains("the disk is full; make room"), "{said}");
        let said = failed(&ended(start(&house)).await);
        assert!(said.contains("the disk is full; make room"), "{said}");
        disk.make_room();
    }
    let mut bot = start(&house);
    house.until_delivered(&house.ann, HANDLE).await;
    end(&mut bot);
    let report = report_of(&disk.path().join("data"), &house.ann).await;
    assert_same_ranking(&report, &calm);
}

#[tokio::test(flavor = "multi_thread")]
async fn searches_wait_before_a_disk_is_full_and_go_on_when_there_is_room() {
    let Some(disk) = Disk::new(64) else {
        return;
    };
    let mut house = house_on(&disk.path()).await;
    let olga = Person::new(601, "Olga");
    house.telegram.knows(&olga);
    house.set("OPERATORS", "601");
    // A twentieth of it is kept free.
    disk.fill_but(2_000_000);
    let mut bot = start(&house);
    house.telegram.says(&olga, "/start");
    house.telegram.says(&house.ann, "@luna");
    let hears = |person: &Person, words: &'static str| {
        let person = person.clone();
        let house = &house;
        async move {
            let said = |messages: &[Message]| messages.iter().any(|it| it.text.contains(words));
            house.until(&person, words, said).await;
        }
    };
    hears(&house.ann, "I have hardly any room left").await;
    hears(&olga, "that all searches wait").await;
    house.telegram.says(&olga, "/admin");
    hears(&olga, "waits for room on the disk").await;
    assert_eq!(house.network.arrivals(), 0, "nothing is asked meanwhile");
    disk.make_room();
    house.until_delivered(&house.ann, HANDLE).await;
    hears(&olga, "There is enough room on my disk").await;
    end(&mut bot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_file_system_is_said() {
    let Some(disk) = Disk::new(16) else {
        return;
    };
    let house = house_on(&disk.path()).await;
    disk.make_read_only();
    let said = failed(&command(&house).output().unwrap());
    assert_unusable(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_on_a_disk_that_became_read_only_is_said() {
    let Some(disk) = Disk::new(16) else {
        return;
    };
    let house = house_on(&disk.path()).await;
    let mut bot = start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, HANDLE).await;
    end(&mut bot);
    disk.make_read_only();
    let said = failed(&command(&house).output().unwrap());
    assert_unusable(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_said() {
    let house = house().await;
    let folder = house.folder.path();
    std::fs::create_dir(house.data()).unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(house.data(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let probe = house.data().join("probe");
    let mut command = command(&house);
    // Rights do not count for root.
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
    let mut nothing = std::fs::read_dir(house.data()).unwrap();
    assert!(nothing.next().is_none(), "nothing was made there");
}

fn assert_unusable(said: &str) {
    assert!(
        said.contains("can't be used") && said.contains("name one that can be written"),
        "{said}"
    );
}

/// What a process has said that ends by itself.
async fn ended(process: Child) -> Output {
    let output = tokio::task::spawn_blocking(|| process.wait_with_output());
    let output = tokio::time::timeout(WITHIN, output).await;
    output.expect("it ends by itself").unwrap().unwrap()
}
