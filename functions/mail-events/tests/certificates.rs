//! What signed a message: the certificates that are SNS's, and those that are not.

use jiff::SignedDuration;
use serde_json::json;

use crate::support::authority::{ISSUER_URL, VALID};
use crate::support::reports::HARD_BOUNCE;
use crate::support::sns::{CERTIFICATE, NAME, notification, other_key, public_key, signed, unsigned};
use crate::support::{Authority, Service};

/// A service whose SNS hands out this certificate.
async fn with(certificate: impl FnOnce(&Authority) -> String) -> Service {
    let service = Service::start().await;
    let certificate = certificate(&service.sns.authority);
    service.sns.web.serve(CERTIFICATE, certificate);
    service
}

async fn status(service: &Service) -> u16 {
    let message = notification(&HARD_BOUNCE.event()).to_string();
    let request = service.app.post("/accounts/v1/notifications/ses");
    let answer = request.body("text/plain", message).undocumented().send().await;
    answer.status.as_u16()
}

#[tokio::test]
async fn a_certificate_alone_leads_to_its_issuer() {
    let service = Service::start().await;
    assert_eq!(status(&service).await, 200);
    assert_eq!(service.sns.web.asked(), [CERTIFICATE, ISSUER_URL]);
}

#[tokio::test]
async fn a_certificate_with_its_issuer_leads_nowhere() {
    let service = with(|authority| authority.certify(&public_key(), NAME, VALID) + &authority.between_pem()).await;
    assert_eq!(status(&service).await, 200);
    assert_eq!(service.sns.web.asked(), [CERTIFICATE]);
}

#[tokio::test]
async fn an_issuer_may_be_published_as_text() {
    let service = Service::start().await;
    let pem = service.sns.authority.between_pem();
    service.sns.web.serve(ISSUER_URL, pem);
    assert_eq!(status(&service).await, 200);
}

#[tokio::test]
async fn newer_regions_sign_with_names_of_their_own() {
    for name in ["sns-signing.us-east-1.amazonaws.com", "sns-us-east-1.amazonaws.com"] {
        let service = with(|authority| authority.certify(&public_key(), name, VALID)).await;
        assert_eq!(status(&service).await, 200, "{name}");
    }
}

#[tokio::test]
async fn certificates_of_other_names_are_refused() {
    for name in [
        "evil.test",
        "amazonaws.com",
        "sns.amazonaws.com.evil.test",
        "evil-sns.amazonaws.com",
        "bucket.sns.amazonaws.com",
        "sns-signing.eu-west-1.amazonaws.com",
        "sns.amazonaws.com.cn",
        "*.com",
    ] {
        let service = with(|authority| authority.certify(&public_key(), name, VALID)).await;
        assert_eq!(status(&service).await, 403, "{name}");
        assert_eq!(service.sns.web.asked(), [CERTIFICATE], "{name}");
    }
}

#[tokio::test]
async fn certificates_out_of_their_dates_are_refused() {
    for dates in [(2024, 2026), (2027, 2028)] {
        let service = with(|authority| authority.certify(&public_key(), NAME, dates)).await;
        assert_eq!(status(&service).await, 403, "{dates:?}");
    }
}

#[tokio::test]
async fn a_known_certificate_expires_too() {
    let service = Service::start().await;
    assert_eq!(status(&service).await, 200);
    service.app.clock.advance(SignedDuration::from_hours(24 * 365));
    let mut message = unsigned(&HARD_BOUNCE.event());
    message["Timestamp"] = json!("2027-01-31T12:00:00.000Z");
    let _ = service.post(&signed(message)).await.expect(403);
}

#[tokio::test]
async fn certificates_of_other_authorities_are_refused() {
    let other = Authority::new();
    let forged = other.certify(&public_key(), NAME, VALID);
    // Whether or not the other authority shows its papers, and whichever it says its issuer is.
    for certificate in [forged.clone(), forged + &other.between_pem()] {
        let service = with(|_| certificate).await;
        assert_eq!(status(&service).await, 403);
    }
    let service = with(|_| other.certify(&public_key(), NAME, VALID)).await;
    service.sns.web.serve(ISSUER_URL, other.between_der());
    assert_eq!(status(&service).await, 403);
}

#[tokio::test]
async fn issuers_are_looked_for_at_public_names_alone() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/m01.cer",
        "http://crt.authority.test:8080/m01.cer",
        "https://crt.authority.test/m01.cer",
        "ldap://crt.authority.test/m01.cer",
    ] {
        let certify = |authority: &Authority| authority.certify_naming(&public_key(), NAME, VALID, Some(url));
        let service = with(certify).await;
        assert_eq!(status(&service).await, 403, "{url}");
        assert_eq!(service.sns.web.asked(), [CERTIFICATE], "{url}");
    }
    let service = with(|authority| authority.certify_naming(&public_key(), NAME, VALID, None)).await;
    assert_eq!(status(&service).await, 403);
}

#[tokio::test]
async fn a_chain_that_leads_in_circles_ends() {
    let service = Service::start().await;
    let leaf = service.sns.authority.certify(&public_key(), NAME, VALID);
    service.sns.web.serve(ISSUER_URL, leaf);
    assert_eq!(status(&service).await, 403);
    assert!(service.sns.web.asked().len() <= 4, "{:?}", service.sns.web.asked());
}

#[tokio::test]
async fn another_key_is_not_the_signer() {
    let key = other_key();
    let service = with(|authority| authority.certify(&key, NAME, VALID)).await;
    assert_eq!(status(&service).await, 403);
}

#[tokio::test]
async fn what_is_no_certificate_is_refused() {
    let service = Service::start().await;
    let leaf = service.sns.authority.certify(&public_key(), NAME, VALID);
    let many = leaf.repeat(5);
    let torn = &leaf[..leaf.len() / 2];
    for body in [
        "",
        "<html></html>",
        torn,
        &many,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        service.sns.web.serve(CERTIFICATE, body);
        assert_eq!(status(&service).await, 403, "{body}");
    }
}

#[tokio::test]
async fn redirects_and_gaps_are_no_certificates() {
    let service = Service::start().await;
    for (url, code) in [
        (CERTIFICATE, 302),
        (CERTIFICATE, 403),
        (CERTIFICATE, 404),
        (ISSUER_URL, 302),
        (ISSUER_URL, 404),
    ] {
        let service_of_its_own = Service::start().await;
        service_of_its_own.sns.web.answer(url, code);
        assert_eq!(status(&service_of_its_own).await, 403, "{url} {code}");
    }
    assert_eq!(status(&service).await, 200);
}

#[tokio::test]
async fn while_sns_cannot_be_asked_it_may_come_again() {
    for url in [CERTIFICATE, ISSUER_URL] {
        let service = Service::start().await;
        service.sns.web.cut(url);
        assert_eq!(status(&service).await, 503);
        service.sns.web.answer(url, 500);
        assert_eq!(status(&service).await, 503);
        let (leaf, between) = (
            service.sns.authority.certify(&public_key(), NAME, VALID),
            service.sns.authority.between_der(),
        );
        service.sns.web.serve(CERTIFICATE, leaf);
        service.sns.web.serve(ISSUER_URL, between);
        assert_eq!(status(&service).await, 200);
    }
}
