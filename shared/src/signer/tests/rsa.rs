//! Keys and tokens of the algorithm RS256, and the change from one algorithm to the other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::signer::fixture::{now, signer_of};
use crate::signer::{SigningAlgorithm, TokenRejected, jwk_of};

#[tokio::test]
async fn a_token_of_either_mode_is_verified_with_its_key() {
    let aws = start().await;
    for mode in MODES {
        let signer = signer_of(mode, SigningAlgorithm::Rs256, &aws.endpoint_url());
        let key = signer.further_key(Ring::User, now()).await.unwrap();
        assert!(signer.is_as_new(&key), "{mode}");
        let jwk = serde_json::to_value(jwk_of(&key).unwrap()).unwrap();
        assert_eq!(
            (&jwk["kty"], &jwk["alg"], &jwk["kid"]),
            (&"RSA".into(), &"RS256".into(), &key.kid.clone().into())
        );
        let token = sign(&signer, Ring::User, &key).await.0.unwrap();
        let signature = URL_SAFE_NO_PAD.decode(token.rsplit('.').next().unwrap()).unwrap();
        assert_eq!(signature.len(), 256);
        let verified = signer.verify_access_token(Ring::User, &ring_of(&key), &token, now());
        assert_eq!(verified, Ok(claims()), "{mode}");
        let verified = signer.verify_access_token(Ring::Admin, &ring_of(&key), &token, now());
        assert_eq!(verified, Err(TokenRejected::WrongAudience), "{mode}");
    }
}

#[tokio::test]
async fn a_key_of_the_deployment_with_the_other_algorithm_is_not_used() {
    let aws = start().await;
    let old = signer_of(SigningMode::Kms, SigningAlgorithm::Es256, &aws.endpoint_url());
    let new = signer_of(SigningMode::Kms, SigningAlgorithm::Rs256, &aws.endpoint_url());
    let elliptic = old.first_key(Ring::User, now()).await.unwrap();
    let rsa = new.first_key(Ring::User, now()).await.unwrap();
    assert!(new.is_as_new(&rsa) && !new.is_as_new(&elliptic) && !old.is_as_new(&rsa));
    // Either signer signs with either key, so that a key that is not replaced yet goes on.
    for (signer, key) in [(&old, &rsa), (&new, &elliptic)] {
        let token = sign(signer, Ring::User, key).await.0.unwrap();
        assert!(
            signer
                .verify_access_token(Ring::User, &ring_of(key), &token, now())
                .is_ok()
        );
    }
}

/// A token must not choose how it is verified (RFC 8725, section 3.1).
#[tokio::test]
async fn a_token_that_names_the_algorithm_of_another_key_is_refused() {
    let aws = start().await;
    let signers = [SigningAlgorithm::Es256, SigningAlgorithm::Rs256]
        .map(|algorithm| signer_of(SigningMode::Wrapped, algorithm, &aws.endpoint_url()));
    for (signer, other) in [(&signers[0], "RS256"), (&signers[1], "ES256")] {
        let key = signer.first_key(Ring::User, now()).await.unwrap();
        let token = sign(signer, Ring::User, &key).await.0.unwrap();
        let header = serde_json::json!({"typ": "at+jwt", "alg": other, "kid": key.kid});
        let (_, rest) = token.split_once('.').unwrap();
        let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
        let verified = signer.verify_access_token(Ring::User, &ring_of(&key), &forged, now());
        assert_eq!(verified, Err(TokenRejected::WrongAlgorithm));
    }
}
