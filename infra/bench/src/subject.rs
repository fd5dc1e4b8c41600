//! A function that stays alive and handles the repeated requests of one user.

use crate::{
    caller::{Caller, Request},
    function::Function,
    life::{Failed, Life, Reason},
    proc,
    stats::Latencies,
    trial::SETTLE,
};
use axum::body::Bytes;
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} cannot be found; `cargo build --release -p PACKAGE` makes one", .0.display())]
    NoBinary(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("{} was answered with {answer}", request.name())]
    Refused { request: Request, answer: String },
}

pub fn function(binary: &Path, settings: &[(String, String)]) -> Result<Function, Error> {
    Function::new(binary, settings).map_err(|error| Error::NoBinary(binary.to_owned(), error))
}

/// The CPU time of this program and the functions so far.
pub fn cpu_time_of_all(subjects: &[Subject]) -> Duration {
    let own = proc::process_cpu_time(std::process::id());
    let functions = subjects.iter().map(|subject| subject.life.process.cpu_time());
    functions.chain([own]).flatten().sum()
}

/// A function that lives for the whole run.
pub struct Subject {
    pub label: &'static str,
    pub life: Life,
    caller: Caller,
    pub kinds: Vec<(Request, Summary)>,
}

/// The results of all requests of one kind.
pub struct Summary {
    pub latencies: Latencies,
    pub count: u32,
    cpu: Option<Duration>,
    pub logged: u64,
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

    pub fn cpu_each(&self) -> Option<Duration> {
        self.cpu?.checked_div(self.count)
    }

    fn merge(&mut self, turn: &Self) {
        self.latencies.merge(&turn.latencies);
        self.count += turn.count;
        self.cpu = self.cpu.zip(turn.cpu).map(|(all, turn)| all + turn);
        self.logged += turn.logged;
    }
}

impl Subject {
    pub async fn start(label: &'static str, function: &Function, requests: &[Request]) -> Result<Self, Error> {
        Ok(Self {
            label,
            life: Life::start(function).await?,
            caller: Caller::default(),
            kinds: requests.iter().map(|request| (*request, Summary::new())).collect(),
        })
    }

    /// With the credentials that another function has issued.
    pub fn acting_as(self, caller: Caller) -> Self {
        Self { caller, ..self }
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Sends this many requests of each kind.
    pub async fn take_turn(&mut self, requests: u32, hashes: u32, counts: bool) -> Result<(), Error> {
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

    /// CPU time and bytes logged, over the whole life.
    async fn totals(&self) -> (Option<Duration>, u64) {
        tokio::time::sleep(SETTLE).await;
        (self.life.process.cpu_time(), self.life.process.written())
    }

    /// The time of one successful request.
    pub async fn ask(&mut self, request: Request) -> Result<Duration, Error> {
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
