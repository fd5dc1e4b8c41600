//! Limits: by client address, by account, and what a client learns that runs into one.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::contract::Contract;
use shared::domain::RateLimit;
use shared::testkit::across::account;
use shared::testkit::{Answer, TestApp};

use super::{
    CROWD, EMAIL, PASSWORD, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, UNVERIFIED, count, is_live, race, refresh, sign_in,
    sign_up, start_limited, tokens,
};

const WRONG: &str = "not the password";

/// The refusal of a wrong password.
fn refusal(contract: Contract) -> u16 {
    if contract == Contract::Teams { 400 } else { 401 }
}

/// The documented answer to too many requests.
fn assert_limited(contract: Contract, answer: &Answer, at_most: u32) {
    let body = match contract {
        Contract::BetterAuth => {
            json!({"code": "TOO_MANY_REQUESTS", "message": "Too many requests. Please try again later."})
        }
        Contract::Basic => json!({"detail": "Too many attempts"}),
        Contract::Accounts => {
            json!({"result": "FAILURE", "message": "Too many requests", "data": {"code": "RATE_LIMITED"}})
        }
        _ => json!({"statusCode": 429, "message": "Too many requests", "error": "Too Many Requests"}),
    };
    assert_eq!((answer.status.as_u16(), answer.json()), (429, body));
    let seconds: u32 = answer
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds");
    assert!((1..=at_most).contains(&seconds), "{seconds}");
    if contract == Contract::BetterAuth {
        assert_eq!(answer.header("x-retry-after"), answer.header("retry-after"));
    }
    assert!(answer.cookies().is_empty());
}

