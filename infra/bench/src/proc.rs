//! The kernel's data on a process and on the machine: `/proc`. Other systems than Linux have no such folder: every
//! result is `None`, and the tables show a dash.

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// The unit of `/proc/PID/stat` and `/proc/stat`: `USER_HZ` is 100 wherever Linux runs Rust's standard library.
const TICK: Duration = Duration::from_millis(10);

/// CPU time of all living threads, in nanoseconds. The kernel adds a time slice when the thread stops running, so the
/// value is exact only for an idle process.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).ok()?;
    let nanos: Option<u64> = threads.map(|thread| thread_nanos(&thread.ok()?.path())).sum();
    nanos.filter(|nanos| *nanos > 0).map(Duration::from_nanos)
}

/// CPU time of all threads, past ones included, and of children that have been waited for, in hundredths of a second.
pub fn process_cpu_time(pid: u32) -> Option<Duration> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Resident memory in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

pub fn memory(pid: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    Some(Memory {
        now: parse_kibibytes(&status, "VmRSS:")?,
        peak: parse_kibibytes(&status, "VmHWM:")?,
    })
}

/// The load averages of the machine over 1, 5 and 15 minutes.
pub fn load_average() -> Option<String> {
    let line = fs::read_to_string("/proc/loadavg").ok()?;
    Some(line.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

/// CPU time of all processors and processes since the machine was started.
pub fn machine_cpu_time() -> Option<Duration> {
    parse_machine_stat(&fs::read_to_string("/proc/stat").ok()?)
}

/// The usage between two readings.
pub fn between(before: Option<Duration>, after: Option<Duration>) -> Option<Duration> {
    Some(after?.saturating_sub(before?))
}

/// The model name of the processors.
pub fn processor() -> Option<String> {
    let lines = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = lines.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The binary of a function where `infra/build` puts it. `cargo build` links functions in another way.
pub fn deployed(function: &str) -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let target = program.ancestors().nth(2).unwrap_or(Path::new("target"));
    target.join("lambda").join(function).join("bootstrap")
}

/// A program in the folder of this one.
pub fn beside_this_program(name: &str) -> PathBuf {
    env::current_exe().unwrap_or_default().with_file_name(name)
}

fn thread_nanos(thread: &Path) -> Option<u64> {
    parse_schedstat(&fs::read_to_string(thread.join("schedstat")).ok()?)
}

/// Nanoseconds on the CPU, nanoseconds waiting for one, time slices.
fn parse_schedstat(line: &str) -> Option<u64> {
    line.split_whitespace().next()?.parse().ok()
}

/// The program's name in parentheses, which may hold anything, then the fields from the third on; user and system time
/// are the 14th and 15th, those of children the next two.
fn parse_stat(line: &str) -> Option<Duration> {
    let fields = line.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: Vec<u32> = fields.map_while(|field| field.parse().ok()).take(4).collect();
    (ticks.len() == 4).then(|| TICK * ticks.iter().sum())
}

/// `cpu`, then ticks: user, nice, system, idle, waiting for a disk, interrupts of two kinds.
fn parse_machine_stat(text: &str) -> Option<Duration> {
    let ticks = text.strip_prefix("cpu ")?.lines().next()?.split_whitespace();
    let ticks: Vec<u64> = ticks.map_while(|field| field.parse().ok()).collect();
    let [user, nice, system, _idle, _disk, interrupts, soft_interrupts, ..] = ticks[..] else {
        return None;
    };
    let busy = user + nice + system + interrupts + soft_interrupts;
    Some(Duration::from_millis(busy * 10))
}

fn parse_kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
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
    fn stat_is_read_from_behind_the_name() {
        let line = "12 (a) b) S 1 12 12 0 -1 4194560 900 0 0 0 150 25 7 3 20 0 8 0 100 5 6\n";
        assert_eq!(parse_stat(line), Some(Duration::from_millis(1850)));
        assert_eq!(parse_stat("12 (a"), None);
    }

    #[test]
    fn the_machine_is_busy_when_it_is_not_idle() {
        let text = "cpu  100 20 30 4000 500 6 7 8 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n";
        assert_eq!(parse_machine_stat(text), Some(Duration::from_millis(1630)));
        assert_eq!(parse_machine_stat("intr 1 2 3"), None);
    }

    #[test]
    fn memory_is_in_kibibytes() {
        let status = "Name:\tbare\nVmPeak:\t    9000 kB\nVmHWM:\t    3788 kB\nVmRSS:\t 12 kB\nThreads:\t1\n";
        assert_eq!(parse_kibibytes(status, "VmHWM:"), Some(3788 * 1024));
        assert_eq!(parse_kibibytes(status, "VmRSS:"), Some(12 * 1024));
        assert_eq!(parse_kibibytes("Name:\tbare\n", "VmHWM:"), None);
    }
}
