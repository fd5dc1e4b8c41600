//! Events of SES in both formats, complete and incomplete.

use serde_json::{Value, json};

use super::*;

const AT: &str = "2026-01-31T11:59:59.250Z";

/// An event in the form that both formats share, except for the name of the type member.
fn report(kind: &str, name: &str, part: Value) -> Value {
    let mut report = json!({
        "eventType": kind,
        "mail": {
            "timestamp": "2026-01-31T11:59:00.000Z",
            "messageId": "0100019c14b5e1c2-6a3e1f60-000000",
            "destination": ["ada@example.com"],
            "source": "Ostiary <no-reply@example.com>",
            "tags": { "kind": ["verify-email"] },
        },
    });
    report[name] = part;
    report
}

fn all() -> Vec<(Value, MailEventKind, &'static str)> {
    let bounce = |kind: &str, sub: &str| {
        json!({
            "bounceType": kind, "bounceSubType": sub, "timestamp": AT, "feedbackId": "x",
            "bouncedRecipients": [{ "emailAddress": "Ada@example.com", "action": "failed", "status": "5.1.1" }],
        })
    };
    let bounced = |permanence, reason| MailEventKind::Bounce {
        permanence,
        reason: Label::of(reason).unwrap(),
    };
    let complaint = json!({
        "complainedRecipients": [{ "emailAddress": "ada@example.com" }], "timestamp": AT,
        "complaintFeedbackType": "abuse", "complaintSubType": null,
    });
    let complained = MailEventKind::Complaint {
        feedback: Label::of("abuse"),
    };
    let delivery = json!({ "timestamp": AT, "recipients": ["ada@example.com"], "smtpResponse": "250 OK" });
    let delay = json!({
        "delayType": "MailboxFull", "timestamp": AT, "delayedRecipients": [{ "emailAddress": "ada@example.com" }],
    });
    vec![
        (
            report("Bounce", "bounce", bounce("Permanent", "General")),
            bounced(Permanence::Permanent, "General"),
            AT,
        ),
        (
            report("Bounce", "bounce", bounce("Transient", "MailboxFull")),
            bounced(Permanence::Transient, "MailboxFull"),
            AT,
        ),
        (
            report("Bounce", "bounce", bounce("Undetermined", "Undetermined")),
            bounced(Permanence::Undetermined, "Undetermined"),
            AT,
        ),
        (report("Complaint", "complaint", complaint), complained, AT),
        (report("Delivery", "delivery", delivery), MailEventKind::Delivery, AT),
        (
            report("Reject", "reject", json!({ "reason": "Bad content" })),
            MailEventKind::Reject,
            "2026-01-31T11:59:00Z",
        ),
        (
            report("DeliveryDelay", "deliveryDelay", delay),
            MailEventKind::DeliveryDelay,
            AT,
        ),
    ]
}

#[test]
fn every_type_is_parsed_in_both_formats() {
    for (mut report, kind, at) in all() {
        for format in ["eventType", "notificationType"] {
            let fields = report.as_object_mut().unwrap();
            let name = fields
                .remove("eventType")
                .or_else(|| fields.remove("notificationType"))
                .unwrap();
            report[format] = name.clone();
            let Ok(SesMessage::Report { name: read, event }) = SesMessage::parse(&report.to_string()) else {
                panic!("not read: {report}");
            };
            assert_eq!(read, name);
            assert_eq!(event.kind, kind);
            assert_eq!(event.at, at.parse().unwrap());
            assert_eq!(event.message_id.to_string(), "0100019c14b5e1c2-6a3e1f60-000000");
            assert_eq!(event.recipients, [EmailAddress::parse("ada@example.com").unwrap()]);
        }
    }
}

#[test]
fn other_messages_are_ignored() {
    for text in [
        "",
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[]",
        "{}",
        r#"{"eventType": 1}"#,
        r#"{"eventType": "Open", "open": {}}"#,
        r#"{"eventType": "Send", "mail": {}, "send": {}}"#,
        r#"{"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"}"#,
    ] {
        assert_eq!(SesMessage::parse(text), Ok(SesMessage::Other), "{text}");
    }
}

#[test]
fn an_incomplete_event_is_an_error() {
    for (report, ..) in all() {
        let broken = |change: &dyn Fn(&mut Value)| {
            let mut report = report.clone();
            change(&mut report);
            assert!(SesMessage::parse(&report.to_string()).is_err(), "{report}");
        };
        broken(&|report| drop(report.as_object_mut().unwrap().remove("mail")));
        broken(&|report| report["mail"]["messageId"] = json!("a#b"));
        broken(&|report| report["mail"]["timestamp"] = json!("yesterday"));
        for part in ["bounce", "complaint", "delivery", "deliveryDelay"] {
            if report.get(part).is_some() {
                broken(&|report| drop(report.as_object_mut().unwrap().remove(part)));
                broken(&|report| report[part]["timestamp"] = json!(1));
            }
        }
    }
}

#[test]
fn recipients_are_valid_addresses_and_limited_in_number() {
    let many: Vec<_> = (0..200).map(|n| json!(format!("user{n}@example.com"))).collect();
    assert_eq!(count(&json!(many), &json!(many)), MAX_RECIPIENTS);
    let spellings = json!(["nobody", "ada@example.com", "ADA@example.com", "a\nb@example.com"]);
    assert_eq!(count(&json!(["ada@example.com"]), &spellings), 1);
}

/// How many recipients of the mail the report names.
fn count(destination: &Value, reported: &Value) -> usize {
    let part = json!({ "timestamp": AT, "recipients": reported });
    let mut report = report("Delivery", "delivery", part);
    report["mail"]["destination"] = destination.clone();
    match SesMessage::parse(&report.to_string()) {
        Ok(SesMessage::Report { event, .. }) => event.recipients.len(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn another_spelling_of_the_recipient_is_the_same_address() {
    let destination = json!(["ada@xn--mnchen-3ya.example"]);
    for spelling in [
        "ada@xn--mnchen-3ya.example",
        "<ada@xn--mnchen-3ya.example>",
        " <ADA@XN--MNCHEN-3YA.example> ",
        "Ada Lovelace <ada@xn--mnchen-3ya.example>",
        "\"Lovelace, Ada\" <ada@xn--mnchen-3ya.example>",
        "ada@xn--mnchen-3ya.example (Ada)",
        "rfc822; ada@xn--mnchen-3ya.example",
        "RFC822;<ada@xn--mnchen-3ya.example>",
        "ada@m\u{fc}nchen.example",
        "<ada@xn--mnchen-3ya.example>\r\n",
    ] {
        assert_eq!(count(&destination, &json!([spelling])), 1, "{spelling:?}");
    }
}

#[test]
fn an_address_that_the_mail_was_not_sent_to_is_foreign() {
    for foreign in [
        "eve@example.com",
        "ada@other.example",
        "ada+tag@example.com",
        "ada",
        "",
        "<>",
        "ada@example.com, eve@example.com",
        "\"ada@example.com\" <eve@example.com>",
        "eve@example.com (ada@example.com)",
    ] {
        assert_eq!(count(&json!(["ada@example.com"]), &json!([foreign])), 0, "{foreign:?}");
    }
    assert_eq!(count(&json!([]), &json!(["ada@example.com"])), 0);
}
