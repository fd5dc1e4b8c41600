//! Devices that have signed in before: an attacker who guesses at a name cannot keep them out.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::contract::Contract;
use shared::domain::RateLimit;
use shared::testkit::{Answer, PASSWORD, TestApp, TestRequest};

use super::{EMAIL, SIGN_IN_CONTRACTS, count, race, sign_in, sign_up, start_limited};

const WRONG: &str = "not the password";
const HEADER: &str = "x-device-token";

/// The refusal of a wrong password.
fn refusal(contract: Contract) -> u16 {
    if contract == Contract::Teams { 400 } else { 401 }
}

async fn start_with_user() -> Arc<TestApp> {
    let app = Arc::new(start_limited().await);
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    app
}

fn token_of(answer: &Answer) -> String {
    answer.header(HEADER).expect("a token").to_owned()
}

/// The token of a device on which the user has signed in.
async fn know(app: &TestApp, contract: Contract, ip: &str) -> String {
    let request = sign_in(app, contract, EMAIL, PASSWORD).from_ip(ip);
    token_of(&request.send().await.expect(200))
}

/// Failures from many addresses until the name is refused.
async fn exhaust(app: &TestApp, contract: Contract) {
    for number in 0..=RateLimit::ACCOUNT.max {
        let request = sign_in(app, contract, EMAIL, WRONG).from_ip(&format!("198.51.100.{number}"));
        let status = request.send().await.status;
        let is_last = number == RateLimit::ACCOUNT.max;
        assert_eq!(status, if is_last { 429 } else { refusal(contract) });
    }
}

fn on<'a>(request: TestRequest<'a>, device: &str) -> TestRequest<'a> {
    request.from_ip("203.0.113.1").header(HEADER, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_has_signed_in_before_gets_in_while_the_name_is_refused() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_with_user().await;
        let device = know(&app, contract, "203.0.113.1").await;
        exhaust(&app, contract).await;
        let stranger = sign_in(&app, contract, EMAIL, PASSWORD).from_ip("203.0.113.2");
        let _ = stranger.send().await.expect(429);
        // The token of one contract is valid in the others, and it stays the same.
        for other in SIGN_IN_CONTRACTS {
            let known = on(sign_in(&app, other, EMAIL, PASSWORD), &device)
                .send()
                .await
                .expect(200);
            assert_eq!(token_of(&known), device);
        }
        // A browser keeps it as a cookie.
        let browser = sign_in(&app, contract, EMAIL, PASSWORD).from_ip("203.0.113.1");
        let browser = browser.header("cookie", &format!("theme=dark; ostiary.device={device}"));
        let known = browser
            .header("origin", "http://127.0.0.1:3000")
            .send()
            .await
            .expect(200);
        assert_eq!(known.usage.dynamodb, 3);
        let cookie = known.device_cookie().expect("a cookie");
        for part in [
            &format!("ostiary.device={device};"),
            "HttpOnly",
            "SameSite=Lax",
            "Path=/",
            "Max-Age=",
        ] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        // The success of the device has not opened the name to others.
        let stranger = sign_in(&app, contract, EMAIL, PASSWORD).from_ip("203.0.113.2");
        let _ = stranger.send().await.expect(429);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_on_which_the_user_has_signed_up_is_known() {
    for contract in [Contract::BetterAuth, Contract::Teams] {
        let app = start_limited().await;
        let signed_up = sign_up(&app, contract, EMAIL).send().await;
        let device = token_of(&signed_up);
        assert!(signed_up.device_cookie().is_some_and(|cookie| cookie.contains(&device)));
        exhaust(&app, contract).await;
        let _ = on(sign_in(&app, contract, EMAIL, PASSWORD), &device)
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_has_its_own_attempts() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_with_user().await;
        let device = know(&app, contract, "203.0.113.1").await;
        let answers = race(&app, |number, app| {
            let device = device.clone();
            async move {
                let request = on(sign_in(&app, contract, EMAIL, WRONG), &device);
                request.from_ip(&format!("198.51.100.{number}")).send().await
            }
        })
        .await;
        assert_eq!(count(&answers, refusal(contract)), RateLimit::KNOWN_DEVICE.max as usize);
        assert_eq!(
            count(&answers, 429),
            answers.len() - RateLimit::KNOWN_DEVICE.max as usize
        );
        let _ = on(sign_in(&app, contract, EMAIL, PASSWORD), &device)
            .send()
            .await
            .expect(429);
        // Its failures do not count for the name.
        let other = know(&app, contract, "203.0.113.2").await;
        assert_ne!(other, device);
        app.clock.advance(SignedDuration::from_mins(5));
        let _ = on(sign_in(&app, contract, EMAIL, PASSWORD), &device)
            .send()
            .await
            .expect(200);
    }
}

/// A browser has a cookie for each path and domain, and an application may send the header besides.
#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_token_does_not_hide_the_one_of_the_device() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_with_user().await;
        let request = sign_up(&app, Contract::Basic, "grace@example.com").from_ip("203.0.113.9");
        let _ = request.send().await.expect(201);
        let request = sign_in(&app, contract, "grace@example.com", PASSWORD).from_ip("203.0.113.9");
        let foreign = token_of(&request.send().await.expect(200));
        let own = know(&app, contract, "203.0.113.1").await;
        // The same device with another code: both name one counter.
        let mut altered = own.clone();
        altered.replace_range(60..61, if &own[60..61] == "A" { "B" } else { "A" });
        exhaust(&app, contract).await;
        let cookies = |tokens: &[&str]| {
            let cookies: Vec<_> = tokens.iter().map(|token| format!("ostiary.device={token}")).collect();
            sign_in(&app, contract, EMAIL, PASSWORD)
                .from_ip("203.0.113.1")
                .header("origin", "http://127.0.0.1:3000")
                .header("cookie", &cookies.join("; "))
        };
        for request in [
            cookies(&[&foreign, &own]),
            cookies(&[&altered, "kdv_nonsense", &own, &foreign]),
            cookies(&[&own]).header(HEADER, &foreign),
            cookies(&[&foreign]).header(HEADER, &own),
        ] {
            let answer = request.send().await.expect(200);
            assert_eq!(token_of(&answer), own, "{contract}");
            assert_eq!(answer.usage.dynamodb, 3, "{contract}");
        }
        // No more than eight are tried, and none of another user helps.
        let planted = [foreign.as_str(); 8];
        let _ = cookies(&planted).send().await.expect(429);
        let _ = cookies(&[&planted[..], &[own.as_str()]].concat())
            .send()
            .await
            .expect(429);
    }
}

