//! Messages of SNS: their form, the verification of their origin, and the events of SES in them.
//!
//! Any client can post to the public endpoint, so nothing in a message is trusted before its signature has been
//! verified with a certificate from SNS. `topic` has the allowed topics and the host of SNS in their region, `envelope`
//! is the message as it is posted, `urls` the forms of the URLs in it, `certificate` the signing certificate, `fetch`
//! fetches it, and `verifier` combines these. `ses_message` parses the event of SES in the envelope. `operations`
//! decides what an event changes.

mod certificate;
mod envelope;
mod fetch;
mod ses_message;
mod topic;
mod urls;
mod verifier;

pub use certificate::CertificateError;
pub use envelope::{Body, Envelope, NotAnEnvelope};
pub use fetch::{Fetch, FetchError, Fetching, Web};
pub use ses_message::{Malformed, SesMessage};
pub use topic::{InvalidTopicArn, TopicArn};
pub use verifier::{Admitted, Refused, Verified, Verifier, VerifyError};
