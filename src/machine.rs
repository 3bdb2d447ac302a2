//! What the process takes of its machine.

/// Bytes of memory that the process holds; nothing where the system does not tell it in Linux's way.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes.saturating_mul(1_024))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn the_memory_of_a_process_is_told() {
        let memory = super::memory().expect("Linux tells it");
        assert!((1 << 20..1 << 40).contains(&memory), "{memory}");
    }
}
