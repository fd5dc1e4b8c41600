//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use shared::domain::EmailAddress;

use crate::admin::Admin;
use crate::logs::LogFormat;
use crate::service::Options;
use crate::settings::{Override, Switch};

/// The whole authentication service on this machine, with nothing else installed.
#[derive(Debug, Parser)]
#[command(name = "local", version, args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
}

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// Port on 127.0.0.1; 0 selects a free port
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Port of the local AWS on 127.0.0.1, for the operator's command [default: a free port]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    aws_port: u16,
    /// Folder that keeps the state across runs; without it, the state is in memory only
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Whether rate limits apply, as in a deployment [default: on]
    #[arg(long, value_name = "on|off")]
    rate_limits: Option<Switch>,
    /// How long each DynamoDB transaction takes; others on its items conflict with it meanwhile, as in AWS (about 15)
    #[arg(long, value_name = "MS")]
    transaction_time: Option<u64>,
    /// Whether log lines and request lines are text, or JSON as in a deployment
    #[arg(long, value_name = "json|text", default_value_t)]
    pub log_format: LogFormat,
    /// Create a verified user with every administrative role
    #[arg(long, value_name = "EMAIL:PASSWORD")]
    admin: Option<Admin>,
    /// A setting of a deployment, as in docs/configuration.md; may be repeated
    #[arg(long = "config", value_name = "KEY=VALUE")]
    overrides: Vec<Override>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Manage administrators
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Create a verified user with every administrative role
    Create(CreateAdmin),
}

#[derive(Debug, clap::Args)]
pub struct CreateAdmin {
    pub email: EmailAddress,
    /// Password, for a data folder only; without it, the password is asked for, or read from standard input
    #[arg(long, conflicts_with = "table")]
    pub password: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

/// The table with the users.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Place {
    /// The data folder of a local service
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A table in AWS, with the credentials and the region of the environment
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

impl From<Serve> for Options {
    fn from(serve: Serve) -> Self {
        Self {
            port: serve.port,
            aws_port: serve.aws_port,
            data: serve.data,
            admin: serve.admin,
            rate_limits: serve.rate_limits,
            transaction_time: serve.transaction_time.map(Duration::from_millis),
            overrides: serve.overrides,
            log_requests: Some(serve.log_format),
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn refusal(args: &[&str]) -> String {
        let args = std::iter::once(&"local").chain(args);
        Args::try_parse_from(args).expect_err("nonsense").to_string()
    }

    #[test]
    fn the_command_line_is_valid() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_unknown_setting_is_refused_with_the_nearest_setting() {
        let refusal = refusal(&["--config", "PUBLIC_ULR=http://x"]);
        assert!(
            refusal.contains("PUBLIC_ULR") && refusal.contains("PUBLIC_URL"),
            "{refusal}"
        );
    }

    #[test]
    fn an_administrator_has_an_address_and_a_password() {
        for nonsense in ["root@example.com", "root:long enough", "root@example.com:short"] {
            refusal(&["--admin", nonsense]);
        }
        Args::try_parse_from(["local", "--admin", "root@example.com:a:b:c and more"]).expect("colons in a password");
    }

    #[test]
    fn an_administrator_is_created_in_exactly_one_table() {
        refusal(&["admin", "create", "root@example.com"]);
        refusal(&["admin", "create", "root@example.com", "--data", "x", "--table", "y"]);
        refusal(&["--port", "1", "admin", "create", "root@example.com", "--data", "x"]);
    }

    #[test]
    fn a_password_of_a_deployment_is_no_argument() {
        let create = ["admin", "create", "root@example.com", "--table", "x"];
        refusal(&[&create[..], &["--password", "nine lanterns"]].concat());
    }
}
