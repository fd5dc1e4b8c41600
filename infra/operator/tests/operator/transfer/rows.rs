//! Rows that are refused or rejected, each with its reason, and rows that are imported without something.

use serde_json::{Value, json};
use shared::domain::{ImportSource, Issuer, ProviderId, UserStatus};

use super::{Exported, lines_of, samples};
use crate::support::{ADA, Deployment, PASSWORD};

async fn report(deployment: &Deployment, source: ImportSource, text: &str) -> Vec<Value> {
    let exported = Exported::new(source, text);
    let (summary, _) = exported.run(deployment, false).await;
    lines_of(&summary.report)
}

fn outcomes(lines: &[Value]) -> Vec<(u64, &str, &str)> {
    lines
        .iter()
        .map(|line| {
            (
                line["row"].as_u64().expect("a number"),
                line["outcome"].as_str().expect("an outcome"),
                line["reason"].as_str().unwrap_or_default(),
            )
        })
        .collect()
}

#[tokio::test]
async fn an_existing_user_is_reported_and_not_changed() {
    let deployment = Deployment::start().await;
    deployment.sign_up(ADA).await;
    let before = deployment.user(ADA).await;
    let row = |id: &str, email: &str, username: &str, subject: &str| {
        json!({"id": id, "email": email, "emailVerified": true, "passwordHash": samples::BCRYPT,
            "username": username, "identities": [{"provider": "google", "subject": subject}]})
        .to_string()
    };
    let text = [
        row("1", "Ada@Example.com", "ada", "1"),
        row("2", "grace@example.com", "grace", "2"),
        row("3", "radia@example.com", "grace", "3"),
    ]
    .join("\n");
    let lines = report(&deployment, ImportSource::Ostiary, &text).await;
    assert_eq!(
        outcomes(&lines),
        [
            (1, "refused", "another user has the address"),
            (2, "imported", ""),
            (3, "rejected", "row 2 has the same username"),
        ]
    );
    assert_eq!(deployment.user(ADA).await, before);
    assert_eq!(deployment.sign_in(ADA, PASSWORD).await, 200);
    let again = json!({"id": "3", "email": "radia@example.com", "emailVerified": true, "username": "grace"});
    let lines = report(&deployment, ImportSource::Ostiary, &again.to_string()).await;
    assert_eq!(outcomes(&lines), [(1, "refused", "another user has the username")]);
    let taken = json!({"id": "4", "email": "barbara@example.com", "emailVerified": true,
        "identities": [{"provider": "google", "subject": "2"}]});
    let lines = report(&deployment, ImportSource::Ostiary, &taken.to_string()).await;
    assert_eq!(
        outcomes(&lines),
        [(1, "refused", "an identity is linked to another user")]
    );
}

