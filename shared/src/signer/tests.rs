//! Both modes, from a new key to a verified token, and secrets at rest, against a local KMS; each with its count of calls.

use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::KeySpec;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use local_aws::{LocalAws, Mode, Options, Service};
use serde_json::{Value, json};

use super::fixture::{ADMIN_AUDIENCE, AUDIENCE, ISSUER, claims, client, now, signer};
use super::{EnvelopeError, Signer, SignerError, SignerSettings, SigningMode, TokenRejected};
use crate::domain::AccessClaims;
use crate::domain::signing_key::{KeyRing, PrivateKey, Ring, SigningKey};
use crate::usage::{Usage, measure};

const MODES: [SigningMode; 2] = [SigningMode::Kms, SigningMode::Wrapped];

async fn start() -> LocalAws {
    LocalAws::start(Options::default()).await.unwrap()
}

fn ring_of(key: &SigningKey) -> KeyRing {
    KeyRing {
        keys: vec![key.clone()],
        version: 1,
    }
}

fn kms_calls(kms: u32) -> Usage {
    Usage {
        kms,
        ..Usage::default()
    }
}

/// Signs the usual claims, and counts.
async fn sign(signer: &Signer, ring: Ring, key: &SigningKey) -> (Result<String, SignerError>, Usage) {
    let claims = claims();
    measure(signer.sign_access_token(ring, key, &claims)).await
}

fn part(token: &str, index: usize) -> Value {
    let encoded = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}

#[tokio::test]
async fn a_token_of_either_mode_says_what_it_was_made_of() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer(mode, &aws.endpoint_url());
        let (key, used) = measure(signer.new_key(Ring::User, now())).await;
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
    let key = signer.new_key(Ring::User, now()).await.unwrap();
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
async fn kms_mode_costs_one_call_per_token() {
    let aws = start().await;
    let signer = signer(SigningMode::Kms, &aws.endpoint_url());
    let key = signer.new_key(Ring::User, now()).await.unwrap();
    for _ in 0..3 {
        let (token, used) = sign(&signer, Ring::User, &key).await;
        assert!(token.is_ok());
        assert_eq!(used, kms_calls(1));
    }
}

#[tokio::test]
async fn wrapped_mode_costs_one_call_per_process() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.new_key(Ring::User, now()).await.unwrap();
    assert_eq!(sign(&signer, Ring::User, &key).await.1, kms_calls(1));
    aws.faults().set(Service::Kms, Mode::Error);
    for _ in 0..3 {
        let (token, used) = sign(&signer, Ring::User, &key).await;
        assert!(token.is_ok());
        assert_eq!(used, kms_calls(0));
    }
}

#[tokio::test]
async fn concurrent_first_uses_unwrap_once() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.new_key(Ring::User, now()).await.unwrap();
    let claims = claims();
    let sign = || signer.sign_access_token(Ring::User, &key, &claims);
    let ((a, b, c), used) = measure(async { tokio::join!(sign(), sign(), sign()) }).await;
    assert_eq!(used, kms_calls(1));
    for token in [a, b, c] {
        assert!(
            signer
                .verify_access_token(Ring::User, &ring_of(&key), &token.unwrap(), now())
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_failed_unwrapping_is_tried_again() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.new_key(Ring::User, now()).await.unwrap();
    aws.faults().set(Service::Kms, Mode::Error);
    assert_eq!(
        sign(&signer, Ring::User, &key).await,
        (Err(SignerError::Unavailable { throttled: false }), kms_calls(1))
    );
    aws.faults().set(Service::Kms, Mode::Off);
    assert!(sign(&signer, Ring::User, &key).await.0.is_ok());
}

#[tokio::test]
async fn throttling_is_told_from_other_failures() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer(mode, &aws.endpoint_url());
        let key = signer.new_key(Ring::User, now()).await.unwrap();
        for (fault, throttled) in [(Mode::Throttle, true), (Mode::Error, false)] {
            aws.faults().set(Service::Kms, fault);
            let unavailable = SignerError::Unavailable { throttled };
            assert_eq!(
                sign(&signer, Ring::User, &key).await,
                (Err(unavailable), kms_calls(1)),
                "{mode}"
            );
            assert_eq!(signer.new_key(Ring::User, now()).await, Err(unavailable), "{mode}");
        }
        aws.faults().set(Service::Kms, Mode::Off);
    }
}

#[tokio::test]
async fn a_token_of_one_ring_is_none_of_the_other() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer(mode, &aws.endpoint_url());
        let user = signer.new_key(Ring::User, now()).await.unwrap();
        let admin = signer.new_key(Ring::Admin, now()).await.unwrap();
        assert_ne!(user.kid, admin.kid);
        let token = sign(&signer, Ring::Admin, &admin).await.0.unwrap();
        assert_eq!(part(&token, 1)["aud"], ADMIN_AUDIENCE);

        let verify = |ring, key: &SigningKey| signer.verify_access_token(ring, &ring_of(key), &token, now());
        assert_eq!(verify(Ring::Admin, &admin), Ok(claims()));
        assert_eq!(verify(Ring::User, &user), Err(TokenRejected::UnknownKey));
        // Even if the rings were confused, the audience is not.
        assert_eq!(verify(Ring::User, &admin), Err(TokenRejected::WrongAudience));
    }
}

