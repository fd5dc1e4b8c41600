//! `bench warm`: a started function and its later requests, each kind in turn with a bare function and with one password hash,
//! so that whatever else the machine does hits all alike. AWS is imitated in this process; what the function's process
//! costs is its own.

use crate::{
    aws::{self, Aws},
    caller::{Caller, Request},
    function::Function,
    hash::{self, Cost},
    life::{Failed, Life, Reason},
    machine::Machine,
    proc,
    stats::{self, Latencies},
    table::Table,
    trial::SETTLE,
};
use axum::body::Bytes;
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

const MEBIBYTE: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release binary of the function for sessions [default: `session` beside this program]
    #[arg(long, value_name = "PATH")]
    session: Option<PathBuf>,
    /// The function to compare with [default: `bare` beside this program]
    #[arg(long, value_name = "PATH")]
    bare: Option<PathBuf>,
    /// How often each kind of request has its turn
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Requests of each kind in a turn
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// The same of those that hash a password, and raw hashes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    hashes: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} cannot be found; `cargo build --release -p PACKAGE` makes one", .0.display())]
    NoBinary(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Aws(#[from] aws::Error),
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("{} was answered with {answer}", request.name())]
    Refused { request: Request, answer: String },
}

pub async fn run(args: Args) -> Result<(), Error> {
    let bare = args.bare.unwrap_or_else(|| proc::beside_this_program("bare"));
    let session = args.session.unwrap_or_else(|| proc::beside_this_program("session"));
    let aws = Aws::start().await?;
    let mut subjects = vec![Subject::start("bare", &bare, &[], &[Request::Hello]).await?];
    for (label, mode, requests) in [
        (
            "session",
            "kms",
            [Request::GetSession, Request::SignIn, Request::LogIn, Request::Refresh].as_slice(),
        ),
        ("session, wrapped", "wrapped", &[Request::LogIn, Request::Refresh]),
    ] {
        let mut subject = Subject::start(label, &session, &aws.deploy(mode)?, requests).await?;
        for request in [Request::SignUp, Request::SignInForRefresh] {
            subject.ask(request).await?;
        }
        subjects.push(subject);
    }
    let machine = Machine::now(ours(&subjects));
    let mut hashes = Cost::default();
    // What happens once in a process happens in the first round, which is not counted.
    for round in 0..=args.rounds {
        let turn = hash::argon2id(args.hashes);
        if round > 0 {
            hashes += turn;
        }
        for subject in &mut subjects {
            subject.take_turn(args.requests, args.hashes, round > 0).await?;
        }
    }
    print!("{}", table(&subjects, &hashes));
    println!("\n{}", machine.since(ours(&subjects)));
    Ok(())
}

/// What the functions and this program have used so far.
fn ours(subjects: &[Subject]) -> Duration {
    let own = proc::process_cpu_time(std::process::id());
    let functions = subjects.iter().map(|subject| subject.life.process.cpu_time());
    functions.chain([own]).flatten().sum()
}

/// A function that lives for the whole run.
struct Subject {
    label: &'static str,
    life: Life,
    caller: Caller,
    kinds: Vec<(Request, Summary)>,
}

/// All requests of one kind.
struct Summary {
    latencies: Latencies,
    count: u32,
    cpu: Option<Duration>,
    logged: u64,
}

impl Summary {
    fn new() -> Self {
        Self {
            latencies: Latencies::new(),
            count: 0,
            cpu: Some(Duration::ZERO),
            logged: 0,
        }
    }

    fn merge(&mut self, turn: &Self) {
        self.latencies.merge(&turn.latencies);
        self.count += turn.count;
        self.cpu = self.cpu.zip(turn.cpu).map(|(all, turn)| all + turn);
        self.logged += turn.logged;
    }
}

impl Subject {
    async fn start(
        label: &'static str,
        binary: &Path,
        settings: &[(String, String)],
        requests: &[Request],
    ) -> Result<Self, Error> {
        let function = Function::new(binary, settings).map_err(|error| Error::NoBinary(binary.to_owned(), error))?;
        Ok(Self {
            label,
            life: Life::start(&function).await?,
            caller: Caller::default(),
            kinds: requests.iter().map(|request| (*request, Summary::new())).collect(),
        })
    }

    /// Asks for each kind so often.
    async fn take_turn(&mut self, requests: u32, hashes: u32, counts: bool) -> Result<(), Error> {
        for kind in 0..self.kinds.len() {
            let request = self.kinds[kind].0;
            let mut turn = Summary::new();
            turn.count = if request.hashes() { hashes } else { requests };
            let (cpu, logged) = self.totals().await;
            for _ in 0..turn.count {
                turn.latencies.record(self.ask(request).await?);
            }
            let (cpu_after, logged_after) = self.totals().await;
            turn.cpu = proc::between(cpu, cpu_after);
            turn.logged = logged_after - logged;
            if counts {
                self.kinds[kind].1.merge(&turn);
            }
        }
        Ok(())
    }

    /// Time on a CPU and bytes logged, of the whole life.
    async fn totals(&self) -> (Option<Duration>, u64) {
        tokio::time::sleep(SETTLE).await;
        (self.life.process.cpu_time(), self.life.process.written())
    }

    /// The time of one request that succeeds.
    async fn ask(&mut self, request: Request) -> Result<Duration, Error> {
        let event = self.caller.event(request);
        let (took, answer) = self.invoke(&event).await?;
        match self.caller.read(request, &answer) {
            Some(()) => Ok(took),
            None => Err(Error::Refused {
                request,
                answer: String::from_utf8_lossy(&answer).into_owned(),
            }),
        }
    }

    async fn invoke(&mut self, event: &Bytes) -> Result<(Duration, Bytes), Failed> {
        let invoked = async {
            let (_, poll) = self.life.poll().await?;
            self.life.invoke(poll, event).await
        };
        invoked.await.map_err(|reason: Reason| self.life.failed(reason))
    }
}

fn table(subjects: &[Subject], hashes: &Cost) -> Table {
    let mut table = Table::new([
        "function",
        "request",
        "count",
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "CPU x hash",
        "logged bytes",
        "peak MiB",
    ]);
    table.row([
        "one raw Argon2id hash".to_owned(),
        stats::NONE.to_owned(),
        hashes.count.to_string(),
        stats::millis(hashes.wall_each()),
        stats::NONE.to_owned(),
        stats::millis(hashes.cpu_each()),
        stats::ratio(hashes.cpu_each(), hashes.cpu_each()),
        stats::NONE.to_owned(),
        stats::NONE.to_owned(),
    ]);
    for subject in subjects {
        for (request, summary) in &subject.kinds {
            let cpu = summary.cpu.and_then(|cpu| cpu.checked_div(summary.count));
            table.row([
                subject.label.to_owned(),
                request.name().to_owned(),
                summary.count.to_string(),
                stats::millis(summary.latencies.median()),
                stats::millis(summary.latencies.percentile(99.0)),
                stats::millis(cpu),
                stats::ratio(cpu, hashes.cpu_each()),
                (summary.logged / u64::from(summary.count)).to_string(),
                stats::size(subject.life.process.peak_memory(), MEBIBYTE),
            ]);
        }
    }
    table
}
