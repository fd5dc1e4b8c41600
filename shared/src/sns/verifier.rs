//! From a message that somebody posted to one that SNS sent, in three steps that cost more and more: what the message itself says
//! (no I/O), its certificate (fetched once per process), its signature.

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

/// SNS tries for an hour at most to deliver a message.
const OLDEST: SignedDuration = SignedDuration::from_hours(1);

/// How far clocks may differ.
const NEWEST: SignedDuration = SignedDuration::from_mins(5);

/// SNS has one certificate per region at a time, and changes it once a year.
const MOST_CERTIFICATES: usize = 8;

/// Tells messages of SNS from others'.
pub struct Verifier {
    topics: Vec<TopicArn>,
    web: Box<dyn Fetch>,
    anchors: Cow<'static, [TrustAnchor<'static>]>,
    /// By address; verified when they were put here, and again at each use.
    certificates: Mutex<HashMap<String, Arc<Chain>>>,
}

/// A message that says of itself what a message of SNS would say.
#[derive(Debug)]
pub struct Admitted {
    envelope: Envelope,
    topic: TopicArn,
    version: SignatureVersion,
    signature: Vec<u8>,
}

/// A message that SNS sent.
#[derive(Debug)]
pub struct Verified(Envelope);

/// Why a message is not believed.
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
    /// It may be genuine; somebody may ask again.
    #[error("a certificate cannot be fetched now")]
    Unavailable(#[source] FetchError),
}

impl Verifier {
    /// Believes SNS, on the word of the authorities that browsers trust.
    pub fn new(topics: Vec<TopicArn>) -> Self {
        Self::with(
            topics,
            Box::new(Web::default()),
            Cow::Borrowed(webpki_roots::TLS_SERVER_ROOTS),
        )
    }

    /// Believes whoever has a certificate of these authorities. Code can say this, and no configuration can.
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

    /// Whether it could be a message of SNS for us, as far as the message itself can tell.
    pub fn admit(&self, envelope: Envelope, now: Timestamp) -> Result<Admitted, Refused> {
        let topic = self.topics.iter().find(|topic| topic.as_str() == envelope.topic_arn);
        let topic = topic.ok_or(Refused::Topic)?.clone();
        let sent: Timestamp = envelope.timestamp.parse().map_err(|_| Refused::Time)?;
        if sent < now - OLDEST || sent > now + NEWEST {
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

    /// Whether verifying it asks nobody.
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

    /// Subscribes as the message asks; nothing for a message of another type.
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

    /// The certificate at the address, once an authority answers for it.
    async fn fetch(&self, url: &str, names: &[String], now: Timestamp) -> Result<Arc<Chain>, VerifyError> {
        let pem = self.web.get(url).await.map_err(missing_or_unavailable)?;
        let mut chain = Chain::from_pem(&pem).map_err(Refused::from)?;
        loop {
            let error = match chain.verify(&self.anchors, names, now) {
                Ok(()) => break,
                Err(error) => error,
            };
            // Only an unknown issuer may be known once there is a certificate more.
            let issuer = match error {
                CertificateError::Untrusted(webpki::Error::UnknownIssuer) => chain.issuer_url(),
                _ => None,
            };
            let issuer = issuer.filter(|url| urls::is_issuer(url)).ok_or(Refused::from(error))?;
            chain.push(self.web.get(&issuer).await.map_err(missing_or_unavailable)?);
        }
        let chain = Arc::new(chain);
        let mut certificates = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        if certificates.len() >= MOST_CERTIFICATES {
            certificates.clear();
        }
        certificates.insert(url.to_owned(), Arc::clone(&chain));
        Ok(chain)
    }
}

/// An address with nothing behind it was made up. Anything else may be better at the next try.
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