#[tokio::test]
async fn a_wrapped_key_opens_in_its_own_ring_and_under_its_own_name_only() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let one = signer.new_key(Ring::User, now()).await.unwrap();
    let other = signer.new_key(Ring::User, now()).await.unwrap();
    assert_eq!(sign(&signer, Ring::Admin, &one).await.0, Err(SignerError::UnusableKey));

    let swapped = SigningKey {
        private_key: other.private_key,
        ..one.clone()
    };
    assert_eq!(
        sign(&signer, Ring::User, &swapped).await.0,
        Err(SignerError::UnusableKey)
    );
    let garbage = SigningKey {
        private_key: PrivateKey::Wrapped {
            ciphertext: vec![0; 64],
        },
        ..one
    };
    assert_eq!(
        sign(&signer, Ring::User, &garbage).await.0,
        Err(SignerError::UnusableKey)
    );
}

#[tokio::test]
async fn a_kms_key_is_kept_by_its_arn() {
    let aws = start().await;
    let kms = client(&aws.endpoint_url());
    let signer = signer(SigningMode::Kms, &aws.endpoint_url());
    let old = signer.new_key(Ring::User, now()).await.unwrap();
    let metadata = kms
        .create_key()
        .key_spec(KeySpec::EccNistP256)
        .key_usage("SIGN_VERIFY".into())
        .send()
        .await
        .unwrap();
    let id = metadata.key_metadata().unwrap().key_id();
    kms.update_alias()
        .alias_name("alias/ostiary-user")
        .target_key_id(id)
        .send()
        .await
        .unwrap();
    let new = signer.new_key(Ring::User, now()).await.unwrap();
    assert_ne!(old.kid, new.kid);
    // The old key signs as itself, wherever the alias points by now.
    for key in [old, new] {
        let token = sign(&signer, Ring::User, &key).await.0.unwrap();
        assert!(
            signer
                .verify_access_token(Ring::User, &ring_of(&key), &token, now())
                .is_ok()
        );
    }
}

#[tokio::test]
async fn a_key_that_cannot_sign_is_no_key() {
    let aws = start().await;
    let with = signer(SigningMode::Kms, &aws.endpoint_url());
    let settings = SignerSettings {
        user_key_id: "alias/ostiary-envelope".to_owned(),
        ..with.settings.clone()
    };
    let signer = Signer::new(client(&aws.endpoint_url()), settings);
    assert_eq!(
        signer.new_key(Ring::User, now()).await,
        Err(SignerError::Unavailable { throttled: false })
    );
}

#[tokio::test]
async fn a_retired_key_verifies_what_it_signed() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let key = signer.new_key(Ring::User, now()).await.unwrap();
    let token = sign(&signer, Ring::User, &key).await.0.unwrap();
    let retired = SigningKey {
        retired_at: Some(now() + SignedDuration::from_mins(1)),
        ..key
    };
    assert!(
        signer
            .verify_access_token(Ring::User, &ring_of(&retired), &token, now())
            .is_ok()
    );
}

#[tokio::test]
async fn a_secret_opens_with_its_context_only() {
    let aws = start().await;
    let signer = signer(SigningMode::Kms, &aws.endpoint_url());
    let context = [("purpose", "two-factor"), ("user", "ada")];
    let (sealed, used) = measure(signer.encrypt(b"secret", &context)).await;
    let sealed = sealed.unwrap();
    assert_eq!(used, kms_calls(1));
    let (opened, used) = measure(signer.decrypt(&sealed, &context)).await;
    assert_eq!((opened.unwrap().as_slice(), used), (&b"secret"[..], kms_calls(1)));

    let other_user = [("purpose", "two-factor"), ("user", "eve")];
    assert_eq!(
        signer.decrypt(&sealed, &other_user).await,
        Err(EnvelopeError::Undecryptable)
    );
    let mut altered = sealed;
    *altered.last_mut().unwrap() ^= 1;
    assert_eq!(
        signer.decrypt(&altered, &context).await,
        Err(EnvelopeError::Undecryptable)
    );
    assert_eq!(signer.encrypt(&[0; 4097], &context).await, Err(EnvelopeError::TooLong));
}

#[tokio::test]
async fn a_secret_of_another_key_does_not_open() {
    let aws = start().await;
    let kms = client(&aws.endpoint_url());
    let metadata = kms.create_key().send().await.unwrap();
    let id = metadata.key_metadata().unwrap().key_id();
    let sealed = kms
        .encrypt()
        .key_id(id)
        .plaintext(Blob::new("secret"))
        .send()
        .await
        .unwrap();
    let signer = signer(SigningMode::Kms, &aws.endpoint_url());
    let opened = signer.decrypt(sealed.ciphertext_blob().unwrap().as_ref(), &[]).await;
    assert_eq!(opened, Err(EnvelopeError::Undecryptable));
}
