//! Verifies that SNS sent a message, in three steps of increasing cost: the fields of the message (no I/O), its
//! certificate (fetched once per process), its signature.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use rustls::pki_types::TrustAnchor;

use super::certificate::{CertificateError, Chain, SignatureVersion};
use super::envelope::{Body, Envelope};
use super::fetch::{Fetch, FetchError, Web};
use super::topic::TopicArn;
use super::urls;

/// SNS tries to deliver a message for at most an hour.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(1);

/// The allowed clock skew.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// SNS has one certificate per region at a time, and replaces it once a year.
const MAX_CERTIFICATES: usize = 8;

/// Verifies that messages come from SNS.
pub struct Verifier {
    topics: Vec<TopicArn>,
    web: Box<dyn Fetch>,
    anchors: Cow<'static, [TrustAnchor<'static>]>,
    /// Certificates by URL; verified when they are added, and again at each use.
    certificates: Mutex<HashMap<String, Arc<Chain>>>,
}

/// A message whose fields are plausible, before its signature is verified.
#[derive(Debug)]
pub struct Admitted {
    envelope: Envelope,
    topic: TopicArn,
    version: SignatureVersion,
    signature: Vec<u8>,
}

/// A message whose signature has been verified.
#[derive(Debug)]
pub struct Verified(Envelope);

/// Why a message is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refused {
    #[error("it comes from another topic")]
    Topic,
    #[error("it is too old, or from the future, or does not say when it was sent")]
    Time,
    #[error("its signature has no known version, or is no base64")]
    Signature,
    #[error("its certificate is not at SNS")]
    CertificateUrl,
    #[error("its address of confirmation does not confirm the topic at SNS")]
    SubscribeUrl,
    #[error("SNS does not have its certificate")]
    NoCertificate,
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The message may be genuine, so a retry makes sense.
    #[error("a certificate cannot be fetched now")]
    Unavailable(#[source] FetchError),
}

impl Verifier {
    /// Trusts SNS, by the certificate authorities that browsers trust.
    pub fn new(topics: Vec<TopicArn>) -> Self {
        Self::with(
            topics,
            Box::new(Web::default()),
            Cow::Borrowed(webpki_roots::TLS_SERVER_ROOTS),
        )
    }

    /// Trusts these certificate authorities instead, which code can do, and no configuration.
    pub fn trusting(topics: Vec<TopicArn>, web: Box<dyn Fetch>, anchors: Vec<TrustAnchor<'static>>) -> Self {
        Self::with(topics, web, Cow::Owned(anchors))
    }

    fn with(topics: Vec<TopicArn>, web: Box<dyn Fetch>, anchors: Cow<'static, [TrustAnchor<'static>]>) -> Self {
        Self {
            topics,
            web,
            anchors,
            certificates: Mutex::default(),
        }
    }

    /// Checks the fields of the message without I/O: topic, time, signature version and URLs.
    pub fn admit(&self, envelope: Envelope, now: Timestamp) -> Result<Admitted, Refused> {
        let topic = self.topics.iter().find(|topic| topic.as_str() == envelope.topic_arn);
        let topic = topic.ok_or(Refused::Topic)?.clone();
        let sent: Timestamp = envelope.timestamp.parse().map_err(|_| Refused::Time)?;
        if sent < now - MAX_AGE || sent > now + MAX_SKEW {
            return Err(Refused::Time);
        }
        let version = SignatureVersion::parse(&envelope.signature_version).ok_or(Refused::Signature)?;
        let signature = STANDARD.decode(&envelope.signature).map_err(|_| Refused::Signature)?;
        if !urls::is_certificate(&envelope.signing_cert_url, &topic) {
            return Err(Refused::CertificateUrl);
        }
        if let Body::SubscriptionConfirmation { token, subscribe_url } = &envelope.body
            && !urls::is_confirmation(subscribe_url, &topic, token)
        {
            return Err(Refused::SubscribeUrl);
        }
        Ok(Admitted {
            envelope,
            topic,
            version,
            signature,
        })
    }

    /// Whether the message can be verified without a request.
    pub fn has_certificate_of(&self, message: &Admitted) -> bool {
        self.known(&message.envelope.signing_cert_url).is_some()
    }

    pub async fn verify(&self, message: Admitted, now: Timestamp) -> Result<Verified, VerifyError> {
        let names = message.topic.signing_names();
        let url = &message.envelope.signing_cert_url;
        let chain = match self.known(url) {
            Some(chain) => {
                chain.verify(&self.anchors, &names, now).map_err(Refused::from)?;
                chain
            }
            None => self.fetch(url, &names, now).await?,
        };
        let signed = message.envelope.string_to_sign();
        chain
            .verify_signature(message.version, signed.as_bytes(), &message.signature)
            .map_err(Refused::from)?;
        Ok(Verified(message.envelope))
    }

    /// Confirms the subscription of the message; does nothing for a message of another type.
    pub async fn confirm(&self, message: &Verified) -> Result<(), FetchError> {
        match &message.0.body {
            Body::SubscriptionConfirmation { subscribe_url, .. } => self.web.get(subscribe_url).await.map(drop),
            Body::Notification { .. } | Body::UnsubscribeConfirmation { .. } => Ok(()),
        }
    }

    fn known(&self, url: &str) -> Option<Arc<Chain>> {
        let certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        certificates.get(url).cloned()
    }

    /// The certificate at the URL, after its chain has been verified.
    async fn fetch(&self, url: &str, names: &[String], now: Timestamp) -> Result<Arc<Chain>, VerifyError> {
        let pem = self.web.get(url).await.map_err(missing_or_unavailable)?;
        let mut chain = Chain::from_pem(&pem).map_err(Refused::from)?;
        loop {
            let error = match chain.verify(&self.anchors, names, now) {
                Ok(()) => break,
                Err(error) => error,
            };
            // Only an unknown issuer can be resolved by fetching one more certificate.
            let issuer = match error {
                CertificateError::Untrusted(webpki::Error::UnknownIssuer) => chain.issuer_url(),
                _ => None,
            };
            let issuer = issuer.filter(|url| urls::is_issuer(url)).ok_or(Refused::from(error))?;
            chain.push(self.web.get(&issuer).await.map_err(missing_or_unavailable)?);
        }
        let chain = Arc::new(chain);
        let mut certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if certificates.len() >= MAX_CERTIFICATES {
            certificates.clear();
        }
        certificates.insert(url.to_owned(), Arc::clone(&chain));
        Ok(chain)
    }
}

/// A URL without a certificate is forged. Any other error may be transient.
fn missing_or_unavailable(error: FetchError) -> VerifyError {
    match error {
        FetchError::Status(status) if !status.is_server_error() => Refused::NoCertificate.into(),
        error => VerifyError::Unavailable(error),
    }
}

impl Verified {
    pub fn envelope(&self) -> &Envelope {
        &self.0
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}
