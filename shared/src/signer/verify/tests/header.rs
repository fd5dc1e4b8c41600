//! The header of a token: the algorithm, the type, the key, and no other member.

use jsonwebtoken::{EncodingKey, Header};

use super::*;
use crate::signer::jwk_of;

#[test]
fn only_es256_is_accepted() {
    let forge = Forge::new();
    for algorithm in ["none", "None", "HS256", "RS256", "ES384", "es256", ""] {
        let token = forge.with_header("alg", json!(algorithm));
        assert_eq!(forge.verify(&token), Err(TokenRejected::WrongAlgorithm), "{algorithm}");
        let [header, payload, _] = parts(&token);
        assert_eq!(
            forge.verify(&format!("{header}.{payload}.")),
            Err(TokenRejected::WrongAlgorithm),
            "{algorithm}"
        );
    }
    assert_eq!(
        forge.verify(&forge.with_header("alg", Value::Null)),
        Err(TokenRejected::Malformed)
    );
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let forge = Forge::new();
    let header = Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some(forge.kid().to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let sec1 = forge.private.verifying_key().to_encoded_point(false);
    for secret in [forge.ring.keys[0].public_key.as_slice(), sec1.as_bytes()] {
        let token = jsonwebtoken::encode(&header, &payload(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(forge.verify(&token), Err(TokenRejected::WrongAlgorithm));
        // The same signature under a header that claims ES256.
        let [_, payload, signature] = parts(&token);
        let header = URL_SAFE_NO_PAD.encode(forge.header().to_string());
        assert_eq!(
            forge.verify(&format!("{header}.{payload}.{signature}")),
            Err(TokenRejected::WrongSignature)
        );
    }
}

#[test]
fn only_access_tokens_are_accepted() {
    let forge = Forge::new();
    for typ in ["JWT", "at+JWT", "application/at+jwt", "id+jwt", ""] {
        assert_eq!(
            forge.verify(&forge.with_header("typ", json!(typ))),
            Err(TokenRejected::WrongType),
            "{typ}"
        );
    }
    assert_eq!(
        forge.verify(&forge.with_header("typ", Value::Null)),
        Err(TokenRejected::Malformed)
    );
}

#[test]
fn the_key_is_one_of_the_ring() {
    let forge = Forge::new();
    assert_eq!(
        forge.verify(&forge.with_header("kid", Value::Null)),
        Err(TokenRejected::Malformed)
    );
    assert_eq!(
        forge.verify(&forge.with_header("kid", json!(1))),
        Err(TokenRejected::Malformed)
    );
    for kid in ["", "unknown", "../../etc/passwd"] {
        assert_eq!(
            forge.verify(&forge.with_header("kid", json!(kid))),
            Err(TokenRejected::UnknownKey),
            "{kid}"
        );
    }
    let empty = KeyRing::default();
    let verified = forge
        .signer
        .verify_access_token(Ring::User, &empty, &forge.good(), now());
    assert_eq!(verified, Err(TokenRejected::UnknownKey));
}

#[test]
fn a_header_that_says_more_is_refused() {
    let forge = Forge::new();
    let jwk = serde_json::to_value(jwk_of(&forge.ring.keys[0]).unwrap()).unwrap();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("jwk", jwk),
        ("jku", json!("https://evil.example/jwks.json")),
        ("x5u", json!("https://evil.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("b64", json!(false)),
        ("cty", json!("JWT")),
        ("zip", json!("DEF")),
    ] {
        assert_eq!(
            forge.verify(&forge.with_header(name, value)),
            Err(TokenRejected::Malformed),
            "{name}"
        );
    }
}

#[test]
fn the_claimed_key_is_told_without_verifying() {
    let forge = Forge::new();
    let [header, payload, _] = parts(&forge.good()).map(str::to_owned);
    let unsigned = format!("{header}.{payload}.");
    assert_eq!(key_id_of(&unsigned).as_deref(), Some(forge.kid()));
    for token in [
        "",
        "opaque",
        "a.b.c",
        &forge.with_header("alg", json!("none")),
        &forge.with_header("typ", json!("JWT")),
    ] {
        assert_eq!(key_id_of(token), None, "{token}");
    }
}
