//! What the kernel knows of a process: `/proc/PID`. Elsewhere than on Linux there is no such folder, every answer is
//! `None`, and the tables show a dash.

use std::{fs, path::Path, time::Duration};

/// Time on a CPU of all living threads, in nanoseconds' resolution (`/proc/PID/stat` counts hundredths of a second).
/// The kernel adds a stretch when the thread stops running, so ask when the process is idle.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let nanos: Option<u64> = threads.map(|thread| thread_nanos(&thread.ok()?.path())).sum();
    nanos.filter(|nanos| *nanos > 0).map(Duration::from_nanos)
}

/// The most memory that the process has had resident, in bytes.
pub fn peak_memory(pid: u32) -> Option<u64> {
    parse_peak_memory(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// The load averages of the machine over 1, 5 and 15 minutes.
pub fn load_average() -> Option<String> {
    let line = fs::read_to_string("/proc/loadavg").ok()?;
    Some(line.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

fn thread_nanos(thread: &Path) -> Option<u64> {
    parse_schedstat(&fs::read_to_string(thread.join("schedstat")).ok()?)
}

/// Nanoseconds on the CPU, nanoseconds waiting for one, time slices.
fn parse_schedstat(line: &str) -> Option<u64> {
    line.split_whitespace().next()?.parse().ok()
}

fn parse_peak_memory(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedstat_starts_with_the_time_on_the_cpu() {
        assert_eq!(parse_schedstat("595374 76173 2\n"), Some(595_374));
        assert_eq!(parse_schedstat(""), None);
    }

    #[test]
    fn peak_memory_is_in_kibibytes() {
        let status = "Name:\tbare\nVmPeak:\t    9000 kB\nVmHWM:\t    3788 kB\nThreads:\t1\n";
        assert_eq!(parse_peak_memory(status), Some(3788 * 1024));
        assert_eq!(parse_peak_memory("Name:\tbare\n"), None);
    }
}
