//! What the handlers of all contracts share: their state, the metadata and authentication of a request, the log, links
//! in mails and their pages, and running a router as a Lambda function.

pub mod caller;
pub mod link;
pub mod logs;
pub mod meta;
pub mod pages;
pub mod request_log;
pub mod retry;
pub mod serve;
pub mod state;
pub mod unknown;

pub use link::Link;
pub use meta::Meta;
pub use request_log::{RequestLog, RequestRecord};
pub use serve::{Routes, app};
pub use state::AppState;
