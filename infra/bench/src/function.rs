//! One release binary as a process with the environment of a Lambda function. The requests and measurements are in
//! `trial`.

use crate::proc;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, PipeReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// The length of the function's output in the message about its exit.
const LOG_TAIL: usize = 4096;
const EXIT_POLL: Duration = Duration::from_millis(10);

/// A binary and its environment.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    binary: PathBuf,
    environment: BTreeMap<String, String>,
    prefix: Vec<OsString>,
}

impl Function {
    /// `settings` are added to the environment that Lambda defines, and take precedence.
    pub fn new(binary: &Path, settings: &[(String, String)]) -> io::Result<Self> {
        let binary = binary.canonicalize()?;
        let name = name(&binary);
        let mut environment = lambda_environment(&name, binary.parent());
        environment.extend(settings.iter().cloned());
        Ok(Self {
            name,
            binary,
            environment,
            prefix: Vec::new(),
        })
    }

    /// Runs the binary under another program, whose command line begins with these arguments.
    pub fn under(self, prefix: Vec<OsString>) -> Self {
        Self { prefix, ..self }
    }

    /// The size of the binary in bytes.
    pub fn size(&self) -> Option<u64> {
        self.binary.metadata().ok().map(|metadata| metadata.len())
    }

    pub fn start(&self, runtime_api: SocketAddr) -> io::Result<Process> {
        let (output, input) = io::pipe()?;
        let mut line = self
            .prefix
            .iter()
            .map(OsString::as_os_str)
            .chain([self.binary.as_os_str()]);
        let mut command = Command::new(line.next().unwrap_or_default());
        command
            .args(line)
            .env_clear()
            .envs(&self.environment)
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api.to_string())
            .stdin(Stdio::null())
            .stdout(input.try_clone()?)
            .stderr(input);
        let written = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&written);
        let log = std::thread::spawn(move || tail(output, &counter));
        let started = Instant::now();
        let child = command.spawn()?;
        Ok(Process {
            child,
            started,
            written,
            log: Some(log),
        })
    }
}

/// `target/release/session` is `session`, and so is `target/lambda/session/bootstrap`.
pub fn name(binary: &Path) -> String {
    let named = match binary.file_name() {
        Some(file) if file == "bootstrap" => binary.parent().and_then(Path::file_name).unwrap_or(file),
        Some(file) => file,
        None => binary.as_os_str(),
    };
    named.to_string_lossy().into_owned()
}

/// The variables that Lambda sets. The function inherits nothing from this shell's environment, and can reach neither
/// AWS nor an instance's metadata: calls go to a closed port unless the user names an endpoint.
fn lambda_environment(name: &str, folder: Option<&Path>) -> BTreeMap<String, String> {
    let folder = folder.unwrap_or(Path::new("/")).to_string_lossy();
    let log_group = format!("/aws/lambda/{name}");
    [
        ("_HANDLER", "bootstrap"),
        ("AWS_ACCESS_KEY_ID", "bench"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_SECRET_ACCESS_KEY", "bench"),
        ("AWS_SESSION_TOKEN", "bench"),
        ("LAMBDA_TASK_ROOT", &folder),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("TZ", ":UTC"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

/// A running function; dropping it kills it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// The time just before the process was created.
    pub started: Instant,
    written: Arc<AtomicU64>,
    log: Option<JoinHandle<String>>,
}

impl Process {
    pub fn cpu_time(&self) -> Option<Duration> {
        proc::cpu_time(self.child.id())
    }

    pub fn peak_memory(&self) -> Option<u64> {
        proc::memory(self.child.id()).map(|memory| memory.peak)
    }

    /// The number of bytes logged so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Waits until the process has exited by itself.
    pub async fn exited(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(EXIT_POLL).await;
        }
    }

    /// Requests the process to exit, and waits until it has.
    pub async fn terminate(&mut self) -> io::Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.exited().await.map(drop)
    }

    /// Kills the process and returns the end of its output.
    pub fn end_of_log(&mut self) -> String {
        self.end();
        self.log.take().and_then(|log| log.join().ok()).unwrap_or_default()
    }

    fn end(&mut self) {
        // Both fail only for a process that has already exited.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads until the process has closed its end, so that a full pipe never blocks it.
fn tail(mut output: PipeReader, written: &AtomicU64) -> String {
    let mut tail = Vec::new();
    let mut chunk = [0; LOG_TAIL];
    while let Ok(length @ 1..) = output.read(&mut chunk) {
        written.fetch_add(length as u64, Ordering::Relaxed);
        tail.extend_from_slice(&chunk[..length]);
        tail.drain(..tail.len().saturating_sub(LOG_TAIL));
    }
    String::from_utf8_lossy(&tail).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_after_its_file_or_its_folder() {
        assert_eq!(name(Path::new("/x/target/release/session")), "session");
        assert_eq!(name(Path::new("/x/target/lambda/password/bootstrap")), "password");
    }

    #[test]
    fn the_environment_is_that_of_lambda_and_reaches_nothing() {
        let environment = lambda_environment("session", Some(Path::new("/var/task")));
        assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], "session");
        assert_eq!(environment["LAMBDA_TASK_ROOT"], "/var/task");
        assert!(environment["AWS_ENDPOINT_URL"].starts_with("http://127.0.0.1:"));
    }
}
