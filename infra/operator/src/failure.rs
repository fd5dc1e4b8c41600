//! Why a task was not done, in words for whoever asked for it. They name no password, and nothing that was not understood is
//! repeated: it may be one.

use lambda_runtime::Diagnostic;
use shared::domain::EmailAddress;
use shared::domain::password::WeakPassword;
use shared::domain::user::Barred;
use shared::operations::{CreateAdminError, GrantAdminError, Interruption, LiftSuppressionError, RevokeAdminError};

use crate::password::NoPassword;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What is asked for cannot be, whatever is in the table.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// What is in the table is against it. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It was tried; later it may work.
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum Misuse {
    #[error("the event must be {{\"command\": [WORD, ...]}}, with a \"password\" of text beside it for `admin create`")]
    Event,
    /// What the parser found, and none of the words that it found it in.
    #[error(
        "{0}; there are: admin create EMAIL, admin grant EMAIL, admin revoke EMAIL, suppression show ADDRESS, suppression lift ADDRESS, keys show"
    )]
    Command(&'static str),
    #[error("`admin create` needs a password")]
    PasswordMissing,
    #[error(transparent)]
    NoPassword(#[from] NoPassword),
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
}

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the address belongs to somebody; `operator admin grant {0}` makes that user an administrator")]
    EmailTaken(EmailAddress),
    #[error("nobody has the address {0}; `operator admin create {0}` makes an administrator")]
    NobodyThere(EmailAddress),
    #[error("nobody has the address {0}")]
    Nobody(EmailAddress),
    #[error("the user has not verified the address {0}, so it may be anybody")]
    EmailNotVerified(EmailAddress),
    #[error("{0}: {1}")]
    Barred(EmailAddress, Barred),
    #[error("nothing is known against {0}")]
    NotSuppressed(EmailAddress),
}

impl Failure {
    /// For scripts: 2 for what can never be, 3 for what the table is against, 1 for what may work later.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted(_) => 1,
            Self::Misuse(_) => 2,
            Self::Refused(_) => 3,
        }
    }

    /// In one word, for logs and for the answer of an invocation.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Misuse(_) => "Misuse",
            Self::Refused(_) => "Refused",
            Self::Interrupted(_) => "Interrupted",
        }
    }
}

impl From<WeakPassword> for Failure {
    fn from(error: WeakPassword) -> Self {
        Self::Misuse(error.into())
    }
}

impl From<NoPassword> for Failure {
    fn from(error: NoPassword) -> Self {
        Self::Misuse(error.into())
    }
}

/// What Lambda answers for an invocation that failed.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.kind().to_owned(),
            error_message: failure.to_string(),
        }
    }
}

/// An operation does not say again which address it was asked about.
pub(crate) trait Refused<T> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure>;
}

impl<T> Refused<T> for Result<T, CreateAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            CreateAdminError::EmailTaken => Refusal::EmailTaken(address).into(),
            CreateAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, GrantAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            GrantAdminError::NobodyThere => Refusal::NobodyThere(address).into(),
            GrantAdminError::EmailNotVerified => Refusal::EmailNotVerified(address).into(),
            GrantAdminError::Barred(barred) => Refusal::Barred(address, barred).into(),
            GrantAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, RevokeAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            RevokeAdminError::NobodyThere => Refusal::Nobody(address).into(),
            RevokeAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, LiftSuppressionError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            LiftSuppressionError::NotSuppressed => Refusal::NotSuppressed(address).into(),
            LiftSuppressionError::Interrupted(interruption) => interruption.into(),
        })
    }
}
