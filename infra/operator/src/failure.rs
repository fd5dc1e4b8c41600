//! Why a task failed, as a message for the administrator. No message repeats malformed input, which may contain a
//! password.

use std::path::{Path, PathBuf};

use lambda_runtime::Diagnostic;
use shared::domain::EmailAddress;
use shared::domain::password::WeakPassword;
use shared::domain::service_token::ServiceName;
use shared::domain::user::AccountBlocked;
use shared::operations::{
    CreateAdminError, CreateServiceTokenError, EnrollAdminTotpError, GrantAdminError, Interruption,
    LiftSuppressionError, RedriveMailError, RevokeAdminError, RevokeKeyError, RevokeServiceTokenError, RotateKeysError,
};

use crate::password::NoPassword;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request is invalid, whatever is in the table.
    #[error(transparent)]
    Misuse(#[from] Misuse),
    /// The content of the table does not allow the task. Nothing was changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The task was tried and failed; a retry may succeed.
    #[error(transparent)]
    Interrupted(#[from] Interruption),
}

#[derive(Debug, thiserror::Error)]
pub enum Misuse {
    #[error("the event must be {{\"command\": [WORD, ...]}}, with a \"password\" of text beside it for `admin create`")]
    Event,
    /// The kind of the parser's error, without the input.
    #[error(
        "{0}; there are: admin create EMAIL, admin grant EMAIL, admin revoke EMAIL, admin enroll-totp EMAIL, suppression show ADDRESS, suppression lift ADDRESS, mail list, mail redrive ID, events list, events redrive, lists rebuild, keys list, keys rotate RING, keys revoke RING KID, service-token create NAME, service-token list, service-token revoke NAME"
    )]
    Command(&'static str),
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: std::io::Error },
    #[error("the file is {0}")]
    Format(&'static str),
    #[error("the file needs a header with the columns {}", .0.join(", "))]
    Columns(&'static [&'static str]),
    #[error("`admin create` needs a password")]
    PasswordMissing,
    #[error(transparent)]
    NoPassword(#[from] NoPassword),
    #[error(transparent)]
    WeakPassword(#[from] WeakPassword),
}

#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the address belongs to a user; `operator admin grant {0}` makes that user an administrator")]
    EmailTaken(EmailAddress),
    #[error("no user has the address {0}; `operator admin create {0}` creates an administrator")]
    NoUserToGrant(EmailAddress),
    #[error("no user has the address {0}")]
    NoUserToRevoke(EmailAddress),
    #[error("no administrator of the platform has the address {0}; `operator admin create` or `grant` makes one")]
    NoAdmin(EmailAddress),
    #[error(
        "an administrator of the platform has the address {0}, and no user; `operator admin revoke {0}` deletes it"
    )]
    AdministratorExists(EmailAddress),
    #[error("{0} is the only administrator; make another user one first, by `operator admin grant` or `create`")]
    LastAdministrator(EmailAddress),
    #[error("the user has not verified the address {0}, so it may belong to another person")]
    EmailNotVerified(EmailAddress),
    #[error("{0}: {1}")]
    AccountBlocked(EmailAddress, AccountBlocked),
    #[error("the service {0} has a token; give the next one another name, and revoke this one afterwards")]
    ServiceNameTaken(ServiceName),
    #[error("no token has the name {0}")]
    NoServiceToken(ServiceName),
    #[error("the keys were rotated within the last minute, or another process is making one; try again then")]
    RotationUnderWay,
    #[error("the ring has no key of that id; `operator keys list` shows the keys")]
    NoKey,
    #[error("the outbox has no such mail: it was sent, or it has expired")]
    NoMail,
    #[error("the mail is being sent; look again in two minutes")]
    MailUnderWay,
    #[error("no user has the address {0}; `operator audit ID` shows the trail of a user who had it")]
    NoUser(EmailAddress),
    #[error("no bounce or complaint is known for {0}")]
    NotSuppressed(EmailAddress),
}

