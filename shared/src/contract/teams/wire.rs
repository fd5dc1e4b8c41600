//! The structs of the `teams` contract.

use serde::Serialize;

use crate::contract::fields::{Fields, ReadBody};
use crate::domain::{EmailAddress, Name, OrganizationRole, PasswordRules};
use crate::operations::{Caller, Interruption, SignedIn};

/// The document names no longest password; this one keeps hashing bounded.
pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 1024 };

/// Longest name, in characters.
const NAME: usize = 100;

#[derive(Debug)]
pub struct SignInRequest {
    pub email: EmailAddress,
    pub password: String,
    pub captcha_token: String,
}

#[derive(Debug)]
pub struct SignUpRequest {
    pub email: EmailAddress,
    pub password: String,
    pub name: Name,
}

#[derive(Debug)]
pub struct RefreshTokenRequest {
    pub refresh_token: String,
}

#[derive(Debug)]
pub struct ForgotPasswordRequest {
    pub email: EmailAddress,
}

/// A token that is to be looked at.
#[derive(Debug)]
pub struct TokenRequest {
    pub token: String,
}

#[derive(Debug)]
pub struct RestorePasswordRequest {
    pub new_password: String,
    pub token: String,
}

#[derive(Debug)]
pub struct FinishInvitationRequest {
    pub new_password: String,
    pub token: String,
    pub name: Name,
}

#[derive(Debug)]
pub struct ChangeTeamRequest {
    pub team_id: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: String,
    /// Spelled as the document spells it.
    pub is_two_factor_enable: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: u64,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub roles: Vec<&'static str>,
    pub is_two_factor_enable: bool,
    pub photo: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Notice {
    pub message: &'static str,
    pub description: &'static str,
}

impl Tokens {
    /// Those of a sign-in whose second factor is to come open its verification, and nothing else; once it is shown, the refresh token is
    /// exchanged for full ones.
    pub fn of(signed_in: SignedIn) -> Result<Self, Interruption> {
        Ok(match signed_in {
            SignedIn::Session(opened) => Self {
                access_token: opened
                    .access_token
                    .ok_or_else(|| Interruption::internal("the operation opened a session without an access token"))?,
                refresh_token: opened.refresh_token.to_string(),
                is_two_factor_enable: opened.user.two_factor_enabled,
            },
            SignedIn::SecondFactor(challenge) => Self {
                access_token: challenge.token.to_string(),
                refresh_token: challenge.refresh_token.to_string(),
                is_two_factor_enable: true,
            },
        })
    }
}

impl ReadBody for SignInRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let credentials = fields.object("credentials", |fields| {
            let (email, password) = (fields.email("email"), fields.text("password", 1, usize::MAX));
            Some((email?, password?.to_owned()))
        });
        let captcha_token = fields.text("captchaToken", 1, usize::MAX);
        let (email, password) = credentials?;
        Some(Self {
            email,
            password,
            captcha_token: captcha_token?.to_owned(),
        })
    }
}

impl ReadBody for SignUpRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (email, password, name) = (fields.email("email"), fields.string("password"), name(fields));
        Some(Self {
            email: email?,
            password: password?.to_owned(),
            name: name?,
        })
    }
}

impl ReadBody for RefreshTokenRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            refresh_token: fields.text("refreshToken", 1, usize::MAX)?.to_owned(),
        })
    }
}

impl ReadBody for ForgotPasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            email: fields.email("email")?,
        })
    }
}

impl ReadBody for TokenRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            token: fields.text("token", 1, usize::MAX)?.to_owned(),
        })
    }
}

impl ReadBody for RestorePasswordRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new_password, token) = (fields.string("newPassword"), fields.text("token", 1, usize::MAX));
        Some(Self {
            new_password: new_password?.to_owned(),
            token: token?.to_owned(),
        })
    }
}

impl ReadBody for FinishInvitationRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (new_password, token) = (fields.string("newPassword"), fields.text("token", 1, usize::MAX));
        let name = name(fields);
        Some(Self {
            new_password: new_password?.to_owned(),
            token: token?.to_owned(),
            name: name?,
        })
    }
}

impl ReadBody for ChangeTeamRequest {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            team_id: fields.text("teamId", 1, usize::MAX)?.to_owned(),
        })
    }
}

fn name(fields: &mut Fields<'_>) -> Option<Name> {
    let (first, last) = (fields.text("firstName", 1, NAME), fields.text("lastName", 1, NAME));
    Some(Name::of_parts(first?, last?))
}

impl From<&Caller> for Me {
    fn from(caller: &Caller) -> Self {
        let Caller { user, session, .. } = caller;
        let membership = session.active_organization.and_then(|id| user.membership(id));
        Self {
            id: user.number.0,
            email: user.email.to_string(),
            first_name: user.name.first().to_owned(),
            last_name: user.name.last().to_owned(),
            roles: membership
                .map(|membership| role(membership.roles.standing()))
                .into_iter()
                .collect(),
            is_two_factor_enable: user.two_factor_enabled,
            // The document wants a URI; a picture that another contract stored otherwise is none.
            photo: user.image.clone().filter(|image| url::Url::parse(image).is_ok()),
        }
    }
}

/// The document names `User` as an example of a role in a team.
fn role(role: OrganizationRole) -> &'static str {
    match role {
        OrganizationRole::Owner => "Owner",
        OrganizationRole::Admin => "Admin",
        OrganizationRole::Member => "User",
    }
}
