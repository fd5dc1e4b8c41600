//! What a provider says of its user: the claims of an ID token, of a user-info endpoint (OpenID Connect Core, section
//! 5.1) or of an API. Documents are read leniently, because a claim that has another form than documented must not stop
//! a sign-in; only the subject and the address decide who signs in, and those are strict.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;

use crate::domain::invisible::is_plain;
use crate::domain::{EmailAddress, Name};

/// One document of claims about one user.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(pub Value);

/// Longest name that is taken from a provider, in characters.
const MAX_NAME: usize = 256;
/// Longest URL of a picture. The limit exists because every session check reads it.
const MAX_PICTURE: usize = 2048;

/// The whole name, in the words of OpenID Connect, SCIM and several APIs.
const FULL: &[&str] = &[
    "name",
    "formatted",
    "displayName",
    "display_name",
    "full_name",
    "fullName",
];
const GIVEN: &[&str] = &[
    "given_name",
    "givenName",
    "first_name",
    "firstName",
    "localizedFirstName",
];
const MIDDLE: &[&str] = &["middle_name", "middleName"];
const FAMILY: &[&str] = &[
    "family_name",
    "familyName",
    "last_name",
    "lastName",
    "localizedLastName",
    "surname",
];
/// What stands for a name that the provider does not know.
const SHORT: &[&str] = &["nickname", "preferred_username", "login", "username"];

impl Claims {
    /// The claims of a JWT, unverified.
    pub fn of_token(token: &str) -> Option<Self> {
        let claims = token.split('.').nth(1)?;
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        claims.is_object().then_some(Self(claims))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    pub fn email(&self) -> Option<&str> {
        self.text("email")
    }

    /// The address, and whether this document says that the provider has verified it. A verification that another
    /// document asserts may be that of another address.
    pub fn address(&self) -> (Option<EmailAddress>, bool) {
        let address = self.email().and_then(|email| EmailAddress::parse(email).ok());
        let is_verified = address.is_some() && is_true(&self.0["email_verified"]);
        (address, is_verified)
    }

    /// The name, if there is one in any documented form.
    pub fn name(&self) -> Option<Name> {
        let within = self.0["name"].is_object().then_some(&self.0["name"]);
        within
            .and_then(full_or_parts)
            .or_else(|| full_or_parts(&self.0))
            .or_else(|| tagged(&self.0, "name").map(|name| Name::full(&name)))
    }

    /// The name, or else what comes closest to one: a nickname, a username, or the address before its `@`.
    pub fn name_or_substitute(&self) -> Option<Name> {
        let local_part = || text_of(&Value::from(self.email()?.split('@').next()?));
        let substitute = || {
            let short = first(&self.0, SHORT)?;
            // Some providers use the address as the username, and a name is shown to other users.
            Some(short.split('@').next().unwrap_or_default().to_owned()).filter(|short| !short.is_empty())
        };
        self.name()
            .or_else(|| substitute().or_else(local_part).map(|text| Name::full(&text)))
    }

    pub fn picture(&self) -> Option<String> {
        picture(self.text("picture"))
    }
}

/// A picture that pages may show: an `https` URL in its canonical form, without credentials. Pages may put it into
/// markup as it is.
pub fn picture(url: Option<&str>) -> Option<String> {
    let url = Url::parse(url?).ok()?;
    let is_plain = url.scheme() == "https" && url.username().is_empty() && url.password().is_none();
    let text = String::from(url);
    (is_plain && text.len() <= MAX_PICTURE).then_some(text)
}

/// Only `true`, and the same as text: some providers encode booleans so. Anything else, `"false"` and `"no"` included,
/// is no assertion.
fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true) || value.as_str() == Some("true")
}

fn full_or_parts(claims: &Value) -> Option<Name> {
    let full = first(claims, FULL);
    let given = first(claims, GIVEN);
    let given = match (given, first(claims, MIDDLE)) {
        (Some(given), Some(middle)) if full.is_none() => Some(format!("{given} {middle}")),
        (given, _) => given,
    };
    match (full, given, first(claims, FAMILY)) {
        (Some(full), Some(given), Some(family)) if full == format!("{given} {family}") => {
            Some(Name::of_parts(&given, &family))
        }
        // The provider knows best how the parts are joined: in some languages the family name comes first.
        (Some(full), _, _) => Some(Name::full(&full)),
        (None, Some(given), Some(family)) => Some(Name::of_parts(&bounded(&given), &bounded(&family))),
        (None, given, family) => given.or(family).map(|only| Name::full(&only)),
    }
}

/// The first of the claims that has a text.
fn first(claims: &Value, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| text_of(&claims[*name]))
}

/// A claim with a language tag (section 5.2), where there is none without.
fn tagged(claims: &Value, name: &str) -> Option<String> {
    let tagged = |key: &str| key.strip_prefix(name).is_some_and(|rest| rest.starts_with('#'));
    let mut claims = claims.as_object()?.iter();
    claims.find_map(|(key, value)| text_of(value).filter(|_| tagged(key)))
}

/// A text, or an object of texts by language, without the characters that no name may have.
fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text,
        Value::Object(_) => localized(value)?,
        _ => return None,
    };
    let mut plain = String::new();
    for c in text.trim().chars().take(MAX_NAME) {
        plain.push(c);
        if !is_plain(&plain) {
            plain.pop();
        }
    }
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

