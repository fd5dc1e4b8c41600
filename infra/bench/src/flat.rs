//! `bench flat`: the same requests while the table grows. The number of AWS calls per request, and what they read, must
//! stay the same, or the run fails; the time is shown beside it.

use crate::{
    calls::Counts,
    client::{self, Client, LoopbackUrl, User},
    drive::Scenario,
    stats::{self, Latencies},
    table::Table,
};
use std::time::{Duration, Instant};
use tokio::task::{JoinError, JoinSet};

/// The number of concurrent sign-ups.
const SIGN_UPS: usize = 8;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The local service, on this machine
    #[arg(long, value_name = "URL")]
    url: LoopbackUrl,
    /// The numbers of users at which to measure, ascending
    #[arg(long, value_name = "N,N,..", value_delimiter = ',', default_values_t = [100, 1000])]
    users: Vec<usize>,
    /// How many requests of each kind to measure at each step
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    samples: u32,
    /// The administrator of the local service, whose lists of users are measured, too
    #[arg(long, value_name = "EMAIL:PASSWORD", value_parser = credentials)]
    admin: Option<(String, String)>,
    /// Stop after so many seconds, with the steps that were done by then
    #[arg(long, default_value_t = 1800)]
    seconds: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("--users are not ascending numbers above zero")]
    Steps,
    #[error("a request failed")]
    Request(#[from] client::Error),
    #[error("a sign-up's task ended")]
    Worker(#[from] JoinError),
    #[error("the time was up before all steps were done")]
    TimeUp,
    #[error("a list does not contain the users that were signed up")]
    Missing,
    #[error("the calls of one request are not the same at {users} users as at the first step")]
    Grown { users: usize },
}

pub async fn run(args: Args) -> Result<(), Error> {
    if args.users.first() == Some(&0) || !args.users.is_sorted_by(|one, next| one < next) {
        return Err(Error::Steps);
    }
    let mut table = Table::new([
        "users",
        "get-session p50 ms",
        "calls per get-session",
        "sign-in p50 ms",
        "calls per sign-in",
        "page of users",
        "page of active users",
        "search by e-mail",
    ]);
    let limit = Duration::from_secs(args.seconds);
    let done = tokio::time::timeout(limit, steps(&args, &mut table)).await;
    print!("{table}");
    done.unwrap_or(Err(Error::TimeUp))
}

async fn steps(args: &Args, table: &mut Table) -> Result<(), Error> {
    let client = Client::new(args.url.clone());
    let mut users = Vec::new();
    let mut first = None;
    for &step in &args.users {
        grow(&client, &mut users, step).await?;
        eprintln!("{step} users");
        let [session_p50, session_calls] = measure(Scenario::GetSession, &client, &users, args.samples).await?;
        let [sign_in_p50, sign_in_calls] = measure(Scenario::SignIn, &client, &users, args.samples).await?;
        let mut calls = vec![session_calls.clone(), sign_in_calls.clone()];
        if let Some(admin) = &args.admin {
            calls.extend(lists(&client, admin, &users, args.samples).await?);
        }
        let measured = [step.to_string(), session_p50, session_calls, sign_in_p50, sign_in_calls];
        table.row(measured.into_iter().chain(calls[2..].iter().cloned()));
        // The first step is compared with itself.
        if *first.get_or_insert_with(|| calls.clone()) != calls {
            return Err(Error::Grown { users: step });
        }
    }
    Ok(())
}

/// Signs users up until there are `target`.
async fn grow(client: &Client, users: &mut Vec<User>, target: usize) -> Result<(), Error> {
    let mut sign_ups = JoinSet::new();
    for number in users.len()..target {
        if sign_ups.len() == SIGN_UPS {
            users.extend(join_one(&mut sign_ups).await?);
        }
        let client = client.clone();
        sign_ups.spawn(async move { client.sign_up(number).await });
    }
    while let Some(user) = join_one(&mut sign_ups).await? {
        users.push(user);
    }
    Ok(())
}

async fn join_one(sign_ups: &mut JoinSet<Result<User, client::Error>>) -> Result<Option<User>, Error> {
    match sign_ups.join_next().await {
        Some(user) => Ok(Some(user??)),
        None => Ok(None),
    }
}

/// The median time and the calls of one request; requests run sequentially, by users from all parts of the table.
async fn measure(scenario: Scenario, client: &Client, users: &[User], samples: u32) -> Result<[String; 2], Error> {
    let before = counts(scenario, client).await;
    let mut latencies = Latencies::new();
    for user in spread(users, samples) {
        let sent = Instant::now();
        scenario.request(client, user).await?;
        latencies.record(sent.elapsed());
    }
    let calls = match (before, counts(scenario, client).await) {
        (Some(before), Some(after)) => after.per_request(&before, samples),
        _ => stats::NONE.to_owned(),
    };
    Ok([stats::millis(latencies.median()), calls])
}

/// What each list of administrators costs per request.
async fn lists(
    client: &Client,
    (email, password): &(String, String),
    users: &[User],
    samples: u32,
) -> Result<[String; 3], Error> {
    let token = client.sign_in_administrator(email, password).await?;
    let searched = users.get(42).map_or("", |user| user.email.as_str());
    let queries = [
        "limit=20".to_owned(),
        "limit=20&status=ACTIVE".to_owned(),
        format!("limit=20&search={searched}"),
    ];
    let mut costs = [const { String::new() }; 3];
    for (cost, query) in costs.iter_mut().zip(queries) {
        let count = async || {
            client
                .calls()
                .await
                .map(|document| Counts::of(&document, client::ADMIN))
        };
        let before = count().await?;
        for _ in 0..samples {
            let list = client.look_as(&token, &format!("/v1/admin/users?{query}")).await?;
            if list["users"].as_array().is_none_or(Vec::is_empty) {
                return Err(Error::Missing);
            }
        }
        *cost = count().await?.per_request(&before, samples);
    }
    Ok(costs)
}

fn credentials(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').ok_or("not of the form EMAIL:PASSWORD")?;
    Ok((parts.0.to_owned(), parts.1.to_owned()))
}

/// A service that does not count its calls can still be measured.
async fn counts(scenario: Scenario, client: &Client) -> Option<Counts> {
    client
        .calls()
        .await
        .ok()
        .map(|document| Counts::of(&document, scenario.path()))
}

/// `samples` elements at even distances; some repeat if there are fewer elements.
fn spread<T>(items: &[T], samples: u32) -> impl Iterator<Item = &T> {
    let samples = samples as usize;
    (0..samples).map(move |sample| &items[sample * items.len() / samples])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_from_all_over() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(spread(&items, 4).copied().collect::<Vec<_>>(), [0, 250, 500, 750]);
        assert_eq!(spread(&items[..2], 4).copied().collect::<Vec<_>>(), [0, 0, 1, 1]);
    }
}
