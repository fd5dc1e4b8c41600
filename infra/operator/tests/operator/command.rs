//! The command: its output, its exit codes, and the sources of the password.

use serde_json::{Value, json};

use crate::support::{ADA, Deployment, PASSWORD, ROOT, audited, command, output_text};

#[tokio::test]
async fn an_administrator_is_created_from_a_shell() {
    let deployment = Deployment::start().await;
    let create = ["admin", "create", ROOT];
    let output = deployment.command(&create, &[], &format!("{PASSWORD}\n")).await;
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("root@example.com is an administrator. User "),
        "{text}"
    );
    assert_eq!(deployment.sign_in(ROOT, PASSWORD).await, 200);

    let output = deployment
        .command(&create, &[("OPERATOR_PASSWORD", PASSWORD)], "")
        .await;
    assert_eq!(output.status.code(), Some(3), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("error: the address belongs to a user"),
        "{}",
        output_text(&output)
    );
    assert!(output.stdout.is_empty());

    let output = deployment.command(&["--json", "admin", "grant", ROOT], &[], "").await;
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (output.status.code(), &report["outcome"]),
        (Some(0), &json!("unchanged"))
    );
}

#[tokio::test]
async fn each_task_writes_an_audit_event_without_a_secret() {
    let deployment = Deployment::start().await;
    let everything = [("RUST_LOG", "trace"), ("OPERATOR_PASSWORD", PASSWORD)];
    for (args, outcome) in [
        (vec!["admin", "create", ROOT], "Done"),
        (vec!["admin", "create", ROOT], "Refused"),
        (vec!["admin", "grant", ROOT], "Done"),
        (vec!["admin", "revoke", ROOT], "Refused"),
        (vec!["suppression", "show", ROOT], "Done"),
        (vec!["suppression", "lift", ROOT], "Refused"),
        (vec!["keys", "list"], "Done"),
        (vec!["service-token", "list"], "Done"),
        (vec!["service-token", "revoke", "calendar"], "Refused"),
    ] {
        let output = deployment.command(&args, &everything, "").await;
        assert!(!output_text(&output).contains(PASSWORD), "{args:?}");
        let [line] = &audited(&output)[..] else {
            panic!("{args:?}: {}", output_text(&output));
        };
        assert_eq!(
            (&line["task"], &line["result"]),
            (&json!(args[..2].join(" ")), &json!(outcome))
        );
        assert_eq!((&line["via"], &line["actor"]), (&json!("access_key"), &json!("local")));
        assert!(line["time"].is_string(), "{line}");
        assert!(!line.to_string().contains("root@"), "{line}");
        let names_user = outcome == "Done" && !matches!(args[0], "keys" | "service-token");
        assert_eq!(line["user"].is_string(), names_user, "{line}");
        // A lower log level does not hide it.
        let output = deployment
            .command(&args, &[("RUST_LOG", "off"), everything[1]], "")
            .await;
        assert_eq!(audited(&output).len(), 1, "{args:?}");
    }
}

#[tokio::test]
async fn the_output_is_a_table_or_json() {
    let deployment = Deployment::start().await;
    let output = deployment.command(&["suppression", "show", ADA], &[], "").await;
    let text = String::from_utf8_lossy(&output.stdout);
    let expected = "address        ada@example.com\nstatus         deliverable\nmail is sent   yes\n";
    assert!(text.starts_with(expected), "{text}");
    let output = deployment.command(&["keys", "list", "--json"], &[], "").await;
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["rings"][1]["ring"], "admin");
}

#[tokio::test]
async fn invalid_arguments_are_refused_before_a_request() {
    let deployment = Deployment::start().await;
    for (args, named) in [
        (vec!["admin", "create", "root"], "not an e-mail address"),
        (vec!["admin", "create", ROOT, PASSWORD], "unexpected argument"),
        (vec!["admin", "create", ROOT], "shorter than 8"),
        (vec!["admin"], "Usage"),
        (vec!["--config", "TABLE=x", "keys", "list"], "there is no setting TABLE"),
        (vec!["--config", "SIGNING_MODE=rot13", "keys", "list"], "SIGNING_MODE"),
    ] {
        let output = deployment.command(&args, &[], "").await;
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", output_text(&output));
        assert!(
            output_text(&output).contains(named),
            "{args:?}: {}",
            output_text(&output)
        );
        assert!(audited(&output).is_empty());
    }
}

#[tokio::test]
async fn a_missing_region_or_credential_is_named() {
    let nowhere = [("AWS_EC2_METADATA_DISABLED", "true")];
    let somewhere = [nowhere[0], ("AWS_REGION", "eu-central-1")];
    for (endpoint, environment, code, named) in [
        (None, &nowhere[..], 2, "AWS_REGION"),
        (None, &somewhere[..], 1, "there are no credentials"),
        (Some("http://dynamodb.example.com"), &somewhere[..], 2, "must be https"),
        // Nothing listens there.
        (
            Some("http://127.0.0.1:9"),
            &nowhere[..],
            1,
            "It is the table ostiary in us-east-1",
        ),
    ] {
        let endpoint = endpoint.into_iter().flat_map(|url| ["--endpoint", url]);
        let args: Vec<_> = endpoint.chain(["keys", "list"]).collect();
        let output = command(&args, environment, "").await;
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", output_text(&output));
        assert!(
            output_text(&output).contains(named),
            "{args:?}: {}",
            output_text(&output)
        );
    }
}
