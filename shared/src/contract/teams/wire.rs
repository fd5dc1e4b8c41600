//! Requests and responses of the `teams` contract.

use serde::Serialize;

use super::failure::Failure;
use crate::contract::fields::parsers::{filled, name_of_parts, object};
use crate::contract::fields::request;
use crate::domain::{EmailAddress, Name, OrganizationRole, PasswordAttempt, PasswordRules};
use crate::operations::{Caller, IdentifyError, Interruption, ProviderError, SignedIn};

/// The document has no maximum length for passwords; this one bounds the cost of hashing.
pub const PASSWORD_RULES: PasswordRules = PasswordRules { min: 8, max: 1024 };

/// Longest name, in characters.
const NAME: usize = 100;

request! {
    pub struct SignInRequest {
        credentials: Credentials = object("credentials"),
        captcha_token: String = filled("captchaToken"),
    }

    pub struct Credentials {
        email: EmailAddress = "email",
        password: PasswordAttempt = filled("password"),
    }

    pub struct SignUpRequest {
        email: EmailAddress = "email",
        password: String = "password",
        name: Name = name_of_parts("firstName", "lastName", NAME),
    }

    pub struct RefreshTokenRequest {
        refresh_token: String = filled("refreshToken"),
    }

    pub struct ForgotPasswordRequest {
        email: EmailAddress = "email",
    }

    /// A token of any purpose.
    pub struct TokenRequest {
        token: String = filled("token"),
    }

    pub struct RestorePasswordRequest {
        new_password: String = "newPassword",
        token: String = filled("token"),
    }

    pub struct FinishInvitationRequest {
        new_password: String = "newPassword",
        token: String = filled("token"),
        name: Name = name_of_parts("firstName", "lastName", NAME),
    }

    pub struct ChangeTeamRequest {
        team_id: String = filled("teamId"),
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    pub access_token: String,
    pub refresh_token: String,
    /// The spelling is the document's.
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
    /// Tokens issued before the second factor is verified are accepted by its verification endpoints only. After the
    /// verification, the refresh token is exchanged for full tokens.
    pub fn of(signed_in: SignedIn) -> Result<Self, Interruption> {
        Ok(match signed_in {
            SignedIn::Session(opened) => Self {
                access_token: opened.expect_access_token()?,
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

/// A provider that is not configured is reported as unsupported, since it has issued no token.
impl From<IdentifyError> for Failure {
    fn from(error: IdentifyError) -> Self {
        match error {
            IdentifyError::UnknownProvider => ProviderError::Unsupported.into(),
            IdentifyError::Provider(error) => error.into(),
            IdentifyError::Captcha(refused) => refused.into(),
            IdentifyError::Interrupted(interruption) => interruption.into(),
        }
    }
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
            // The document requires a URI; a picture that another contract stored in another form is omitted.
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
