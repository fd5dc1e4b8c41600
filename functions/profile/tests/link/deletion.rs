//! `/link/delete-user`: the page that waits for a person.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::testkit::PASSWORD;

use super::{
    DEAD, DELETE, EMAIL, LATER, OTHER, assert_page, deletion_token, location, send, send_signed_in, sign_up, start,
    user_of,
};

const CLEARED: [&str; 3] = [
    "better-auth.session_token=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.session_data=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.dont_remember=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_presses_the_button_but_a_person() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    let path = format!("{DELETE}?token={token}");
    for request in [app.get(&path), app.get(&path).cookie(&session)] {
        let page = request.send().await;
        assert_page(&page, 200, "Delete my account");
        assert!(!page.text().contains("<script"));
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(!policy.contains("script-src"), "{policy}");
        assert_eq!(page.usage.dynamodb, 0);
    }
    let _ = app.request("HEAD", &path).cookie(&session).send().await.expect(200);
    assert_ne!(user_of(&app, &session).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_ends_and_the_browser_forgets_the_session() {
    let app = start().await;
    for (email, callback) in [(EMAIL, ""), (OTHER, "/bye")] {
        let session = sign_up(&app, email).await;
        let token = deletion_token(&app, &session).await;
        let fields = [("token", token.as_str()), ("callbackURL", callback)];
        let answer = send_signed_in(&app, &session, DELETE, &fields).send().await;
        if callback.is_empty() {
            assert_page(&answer, 200, "Your account is deleted");
        } else {
            assert_eq!(location(&answer), callback);
        }
        assert_eq!(answer.cookies(), CLEARED);
        assert_eq!(user_of(&app, &session).await, Value::Null);
        sign_up(&app, email).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_asked_to_sign_in_first() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    let fields = [("token", token.as_str()), ("callbackURL", "/bye")];
    for request in [
        send(&app, DELETE, &fields),
        send_signed_in(&app, "nonsense", DELETE, &fields),
    ] {
        let answer = request.send().await;
        assert_page(&answer, 200, "Sign in first");
        assert!(answer.text().contains("name=\"password\""), "{}", answer.text());
        assert!(answer.cookies().is_empty());
    }
    assert_ne!(user_of(&app, &session).await, Value::Null);
    // The token is as good as before.
    let answer = send_signed_in(&app, &session, DELETE, &fields).send().await;
    assert_eq!(location(&answer), "/bye");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_valid_token_of_the_user_deletes_the_user() {
    let app = start().await;
    let others = sign_up(&app, OTHER).await;
    let others_token = deletion_token(&app, &others).await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let superseded = deletion_token(&app, &session).await;
    let late = deletion_token(&app, &session).await;
    for wrong in [&others_token, &verification, &superseded, &late[..50], "x"] {
        let answer = send_signed_in(&app, &session, DELETE, &[("token", wrong)]).send().await;
        assert_page(&answer, 400, DEAD);
        assert!(answer.cookies().is_empty());
    }
    app.clock.advance(SignedDuration::from_hours(24));
    let fields = [("token", late.as_str()), ("callbackURL", "/bye")];
    let answer = send_signed_in(&app, &session, DELETE, &fields).send().await;
    assert_eq!(location(&answer), "/bye?error=INVALID_TOKEN");
    assert_ne!(user_of(&app, &session).await, Value::Null);
    assert_ne!(user_of(&app, &others).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_page_lacks_the_cookie_or_the_token() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    // SameSite=Lax: what another site posts comes without the cookie.
    let answer = send(&app, DELETE, &[("token", &token)])
        .header("origin", "https://evil.test")
        .send()
        .await;
    assert_page(&answer, 200, "Sign in first");
    let answer = send_signed_in(&app, &session, DELETE, &[("callbackURL", "/bye")])
        .send()
        .await;
    assert_page(&answer, 400, "This link is incomplete");
    assert_ne!(user_of(&app, &session).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_nothing_happens_and_later_it_can() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    let fields = [("token", token.as_str()), ("callbackURL", "/bye")];
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = send_signed_in(&app, &session, DELETE, &fields).send().await;
    assert_page(&answer, 503, LATER);
    assert!(answer.cookies().is_empty());
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    let answer = app
        .get("/api/auth/get-session")
        .bearer(&session)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["user"]["email"], json!(EMAIL));
    let answer = send_signed_in(&app, &session, DELETE, &fields).send().await;
    assert_eq!(location(&answer), "/bye");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cookie_the_password_deletes_the_account() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    for (password, words) in [("", "Sign in first"), ("not the password", "The password is wrong.")] {
        let fields = [("token", token.as_str()), ("password", password)];
        let answer = send(&app, DELETE, &fields).send().await;
        assert_page(&answer, 200, words);
        assert!(answer.text().contains(EMAIL) && answer.cookies().is_empty());
    }
    assert_ne!(user_of(&app, &session).await, Value::Null);
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    let answer = send(&app, DELETE, &fields).send().await;
    assert_page(&answer, 200, "Your account is deleted");
    assert!(answer.cookies().is_empty());
    assert_eq!(user_of(&app, &session).await, Value::Null);
    assert_page(&send(&app, DELETE, &fields).send().await, 400, DEAD);
}

/// Without the mail nothing says whose account a token is of, and no password is tried.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_without_a_valid_token_is_not_looked_at() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let superseded = deletion_token(&app, &session).await;
    let token = deletion_token(&app, &session).await;
    for wrong in [&verification, &superseded, &token[..50], "x"] {
        for password in [PASSWORD, "not the password"] {
            let answer = send(&app, DELETE, &[("token", wrong), ("password", password)])
                .send()
                .await;
            assert_page(&answer, 400, DEAD);
            assert!(!answer.text().contains(EMAIL));
        }
    }
    app.clock.advance(SignedDuration::from_hours(24));
    let answer = send(&app, DELETE, &[("token", &token), ("password", PASSWORD)])
        .send()
        .await;
    assert_page(&answer, 400, DEAD);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_are_limited_as_at_a_sign_in() {
    let app = super::start_with(&[("RATE_LIMITS", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    let token = deletion_token(&app, &session).await;
    let wrong = [("token", token.as_str()), ("password", "not the password")];
    for _ in 0..5 {
        assert_page(&send(&app, DELETE, &wrong).send().await, 200, "The password is wrong.");
    }
    let right = [("token", token.as_str()), ("password", PASSWORD)];
    let answer = send(&app, DELETE, &right).send().await;
    assert_page(&answer, 429, LATER);
    assert!(answer.header("retry-after").is_some());
    app.clock.advance(SignedDuration::from_mins(10));
    assert_page(&send(&app, DELETE, &right).send().await, 200, "Your account is deleted");
}
