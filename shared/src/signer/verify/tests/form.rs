//! The encoding of a token: its parts, their JSON, and the signature over them.

use super::*;

/// Returns the text of an object with a duplicate member.
fn doubled(object: &Value, name: &str, value: &Value) -> String {
    let text = object.to_string();
    format!("{},{}:{value}}}", text.strip_suffix('}').unwrap(), json!(name))
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

    // The same header with different whitespace.
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
    // The length is what decides: a shorter token of this kind is accepted.
    assert!(
        forge
            .verify(&forge.with_claim("padding", json!("a".repeat(1 << 10))))
            .is_ok()
    );
}
