//! One life of a function: started, polled, invoked cold, invoked warm, killed. How often this is done, and what becomes
//! of the numbers, is in `cold_start`.

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

/// Lambda's limit of the init phase; no invocation of a benchmark may take longer either.
const STEP_LIMIT: Duration = Duration::from_secs(10);
/// The function has sent its poll but may not sleep yet, and the kernel accounts for the time when it does.
const SETTLE: Duration = Duration::from_millis(2);

/// What one life has shown.
#[derive(Debug)]
pub struct Trial {
    /// From just before the process was made to the arrival of its first poll.
    pub first_poll: Duration,
    /// Time on a CPU until then.
    pub cpu: Option<Duration>,
    /// From handing out the first event to the arrival of its answer.
    pub first_response: Duration,
    /// The same of the later events.
    pub warm: Vec<Duration>,
    /// Of the whole life, in bytes.
    pub peak_memory: Option<u64>,
    /// The HTTP status in the first answer, if it is an HTTP answer.
    pub status: Option<u64>,
}

/// A function that could not be measured.
#[derive(Debug, thiserror::Error)]
#[error("{function} {reason}{}", last_output(.log))]
pub struct Failed {
    function: String,
    reason: Reason,
    log: String,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("could not be started: {0}")]
    NotStarted(io::Error),
    #[error("died ({0}) {1}")]
    Died(ExitStatus, Phase),
    #[error("could not be watched: {0}")]
    NotWatched(io::Error),
    #[error("did nothing for {STEP_LIMIT:?} {0}")]
    Silent(Phase),
    #[error("answered an init error: {0}")]
    InitError(String),
    #[error("answered an error to the event: {0}")]
    InvocationError(String),
    #[error("broke the protocol {0}")]
    Protocol(Phase),
}

/// What the function was expected to do.
#[derive(Clone, Copy, Debug)]
enum Phase {
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

/// Starts `function`, hands `event` to it once cold and `warm` times more, and kills it.
pub async fn run(function: &Function, event: &Bytes, warm: usize) -> Result<Trial, Failed> {
    let failed = |reason, log| Failed {
        function: function.name.clone(),
        reason,
        log,
    };
    let api = RuntimeApi::start()
        .await
        .map_err(|error| failed(Reason::NotStarted(error), String::new()))?;
    let process = function
        .start(api.address())
        .map_err(|error| failed(Reason::NotStarted(error), String::new()))?;
    let mut life = Life { api, process };
    match life.measure(event, warm).await {
        Ok(trial) => Ok(trial),
        Err(reason) => Err(failed(reason, life.process.into_log())),
    }
}

struct Life {
    api: RuntimeApi,
    process: Process,
}

impl Life {
    async fn measure(&mut self, event: &Bytes, warm: usize) -> Result<Trial, Reason> {
        let (polled, mut poll) = self.poll().await?;
        tokio::time::sleep(SETTLE).await;
        let cpu = self.process.cpu_time();
        let (first_response, answer) = self.invoke(poll, event).await?;
        let mut latencies = Vec::with_capacity(warm);
        for _ in 0..warm {
            (_, poll) = self.poll().await?;
            latencies.push(self.invoke(poll, event).await?.0);
        }
        Ok(Trial {
            first_poll: polled.duration_since(self.process.started),
            cpu,
            first_response,
            warm: latencies,
            peak_memory: self.process.peak_memory(),
            status: status(&answer),
        })
    }

    async fn poll(&mut self) -> Result<(Instant, oneshot::Sender<Bytes>), Reason> {
        match self.call(Phase::Poll).await? {
            Call::Next { at, event } => Ok((at, event)),
            call => Err(unexpected(&call, Phase::Poll)),
        }
    }

    async fn invoke(&mut self, poll: oneshot::Sender<Bytes>, event: &Bytes) -> Result<(Duration, Bytes), Reason> {
        let handed_out = Instant::now();
        // A function that has gone meanwhile is noticed by the wait for its answer.
        drop(poll.send(event.clone()));
        match self.call(Phase::Answer).await? {
            Call::Response { at, body } => Ok((at.duration_since(handed_out), body)),
            call => Err(unexpected(&call, Phase::Answer)),
        }
    }

    async fn call(&mut self, phase: Phase) -> Result<Call, Reason> {
        tokio::select! {
            // A function that reports an error and exits at once has reported it.
            biased;
            call = self.api.next_call() => Ok(call),
            exited = self.process.exited() => Err(match exited {
                Ok(status) => Reason::Died(status, phase),
                Err(error) => Reason::NotWatched(error),
            }),
            () = tokio::time::sleep(STEP_LIMIT) => Err(Reason::Silent(phase)),
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

fn status(answer: &[u8]) -> Option<u64> {
    serde_json::from_slice::<serde_json::Value>(answer)
        .ok()?
        .get("statusCode")?
        .as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_of_an_http_answer() {
        assert_eq!(status(br#"{"statusCode":404,"body":"{}"}"#), Some(404));
        assert_eq!(status(br#"{"batchItemFailures":[]}"#), None);
        assert_eq!(status(b"null"), None);
    }

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
