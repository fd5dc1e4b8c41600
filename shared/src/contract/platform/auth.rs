//! Registration, login and the life of the own credentials in the `platform` contract.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::failure::Failure;
use super::profile::UserProfile;
use crate::contract::fields::parsers::{filled, flag, new_password, optional_name, text};
use crate::contract::fields::{Fields, Read, request};
use crate::contract::time::seconds_until;
use crate::domain::organization::solo_name;
use crate::domain::password::normalize;
use crate::domain::{
    EmailAddress, LoginName, Name, NewPassword, PasswordAttempt, PasswordRules, RefreshToken, Session, User,
};
use crate::http::AppState;
use crate::operations::SwitchedOrganization as Switched;
use crate::operations::{Interruption, OpenedSession, Refreshed, SignedIn};

/// The document has no limits of its own.
pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 1024 };

/// Longest name of a person, in characters.
const NAME: usize = 50;
/// Longest name of a device, in characters.
const DEVICE: usize = 256;
/// Longest token, in characters.
const TOKEN: usize = 1000;

request! {
    pub struct RegisterRequest {
        email: EmailAddress = "email",
        password: String = new_password("password", PASSWORD_RULES),
        first_name: Option<String> = optional_name("first_name", 0, NAME),
        last_name: Option<String> = optional_name("last_name", 0, NAME),
    }

    pub struct LoginRequest {
        identifier: LoginName = identifier(),
        password: PasswordAttempt = filled("password"),
        remember_me: bool = flag("rememberMe", false),
        device_id: Option<String> = optional_name("deviceId", 1, DEVICE),
    }

    pub struct RefreshTokenRequest {
        refresh_token: String = text("refresh_token", 1, TOKEN),
    }

    pub struct ForgotPasswordRequest {
        email: EmailAddress = "email",
    }

    pub struct ResetPasswordRequest {
        token: String = text("token", 1, TOKEN),
        new_password: String = confirmed_password(),
    }

    /// The body of the POST form, and the query of the link.
    pub struct VerifyEmailRequest {
        token: String = text("token", 1, TOKEN),
    }

    pub struct ResendVerificationRequest {
        email: EmailAddress = "email",
    }

    pub struct ChangePasswordRequest {
        old_password: PasswordAttempt = filled("oldPassword"),
        new_password: String = new_password("newPassword", PASSWORD_RULES),
    }
}

/// An identifier of no kind belongs to no user, so the answer discloses nothing.
fn identifier(fields: &mut Fields<'_>) -> Read<LoginName> {
    let name = LoginName::parse(fields.string("identifier")?);
    name.or_else(|| fields.not_a("identifier", "email address, username, or phone number in E.164 form"))
}

/// A new password and its repetition, which must be equal.
pub(super) fn confirmed_password(fields: &mut Fields<'_>) -> Read<String> {
    let (password, repetition) = (
        new_password(fields, "newPassword", PASSWORD_RULES),
        fields.string("confirmPassword"),
    );
    let (password, repetition) = (password?, repetition?);
    if password == normalize(repetition).as_str() {
        Some(password)
    } else {
        fields.not_a("confirmPassword", "repetition of newPassword")
    }
}

impl RegisterRequest {
    pub fn name(&self) -> Name {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        Name::of_parts(&part(&self.first_name), &part(&self.last_name))
    }

    pub fn password(&self) -> Result<NewPassword, Failure> {
        chosen("password", &self.password)
    }
}

impl RefreshTokenRequest {
    pub fn token(&self) -> Result<RefreshToken, Failure> {
        RefreshToken::parse(&self.refresh_token).map_err(|_| Failure::refresh_token_refused())
    }
}

impl ResetPasswordRequest {
    pub fn password(&self) -> Result<NewPassword, Failure> {
        chosen("newPassword", &self.new_password)
    }
}

impl ChangePasswordRequest {
    pub fn new_password(&self) -> Result<NewPassword, Failure> {
        chosen("newPassword", &self.new_password)
    }
}

pub(super) fn chosen(field: &str, text: &str) -> Result<NewPassword, Failure> {
    NewPassword::parse(text, PASSWORD_RULES).map_err(|weak| Failure::weak_password(field, weak))
}

#[derive(Debug, Serialize)]
pub struct Registered {
    user: RegisteredUser,
    message: &'static str,
}

#[derive(Debug, Serialize)]
struct RegisteredUser {
    id: String,
    email: String,
    /// The role in the own organization.
    role: &'static str,
    verified: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    first_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    last_name: String,
    solo_org_id: String,
    solo_org_name: String,
}

impl Registered {
    pub fn of(user: &User) -> Result<Self, Interruption> {
        let solo = user.starting_organization();
        let solo = solo.ok_or_else(|| Interruption::internal("a new user has no organization"))?;
        Ok(Self {
            user: RegisteredUser {
                id: user.id.to_string(),
                email: user.email.to_string(),
                role: "OWNER",
                verified: user.is_email_verified(),
                first_name: user.name.first().to_owned(),
                last_name: user.name.last().to_owned(),
                solo_org_id: solo.to_string(),
                solo_org_name: solo_name(&user.name).to_owned(),
            },
            message: "Registration successful. A mail to the address has a link that verifies it.",
        })
    }
}

#[derive(Debug, Serialize)]
pub struct Tokens {
    access_token: String,
    refresh_token: String,
    /// In seconds.
    expires_in: i64,
}

#[derive(Debug, Serialize)]
pub struct LoggedIn {
    #[serde(flatten)]
    tokens: Tokens,
    user: UserProfile,
}

impl Tokens {
    /// `lifetime` is the lifetime of access tokens.
    fn of(access: String, refresh: &RefreshToken, session: &Session, lifetime: SignedDuration, now: Timestamp) -> Self {
        Self {
            access_token: access,
            refresh_token: refresh.to_string(),
            expires_in: seconds_until(session.end_of_access_token(lifetime, now), now),
        }
    }

    fn opened(opened: &OpenedSession, lifetime: SignedDuration, now: Timestamp) -> Result<Self, Interruption> {
        let access = opened.expect_access_token()?;
        Ok(Self::of(access, &opened.refresh_token, &opened.session, lifetime, now))
    }

    pub fn switched(switched: Switched, lifetime: SignedDuration, now: Timestamp) -> Self {
        let Switched {
            session,
            access_token,
            refresh_token,
        } = switched;
        Self::of(access_token, &refresh_token, &session, lifetime, now)
    }

    pub fn refreshed(refreshed: Refreshed, lifetime: SignedDuration, now: Timestamp) -> Self {
        let Refreshed {
            session,
            access_token,
            refresh_token,
            ..
        } = refreshed;
        Self::of(access_token, &refresh_token, &session, lifetime, now)
    }
}

/// The contract has no operation that verifies a second factor.
pub fn session_of(signed_in: SignedIn) -> Result<OpenedSession, Failure> {
    match signed_in {
        SignedIn::Session(opened) => Ok(opened),
        SignedIn::SecondFactor(_) => Err(Failure::second_factor_required()),
    }
}

impl LoggedIn {
    /// Accepts the invitations that wait for the user, and shows the user with what comes of them.
    pub async fn complete(app: &AppState, opened: &OpenedSession, now: Timestamp) -> Result<Self, Failure> {
        let user = app.core.accept_waiting_invitations(opened.user.clone(), now).await;
        let profile = app.core.profile_of(user, now).await?;
        Ok(Self {
            tokens: Tokens::opened(opened, app.core.configuration().access_token_lifetime, now)?,
            user: (&profile).into(),
        })
    }
}
