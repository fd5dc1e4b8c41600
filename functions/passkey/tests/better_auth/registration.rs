//! `GET /passkey/generate-register-options` and `POST /passkey/verify-registration`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::operations::{Interruption, RegisterPasskeyError};
use shared::testkit::authenticator::{AAGUID, Authenticator, encode};

use super::{
    ADA, BOB, ORIGIN, ask_to_register, assert_error, assert_no_challenge, list, register, registration_command,
    send_registration, sign_up, start, start_with, user_with_passkey,
};

const OPTIONS: &str = "/api/auth/passkey/generate-register-options";
const VERIFY: &str = "/api/auth/passkey/verify-registration";

#[tokio::test(flavor = "multi_thread")]
async fn options_are_what_a_browser_takes() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let answer = app.get(OPTIONS).bearer(&token).send().await.expect(200);
    let user = app.caller(&token).await.user.id;
    let options = answer.json();
    assert_eq!(
        options,
        json!({
            "challenge": options["challenge"],
            "rp": {"name": "Ostiary", "id": "localhost"},
            "user": {"id": encode(&user.to_bytes()), "name": ADA, "displayName": ADA},
            "pubKeyCredParams": [
                {"alg": -7, "type": "public-key"}, {"alg": -35, "type": "public-key"}, {"alg": -257, "type": "public-key"}
            ],
            "timeout": 60000,
            "attestation": "none",
            "excludeCredentials": [],
            "authenticatorSelection": {
                "residentKey": "preferred", "requireResidentKey": false, "userVerification": "preferred"
            },
            "extensions": {"credProps": true},
        })
    );
    assert_eq!(options["challenge"].as_str().map(str::len), Some(43));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let [cookie] = answer.cookies()[..] else {
        panic!("one cookie")
    };
    assert!(cookie.starts_with("better-auth.better-auth-passkey."), "{cookie}");
    assert!(cookie.contains("=wac_"), "{cookie}");
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=300"),
        "{cookie}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn options_name_the_attachment_and_the_account_as_asked() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    for attachment in ["platform", "cross-platform"] {
        let path = format!("{OPTIONS}?authenticatorAttachment={attachment}&name=Ada%20at%20work");
        let options = app.get(&path).bearer(&token).send().await.expect(200).json();
        assert_eq!(options["authenticatorSelection"]["authenticatorAttachment"], attachment);
        assert_eq!(options["user"]["name"], "Ada at work");
        assert_eq!(options["user"]["displayName"], ADA);
    }
    let path = format!("{OPTIONS}?authenticatorAttachment=cloud");
    let answer = app.get(&path).bearer(&token).send().await;
    let message = "[query.authenticatorAttachment] Invalid option: expected one of \"platform\"|\"cross-platform\"";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn options_exclude_what_the_user_has() {
    let app = start().await;
    let (token, authenticator) = user_with_passkey(&app, ADA, 1).await;
    let (_, _) = user_with_passkey(&app, BOB, 2).await;
    let asked = ask_to_register(&app, &token).await;
    assert_eq!(
        asked.options["excludeCredentials"],
        json!([{"id": authenticator.id(), "type": "public-key", "transports": ["internal", "hybrid"]}])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_becomes_a_passkey() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    let asked = ask_to_register(&app, &token).await;
    let response = authenticator.create(&asked.options);
    let answer = send_registration(&app, &token, &asked.cookie, &response)
        .await
        .expect(200);
    let passkey = answer.json();
    assert_eq!(
        passkey,
        json!({
            "id": passkey["id"],
            "name": "Ada's laptop",
            "publicKey": STANDARD.encode(authenticator.public_key()),
            "userId": app.caller(&token).await.user.id.to_string(),
            "credentialID": authenticator.id(),
            "counter": 1,
            "deviceType": "singleDevice",
            "backedUp": false,
            "transports": "internal,hybrid",
            "createdAt": "2026-01-31T12:00:00.000Z",
            "updatedAt": "2026-01-31T12:00:00.000Z",
            "aaguid": AAGUID,
        })
    );
    assert_eq!(list(&app, &token).await, [passkey]);
    let (name, _) = asked.cookie.split_once('=').expect("a cookie");
    let cleared = format!("{name}=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    assert_eq!(answer.cookies(), [cleared]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synced_passkey_says_so() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let passkey = register(&app, &token, &mut Authenticator::synced(1)).await;
    assert_eq!(passkey["deviceType"], "multiDevice");
    assert_eq!(passkey["backedUp"], true);
    assert_eq!(passkey["counter"], 0);
}

/// The documented version's client sends what extensions said, and the document takes a response as its JSON text too.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_has_several_forms() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    for (seed, as_text) in [(1, false), (2, true)] {
        let asked = ask_to_register(&app, &token).await;
        let mut response = Authenticator::new(seed).create(&asked.options);
        response["clientExtensionResults"] = json!({"credProps": {"rk": true}, "unheardOf": 1});
        response["response"]["publicKeyAlgorithm"] = json!(-7);
        response["response"]["transports"] = json!(["internal", "Not A Transport", 7]);
        let response = if as_text { json!(response.to_string()) } else { response };
        let request = app
            .post(VERIFY)
            .bearer(&token)
            .header("cookie", &asked.cookie)
            .header("origin", ORIGIN);
        let answer = request
            .json(&json!({"response": response}))
            .send()
            .await
            .expect(200)
            .json();
        assert_eq!(answer["name"], json!(null));
        assert_eq!(answer["transports"], "internal");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_trimmed_and_bounded() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let long = "x".repeat(129);
    for (seed, name, shown) in [(1, "  Desk ", json!("Desk")), (2, "   ", json!(null))] {
        let asked = ask_to_register(&app, &token).await;
        let body = json!({"response": Authenticator::new(seed).create(&asked.options), "name": name});
        let request = app
            .post(VERIFY)
            .bearer(&token)
            .header("cookie", &asked.cookie)
            .header("origin", ORIGIN);
        assert_eq!(request.json(&body).send().await.expect(200).json()["name"], shown);
    }
    let asked = ask_to_register(&app, &token).await;
    let body = json!({"response": Authenticator::new(3).create(&asked.options), "name": long});
    let request = app
        .post(VERIFY)
        .bearer(&token)
        .header("cookie", &asked.cookie)
        .header("origin", ORIGIN);
    let answer = request.json(&body).send().await;
    let message = "[body.name] Too big: expected string to have <=128 characters";
    assert_error(&answer, 400, "VALIDATION_ERROR", message);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_fresh_session_registers() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    app.clock
        .advance(SignedDuration::from_hours(24) - SignedDuration::from_mins(1));
    let asked = ask_to_register(&app, &token).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let response = Authenticator::new(1).create(&asked.options);
    let answer = send_registration(&app, &token, &asked.cookie, &response).await;
    assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
    let answer = app.get(OPTIONS).bearer(&token).send().await;
    assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
    assert!(list(&app, &token).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn registration_needs_a_session() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let response = Authenticator::new(1).create(&asked.options);
    let answer = app.get(OPTIONS).send().await;
    assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
    let request = app
        .post(VERIFY)
        .header("cookie", &asked.cookie)
        .header("origin", ORIGIN);
    let answer = request.json(&json!({"response": response})).send().await;
    assert_error(&answer, 401, "UNAUTHORIZED", "Unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_lasts_five_minutes() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let mut authenticator = Authenticator::new(1);
    let asked = ask_to_register(&app, &token).await;
    app.clock.advance(SignedDuration::from_mins(5));
    let response = authenticator.create(&asked.options);
    assert_no_challenge(&send_registration(&app, &token, &asked.cookie, &response).await);
    let asked = ask_to_register(&app, &token).await;
    app.clock.advance(SignedDuration::from_secs(299));
    let response = authenticator.create(&asked.options);
    let _ = send_registration(&app, &token, &asked.cookie, &response)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_on_configured_origins_register_and_others_do_not() {
    let settings = [
        ("PUBLIC_URL", "https://auth.example.com"),
        ("TRUSTED_ORIGINS", "https://app.example.com,https://other.test"),
        ("PASSKEY_RP_ID", "example.com"),
        ("PASSKEY_ORIGINS", "https://app.example.com"),
    ];
    let app = start_with(&settings).await;
    let token = sign_up(&app, ADA).await;
    for (origin, status) in [
        ("https://app.example.com", 200),
        ("https://auth.example.com", 400),
        ("https://other.test", 400),
        ("https://sub.app.example.com", 400),
        ("https://app.example.com:8443", 400),
        ("http://app.example.com", 400),
    ] {
        let answer = app.get(OPTIONS).bearer(&token).send().await.expect(200);
        assert_eq!(answer.json()["rp"]["id"], "example.com");
        let cookie = answer.cookies()[0].split(';').next().expect("a cookie").to_owned();
        assert!(cookie.starts_with("__Secure-better-auth.better-auth-passkey."));
        let response = Authenticator::new(1).create_with(&answer.json(), |draft| {
            draft.client_data["origin"] = json!(origin);
        });
        let request = app.post(VERIFY).bearer(&token).header("cookie", &cookie);
        let request = request.header("origin", "https://app.example.com");
        let answer = request.json(&json!({"response": response})).send().await;
        assert_eq!(answer.status, status, "{origin} {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_in_the_users_place_leaves_no_passkey_behind() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let token = app.impersonating(&token).await;
    let response = Authenticator::new(1).create(&asked.options);
    let answers = [
        app.get(OPTIONS).bearer(&token).send().await,
        send_registration(&app, &token, &asked.cookie, &response).await,
    ];
    for answer in answers {
        let message = "This is not allowed while impersonating";
        assert_error(&answer, 403, "NOT_ALLOWED_WHILE_IMPERSONATING", message);
    }
}

/// An attacker with a stolen session must not regain access through a request that was under way.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_does_not_outlive_the_end_of_all_sessions() {
    let app = start().await;
    let token = sign_up(&app, ADA).await;
    let asked = ask_to_register(&app, &token).await;
    let caller = app.assured(&token).await;
    let _ = app
        .post("/api/auth/revoke-sessions")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let command = registration_command(&asked);
    let error = app.core().register_passkey(&caller, command, app.clock.now()).await;
    assert!(
        matches!(error, Err(RegisterPasskeyError::Interrupted(Interruption::SessionGone))),
        "{error:?}"
    );
    let passkeys = app.core().list_passkeys(&caller).await.expect("a list");
    assert!(passkeys.is_empty());
}