#[tokio::test]
async fn a_malformed_row_is_rejected_alone() {
    let deployment = Deployment::start().await;
    let good = json!({"id": "1", "email": "ada@example.com", "emailVerified": false}).to_string();
    let without_address = json!({"id": "2", "email": "", "emailVerified": false}).to_string();
    let twice = json!({"id": "3", "email": "ADA@example.com", "emailVerified": false}).to_string();
    let same_id = json!({"id": "1", "email": "eve@example.com", "emailVerified": false}).to_string();
    let text = [
        &good,
        "{",
        "",
        &without_address,
        &twice,
        &same_id,
        "{\"id\": 7, \"secret\": \"x\"}",
    ]
    .join("\n");
    let lines = report(&deployment, ImportSource::Ostiary, &text).await;
    assert_eq!(
        outcomes(&lines),
        [
            (1, "imported", ""),
            (2, "rejected", "the line is no user in the format of this service"),
            (4, "rejected", "the e-mail address is malformed"),
            (5, "rejected", "row 1 has the same address"),
            (6, "rejected", "row 1 has the same id"),
            (7, "rejected", "the line is no user in the format of this service"),
        ]
    );

    let deployment = Deployment::start().await;
    let csv = "cognito:username,email,email_verified\nada,ada@example.com,true\ngrace,grace@example.com\n,x@example.com,true\neve,,\n";
    let lines = report(&deployment, ImportSource::Cognito, csv).await;
    assert_eq!(
        outcomes(&lines),
        [
            (2, "imported", ""),
            (3, "rejected", "the row has another number of fields than the header"),
            (4, "rejected", "the row has no id"),
            (5, "rejected", "the row has no e-mail address"),
        ]
    );
    assert!(deployment.user("ada@example.com").await.username.is_some());

    let deployment = Deployment::start().await;
    let users = json!({"users": [7, {"localId": "a", "email": "ada@example.com", "disabled": true}, {"localId": "b"}]});
    let lines = report(&deployment, ImportSource::Firebase, &users.to_string()).await;
    assert_eq!(
        outcomes(&lines),
        [
            (1, "rejected", "the entry is no JSON object"),
            (2, "imported", ""),
            (3, "rejected", "the row has no e-mail address"),
        ]
    );
    assert_eq!(deployment.user(ADA).await.status, UserStatus::Suspended);

    let deployment = Deployment::start().await;
    let lines = [
        json!({"table": "account", "row": {"providerId": "google"}}).to_string(),
        json!({"table": "session", "row": {}}).to_string(),
        json!({"table": "user"}).to_string(),
        "nothing".to_owned(),
    ];
    let lines = report(&deployment, ImportSource::BetterAuth, &lines.join("\n")).await;
    assert_eq!(
        outcomes(&lines),
        [
            (1, "rejected", "the account has no userId"),
            (2, "rejected", "`table` is neither user, account nor twoFactor"),
            (3, "rejected", "the line has no object `row`"),
            (4, "rejected", "the line is no JSON object"),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_kept_is_left_out_and_said() {
    let deployment = Deployment::start().await;
    let row = |id: &str, more: Value| {
        let mut row = json!({"id": id, "email": format!("user{id}@example.com"), "emailVerified": true});
        row.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        row.to_string()
    };
    let expensive = "$2b$16$abcdefghijklmnopqrstuu1neo3cI6TBHmxGLbzS8JpQqCJwBUj0m";
    let text = [
        row("1", json!({"passwordHash": expensive})),
        row("2", json!({"passwordHash": "5f4dcc3b5aa765d61d8327deb882cf99"})),
        row(
            "3",
            json!({"roles": ["super_admin"], "image": "javascript:alert(1)", "username": "a b"}),
        ),
        row("4", json!({"twoFactorEnabled": true})),
        row("5", json!({"twoFactorEnabled": true, "emailVerified": false})),
        row("6", json!({"name": "Ada\u{202e}evil"})),
    ];
    let lines = report(&deployment, ImportSource::Ostiary, &text.join("\n")).await;
    let notes = |at: usize| lines[at]["notes"].clone();
    assert!(lines.iter().all(|line| line["outcome"] == "imported"), "{lines:#?}");
    let without = |why: &str| json!([format!("imported without password: {why}")]);
    assert_eq!(
        notes(0),
        without("verifying the password hash would take more than a second, or more than 64 MiB")
    );
    assert_eq!(lines[0]["password"], false);
    assert_eq!(notes(1), without("the password hash has an unknown form"));
    assert_eq!(
        notes(2),
        json!([
            "roles are not imported",
            "the picture is no web address, and was left out",
            "the username was left out: a username consists of letters, digits, underscores, hyphens and dots",
        ])
    );
    assert!(deployment.user("user3@example.com").await.roles.is_empty());
    assert_eq!(lines[3]["second_factor"], "mail");
    let user = deployment.user("user4@example.com").await;
    assert!(user.two_factor_enabled && !user.has_authenticator);
    assert_eq!(lines[4]["second_factor"], "lost");
    assert_eq!(
        notes(4),
        json!(["the user had a second factor, and signs in without one until it is set up again"])
    );
    assert_eq!(
        notes(5),
        json!(["the name is too long or has invisible characters, and was left out"])
    );
    for email in ["user1@example.com", "user2@example.com"] {
        assert_eq!(deployment.sign_in(email, "password").await, 401);
    }
}

/// A table that fails ends the run; the next run continues.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_the_table_interrupts_is_continued() {
    let deployment = Deployment::start().await;
    let source = ImportSource::Ostiary;
    let exported = Exported::new(source, &samples::export(source, 30));
    let faults = deployment.app.aws.faults();
    faults.set(local_aws::Service::DynamoDb, local_aws::Mode::Error);
    let failed = exported.try_run(&deployment).await.expect_err("a failure");
    assert_eq!(failed.exit_code(), 1, "{failed}");
    faults.set(local_aws::Service::DynamoDb, local_aws::Mode::Off);
    let (summary, _) = exported.run(&deployment, false).await;
    assert_eq!(summary.imported + summary.unchanged, 30);
}

/// A subject means a user only at its issuer, so an identity without one would belong to every issuer that a provider of
/// the name ever has.
#[tokio::test]
async fn an_identity_has_the_issuer_of_its_provider_or_is_left_out() {
    let deployment = Deployment::start().await;
    let row = |id: &str, identities: Value| {
        let email = format!("user-{id}@example.com");
        json!({"id": id, "email": email, "emailVerified": true, "identities": identities}).to_string()
    };
    let text = [
        row("1", json!([{"provider": "google", "subject": "1"}])),
        row("2", json!([{"provider": "other", "subject": "2"}])),
        row(
            "3",
            json!([{"provider": "other", "issuer": "https://other.example", "subject": "3"}]),
        ),
        row("4", json!([{"provider": "acme", "subject": "4"}])),
    ]
    .join("\n");
    let exported = Exported::new(ImportSource::Ostiary, &text);
    let acme = ProviderId::parse("acme").expect("a name");
    let issuers = [(acme, Issuer::new("https://login.acme.example"))].into();
    let (summary, _) = exported.run_with_issuers(&deployment, issuers).await;
    assert_eq!(summary.imported, 4);
    let lines = lines_of(&summary.report);
    let kept: Vec<_> = lines.iter().map(|line| line["identities"].clone()).collect();
    assert_eq!(kept, [1, 0, 1, 1]);
    assert_eq!(
        lines[1]["notes"],
        json!(["an identity was left out, because the issuer of its provider is not known: see --issuer"])
    );
    let mut issuers = Vec::new();
    for number in [1, 3, 4] {
        let user = deployment.user(&format!("user-{number}@example.com")).await;
        let linked = deployment.app.core().store.list_linked_accounts(user.id).await;
        issuers.push(linked.expect("accounts")[0].issuer.to_string());
    }
    assert_eq!(
        issuers,
        [
            "https://accounts.google.com",
            "https://other.example",
            "https://login.acme.example"
        ]
    );
}
