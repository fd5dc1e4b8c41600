//! Stopping: requests in flight are answered, or named when they are cut off.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::client::Local;

/// A request whose body lacks its last byte, so it stays in flight until that is sent.
const UNFINISHED: &str =
    "POST /api/auth/sign-in/email HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 3\r\n\r\n{ ";

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_service_stops() {
    let local = Local::start(&[]).await;
    let mut connection = tokio::net::TcpStream::connect(local.service.address())
        .await
        .expect("a connection");
    connection.write_all(UNFINISHED.as_bytes()).await.expect("it is sent");
    tokio::time::sleep(Duration::from_millis(100)).await;

    let stopping = tokio::spawn(local.service.stop());
    tokio::time::sleep(Duration::from_millis(100)).await;
    connection.write_all(b"}").await.expect("it is sent");
    let mut response = String::new();
    connection.read_to_string(&mut response).await.expect("a response");
    assert!(response.starts_with("HTTP/1.1 4"), "{response}");
    stopping.await.expect("it stops").expect("nothing is cut off");
}

#[tokio::test]
async fn requests_that_are_cut_off_are_named() {
    let local = Local::start(&[]).await;
    let mut connections = Vec::new();
    for token in ["short", "a-part-of-a-path-that-may-well-be-a-token"] {
        let mut connection = tokio::net::TcpStream::connect(local.service.address())
            .await
            .expect("a connection");
        let head = format!("POST /nowhere/{token} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\n");
        connection.write_all(head.as_bytes()).await.expect("it is sent");
        connections.push(connection);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let cut_off = local.service.stop().await.expect_err("two requests are cut off");
    assert_eq!(
        cut_off.to_string(),
        "requests cut off: 2 (1 POST /nowhere/..., 1 POST /nowhere/short)"
    );
}

/// Starts the command in a process; returns the process and the address that it prints.
fn spawn() -> (Child, SocketAddr) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command
        .args(["--port", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout.read_line(&mut line).expect("a line");
    let (_, rest) = line.split_once("http://localhost:").expect("its address");
    let (port, _) = rest.split_once('.').expect("its port");
    let port = port.parse().expect("a number");
    let address = (Ipv4Addr::LOCALHOST, port).into();
    // Standard output stays open, as a closed pipe would end the process.
    child.stdout = Some(stdout.into_inner());
    (child, address)
}

/// Sends SIGTERM; returns the exit code and standard error.
fn terminate(mut child: Child) -> (Option<i32>, String) {
    let kill = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(kill.success());
    let status = child.wait().expect("it ends");
    let mut text = String::new();
    let mut stderr = child.stderr.take().expect("a pipe");
    stderr.read_to_string(&mut text).expect("text");
    (status.code(), text)
}

#[cfg(unix)]
#[test]
fn the_command_exits_with_0_when_no_request_is_cut_off() {
    let (child, _) = spawn();
    let (code, text) = terminate(child);
    assert_eq!(code, Some(0), "{text}");
}

#[cfg(unix)]
#[test]
fn the_command_reports_what_it_cut_off_and_exits_with_1() {
    let (child, address) = spawn();
    let mut connection = TcpStream::connect(address).expect("a connection");
    connection.write_all(UNFINISHED.as_bytes()).expect("it is sent");
    std::thread::sleep(Duration::from_millis(200));
    let (code, text) = terminate(child);
    assert_eq!(code, Some(1), "{text}");
    let expected = "error: requests cut off: 1 (1 POST /api/auth/sign-in/email)";
    assert!(text.contains(expected), "{text}");
}
