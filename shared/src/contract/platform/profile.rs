//! The own profile in the `platform` contract: the response, and the request that changes it. Fields without a value
//! are omitted, except for the username, which is `null`.

use jiff::Timestamp;
use serde::Serialize;

use super::organization::{Membership, Organization};
use crate::contract::email_status::EmailStatusReport;
use crate::contract::fields::parsers::optional_name;
use crate::contract::fields::{Fields, Problem, Read, request};
use crate::contract::time::time;
use crate::domain::username::InvalidUsername;
use crate::domain::{Language, Patch, PhoneNumber, TimeZoneName, Title, User, UserStatus, Username};
use crate::operations::{OwnProfile, UpdateProfile, UpdateUser};

/// Longest name, in characters.
const NAME: usize = 50;

#[derive(Debug, Serialize)]
pub struct UserProfile {
    pub id: String,
    pub email: String,
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_name: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub last_name: String,
    pub verified: bool,
    pub phone_verified: bool,
    /// The deliverability of mail to the address. The field is not in the document.
    pub email_status: EmailStatusReport,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    pub language: &'static str,
    pub timezone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'static str>,
    pub solo_org_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_org_id: Option<String>,
    pub solo_org: Organization,
    pub memberships: Vec<Membership>,
    #[serde(serialize_with = "time")]
    pub created_at: Timestamp,
    #[serde(serialize_with = "time")]
    pub updated_at: Timestamp,
}

request! {
    /// Changes of the own profile. Absent fields keep their value.
    pub struct UpdateUserProfile {
        /// The username, and the form in which the user typed it.
        username: Option<(Username, String)> = username(),
        first_name: Option<String> = optional_name("first_name", 1, NAME),
        last_name: Option<String> = optional_name("last_name", 1, NAME),
        preferred_name: Option<String> = optional_name("preferred_name", 0, NAME),
        title: Option<Title> = parsed("title", Title::parse, "title of the document's"),
        language: Option<Language> = parsed("language", Language::parse, "language of the document's"),
        time_zone: Option<TimeZoneName> =
            parsed("timezone", |text| TimeZoneName::parse(text).ok(), "name of a time zone"),
        phone: Option<PhoneNumber> =
            parsed("phone", |text| PhoneNumber::parse(text).ok(), "phone number in E.164 form"),
    }
}

impl From<UpdateUserProfile> for UpdateUser {
    fn from(body: UpdateUserProfile) -> Self {
        let preferred_name = body.preferred_name.map_or(Patch::Keep, |name| match name.as_str() {
            "" => Patch::Clear,
            _ => Patch::Set(name),
        });
        let (username, display_username) = body.username.unzip();
        Self {
            first_name: body.first_name,
            last_name: body.last_name,
            username,
            display_username,
            profile: UpdateProfile {
                phone: body.phone,
                preferred_name,
                title: body.title,
                language: body.language,
                time_zone: body.time_zone,
            },
            ..Self::default()
        }
    }
}

fn username(fields: &mut Fields<'_>) -> Read<Option<(Username, String)>> {
    if !fields.contains("username") {
        return Some(None);
    }
    let typed = fields.string("username")?;
    match Username::parse(typed) {
        Ok(username) => Some(Some((username, typed.to_owned()))),
        Err(InvalidUsername::TooShort) => {
            let min = Username::MIN_LENGTH;
            fields.problem("username", Problem::TooShort { min })
        }
        Err(InvalidUsername::TooLong) => {
            let max = Username::MAX_LENGTH;
            fields.problem("username", Problem::TooLong { max })
        }
        Err(InvalidUsername::WrongCharacter) => {
            fields.not_a("username", "name of letters, digits, underscores, hyphens and dots")
        }
    }
}

fn parsed<T>(
    fields: &mut Fields<'_>,
    field: &str,
    parse: impl FnOnce(&str) -> Option<T>,
    expected: &'static str,
) -> Read<Option<T>> {
    if !fields.contains(field) {
        return Some(None);
    }
    let text = fields.string(field)?;
    match parse(text) {
        Some(value) => Some(Some(value)),
        None => fields.not_a(field, expected),
    }
}

impl From<&OwnProfile> for UserProfile {
    fn from(own: &OwnProfile) -> Self {
        let OwnProfile {
            user,
            solo,
            memberships,
        } = own;
        let profile = &user.profile;
        let membership = |(membership, organization)| Membership::of(user.id, membership, organization);
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            username: shown_username(user),
            phone: profile.phone.as_ref().map(ToString::to_string),
            first_name: user.name.first().to_owned(),
            preferred_name: profile.preferred_name.clone(),
            last_name: user.name.last().to_owned(),
            verified: user.is_email_verified(),
            // Phone numbers are not verified yet.
            phone_verified: user.profile.is_phone_verified,
            email_status: (&user.email_status).into(),
            status: status(&user.status),
            avatar: user.image.clone(),
            language: profile.language.unwrap_or_default().as_str(),
            timezone: profile.time_zone.to_string(),
            title: profile.title.map(Title::as_str),
            solo_org_id: solo.id.to_string(),
            default_org_id: user.starting_organization().map(|id| id.to_string()),
            solo_org: solo.into(),
            memberships: memberships
                .iter()
                .map(|(joined, of)| membership((joined, of)))
                .collect(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// The username as the user typed it, if it differs from the stored one in case only.
fn shown_username(user: &User) -> Option<String> {
    let username = user.username.as_ref()?;
    let typed = user.display_username.as_ref();
    let shown = typed.filter(|typed| typed.eq_ignore_ascii_case(username.as_str()));
    Some(shown.cloned().unwrap_or_else(|| username.to_string()))
}

fn status(status: &UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "ACTIVE",
        UserStatus::Pending | UserStatus::Invited => "PENDING",
        UserStatus::Inactive => "INACTIVE",
        UserStatus::Suspended | UserStatus::Banned { .. } => "SUSPENDED",
        UserStatus::Deleted => "DELETED",
    }
}
