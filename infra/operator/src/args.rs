//! What may be said: on a command line, or in the `command` of an invocation.

use clap::{Parser, Subcommand};
use shared::domain::EmailAddress;
use zeroize::Zeroizing;

use crate::connection::Connection;
use crate::{Failure, Task};

/// Runs the service: administrators, mail, keys. It needs credentials for the table, or the address of a local service.
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

/// An invocation says what is to be done, and not where: that is the deployment's.
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
    /// Addresses that are not written to
    #[command(subcommand)]
    Suppression(Suppression),
    /// Keys that sign tokens
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make a verified user with every administrative role. The password is asked for, or is a line of standard input, or
    /// `OPERATOR_PASSWORD` in the environment
    Create { email: EmailAddress },
    /// Give every administrative role to a user who has verified the address
    Grant { email: EmailAddress },
    /// Take every administrative role away from a user, and end the user's sessions
    Revoke { email: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum Suppression {
    /// Show what is known of an address, and whose it is
    Show { address: EmailAddress },
    /// Have the address written to again
    Lift { address: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Show which keys sign, since when, and which still count
    Show,
}

impl Command {
    /// The password is asked for only where it is needed.
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
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
        Invocation::command().debug_assert();
    }

    #[test]
    fn no_password_is_taken_from_the_command_line() {
        for extra in [&["--password", "nine lanterns"][..], &["nine lanterns"]] {
            let line = ["operator", "admin", "create", "root@example.com"].iter().chain(extra);
            assert!(Args::try_parse_from(line).is_err(), "{extra:?}");
        }
    }

    #[test]
    fn an_invocation_does_not_choose_the_place() {
        for extra in [&["--endpoint", "https://a.example"][..], &["--config", "TABLE_NAME=x"]] {
            assert!(Invocation::try_parse_from(["keys", "show"].iter().chain(extra)).is_err());
            let line = ["operator", "keys", "show"].iter().chain(extra);
            Args::try_parse_from(line).expect("a command line may");
        }
    }
}
