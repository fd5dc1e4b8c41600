//! A user of another system who moves here, as an export of that system describes them.

use jiff::Timestamp;
use sha1::{Digest as _, Sha1};

use super::email::EmailAddress;
use super::ids::UserId;
use super::linked_account::IdentityKey;
use super::password::PasswordHash;
use super::text::text_enum;
use super::totp::TotpSecret;
use super::user::{Name, UserStatus};
use super::username::Username;

/// The system that wrote an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportSource {
    BetterAuth,
    Cognito,
    Auth0,
    Firebase,
    Supabase,
    Ostiary,
}

text_enum!(ImportSource {
    BetterAuth => "better-auth",
    Cognito => "cognito",
    Auth0 => "auth0",
    Firebase => "firebase",
    Supabase => "supabase",
    Ostiary => "ostiary",
});

/// The namespace of the ids that are derived from ids of other systems (RFC 9562, section 5.5).
const NAMESPACE: [u8; 16] = [
    0x5f, 0x0c, 0x0e, 0x4a, 0x9d, 0x2b, 0x4c, 0x1e, 0x8a, 0x37, 0x61, 0xd4, 0x0b, 0x72, 0xe9, 0x15,
];

#[derive(Debug, Clone)]
pub struct ImportedUser {
    pub source: ImportSource,
    /// The id in the other system.
    pub source_id: String,
    pub email: EmailAddress,
    pub email_verified: bool,
    pub name: Name,
    /// URL of a picture.
    pub image: Option<String>,
    pub username: Option<Username>,
    pub display_username: Option<String>,
    pub status: UserStatus,
    /// As it was exported. It is replaced at the next sign-in.
    pub password: Option<PasswordHash>,
    /// Identities at providers. The issuer of each is known.
    pub identities: Vec<IdentityKey>,
    /// The secret of the authenticator app, if the export has it.
    pub totp: Option<TotpSecret>,
    /// Whether the other system asked for a second factor, of any kind.
    pub has_second_factor: bool,
    pub created_at: Option<Timestamp>,
}

impl ImportedUser {
    pub fn id(&self) -> UserId {
        imported_id(self.source, &self.source_id)
    }
}

/// A UUID stays the user's id. From any other id a UUID of version 5 is derived, always the same one: an import that is
/// repeated recognizes the users that it has made before.
pub fn imported_id(source: ImportSource, source_id: &str) -> UserId {
    UserId::parse(&source_id.to_ascii_lowercase()).unwrap_or_else(|_| {
        let hash = Sha1::new()
            .chain_update(NAMESPACE)
            .chain_update(source.as_str())
            .chain_update(":")
            .chain_update(source_id)
            .finalize();
        let bytes = std::array::from_fn(|at| hash[at]);
        UserId::from_bytes(uuid::Builder::from_sha1_bytes(bytes).into_uuid().into_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_or_derived_and_always_the_same() {
        let uuid = "0191C9F0-7A3B-7C11-8D52-0F6A1B2C3D4E";
        let id = imported_id(ImportSource::Supabase, uuid);
        assert_eq!(id.to_string(), uuid.to_lowercase());
        let derived = imported_id(ImportSource::Auth0, "auth0|5dea9f9c82dd7c0e76e4ec93");
        assert_eq!(
            derived,
            imported_id(ImportSource::Auth0, "auth0|5dea9f9c82dd7c0e76e4ec93")
        );
        assert_ne!(
            derived,
            imported_id(ImportSource::Firebase, "auth0|5dea9f9c82dd7c0e76e4ec93")
        );
        assert_eq!(derived.to_string().as_bytes()[14], b'5');
    }
}
