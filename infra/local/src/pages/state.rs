//! The state that the pages show.

use std::path::Path;
use std::sync::Arc;

use local_aws::LocalAws;
use shared::domain::Contract;

use crate::audit::AuditTrail;
use crate::calls::Calls;
use crate::subscription::Subscription;

#[derive(Debug, Clone)]
pub(crate) struct Pages {
    /// The contracts that are served.
    pub(crate) contracts: Vec<Contract>,
    /// Where this machine reaches the service.
    pub(crate) url: Arc<str>,
    pub(crate) aws_endpoint: Arc<str>,
    pub(crate) aws: Arc<LocalAws>,
    pub(crate) calls: Arc<Calls>,
    /// Whether events are published.
    pub(crate) has_events: bool,
    pub(crate) audit: Arc<AuditTrail>,
    pub(crate) mail_events: Arc<Subscription>,
    /// The folder of the documentation as a site, which may be missing.
    pub(crate) book: Arc<Path>,
    /// The URL that links in mails begin with.
    pub(crate) public_url: Arc<str>,
}
