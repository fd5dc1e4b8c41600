//! The number of KMS calls, and the results of failed calls.

use local_aws::{Mode, Service};

use super::*;
use crate::signer::fixture::{now, signer};

#[tokio::test]
async fn kms_mode_costs_one_call_per_token() {
    let aws = start().await;
    let signer = signer(SigningMode::Kms, &aws.endpoint_url());
    let key = signer.first_key(Ring::User, now()).await.unwrap();
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
    let key = signer.first_key(Ring::User, now()).await.unwrap();
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
    let key = signer.first_key(Ring::User, now()).await.unwrap();
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
    let key = signer.first_key(Ring::User, now()).await.unwrap();
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
        let key = signer.first_key(Ring::User, now()).await.unwrap();
        for (fault, throttled) in [(Mode::Throttle, true), (Mode::Error, false)] {
            aws.faults().set(Service::Kms, fault);
            let unavailable = SignerError::Unavailable { throttled };
            let usage = Usage {
                kms_throttles: u32::from(throttled),
                ..kms_calls(1)
            };
            assert_eq!(
                sign(&signer, Ring::User, &key).await,
                (Err(unavailable), usage),
                "{mode}"
            );
            assert_eq!(signer.first_key(Ring::User, now()).await, Err(unavailable), "{mode}");
        }
        aws.faults().set(Service::Kms, Mode::Off);
    }
}
