//! What each operation costs with all limits counted, and the limits.

use jiff::SignedDuration;
use serde_json::json;
use shared::domain::RateLimit;
use shared::testkit::platform::{login, login_request, refresh, register, sign_up, tokens_of};
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::{EMAIL, LOGIN, PHONE, give_names, start_with};

/// The limit of the contract is high enough for the tests of other limits.
const RAISED: [(&str, &str); 2] = [("RATE_LIMITS", "on"), ("LIMIT_PLATFORM_AUTHENTICATION", "1000/60")];

async fn limited(settings: &[(&str, &str)]) -> TestApp {
    let app = start_with(settings).await;
    sign_up(&app, EMAIL).await;
    app
}

fn assert_limited(answer: &Answer) {
    let message = "Too many requests";
    let expected = json!({"statusCode": 429, "error": "Too Many Requests", "message": message});
    assert_eq!((answer.status.as_u16(), answer.json()), (429, expected));
    assert!(answer.header("retry-after").is_some());
}

/// The limit counts requests of one address, whatever their result: they are those of all operations of the class.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_five_requests_in_a_minute() {
    let app = limited(&[("RATE_LIMITS", "on")]).await;
    let request = |body: serde_json::Value| app.post(LOGIN).json(&body).from_ip("2001:db8:1:2::1");
    let right = json!({"identifier": EMAIL, "password": PASSWORD});
    let _ = request(right.clone()).send().await.expect(200);
    let _ = request(json!({"identifier": EMAIL, "password": "wrong"}))
        .send()
        .await
        .expect(401);
    let _ = request(json!({})).send().await.expect(400);
    let registration = json!({"email": "grace@example.com", "password": PASSWORD});
    let other = app
        .post("/v1/auth/register")
        .json(&registration)
        .from_ip("2001:db8:1:2::2");
    let _ = other.send().await.expect(201);
    let _ = request(right.clone()).send().await.expect(200);
    assert_limited(&request(right.clone()).send().await);
    // An IPv6 client is its network of 64 bits.
    assert_limited(&request(right.clone()).from_ip("2001:db8:1:2:3::9").send().await);
    let elsewhere = request(right.clone())
        .from_ip("2001:db8:1:3::1")
        .send()
        .await
        .expect(200);
    // Neither a refresh nor another contract counts for the address.
    let (_, token) = tokens_of(&elsewhere);
    let body = json!({"refresh_token": token});
    let refreshed = app
        .post("/v1/auth/refresh")
        .json(&body)
        .from_ip("2001:db8:1:2::1")
        .send()
        .await;
    let _ = refreshed.expect(200);
    app.clock.advance(SignedDuration::from_mins(1));
    let _ = request(right).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_a_setting() {
    let app = limited(&[("RATE_LIMITS", "on"), ("LIMIT_PLATFORM_AUTHENTICATION", "2/10")]).await;
    // The registration and the login of the sign-up.
    assert_limited(&login(&app, EMAIL, PASSWORD).await);
    app.clock.advance(SignedDuration::from_secs(10));
    let _ = login(&app, EMAIL, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_has_so_many_attempts_and_the_owner_is_not_kept_out() {
    let app = limited(&RAISED).await;
    give_names(&app, EMAIL).await;
    let device = login(&app, EMAIL, PASSWORD).await.expect(200);
    let device = device.header("x-device-token").expect("a token").to_owned();
    let attempt = |number: u32, password| login_request(&app, PHONE, password).from_ip(&format!("198.51.100.{number}"));
    for number in 0..RateLimit::ACCOUNT_BY_USERNAME.max {
        let _ = attempt(number, "wrong").send().await.expect(401);
    }
    assert_limited(&attempt(100, PASSWORD).send().await);
    let owner = attempt(100, PASSWORD).header("x-device-token", &device);
    let _ = owner.send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_refreshes_ten_times_in_a_minute() {
    let app = limited(&[("RATE_LIMITS", "on")]).await;
    let (_, mut token) = tokens_of(&login(&app, EMAIL, PASSWORD).await.expect(200));
    for _ in 0..RateLimit::REFRESH.max {
        (_, token) = tokens_of(&refresh(&app, &token).await.expect(200));
    }
    assert_limited(&refresh(&app, &token).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operations_cost() {
    let app = limited(&RAISED).await;
    give_names(&app, EMAIL).await;
    let calls = |answer: &Answer| (answer.usage.dynamodb, answer.usage.kms);
    // The limit of the contract, the three calls of every sign-in, the invitations that wait for
    // the address, and the organizations of the profile.
    let answer = login(&app, EMAIL, PASSWORD).await.expect(200);
    assert_eq!(calls(&answer), (6, 1));
    let (access, token) = tokens_of(&answer);
    for (identifier, password) in [(EMAIL, "wrong"), (PHONE, "wrong"), ("grace@example.com", PASSWORD)] {
        let answer = login(&app, identifier, password).await.expect(401);
        assert_eq!(calls(&answer), (4, 0), "{identifier}");
    }
    assert_eq!(calls(&refresh(&app, &token).await.expect(200)), (2, 1));
    // The session and its user, the limit of the user, and the end of the session.
    let answer = app.post("/v1/auth/logout").bearer(&access).send().await.expect(204);
    assert_eq!(calls(&answer), (3, 0));
    // The two limits, and the commit.
    assert_eq!(calls(&register(&app, "grace@example.com").await.expect(201)), (3, 0));
}
