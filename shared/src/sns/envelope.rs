//! A message as SNS posts it
//! (<https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html> and the two pages after it).

use serde::Deserialize;

/// A message before verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub message_id: String,
    pub topic_arn: String,
    pub message: String,
    /// The time as text, because the signature is over the text.
    pub timestamp: String,
    pub signature_version: String,
    pub signature: String,
    pub signing_cert_url: String,
    pub body: Body,
}

/// The fields that depend on the type of the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Notification { subject: Option<String> },
    SubscriptionConfirmation { token: String, subscribe_url: String },
    UnsubscribeConfirmation { token: String, subscribe_url: String },
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a message of SNS")]
pub struct NotAnEnvelope;

/// The fields of all three types. A repeated field is an error, because parsers differ in which of the two they use.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    #[serde(rename = "Type")]
    kind: String,
    message_id: String,
    topic_arn: String,
    message: String,
    subject: Option<String>,
    timestamp: String,
    signature_version: String,
    signature: String,
    #[serde(rename = "SigningCertURL")]
    signing_cert_url: String,
    token: Option<String>,
    #[serde(rename = "SubscribeURL")]
    subscribe_url: Option<String>,
}

impl Envelope {
    pub fn parse(text: &str) -> Result<Self, NotAnEnvelope> {
        let fields: Fields = serde_json::from_str(text).map_err(|_| NotAnEnvelope)?;
        let confirmed = fields.token.zip(fields.subscribe_url);
        let body = match fields.kind.as_str() {
            "Notification" => Body::Notification {
                subject: fields.subject,
            },
            "SubscriptionConfirmation" => confirmed
                .map(|(token, subscribe_url)| Body::SubscriptionConfirmation { token, subscribe_url })
                .ok_or(NotAnEnvelope)?,
            "UnsubscribeConfirmation" => confirmed
                .map(|(token, subscribe_url)| Body::UnsubscribeConfirmation { token, subscribe_url })
                .ok_or(NotAnEnvelope)?,
            _ => return Err(NotAnEnvelope),
        };
        if !is_id(&fields.message_id) {
            return Err(NotAnEnvelope);
        }
        Ok(Self {
            message_id: fields.message_id,
            topic_arn: fields.topic_arn,
            message: fields.message,
            timestamp: fields.timestamp,
            signature_version: fields.signature_version,
            signature: fields.signature,
            signing_cert_url: fields.signing_cert_url,
            body,
        })
    }

    /// The value of `Type`.
    pub fn kind(&self) -> &'static str {
        match self.body {
            Body::Notification { .. } => "Notification",
            Body::SubscriptionConfirmation { .. } => "SubscriptionConfirmation",
            Body::UnsubscribeConfirmation { .. } => "UnsubscribeConfirmation",
        }
    }

    /// The signed text: names and values in the order of the names, each followed by a newline. `TopicArn` and `Type`
    /// are last and their values have no newlines, so no text in a message can be mistaken for one of them.
    pub(super) fn string_to_sign(&self) -> String {
        let mut pairs = vec![
            ("Message", self.message.as_str()),
            ("MessageId", &self.message_id),
            ("Timestamp", &self.timestamp),
            ("TopicArn", &self.topic_arn),
            ("Type", self.kind()),
        ];
        match &self.body {
            Body::Notification { subject } => pairs.extend(subject.as_deref().map(|subject| ("Subject", subject))),
            Body::SubscriptionConfirmation { token, subscribe_url }
            | Body::UnsubscribeConfirmation { token, subscribe_url } => {
                pairs.extend([("SubscribeURL", subscribe_url.as_str()), ("Token", token)]);
            }
        }
        pairs.sort_unstable_by_key(|(name, _)| *name);
        pairs
            .iter()
            .flat_map(|(name, value)| [name, "\n", value, "\n"])
            .collect()
    }
}

fn is_id(text: &str) -> bool {
    let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=100).contains(&text.len()) && text.bytes().all(is_sound)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn notification() -> Value {
        json!({
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic",
            "Subject": "My First Message",
            "Message": "Hello\nworld!",
            "Timestamp": "2012-05-02T00:54:06.655Z",
            "SignatureVersion": "1",
            "Signature": "c2lnbmVk",
            "SigningCertURL": "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-0a.pem",
            "UnsubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
        })
    }

    fn confirmation(kind: &str) -> Value {
        let mut message = notification();
        message["Type"] = json!(kind);
        message["Token"] = json!("2336");
        message["SubscribeURL"] = json!("https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription");
        message
    }

    fn signed(message: &Value) -> String {
        Envelope::parse(&message.to_string())
            .expect("an envelope")
            .string_to_sign()
    }

    #[test]
    fn a_notification_is_signed_with_its_subject() {
        assert_eq!(
            signed(&notification()),
            "Message\nHello\nworld!\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\nSubject\nMy First Message\n\
             Timestamp\n2012-05-02T00:54:06.655Z\nTopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\n\
             Type\nNotification\n"
        );
    }

    #[test]
    fn an_absent_subject_is_not_signed() {
        let mut without = notification();
        without.as_object_mut().expect("an object").remove("Subject");
        assert!(!signed(&without).contains("Subject"));
        without["Subject"] = Value::Null;
        assert!(!signed(&without).contains("Subject"));
        without["Subject"] = json!("");
        assert!(signed(&without).contains("\nSubject\n\n"));
    }

    #[test]
    fn a_confirmation_is_signed_with_its_address_and_token() {
        for kind in ["SubscriptionConfirmation", "UnsubscribeConfirmation"] {
            assert_eq!(
                signed(&confirmation(kind)),
                format!(
                    "Message\nHello\nworld!\nMessageId\n22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324\n\
                     SubscribeURL\nhttps://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription\n\
                     Timestamp\n2012-05-02T00:54:06.655Z\nToken\n2336\n\
                     TopicArn\narn:aws:sns:us-west-2:123456789012:MyTopic\nType\n{kind}\n"
                )
            );
        }
    }

    #[test]
    fn a_message_without_a_required_field_is_refused() {
        for part in [
            "Type",
            "MessageId",
            "TopicArn",
            "Message",
            "Timestamp",
            "SignatureVersion",
            "Signature",
            "SigningCertURL",
            "Token",
            "SubscribeURL",
        ] {
            for wrong in [None, Some(Value::Null), Some(json!(1)), Some(json!(["x"]))] {
                let mut message = confirmation("SubscriptionConfirmation");
                match wrong {
                    Some(value) => message[part] = value,
                    None => drop(message.as_object_mut().expect("an object").remove(part)),
                }
                assert_eq!(Envelope::parse(&message.to_string()), Err(NotAnEnvelope), "{part}");
            }
        }
    }

    #[test]
    fn other_content_is_refused() {
        let twice =
            notification()
                .to_string()
                .replacen('{', r#"{"TopicArn":"arn:aws:sns:us-west-2:123456789012:Other","#, 1);
        let mut kind = notification();
        kind["Type"] = json!("Notification\nSubscriptionConfirmation");
        let mut id = notification();
        id["MessageId"] = json!("a\nTopicArn\nb");
        for text in [
            "",
            "null",
            "[]",
            "{}",
            "Hello",
            &twice,
            &kind.to_string(),
            &id.to_string(),
        ] {
            assert_eq!(Envelope::parse(text), Err(NotAnEnvelope), "{text}");
        }
    }
}
