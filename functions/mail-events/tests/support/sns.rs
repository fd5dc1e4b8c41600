//! Who signs messages as SNS does.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData, SignatureAlgorithm};
use rsa::pkcs1::EncodeRsaPublicKey;
use rsa::pkcs1v15::SigningKey;
use rsa::signature::{SignatureEncoding, Signer};
use rsa::{RsaPrivateKey, rand_core::OsRng};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::Sha256;
use shared::sns::{TopicArn, Verifier};

use super::authority::{ISSUER_URL, VALID};
use super::{Authority, Web};

pub const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:mail-events";
pub const HOST: &str = "https://sns.us-east-1.amazonaws.com";
pub const CERTIFICATE: &str =
    "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem";
/// The name that SNS's own certificates have.
pub const NAME: &str = "sns.amazonaws.com";
/// When the tests' clock stands still.
pub const NOW: &str = "2026-01-31T12:00:00.000Z";

/// Made once: it takes a moment.
static KEY: LazyLock<RsaPrivateKey> = LazyLock::new(|| RsaPrivateKey::new(&mut OsRng, 2048).unwrap());

pub struct Sns {
    pub web: Web,
    pub authority: Authority,
}

/// The public half of the key, for its certificates.
pub struct PublicKey(Vec<u8>);

impl Sns {
    pub fn new() -> Self {
        let sns = Self {
            web: Web::default(),
            authority: Authority::new(),
        };
        sns.web
            .serve(CERTIFICATE, sns.authority.certify(&public_key(), NAME, VALID));
        sns.web.serve(ISSUER_URL, sns.authority.between_der());
        sns
    }

    /// A verifier that trusts this SNS.
    pub fn verifier(&self, topics: &[&str]) -> Verifier {
        let topics = topics.iter().map(|topic| TopicArn::parse(topic).unwrap()).collect();
        Verifier::trusting(topics, Box::new(self.web.clone()), vec![self.authority.anchor()])
    }
}

impl PublicKeyData for PublicKey {
    fn der_bytes(&self) -> &[u8] {
        &self.0
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

pub fn public_key() -> PublicKey {
    PublicKey(KEY.to_public_key().to_pkcs1_der().unwrap().as_bytes().to_vec())
}

/// A key that is no RSA key.
pub fn other_key() -> KeyPair {
    KeyPair::generate().unwrap()
}

/// A signed notification with this text.
pub fn notification(message: &str) -> Value {
    signed(unsigned(message))
}

pub fn unsigned(message: &str) -> Value {
    json!({
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Message": message,
        "Timestamp": NOW,
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": format!("{HOST}/?Action=Unsubscribe&SubscriptionArn={TOPIC}:c9135db0"),
    })
}

/// An offer to subscribe, or the end of a subscription; not yet signed.
pub fn offer(kind: &str) -> Value {
    let mut message = unsigned("You have chosen to subscribe to the topic.\nVisit the SubscribeURL.");
    message["Type"] = json!(kind);
    message["Token"] = json!("2336412f37");
    message["SubscribeURL"] = json!(subscribe_url());
    message
}

pub fn subscribe_url() -> String {
    format!("{HOST}/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336412f37")
}

/// Signs the message in the version that it says.
pub fn signed(mut message: Value) -> Value {
    let text = string_to_sign(&message);
    let signature = if message["SignatureVersion"] == "1" {
        SigningKey::<Sha1>::new(KEY.clone()).sign(text.as_bytes()).to_vec()
    } else {
        SigningKey::<Sha256>::new(KEY.clone()).sign(text.as_bytes()).to_vec()
    };
    message["Signature"] = json!(STANDARD.encode(signature));
    message
}

/// As AWS documents it, field by field.
fn string_to_sign(message: &Value) -> String {
    let fields: &[&str] = if message["Type"] == "Notification" {
        &["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    } else {
        &[
            "Message",
            "MessageId",
            "SubscribeURL",
            "Timestamp",
            "Token",
            "TopicArn",
            "Type",
        ]
    };
    let present = fields
        .iter()
        .filter_map(|name| Some((name, message.get(*name)?.as_str()?)));
    present.flat_map(|(name, value)| [name, "\n", value, "\n"]).collect()
}
