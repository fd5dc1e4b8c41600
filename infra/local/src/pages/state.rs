//! The state that the pages show.

use std::sync::Arc;

use local_aws::LocalAws;

use crate::calls::Calls;
use crate::subscription::Subscription;

#[derive(Debug, Clone)]
pub(crate) struct Pages {
    pub(crate) aws: Arc<LocalAws>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) mail_events: Arc<Subscription>,
    /// The URL that links in mails begin with.
    pub(crate) public_url: Arc<str>,
}
