//! An HTTP server as a separate process, on a free port of this machine: the local service, or the server that it is
//! compared with. Both report at `/api/auth/ok` that they are ready.

use crate::{
    client::{Client, LoopbackUrl},
    proc,
};
use std::{
    io,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

const START_LIMIT: Duration = Duration::from_secs(20);
const START_POLL: Duration = Duration::from_millis(1);
/// Responses arrive before the kernel has accounted for the work after them.
const SETTLE: Duration = Duration::from_millis(5);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no port is free")]
    NoPort(#[source] io::Error),
    #[error("{0} cannot be started")]
    NotStarted(&'static str, #[source] io::Error),
    #[error("{0} ended before it answered ({1})")]
    Died(&'static str, ExitStatus),
    #[error("{0} did not answer within {START_LIMIT:?}")]
    Silent(&'static str),
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub struct Server {
    pub name: &'static str,
    pub client: Client,
    /// The time from the creation of the process to its first response.
    pub started_in: Duration,
    child: Child,
}

/// The local service: the release binary beside this program, unless another one is given.
pub fn local(binary: Option<&Path>, args: &[&str]) -> Command {
    let mut command = Command::new(binary.map_or_else(|| proc::beside_this_program("local"), Path::to_owned));
    command.args(args).arg("--port");
    command
}

impl Server {
    /// `command` takes the port as its last argument.
    pub async fn start(name: &'static str, mut command: Command) -> Result<Self, Error> {
        let port = free_port().map_err(Error::NoPort)?;
        command.arg(port.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
        let started = Instant::now();
        let child = command.spawn().map_err(|error| Error::NotStarted(name, error))?;
        let mut server = Self {
            name,
            client: Client::new(LoopbackUrl::of_port(port)),
            started_in: Duration::ZERO,
            child,
        };
        while !server.client.is_answered().await {
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(Error::Died(name, status));
            }
            if started.elapsed() > START_LIMIT {
                return Err(Error::Silent(name));
            }
            tokio::time::sleep(START_POLL).await;
        }
        server.started_in = started.elapsed();
        Ok(server)
    }

    /// CPU time since the start, in hundredths of a second.
    pub async fn cpu_time(&self) -> Option<Duration> {
        tokio::time::sleep(SETTLE).await;
        proc::process_cpu_time(self.child.id())
    }

    pub fn memory(&self) -> Option<proc::Memory> {
        proc::memory(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only for a process that has already exited.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The port is free again when this returns; another process is unlikely to take it before the server does.
fn free_port() -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
