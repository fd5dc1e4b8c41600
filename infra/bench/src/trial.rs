//! One life of a function: started, polled, invoked cold, invoked warm, killed. `cold_start` repeats it and evaluates
//! the numbers.

use crate::{
    function::Function,
    life::{Failed, Life, Reason},
};
use axum::body::Bytes;
use std::time::Duration;

/// The function has sent its poll but may still be running, and the kernel accounts for the time when it sleeps.
pub const SETTLE: Duration = Duration::from_millis(2);

/// The measurements of one life.
#[derive(Debug)]
pub struct Trial {
    /// The time from just before the creation of the process to the arrival of its first poll.
    pub first_poll: Duration,
    /// CPU time until then.
    pub cpu: Option<Duration>,
    /// The time from sending the first event to the arrival of its response.
    pub first_response: Duration,
    /// The same for the later events.
    pub warm: Vec<Duration>,
    /// The total over the whole life, in bytes.
    pub peak_memory: Option<u64>,
    /// The HTTP status of the first response, if it is an HTTP response.
    pub status: Option<u64>,
}

/// Starts `function`, sends `event` to it once cold and `warm` more times, and kills it.
pub async fn run(function: &Function, event: &Bytes, warm: usize) -> Result<Trial, Failed> {
    let mut life = Life::start(function).await?;
    match measure(&mut life, event, warm).await {
        Ok(trial) => Ok(trial),
        Err(reason) => Err(life.failed(reason)),
    }
}

async fn measure(life: &mut Life, event: &Bytes, warm: usize) -> Result<Trial, Reason> {
    let (polled, mut poll) = life.poll().await?;
    tokio::time::sleep(SETTLE).await;
    let cpu = life.process.cpu_time();
    let (first_response, answer) = life.invoke(poll, event).await?;
    let mut latencies = Vec::with_capacity(warm);
    for _ in 0..warm {
        (_, poll) = life.poll().await?;
        latencies.push(life.invoke(poll, event).await?.0);
    }
    Ok(Trial {
        first_poll: polled.duration_since(life.process.started),
        cpu,
        first_response,
        warm: latencies,
        peak_memory: life.process.peak_memory(),
        status: status(&answer),
    })
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
}
