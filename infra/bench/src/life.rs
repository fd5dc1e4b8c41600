//! A function's process with its Runtime API, and the errors that can occur between the two. The requests and the
//! measurements are in `trial` and `warm`.

use crate::{
    function::{Function, Process},
    runtime_api::{Call, RuntimeApi},
};
use axum::body::Bytes;
use std::{
    fmt, io,
    process::ExitStatus,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Lambda's limit of the init phase, which also limits each timed invocation.
const STEP_LIMIT: Duration = Duration::from_secs(10);

/// A function that could not be measured.
#[derive(Debug, thiserror::Error)]
#[error("{function} {reason}{}", last_output(.log))]
pub struct Failed {
    function: String,
    reason: Reason,
    log: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Reason {
    #[error("could not be started: {0}")]
    NotStarted(io::Error),
    #[error("died ({0}) {1}")]
    Died(ExitStatus, Phase),
    #[error("could not be watched: {0}")]
    NotWatched(io::Error),
    #[error("did nothing for {0:?} {1}")]
    Silent(Duration, Phase),
    #[error("could not be ended: {0}")]
    NotEnded(io::Error),
    #[error("answered an init error: {0}")]
    InitError(String),
    #[error("answered an error to the event: {0}")]
    InvocationError(String),
    #[error("broke the protocol {0}")]
    Protocol(Phase),
}

/// The expected action of the function.
#[derive(Clone, Copy, Debug)]
pub enum Phase {
    Poll,
    Answer,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poll => "before it asked for an event",
            Self::Answer => "before it answered an event",
        })
    }
}

fn last_output(log: &str) -> String {
    match log {
        "" => "; it wrote nothing".to_owned(),
        log => format!("; the end of its output:\n{log}"),
    }
}

/// The time since which a function waits for an event, and the means to end the wait.
pub type Poll = (Instant, oneshot::Sender<Bytes>);

/// Dropping it kills the process.
#[derive(Debug)]
pub struct Life {
    function: String,
    api: RuntimeApi,
    pub process: Process,
    /// The time limit for the function to request an event, or to answer one.
    pub step_limit: Duration,
}

impl Life {
    pub async fn start(function: &Function) -> Result<Self, Failed> {
        let not_started = |error| Failed {
            function: function.name.clone(),
            reason: Reason::NotStarted(error),
            log: String::new(),
        };
        let api = RuntimeApi::start().await.map_err(not_started)?;
        let process = function.start(api.address()).map_err(not_started)?;
        Ok(Self {
            function: function.name.clone(),
            api,
            process,
            step_limit: STEP_LIMIT,
        })
    }

    /// Kills the process and returns the end of its output.
    pub fn failed(&mut self, reason: Reason) -> Failed {
        Failed {
            function: self.function.clone(),
            reason,
            log: self.process.end_of_log(),
        }
    }

    pub async fn poll(&mut self) -> Result<Poll, Reason> {
        match self.call(Phase::Poll).await? {
            Call::Next { at, event } => Ok((at, event)),
            call => Err(unexpected(&call, Phase::Poll)),
        }
    }

    /// The time until the response arrived, and the response.
    pub async fn invoke(&mut self, poll: oneshot::Sender<Bytes>, event: &Bytes) -> Result<(Duration, Bytes), Reason> {
        let handed_out = Instant::now();
        // If the function has exited, the wait for its response reports it.
        drop(poll.send(event.clone()));
        match self.call(Phase::Answer).await? {
            Call::Response { at, body } => Ok((at.duration_since(handed_out), body)),
            call => Err(unexpected(&call, Phase::Answer)),
        }
    }

    /// Ends the process as Lambda does, so that it can still write.
    pub async fn end(&mut self) -> Result<(), Failed> {
        self.process
            .terminate()
            .await
            .map_err(|error| self.failed(Reason::NotEnded(error)))
    }

    async fn call(&mut self, phase: Phase) -> Result<Call, Reason> {
        tokio::select! {
            // A function that reports an error and exits immediately has reported it.
            biased;
            call = self.api.next_call() => Ok(call),
            exited = self.process.exited() => Err(match exited {
                Ok(status) => Reason::Died(status, phase),
                Err(error) => Reason::NotWatched(error),
            }),
            () = tokio::time::sleep(self.step_limit) => Err(Reason::Silent(self.step_limit, phase)),
        }
    }
}

fn unexpected(call: &Call, phase: Phase) -> Reason {
    let text = |body: &Bytes| String::from_utf8_lossy(body).into_owned();
    match call {
        Call::InitError { body } => Reason::InitError(text(body)),
        Call::InvocationError { body } => Reason::InvocationError(text(body)),
        Call::Next { .. } | Call::Response { .. } => Reason::Protocol(phase),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_function_and_what_it_wrote() {
        let reason = unexpected(
            &Call::InitError {
                body: Bytes::from_static(b"no table"),
            },
            Phase::Poll,
        );
        let failed = Failed {
            function: "session".to_owned(),
            reason,
            log: "TABLE is not set".to_owned(),
        };
        let message = "session answered an init error: no table; the end of its output:\nTABLE is not set";
        assert_eq!(failed.to_string(), message);
    }
}
