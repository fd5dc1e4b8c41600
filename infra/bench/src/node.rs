//! The Node side of `bench compare`: the programs in `better-auth-node`.

use crate::hash::{self, Cost};
use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("node cannot be started in {}", .0.display())]
    NotStarted(PathBuf, #[source] io::Error),
    #[error("hash.mjs failed; has `npm ci` run in {}?", .0.display())]
    Failed(PathBuf),
}

/// The server, in the mode that its documentation recommends for production.
pub fn server(folder: &Path) -> Command {
    node(folder, "server.mjs")
}

/// The cost of its password hash, in a separate process.
pub fn scrypt(folder: &Path, count: u32) -> Result<Cost, Error> {
    let output = node(folder, "hash.mjs")
        .arg(count.to_string())
        .output()
        .map_err(|error| Error::NotStarted(folder.to_owned(), error))?;
    hash::parse(&output.stdout, count).ok_or_else(|| Error::Failed(folder.to_owned()))
}

fn node(folder: &Path, program: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(program).current_dir(folder).env("NODE_ENV", "production");
    command
}
