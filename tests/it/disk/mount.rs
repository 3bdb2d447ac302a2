//! A small disk for one test: it can be cut off, frozen, filled and made read-only.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The ioctl that perl calls: ext4 stops at once and drops all that is not on the disk yet (EXT4_IOC_SHUTDOWN, without
/// flushing the log).
const CUT: &str = r#"open(F, "<", $ARGV[0]) or die "$!";
    my $without_log = pack("L", 2);
    ioctl(F, 0x8004587d, $without_log) or die "$!";"#;

/// An ext4 file system in a file, mounted until it is dropped.
pub(super) struct TestDisk {
    folder: TempDir,
}

impl TestDisk {
    /// Makes a disk; `None` where that can't be done, with a line that says why the test is skipped.
    pub(super) fn new(megabytes: u64) -> Option<Self> {
        match Self::create(megabytes) {
            Ok(disk) => Some(disk),
            Err(reason) => {
                println!("skipped: a disk of its own can't be mounted here ({reason})");
                None
            }
        }
    }

    fn create(megabytes: u64) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let disk = Self { folder };
        let image = std::fs::File::create(disk.image()).map_err(|error| error.to_string())?;
        image
            .set_len(megabytes << 20)
            .and_then(|()| std::fs::create_dir(disk.path()))
            .map_err(|error| error.to_string())?;
        run("mkfs.ext4", &["-q", "-F"], &disk.image())?;
        run("perl", &["-e", "1"], &disk.path())?;
        disk.mount("loop")?;
        Ok(disk)
    }

    /// Returns where it is mounted.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("mount")
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn mount(&self, options: &str) -> Result<(), String> {
        let image = self.image().display().to_string();
        run("mount", &["-o", options, &image], &self.path())
    }

    /// Cuts the power: nothing more reaches the disk.
    pub(super) fn cut(&self) {
        run("perl", &["-e", CUT], &self.path()).unwrap();
    }

    /// Restores the power; no file on it may be open.
    pub(super) fn mount_again(&self) {
        run("umount", &[], &self.path()).unwrap();
        self.mount("loop").unwrap();
    }

    /// Freezes the disk: writes wait.
    pub(super) fn freeze(&self) {
        run("fsfreeze", &["-f"], &self.path()).unwrap();
    }

    pub(super) fn thaw(&self) {
        run("fsfreeze", &["-u"], &self.path()).unwrap();
    }

    /// Fills the disk.
    pub(super) fn fill(&self) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        for size in [1 << 16, 1 << 10] {
            while filler.write_all(&vec![7; size]).is_ok() {}
        }
        // Delayed writes take their room now.
        let _ = filler.sync_all();
    }

    /// Fills the disk but for this many bytes.
    pub(super) fn fill_but(&self, left: u64) {
        let mut filler = std::fs::File::create(self.filler()).unwrap();
        let free = rustix::fs::statvfs(self.path()).unwrap();
        let free = free.f_bavail * free.f_frsize;
        let size = free.checked_sub(left).expect("there is more room");
        filler.write_all(&vec![7; size as usize]).unwrap();
        filler.sync_all().unwrap();
    }

    pub(super) fn make_room(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.path().join("ballast")
    }

    pub(super) fn make_read_only(&self) {
        run("mount", &["-o", "remount,ro"], &self.path()).unwrap();
    }
}

impl Drop for TestDisk {
    fn drop(&mut self) {
        // A failed test may have left it frozen, or never mounted.
        let _ = run("fsfreeze", &["-u"], &self.path());
        let _ = run("umount", &["--lazy"], &self.path());
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> Result<(), String> {
    let mut command = Command::new(program);
    let ran = command.args(arguments).arg(path).output();
    let output = ran.map_err(|error| format!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
    }
}
