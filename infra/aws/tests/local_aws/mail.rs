//! SES and SNS through the official clients: valid mail is in the mailbox, invalid mail is refused.

use crate::common::{Folder, ses, sns, start, start_in};
use aws_sdk_sesv2::{
    error::ProvideErrorMetadata as _,
    operation::send_email::builders::SendEmailFluentBuilder,
    primitives::Blob,
    types::{Body, Content, Destination, EmailContent, Message, MessageHeader, MessageTag, RawMessage},
};
use local_aws::{LocalAws, Options, StartError};

fn content(text: &str) -> Content {
    Content::builder().data(text).build().unwrap()
}

fn simple(body: Body) -> EmailContent {
    let unsubscribe = MessageHeader::builder()
        .name("List-Unsubscribe")
        .value("<https://x>")
        .build()
        .unwrap();
    let message = Message::builder()
        .subject(content("Welcome"))
        .body(body)
        .headers(unsubscribe);
    EmailContent::builder().simple(message.build()).build()
}

fn tag(name: &str, value: &str) -> MessageTag {
    MessageTag::builder().name(name).value(value).build().unwrap()
}

fn to(address: &str) -> Destination {
    Destination::builder().to_addresses(address).build()
}

/// A complete request, from which tests remove parts.
fn mail(aws: &LocalAws) -> SendEmailFluentBuilder {
    let body = Body::builder()
        .text(content("Hello"))
        .html(content("<p>Hello</p>"))
        .build();
    let request = ses(aws)
        .send_email()
        .from_email_address("Ostiary <no-reply@ostiary.test>");
    let request = request.destination(to("ada@example.test")).content(simple(body));
    request
        .email_tags(tag("kind", "welcome"))
        .configuration_set_name("ostiary")
}

#[tokio::test]
async fn a_mail_is_in_the_mailbox_as_it_was_sent() {
    let aws = start().await;
    let id = mail(&aws).send().await.unwrap().message_id.unwrap();
    let mail = aws.mailbox().get(&id).unwrap();
    assert_eq!(aws.mailbox().list(), std::slice::from_ref(&mail));
    assert_eq!(mail.to, ["ada@example.test"]);
    assert_eq!(mail.from, "Ostiary <no-reply@ostiary.test>");
    assert_eq!(mail.subject, "Welcome");
    assert_eq!(mail.text.as_deref(), Some("Hello"));
    assert_eq!(mail.html.as_deref(), Some("<p>Hello</p>"));
    assert_eq!(
        mail.headers,
        [("List-Unsubscribe".to_owned(), "<https://x>".to_owned())]
    );
    assert_eq!(mail.tags, [("kind".to_owned(), "welcome".to_owned())]);
    assert_eq!(mail.configuration_set.as_deref(), Some("ostiary"));
    aws.mailbox().clear();
    assert!(aws.mailbox().list().is_empty());
}

#[tokio::test]
async fn a_raw_mail_is_parsed() {
    let aws = start().await;
    let mime = "From: a@ostiary.test\r\nTo: Ada <ada@example.test>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
                MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
                --b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b--\r\n";
    let raw = RawMessage::builder().data(Blob::new(mime)).build().unwrap();
    ses(&aws)
        .send_email()
        .content(EmailContent::builder().raw(raw).build())
        .send()
        .await
        .unwrap();
    let mail = aws.mailbox().list().remove(0);
    assert_eq!((mail.from.as_str(), mail.subject.as_str()), ("a@ostiary.test", "Grüße"));
    assert_eq!(mail.to, ["ada@example.test"]);
    assert_eq!(
        (mail.text.as_deref(), mail.html.as_deref()),
        (Some("Hello"), Some("<p>Hello</p>"))
    );
}

#[tokio::test]
async fn mail_that_ses_refuses_is_refused() {
    let aws = start().await;
    let wrong = [
        mail(&aws).set_destination(None),
        mail(&aws).destination(to("ada")),
        mail(&aws).set_from_email_address(None),
        mail(&aws).content(simple(Body::builder().build())),
        mail(&aws).content(EmailContent::builder().build()),
        mail(&aws).set_content(None),
        mail(&aws).email_tags(tag("user", "ada@example.test")),
    ];
    for request in wrong {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.code(), Some("BadRequestException"), "{error:?}");
        assert!(!error.message().unwrap().is_empty());
    }
    assert!(aws.mailbox().list().is_empty());
}

