//! The cost of one password hash by itself, with the default parameters of the service: the program in `reference`, to
//! which the profiles of this workspace do not apply.

use serde_json::Value;
use std::{
    io,
    ops::AddAssign,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{} cannot be started; the README of `bench` says how it is built", .0.display())]
    NotStarted(PathBuf, #[source] io::Error),
    #[error("{} failed", .0.display())]
    Failed(PathBuf),
}

/// The total of all hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub count: u32,
    pub wall: Duration,
    pub cpu: Option<Duration>,
}

impl Cost {
    pub fn wall_each(&self) -> Option<Duration> {
        self.wall.checked_div(self.count)
    }

    pub fn cpu_each(&self) -> Option<Duration> {
        self.cpu?.checked_div(self.count)
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        let cpu = match (self.count, self.cpu) {
            (0, _) => Some(Duration::ZERO),
            (_, cpu) => cpu,
        };
        *self = Self {
            count: self.count + other.count,
            wall: self.wall + other.wall,
            cpu: cpu.zip(other.cpu).map(|(one, other)| one + other),
        };
    }
}

/// The default path of the reference program.
pub fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/reference/release/reference")
}

/// Hashes `count` times, in a separate process.
pub fn argon2id(reference: &Path, count: u32) -> Result<Cost, Error> {
    let output = Command::new(reference)
        .arg(count.to_string())
        .output()
        .map_err(|error| Error::NotStarted(reference.to_owned(), error))?;
    parse(&output.stdout, count).ok_or_else(|| Error::Failed(reference.to_owned()))
}

/// The output of a program that hashed `count` times.
pub fn parse(output: &[u8], count: u32) -> Option<Cost> {
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
    fn costs_add_up() {
        let one = |cpu| Cost {
            count: 2,
            wall: Duration::from_millis(10),
            cpu,
        };
        let known = Some(Duration::from_millis(8));
        let mut sum = Cost::default();
        assert_eq!(sum.wall_each(), None);
        sum += one(known);
        sum += one(known);
        assert_eq!(sum.wall_each(), Some(Duration::from_millis(5)));
        assert_eq!(sum.cpu_each(), Some(Duration::from_millis(4)));
        sum += one(None);
        assert_eq!(sum.cpu_each(), None);
    }

    #[test]
    fn the_cost_of_a_hash_is_read_from_the_output() {
        let cost = parse(b"{\"wall_ms\":90.5,\"cpu_ms\":88.25}\n", 4).unwrap();
        assert_eq!(cost.wall_each(), Some(Duration::from_micros(90_500)));
        assert_eq!(cost.cpu_each(), Some(Duration::from_micros(88_250)));
        assert_eq!(parse(b"", 4), None);
    }

    #[test]
    fn the_reference_hashes_with_the_same_versions() {
        let ours = include_str!("../../../Cargo.lock");
        let theirs = include_str!("../reference/Cargo.lock");
        // The version and the checksum of each package.
        let packages = theirs.split("[[package]]\n").skip(1);
        let registry: Vec<_> = packages.filter(|package| package.contains("checksum = ")).collect();
        assert!(registry.iter().any(|package| package.starts_with("name = \"argon2\"")));
        for package in registry {
            let identity = package.split("dependencies").next().unwrap().trim_end();
            assert!(ours.contains(identity), "{identity}");
        }
    }
}
