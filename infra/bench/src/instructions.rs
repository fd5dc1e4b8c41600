//! The number of instructions that a process executes, counted by valgrind: it hardly depends on the load of the
//! machine.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no room for the count")]
    NoRoom(#[source] io::Error),
    #[error("valgrind cannot be started; it is a package of most distributions")]
    NotStarted(#[source] io::Error),
    #[error("valgrind has not counted the instructions of {}: {log}", program.display())]
    NotCounted { program: PathBuf, log: String },
}

/// The count of one process.
#[derive(Debug)]
pub struct Counter(TempDir);

impl Counter {
    pub fn new() -> Result<Self, Error> {
        tempfile::tempdir().map(Self).map_err(Error::NoRoom)
    }

    /// The beginning of the process's command line.
    pub fn prefix(&self) -> Vec<OsString> {
        let mut log = OsString::from("--log-file=");
        log.push(self.log());
        let fixed = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"];
        fixed.into_iter().map(OsString::from).chain([log]).collect()
    }

    /// The count, once the process has exited.
    pub fn read(&self, program: &Path) -> Result<u64, Error> {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        parse(&log).ok_or_else(|| Error::NotCounted {
            program: program.to_owned(),
            log,
        })
    }

    fn log(&self) -> PathBuf {
        self.0.path().join("log")
    }
}

/// The instructions of a program that exits by itself.
pub fn of(program: &Path, argument: &str) -> Result<u64, Error> {
    let counter = Counter::new()?;
    let prefix = counter.prefix();
    let mut command = Command::new(&prefix[0]);
    command.args(&prefix[1..]).arg(program).arg(argument);
    command.output().map_err(Error::NotStarted)?;
    counter.read(program)
}

fn parse(log: &str) -> Option<u64> {
    let line = log.lines().find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_at_the_end_of_the_log() {
        let log = "==5022== \n==5022== Events    : Ir\n==5022== Collected : 300230\n==5022== \n==5022== I   refs:      300,230\n";
        assert_eq!(parse(log), Some(300_230));
        assert_eq!(parse("==5022== Command: sleep 100\n"), None);
    }
}
