//! The commands, on a command line or in the `command` of an invocation.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use shared::domain::service_token::ServiceName;
use shared::domain::signing_key::Ring;
use shared::domain::{EmailAddress, ImportSource, Issuer, MailId, ProviderId, Region};
use zeroize::Zeroizing;

use crate::connection::Connection;
use crate::doctor::Around;
use crate::trail::Trail;
use crate::transfer::Import;
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
    pub command: Work,
}

/// What the command can do: the tasks, and the work on files, which the function does not have.
#[derive(Debug, Subcommand)]
pub enum Work {
    #[command(flatten)]
    Task(Command),
    /// Import the users of another system from its export, with their password hashes. Run again, it continues
    Import(ImportArgs),
    /// Write all users into a new file, with their password hashes, for an import into another deployment
    Export {
        /// The file, which must not exist yet
        file: PathBuf,
    },
    /// Check the deployment, and say for each finding what to do. It only reads. The exit code is 1 if a check has failed
    Doctor(Around),
    /// Show the audit trail of a user: sign-ins, failed ones, and what was changed, by whom and from where
    Audit(Trail),
}

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The export
    pub file: PathBuf,
    /// The system that wrote it: better-auth, cognito, auth0, firebase, supabase or ostiary
    #[arg(long, value_name = "SYSTEM")]
    pub from: ImportSource,
    /// Read and check all rows, and write nothing to the table
    #[arg(long)]
    pub dry_run: bool,
    /// The `hash_config` that the console of Firebase shows, in a file: without it, users of Firebase have no password
    #[arg(long, value_name = "FILE")]
    pub hash_config: Option<PathBuf>,
    /// The issuer of a provider whose identities the export has, as NAME=URL; it may be given several times. The issuers
    /// of well-known providers are built in
    #[arg(long = "issuer", value_name = "NAME=URL", value_parser = issuer)]
    pub issuers: Vec<(ProviderId, Issuer)>,
    /// Where the report of each row goes [default: FILE.report.jsonl, and FILE.dry-run.jsonl]
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

fn issuer(text: &str) -> Result<(ProviderId, Issuer), &'static str> {
    let (name, url) = text.split_once('=').ok_or("must be NAME=URL")?;
    let provider = ProviderId::parse(name).map_err(|_| "the name is not one of a provider")?;
    match url::Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "https" | "http") => Ok((provider, Issuer::new(url))),
        _ => Err("the issuer is no URL of the web"),
    }
}

