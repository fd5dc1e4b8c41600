//! The one state that all routers hold.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;

use super::RequestLog;
use crate::clock::Clock;
use crate::config::Config;
use crate::operations::Core;

#[derive(Debug, Clone)]
pub struct AppState(Arc<App>);

pub struct App {
    pub core: Core,
    pub config: Config,
    pub clock: Arc<dyn Clock>,
    /// When this process, or the service under test, began.
    pub started_at: Timestamp,
    pub request_log: RequestLog,
}

impl AppState {
    pub fn new(core: Core, config: Config, clock: Arc<dyn Clock>, request_log: RequestLog) -> Self {
        Self(Arc::new(App {
            core,
            config,
            started_at: clock.now(),
            clock,
            request_log,
        }))
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("core", &self.core).finish_non_exhaustive()
    }
}
