//! Values of the claims, and their times.

use super::*;
use crate::signer::fixture::ADMIN_AUDIENCE;

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[test]
fn issuer_and_audience_are_ours() {
    let forge = Forge::new();
    for issuer in ["https://evil.example", "https://auth.example.com/", ""] {
        assert_eq!(
            forge.verify(&forge.with_claim("iss", json!(issuer))),
            Err(TokenRejected::WrongIssuer),
            "{issuer}"
        );
    }
    for audience in [ADMIN_AUDIENCE, "https://other.example", ""] {
        let token = forge.with_claim("aud", json!(audience));
        assert_eq!(forge.verify(&token), Err(TokenRejected::WrongAudience), "{audience}");
    }
    assert_eq!(
        forge.verify(&forge.with_claim("aud", json!([AUDIENCE]))),
        Err(TokenRejected::Malformed)
    );
}

#[test]
fn a_token_is_valid_until_the_second_in_which_it_expires() {
    let forge = Forge::new();
    let (token, end) = (forge.good(), claims().expires_at);
    assert!(forge.verify_at(&token, end - SignedDuration::from_millis(1)).is_ok());
    assert_eq!(forge.verify_at(&token, end), Err(TokenRejected::Expired));
    assert_eq!(forge.verify_at(&token, end + seconds(1)), Err(TokenRejected::Expired));
}

#[test]
fn a_token_may_come_from_a_clock_that_is_a_minute_ahead() {
    let forge = Forge::new();
    let token = forge.good();
    assert!(forge.verify_at(&token, now() - seconds(60)).is_ok());
    assert_eq!(
        forge.verify_at(&token, now() - seconds(61)),
        Err(TokenRejected::NotYetIssued)
    );
}

#[test]
fn every_claim_is_needed_and_well_formed() {
    let forge = Forge::new();
    for name in [
        "iss",
        "aud",
        "sub",
        "sid",
        "jti",
        "iat",
        "exp",
        "email",
        "email_verified",
        "roles",
        "app_roles",
        "amr",
    ] {
        assert_eq!(
            forge.verify(&forge.with_claim(name, Value::Null)),
            Err(TokenRejected::Malformed),
            "{name}"
        );
        assert_eq!(
            forge.verify(&forge.with_claim(name, json!({}))),
            Err(TokenRejected::Malformed),
            "{name}"
        );
    }
    for (name, value) in [
        ("sub", json!("ada")),
        ("sid", json!("")),
        ("jti", json!("1")),
        ("exp", json!(1_700_000_900.5)),
        ("exp", json!("1700000900")),
        ("exp", json!(i64::MAX)),
        ("iat", json!(i64::MIN)),
        ("email", json!("ada")),
        ("email_verified", json!("true")),
        ("roles", json!(["an emperor"])),
        ("org", json!("acme")),
        ("org", Value::Null),
        ("org_role", json!("king")),
        ("org_role", Value::Null),
        ("amr", json!(["guess"])),
    ] {
        let token = forge.with_claim(name, value.clone());
        assert_eq!(forge.verify(&token), Err(TokenRejected::Malformed), "{name} {value}");
    }
}

#[test]
fn unknown_claims_are_ignored() {
    let forge = Forge::new();
    assert_eq!(forge.verify(&forge.with_claim("scope", json!("openid"))), Ok(claims()));
}
