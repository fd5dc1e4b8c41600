//! What the handlers of all contracts share: the state they hold, what they know of a request, who is asking, the line that each
//! request leaves in the log, the links in mails and the pages that they lead to, and the way from a router to a Lambda function.

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
