//! One row of an export: first as the reader of its format found it, then as a valid user with notes on what was left
//! out, or as the reason why it is refused. No reason repeats a value, which may be a secret.

use std::collections::HashMap;

use jiff::Timestamp;
use shared::domain::invisible;
use shared::domain::linked_account::MAX_SUBJECT;
use shared::domain::{
    EmailAddress, IdentityKey, ImportSource, ImportedUser, Issuer, Name, PasswordHash, ProviderId, TotpSecret,
    UserStatus, Username,
};
use shared::passwords::imported::UnusableHash;

/// Longer names and addresses of pictures are left out.
const MAX_NAME: usize = 200;
const MAX_IMAGE: usize = 2048;
const MAX_ID: usize = 255;

/// A row with its number in the file, counted from 1.
#[derive(Debug)]
pub struct Row {
    pub number: usize,
    pub source_id: Option<String>,
    pub content: Result<Candidate, String>,
}

/// A user to be imported.
#[derive(Debug)]
pub struct Candidate {
    pub user: ImportedUser,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// An identity at a provider, as an export has it.
#[derive(Debug)]
pub struct FoundIdentity {
    pub provider: String,
    /// Only the format of this service has it.
    pub issuer: Option<String>,
    pub subject: String,
}

/// What the reader of a format found.
#[derive(Debug, Default)]
pub struct Draft {
    pub id: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub image: Option<String>,
    pub username: Option<String>,
    pub display_username: Option<String>,
    pub status: Option<UserStatus>,
    pub password: Option<Result<PasswordHash, UnusableHash>>,
    /// Providers by the names that the other system gives them, each with the subject.
    pub identities: Vec<FoundIdentity>,
    pub totp: Option<TotpSecret>,
    pub has_second_factor: bool,
    pub created_at: Option<Timestamp>,
    pub notes: Vec<String>,
}

impl FoundIdentity {
    pub fn new(provider: String, subject: String) -> Self {
        Self {
            provider,
            issuer: None,
            subject,
        }
    }
}

impl Candidate {
    /// Gives the identities without an issuer the one of their provider. An identity stays out if its issuer is not
    /// known, because the subject means a user only at its issuer.
    pub fn set_issuers(&mut self, issuers: &HashMap<ProviderId, Issuer>) {
        for identity in &mut self.user.identities {
            if identity.issuer == Issuer::assumed(&identity.provider)
                && let Some(issuer) = issuers.get(&identity.provider)
            {
                identity.issuer = issuer.clone();
            }
        }
        let before = self.user.identities.len();
        self.user.identities.retain(|identity| identity.issuer.is_known());
        if self.user.identities.len() < before {
            let note = "an identity was left out, because the issuer of its provider is not known: see --issuer";
            self.notes.push(note.to_owned());
        }
    }
}

impl Row {
    pub fn new(number: usize, source: ImportSource, draft: Draft) -> Self {
        Self {
            number,
            source_id: draft.id.clone(),
            content: draft.into_candidate(source),
        }
    }

    pub fn rejected(number: usize, source_id: Option<String>, reason: impl Into<String>) -> Self {
        Self {
            number,
            source_id,
            content: Err(reason.into()),
        }
    }
}

impl Draft {
    fn into_candidate(mut self, source: ImportSource) -> Result<Candidate, String> {
        let id = self.id.take().filter(|id| !id.is_empty());
        let source_id = id.ok_or("the row has no id")?;
        if source_id.len() > MAX_ID {
            return Err(format!("the id is longer than {MAX_ID} bytes"));
        }
        let email = self.email.take().ok_or("the row has no e-mail address")?;
        let email = EmailAddress::parse(email.trim()).map_err(|_| "the e-mail address is malformed")?;
        let name = self.take_name();
        let image = self.take_image();
        let username = self.take_username();
        let identities = self.take_identities();
        let display_username = self.display_username.take();
        let display_username = self.visible(display_username, "display username");
        let password = match self.password.take() {
            Some(Ok(hash)) => Some(hash),
            Some(Err(unusable)) => {
                self.note(format!("imported without password: {unusable}"));
                None
            }
            None => None,
        };
        Ok(Candidate {
            user: ImportedUser {
                source,
                source_id,
                email,
                email_verified: self.email_verified,
                name,
                image,
                username,
                display_username,
                status: self.status.take().unwrap_or(UserStatus::Active),
                password,
                identities,
                has_second_factor: self.has_second_factor || self.totp.is_some(),
                totp: self.totp.take(),
                created_at: self.created_at,
            },
            notes: self.notes,
        })
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Other users see names, so the rules of the contracts hold for them too.
    fn visible(&mut self, text: Option<String>, what: &str) -> Option<String> {
        let cleaned = invisible::cleaned(&text?).filter(|text| text.chars().count() <= MAX_NAME);
        if cleaned.is_none() {
            self.note(format!(
                "the {what} is too long or has invisible characters, and was left out"
            ));
        }
        cleaned.filter(|text| !text.is_empty())
    }

    fn take_name(&mut self) -> Name {
        let (full, given, family) = (self.name.take(), self.given_name.take(), self.family_name.take());
        let full = self.visible(full, "name");
        let (given, family) = (self.visible(given, "given name"), self.visible(family, "family name"));
        match (given, family, full) {
            (Some(given), Some(family), _) => Name::of_parts(&given, &family),
            (given, family, full) => Name::full(&full.or(given).or(family).unwrap_or_default()),
        }
    }

    fn take_image(&mut self) -> Option<String> {
        let image = self.image.take()?;
        let is_link = url::Url::parse(&image).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if is_link && image.len() <= MAX_IMAGE {
            return Some(image);
        }
        self.note("the picture is no web address, and was left out");
        None
    }

    fn take_username(&mut self) -> Option<Username> {
        match Username::parse(&self.username.take()?) {
            Ok(username) => Some(username),
            Err(invalid) => {
                self.note(format!("the username was left out: {invalid}"));
                None
            }
        }
    }

    fn take_identities(&mut self) -> Vec<IdentityKey> {
        let mut kept: Vec<IdentityKey> = Vec::new();
        for found in std::mem::take(&mut self.identities) {
            let FoundIdentity {
                provider,
                issuer,
                subject,
            } = found;
            let is_subject = !subject.is_empty() && subject.len() <= MAX_SUBJECT;
            match ProviderId::parse(&provider_name(&provider)) {
                Ok(provider) if is_subject => {
                    let is_same = |kept: &IdentityKey| kept.provider == provider && kept.subject == subject;
                    if !kept.iter().any(is_same) {
                        kept.push(IdentityKey {
                            issuer: issuer.map_or_else(|| Issuer::assumed(&provider), Issuer::new),
                            provider,
                            subject,
                        });
                    }
                }
                _ => self.note("an identity at a provider is malformed, and was left out"),
            }
        }
        kept
    }
}

/// The name that this service gives the provider.
fn provider_name(name: &str) -> String {
    match name {
        "google.com" | "google-oauth2" => "google".to_owned(),
        "facebook.com" => "facebook".to_owned(),
        "github.com" => "github".to_owned(),
        "apple.com" => "apple".to_owned(),
        "microsoft.com" | "windowslive" | "azure" | "waad" => "microsoft".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}
