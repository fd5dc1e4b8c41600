//! `POST /users/bulk`, `POST /users/bulk-simple` and `GET /users/bulk/{uploadId}/results.csv`.

use std::sync::Arc;

use jiff::SignedDuration;
use local_aws::Service;
use serde_json::{Value, json};
use shared::domain::{MemberRoles, Membership, RoleName};
use shared::store::Changes;
use shared::testkit::accounts::assert_code;
use shared::testkit::race::send_at_once;
use shared::testkit::{Answer, TestApp, better_auth, text};

use super::{OWNER, data, owner_of, post, super_admin};
use crate::{start, start_with};

const BULK: &str = "/accounts/v1/users/bulk";
const SIMPLE: &str = "/accounts/v1/users/bulk-simple";
const MAIL: &str = "account-invitation";

/// An account with its owner, and the owner's session.
struct Acme {
    token: String,
    number: u64,
}

async fn acme(app: &TestApp, email: &str) -> Acme {
    let token = better_auth::sign_up(app, email).await;
    better_auth::create_organization(app, &token, email.split('@').next().expect("a name")).await;
    let user = app.caller(&token).await.user;
    let number = user.memberships.last().expect("a membership").organization_number.0;
    Acme { token, number }
}

/// A user with a session who has the role in the account.
async fn member(app: &TestApp, acme: &Acme, email: &str, role: &str) -> String {
    let token = better_auth::sign_up(app, email).await;
    let owner = app.caller(&acme.token).await.user;
    let account = owner.memberships.last().expect("a membership");
    let mut user = app.caller(&token).await.user;
    let roles = MemberRoles::of([RoleName::parse(role).expect("a name")]).expect("roles");
    let membership = Membership::new(
        account.organization_id,
        account.organization_number,
        roles,
        user.created_at,
    );
    let changes = Changes::new()
        .take_seat(membership.organization_id, &membership.roles, 100)
        .create_member(&user, &membership);
    user.memberships.push(membership);
    let committed = app.core().store.commit(changes.update_user(&user)).await;
    committed.expect("a commit");
    token
}

fn row(acme: &Acme, email: &str) -> Value {
    json!({"email": email, "role": "COACH", "accountId": acme.number, "name": "Jane Doe"})
}

fn rows(acme: &Acme, count: usize) -> Value {
    let rows: Vec<Value> = (0..count)
        .map(|at| row(acme, &format!("user{at}@example.com")))
        .collect();
    json!({"users": rows, "filename": "users.csv"})
}

fn statuses(result: &Value) -> Vec<(String, String)> {
    let rows = result["rows"].as_array().expect("rows").iter();
    rows.map(|row| (text(&row["status"]), text(&row["message"]))).collect()
}

fn counts(result: &Value) -> (u64, u64, u64, u64) {
    let count = |name: &str| result[name].as_u64().expect("a number");
    (count("total"), count("created"), count("skipped"), count("failed"))
}