/// Behind one address, as of a mobile network, an attacker may use up what the address may fail.
#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_signs_in_while_its_address_is_refused() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_with_user().await;
        let device = know(&app, contract, "203.0.113.1").await;
        let other = sign_up(&app, Contract::Basic, "grace@example.com").from_ip("203.0.113.9");
        let _ = other.send().await.expect(201);
        let foreign = sign_in(&app, contract, "grace@example.com", PASSWORD).from_ip("203.0.113.9");
        let foreign = token_of(&foreign.send().await.expect(200));
        for number in 0..=RateLimit::SIGN_IN.max {
            let email = format!("user-{number}@example.com");
            let guess = sign_in(&app, contract, &email, WRONG).from_ip("203.0.113.1");
            let is_last = number == RateLimit::SIGN_IN.max;
            let status = guess.send().await.status;
            assert_eq!(status, if is_last { 429 } else { refusal(contract) });
        }
        // Only a device of this user is excepted, which costs a read, and the others learn nothing.
        for (email, token) in [(EMAIL, &foreign), ("nobody@example.com", &device)] {
            for password in [PASSWORD, WRONG] {
                let refused = on(sign_in(&app, contract, email, password), token)
                    .send()
                    .await
                    .expect(429);
                assert_eq!(refused.usage.dynamodb, 2, "{contract} {email}");
                assert!(refused.usage.write_units.abs() < f64::EPSILON, "{contract}");
            }
        }
        // Its failures count for the device, and neither for the name nor for the address.
        for _ in 0..RateLimit::KNOWN_DEVICE.max {
            let wrong = on(sign_in(&app, contract, EMAIL, WRONG), &device).send().await;
            assert_eq!(wrong.status, refusal(contract));
        }
        let _ = on(sign_in(&app, contract, EMAIL, PASSWORD), &device)
            .send()
            .await
            .expect(429);
        let elsewhere = sign_in(&app, contract, EMAIL, PASSWORD).from_ip("203.0.113.2");
        let _ = elsewhere.send().await.expect(200);
        app.clock.advance(RateLimit::KNOWN_DEVICE.per);
        let _ = on(sign_in(&app, contract, EMAIL, PASSWORD), &device)
            .send()
            .await
            .expect(200);
    }
}