#[tokio::test]
async fn mail_is_kept_across_restarts() {
    let folder = Folder::new();
    let aws = start_in(Some(folder.path())).await;
    for _ in 0..2 {
        mail(&aws).send().await.unwrap();
    }
    let before = aws.mailbox().list();
    drop(aws);
    assert_eq!(start_in(Some(folder.path())).await.mailbox().list(), before);
}

#[tokio::test]
async fn an_incomplete_last_line_is_removed_and_keeps_nothing_from_starting() {
    let folder = Folder::new();
    let file = folder.path().join("mails.jsonl");
    let aws = start_in(Some(folder.path())).await;
    for _ in 0..2 {
        mail(&aws).send().await.unwrap();
    }
    let mut expected = aws.mailbox().list();
    drop(aws);

    // The tail of a write that a crash interrupted: in the middle of a line, or of a character, or just before the line
    // feed.
    let whole = std::fs::read(&file).unwrap();
    let complete = serde_json::to_string(&expected[0]).unwrap();
    for torn in [&b"{\"id\":\"x\",\"subject\":\"Gr\xc3"[..], b"{", complete.as_bytes()] {
        std::fs::write(&file, [&whole, torn].concat()).unwrap();
        assert_eq!(start_in(Some(folder.path())).await.mailbox().list(), expected);
        assert_eq!(std::fs::read(&file).unwrap(), whole);
    }

    let aws = start_in(Some(folder.path())).await;
    let id = mail(&aws).send().await.unwrap().message_id.unwrap();
    expected.push(aws.mailbox().get(&id).unwrap());
    drop(aws);
    assert_eq!(start_in(Some(folder.path())).await.mailbox().list(), expected);
}

#[tokio::test]
async fn a_damaged_line_that_is_complete_keeps_the_service_from_starting() {
    let folder = Folder::new();
    drop(start_in(Some(folder.path())).await);
    std::fs::write(folder.path().join("mails.jsonl"), "{\"id\":\n").unwrap();
    let options = Options {
        data: Some(folder.path()),
        ..Options::default()
    };
    assert!(matches!(LocalAws::start(options).await, Err(StartError::Data { .. })));
}

#[tokio::test]
async fn published_messages_are_recorded() {
    let aws = start().await;
    let publish = sns(&aws)
        .publish()
        .topic_arn("arn:aws:sns:us-east-1:000000000000:mail")
        .subject("s");
    let id = publish.message("{\"a\": 1}").send().await.unwrap().message_id.unwrap();
    let published = aws.published().remove(0);
    assert_eq!((published.id, published.subject.as_deref()), (id, Some("s")));
    assert_eq!(published.target, "arn:aws:sns:us-east-1:000000000000:mail");
    assert_eq!(published.message, "{\"a\": 1}");
    let nowhere = sns(&aws).publish().message("m").send().await.unwrap_err();
    assert_eq!(nowhere.code(), Some("InvalidParameter"));
}

#[tokio::test]
async fn events_of_a_mail_are_published() {
    let aws = start().await;
    let id = mail(&aws).send().await.unwrap().message_id.unwrap();
    for (word, kind) in [
        ("bounce", "Bounce"),
        ("complaint", "Complaint"),
        ("delivery", "Delivery"),
    ] {
        let published = aws.publish_feedback(&id, word.parse().unwrap()).unwrap();
        let event: serde_json::Value = serde_json::from_str(&published.message).unwrap();
        assert_eq!(event["eventType"], kind);
        assert_eq!(event["mail"]["messageId"], id.as_str());
        assert_eq!(event["mail"]["tags"]["kind"][0], "welcome");
        assert!(event[word].is_object());
        assert_eq!(aws.published().last(), Some(&published));
    }
    assert_eq!(aws.publish_feedback("another", local_aws::Feedback::Bounce), None);
}
