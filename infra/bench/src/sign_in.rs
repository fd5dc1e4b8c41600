//! `bench sign-in`: the cost of a sign-in relative to its password hash, which the reference program computes as fast
//! as possible. Instructions are counted one process after the other, time is measured in turn.

use crate::{
    aws::{self, Aws},
    caller::Request,
    hash::{self, Cost},
    instructions::{self, Counter},
    machine::Machine,
    proc, stats,
    subject::{self, Subject, cpu_time_of_all, function},
    table::Table,
};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

const MEBIBYTE: u64 = 1024 * 1024;
/// The budget: instructions of a sign-in per instruction of the reference hash.
const BUDGET: f64 = 1.1;
/// The difference between a process that makes one and a process that makes this many more excludes the cost of the
/// start.
const MORE: u32 = 3;
/// Under valgrind a program is fifty times slower.
const COUNTED_STEP_LIMIT: Duration = Duration::from_mins(2);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The release binary of the function for sessions [default: that of `infra/build`]
    #[arg(long, value_name = "PATH")]
    session: Option<PathBuf>,
    /// Another one to compare it with, built before a change
    #[arg(long, value_name = "PATH")]
    before: Option<PathBuf>,
    /// The program for the raw hashes [default: `target/reference/release/reference`]
    #[arg(long, value_name = "PATH")]
    reference: Option<PathBuf>,
    /// How often each has its turn
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Sign-ins and hashes in a turn
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
    #[error(transparent)]
    Instructions(#[from] instructions::Error),
    #[error("a sign-in takes {0:.2} times the instructions of the reference hash; the budget is {BUDGET}")]
    TooManyInstructions(f64),
}

pub async fn run(args: Args) -> Result<(), Error> {
    let session = args.session.unwrap_or_else(|| proc::deployed("session"));
    let reference = args.reference.unwrap_or_else(hash::reference);
    let mut functions = vec![("sign-in", session)];
    functions.extend(args.before.map(|before| ("sign-in, before", before)));

    let hash_instructions = instructions_of_a_hash(&reference)?;
    let mut instructions = Vec::new();
    let mut subjects = Vec::new();
    let mut clouds = Vec::new();
    for (label, binary) in &functions {
        instructions.push(instructions_of_a_sign_in(binary).await?);
        let aws = Aws::start().await?;
        let function = function(binary, &aws.deploy("kms")?)?;
        let mut subject = Subject::start(label, &function, &[Request::SignIn]).await?;
        subject.ask(Request::SignUp).await?;
        subjects.push(subject);
        clouds.push(aws);
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
            subject.take_turn(0, args.hashes, round > 0).await?;
        }
    }

    let mut table = Table::new([
        "",
        "million instructions",
        "x reference",
        "count",
        "CPU ms",
        "x reference",
        "peak MiB",
    ]);
    let mut row = |label: &str, executed: u64, count: u32, cpu, peak| {
        table.row([
            label.to_owned(),
            stats::size(Some(executed), 1_000_000),
            format!("{:.2}", quotient(executed, hash_instructions)),
            count.to_string(),
            stats::millis(cpu),
            stats::ratio(cpu, hashes.cpu_each()),
            stats::size(peak, MEBIBYTE),
        ]);
    };
    row(
        "reference hash",
        hash_instructions,
        hashes.count,
        hashes.cpu_each(),
        None,
    );
    for (subject, executed) in subjects.iter().zip(&instructions) {
        let (_, summary) = &subject.kinds[0];
        let peak = subject.life.process.peak_memory();
        row(subject.label, *executed, summary.count, summary.cpu_each(), peak);
    }
    print!("{table}");
    println!("\n{}", machine.since(cpu_time_of_all(&subjects)));
    if let [after, before] = &subjects[..]
        && let [Some(after), Some(before)] = [after, before].map(|subject| subject.kinds[0].1.cpu_each())
    {
        let saved = 100.0 * (1.0 - after.as_secs_f64() / before.as_secs_f64());
        println!("\nA sign-in takes {saved:.0} % less CPU time than before.");
    }
    within_budget(quotient(instructions[0], hash_instructions))
}

fn instructions_of_a_hash(reference: &Path) -> Result<u64, Error> {
    let one = instructions::of(reference, "1")?;
    let many = instructions::of(reference, &(1 + MORE).to_string())?;
    Ok(many.saturating_sub(one) / u64::from(MORE))
}

async fn instructions_of_a_sign_in(session: &Path) -> Result<u64, Error> {
    let one = instructions_of_a_life(session, 1).await?;
    let many = instructions_of_a_life(session, 1 + MORE).await?;
    Ok(many.saturating_sub(one) / u64::from(MORE))
}

/// The instructions of a process in which a user signs up, and signs in `count` times.
async fn instructions_of_a_life(session: &Path, sign_ins: u32) -> Result<u64, Error> {
    let aws = Aws::start().await?;
    let counter = Counter::new()?;
    let function = function(session, &aws.deploy("kms")?)?.under(counter.prefix());
    let mut subject = Subject::start("counted", &function, &[]).await?;
    subject.life.step_limit = COUNTED_STEP_LIMIT;
    subject.ask(Request::SignUp).await?;
    for _ in 0..sign_ins {
        subject.ask(Request::SignIn).await?;
    }
    subject.life.end().await.map_err(subject::Error::from)?;
    Ok(counter.read(session)?)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "instructions of a second or so are far below 2^53"
)]
fn quotient(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn within_budget(ratio: f64) -> Result<(), Error> {
    // A ratio that is not a number exceeds every budget.
    if ratio <= BUDGET {
        Ok(())
    } else {
        Err(Error::TooManyInstructions(ratio))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_a_tenth_above_the_reference() {
        assert!(within_budget(quotient(110, 100)).is_ok());
        assert!(within_budget(quotient(111, 100)).is_err());
        assert!(within_budget(quotient(0, 0)).is_err());
    }
}
