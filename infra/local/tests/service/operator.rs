//! The operator's command against a running service.

use operator::trail::Trail;
use operator::{Connected, Connection, Task};
use serde_json::{Value, json};
use shared::domain::EmailAddress;

use crate::client::{Local, PASSWORD, options};

const ADA: &str = "ada@example.com";
const ROOT: &str = "root@example.com";

pub async fn beside(local: &Local) -> Connected {
    let cheap = ["ARGON2_MEMORY_KIB=8", "ARGON2_ITERATIONS=1"];
    let connection = Connection {
        overrides: cheap.map(|setting| setting.parse().expect("a setting")).into(),
        endpoint: Some(local.service.aws_endpoint().to_owned()),
    };
    connection.open().await.expect("a connection")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

async fn report(operator: &Connected, task: Task) -> Value {
    let report = operator.run(task).await.expect("a report");
    serde_json::to_value(report).expect("JSON")
}

#[tokio::test]
async fn a_bounce_is_seen_and_lifted() {
    let local = Local::start(&[]).await;
    local.sign_up(ADA).await;
    let mail = local.last_mail("verify-email").await["id"].take();
    let bounce = format!("/_local/mail/{}/bounce", mail.as_str().expect("an id"));
    local.post(&bounce).send().await.expect(202);

    let operator = beside(&local).await;
    let shown = report(&operator, Task::ShowSuppression(address(ADA))).await;
    assert_eq!(
        (&shown["status"], &shown["owner"]["email_status"]),
        (&json!("bounced"), &json!("bounced"))
    );
    report(&operator, Task::LiftSuppression(address(ADA))).await;
    let before = local.mails().await.len();
    let asked = local.post("/api/auth/request-password-reset");
    asked.json(&json!({ "email": ADA })).send().await.expect(200);
    assert_eq!(local.mails().await.len(), before + 1);
}

#[tokio::test]
async fn an_administrator_and_the_key_are_those_of_the_service() {
    let local = Local::start(&[]).await;
    let operator = beside(&local).await;
    let create = Task::create_admin(address(ROOT), PASSWORD).expect("a password");
    report(&operator, create).await;
    let credentials = json!({ "email": ROOT, "password": PASSWORD });
    let signed_in = local.post("/api/auth/sign-in/email").json(&credentials).send().await;
    assert_eq!(signed_in.expect(200).json()["user"]["role"], "admin");
    assert_eq!(role_in_accounts(&local, ROOT).await, "SUPER_ADMIN");

    let published = local.get("/.well-known/jwks.json").send().await.expect(200).json();
    let shown = report(&operator, Task::ListKeys).await;
    assert_eq!(shown["rings"][0]["keys"][0]["kid"], published["keys"][0]["kid"]);
}

/// The contract signs in only members of an account, so each administrator gets one.
#[tokio::test]
async fn every_administrator_has_an_account() {
    let mut options = options(&[]);
    options.admin = Some(format!("{ROOT}:{PASSWORD}").parse().expect("an administrator"));
    let local = Local::with(options).await;
    assert_eq!(role_in_accounts(&local, ROOT).await, "SUPER_ADMIN");

    local.sign_up(ADA).await;
    let token = local.last_mail("verify-email").await["token"].take();
    let verify = format!("/api/auth/verify-email?token={}", token.as_str().expect("a token"));
    local.get(&verify).send().await.expect(200);
    let operator = beside(&local).await;
    assert_eq!(
        report(&operator, Task::GrantAdmin(address(ADA))).await["outcome"],
        "granted"
    );
    assert_eq!(role_in_accounts(&local, ADA).await, "SUPER_ADMIN");
    assert_eq!(
        report(&operator, Task::GrantAdmin(address(ADA))).await["outcome"],
        "unchanged"
    );
}

async fn role_in_accounts(local: &Local, email: &str) -> Value {
    let credentials = json!({ "email": email, "password": PASSWORD });
    let answer = local.post("/accounts/v1/auth/login").json(&credentials).send().await;
    answer.expect(200).json()["data"]["user"]["role"].take()
}

#[tokio::test]
async fn the_audit_trail_of_a_user_is_read_page_by_page() {
    let local = Local::start(&["RATE_LIMITS=off"]).await;
    let ada = local.sign_up(ADA).await.json()["user"]["id"].take();
    local.sign_up("grace@example.com").await;
    for password in ["a wrong guess", PASSWORD] {
        let credentials = json!({ "email": ADA, "password": password });
        local.post("/api/auth/sign-in/email").json(&credentials).send().await;
    }
    let operator = beside(&local).await;
    let trail = async |user: &str, limit: usize, since: &str| {
        let trail = Trail {
            user: user.parse().expect("a user"),
            since: since.parse().expect("a time"),
            limit,
        };
        let report = operator.audit(&trail).await.expect("a report");
        (serde_json::to_value(&report).expect("JSON"), report.to_string())
    };
    let id = ada.as_str().expect("an id");
    for user in [ADA, id] {
        let (report, text) = trail(user, 100, "1h").await;
        assert_eq!((&report["user"], &report["is_cut_off"]), (&ada, &json!(false)));
        let records = report["records"].as_array().expect("a list");
        let kinds = records.iter().map(|record| record["kind"].as_str().expect("a kind"));
        let mut kinds: Vec<_> = kinds.collect();
        // The records of one commit have one time.
        kinds[..2].sort_unstable();
        assert_eq!(
            kinds,
            ["signed_in", "user_created", "sign_in_failed", "signed_in"],
            "{text}"
        );
        assert!(text.contains("sign_in_failed  refused  -"), "{text}");
        assert!(text.contains("reason=the credentials are wrong"), "{text}");
    }
    let (report, text) = trail(id, 2, "1h").await;
    assert_eq!(
        (report["records"].as_array().map(Vec::len), &report["is_cut_off"]),
        (Some(2), &json!(true))
    );
    assert!(text.contains("There are more records"), "{text}");
    let (report, _) = trail(id, 2, "2100-01-01T00:00:00Z").await;
    assert_eq!(report["records"], json!([]));
    let unknown = Trail {
        user: "eve@example.com".parse().expect("an address"),
        since: "1h".parse().expect("a duration"),
        limit: 1,
    };
    assert!(operator.audit(&unknown).await.is_err());
}
