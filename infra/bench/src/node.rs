//! The other side of `bench compare`: the programs in `better-auth-node`.

use crate::hash::Cost;
use serde_json::Value;
use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("node cannot be started in {}", .0.display())]
    NotStarted(PathBuf, #[source] io::Error),
    #[error("hash.mjs failed; has `npm ci` run in {}?", .0.display())]
    Failed(PathBuf),
}

/// The server, in the mode that its documentation asks for in production.
pub fn server(folder: &Path) -> Command {
    node(folder, "server.mjs")
}

/// What its password hash costs, in a process of its own.
pub fn scrypt(folder: &Path, count: u32) -> Result<Cost, Error> {
    let output = node(folder, "hash.mjs")
        .arg(count.to_string())
        .output()
        .map_err(|error| Error::NotStarted(folder.to_owned(), error))?;
    parse(&output.stdout, count).ok_or_else(|| Error::Failed(folder.to_owned()))
}

fn node(folder: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(program).current_dir(folder).env("NODE_ENV", "production");
    command
}

fn parse(output: &[u8], count: u32) -> Option<Cost> {
    let output: Value = serde_json::from_slice(output).ok()?;
    let all = |name: &str| Some(Duration::from_secs_f64(output[name].as_f64()? / 1e3) * count);
    Some(Cost {
        count,
        wall: all("wall_ms")?,
        cpu: all("cpu_ms"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_hash_is_read_from_the_output() {
        let cost = parse(b"{\"wall_ms\":90.5,\"cpu_ms\":88.25}\n", 4).unwrap();
        assert_eq!(cost.wall_each(), Some(Duration::from_micros(90_500)));
        assert_eq!(cost.cpu_each(), Some(Duration::from_micros(88_250)));
        assert_eq!(parse(b"", 4), None);
    }
}
