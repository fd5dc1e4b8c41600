//! The keys that are created and accepted, and those that are refused.

use aws_sdk_kms::types::{KeySpec, KeyUsageType};

use super::*;
use crate::domain::signing_key::PrivateKey;
use crate::signer::SignerSettings;
use crate::signer::fixture::{client, now, signer};

#[tokio::test]
async fn a_wrapped_key_opens_in_its_own_ring_and_under_its_own_name_only() {
    let aws = start().await;
    let signer = signer(SigningMode::Wrapped, &aws.endpoint_url());
    let one = signer.first_key(Ring::User, now()).await.unwrap();
    let other = signer.first_key(Ring::User, now()).await.unwrap();
    assert_eq!(sign(&signer, Ring::Admin, &one).await.0, Err(SignerError::UnusableKey));
    // The admin ring is also refused once the key is decrypted and cached.
    assert!(sign(&signer, Ring::User, &one).await.0.is_ok());
    assert_eq!(sign(&signer, Ring::Admin, &one).await.0, Err(SignerError::UnusableKey));

    let swapped = SigningKey {
        private_key: one.private_key,
        ..other.clone()
    };
    assert_eq!(
        sign(&signer, Ring::User, &swapped).await.0,
        Err(SignerError::UnusableKey)
    );
    let garbage = SigningKey {
        private_key: PrivateKey::Wrapped {
            ciphertext: vec![0; 64],
        },
        ..other
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
    let old = signer.first_key(Ring::User, now()).await.unwrap();
    let metadata = kms
        .create_key()
        .key_spec(KeySpec::EccNistP256)
        .key_usage(KeyUsageType::SignVerify)
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
    let new = signer.first_key(Ring::User, now()).await.unwrap();
    assert_ne!(old.kid, new.kid);
    // The old key still signs with its own private key, although the alias refers to another key now.
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
    let signer = Signer::new(
        {
            let kms = client(&aws.endpoint_url());
            move || kms
        },
        settings,
    );
    assert_eq!(
        signer.first_key(Ring::User, now()).await,
        Err(SignerError::Unavailable { throttled: false })
    );
}