impl Failure {
    /// For scripts: 2 for an invalid request, 3 for a refusal by the content of the table, 1 for a failure that a retry
    /// may resolve.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted(_) => 1,
            Self::Misuse(_) => 2,
            Self::Refused(_) => 3,
        }
    }

    /// The kind as one word, for logs and for the response of an invocation.
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

impl Misuse {
    pub(crate) fn unusable(file: &Path, error: std::io::Error) -> Self {
        Self::File {
            file: file.to_owned(),
            error,
        }
    }
}

/// The response of Lambda for an invocation that failed.
impl From<Failure> for Diagnostic {
    fn from(failure: Failure) -> Self {
        Self {
            error_type: failure.kind().to_owned(),
            error_message: failure.to_string(),
        }
    }
}

impl From<RotateKeysError> for Failure {
    fn from(error: RotateKeysError) -> Self {
        match error {
            RotateKeysError::UnderWay => Refusal::RotationUnderWay.into(),
            RotateKeysError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<RevokeKeyError> for Failure {
    fn from(error: RevokeKeyError) -> Self {
        match error {
            RevokeKeyError::NotFound => Refusal::NoKey.into(),
            RevokeKeyError::Interrupted(interruption) => interruption.into(),
        }
    }
}

impl From<RedriveMailError> for Failure {
    fn from(error: RedriveMailError) -> Self {
        match error {
            RedriveMailError::NoMail => Refusal::NoMail.into(),
            RedriveMailError::UnderWay => Refusal::MailUnderWay.into(),
            RedriveMailError::Interrupted(interruption) => interruption.into(),
        }
    }
}

/// The errors of operations do not contain the address of the request.
pub(crate) trait Refused<T> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure>;
}

impl<T> Refused<T> for Result<T, CreateAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            CreateAdminError::EmailTaken => Refusal::EmailTaken(address).into(),
            CreateAdminError::AdministratorExists => Refusal::AdministratorExists(address).into(),
            CreateAdminError::WeakPassword(weak) => weak.into(),
            CreateAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, GrantAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            GrantAdminError::UserNotFound => Refusal::NoUserToGrant(address).into(),
            GrantAdminError::EmailNotVerified => Refusal::EmailNotVerified(address).into(),
            GrantAdminError::AccountBlocked(blocked) => Refusal::AccountBlocked(address, blocked).into(),
            GrantAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, RevokeAdminError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            RevokeAdminError::UserNotFound => Refusal::NoUserToRevoke(address).into(),
            RevokeAdminError::LastAdministrator => Refusal::LastAdministrator(address).into(),
            RevokeAdminError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> Refused<T> for Result<T, EnrollAdminTotpError> {
    fn for_address(self, address: EmailAddress) -> Result<T, Failure> {
        self.map_err(|error| match error {
            EnrollAdminTotpError::AdminNotFound => Refusal::NoAdmin(address).into(),
            EnrollAdminTotpError::Interrupted(interruption) => interruption.into(),
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

/// The same for the name of a service.
pub(crate) trait RefusedForService<T> {
    fn for_service(self, name: ServiceName) -> Result<T, Failure>;
}

impl<T> RefusedForService<T> for Result<T, CreateServiceTokenError> {
    fn for_service(self, name: ServiceName) -> Result<T, Failure> {
        self.map_err(|error| match error {
            CreateServiceTokenError::NameTaken => Refusal::ServiceNameTaken(name).into(),
            CreateServiceTokenError::Interrupted(interruption) => interruption.into(),
        })
    }
}

impl<T> RefusedForService<T> for Result<T, RevokeServiceTokenError> {
    fn for_service(self, name: ServiceName) -> Result<T, Failure> {
        self.map_err(|error| match error {
            RevokeServiceTokenError::NotFound => Refusal::NoServiceToken(name).into(),
            RevokeServiceTokenError::Interrupted(interruption) => interruption.into(),
        })
    }
}