async fn csv(app: &TestApp, token: &str, upload: &Value) -> Answer {
    let path = format!("{BULK}/{}/results.csv", text(upload));
    app.get(&path).bearer(token).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_has_its_result_and_a_wrong_one_stops_no_other() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let other = super::bulk::acme(&app, "other@example.com").await;
    member(&app, &acme, "known@example.com", "coach").await;
    let wanted = |email: &str, field: &str, value: Value| {
        let mut row = row(&acme, email);
        row[field] = value;
        row
    };
    let body = json!({"filename": "users.csv", "users": [
        row(&acme, "GRACE@example.com"),
        wanted("silent@example.com", "skipEmail", json!(true)),
        row(&acme, "grace@example.com"),
        row(&acme, "known@example.com"),
        row(&acme, "other@example.com"),
        wanted("x@example.com", "accountId", json!(other.number)),
        wanted("y@example.com", "role", json!("SUPER_ADMIN")),
        wanted("z@example.com", "name", json!("J")),
        row(&acme, "bad"),
        {"email": 7, "role": ["COACH"], "accountId": "1", "name": null},
        "not a row",
    ]});
    let result = data(&post(&app, &acme.token, BULK, &body).await);
    assert_eq!(counts(&result), (11, 2, 2, 7));
    assert_eq!(result["filename"], "users.csv");
    let created = (String::from("CREATED"), String::new());
    let got = statuses(&result);
    assert_eq!((&got[0], &got[1]), (&created, &created));
    let expected = [
        ("SKIPPED", "Address repeated in this call"),
        ("SKIPPED", "User already exists in the account"),
        ("FAILED", "The address belongs to another user"),
        ("FAILED", "Account not found"),
    ];
    for (row, (status, message)) in got[2..6].iter().zip(expected) {
        assert_eq!((row.0.as_str(), row.1.as_str()), (status, message));
    }
    assert!(got[6].1.starts_with("role must be"), "{got:?}");
    assert_eq!(got[7].1, "name must have at least 3 characters");
    assert_eq!(got[8].1, "must be a valid email address");
    assert!(
        got[9..].iter().all(|row| row.0 == "FAILED" && !row.1.is_empty()),
        "{got:?}"
    );
    let shown = &result["rows"];
    assert_eq!(
        (
            &shown[0]["email"],
            &shown[0]["row"],
            &shown[8]["email"],
            &shown[9]["email"],
            &shown[9]["role"]
        ),
        (
            &json!("grace@example.com"),
            &json!(1),
            &json!("bad"),
            &json!("7"),
            &json!("[\"COACH\"]")
        )
    );
    assert_eq!((&shown[9]["name"], &shown[10]["email"]), (&json!(null), &json!("")));
    assert_eq!(app.count_mails(MAIL), 1);
    assert_eq!(owner_of(&app, "x@example.com").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_derived_from_addresses_where_none_is_sent() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let users = json!({"users": [
        {"email": "jane.van-doe@example.com", "role": "COACH", "accountId": acme.number, "name": 7, "skipEmail": true},
    ], "filename": 7});
    let result = data(&post(&app, &acme.token, SIMPLE, &users).await);
    assert_eq!(
        (&result["filename"], &result["rows"][0]["name"]),
        (&json!(null), &json!("Jane Van Doe"))
    );
    assert_eq!(counts(&result), (1, 1, 0, 0));
    let id = owner_of(&app, "jane.van-doe@example.com").await.expect("a user");
    let user = app
        .core()
        .store
        .find_user(id)
        .await
        .expect("an answer")
        .expect("a user");
    assert_eq!(user.created_by, Some(app.caller(&acme.token).await.user.number));
    assert_eq!(app.count_mails(MAIL), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_has_one_to_a_hundred_rows_with_names_of_any_length() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let token = &acme.token;
    for body in [rows(&acme, 0), rows(&acme, 101), json!({}), json!({"users": {}})] {
        let refused = post(&app, token, BULK, &body).await.expect(400).json();
        assert_eq!(refused["data"]["errors"][0]["field"], "users");
    }
    for filename in [json!(""), json!("f".repeat(256)), json!("a\u{7}b"), json!(7)] {
        let mut body = rows(&acme, 1);
        body["filename"] = filename;
        let refused = post(&app, token, BULK, &body).await.expect(400).json();
        assert_eq!(refused["data"]["errors"][0]["field"], "filename");
    }
    let long: Vec<Value> = (0..100)
        .map(|at| {
            let mut row = row(&acme, &format!("user{at}@example.com"));
            row["role"] = json!("NOBODY");
            row["name"] = json!("\u{1d54f}".repeat(100));
            row
        })
        .collect();
    // Escaped, each character of a name takes twelve bytes.
    let escaped = json!({"users": long})
        .to_string()
        .replace('\u{1d54f}', "\\ud835\\udd4f");
    assert!(escaped.len() > 120_000);
    let sent = app
        .post(BULK)
        .bearer(token)
        .body("application/json", escaped)
        .send()
        .await;
    assert_eq!(counts(&data(&sent)), (100, 0, 0, 100));
    let too_large = format!("{{\"users\": [\"{}\"]}}", "x".repeat(600_000));
    let refused = app
        .post(BULK)
        .bearer(token)
        .body("application/json", too_large)
        .send()
        .await;
    assert_code(&refused, 413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_hold_and_the_rows_beyond_them_fail() {
    let app = start_with(&[("ORGANIZATION_MEMBERSHIP_LIMIT", "3")]).await;
    let acme = acme(&app, OWNER).await;
    let result = data(&post(&app, &acme.token, BULK, &rows(&acme, 4)).await);
    assert_eq!(counts(&result), (4, 2, 0, 2));
    assert_eq!(statuses(&result)[2].1, "The account has no free seat");
    assert_eq!(app.count_mails(MAIL), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_answers_the_first_result_and_sends_no_mail() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let (token, body) = (&acme.token, rows(&acme, 3));
    let first = data(&post(&app, token, BULK, &body).await);
    assert_eq!(data(&post(&app, token, BULK, &body).await), first);
    // The other operation, and another caller, make another upload.
    let simple = data(&post(&app, token, SIMPLE, &body).await);
    assert_eq!(counts(&simple), (3, 0, 3, 0));
    let second = member(&app, &acme, "second@example.com", "admin").await;
    let of_second = data(&post(&app, &second, BULK, &body).await);
    assert_eq!(counts(&of_second), (3, 0, 3, 0));
    app.clock.advance(SignedDuration::from_mins(11));
    let later = data(&post(&app, token, BULK, &body).await);
    assert_ne!(later["uploadId"], first["uploadId"]);
    assert_eq!(counts(&later), (3, 0, 3, 0));
    assert_eq!(app.count_mails(MAIL), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_the_same_key_is_a_repetition_for_a_day() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let send = async |count: usize, key: &str| {
        let request = app.post(BULK).bearer(&acme.token).json(&rows(&acme, count));
        request.header("idempotency-key", key).send().await
    };
    let first = data(&send(2, "upload 1").await);
    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(data(&send(3, "upload 1").await), first);
    assert_eq!(counts(&data(&send(3, "upload 2").await)), (3, 1, 2, 0));
    assert_eq!(app.count_mails(MAIL), 3);
    for key in ["", &"k".repeat(256)] {
        let _ = send(1, key).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_upload_that_is_sent_many_times_at_once_is_processed_once() {
    let app = Arc::new(start().await);
    let acme = acme(&app, OWNER).await;
    let (token, body) = (acme.token.clone(), rows(&acme, 3));
    let answers = send_at_once(&app, move |app, _| app.post(BULK).bearer(&token).json(&body)).await;
    let results: Vec<Value> = answers.iter().map(data).collect();
    assert_eq!(counts(&results[0]), (3, 3, 0, 0));
    assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
    app.deliver_mail().await;
    assert_eq!(app.count_mails(MAIL), 3);
    let user = app.caller(&acme.token).await.user;
    let organization = user.memberships.last().expect("a membership").organization_id;
    let members = app.core().store.list_members(organization).await.expect("an answer");
    assert_eq!(members.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_half_way_is_completed_by_the_repetition() {
    for calls in 2..9 {
        let app = start().await;
        let acme = acme(&app, OWNER).await;
        let body = rows(&acme, 3);
        app.aws.faults().fail_after(Service::DynamoDb, calls);
        let interrupted = post(&app, &acme.token, BULK, &body).await;
        app.aws.faults().set(Service::DynamoDb, local_aws::Mode::Off);
        assert!(
            [200, 503].contains(&interrupted.status.as_u16()),
            "{}",
            interrupted.text()
        );
        let result = data(&post(&app, &acme.token, BULK, &body).await);
        assert_eq!(counts(&result), (3, 3, 0, 0), "{calls}");
        app.deliver_mail().await;
        assert_eq!(app.count_mails(MAIL), 3, "{calls}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_administrators_upload_and_a_group_admin_makes_no_admin() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let body = rows(&acme, 1);
    let anonymous = app.post(BULK).json(&body).send().await;
    assert_code(&anonymous, 401, "UNAUTHENTICATED");
    for role in ["member", "coach"] {
        let token = member(&app, &acme, &format!("{role}@example.com"), role).await;
        for path in [BULK, SIMPLE] {
            assert_code(&post(&app, &token, path, &body).await, 403, "FORBIDDEN");
        }
    }
    let group = member(&app, &acme, "group@example.com", "group_admin").await;
    let mut admin = row(&acme, "admin@example.com");
    admin["role"] = json!("ADMIN");
    let both = json!({"users": [admin, row(&acme, "coach2@example.com")]});
    let result = data(&post(&app, &group, BULK, &both).await);
    assert_eq!(
        statuses(&result)[0],
        ("FAILED".to_owned(), "You may not grant the role".to_owned())
    );
    assert_eq!(counts(&result), (2, 1, 0, 1));
    let root = super_admin(&app).await;
    assert_eq!(counts(&data(&post(&app, &root, BULK, &body).await)), (1, 1, 0, 0));
    app.clock.advance(SignedDuration::from_hours(25));
    assert_code(&post(&app, &acme.token, BULK, &rows(&acme, 2)).await, 403, "FORBIDDEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_a_csv_file_for_the_uploader_and_the_accounts_administrators() {
    let app = start().await;
    let acme = acme(&app, OWNER).await;
    let group = member(&app, &acme, "group@example.com", "group_admin").await;
    let users = json!({"users": [
        row(&acme, "grace@example.com"),
        {"email": "=cmd|'/c calc'!A1", "role": "+1", "accountId": acme.number, "name": "-1,\"x\""},
    ]});
    let upload = data(&post(&app, &group, BULK, &users).await)["uploadId"].clone();
    let second = member(&app, &acme, "second@example.com", "group_admin").await;
    for token in [&group, &second, &acme.token, &super_admin(&app).await] {
        let answer = csv(&app, token, &upload).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        let disposition = format!("attachment; filename=\"bulk-{}-results.csv\"", text(&upload));
        assert_eq!(answer.header("content-disposition"), Some(disposition.as_str()));
        let written = answer.text();
        let lines: Vec<&str> = written.split("\r\n").collect();
        assert_eq!(
            lines[..2],
            [
                "row,email,name,role,status,message",
                "1,grace@example.com,Jane Doe,COACH,CREATED,"
            ]
        );
        assert!(
            lines[2].starts_with("2,'=cmd|'/c calc'!A1,\"'-1,\"\"x\"\"\",'+1,FAILED,"),
            "{}",
            lines[2]
        );
    }
    let coach = member(&app, &acme, "coach@example.com", "coach").await;
    assert_code(&csv(&app, &coach, &upload).await, 403, "FORBIDDEN");
    let stranger = super::bulk::acme(&app, "other@example.com").await.token;
    for unknown in [&upload, &json!("00000000-0000-4000-8000-000000000000"), &json!("x")] {
        assert_code(&csv(&app, &stranger, unknown).await, 404, "NOT_FOUND");
    }
    let path = format!("{BULK}/{}/results.csv", text(&upload));
    assert_code(&app.get(&path).send().await, 401, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_one_account_does_not_read_the_rows_of_another() {
    let app = start().await;
    let (first, second) = (acme(&app, OWNER).await, acme(&app, "other@example.com").await);
    let root = super_admin(&app).await;
    let users = json!({"users": [row(&first, "a@example.com"), row(&second, "b@example.com")]});
    let upload = data(&post(&app, &root, BULK, &users).await)["uploadId"].clone();
    assert_eq!(csv(&app, &root, &upload).await.status, 200);
    for owner in [&first, &second] {
        assert_code(&csv(&app, &owner.token, &upload).await, 404, "NOT_FOUND");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_full_uploads_in_a_row_are_within_the_limits_and_few_calls() {
    let app = start_with(&[("RATE_LIMITS", "on"), ("ORGANIZATION_MEMBERSHIP_LIMIT", "1000")]).await;
    let acme = acme(&app, OWNER).await;
    for upload in 0..2 {
        let users = (0..100).map(|at| row(&acme, &format!("user{at}@example{upload}.com")));
        let body = json!({"users": users.collect::<Vec<_>>()});
        let answer = post(&app, &acme.token, BULK, &body).await;
        assert_eq!(counts(&data(&answer)), (100, 100, 0, 0));
        // The session, the limit, the upload twice, the plans, each user, the results, and a block of numbers now and then.
        assert!(
            (105..=112).contains(&answer.usage.dynamodb),
            "{}",
            answer.usage.dynamodb
        );
    }
    assert_eq!(app.count_mails(MAIL), 200);
}

/// Tags of an address are one mailbox.
#[tokio::test(flavor = "multi_thread")]
async fn one_mailbox_gets_few_mails_of_an_upload() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let acme = acme(&app, OWNER).await;
    let users: Vec<Value> = (0..7)
        .map(|at| row(&acme, &format!("grace+{at}@example.com")))
        .collect();
    let result = data(&post(&app, &acme.token, BULK, &json!({"users": users})).await);
    assert_eq!(counts(&result), (7, 5, 0, 2));
    assert_eq!(statuses(&result)[6].1, "The mailbox gets too many mails");
}
