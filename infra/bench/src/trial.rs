//! One life of a function: started, polled, invoked cold, invoked warm, killed. How often this is done, and what becomes
//! of the numbers, is in `cold_start`.

use crate::{
    function::Function,
    life::{Failed, Life, Reason},
};
use axum::body::Bytes;
use std::time::Duration;

/// The function has sent its poll but may not sleep yet, and the kernel accounts for the time when it does.
pub const SETTLE: Duration = Duration::from_millis(2);

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

/// Starts `function`, hands `event` to it once cold and `warm` times more, and kills it.
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
