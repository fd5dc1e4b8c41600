//! What API Gateway decides before it invokes a function.

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Local;

const TEN_MEGABYTES: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn unknown_paths_are_answered_in_their_contract() {
    let local = Local::start(&[]).await;
    let teams = local.get("/auth/nothing").send().await.expect(404).json();
    assert_eq!(
        teams,
        json!({ "statusCode": 404, "message": "Cannot GET /auth/nothing", "error": "Not Found" })
    );
    assert_eq!(local.get("/api/auth/nothing").send().await.expect(404).text(), "");
    assert!(
        local
            .call("DELETE", "/api/auth/login")
            .send()
            .await
            .status
            .is_client_error()
    );
    let nowhere = local.get("/nothing?at=all").send().await.expect(404).json();
    assert_eq!(nowhere, json!({ "message": "Not Found" }));
    assert_eq!(local.calls("$default").await["requests"], 4);
}

#[tokio::test]
async fn bodies_above_ten_megabytes_are_refused_with_the_error_of_the_contract() {
    let local = Local::start(&[]).await;
    let login = || local.post("/api/auth/login").header("content-type", "application/json");
    let refusal = login()
        .body(vec![b' '; TEN_MEGABYTES + 1])
        .send()
        .await
        .expect(413)
        .json();
    assert_eq!(refusal, json!({ "detail": "Request body is too large" }));
    // Below the limit of API Gateway, the function decides.
    assert!(
        login()
            .body(vec![b' '; TEN_MEGABYTES])
            .send()
            .await
            .status
            .is_client_error()
    );
    assert_eq!(local.calls("POST /api/auth/login").await["requests"], 2);
}

/// As AWS does, the event has the letters of foreign cookies, and the session survives them.
#[tokio::test]
async fn a_foreign_cookie_with_letters_beyond_ascii_does_not_hide_the_session() {
    let local = Local::start(&[]).await;
    let cookie = local.sign_up("ada@example.com").await.cookie();
    for foreign in ["theme=größe".as_bytes(), b"theme=\xe9\xff"] {
        let line = [
            b"GET /api/auth/get-session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: ",
            foreign,
        ]
        .concat();
        let request = [line.as_slice(), b"; ", cookie.as_bytes(), b"\r\n\r\n"].concat();
        let mut stream = TcpStream::connect(local.service.address()).await.expect("a connection");
        stream.write_all(&request).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.contains("ada@example.com"), "{answer}");
    }
}

#[tokio::test]
async fn the_source_ip_is_that_of_the_connection_and_not_of_a_header() {
    let local = Local::start(&[]).await;
    let body = json!({ "name": "Ada", "email": "ada@example.com", "password": "nine lanterns" });
    let call = local
        .post("/api/auth/sign-up/email")
        .header("x-forwarded-for", "192.0.2.7")
        .json(&body);
    let cookie = call.send().await.expect(200).cookie();
    let session = local
        .get("/api/auth/get-session")
        .header("cookie", &cookie)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(session["session"]["ipAddress"], "127.0.0.1");
}

#[tokio::test]
async fn hostile_requests_cause_no_server_error() {
    let local = Local::start(&[]).await;
    for head in [
        "GET /api/auth/get-session HTTP/1.1\r\nHost: x\r\nCookie: better-auth.session_token=\u{1F36A}\r\n",
        "GET /api/auth/get-session HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \u{1F36A}\r\n",
        "GET /api/auth/reset-password/%00%2F%3F%23 HTTP/1.1\r\nHost: x\r\n",
        "GET //evil.test/%0d%0a HTTP/1.1\r\nHost: x\r\n",
        "GET /api/auth/ok HTTP/1.1\r\nHost: a b\r\n",
        "GET /api/auth/ok HTTP/1.1\r\nHost: \r\n",
        "GET /api/auth/ok HTTP/1.0\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n",
        "BREW /api/auth/ok HTTP/1.1\r\nHost: x\r\n",
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
    ] {
        let mut stream = TcpStream::connect(local.service.address()).await.expect("a connection");
        let request = format!("{head}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer);
        let status: u16 = answer
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        assert!(status < 500, "{head:?}: {answer}");
    }
}
