//! Messages of SNS: what they look like, whether they really come from it, and what SES says in them.
//!
//! Whoever knows the address can post to the public endpoint, so nothing in a message is believed before its signature was
//! checked, with a certificate that SNS itself hands out. `topic` names who may speak at all and where SNS of that region is,
//! `envelope` is the message as it is posted, `urls` the forms of the addresses in it, `certificate` what signed it, `fetch` the
//! way to the certificate, and `verifier` holds all of this together. `ses_message` reads what SES put into the envelope. What a
//! report brings about is for `operations`.

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
