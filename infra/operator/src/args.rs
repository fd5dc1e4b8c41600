//! The commands, on a command line or in the `command` of an invocation.

use clap::{Parser, Subcommand};
use shared::domain::EmailAddress;
use zeroize::Zeroizing;

use crate::connection::Connection;
use crate::{Failure, Task};

/// Administers the service: administrators, mail, keys. It needs credentials for the table, or the endpoint of a local
/// service.
#[derive(Debug, Parser)]
#[command(name = "operator", version)]
pub struct Args {
    #[command(flatten)]
    pub connection: Connection,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// An invocation has a command, but no connection: the function uses that of its deployment.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
pub struct Invocation {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Administrators of the platform
    #[command(subcommand)]
    Admin(Admin),
    /// Addresses that no mail is sent to
    #[command(subcommand)]
    Suppression(Suppression),
    /// Keys that sign tokens
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create a verified user with every administrative role. The password is asked for, or is a line of standard
    /// input, or `OPERATOR_PASSWORD` in the environment
    Create { email: EmailAddress },
    /// Give every administrative role to a user who has verified the address
    Grant { email: EmailAddress },
    /// Take every administrative role away from a user, and revoke the user's sessions
    Revoke { email: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum Suppression {
    /// Show the mail events of an address, and its owner
    Show { address: EmailAddress },
    /// Send mail to the address again
    Lift { address: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Show the keys that sign tokens, and those that only verify
    Show,
}

impl Command {
    /// `password` is called only by a command that needs one.
    pub fn into_task<E>(self, password: impl FnOnce() -> Result<Zeroizing<String>, E>) -> Result<Task, Failure>
    where
        Failure: From<E>,
    {
        Ok(match self {
            Self::Admin(Admin::Create { email }) => Task::create_admin(email, &password()?)?,
            Self::Admin(Admin::Grant { email }) => Task::GrantAdmin(email),
            Self::Admin(Admin::Revoke { email }) => Task::RevokeAdmin(email),
            Self::Suppression(Suppression::Show { address }) => Task::ShowSuppression(address),
            Self::Suppression(Suppression::Lift { address }) => Task::LiftSuppression(address),
            Self::Keys(Keys::Show) => Task::ShowKeys,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_valid() {
        Args::command().debug_assert();
        Invocation::command().debug_assert();
    }

    #[test]
    fn a_password_is_no_argument() {
        for extra in [&["--password", "nine lanterns"][..], &["nine lanterns"]] {
            let line = ["operator", "admin", "create", "root@example.com"].iter().chain(extra);
            assert!(Args::try_parse_from(line).is_err(), "{extra:?}");
        }
    }

    #[test]
    fn an_invocation_does_not_choose_the_connection() {
        for extra in [&["--endpoint", "https://a.example"][..], &["--config", "TABLE_NAME=x"]] {
            assert!(Invocation::try_parse_from(["keys", "show"].iter().chain(extra)).is_err());
            let line = ["operator", "keys", "show"].iter().chain(extra);
            Args::try_parse_from(line).expect("a command line may");
        }
    }
}
