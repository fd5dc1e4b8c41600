//! Names of users: what copying leaves around them is dropped, and what could disguise them is refused.

use serde_json::json;
use shared::contract::Contract;
use shared::testkit::better_auth::sign_in;
use shared::testkit::{Answer, PASSWORD, TestApp};

use super::{SIGN_UP_CONTRACTS, session_of, start};

async fn sign_up(app: &TestApp, contract: Contract, email: &str, first: &str, last: &str) -> Answer {
    let (path, body) = match contract {
        Contract::BetterAuth => (
            "/api/auth/sign-up/email",
            json!({"name": format!("{first} {last}"), "email": email, "password": PASSWORD}),
        ),
        Contract::Basic => (
            "/api/auth/signup",
            json!({"first_name": first, "last_name": last, "email": email, "password": PASSWORD}),
        ),
        Contract::Teams => (
            "/auth/sign-up",
            json!({"firstName": first, "lastName": last, "email": email, "password": PASSWORD}),
        ),
        Contract::Platform | Contract::Accounts => panic!("{contract} has no sign-up"),
    };
    app.post(path).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_copying_leaves_around_a_name_is_dropped_in_every_contract() {
    let app = start().await;
    for contract in SIGN_UP_CONTRACTS {
        let email = format!("{contract}@example.com");
        let answer = sign_up(&app, contract, &email, "\u{feff} Ada", "Love\u{ad}lace\u{200b}\n").await;
        assert!(answer.status.is_success(), "{contract}: {}", answer.text());
        let session = session_of(&app, &sign_in(&app, &email).await).await;
        assert_eq!(session["user"]["name"], "Ada Lovelace", "{contract}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_that_could_disguise_a_name_are_refused_in_every_contract() {
    let app = start().await;
    for contract in SIGN_UP_CONTRACTS {
        for name in [
            "Ada\u{202e}",
            "A\u{200b}da",
            "A\nda",
            "\u{0}Ada",
            "A\u{feff}da",
            "A\u{2066}da",
            "A\u{200d}da",
        ] {
            let answer = sign_up(&app, contract, "eve@example.com", name, "Lovelace").await;
            assert!(
                matches!(answer.status.as_u16(), 400 | 422),
                "{contract} {name:?}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(app.mails().len(), 0, "no user was signed up");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_or_last_name_is_not_blank() {
    let app = start().await;
    for contract in [Contract::Basic, Contract::Teams] {
        for (first, last) in [(" ", "Lovelace"), ("Ada", "\u{200b}\u{a0}"), ("\u{ad}", "Lovelace")] {
            let answer = sign_up(&app, contract, "eve@example.com", first, last).await;
            assert!(
                matches!(answer.status.as_u16(), 400 | 422),
                "{contract}: {}",
                answer.text()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_all_scripts_are_taken() {
    let app = start().await;
    for (at, (first, last)) in [
        ("Łukasz", "Żak"),
        ("李", "小龍"),
        ("می\u{200c}خواهم", "نام"),
        ("👩\u{200d}💻", "O'Hara-Smith"),
    ]
    .into_iter()
    .enumerate()
    {
        for contract in SIGN_UP_CONTRACTS {
            let email = format!("{contract}{at}@example.com");
            let answer = sign_up(&app, contract, &email, first, last).await;
            assert!(answer.status.is_success(), "{contract}: {}", answer.text());
            let session = session_of(&app, &sign_in(&app, &email).await).await;
            assert_eq!(session["user"]["name"], format!("{first} {last}"), "{contract}");
        }
    }
}
