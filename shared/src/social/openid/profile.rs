//! The claims of an OpenID provider about a user, from its user-info endpoint or an ID token (OpenID Connect Core,
//! section 5.1).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::super::{Profile, ProviderError};
use crate::domain::{EmailAddress, Identity, ProviderId};

pub fn of(provider: &ProviderId, subject: &str, claims: Value) -> Result<Profile, ProviderError> {
    if claims["sub"].as_str() != Some(subject) {
        tracing::warn!(social.provider = %provider, "a provider returned the profile of another user");
        return Err(ProviderError::InvalidToken);
    }
    let text = |name: &str| claims[name].as_str();
    // Some providers encode booleans as text.
    let is_true = |value: &Value| value.as_bool() == Some(true) || value.as_str() == Some("true");
    let identity = Identity {
        provider: provider.clone(),
        subject: subject.to_owned(),
        email: text("email").and_then(|email| EmailAddress::parse(email).ok()),
        email_verified: is_true(&claims["email_verified"]),
        name: text("name").map(str::to_owned),
        image: text("picture").map(str::to_owned),
    };
    Ok(Profile { identity, data: claims })
}

/// The claims of a token that was verified when it was received.
pub fn claims_of(id_token: Option<&str>) -> Option<Value> {
    let claims = id_token?.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn acme() -> ProviderId {
        ProviderId::parse("acme").expect("a name")
    }

    #[test]
    fn a_profile_must_be_of_the_subject() {
        let claims = json!({"sub": "1", "email": "ada@example.com", "email_verified": "true", "locale": "en"});
        let profile = of(&acme(), "1", claims.clone()).expect("a profile");
        assert_eq!((profile.identity.email_verified, &profile.data), (true, &claims));
        assert_eq!(of(&acme(), "2", claims).map(|_| ()), Err(ProviderError::InvalidToken));
        assert_eq!(of(&acme(), "", json!({})).map(|_| ()), Err(ProviderError::InvalidToken));
    }

    #[test]
    fn an_id_token_has_the_same_claims() {
        let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(r#"{"sub":"1"}"#));
        assert_eq!(claims_of(Some(&token)), Some(json!({"sub": "1"})));
        for none in [None, Some("no token"), Some("a.b.c")] {
            assert_eq!(claims_of(none), None);
        }
    }
}
