//! The machine and its other load during a run: the context of times that others cannot reproduce.

use crate::proc;
use std::{
    thread,
    time::{Duration, Instant},
};

/// The machine at the beginning of a run.
#[derive(Debug)]
pub struct Machine {
    started: Instant,
    load: String,
    busy: Option<Duration>,
    ours: Duration,
}

impl Machine {
    /// `ours` is the CPU time of the run's own processes so far.
    pub fn now(ours: Duration) -> Self {
        Self {
            started: Instant::now(),
            load: proc::load_average().unwrap_or_default(),
            busy: proc::machine_cpu_time(),
            ours,
        }
    }

    /// Describes the disturbances of the run since then.
    pub fn since(&self, ours: Duration) -> String {
        let took = self.started.elapsed();
        let busy = proc::between(self.busy, proc::machine_cpu_time());
        let others = busy.map(|busy| busy.saturating_sub(ours.saturating_sub(self.ours)));
        let others = others.map_or("an unknown part".to_owned(), |others| {
            format!("{:.0} %", 100.0 * others.as_secs_f64() / took.as_secs_f64())
        });
        format!(
            "{} x {}. The run took {:.0} s, in which other programs had {others} of one processor. Load before: {}; after: {}.",
            thread::available_parallelism().map_or(1, usize::from),
            proc::processor().unwrap_or_else(|| "unknown processor".to_owned()),
            took.as_secs_f64(),
            self.load,
            proc::load_average().unwrap_or_default(),
        )
    }
}
