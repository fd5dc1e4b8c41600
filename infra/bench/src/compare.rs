//! `bench compare`: the same requests to the local service and to the Better Auth server on Node. Both are started here
//! and measured in turn, so that other load on the machine affects both alike. The differences between the two are in
//! docs/performance.md.

use crate::{
    client::{self, User},
    drive::{self, Outcome, Scenario},
    hash::{self, Cost},
    machine::Machine,
    node,
    proc::{self, Memory},
    server::{self, Server},
    stats,
    table::Table,
};
use std::{path::PathBuf, time::Duration};
use tokio::task::JoinError;

const MEBIBYTE: u64 = 1024 * 1024;
/// A turn ends after this time.
const TURN_LIMIT: Duration = Duration::from_mins(1);
/// The warm-up before the measurement: V8 compiles code that runs often.
const WARM_UP: [(Scenario, u32); 2] = [(Scenario::GetSession, 2000), (Scenario::SignIn, 16)];
const CONNECTIONS: [usize; 2] = [1, 8];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release binary of the local service [default: `local` beside this program]
    #[arg(long, value_name = "PATH")]
    local: Option<PathBuf>,
    /// The folder of the other server, in which `npm ci` has run
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/better-auth-node"))]
    node: PathBuf,
    /// The program for our raw hashes [default: `target/reference/release/reference`]
    #[arg(long, value_name = "PATH")]
    reference: Option<PathBuf>,
    /// How often each side has its turn of each kind
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Session checks in a turn
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    sessions: u32,
    /// Sign-ins in a turn
    #[arg(long, default_value_t = 48, value_parser = clap::value_parser!(u32).range(1..))]
    sign_ins: u32,
    /// Raw password hashes in a turn
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    hashes: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Server(#[from] server::Error),
    #[error(transparent)]
    Node(#[from] node::Error),
    #[error(transparent)]
    Hash(#[from] hash::Error),
    #[error("a user could not be made")]
    NoUser(#[source] client::Error),
    #[error("a connection's task ended")]
    Worker(#[from] JoinError),
    #[error("{count} requests to {server} failed")]
    RequestsFailed {
        server: &'static str,
        count: u32,
        #[source]
        example: client::Error,
    },
}

pub async fn run(args: Args) -> Result<(), Error> {
    let reference = args.reference.clone().unwrap_or_else(hash::reference);
    let local = server::local(args.local.as_deref(), &["--rate-limits", "off"]);
    let mut sides = [
        Side::start("Ostiary", local).await?,
        Side::start("Better Auth", node::server(&args.node)).await?,
    ];
    let machine = Machine::now(ours(&sides).await);
    for round in 0..args.rounds {
        for kind in 0..sides[0].kinds.len() {
            // The order alternates, so that no side always runs second.
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for side in order {
                sides[side].take_turn(kind, &args).await?;
            }
        }
        sides[0].hashes += hash::argon2id(&reference, args.hashes)?;
        sides[1].hashes += node::scrypt(&args.node, args.hashes)?;
    }
    print_tables(&sides);
    println!("\n{}", machine.since(ours(&sides).await));
    Ok(())
}

/// The CPU time of both servers and of this program so far.
async fn ours(sides: &[Side; 2]) -> Duration {
    let mut ours = proc::process_cpu_time(std::process::id()).unwrap_or_default();
    for side in sides {
        ours += side.server.cpu_time().await.unwrap_or_default();
    }
    ours
}

/// One of the two servers, and its measurements.
struct Side {
    server: Server,
    users: Vec<User>,
    /// The state before the first measured request.
    idle: Option<Memory>,
    kinds: Vec<Kind>,
    hashes: Cost,
}

/// Sends requests of one kind over several connections.
struct Kind {
    scenario: Scenario,
    connections: usize,
    outcome: Outcome,
    cpu: Option<Duration>,
}

impl Side {
    async fn start(name: &'static str, command: std::process::Command) -> Result<Self, Error> {
        let server = Server::start(name, command).await?;
        let idle = server.memory();
        let mut users = Vec::new();
        for number in 0..CONNECTIONS[CONNECTIONS.len() - 1] {
            users.push(server.client.sign_up(number).await.map_err(Error::NoUser)?);
        }
        for (scenario, requests) in WARM_UP {
            drive::drive(scenario, &server.client, &users, requests, TURN_LIMIT).await?;
        }
        let kind = |scenario, connections| Kind {
            scenario,
            connections,
            outcome: Outcome::new(),
            cpu: Some(Duration::ZERO),
        };
        let kinds = [Scenario::GetSession, Scenario::SignIn]
            .into_iter()
            .flat_map(|scenario| CONNECTIONS.map(|connections| kind(scenario, connections)));
        Ok(Self {
            kinds: kinds.collect(),
            server,
            users,
            idle,
            hashes: Cost::default(),
        })
    }

    async fn take_turn(&mut self, kind: usize, args: &Args) -> Result<(), Error> {
        let Kind {
            scenario, connections, ..
        } = self.kinds[kind];
        let requests = match scenario {
            Scenario::GetSession => args.sessions,
            Scenario::SignIn => args.sign_ins,
        };
        let users = &self.users[..connections];
        let before = self.server.cpu_time().await;
        let mut turn = drive::drive(scenario, &self.server.client, users, requests, TURN_LIMIT).await?;
        let after = self.server.cpu_time().await;
        if let Some(example) = turn.example.take() {
            let (server, count) = (self.server.name, turn.failed);
            return Err(Error::RequestsFailed { server, count, example });
        }
        let cpu = proc::between(before, after);
        let kind = &mut self.kinds[kind];
        kind.outcome.merge(turn);
        kind.cpu = kind.cpu.zip(cpu).map(|(all, turn)| all + turn);
        Ok(())
    }
}

fn print_tables(sides: &[Side; 2]) {
    println!("{}", requests(sides));
    println!("{}", processes(sides));
    print!("{}", passwords(sides));
}

fn requests(sides: &[Side; 2]) -> Table {
    let mut table = Table::new([
        "request",
        "connections",
        "server",
        "count",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "CPU ms each",
    ]);
    for kind in 0..sides[0].kinds.len() {
        for side in sides {
            let Kind {
                scenario,
                connections,
                ref outcome,
                cpu,
            } = side.kinds[kind];
            table.row([
                scenario.name().to_owned(),
                connections.to_string(),
                side.server.name.to_owned(),
                outcome.succeeded.to_string(),
                format!("{:.0}", outcome.throughput()),
                stats::millis(outcome.latencies.median()),
                stats::millis(outcome.latencies.percentile(99.0)),
                stats::millis(cpu.and_then(|cpu| cpu.checked_div(outcome.succeeded))),
            ]);
        }
    }
    table
}

fn processes(sides: &[Side; 2]) -> Table {
    let mut table = Table::new([
        "server",
        "start to answer ms",
        "idle MiB",
        "after the run MiB",
        "peak MiB",
    ]);
    for side in sides {
        let memory = side.server.memory();
        table.row([
            side.server.name.to_owned(),
            stats::millis(Some(side.server.started_in)),
            stats::size(side.idle.map(|memory| memory.now), MEBIBYTE),
            stats::size(memory.map(|memory| memory.now), MEBIBYTE),
            stats::size(memory.map(|memory| memory.peak), MEBIBYTE),
        ]);
    }
    table
}

fn passwords(sides: &[Side; 2]) -> Table {
    let mut table = Table::new(["one password hash", "count", "ms", "CPU ms"]);
    for (name, side) in ["Argon2id, m=19456 KiB, t=2, p=1", "scrypt, N=16384, r=16, p=1"]
        .into_iter()
        .zip(sides)
    {
        table.row([
            format!("{}: {name}", side.server.name),
            side.hashes.count.to_string(),
            stats::millis(side.hashes.wall_each()),
            stats::millis(side.hashes.cpu_each()),
        ]);
    }
    table
}
