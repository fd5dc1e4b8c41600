//! Hostile tokens. Each differs from a good one in one thing, and is signed with the right key wherever that is possible.

use jsonwebtoken::{EncodingKey, Header};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{self, Signature};
use p256::pkcs8::EncodePublicKey;
use serde_json::{Value, json};

use super::*;
use crate::domain::signing_key::{PrivateKey, SigningKey};
use crate::signer::fixture::{ADMIN_AUDIENCE, AUDIENCE, ISSUER, claims, now, signer};
use crate::signer::jwks::{public_key, thumbprint};
use crate::signer::{Signer, SigningMode};

/// A ring of one key, and its private half.
struct Forge {
    private: ecdsa::SigningKey,
    ring: KeyRing,
    signer: Signer,
}

impl Forge {
    fn new() -> Self {
        let private = ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let der = private.verifying_key().to_public_key_der().unwrap().into_vec();
        let key = SigningKey {
            kid: thumbprint(&public_key(&der).unwrap()).unwrap(),
            public_key: der,
            private_key: PrivateKey::Wrapped { ciphertext: Vec::new() },
            created_at: now(),
            retired_at: None,
        };
        let ring = KeyRing {
            keys: vec![key],
            version: 1,
        };
        Self {
            private,
            ring,
            signer: signer(SigningMode::Wrapped, "http://127.0.0.1:9"),
        }
    }

    fn kid(&self) -> &str {
        &self.ring.keys[0].kid
    }

    fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "ES256", "kid": self.kid() })
    }

    /// A signed token of exactly these two texts.
    fn token(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature: Signature = self.private.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    fn good(&self) -> String {
        self.token(&self.header().to_string(), &payload().to_string())
    }

    /// A token whose header has this member changed, or removed for `null`.
    fn with_header(&self, name: &str, value: Value) -> String {
        self.token(&changed(self.header(), name, value).to_string(), &payload().to_string())
    }

    /// A token whose claims have this member changed, or removed for `null`.
    fn with_claim(&self, name: &str, value: Value) -> String {
        self.token(&self.header().to_string(), &changed(payload(), name, value).to_string())
    }

    fn verify(&self, token: &str) -> Result<AccessClaims, TokenRejected> {
        self.verify_at(token, now())
    }

    fn verify_at(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenRejected> {
        self.signer.verify_access_token(Ring::User, &self.ring, token, now)
    }
}

fn payload() -> Value {
    serde_json::to_value(WireClaims::new(&claims(), ISSUER, AUDIENCE)).unwrap()
}

fn changed(mut object: Value, name: &str, value: Value) -> Value {
    let members = object.as_object_mut().unwrap();
    members.remove(name);
    if !value.is_null() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// The text of an object that has one member twice.
fn doubled(object: &Value, name: &str, value: &Value) -> String {
    let text = object.to_string();
    format!("{},{}:{value}}}", text.strip_suffix('}').unwrap(), json!(name))
}

/// The three parts of a token.
fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

#[test]
fn a_good_token_is_accepted() {
    let forge = Forge::new();
    assert_eq!(forge.verify(&forge.good()), Ok(claims()));
}

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
        ("roles", json!(["emperor"])),
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

#[test]
fn nothing_signed_can_be_altered() {
    let forge = Forge::new();
    let (good, other) = (forge.good(), forge.with_claim("roles", json!(["super_admin"])));
    let ([header, payload, signature], [_, other_payload, _]) = (parts(&good), parts(&other));
    assert_eq!(
        forge.verify(&format!("{header}.{other_payload}.{signature}")),
        Err(TokenRejected::WrongSignature)
    );

    // The same header, spelled otherwise.
    let spaced = URL_SAFE_NO_PAD.encode(format!(" {}", forge.header()));
    assert_eq!(
        forge.verify(&format!("{spaced}.{payload}.{signature}")),
        Err(TokenRejected::WrongSignature)
    );

    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    for index in [0, 31, 32, 63] {
        let mut altered = bytes.clone();
        altered[index] ^= 1;
        let token = format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(altered));
        assert_eq!(forge.verify(&token), Err(TokenRejected::WrongSignature), "{index}");
    }
}

#[test]
fn a_signature_has_one_form() {
    let forge = Forge::new();
    let good = forge.good();
    let [header, payload, signature] = parts(&good);
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let der = Signature::from_slice(&raw).unwrap().to_der();
    for other in [
        der.as_bytes(),
        &[0; 64],
        &raw[..63],
        &[raw.as_slice(), &[0]].concat(),
        &[],
    ] {
        let token = format!("{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(other));
        assert_eq!(
            forge.verify(&token),
            Err(TokenRejected::WrongSignature),
            "{}",
            other.len()
        );
    }
    for suffix in ["=", "==", "\n", " "] {
        assert_eq!(
            forge.verify(&format!("{good}{suffix}")),
            Err(TokenRejected::Malformed),
            "{suffix:?}"
        );
    }
}

#[test]
fn a_token_has_three_parts() {
    let forge = Forge::new();
    let good = forge.good();
    let [header, payload, signature] = parts(&good);
    for token in [
        format!("{good}."),
        format!("{good}.{signature}"),
        format!(".{good}"),
        format!("{header}.{good}"),
        format!("{header}.{payload}"),
        format!("{header}..{payload}.{signature}"),
        header.to_owned(),
        "..".to_owned(),
        ".".to_owned(),
        String::new(),
        format!("Bearer {good}"),
    ] {
        assert!(forge.verify(&token).is_err(), "{token}");
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    let forge = Forge::new();
    let (header, payload) = (forge.header(), payload());
    for (name, value) in [
        ("alg", json!("none")),
        ("kid", json!(forge.kid())),
        ("typ", json!("at+jwt")),
    ] {
        let token = forge.token(&doubled(&header, name, &value), &payload.to_string());
        assert_eq!(forge.verify(&token), Err(TokenRejected::Malformed), "{name}");
    }
    for (name, value) in [
        ("sub", json!("ada")),
        ("exp", json!(i64::MAX)),
        ("aud", json!(AUDIENCE)),
        ("roles", json!([])),
    ] {
        let token = forge.token(&header.to_string(), &doubled(&payload, name, &value));
        assert_eq!(forge.verify(&token), Err(TokenRejected::Malformed), "{name}");
    }
}

#[test]
fn json_of_another_shape_is_refused() {
    let forge = Forge::new();
    let (header, payload) = (forge.header(), payload());
    let list = json!(["at+jwt", "ES256", forge.kid()]).to_string();
    for (header, payload) in [
        (list, payload.to_string()),
        (format!("{header}{header}"), payload.to_string()),
        (header.to_string(), format!("{payload}{payload}")),
        (header.to_string(), "null".to_owned()),
        (header.to_string(), "[".repeat(5000)),
    ] {
        assert_eq!(
            forge.verify(&forge.token(&header, &payload)),
            Err(TokenRejected::Malformed),
            "{header}"
        );
    }
}

#[test]
fn a_token_of_a_megabyte_is_not_looked_at() {
    let forge = Forge::new();
    assert_eq!(forge.verify(&"a".repeat(1 << 20)), Err(TokenRejected::Malformed));
    let padded = forge.with_claim("padding", json!("a".repeat(1 << 20)));
    assert_eq!(forge.verify(&padded), Err(TokenRejected::Malformed));
    // It is the length that decides: a shorter one of that kind passes.
    assert!(
        forge
            .verify(&forge.with_claim("padding", json!("a".repeat(1 << 10))))
            .is_ok()
    );
}
