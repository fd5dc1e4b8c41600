//! What each operation may cost, with all limits counted; and the limits.

use jiff::SignedDuration;
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::domain::RateLimit;
use shared::testkit::{Answer, TestApp, TestRequest};

use super::{
    EMAIL, LOGIN, PASSWORD, REFRESH, VALIDATE, data, give_roles, logged_in, refresh, sign_up, start_with, validate,
    verify,
};

/// With a user who has signed in before, so that the key ring is known.
async fn warm() -> TestApp {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    sign_up(&app, EMAIL).await;
    verify(&app, EMAIL).await;
    app
}

fn attempt<'a>(app: &'a TestApp, password: &str, ip: &str) -> TestRequest<'a> {
    let body = json!({"email": EMAIL, "password": password});
    app.post(LOGIN).json(&body).from_ip(ip)
}

/// Calls to DynamoDB and to KMS.
fn calls(answer: &Answer) -> (u32, u32) {
    (answer.usage.dynamodb, answer.usage.kms)
}

fn assert_limited(answer: &Answer) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (
            429,
            json!({"result": "FAILURE", "message": "Too many requests", "data": {"code": "RATE_LIMITED"}})
        )
    );
    let seconds: u32 = answer
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!((1..=301).contains(&seconds), "{seconds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_three_calls_and_a_signature() {
    let app = warm().await;
    let answer = attempt(&app, PASSWORD, "198.51.100.1").send().await;
    assert_eq!(calls(&answer), (3, 1));
    let _ = data(&answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_three_calls_whatever_the_reason() {
    let app = warm().await;
    let stranger = json!({"email": "eve@example.com", "password": PASSWORD});
    let unknown = app.post(LOGIN).json(&stranger).from_ip("198.51.100.1").send().await;
    let wrong = attempt(&app, "wrong", "198.51.100.2").send().await;
    assert_eq!((calls(&unknown), calls(&wrong)), ((3, 0), (3, 0)));
    give_roles(&app, EMAIL, &["member"]).await;
    let no_account = attempt(&app, PASSWORD, "198.51.100.3").send().await.expect(403);
    app.change_user_of(EMAIL, |user| user.email_verified_at = None).await;
    let not_verified = attempt(&app, PASSWORD, "198.51.100.4").send().await.expect(403);
    assert_eq!((calls(&no_account), calls(&not_verified)), ((3, 0), (3, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_is_two_calls_and_a_signature() {
    let app = warm().await;
    let tokens = logged_in(&app, EMAIL).await;
    assert_eq!(calls(&refresh(&app, &tokens["refreshToken"]).await), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn to_look_at_a_token_is_one_read_and_at_nonsense_none() {
    let app = warm().await;
    let tokens = logged_in(&app, EMAIL).await;
    for (token, kind, expected) in [
        (&tokens["accessToken"], "access", (1, 0)),
        (&tokens["refreshToken"], "refresh", (1, 0)),
        (&tokens["refreshToken"], "access", (0, 0)),
        (&tokens["accessToken"], "refresh", (0, 0)),
        (&json!("x"), "access", (0, 0)),
    ] {
        let answer = validate(&app, token, kind).await;
        assert_eq!(calls(&answer), expected, "{kind} {}", answer.status);
        assert!(answer.usage.write_units.abs() < f64::EPSILON);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_and_one_account_have_so_many_attempts() {
    let app = warm().await;
    for _ in 0..RateLimit::SIGN_IN.max {
        let _ = attempt(&app, "wrong", "198.51.100.1").send().await.expect(401);
    }
    assert_limited(&attempt(&app, PASSWORD, "198.51.100.1").send().await);
    // The refused attempt has not counted for the account.
    for client in RateLimit::SIGN_IN.max..RateLimit::ACCOUNT.max {
        let ip = format!("203.0.113.{client}");
        let _ = attempt(&app, "wrong", &ip).send().await.expect(401);
    }
    assert_limited(&attempt(&app, PASSWORD, "203.0.113.100").send().await);
    app.clock.advance(SignedDuration::from_mins(5));
    let _ = data(&attempt(&app, PASSWORD, "198.51.100.1").send().await);
}

/// Otherwise an attacker beyond the limit could learn whether a password is right.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_counts_as_any_refusal() {
    let app = warm().await;
    give_roles(&app, EMAIL, &["member"]).await;
    for number in 0..RateLimit::SIGN_IN.max {
        let password = if number % 2 == 0 { PASSWORD } else { "wrong" };
        let answer = attempt(&app, password, "198.51.100.1").send().await;
        assert!([401, 403].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    assert_limited(&attempt(&app, PASSWORD, "198.51.100.1").send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_refreshes_ten_times_in_a_minute_and_looks_as_often_as_it_likes() {
    let app = warm().await;
    let mut tokens = logged_in(&app, EMAIL).await;
    for _ in 0..RateLimit::REFRESH.max {
        tokens = data(&refresh(&app, &tokens["refreshToken"]).await);
    }
    assert_limited(&refresh(&app, &tokens["refreshToken"]).await);
    for _ in 0..20 {
        let _ = data(&validate(&app, &tokens["refreshToken"], "refresh").await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_answer_of_the_table_the_caller_is_asked_to_retry() {
    let app = warm().await;
    let tokens = logged_in(&app, EMAIL).await;
    let bodies: [(&str, Value); 3] = [
        (LOGIN, json!({"email": EMAIL, "password": PASSWORD})),
        (REFRESH, json!({"refreshToken": tokens["refreshToken"]})),
        (VALIDATE, json!({"token": tokens["accessToken"]})),
    ];
    for (path, body) in bodies {
        app.aws.faults().set(Service::DynamoDb, Mode::Error);
        let answer = app.post(path).json(&body).undocumented().send().await;
        app.aws.faults().set(Service::DynamoDb, Mode::Off);
        assert_eq!(
            (answer.status.as_u16(), answer.json()),
            (
                503,
                json!({"result": "FAILURE", "message": "Service unavailable", "data": {"code": "SERVICE_UNAVAILABLE"}})
            )
        );
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    let _ = data(&refresh(&app, &tokens["refreshToken"]).await);
}
