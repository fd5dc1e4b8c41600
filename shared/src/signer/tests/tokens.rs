//! Tokens from the creation of a key to verification.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::*;
use crate::domain::AccessClaims;
use crate::domain::signing_key::KeyState;
use crate::signer::TokenRejected;
use crate::signer::fixture::{ADMIN_AUDIENCE, AUDIENCE, ISSUER, now, signer};

fn part(token: &str, index: usize) -> Value {
    let encoded = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_of_either_mode_says_what_it_was_made_of() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer(mode, &aws.endpoint_url());
        let (key, used) = measure(signer.first_key(Ring::User, now())).await;
        let key = key.unwrap();
        assert_eq!(used, kms_calls(1), "{mode}");

        let token = sign(&signer, Ring::User, &key).await.0.unwrap();
        assert_eq!(
            part(&token, 0),
            json!({ "typ": "at+jwt", "alg": "ES256", "kid": key.kid })
        );
        let expected = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "01010101-0101-0101-0101-010101010101",
            "sid": "02020202-0202-0202-0202-020202020202",
            "jti": "03030303-0303-0303-0303-030303030303",
            "iat": 1_700_000_000,
            "exp": 1_700_000_900,
            "email": "ada@example.com",
            "email_verified": true,
            "roles": ["admin"],
            "org": "04040404-0404-0404-0404-040404040404",
            "org_role": "owner",
            "app_roles": ["editor"],
            "amr": ["pwd"],
        });
        assert_eq!(part(&token, 1), expected);
        let (verified, used) =
            measure(async { signer.verify_access_token(Ring::User, &ring_of(&key), &token, now()) }).await;
        assert_eq!((verified, used), (Ok(claims()), kms_calls(0)), "{mode}");
    }
}

#[tokio::test]
async fn a_token_without_organization_has_no_claim_of_one() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.first_key(Ring::User, now()).await.unwrap();
    let alone = AccessClaims {
        organization: None,
        ..claims()
    };
    let token = signer.sign_access_token(Ring::User, &key, &alone).await.unwrap();
    let payload = part(&token, 1);
    assert_eq!(
        (payload.get("org"), payload.get("org_role"), &payload["app_roles"]),
        (None, None, &json!([]))
    );
    assert_eq!(
        signer.verify_access_token(Ring::User, &ring_of(&key), &token, now()),
        Ok(alone)
    );
}

#[tokio::test]
async fn a_token_of_one_ring_is_none_of_the_other() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer(mode, &aws.endpoint_url());
        let user = signer.first_key(Ring::User, now()).await.unwrap();
        let admin = signer.first_key(Ring::Admin, now()).await.unwrap();
        assert_ne!(user.kid, admin.kid);
        let token = sign(&signer, Ring::Admin, &admin).await.0.unwrap();
        assert_eq!(part(&token, 1)["aud"], ADMIN_AUDIENCE);

        let verify = |ring, key: &SigningKey| signer.verify_access_token(ring, &ring_of(key), &token, now());
        assert_eq!(verify(Ring::Admin, &admin), Ok(claims()));
        assert_eq!(verify(Ring::User, &user), Err(TokenRejected::UnknownKey));
        // The audience would be refused even if the rings were confused.
        assert_eq!(verify(Ring::User, &admin), Err(TokenRejected::WrongAudience));
    }
}

#[tokio::test]
async fn a_retired_key_verifies_what_it_signed() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.first_key(Ring::User, now()).await.unwrap();
    let token = sign(&signer, Ring::User, &key).await.0.unwrap();
    let retired = SigningKey {
        state: KeyState::Retired {
            since: now(),
            at: now() + SignedDuration::from_mins(1),
            until: now() + SignedDuration::from_hours(1),
        },
        ..key
    };
    assert!(
        signer
            .verify_access_token(Ring::User, &ring_of(&retired), &token, now())
            .is_ok()
    );
}