async fn crowd(app: &Arc<TestApp>, contract: Contract, spread: bool) -> Vec<Answer> {
    race(app, |number, app| async move {
        let ip = if spread {
            format!("198.51.100.{number}")
        } else {
            "192.0.2.1".to_owned()
        };
        sign_in(&app, contract, EMAIL, WRONG).from_ip(&ip).send().await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_tries_five_passwords_in_a_minute() {
    for contract in SIGN_IN_CONTRACTS {
        let app = Arc::new(start_limited().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let answers = crowd(&app, contract, false).await;
        assert_eq!(count(&answers, refusal(contract)), RateLimit::SIGN_IN.max as usize);
        for answer in answers.iter().filter(|answer| answer.status != refusal(contract)) {
            assert_limited(contract, answer, 301);
        }
        // The answer is that to a wrong password, in each contract.
        for contract in SIGN_IN_CONTRACTS {
            let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await;
            assert_limited(contract, &answer, 301);
        }
        app.clock.advance(SignedDuration::from_mins(5));
        let _ = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_takes_seven_attempts_wherever_they_come_from() {
    for contract in SIGN_IN_CONTRACTS {
        let app = Arc::new(start_limited().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let answers = crowd(&app, contract, true).await;
        assert_eq!(count(&answers, refusal(contract)), RateLimit::ACCOUNT.max as usize);
        for answer in answers.iter().filter(|answer| answer.status != refusal(contract)) {
            assert_limited(contract, answer, 301);
        }
        for contract in SIGN_IN_CONTRACTS {
            let answer = sign_in(&app, contract, EMAIL, PASSWORD)
                .from_ip("203.0.113.1")
                .send()
                .await;
            assert_limited(contract, &answer, 301);
        }
        // Another account is not concerned.
        let other = sign_in(&app, contract, "eve@example.com", WRONG)
            .from_ip("203.0.113.1")
            .send()
            .await;
        let _ = other.expect(refusal(contract));
        app.clock.advance(SignedDuration::from_mins(5));
        let late = sign_in(&app, contract, EMAIL, PASSWORD)
            .from_ip("203.0.113.1")
            .send()
            .await;
        let _ = late.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_forgives_the_attempts_before_it() {
    let app = start_limited().await;
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    for round in 0..3 {
        for number in 1..RateLimit::ACCOUNT.max {
            let ip = format!("198.51.{round}.{number}");
            let wrong = sign_in(&app, Contract::BetterAuth, EMAIL, WRONG).from_ip(&ip);
            let _ = wrong.send().await.expect(401);
        }
        let right = sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD).from_ip(&format!("203.0.113.{round}"));
        let _ = right.send().await.expect(200);
    }
}

/// Old attempts are cleared away by all of them at once, while successes empty the set.
#[tokio::test(flavor = "multi_thread")]
async fn many_sign_ins_with_the_right_password_succeed_after_old_attempts() {
    for _ in 0..5 {
        let app = Arc::new(start_limited().await);
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let _ = crowd(&app, Contract::BetterAuth, true).await;
        app.clock.advance(SignedDuration::from_mins(5));
        let answers = race(&app, |number, app| async move {
            let ip = format!("203.0.113.{number}");
            sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
                .from_ip(&ip)
                .send()
                .await
        })
        .await;
        assert_eq!(count(&answers, 200) + count(&answers, 429), CROWD);
        assert!(count(&answers, 200) >= RateLimit::ACCOUNT.max as usize);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answered_time_is_the_time_to_wait() {
    for (early, status) in [(1, 429), (0, 200)] {
        let app = start_limited().await;
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let wrong = || sign_in(&app, Contract::BetterAuth, EMAIL, WRONG);
        let _ = wrong().send().await.expect(401);
        app.clock.advance(SignedDuration::from_secs(13));
        for _ in 0..4 {
            let _ = wrong().send().await.expect(401);
        }
        let right = || sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD);
        let answer = right().send().await.expect(429);
        let seconds: i64 = answer
            .header("retry-after")
            .and_then(|text| text.parse().ok())
            .expect("seconds");
        assert_eq!(seconds, 47);
        app.clock.advance(SignedDuration::from_secs(seconds - early));
        let _ = right().send().await.expect(status);
    }
}

/// With fixed windows, a client would have twice its share around the end of a window.
#[tokio::test(flavor = "multi_thread")]
async fn the_window_of_a_client_slides() {
    let app = start_limited().await;
    let mut failures = Vec::new();
    for second in 0..180 {
        let request = sign_in(&app, Contract::BetterAuth, &format!("user-{second}@example.com"), WRONG);
        if request.send().await.status == 401 {
            failures.push(second);
        }
        app.clock.advance(SignedDuration::from_secs(1));
    }
    assert_eq!(failures, [0, 1, 2, 3, 4, 60, 61, 62, 63, 64, 120, 121, 122, 123, 124]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_sign_in_is_no_guess() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_limited().await;
        for number in 0..12 {
            let request = sign_up(&app, Contract::Basic, &format!("user-{number}@example.com"));
            let _ = request.from_ip(&format!("203.0.113.{number}")).send().await.expect(201);
        }
        for round in 0..3 {
            for number in 0..12 {
                let email = format!("user-{number}@example.com");
                let _ = sign_in(&app, contract, &email, PASSWORD).send().await.expect(200);
            }
            // Nor does a success forgive the failures of its address.
            if round < 2 {
                for _ in 0..2 {
                    let _ = sign_in(&app, contract, EMAIL, WRONG)
                        .send()
                        .await
                        .expect(refusal(contract));
                }
            }
        }
        let _ = sign_in(&app, contract, EMAIL, WRONG)
            .send()
            .await
            .expect(refusal(contract));
        let refused = sign_in(&app, contract, "user-0@example.com", PASSWORD).send().await;
        assert_limited(contract, &refused, 60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_client_changes_nothing_for_other_users() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_limited().await;
        let accounts: Vec<_> = (0..12).map(|number| format!("user-{number}@example.com")).collect();
        for (number, email) in accounts.iter().enumerate() {
            let request = sign_up(&app, Contract::Basic, email).from_ip(&format!("203.0.113.{number}"));
            let _ = request.send().await.expect(201);
        }
        for _ in 0..RateLimit::SIGN_IN.max {
            let _ = sign_in(&app, contract, EMAIL, WRONG)
                .send()
                .await
                .expect(refusal(contract));
        }
        for email in accounts.iter().cycle().take(84) {
            let refused = sign_in(&app, contract, email, WRONG).send().await;
            assert_limited(contract, &refused, 60);
            assert_eq!(refused.usage.dynamodb, 1);
            assert!(refused.usage.write_units.abs() < f64::EPSILON, "{:?}", refused.usage);
        }
        // Nor does it leave an item for a made-up address.
        let made_up = sign_in(&app, contract, "unknown@example.com", WRONG).send().await;
        assert_limited(contract, &made_up, 60);
        assert!(made_up.usage.write_units.abs() < f64::EPSILON, "{:?}", made_up.usage);
        for email in &accounts {
            let request = sign_in(&app, contract, email, PASSWORD).from_ip("198.51.100.1");
            let _ = request.send().await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ipv6_client_is_its_network() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_limited().await;
        let wrong = |ip: String| sign_in(&app, contract, EMAIL, WRONG).from_ip(&ip);
        for number in 0..RateLimit::SIGN_IN.max {
            let request = wrong(format!("2001:db8:1:2:{number}::1"));
            let _ = request.send().await.expect(refusal(contract));
        }
        assert_limited(contract, &wrong("2001:db8:1:2::ffff".to_owned()).send().await, 60);
        let _ = wrong("2001:db8:1:3::1".to_owned())
            .send()
            .await
            .expect(refusal(contract));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_trusted_proxy_the_viewer_counts() {
    const SECRET: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "0123456789abcdef0123456789abcdeg";
    let settings = [UNVERIFIED, ("RATE_LIMITS", "on"), ("CLOUDFRONT_SECRET", SECRET)];
    for contract in SIGN_IN_CONTRACTS {
        let app = TestApp::with_settings(session::routes, &settings).await;
        // Each at an account of its own.
        let wrong = |secret: &str, viewer: &str| {
            let email = format!("{}@example.com", viewer.replace([':', '.'], "-"));
            sign_in(&app, contract, &email, WRONG)
                .header("x-origin-verify", secret)
                .header("cloudfront-viewer-address", viewer)
        };
        for port in 0..RateLimit::SIGN_IN.max {
            let request = wrong(SECRET, &format!("198.51.100.1:{port}"));
            let _ = request.send().await.expect(refusal(contract));
        }
        assert_limited(contract, &wrong(SECRET, "198.51.100.1:9").send().await, 60);
        let _ = wrong(SECRET, "198.51.100.2:9").send().await.expect(refusal(contract));
        // Without the secret it is the address that has connected, whatever the client says.
        for number in 0..RateLimit::SIGN_IN.max - 1 {
            let request = wrong(OTHER, &format!("203.0.113.{number}:1"));
            let _ = request.from_ip("192.0.2.7").send().await.expect(refusal(contract));
        }
        let direct = sign_in(&app, contract, "grace@example.com", WRONG).from_ip("192.0.2.7");
        let _ = direct.send().await.expect(refusal(contract));
        assert_limited(
            contract,
            &wrong(OTHER, "203.0.113.99:1").from_ip("192.0.2.7").send().await,
            60,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_settings() {
    let settings = [
        UNVERIFIED,
        ("RATE_LIMITS", "on"),
        ("LIMIT_SIGN_IN", "2/30"),
        ("LIMIT_REFRESH", "3/600"),
    ];
    let app = TestApp::with_settings(session::routes, &settings).await;
    let wrong = || sign_in(&app, Contract::Basic, EMAIL, WRONG);
    for _ in 0..2 {
        let _ = wrong().send().await.expect(401);
    }
    assert_limited(Contract::Basic, &wrong().send().await, 30);
    let (_, mut token) = tokens(&app).await;
    for _ in 0..3 {
        token = super::refresh_token_of(&refresh(&app, &token).send().await.expect(200));
    }
    assert_limited(Contract::Teams, &refresh(&app, &token).send().await, 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn known_and_unknown_addresses_are_indistinguishable() {
    for contract in SIGN_IN_CONTRACTS {
        let app = start_limited().await;
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        for number in 0..12 {
            let ip = format!("198.51.100.{number}");
            let known = sign_in(&app, contract, EMAIL, WRONG).from_ip(&ip).send().await;
            let unknown = sign_in(&app, contract, "eve@example.com", WRONG)
                .from_ip(&ip)
                .send()
                .await;
            assert_eq!((known.status, known.json()), (unknown.status, unknown.json()));
            assert_eq!(known.usage, unknown.usage, "{contract} {number}");
            let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<BTreeSet<_>>();
            assert_eq!(names(&known), names(&unknown));
            assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_signs_up_five_users_in_a_minute() {
    for contract in SIGN_UP_CONTRACTS {
        let app = Arc::new(start_limited().await);
        let answers = race(&app, |number, app| async move {
            sign_up(&app, contract, &format!("user-{number}@example.com"))
                .send()
                .await
        })
        .await;
        let successes = answers.iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(successes, RateLimit::SIGN_UP.max as usize);
        for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
            assert_limited(contract, answer, 60);
        }
        assert_eq!(app.mails().len(), successes);
        let _ = sign_up(&app, contract, EMAIL).from_ip("198.51.100.1").send().await;
    }
}

/// Whatever tag the address has, from whatever client and in whatever contract. The response reveals nothing of it: it
/// would be about other addresses of the mailbox, and a stranger could keep its owner from signing up.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_gets_five_mails_of_sign_ups_in_a_quarter_of_an_hour() {
    for contract in SIGN_UP_CONTRACTS {
        let app = Arc::new(start_limited().await);
        let answers = race(&app, |number, app| async move {
            let email = if number % 2 == 0 {
                format!("a.da+{number}@gmail.com")
            } else {
                format!("ada+{number}@googlemail.com")
            };
            let request = sign_up(&app, contract, &email).from_ip(&format!("198.51.100.{number}"));
            request.send().await
        })
        .await;
        let successes = answers.iter().filter(|answer| answer.status.is_success()).count();
        assert_eq!(successes, CROWD, "{contract}");
        let sent = RateLimit::UNVERIFIED_MAILBOX.max as usize;
        assert_eq!(app.mails().len(), sent, "{contract}");
        for (number, other) in SIGN_UP_CONTRACTS.into_iter().enumerate() {
            let request = sign_up(&app, other, &format!("ad.a+{number}@gmail.com")).from_ip("203.0.113.1");
            let answer = request.send().await;
            assert!(answer.status.is_success(), "{contract}, {other}: {}", answer.text());
        }
        assert_eq!(app.mails().len(), sent, "{contract}");
        let other = sign_up(&app, contract, "eve@gmail.com").from_ip("203.0.113.1");
        assert!(other.send().await.status.is_success());
        assert_eq!(app.last_mail("verify-email").to, ["eve@gmail.com"]);
        app.clock.advance(RateLimit::UNVERIFIED_MAILBOX.per);
        let later = sign_up(&app, contract, "a.d.a@gmail.com").from_ip("203.0.113.1");
        assert!(later.send().await.status.is_success());
        assert_eq!(app.last_mail("verify-email").to, ["a.d.a@gmail.com"]);
    }
}

/// A stranger could use up the mails of a mailbox otherwise, without one being sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_sends_no_mail_does_not_count_against_the_mailbox() {
    for contract in SIGN_UP_CONTRACTS {
        let app = start_limited().await;
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        for number in 0..=RateLimit::UNVERIFIED_MAILBOX.max {
            let (path, mut body) = account(contract, EMAIL);
            let request = app.post(path).json(&body).from_ip(&format!("198.51.100.{number}"));
            let taken = request.send().await;
            assert!(taken.status.is_client_error(), "{contract}: {}", taken.text());
            body["password"] = "ostiary-ostiary".into();
            let request = app.post(path).json(&body).from_ip(&format!("203.0.113.{number}"));
            let refused = request.send().await;
            assert_eq!(refused.status, 400, "{contract}: {}", refused.text());
        }
        let tagged = "ada+shop@example.com";
        let answer = sign_up(&app, contract, tagged).send().await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
        assert_eq!(app.last_mail("verify-email").to, [tagged]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_refreshes_ten_times_in_a_minute() {
    let app = start_limited().await;
    let (jwt, mut token) = tokens(&app).await;
    for _ in 0..RateLimit::REFRESH.max {
        token = super::refresh_token_of(&refresh(&app, &token).send().await.expect(200));
    }
    assert_limited(Contract::Teams, &refresh(&app, &token).send().await, 60);
    let elsewhere = refresh(&app, &token).from_ip("198.51.100.1");
    assert_limited(Contract::Teams, &elsewhere.send().await, 60);
    // Another session of the same address has its own count.
    let other = sign_in(&app, Contract::Teams, EMAIL, PASSWORD).send().await.expect(200);
    let _ = refresh(&app, &super::refresh_token_of(&other)).send().await.expect(200);
    // The token was not used up.
    app.clock.advance(SignedDuration::from_mins(1));
    let _ = refresh(&app, &token).send().await.expect(200);
    assert!(is_live(&app, &jwt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_refresh_tokens_count_too() {
    let app = Arc::new(start_limited().await);
    let (jwt, token) = tokens(&app).await;
    let _ = app.post("/api/auth/sign-out").bearer(&jwt).send().await.expect(200);
    let answers = race(&app, |_, app| {
        let token = token.clone();
        async move { refresh(&app, &token).send().await }
    })
    .await;
    assert_eq!((count(&answers, 401), count(&answers, 429)), (5, CROWD - 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_over_the_limit_still_ends_the_session() {
    let app = start_limited().await;
    let (jwt, first) = tokens(&app).await;
    let mut token = first.clone();
    for _ in 0..RateLimit::REFRESH.max {
        token = super::refresh_token_of(&refresh(&app, &token).send().await.expect(200));
    }
    let _ = refresh(&app, &first).send().await.expect(429);
    assert!(!is_live(&app, &jwt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_may_not_sign_in_counts_as_any_refusal() {
    let settings = [("RATE_LIMITS", "on"), ("VERIFICATION_REQUIRED", "better_auth")];
    let app = Arc::new(TestApp::with_settings(session::routes, &settings).await);
    let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
    let answers = race(&app, |number, app| async move {
        let password = if number % 2 == 0 { PASSWORD } else { WRONG };
        sign_in(&app, Contract::BetterAuth, EMAIL, password).send().await
    })
    .await;
    assert_eq!(
        count(&answers, 401) + count(&answers, 403),
        RateLimit::SIGN_IN.max as usize
    );
}