/// `{"localized": {"en_US": "Ada"}, "preferredLocale": {"language": "en", "country": "US"}}`.
fn localized(value: &Value) -> Option<&str> {
    let texts = value["localized"].as_object()?;
    let locale = &value["preferredLocale"];
    let part = |name| locale[name].as_str().unwrap_or_default();
    let preferred = texts.get(&format!("{}_{}", part("language"), part("country")));
    preferred.or_else(|| texts.values().next())?.as_str()
}

fn bounded(part: &str) -> String {
    part.chars().take(MAX_NAME / 2).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn name(claims: Value) -> Option<String> {
        Claims(claims).name_or_substitute().map(|name| name.as_str().to_owned())
    }

    #[test]
    fn a_name_is_read_in_every_documented_form() {
        for (claims, expected) in [
            (json!({"name": "Ada Lovelace"}), "Ada Lovelace"),
            (json!({"name": " Ada\u{202e} \u{0}Lovelace "}), "Ada Lovelace"),
            (
                json!({"name": "", "given_name": "Ada", "family_name": "Lovelace"}),
                "Ada Lovelace",
            ),
            (
                json!({"given_name": "Ada", "middle_name": "King", "family_name": "Lovelace"}),
                "Ada King Lovelace",
            ),
            (
                json!({"name": "山田 太郎", "given_name": "太郎", "family_name": "山田"}),
                "山田 太郎",
            ),
            (json!({"given_name": "Ada"}), "Ada"),
            (json!({"family_name": "Lovelace"}), "Lovelace"),
            (
                json!({"name": {"firstName": "Ada", "lastName": "Lovelace"}}),
                "Ada Lovelace",
            ),
            (
                json!({"name": {"formatted": "Ada Lovelace", "givenName": "A"}}),
                "Ada Lovelace",
            ),
            (
                json!({"name": {"givenName": "Ada", "familyName": "Lovelace"}}),
                "Ada Lovelace",
            ),
            (json!({"name": {"localized": {"en_US": "Ada"}}}), "Ada"),
            (
                json!({
                    "firstName": {
                        "localized": {"de_DE": "Adele", "en_US": "Ada"},
                        "preferredLocale": {"language": "en", "country": "US"},
                    },
                    "localizedLastName": "Lovelace",
                }),
                "Ada Lovelace",
            ),
            (json!({"displayName": "Ada", "surname": "Lovelace"}), "Ada"),
            (json!({"name#en": "Ada"}), "Ada"),
            (json!({"name": 7, "nickname": "ada"}), "ada"),
            (json!({"name": null, "preferred_username": "ada@example.com"}), "ada"),
            (json!({"name": {}, "email": "countess@example.com"}), "countess"),
            (json!({"name": [], "login": "ada"}), "ada"),
        ] {
            assert_eq!(name(claims.clone()).as_deref(), Some(expected), "{claims}");
        }
        for nameless in [json!({}), json!({"name": "\u{200b}"}), json!({"name": true}), json!([])] {
            assert_eq!(name(nameless.clone()), None, "{nameless}");
        }
        assert_eq!(
            name(json!({"name": "x".repeat(1000)})).map(|name| name.len()),
            Some(MAX_NAME)
        );
    }

    #[test]
    fn parts_of_a_name_stay_parts() {
        let claims = json!({"name": "Ada Maria Lovelace", "given_name": "Ada Maria", "family_name": "Lovelace"});
        let name = Claims(claims).name().expect("a name");
        assert_eq!((name.first(), name.last()), ("Ada Maria", "Lovelace"));
    }

    #[test]
    fn only_true_verifies_an_address() {
        for (claim, expected) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!("True"), false),
            (json!("0"), false),
            (json!("1"), false),
            (json!(1), false),
            (json!("no"), false),
            (json!("yes"), false),
            (json!(["true"]), false),
            (Value::Null, false),
        ] {
            let claims = Claims(json!({"email": "ada@example.com", "email_verified": claim.clone()}));
            assert_eq!(claims.address().1, expected, "{claim}");
        }
        assert_eq!(Claims(json!({"email_verified": true})).address(), (None, false));
        assert_eq!(
            Claims(json!({"email": "ada", "email_verified": true})).address(),
            (None, false)
        );
    }

    #[test]
    fn a_picture_is_an_https_url() {
        for (url, is_picture) in [
            ("https://example.com/a.png", true),
            ("http://example.com/a.png", false),
            ("javascript:alert(1)", false),
            ("data:image/svg+xml,<svg/>", false),
            ("blob:https://example.com/1", false),
            ("//example.com/a.png", false),
            ("a.png", false),
        ] {
            assert_eq!(picture(Some(url)).is_some(), is_picture, "{url}");
        }
        assert_eq!(
            picture(Some(&format!("https://example.com/{}", "a".repeat(2048)))),
            None
        );
        assert_eq!(picture(Some("https://a:b@example.com/a.png")), None);
        let canonical = picture(Some(" \thttps://Example.com/a<script>\"'"));
        assert_eq!(canonical.as_deref(), Some("https://example.com/a%3Cscript%3E%22'"));
    }

    #[test]
    fn a_token_has_the_same_claims() {
        let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(r#"{"sub":"1"}"#));
        assert_eq!(Claims::of_token(&token), Some(Claims(json!({"sub": "1"}))));
        for none in ["no token", "a.b.c", "e30.W10.sig"] {
            assert_eq!(Claims::of_token(none), None);
        }
    }
}