impl From<ImportArgs> for Import {
    fn from(args: ImportArgs) -> Self {
        Self {
            file: args.file,
            source: args.from,
            dry_run: args.dry_run,
            hash_config: args.hash_config,
            // A secret is no argument: see `password`.
            better_auth_secret: std::env::var("BETTER_AUTH_SECRET").ok().map(Into::into),
            issuers: args.issuers.into_iter().collect(),
            report: args.report,
        }
    }
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
    /// Mail that waits, and mail that could not be sent
    #[command(subcommand)]
    Mail(MailCommand),
    /// Keys that sign tokens
    #[command(subcommand)]
    Keys(Keys),
    /// The index and the totals of the lists of administrators
    #[command(subcommand)]
    Lists(Lists),
    /// Events that wait to be published
    #[command(subcommand)]
    Events(Events),
    /// Tokens of other services, which ask for users without being users
    #[command(subcommand)]
    ServiceToken(ServiceToken),
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Create a verified user with every administrative role, and an administrator of the platform with the same
    /// password. The password is asked for, or is a line of standard input, or `OPERATOR_PASSWORD` in the environment
    Create { email: EmailAddress },
    /// Give every administrative role to a user who has verified the address, and make an administrator of the
    /// platform, who sets the password by a reset
    Grant { email: EmailAddress },
    /// Take every administrative role away from a user, delete the administrator of the platform with the address, and
    /// revoke the sessions of both
    Revoke { email: EmailAddress },
    /// Give an administrator of the platform a new authenticator app as second factor. Its secret is shown once
    EnrollTotp { email: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum Suppression {
    /// Show the mail events of an address, and its owner
    Show { address: EmailAddress },
    /// Send mail to the address again
    Lift { address: EmailAddress },
}

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Show the mails that wait or are undeliverable, with the reason
    List {
        /// Those of another Region of a global table
        #[arg(long)]
        region: Option<Region>,
    },
    /// Have a mail sent again within a minute, from its first attempt on
    #[command(group = clap::ArgGroup::new("which").required(true).args(["id", "all"]))]
    Redrive {
        /// The id of the mail
        id: Option<MailId>,
        /// All undeliverable mails; with `--region`, all mails of that Region
        #[arg(long)]
        all: bool,
        /// With `--all`: have this Region send the mails of another one, which has failed
        #[arg(long, requires = "all")]
        region: Option<Region>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Show the keys that sign tokens, and those that only verify
    List,
    /// Sign with the next key from now on, or with a new one if there is none. The former key verifies its tokens until
    /// they have expired
    Rotate {
        /// `user` or `admin`
        ring: Ring,
    },
    /// Refuse all tokens of a key, at once. If it is the key that signs, another one takes its place first
    Revoke {
        /// `user` or `admin`
        ring: Ring,
        kid: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Lists {
    /// List and count every user and every organization again, after an update from a release without these lists
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub enum Events {
    /// Show the events that were not published in time. It reads the whole table, which costs a read unit for each 8 KB
    List,
    /// Publish them again. Consumers recognize by the id what they have received before. It reads the whole table, too
    Redrive,
}

#[derive(Debug, Subcommand)]
pub enum ServiceToken {
    /// Create the token of a service, which is shown once
    Create { name: ServiceName },
    /// Show the tokens, without their secrets, and when they were last used
    List,
    /// Revoke the token of a service, at once
    Revoke { name: ServiceName },
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
            Self::Admin(Admin::EnrollTotp { email }) => Task::EnrollAdminTotp(email),
            Self::Suppression(Suppression::Show { address }) => Task::ShowSuppression(address),
            Self::Suppression(Suppression::Lift { address }) => Task::LiftSuppression(address),
            Self::Mail(MailCommand::List { region }) => Task::ListMails(region),
            Self::Mail(MailCommand::Redrive { id: Some(id), .. }) => Task::RedriveMail(id),
            Self::Mail(MailCommand::Redrive { id: None, region, .. }) => Task::RedriveMails(region),
            Self::Keys(Keys::List) => Task::ListKeys,
            Self::Keys(Keys::Rotate { ring }) => Task::RotateKeys(ring),
            Self::Keys(Keys::Revoke { ring, kid }) => Task::RevokeKey(ring, kid),
            Self::Lists(Lists::Rebuild) => Task::RebuildLists,
            Self::Events(Events::List) => Task::ListEvents,
            Self::Events(Events::Redrive) => Task::RedriveEvents,
            Self::ServiceToken(ServiceToken::Create { name }) => Task::CreateServiceToken(name),
            Self::ServiceToken(ServiceToken::List) => Task::ListServiceTokens,
            Self::ServiceToken(ServiceToken::Revoke { name }) => Task::RevokeServiceToken(name),
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
            assert!(Invocation::try_parse_from(["keys", "list"].iter().chain(extra)).is_err());
            let line = ["operator", "keys", "list"].iter().chain(extra);
            Args::try_parse_from(line).expect("a command line may");
        }
    }

    #[test]
    fn only_a_command_line_imports_and_exports_and_examines() {
        for line in [
            &["doctor"][..],
            &["import", "users.csv", "--from", "cognito"],
            &["export", "users.jsonl"],
        ] {
            assert!(Invocation::try_parse_from(line).is_err(), "{line:?}");
            Args::try_parse_from([&["operator"], line].concat()).expect("a command line may");
        }
        assert!(Args::try_parse_from(["operator", "import", "users.csv", "--from", "excel"]).is_err());
    }
}
