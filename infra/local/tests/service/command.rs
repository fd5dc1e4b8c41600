//! The command itself: the arguments that it refuses, and its error messages.

use std::process::{Command, Output, Stdio};

use crate::client::{Folder, Local, options};
use serde_json::json;

fn local(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.args(args).stdin(Stdio::null()).output().expect("it runs")
}

fn refusal(args: &[&str]) -> (Option<i32>, String) {
    let output = local(args);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn an_invalid_argument_is_named() {
    for (args, named) in [
        (
            vec!["--config", "PUBLIC_ULR=http://x"],
            "there is no setting PUBLIC_ULR",
        ),
        (vec!["--config", "PUBLIC_URL"], "KEY=VALUE"),
        (vec!["--port", "0", "--config", "SIGNING_MODE=rot13"], "SIGNING_MODE"),
        (vec!["--port", "0", "--config", "ARGON2_MEMORY_KIB=1"], "error: "),
        (vec!["--rate-limits", "maybe"], "`on` or `off`"),
        (vec!["--admin", "root@example.com"], "EMAIL:PASSWORD"),
        (vec!["--admin", "root@example.com:password1"], "most common"),
        (vec!["admin", "create", "root@example.com"], "--data"),
        (
            vec![
                "admin",
                "create",
                "root@example.com",
                "--password",
                "nine lanterns",
                "--data",
                "/nowhere",
            ],
            "/nowhere",
        ),
    ] {
        let (code, text) = refusal(&args);
        assert_eq!(code, Some(2), "{args:?}: {text}");
        assert!(text.contains(named), "{args:?}: {text}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let running = Local::start(&[]).await;
    let port = running.service.address().port().to_string();
    let (code, text) = refusal(&["--port", &port]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(&format!("cannot listen on 127.0.0.1:{port}")), "{text}");
}

#[tokio::test]
async fn an_administrator_is_created_while_the_service_runs() {
    let folder = Folder::new();
    let mut options = options(&[]);
    options.data = Some(folder.0.clone());
    let running = Local::with(options).await;

    let data = folder.0.to_str().expect("UTF-8");
    let create = [
        "admin",
        "create",
        "root@example.com",
        "--password",
        "nine lanterns",
        "--data",
        data,
    ];
    let output = local(&create);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let credentials = json!({ "email": "root@example.com", "password": "nine lanterns" });
    running
        .post("/api/auth/sign-in/email")
        .json(&credentials)
        .send()
        .await
        .expect(200);

    let (code, text) = refusal(&create);
    assert_eq!(code, Some(1));
    assert!(text.contains("the address belongs to a user"), "{text}");
}
