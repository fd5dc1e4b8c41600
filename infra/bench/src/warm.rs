//! `bench warm`: a started function and its later requests, each kind in turn with a bare function and with the
//! reference's password hash, so that other load on the machine affects all alike. AWS is emulated in this process; the
//! cost of the function's process is its own.

use crate::{
    aws::{self, Aws},
    caller::Request,
    hash::{self, Cost},
    machine::Machine,
    proc, stats,
    subject::{self, Subject, cpu_time_of_all, function},
    table::Table,
};
use std::path::PathBuf;

const MEBIBYTE: u64 = 1024 * 1024;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release binary of the function for sessions [default: that of `infra/build`]
    #[arg(long, value_name = "PATH")]
    session: Option<PathBuf>,
    /// The release binary of the authorizer [default: that of `infra/build`]
    #[arg(long, value_name = "PATH")]
    authorizer: Option<PathBuf>,
    /// The function to compare with [default: `bare` beside this program]
    #[arg(long, value_name = "PATH")]
    bare: Option<PathBuf>,
    /// The program for the raw hashes [default: `target/reference/release/reference`]
    #[arg(long, value_name = "PATH")]
    reference: Option<PathBuf>,
    /// How often each kind of request has its turn
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Requests of each kind in a turn
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    requests: u32,
    /// The same of those that hash a password, and reference hashes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    hashes: u32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Aws(#[from] aws::Error),
    #[error(transparent)]
    Subject(#[from] subject::Error),
    #[error(transparent)]
    Hash(#[from] hash::Error),
}

pub async fn run(args: Args) -> Result<(), Error> {
    let bare = args.bare.unwrap_or_else(|| proc::beside_this_program("bare"));
    let session = args.session.unwrap_or_else(|| proc::deployed("session"));
    let authorizer = args.authorizer.unwrap_or_else(|| proc::deployed("authorizer"));
    let reference = args.reference.unwrap_or_else(hash::reference);
    let aws = Aws::start().await?;
    let mut subjects = vec![Subject::start("bare", &function(&bare, &[])?, &[Request::Hello]).await?];
    let kms = aws.deploy("kms")?;
    for (label, settings, requests) in [
        (
            "session",
            &kms,
            [Request::GetSession, Request::SignIn, Request::LogIn, Request::Refresh].as_slice(),
        ),
        (
            "session, wrapped",
            &aws.deploy("wrapped")?,
            &[Request::LogIn, Request::Refresh],
        ),
    ] {
        let mut subject = Subject::start(label, &function(&session, settings)?, requests).await?;
        for request in [Request::SignUp, Request::SignInForRefresh, Request::LogIn] {
            subject.ask(request).await?;
        }
        subjects.push(subject);
    }
    // The bare function is the first.
    let user = subjects[1].caller().clone();
    for (label, check) in [("authorizer, offline", "offline"), ("authorizer, strict", "strict")] {
        let settings = [kms.as_slice(), &[("AUTHORIZER_CHECK".to_owned(), check.to_owned())]].concat();
        let subject = Subject::start(label, &function(&authorizer, &settings)?, &[Request::Authorize]).await?;
        subjects.push(subject.acting_as(user.clone()));
    }
    let machine = Machine::now(cpu_time_of_all(&subjects));
    let mut hashes = Cost::default();
    // One-time costs of a process fall into the first round, which is not counted.
    for round in 0..=args.rounds {
        let turn = hash::argon2id(&reference, args.hashes)?;
        if round > 0 {
            hashes += turn;
        }
        for subject in &mut subjects {
            subject.take_turn(args.requests, args.hashes, round > 0).await?;
        }
    }
    print!("{}", table(&subjects, &hashes));
    println!("\n{}", machine.since(cpu_time_of_all(&subjects)));
    Ok(())
}

fn table(subjects: &[Subject], hashes: &Cost) -> Table {
    let mut table = Table::new([
        "function",
        "request",
        "count",
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "CPU x hash",
        "logged bytes",
        "peak MiB",
    ]);
    table.row([
        "one reference hash".to_owned(),
        stats::NONE.to_owned(),
        hashes.count.to_string(),
        stats::millis(hashes.wall_each()),
        stats::NONE.to_owned(),
        stats::millis(hashes.cpu_each()),
        stats::ratio(hashes.cpu_each(), hashes.cpu_each()),
        stats::NONE.to_owned(),
        stats::NONE.to_owned(),
    ]);
    for subject in subjects {
        for (request, summary) in &subject.kinds {
            let cpu = summary.cpu_each();
            table.row([
                subject.label.to_owned(),
                request.name().to_owned(),
                summary.count.to_string(),
                stats::millis(summary.latencies.median()),
                stats::millis(summary.latencies.percentile(99.0)),
                stats::millis(cpu),
                stats::ratio(cpu, hashes.cpu_each()),
                (summary.logged / u64::from(summary.count)).to_string(),
                stats::size(subject.life.process.peak_memory(), MEBIBYTE),
            ]);
        }
    }
    table
}
