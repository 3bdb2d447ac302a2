//! The process's memory and limits.

use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};

/// Returns the bytes of memory that the process uses; `None` if the system has no Linux-style `/proc`.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes.saturating_mul(1_024))
}

/// Makes files that the process creates from now on readable by its own user only.
pub fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Raises the limit on open files and connections as far as the system allows.
pub fn allow_most_files() {
    let allowed = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: allowed.maximum,
        ..allowed
    };
    // If that is refused, the limit stays as it was.
    let _ = setrlimit(Resource::Nofile, most);
}

/// Whether the process can open one more file or connection.
pub fn may_open_files() -> bool {
    let opened = std::fs::File::open("/dev/null");
    let code = opened.err().and_then(|error| error.raw_os_error());
    !code.is_some_and(|code| [Errno::MFILE, Errno::NFILE].contains(&Errno::from_raw_os_error(code)))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_memory_of_a_process_is_told() {
        let memory = super::memory().expect("Linux tells it");
        assert!((1 << 20..1 << 40).contains(&memory), "{memory}");
    }
}
