//! `bench cold-start`: every binary in turn, repeatedly, so that other load on the machine affects all alike. One trial
//! is in `trial`; the rounds and the table are here.

use crate::{
    caller,
    function::{self, Function},
    life::Failed,
    proc,
    stats::{self, Latencies},
    table::Table,
    trial::{self, Trial},
};
use axum::body::Bytes;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

const MEBIBYTE: u64 = 1024 * 1024;
const MEGABYTE: u64 = 1_000_000;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A release binary of a function; may be repeated
    #[arg(long = "binary", value_name = "PATH", required = true)]
    binaries: Vec<PathBuf>,
    /// The function to compare with [default: `bare` beside this program]
    #[arg(long, value_name = "PATH")]
    bare: Option<PathBuf>,
    /// How often each binary is started
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    spawns: u32,
    /// How many more invocations each started binary gets after its first
    #[arg(long, default_value_t = 25)]
    invocations: usize,
    /// The event for the binaries [default: a `GET /api/auth/ok`, which the bare one always gets]
    #[arg(long, value_name = "FILE.json")]
    event: Option<PathBuf>,
    /// A variable for the binaries' environment; may be repeated
    #[arg(long = "env", value_name = "KEY=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} cannot be found; `cargo build --release -p PACKAGE` makes one", .0.display())]
    NoBinary(PathBuf, #[source] io::Error),
    #[error("there is no room for the binaries")]
    NoRoom(#[source] io::Error),
    #[error("the event {} cannot be read", .0.display())]
    EventUnreadable(PathBuf, #[source] io::Error),
    #[error("the event {} is not JSON", .0.display())]
    EventNotJson(PathBuf, #[source] serde_json::Error),
    #[error(transparent)]
    Failed(#[from] Failed),
}

pub async fn run(args: Args) -> Result<(), Error> {
    let event = args
        .event
        .as_deref()
        .map_or(Ok(Bytes::from_static(caller::OK)), read_event)?;
    let bare = args.bare.unwrap_or_else(|| proc::beside_this_program("bare"));
    let packages = tempfile::tempdir().map_err(Error::NoRoom)?;
    let unpacked = |binary: &Path, number: usize| {
        unpack(binary, &packages.path().join(number.to_string()))
            .map_err(|error| Error::NoBinary(binary.to_owned(), error))
    };
    let mut subjects = vec![Subject::new(&unpacked(&bare, 0)?, &[], Bytes::from_static(caller::OK))?];
    for (binary, number) in args.binaries.iter().zip(1..) {
        subjects.push(Subject::new(&unpacked(binary, number)?, &args.settings, event.clone())?);
    }
    // The first round brings the binaries from the disk into memory and is not counted.
    for round in 0..=args.spawns {
        for subject in &mut subjects {
            let trial = trial::run(&subject.function, &subject.event, args.invocations).await?;
            if round > 0 {
                subject.summary.add(&trial);
            }
        }
    }
    print!("{}", table(&subjects));
    let load = proc::load_average().unwrap_or_else(|| "unknown".to_owned());
    println!(
        "\n{} starts each, in turn; {} warm invocations a start; load {load}",
        args.spawns, args.invocations
    );
    Ok(())
}

/// A copy written sequentially, as on Lambda. A linker writes a binary in small pieces, which fragments it in the page
/// cache: some binaries then start an eighth slower, and which ones is chance.
fn unpack(binary: &Path, to: &Path) -> io::Result<PathBuf> {
    let folder = to.join(function::name(binary));
    let unpacked = folder.join("bootstrap");
    fs::create_dir_all(&folder)?;
    fs::write(&unpacked, fs::read(binary)?)?;
    fs::set_permissions(&unpacked, fs::metadata(binary)?.permissions())?;
    Ok(unpacked)
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("not of the form KEY=VALUE".to_owned()),
    }
}

fn read_event(file: &Path) -> Result<Bytes, Error> {
    let event = fs::read(file).map_err(|error| Error::EventUnreadable(file.to_owned(), error))?;
    serde_json::from_slice::<serde_json::Value>(&event).map_err(|error| Error::EventNotJson(file.to_owned(), error))?;
    Ok(event.into())
}

struct Subject {
    function: Function,
    event: Bytes,
    summary: Summary,
}

impl Subject {
    fn new(binary: &Path, settings: &[(String, String)], event: Bytes) -> Result<Self, Error> {
        let function = Function::new(binary, settings).map_err(|error| Error::NoBinary(binary.to_owned(), error))?;
        Ok(Self {
            function,
            event,
            summary: Summary::new(),
        })
    }
}

/// All trials of one binary.
struct Summary {
    first_poll: Latencies,
    cpu: Latencies,
    first_response: Latencies,
    warm: Latencies,
    peak_memory: Option<u64>,
    status: Option<u64>,
}

impl Summary {
    fn new() -> Self {
        Self {
            first_poll: Latencies::new(),
            cpu: Latencies::new(),
            first_response: Latencies::new(),
            warm: Latencies::new(),
            peak_memory: None,
            status: None,
        }
    }

    fn add(&mut self, trial: &Trial) {
        self.first_poll.record(trial.first_poll);
        self.first_response.record(trial.first_response);
        trial.cpu.into_iter().for_each(|cpu| self.cpu.record(cpu));
        trial.warm.iter().for_each(|warm| self.warm.record(*warm));
        self.peak_memory = self.peak_memory.max(trial.peak_memory);
        self.status = trial.status;
    }
}

/// The first subject is the bare function.
fn table(subjects: &[Subject]) -> Table {
    let mut table = Table::new([
        "function",
        "first poll ms",
        "x bare",
        "best ms",
        "CPU ms",
        "CPU x bare",
        "first answer ms",
        "warm p50 us",
        "warm p99 us",
        "peak MiB",
        "binary MB",
        "status",
    ]);
    let bare = &subjects[0].summary;
    for Subject { function, summary, .. } in subjects {
        table.row([
            function.name.clone(),
            stats::millis(summary.first_poll.median()),
            stats::ratio(summary.first_poll.median(), bare.first_poll.median()),
            stats::millis(summary.first_poll.min()),
            stats::millis(summary.cpu.median()),
            stats::ratio(summary.cpu.median(), bare.cpu.median()),
            stats::millis(summary.first_response.median()),
            stats::micros(summary.warm.median()),
            stats::micros(summary.warm.percentile(99.0)),
            stats::size(summary.peak_memory, MEBIBYTE),
            stats::size(function.size(), MEGABYTE),
            summary
                .status
                .map_or(stats::NONE.to_owned(), |status| status.to_string()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_split_at_the_first_equals_sign() {
        assert_eq!(
            setting("URL=http://x/?a=b"),
            Ok(("URL".to_owned(), "http://x/?a=b".to_owned()))
        );
        assert_eq!(setting("EMPTY="), Ok(("EMPTY".to_owned(), String::new())));
        assert!(setting("=x").is_err() && setting("x").is_err());
    }

    #[test]
    fn the_default_event_is_an_http_api_event() {
        let event: serde_json::Value = serde_json::from_slice(caller::OK).unwrap();
        assert_eq!(event["requestContext"]["http"]["path"], event["rawPath"]);
    }
}
