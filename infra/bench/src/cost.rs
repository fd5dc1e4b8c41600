//! `bench cost`: the local service's counts for one request of each kind, and the price of a million of them on AWS.
//! The same two tables are in docs/cost.md, and a test compares the second with the first.

use crate::{
    caller::Request,
    client::{self, Client},
    prices::{Used, WakenedBy},
    server::{self, Server},
    table::Table,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// The time limit for the delivery of a mail.
const MAIL_LIMIT: Duration = Duration::from_secs(10);
const MAIL_POLL: Duration = Duration::from_millis(20);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The binary of the local service [default: `local` beside this program]
    #[arg(long, value_name = "PATH")]
    local: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error("a request failed")]
    Request(#[from] client::Error),
    #[error("no mail was sent and reported on within {MAIL_LIMIT:?}")]
    NoMail,
    #[error("nothing was counted of {0}")]
    NotCounted(&'static str),
}

/// A kind of request that is counted and priced.
struct Kind {
    name: &'static str,
    /// The name of the route in `calls.json`.
    route: &'static str,
    wakened: WakenedBy,
    memory_mb: u32,
    /// CPU time from `bench warm` and `bench sign-in`, rounded up. A request that they do not measure has the value of
    /// the most expensive request of its kind.
    cpu_ms: f64,
    logged_bytes: u32,
}

const SESSION: Kind = Kind {
    name: "",
    route: "",
    wakened: WakenedBy::Request,
    memory_mb: 1769,
    cpu_ms: 0.0,
    logged_bytes: 650,
};

const KINDS: [Kind; 7] = [
    Kind {
        name: "session check",
        route: "GET /api/auth/get-session",
        cpu_ms: 1.0,
        ..SESSION
    },
    Kind {
        name: "sign-in, session only",
        route: "POST /api/auth/sign-in/email",
        cpu_ms: 30.0,
        ..SESSION
    },
    Kind {
        name: "sign-in with an access token",
        route: "POST /api/auth/login",
        cpu_ms: 30.0,
        ..SESSION
    },
    Kind {
        name: "refresh",
        route: "POST /auth/refresh-token",
        cpu_ms: 2.0,
        ..SESSION
    },
    Kind {
        name: "sign-up, session only",
        route: "POST /api/auth/sign-up/email",
        cpu_ms: 30.0,
        ..SESSION
    },
    Kind {
        name: "mail, sent",
        route: "mail-outbox",
        wakened: WakenedBy::Stream,
        memory_mb: 256,
        cpu_ms: 2.0,
        ..SESSION
    },
    Kind {
        name: "mail, its delivery noted",
        route: "mail-events",
        wakened: WakenedBy::Message,
        memory_mb: 256,
        cpu_ms: 2.0,
        ..SESSION
    },
];

pub async fn run(args: Args) -> Result<(), Error> {
    let [kms, wrapped] = [
        calls(args.local.as_deref(), "kms").await?,
        calls(args.local.as_deref(), "wrapped").await?,
    ];
    let mut rows = Vec::new();
    for kind in &KINDS {
        match (kind.used(&kms)?, kind.used(&wrapped)?) {
            (kms, wrapped) if kms == wrapped => rows.push((kind.name, "either", kms)),
            (kms, wrapped) => rows.extend([(kind.name, "kms", kms), (kind.name, "wrapped", wrapped)]),
        }
    }
    println!("{}", counts(&rows));
    print!("{}", dollars(&rows));
    Ok(())
}

/// A counted request, its signing mode, and its usage.
type Row<'a> = (&'a str, &'a str, Used);

impl Kind {
    /// The usage of the last request of this kind.
    fn used(&self, calls: &Value) -> Result<Used, Error> {
        let last = &calls["routes"][self.route]["last"];
        let count = |name: &str| last[name].as_f64().ok_or(Error::NotCounted(self.route));
        Ok(Used {
            wakened: self.wakened,
            memory_mb: self.memory_mb.into(),
            cpu_ms: self.cpu_ms,
            logged_bytes: self.logged_bytes.into(),
            dynamodb: count("dynamodb")?,
            read_units: count("read_units")?,
            write_units: count("write_units")?,
            kms: count("kms")?,
            ses: count("ses")?,
        })
    }
}

/// Sends one request of each kind, and reads the service's counts. Rate limits are on, as in a deployment.
async fn calls(local: Option<&Path>, mode: &str) -> Result<Value, Error> {
    let mode = format!("SIGNING_MODE={mode}");
    let command = server::local(local, &["--rate-limits", "on", "--config", &mode]);
    let server = Server::start("the local service", command).await?;
    let client = &server.client;
    let mut users = Vec::new();
    // Each sign-in has a user of its own: a sign-in that follows another within the hour resets the attempts, which
    // costs two more write units.
    for number in 0..4 {
        users.push(client.sign_up(number).await?);
    }
    let ask = async |request: Request, user: usize, token: &str| {
        let body = request.body(&users[user].email, token).unwrap_or_default();
        client.ask(request.route().1, &body).await
    };
    // The first token of a process also reads the key ring.
    ask(Request::LogIn, 0, "").await?;
    client.get_session(&users[0]).await?;
    ask(Request::SignIn, 1, "").await?;
    ask(Request::LogIn, 2, "").await?;
    let tokens = ask(Request::SignInForRefresh, 3, "").await?;
    let token = tokens["refreshToken"].as_str().unwrap_or_default();
    ask(Request::Refresh, 3, token).await?;
    report_delivery(client).await?;
    Ok(client.calls().await?)
}

/// Makes SES report the delivery of the last mail, and waits until the report is recorded.
async fn report_delivery(client: &Client) -> Result<(), Error> {
    let mails = eventually(client, "/_local/mail.json", |mails| mails[0]["id"].is_string()).await?;
    let id = mails[0]["id"].as_str().unwrap_or_default();
    client.ask(&format!("/_local/mail/{id}/delivery"), &Value::Null).await?;
    eventually(client, "/_local/calls.json", |calls| {
        calls["routes"]["mail-events"].is_object()
    })
    .await?;
    Ok(())
}

async fn eventually(client: &Client, route: &str, is_there: impl Fn(&Value) -> bool) -> Result<Value, Error> {
    let started = Instant::now();
    while started.elapsed() < MAIL_LIMIT {
        let answer = client.look(route).await?;
        if is_there(&answer) {
            return Ok(answer);
        }
        tokio::time::sleep(MAIL_POLL).await;
    }
    Err(Error::NoMail)
}

fn counts(rows: &[Row]) -> Table {
    let mut table = Table::new([
        "counted",
        "mode",
        "DynamoDB calls",
        "read units",
        "write units",
        "KMS",
        "SES",
        "billed ms",
    ]);
    for (name, mode, used) in rows {
        let counts = [used.dynamodb, used.read_units, used.write_units, used.kms, used.ses];
        let cells = [(*name).to_owned(), (*mode).to_owned()];
        let counts = counts
            .into_iter()
            .chain([used.duration_ms()])
            .map(|count| count.to_string());
        table.row(cells.into_iter().chain(counts));
    }
    table
}

fn dollars(rows: &[Row]) -> Table {
    let mut table = Table::new([
        "a million of",
        "mode",
        "API or SNS",
        "Lambda",
        "DynamoDB",
        "KMS",
        "SES",
        "logs",
        "together",
    ]);
    for (name, mode, used) in rows {
        let bill = used.million();
        let parts = [
            bill.api,
            bill.lambda,
            bill.dynamodb,
            bill.kms,
            bill.ses,
            bill.logs,
            bill.total(),
        ];
        let cells = [(*name).to_owned(), (*mode).to_owned()];
        table.row(cells.into_iter().chain(parts.map(|dollars| format!("{dollars:.2}"))));
    }
    table
}

#[cfg(test)]
#[path = "cost_tests.rs"]
mod tests;
