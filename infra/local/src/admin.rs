//! The administrator that the service creates when it starts. The command that creates one later is in `create_admin`.

use std::fmt;
use std::str::FromStr;

use shared::clock::{Clock as _, SystemClock};
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::email::InvalidEmail;
use shared::domain::password::WeakPassword;
use shared::domain::{EmailAddress, NewPassword};
use shared::operations::{self, Core, CreateAdminError};

/// The valid address and password of an administrator to create.
#[derive(Clone)]
pub struct Admin {
    email: EmailAddress,
    password: NewPassword,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidAdmin {
    #[error("must be EMAIL:PASSWORD")]
    NotAPair,
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    #[error(transparent)]
    Password(#[from] WeakPassword),
}

impl Admin {
    pub(crate) async fn create(self, core: &Core) -> Result<(), CreateAdminError> {
        let command = operations::CreateAdmin {
            email: self.email,
            password: self.password,
        };
        core.create_admin(command, SystemClock.now()).await.map(drop)
    }
}

/// `EMAIL:PASSWORD`. The first colon separates them: an address has none outside of quotes, a password may have some.
impl FromStr for Admin {
    type Err = InvalidAdmin;

    fn from_str(text: &str) -> Result<Self, InvalidAdmin> {
        let (email, password) = text.split_once(':').ok_or(InvalidAdmin::NotAPair)?;
        Ok(Self {
            email: EmailAddress::parse(email)?,
            password: NewPassword::parse(password, PASSWORD_RULES)?,
        })
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}