/// A form of another site would replace the token of its visitor by that of the attacker's account.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_sets_no_token() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_with_user().await;
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answer = sign_in(&app, contract, EMAIL, PASSWORD)
                .header(name, value)
                .send()
                .await;
            assert!(answer.device_cookie().is_none(), "{contract} {name}");
            assert_eq!(answer.header(HEADER), None, "{contract} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_helps() {
    let app = start_with_user().await;
    let grace = "grace@example.com";
    let request = sign_up(&app, Contract::Basic, grace).from_ip("203.0.113.9");
    let _ = request.send().await.expect(201);
    let request = sign_in(&app, Contract::BetterAuth, grace, PASSWORD).from_ip("203.0.113.9");
    let of_another_user = token_of(&request.send().await.expect(200));
    let own = know(&app, Contract::BetterAuth, "203.0.113.1").await;
    exhaust(&app, Contract::BetterAuth).await;
    let mut altered = own.clone();
    altered.replace_range(60..61, if &own[60..61] == "A" { "B" } else { "A" });
    for token in [&of_another_user, &altered, "kdv_nonsense", ""] {
        for password in [PASSWORD, WRONG] {
            let request = on(sign_in(&app, Contract::BetterAuth, EMAIL, password), token);
            let _ = request.send().await.expect(429);
        }
    }
    // With a token, too, known and unknown addresses cost the same calls.
    let known = on(sign_in(&app, Contract::BetterAuth, EMAIL, WRONG), &of_another_user)
        .send()
        .await;
    app.clock.advance(SignedDuration::from_mins(5));
    let wrong = on(sign_in(&app, Contract::BetterAuth, EMAIL, WRONG), &of_another_user)
        .send()
        .await;
    let unknown = on(
        sign_in(&app, Contract::BetterAuth, "eve@example.com", WRONG),
        &of_another_user,
    );
    let unknown = unknown.send().await.expect(401);
    assert_eq!((known.usage.dynamodb, wrong.usage.dynamodb), (2, 3));
    assert_eq!(wrong.usage, unknown.usage);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_username_it_is_the_same_device() {
    let app = start_limited().await;
    let account = json!({"name": "Ada", "email": EMAIL, "password": PASSWORD, "username": "ada"});
    let _ = app
        .post("/api/auth/sign-up/email")
        .json(&account)
        .send()
        .await
        .expect(200);
    let by_username = |password: &str| {
        let body = json!({"username": "ada", "password": password});
        app.post("/api/auth/sign-in/username").json(&body)
    };
    let device = token_of(&by_username(PASSWORD).send().await.expect(200));
    for number in 0..RateLimit::ACCOUNT_BY_USERNAME.max {
        let request = by_username(WRONG).from_ip(&format!("198.51.100.{number}"));
        let _ = request.send().await.expect(401);
    }
    let _ = by_username(PASSWORD).from_ip("203.0.113.2").send().await.expect(429);
    let _ = on(by_username(PASSWORD), &device).send().await.expect(200);
    exhaust(&app, Contract::BetterAuth).await;
    let _ = on(sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD), &device)
        .send()
        .await
        .expect(200);
}

/// The next failure but for the waits: guesses go on as fast as the window of the name allows.
async fn fail_in_a_row(app: &TestApp, email: &str, times: u32) {
    for number in 0..times {
        if number % RateLimit::ACCOUNT.max == 0 {
            app.clock.advance(RateLimit::ACCOUNT.per);
        }
        let ip = format!("198.51.{}.{}", number / 250, number % 250);
        let request = sign_in(app, Contract::BetterAuth, email, WRONG).from_ip(&ip);
        let _ = request.send().await.expect(401);
    }
    app.clock.advance(RateLimit::ACCOUNT.per);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_failures_in_a_row_are_the_last_and_a_mail_leads_back() {
    let app = start_with_user().await;
    let device = know(&app, Contract::BetterAuth, "203.0.113.1").await;
    fail_in_a_row(&app, EMAIL, 99).await;
    assert_eq!(app.count_mails("password-locked"), 0);
    // A success, here of the known device, ends the series.
    let _ = on(sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD), &device)
        .send()
        .await
        .expect(200);
    fail_in_a_row(&app, EMAIL, 100).await;
    assert_eq!(app.count_mails("password-locked"), 1);
    assert!(
        app.mailed_link("password-locked")
            .contains("/link/reset-password?token=rst_")
    );
    for contract in SIGN_IN_CONTRACTS {
        for password in [PASSWORD, WRONG] {
            let request = sign_in(&app, contract, EMAIL, password).from_ip("203.0.113.2");
            assert!(request.send().await.expect(429).header("retry-after").is_some());
        }
    }
    assert_eq!(app.count_mails("password-locked"), 1);
    let _ = on(sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD), &device)
        .send()
        .await
        .expect(200);
}

/// Otherwise the lock would reveal which addresses have an account.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_locked_as_a_known_one_and_gets_no_mail() {
    let app = start_with_user().await;
    fail_in_a_row(&app, "eve@example.com", 99).await;
    fail_in_a_row(&app, EMAIL, 99).await;
    let last = |email: &'static str| {
        sign_in(&app, Contract::BetterAuth, email, WRONG)
            .from_ip("203.0.113.2")
            .send()
    };
    let (unknown, known) = (last("eve@example.com").await, last(EMAIL).await);
    assert_eq!((unknown.status.as_u16(), known.status.as_u16()), (401, 401));
    assert_eq!(unknown.usage, known.usage);
    assert_eq!(app.count_mails("password-locked"), 1);
    app.clock.advance(SignedDuration::from_hours(24));
    let (unknown, known) = (last("eve@example.com").await, last(EMAIL).await);
    assert_eq!((unknown.status.as_u16(), known.status.as_u16()), (429, 429));
    assert_eq!(unknown.header("retry-after"), known.header("retry-after"));
}
