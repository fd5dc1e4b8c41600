//! The rules for new passwords in every contract with a sign-up, and the look into published breaches.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use shared::contract::Contract;
use shared::testkit::across::{SIGN_UP_CONTRACTS, account, sign_in};
use shared::testkit::{Answer, PASSWORD, TestApp};
use tokio::net::TcpListener;

use super::{EMAIL, UNVERIFIED, start};
use crate::start_with;

async fn sign_up(app: &TestApp, contract: Contract, password: &str) -> Answer {
    let (path, mut body) = account(contract, EMAIL);
    body["password"] = password.into();
    app.post(path).json(&body).send().await
}

fn message(contract: Contract, answer: &Answer) -> String {
    let body = answer.json();
    let field = if contract == Contract::Basic {
        "detail"
    } else {
        "message"
    };
    body[field].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_common_password_is_refused_in_every_form_of_its_letters() {
    for contract in SIGN_UP_CONTRACTS {
        let app = start().await;
        for password in ["password1", "ｐａｓｓｗｏｒｄ１", "ＰＡＳＳＷＯＲＤ１", "𝐩𝐚𝐬𝐬𝐰𝐨𝐫𝐝𝟏"]
        {
            let answer = sign_up(&app, contract, password).await.expect(400);
            assert_eq!(answer.usage.dynamodb, 0, "{contract}: {password}");
        }
        // What was accepted in one form signs in in every other.
        let _ = sign_up(&app, contract, "ｎｉｎｅ　ｌａｎｔｅｒｎｓ　ｏｖｅｒ　Ｐｓｋｏｖ").await;
        let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_made_of_known_words_or_patterns_is_refused() {
    for (contract, expected) in [
        (Contract::BetterAuth, "This password is easy to guess. Choose another."),
        (Contract::Basic, "Password does not meet the security requirements"),
        (Contract::Teams, "Validation failed: password is too easy to guess"),
    ] {
        let app = start().await;
        for password in [
            "Ostiary2026!",
            "ostiary-ostiary",
            "AdaLovelace1",
            "lovelace1815!",
            "ada@example.com",
            "qwertyuiop[]",
            "asdfghjkl;1",
            "abcdefgh9",
            "19841984",
        ] {
            let answer = sign_up(&app, contract, password).await.expect(400);
            assert_eq!(message(contract, &answer), expected, "{password}");
        }
        let answer = sign_up(&app, contract, PASSWORD).await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_consists_of_padding_or_repetition_is_refused() {
    for contract in SIGN_UP_CONTRACTS {
        let app = start().await;
        for password in [
            "        ",
            "\t\t\t\t\t\t\t\t",
            "\0\0\0\0\0\0\0\0",
            "\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}\u{a0}",
            "        1",
            "a       ",
            "Password1!           ",
            "😀😀😀😀",
            "password1password1password1password1",
            "пароль123",
        ] {
            let answer = sign_up(&app, contract, password).await;
            assert_eq!(answer.status, 400, "{contract}: {password:?}: {}", answer.text());
        }
        let answer = sign_up(&app, contract, "лошадь скрепка батарейка").await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_the_service_is_that_of_the_deployment() {
    let app = start_with(&[UNVERIFIED, ("SERVICE_NAME", "Lanternfish")]).await;
    let _ = sign_up(&app, Contract::BetterAuth, "Lanternfish7!").await.expect(400);
    let _ = sign_up(&app, Contract::BetterAuth, PASSWORD).await.expect(200);
}

/// A service that knows one breached password. `None`: it fails.
async fn breaches(hash: Option<&'static str>) -> String {
    let range = async move |Path(prefix): Path<String>| match hash {
        Some(hash) => match hash.strip_prefix(&prefix) {
            Some(suffix) => (StatusCode::OK, format!("{suffix}:42\r\n")),
            None => (StatusCode::OK, String::new()),
        },
        None => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}/range/", listener.local_addr().expect("an address"));
    let router = Router::new().route("/range/{prefix}", get(range));
    tokio::spawn(async { axum::serve(listener, router).await });
    endpoint
}

async fn start_with_breaches(hash: Option<&'static str>) -> TestApp {
    let endpoint = breaches(hash).await;
    let settings = [
        UNVERIFIED,
        ("BREACHED_PASSWORDS", "on"),
        ("BREACHED_PASSWORDS_ENDPOINT", &endpoint),
    ];
    start_with(&settings).await
}

/// The SHA-1 of the password of all tests.
const HASH: &str = "930047FE27779EF3884498EDBFD7E0589BDB228F";

#[tokio::test(flavor = "multi_thread")]
async fn a_breached_password_is_refused() {
    for (contract, expected) in [
        (
            Contract::BetterAuth,
            "The password you entered has been compromised. Please choose a different password.",
        ),
        (Contract::Basic, "Password does not meet the security requirements"),
        (Contract::Teams, "Validation failed: password appears in a data breach"),
    ] {
        let app = start_with_breaches(Some(HASH)).await;
        let answer = sign_up(&app, contract, PASSWORD).await.expect(400);
        assert_eq!(message(contract, &answer), expected);
        let answer = sign_up(&app, contract, "seven bridges at dusk").await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
        assert_eq!(answer.usage.failed_breach_checks, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_look_into_breaches_stops_no_one_and_is_counted() {
    for contract in SIGN_UP_CONTRACTS {
        let app = start_with_breaches(None).await;
        let answer = sign_up(&app, contract, PASSWORD).await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
        assert_eq!(answer.usage.failed_breach_checks, 1);
    }
}
