//! Encryption of secrets at rest.

use aws_sdk_kms::primitives::Blob;

use super::*;
use crate::signer::EnvelopeError;
use crate::signer::fixture::{client, signer};

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
