//! Mails that administrators of an account have sent to its users again: `POST /users/resend-verification` and
//! `POST /users/verification-reminders` of the `accounts` contract.

use serde_json::{Value, json};
use shared::testkit::accounts::{Account, assert_code, sign_up};
use shared::testkit::{Answer, PASSWORD, TestApp, better_auth, text};

use crate::{start, start_with};

const RESEND: &str = "/accounts/v1/users/resend-verification";
const REMIND: &str = "/accounts/v1/users/verification-reminders";
const OWNER: &str = "owner@example.com";
const GRACE: &str = "grace@example.com";

async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.post(path).bearer(token).json(body).send().await
}

async fn resend(app: &TestApp, token: &str, email: &str) -> Answer {
    post(app, token, RESEND, &json!({ "emailId": email })).await
}

/// A member whose address is not verified, and who has a password.
async fn unverified(app: &TestApp, account: &Account, email: &str) {
    let token = account.join(app, email, &["coach"]).await;
    app.change_user(&token, |user| user.email_verified_at = None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_sent_again_and_the_former_token_stops_working() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 9).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    let former = app.mailed_token("account-invitation");
    let answer = resend(&app, &account.owner, "Grace@Example.com").await.expect(200);
    let data = answer.json()["data"].take();
    assert_eq!(
        (&data["email"], &data["linkExpiresIn"]),
        (&json!(GRACE), &json!(172_800))
    );
    assert_eq!(app.count_mails("account-invitation"), 2);
    let set = |token: &str| {
        let body = json!({"token": token, "email": GRACE, "password": "Nine lanterns over Pskov, 1581"});
        app.post("/accounts/v1/auth/set-password").json(&body)
    };
    assert_code(&set(&former).send().await, 400, "INVALID_TOKEN");
    let _ = set(&app.mailed_token("account-invitation")).send().await.expect(200);
    assert_code(&resend(&app, &account.owner, GRACE).await, 409, "ALREADY_VERIFIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_sent_again_and_the_former_token_stops_working() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 9).await;
    unverified(&app, &account, GRACE).await;
    let former = app.mailed_token("verify-email");
    let _ = resend(&app, &account.owner, GRACE).await.expect(200);
    let verify = |token: &str| {
        let body = json!({ "token": token });
        app.post("/accounts/v1/auth/verify-email").json(&body)
    };
    assert_code(&verify(&former).send().await, 400, "INVALID_TOKEN");
    let _ = verify(&app.mailed_token("verify-email")).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_users_whom_the_caller_administers_are_found() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 9).await;
    let other = Account::found(&app, "other@example.com", 9).await;
    let _ = other.create_user(&app, GRACE, "COACH").await;
    let coach = account.join(&app, "coach@example.com", &["coach"]).await;
    let stranger = sign_up(&app, "stranger@example.com").await;
    for (email, status) in [(GRACE, 404), ("nobody@example.com", 404)] {
        assert_eq!(resend(&app, &account.owner, email).await.status, status);
    }
    for token in [&coach, &stranger] {
        assert_code(&resend(&app, token, GRACE).await, 403, "FORBIDDEN");
        let rows = json!({"users": [{ "email": GRACE }]});
        assert_code(&post(&app, token, REMIND, &rows).await, 403, "FORBIDDEN");
    }
    assert_eq!(app.count_mails("account-invitation"), 1);
    let root = better_auth::super_admin(&app, "root@example.com").await;
    let _ = resend(&app, &root, GRACE).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_address_has_a_result() {
    let app = start_with(&[("RATE_LIMITS", "on"), ("LIMIT_MAIL_REQUESTS", "2/900")]).await;
    let account = Account::found(&app, OWNER, 20).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    let _ = account.create_user(&app, "idle@example.com", "COACH").await;
    let inactive = account.create_user(&app, "inactive@example.com", "COACH").await;
    let path = format!("/accounts/v1/users/{}", text(&inactive["id"]));
    let change = json!({"activationStatus": "INACTIVE"});
    let _ = app
        .request("PATCH", &path)
        .bearer(&account.owner)
        .json(&change)
        .send()
        .await
        .expect(200);
    let rows = json!({"users": [
        {"email": GRACE, "accountId": account.number.0},
        {"email": "GRACE@example.com"},
        {"email": OWNER},
        {"email": "nobody@example.com"},
        {"email": "inactive@example.com"},
        {"email": "idle@example.com", "accountId": 4711},
    ]});
    let answer = post(&app, &account.owner, REMIND, &rows).await.expect(200);
    let data = answer.json()["data"].take();
    let statuses: Vec<_> = data["results"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| text(&row["status"]))
        .collect();
    assert_eq!(
        statuses,
        ["SENT", "SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED", "SKIPPED"]
    );
    assert_eq!(
        (&data["sent"], &data["skipped"], &data["failed"]),
        (&json!(1), &json!(5), &json!(0))
    );
    assert_eq!(app.last_mail("account-invitation").to, [GRACE]);
    // The mailbox has room for one more.
    let row = json!({"users": [{ "email": GRACE }]});
    let _ = post(&app, &account.owner, REMIND, &row).await.expect(200);
    let data = post(&app, &account.owner, REMIND, &row).await.expect(200).json()["data"].take();
    assert_eq!(
        (&data["failed"], &data["results"][0]["status"]),
        (&json!(1), &json!("FAILED"))
    );
    assert_eq!(app.mails().iter().filter(|mail| mail.to == [GRACE]).count(), 3);
    assert_code(&resend(&app, &account.owner, GRACE).await, 429, "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_users_are_reminded_and_no_more() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 50).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    let rows = |count: usize| {
        let users: Vec<_> = (0..count)
            .map(|at| json!({"email": format!("u{at}@example.com")}))
            .collect();
        json!({ "users": users })
    };
    let answer = post(&app, &account.owner, REMIND, &rows(100)).await.expect(200);
    assert_eq!(answer.json()["data"]["skipped"], 100);
    assert_eq!(
        answer.usage.dynamodb, 2,
        "the session, and one read of a hundred addresses"
    );
    for wrong in [
        rows(0),
        rows(101),
        json!({"users": "x"}),
        json!({"users": [{"email": "x"}]}),
        json!({"users": [7]}),
    ] {
        assert_code(
            &post(&app, &account.owner, REMIND, &wrong).await,
            400,
            "VALIDATION_ERROR",
        );
    }
    let wrong = json!({"users": [{"email": GRACE}, {"email": GRACE, "accountId": 0}]});
    let answer = post(&app, &account.owner, REMIND, &wrong).await;
    assert_eq!(answer.json()["data"]["errors"][0]["field"], "users.1.accountId");
    assert_code(&resend(&app, &account.owner, "x").await, 400, "VALIDATION_ERROR");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_needs_a_recent_sign_in() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 9).await;
    let _ = account.create_user(&app, GRACE, "COACH").await;
    app.clock.advance(jiff::SignedDuration::from_hours(30));
    assert_code(&resend(&app, &account.owner, GRACE).await, 403, "FORBIDDEN");
    let fresh = text(&better_auth::try_sign_in(&app, OWNER, PASSWORD).await.expect(200).json()["token"]);
    let _ = resend(&app, &fresh, GRACE).await.expect(200);
}
