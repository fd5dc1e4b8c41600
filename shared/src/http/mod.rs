//! What the handlers of all contracts share, and what knows none of them: the state, the metadata of a request,
//! authentication, the line of each request in the log, and HTML pages.

pub mod caller;
mod configuration;
pub mod cors;
pub mod known_device;
pub mod logs;
pub mod meta;
pub mod metrics;
pub mod origin;
pub mod pages;
pub mod request_cookies;
pub mod request_log;
pub mod retry;
pub mod state;
pub mod token_headers;

pub use meta::Meta;
pub use request_log::{RequestLog, RequestRecord};
pub use state::AppState;
