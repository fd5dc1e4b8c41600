//! Answers to a sign-in that open nothing.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::testkit::{
    Answer, Authenticator,
    authenticator::{BACKUP_ELIGIBLE, Draft, USER_PRESENT, encode},
};

use super::{
    ADA, Asked, BOB, ask_to_register, ask_to_sign_in, assert_error, assert_no_challenge, list, register,
    send_authentication, sign_in, sign_up, start, user_with_passkey,
};

const VERIFY: &str = "/api/auth/passkey/verify-authentication";

/// What is wrong, and how it is brought about.
type Forgery = (&'static str, fn(&mut Draft));

fn assert_refused(answer: &Answer) {
    assert_error(answer, 400, "AUTHENTICATION_FAILED", "Authentication failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_signed_for_us_is_refused() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let forgeries: [Forgery; 11] = [
        ("origin", |draft| {
            draft.client_data["origin"] = json!("http://evil.test");
        }),
        ("origin's port", |draft| {
            draft.client_data["origin"] = json!("http://127.0.0.1:3001");
        }),
        ("no origin", |draft| draft.client_data["origin"] = json!("null")),
        ("frame", |draft| draft.client_data["crossOrigin"] = json!(true)),
        ("relying party", |draft| draft.rp_id = "127.0.0.1".to_owned()),
        ("challenge", |draft| {
            draft.client_data["challenge"] = json!(encode(&[7; 32]));
        }),
        ("ceremony", |draft| draft.client_data["type"] = json!("webauthn.create")),
        ("no user present", |draft| draft.flags &= !USER_PRESENT),
        ("another kind of device", |draft| draft.flags |= BACKUP_ELIGIBLE),
        ("another user's handle", |draft| draft.user_handle = Some(vec![7; 16])),
        ("no handle", |draft| draft.user_handle = None),
    ];
    for (name, forge) in forgeries {
        let asked = ask_to_sign_in(&app).await;
        let response = authenticator.get_with(&asked.options, forge);
        let answer = send_authentication(&app, &asked.cookie, &response).await;
        assert_eq!(answer.status, 400, "{name}");
        assert_refused(&answer);
        // What was refused has used its challenge up.
        let response = authenticator.get(&asked.options);
        assert_no_challenge(&send_authentication(&app, &asked.cookie, &response).await);
    }
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_by_another_key_is_refused() {
    let app = start().await;
    let (_, mut of_ada) = user_with_passkey(&app, ADA, 1).await;
    let (_, of_bob) = user_with_passkey(&app, BOB, 2).await;
    // Bob's authenticator knows all of Ada's but her private key.
    let mut thief = of_bob;
    thief.credential_id.clone_from(&of_ada.credential_id);
    thief.user_handle.clone_from(&of_ada.user_handle);
    let answer = sign_in(&app, &mut thief).await;
    assert_error(&answer, 401, "AUTHENTICATION_FAILED", "Authentication failed");
    let _ = sign_in(&app, &mut of_ada).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_signature_or_message_is_refused() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    for (field, at) in [("signature", 40), ("authenticatorData", 36), ("clientDataJSON", 1)] {
        let asked = ask_to_sign_in(&app).await;
        let mut response = authenticator.get(&asked.options);
        let value = &mut response["response"][field];
        let mut bytes = URL_SAFE_NO_PAD
            .decode(value.as_str().expect("text"))
            .expect("base64url");
        if field == "clientDataJSON" {
            // The same JSON, in other bytes.
            bytes.insert(at, b' ');
        } else {
            bytes[at] ^= 1;
        }
        *value = json!(encode(&bytes));
        let answer = send_authentication(&app, &asked.cookie, &response).await;
        assert_error(&answer, 401, "AUTHENTICATION_FAILED", "Authentication failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_works_once() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = ask_to_sign_in(&app).await;
    let response = authenticator.get(&asked.options);
    let _ = send_authentication(&app, &asked.cookie, &response).await.expect(200);
    assert_no_challenge(&send_authentication(&app, &asked.cookie, &response).await);
    let asked = ask_to_sign_in(&app).await;
    assert_refused(&send_authentication(&app, &asked.cookie, &response).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counter_that_does_not_go_up_is_refused() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    authenticator.counter = 10;
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
    for counter in [10, 9, 1, 0] {
        let mut copy = authenticator.clone();
        copy.counter = counter;
        assert_refused(&sign_in(&app, &mut copy).await);
    }
    assert_eq!(list(&app, &token).await[0]["counter"], 10);
    let _ = sign_in(&app, &mut authenticator).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_challenge_signs_no_user_in() {
    let app = start().await;
    let (token, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let Asked { options, cookie } = ask_to_register(&app, &token).await;
    let options = json!({"challenge": options["challenge"], "rpId": options["rp"]["id"]});
    let response = authenticator.get(&options);
    assert_no_challenge(&send_authentication(&app, &cookie, &response).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_own_cookie_there_is_no_challenge() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = ask_to_sign_in(&app).await;
    let other = ask_to_sign_in(&app).await;
    let response = authenticator.get(&asked.options);
    assert_no_challenge(&app.post(VERIFY).json(&json!({"response": response})).send().await);
    for cookie in ["better-auth.better-auth-passkey.0=wac_x", "x=y"] {
        assert_no_challenge(&send_authentication(&app, cookie, &response).await);
    }
    assert_refused(&send_authentication(&app, &other.cookie, &response).await);
    let response = authenticator.get(&asked.options);
    let _ = send_authentication(&app, &asked.cookie, &response).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_trusted_presses_nothing() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    let asked = ask_to_sign_in(&app).await;
    let response = json!({"response": authenticator.get(&asked.options)});
    let request = || app.post(VERIFY).header("cookie", &asked.cookie).json(&response);
    let answer = request().send().await;
    assert_error(&answer, 403, "MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
    let answer = request().header("origin", "http://evil.test").send().await;
    assert_error(&answer, 403, "INVALID_ORIGIN", "Invalid origin");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_passkey_is_refused() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    authenticator.user_handle = Some(app.caller(&token).await.user.id.to_bytes().to_vec());
    let answer = sign_in(&app, &mut authenticator).await;
    assert_error(&answer, 401, "PASSKEY_NOT_FOUND", "Passkey not found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_of_another_form_is_refused_and_costs_no_challenge() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    register(&app, &token, &mut authenticator).await;
    let Asked { options, cookie } = ask_to_sign_in(&app).await;
    let good = authenticator.get(&options);
    let altered = |pointer: &str, value: Value| {
        let mut response = good.clone();
        *response.pointer_mut(pointer).expect("a field") = value;
        response
    };
    for response in [
        json!({}),
        json!("not JSON"),
        altered("/id", json!({})),
        altered("/id", json!("")),
        altered("/type", json!("webauthn")),
        altered("/response/signature", json!(null)),
        altered("/response/authenticatorData", json!("=")),
        altered("/response/userHandle", json!(7)),
    ] {
        assert_refused(&send_authentication(&app, &cookie, &response).await);
    }
    let long = encode(&[1; 1024]);
    let mut response = altered("/id", json!(long));
    response["rawId"] = json!(long);
    assert_refused(&send_authentication(&app, &cookie, &response).await);
    // As its JSON text, and with what extensions said.
    let mut good = good;
    good["clientExtensionResults"] = json!({"appid": true});
    let _ = send_authentication(&app, &cookie, &json!(good.to_string()))
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_within_a_response_is_refused() {
    let app = start().await;
    let (_, mut authenticator) = user_with_passkey(&app, ADA, 1).await;
    for (field, value) in [
        ("clientDataJSON", String::new()),
        ("clientDataJSON", encode(b"[]")),
        ("authenticatorData", String::new()),
        ("authenticatorData", encode(&[0xff; 37])),
        ("signature", String::new()),
        ("signature", encode(&[0x30; 72])),
    ] {
        let asked = ask_to_sign_in(&app).await;
        let mut response = authenticator.get(&asked.options);
        response["response"][field] = json!(value);
        let answer = send_authentication(&app, &asked.cookie, &response).await;
        assert!(matches!(answer.status.as_u16(), 400 | 401), "{field} {}", answer.text());
        assert_eq!(answer.json()["code"], "AUTHENTICATION_FAILED");
    }
}
