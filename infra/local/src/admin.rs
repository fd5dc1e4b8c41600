//! The first administrator: at the start of the service, or by a command against a data folder or a table in AWS.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use shared::aws::{self, InvalidConfig};
use shared::clock::{Clock as _, SystemClock};
use shared::config::{Config, InvalidSetting};
use shared::contract::better_auth::PASSWORD_RULES;
use shared::domain::email::InvalidEmail;
use shared::domain::password::WeakPassword;
use shared::domain::{EmailAddress, NewPassword};
use shared::entropy::OsEntropy;
use shared::operations::{self, Core, CreateAdminError};

use crate::args::{self, Place};
use crate::service::{self, StartError};

/// An address and a password that may become an administrator's.
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

/// Why the command made nobody.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error(transparent)]
    Invalid(#[from] InvalidAdmin),
    #[error("there is no data folder {}", .0.display())]
    NoFolder(PathBuf),
    #[error("the password cannot be read")]
    Stdin(#[from] io::Error),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Setting(#[from] InvalidSetting),
    #[error(transparent)]
    Config(#[from] InvalidConfig),
    #[error(transparent)]
    Refused(#[from] CreateAdminError),
}

impl CreateError {
    /// Whether the command line, or a setting, asks for what cannot be.
    pub fn is_misuse(&self) -> bool {
        match self {
            Self::Invalid(_) | Self::NoFolder(_) | Self::Setting(_) | Self::Config(_) => true,
            Self::Start(error) => error.is_misuse(),
            Self::Stdin(_) | Self::Refused(_) => false,
        }
    }
}

impl Admin {
    fn new(email: &str, password: &str) -> Result<Self, InvalidAdmin> {
        Ok(Self {
            email: EmailAddress::parse(email)?,
            password: NewPassword::parse(password, PASSWORD_RULES)?,
        })
    }

    pub(crate) async fn create(self, core: &Core) -> Result<(), CreateAdminError> {
        let command = operations::CreateAdmin {
            email: self.email,
            password: self.password,
        };
        core.create_admin(command, SystemClock.now()).await.map(drop)
    }
}

/// `EMAIL:PASSWORD`. No address has a colon outside of quotes; passwords may.
impl FromStr for Admin {
    type Err = InvalidAdmin;

    fn from_str(text: &str) -> Result<Self, InvalidAdmin> {
        let (email, password) = text.split_once(':').ok_or(InvalidAdmin::NotAPair)?;
        Self::new(email, password)
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// `local admin create`.
pub async fn create(command: args::CreateAdmin) -> Result<(), CreateError> {
    let password = command.password.map_or_else(password_from_stdin, Ok)?;
    let admin = Admin::new(&command.email, &password)?;
    create_in(command.place, admin).await?;
    println!("{} is an administrator.", command.email);
    Ok(())
}

async fn create_in(place: Place, admin: Admin) -> Result<(), CreateError> {
    if let Some(folder) = place.data {
        // A mistyped name would make a new folder with nobody but an administrator in it.
        if !folder.is_dir() {
            return Err(CreateError::NoFolder(folder));
        }
        let (_aws, core) = service::core_in(folder).await?;
        return Ok(admin.create(&core).await?);
    }
    let lookup = |name: &str| match (name, &place.table) {
        ("TABLE_NAME", Some(table)) => Some(table.clone()),
        _ => std::env::var(name).ok(),
    };
    let config = Config::read(&lookup)?;
    let core = aws::core(&config, &aws::on_workstation().await, Arc::new(OsEntropy))?;
    Ok(admin.create(&core).await?)
}

fn password_from_stdin() -> io::Result<String> {
    if io::stdin().is_terminal() {
        eprint!("Password: ");
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
