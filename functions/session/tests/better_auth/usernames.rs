//! Usernames: chosen at sign-up, used at `POST /sign-in/username`, asked for at `POST /is-username-available`.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::UserStatus;
use shared::testkit::race::{one_winner, race};
use shared::testkit::{Answer, TestApp};

use super::{EMAIL, PASSWORD, account, assert_error, session_of, sign_up, start, start_with, token_of};

const SIGN_UP: &str = "/api/auth/sign-up/email";
const SIGN_IN: &str = "/api/auth/sign-in/username";
const AVAILABLE: &str = "/api/auth/is-username-available";

async fn sign_up_as(app: &TestApp, email: &str, username: &str) -> Answer {
    let mut body = account(email);
    body["username"] = json!(username);
    app.post(SIGN_UP).json(&body).send().await
}

async fn sign_in_as(app: &TestApp, username: &str, password: &str) -> Answer {
    let body = json!({"username": username, "password": password});
    app.post(SIGN_IN).json(&body).send().await
}

async fn is_available(app: &TestApp, username: &str) -> Answer {
    let request = app.post(AVAILABLE).json(&json!({ "username": username }));
    request.undocumented().send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_opens_what_the_address_opens() {
    let app = start().await;
    let signed_up = sign_up_as(&app, EMAIL, "Ada_L").await.expect(200);
    let user = &signed_up.json()["user"];
    assert_eq!(
        (&user["username"], &user["displayUsername"]),
        (&json!("ada_l"), &json!("Ada_L"))
    );
    let answer = sign_in_as(&app, "ADA_l", PASSWORD).await.expect(200);
    assert_eq!(answer.json()["user"], *user);
    assert_eq!(answer.json()["redirect"], false);
    let token = token_of(&answer);
    assert_eq!(
        answer.cookies(),
        [format!(
            "better-auth.session_token={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=604800"
        )]
    );
    assert_eq!(session_of(&app, &token).await["user"], *user);
}

/// Keyboards and password managers add it.
#[tokio::test(flavor = "multi_thread")]
async fn surrounding_space_is_no_part_of_a_username() {
    let app = start().await;
    let signed_up = sign_up_as(&app, EMAIL, " Ada_L\t").await.expect(200);
    let user = &signed_up.json()["user"];
    assert_eq!(
        (&user["username"], &user["displayUsername"]),
        (&json!("ada_l"), &json!("Ada_L"))
    );
    for typed in ["ada_l ", "\u{a0}ada_l", "Ada_L\n"] {
        let answer = sign_in_as(&app, typed, PASSWORD).await.expect(200);
        assert_eq!(answer.json()["user"], *user, "{typed:?}");
        let available = is_available(&app, typed).await.expect(200);
        assert_eq!(available.json(), json!({"available": false}), "{typed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_to_be_shown_is_the_username_when_it_can_be_one() {
    let app = start().await;
    let mut body = account(EMAIL);
    body["displayUsername"] = json!("Ada.L");
    let answer = app.post(SIGN_UP).json(&body).send().await.expect(200);
    assert_eq!(answer.json()["user"]["username"], "ada.l");
    let mut body = account("grace@example.com");
    body["displayUsername"] = json!("Grace the First");
    let answer = app.post(SIGN_UP).json(&body).send().await.expect(200);
    let user = &answer.json()["user"];
    assert_eq!(
        (&user["username"], &user["displayUsername"]),
        (&Value::Null, &json!("Grace the First"))
    );
}

/// A user could impersonate another with characters that are not visible.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_to_be_shown_hides_nothing() {
    let app = start().await;
    for shown in ["admin\u{202e}", "ad\u{200b}min", "ad\nmin", "ad\u{200d}min"] {
        let mut body = account(EMAIL);
        body["username"] = json!("ada");
        body["displayUsername"] = json!(shown);
        let answer = app.post(SIGN_UP).json(&body).send().await;
        assert_eq!(answer.expect(400).json()["code"], "VALIDATION_ERROR", "{shown:?}");
    }
    assert_eq!(app.mails().len(), 0, "no user was signed up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_username_has_its_own_error() {
    let app = start().await;
    let long = "a".repeat(31);
    for (username, code, message) in [
        ("ad", "USERNAME_TOO_SHORT", "Username is too short"),
        (long.as_str(), "USERNAME_TOO_LONG", "Username is too long"),
        ("ada lovelace", "INVALID_USERNAME", "Username is invalid"),
        ("ada@example.com", "INVALID_USERNAME", "Username is invalid"),
    ] {
        assert_error(&sign_up_as(&app, EMAIL, username).await, 400, code, message);
        assert_error(&sign_in_as(&app, username, PASSWORD).await, 422, code, message);
        assert_error(&is_available(&app, username).await, 422, code, message);
    }
    assert_eq!(app.mails().len(), 0, "no user was signed up");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_username_and_a_wrong_password_get_the_same_answer_at_the_same_cost() {
    let app = start().await;
    let _ = sign_up_as(&app, EMAIL, "ada").await.expect(200);
    let message = "Invalid username or password";
    let wrong = sign_in_as(&app, "ada", "not the password").await;
    let unknown = sign_in_as(&app, "grace", "not the password").await;
    for answer in [
        &wrong,
        &unknown,
        &sign_in_as(&app, "", PASSWORD).await,
        &sign_in_as(&app, "ada", "").await,
    ] {
        assert_error(answer, 401, "INVALID_USERNAME_OR_PASSWORD", message);
    }
    assert_eq!(wrong.usage.dynamodb, unknown.usage.dynamodb);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_by_username_takes_three_calls() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let _ = sign_up_as(&app, EMAIL, "ada").await.expect(200);
    let answer = sign_in_as(&app, "ada", PASSWORD).await.expect(200);
    assert_eq!(answer.usage.dynamodb, 3);
    for _ in 0..3 {
        let _ = sign_in_as(&app, "ada", "not the password").await.expect(401);
    }
    assert_eq!(sign_in_as(&app, "ada", PASSWORD).await.expect(200).usage.dynamodb, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn address_and_username_take_twelve_attempts_together() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let _ = sign_up_as(&app, EMAIL, "ada").await.expect(200);
    let by_name = json!({"username": "ada", "password": "not the password"});
    let by_address = json!({"email": EMAIL, "password": "not the password"});
    let mut guesses = 0;
    for number in 0..20 {
        let (path, body) = if number % 2 == 0 {
            (SIGN_IN, &by_name)
        } else {
            ("/api/auth/sign-in/email", &by_address)
        };
        let request = app.post(path).json(body).from_ip(&format!("192.0.2.{number}"));
        let answer = request.send().await;
        assert!(answer.status == 401 || answer.status == 429, "{}", answer.text());
        guesses += u32::from(answer.status == 401);
    }
    assert_eq!(guesses, 12);
    let body = json!({"username": "ada", "password": PASSWORD});
    let refused = app
        .post(SIGN_IN)
        .json(&body)
        .from_ip("192.0.2.99")
        .send()
        .await
        .expect(429);
    assert!(refused.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_revealed_by_username_too() {
    let app = start().await;
    let token = token_of(&sign_up_as(&app, EMAIL, "ada").await.expect(200));
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: None,
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&token, banned).await;
    let answer = sign_in_as(&app, "ada", PASSWORD).await.expect(403);
    assert_eq!(answer.json()["code"], "BANNED_USER");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_that_is_over_is_forgotten_at_the_sign_in() {
    let app = start().await;
    let token = token_of(&sign_up_as(&app, EMAIL, "ada").await.expect(200));
    let banned = UserStatus::Banned {
        reason: "spam".to_owned(),
        until: Some(app.clock.now()),
        former: Box::new(UserStatus::Active),
    };
    app.set_status(&token, banned).await;
    let answer = sign_in_as(&app, "ada", PASSWORD).await.expect(200);
    assert_eq!(answer.json()["user"]["banned"], false);
    assert_eq!(app.caller(&token).await.user.status, UserStatus::Active);
    // The next one has nothing to forget.
    let again = sign_in_as(&app, "ada", PASSWORD).await.expect(200);
    assert_eq!((answer.usage.dynamodb, again.usage.dynamodb), (4, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_has_one_owner() {
    let app = start().await;
    let _ = sign_up_as(&app, EMAIL, "ada").await.expect(200);
    let message = "Username is already taken. Please try another.";
    let answer = sign_up_as(&app, "grace@example.com", "ADA").await;
    assert_error(&answer, 400, "USERNAME_IS_ALREADY_TAKEN", message);
    assert_eq!(
        is_available(&app, "Ada").await.expect(200).json(),
        json!({"available": false})
    );
    assert_eq!(
        is_available(&app, "grace").await.expect(200).json(),
        json!({"available": true})
    );
    // Nothing of the refused sign-up stays: the address is still to be had.
    let _ = sign_up(&app, "grace@example.com").await;
}

/// Where a sign-up does not reveal whether an address is taken, a taken username must not reveal it either.
#[tokio::test(flavor = "multi_thread")]
async fn a_taken_username_says_nothing_of_the_address() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "better_auth")]).await;
    let _ = sign_up_as(&app, EMAIL, "ada").await.expect(200);
    let taken = sign_up_as(&app, EMAIL, "ada").await;
    let free = sign_up_as(&app, "grace@example.com", "ada").await;
    assert_eq!((taken.status, taken.json()), (free.status, free.json()));
    assert_eq!(taken.json()["code"], "USERNAME_IS_ALREADY_TAKEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_a_username_one_gets_it() {
    let app = Arc::new(start().await);
    let answers = race(&app, |number, app| async move {
        sign_up_as(&app, &format!("user{number}@example.com"), "ada").await
    })
    .await;
    one_winner(answers, 200, &[400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_may_have_a_hyphen() {
    let app = start().await;
    let answer = sign_up_as(&app, EMAIL, "Ada-Lovelace").await.expect(200);
    assert_eq!(answer.json()["user"]["username"], "ada-lovelace");
    let _ = sign_in_as(&app, "ADA-lovelace", PASSWORD).await.expect(200);
    assert_eq!(
        is_available(&app, "ada-lovelace").await.expect(200).json(),
        json!({"available": false})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_copying_leaves_around_a_name_to_be_shown_is_dropped() {
    let app = start().await;
    let mut body = account(EMAIL);
    body["displayUsername"] = json!("\u{feff}Ada the\u{ad} First\u{200b}\n");
    let answer = app.post(SIGN_UP).json(&body).send().await.expect(200);
    assert_eq!(answer.json()["user"]["displayUsername"], "Ada the First");
}
