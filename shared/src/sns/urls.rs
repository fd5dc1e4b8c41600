//! The forms of the URLs in a message. They are compared as text, in full and without a parser: a URL that differs from
//! the form of SNS in any character is refused, so that no two parsers can disagree about its host.

use url::form_urlencoded;

use super::topic::TopicArn;

const MAX_LENGTH: usize = 2048;

/// Whether the URL is one of a certificate at SNS in the topic's region.
pub fn is_certificate(url: &str, topic: &TopicArn) -> bool {
    let name = url
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_prefix(&topic.host()))
        .and_then(|rest| rest.strip_prefix("/SimpleNotificationService-"))
        .and_then(|rest| rest.strip_suffix(".pem"));
    name.is_some_and(|name| (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether a request to the URL confirms a subscription to this topic with this token, and does nothing else.
pub fn is_confirmation(url: &str, topic: &TopicArn, token: &str) -> bool {
    let query = url
        .strip_prefix("https://")
        .and_then(|rest| rest.strip_prefix(&topic.host()))
        .and_then(|rest| rest.strip_prefix("/?"));
    let is_sound =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'%' | b'=' | b'&');
    let Some(query) = query.filter(|query| url.len() <= MAX_LENGTH && query.bytes().all(is_sound)) else {
        return false;
    };
    let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
    pairs
        == [
            ("Action", "ConfirmSubscription"),
            ("Token", token),
            ("TopicArn", topic.as_str()),
        ]
}

/// Whether the URL is one at which a certificate authority publishes its certificate, over plain http as authorities
/// do. A certificate that names the URL came from SNS itself, and the certificate at the URL is trusted only by its
/// signature.
pub fn is_issuer(url: &str) -> bool {
    let Some((host, path)) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    // The last label of an IPv4 address is a number, and a single label is a name in a private network.
    let is_public = host.contains('.') && host.ends_with(|last: char| last.is_ascii_alphabetic());
    let is_path = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    url.len() <= MAX_LENGTH && is_public && host.split('.').all(is_label) && path.bytes().all(is_path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:mail";

    fn topic(arn: &str) -> TopicArn {
        TopicArn::parse(arn).expect("a topic")
    }

    #[test]
    fn a_certificate_is_at_sns_in_the_region_of_the_topic() {
        let file = "SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem";
        for (arn, host) in [
            (TOPIC, "sns.us-east-1.amazonaws.com"),
            (
                "arn:aws-cn:sns:cn-north-1:123456789012:mail",
                "sns.cn-north-1.amazonaws.com.cn",
            ),
        ] {
            assert!(is_certificate(&format!("https://{host}/{file}"), &topic(arn)), "{host}");
        }
        for host in [
            "sns.eu-west-1.amazonaws.com",
            "sns.us-east-1.amazonaws.com.cn",
            "sns.amazonaws.com",
            "sns.us-east-1.amazonaws.com.evil.test",
            "sns.us-east-1.amazonaws.com:443",
            "sns.us-east-1.amazonaws.com.",
            "SNS.us-east-1.amazonaws.com",
            "evil-sns.us-east-1.amazonaws.com",
            "sns.us-east-1.amazonaws.com@evil.test",
            "user@sns.us-east-1.amazonaws.com",
            "evil.test/sns.us-east-1.amazonaws.com",
            "evil.test#sns.us-east-1.amazonaws.com",
            "evil.test\\sns.us-east-1.amazonaws.com",
            "bucket.s3.amazonaws.com",
            "",
        ] {
            assert!(
                !is_certificate(&format!("https://{host}/{file}"), &topic(TOPIC)),
                "{host}"
            );
        }
    }

    #[test]
    fn a_certificate_has_one_form_of_path() {
        let is = |rest: &str| is_certificate(&format!("https://sns.us-east-1.amazonaws.com{rest}"), &topic(TOPIC));
        assert!(is("/SimpleNotificationService-0a.pem"));
        for rest in [
            "",
            "/",
            "/evil.pem",
            "/SimpleNotificationService-.pem",
            "/SimpleNotificationService-0g.pem",
            "/SimpleNotificationService-0a.pem?x",
            "/SimpleNotificationService-0a.pem#x",
            "/SimpleNotificationService-0a/../../evil.pem",
            "/x/SimpleNotificationService-0a.pem",
            "//SimpleNotificationService-0a.pem",
            "/SimpleNotificationService-0a.PEM",
            "/SimpleNotificationService-0a.pem\n",
        ] {
            assert!(!is(rest), "{rest}");
        }
        for scheme in ["http://", "HTTPS://", "ftp://", "file://", "//", ""] {
            let url = format!("{scheme}sns.us-east-1.amazonaws.com/SimpleNotificationService-0a.pem");
            assert!(!is_certificate(&url, &topic(TOPIC)), "{url}");
        }
    }

    #[test]
    fn a_confirmation_is_for_the_topic_of_its_message() {
        let is = |rest: &str| {
            let url = format!("https://sns.us-east-1.amazonaws.com{rest}");
            is_confirmation(&url, &topic(TOPIC), "2336")
        };
        assert!(is(&format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336")));
        let encoded = TOPIC.replace(':', "%3A");
        assert!(is(&format!(
            "/?Token=2336&Action=ConfirmSubscription&TopicArn={encoded}"
        )));
        for rest in [
            String::new(),
            format!("/?Action=Unsubscribe&TopicArn={TOPIC}&Token=2336"),
            "/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:999999999999:mail&Token=2336".to_owned(),
            format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2337"),
            format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}"),
            format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336&Action=DeleteTopic"),
            format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336&X=1"),
            format!("/x?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336"),
            format!("/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336#x"),
            format!("@evil.test/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336"),
            format!(".evil.test/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=2336"),
        ] {
            assert!(!is(&rest), "{rest}");
        }
    }

    #[test]
    fn an_issuer_is_at_a_public_name() {
        for url in [
            "http://crt.r2m01.amazontrust.com/r2m01.cer",
            "http://cacerts.digicert.com/DigiCertGlobalRootG2.crt",
        ] {
            assert!(is_issuer(url), "{url}");
        }
        for url in [
            "https://crt.r2m01.amazontrust.com/r2m01.cer",
            "ldap://crt.r2m01.amazontrust.com/r2m01.cer",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/a.cer",
            "http://2130706433/a.cer",
            "http://0x7f.1/a.cer",
            "http://localhost/a.cer",
            "http://example.com:8080/a.cer",
            "http://user@example.com/a.cer",
            "http://example.com/a.cer?x=1",
            "http://example.com./a.cer",
            "http://example.com",
            "http://.example.com/a.cer",
        ] {
            assert!(!is_issuer(url), "{url}");
        }
    }
}
