//! Answers to a registration that count for nothing.

use serde_json::{Value, json};
use shared::testkit::authenticator::{Authenticator, BACKED_UP, Draft, USER_PRESENT, encode};

use super::{
    ADA, Asked, BOB, ORIGIN, ask_to_register, ask_to_sign_in, assert_error, assert_no_challenge, list,
    send_registration, sign_up, start, user_with_passkey,
};

const VERIFY: &str = "/api/auth/passkey/verify-registration";

/// What is wrong, and how it is brought about.
type Forgery = (&'static str, fn(&mut Draft));

fn assert_refused(answer: &shared::testkit::Answer) {
    assert_error(
        answer,
        400,
        "FAILED_TO_VERIFY_REGISTRATION",
        "Failed to verify registration",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_signed_for_us_is_refused() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let forgeries: [Forgery; 9] = [
        ("origin", |draft| {
            draft.client_data["origin"] = json!("http://evil.test");
        }),
        ("origin's port", |draft| {
            draft.client_data["origin"] = json!("http://127.0.0.1:3001");
        }),
        ("frame", |draft| draft.client_data["crossOrigin"] = json!(true)),
        ("relying party", |draft| draft.rp_id = "evil.test".to_owned()),
        ("challenge", |draft| {
            draft.client_data["challenge"] = json!(encode(&[7; 32]));
        }),
        ("ceremony", |draft| draft.client_data["type"] = json!("webauthn.get")),
        ("no user present", |draft| draft.flags &= !USER_PRESENT),
        ("a copy of what has none", |draft| draft.flags |= BACKED_UP),
        ("no credential", |draft| draft.flags &= !0x40),
    ];
    for (name, forge) in forgeries {
        let asked = ask_to_register(&app, &token).await;
        let response = Authenticator::new(1).create_with(&asked.options, forge);
        let answer = send_registration(&app, &token, &asked.cookie, &response).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_refused(&answer);
        // What was refused has used its challenge up.
        let response = Authenticator::new(1).create(&asked.options);
        assert_no_challenge(&send_registration(&app, &token, &asked.cookie, &response).await);
    }
    assert!(list(&app, &token).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_works_once() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let response = Authenticator::new(1).create(&asked.options);
    let _ = send_registration(&app, &token, &asked.cookie, &response)
        .await
        .expect(200);
    assert_no_challenge(&send_registration(&app, &token, &asked.cookie, &response).await);
    assert_eq!(list(&app, &token).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_is_bound_to_the_user_who_asked() {
    let app = start().await;
    let (ada, bob) = (sign_up(&app, ADA).await, sign_up(&app, BOB).await);
    let asked = ask_to_register(&app, &ada).await;
    let response = Authenticator::new(1).create(&asked.options);
    let answer = send_registration(&app, &bob, &asked.cookie, &response).await;
    let message = "You are not allowed to register this passkey";
    assert_error(&answer, 401, "YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY", message);
    // Nor with one's own cookie.
    let asked = ask_to_register(&app, &ada).await;
    let own = ask_to_register(&app, &bob).await;
    let response = Authenticator::new(1).create(&asked.options);
    assert_refused(&send_registration(&app, &bob, &own.cookie, &response).await);
    assert!(list(&app, &bob).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_to_sign_in_registers_nothing() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut asked = ask_to_register(&app, &token).await;
    let to_sign_in = ask_to_sign_in(&app).await;
    asked.options["challenge"] = to_sign_in.options["challenge"].clone();
    let response = Authenticator::new(1).create(&asked.options);
    assert_no_challenge(&send_registration(&app, &token, &to_sign_in.cookie, &response).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_cookie_there_is_no_challenge() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let Asked { options, cookie } = ask_to_register(&app, &token).await;
    let response = Authenticator::new(1).create(&options);
    let body = json!({"response": response});
    assert_no_challenge(&app.post(VERIFY).bearer(&token).json(&body).send().await);
    let other = if cookie.ends_with('A') { 'B' } else { 'A' };
    let mistyped = format!("{}{other}", &cookie[..cookie.len() - 1]);
    let (name, _) = cookie.split_once('=').expect("a cookie");
    let (empty, session_token) = (format!("{name}="), format!("{name}={token}"));
    for cookie in [empty.as_str(), mistyped.as_str(), session_token.as_str(), "x=y"] {
        let answer = send_registration(&app, &token, cookie, &response).await;
        assert_no_challenge(&answer);
    }
    let _ = send_registration(&app, &token, &cookie, &response).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_has_one_owner() {
    let app = start().await;
    let (ada, _) = user_with_passkey(&app, ADA, 1).await;
    let bob = sign_up(&app, BOB).await;
    for token in [&ada, &bob] {
        let asked = ask_to_register(&app, token).await;
        let response = Authenticator::new(1).create(&asked.options);
        let answer = send_registration(&app, token, &asked.cookie, &response).await;
        assert_error(&answer, 400, "PREVIOUSLY_REGISTERED", "Previously registered");
    }
    // With another key under the same id, too.
    let asked = ask_to_register(&app, &bob).await;
    let mut impostor = Authenticator::new(2);
    impostor.credential_id = vec![1; 32];
    let response = impostor.create(&asked.options);
    let answer = send_registration(&app, &bob, &asked.cookie, &response).await;
    assert_error(&answer, 400, "PREVIOUSLY_REGISTERED", "Previously registered");
    assert!(list(&app, &bob).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_of_another_form_is_refused_and_costs_no_challenge() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let Asked { options, cookie } = ask_to_register(&app, &token).await;
    let good = Authenticator::new(1).create(&options);
    let altered = |pointer: &str, value: Value| {
        let mut response = good.clone();
        *response.pointer_mut(pointer).expect("a field") = value;
        response
    };
    let malformed = [
        json!({}),
        json!("not JSON"),
        json!("[1]"),
        altered("/type", json!("password")),
        altered("/id", json!("AAAA")),
        altered("/rawId", json!(7)),
        altered("/response", json!(null)),
        altered("/response/clientDataJSON", json!("%%%")),
        altered("/response/attestationObject", json!({})),
    ];
    for response in &malformed {
        assert_refused(&send_registration(&app, &token, &cookie, response).await);
    }
    let _ = send_registration(&app, &token, &cookie, &good).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_within_a_response_is_refused() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    for (pointer, value) in [
        ("/response/clientDataJSON", String::new()),
        ("/response/clientDataJSON", encode(b"{}")),
        ("/response/attestationObject", encode(&[0xff; 64])),
        ("/response/attestationObject", encode(&[0xa0])),
        // CBOR of a map with 2^64 - 1 entries, and arrays within arrays.
        (
            "/response/attestationObject",
            encode(&[0xbb, 255, 255, 255, 255, 255, 255, 255, 255]),
        ),
        ("/response/attestationObject", encode(&vec![0x81; 40_000])),
    ] {
        let asked = ask_to_register(&app, &token).await;
        let mut response = Authenticator::new(1).create(&asked.options);
        *response.pointer_mut(pointer).expect("a field") = json!(value);
        assert_refused(&send_registration(&app, &token, &asked.cookie, &response).await);
    }
    let asked = ask_to_register(&app, &token).await;
    let mut response = Authenticator::new(1).create(&asked.options);
    (response["id"], response["rawId"]) = (json!(encode(&[9; 32])), json!(encode(&[9; 32])));
    assert_refused(&send_registration(&app, &token, &asked.cookie, &response).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_without_a_response_is_named() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    for (body, received) in [
        (json!({}), "undefined"),
        (json!({"response": 7}), "number"),
        (json!({"response": null}), "null"),
    ] {
        let answer = app
            .post(VERIFY)
            .bearer(&token)
            .json(&body)
            .header("origin", ORIGIN)
            .send()
            .await;
        let message = format!("[body.response] Invalid input: expected object, received {received}");
        assert_error(&answer, 400, "VALIDATION_ERROR", &message);
    }
}
