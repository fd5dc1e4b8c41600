//! Tokens of one contract at another, and forged tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use shared::contract::Contract;
use shared::testkit::TestApp;

use super::{
    EMAIL, PASSWORD, SIGN_IN_CONTRACTS, SIGN_UP_CONTRACTS, bearer_of, content_of, is_live, refresh, session_of,
    sign_in, sign_up, start, tokens,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_one_contract_may_sign_in_to_every_contract() {
    for origin in SIGN_UP_CONTRACTS {
        let app = start().await;
        let _ = sign_up(&app, origin, EMAIL).send().await;
        for contract in SIGN_IN_CONTRACTS {
            if (origin, contract) == (Contract::BetterAuth, Contract::Accounts) {
                let _ = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(403);
                continue;
            }
            let token = bearer_of(&sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200));
            assert_eq!(
                session_of(&app, &token).await["user"]["email"],
                EMAIL,
                "{origin} {contract}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_dies_with_its_session() {
    for contract in [Contract::Basic, Contract::Teams, Contract::Accounts] {
        let app = start().await;
        let _ = sign_up(&app, Contract::Basic, EMAIL).send().await.expect(201);
        let answer = sign_in(&app, contract, EMAIL, PASSWORD).send().await.expect(200);
        let (jwt, refresh_token) = (bearer_of(&answer), content_of(&answer)["refreshToken"].clone());
        assert!(is_live(&app, &jwt).await);
        let _ = app.post("/api/auth/sign-out").bearer(&jwt).send().await.expect(200);
        assert!(!is_live(&app, &jwt).await, "{contract}");
        if let Some(token) = refresh_token.as_str() {
            let _ = refresh(&app, token).send().await.expect(401);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_refreshes_nothing() {
    let app = start().await;
    let (_, refresh_token) = tokens(&app).await;
    let token = bearer_of(
        &sign_in(&app, Contract::BetterAuth, EMAIL, PASSWORD)
            .send()
            .await
            .expect(200),
    );
    let _ = app
        .post("/api/auth/revoke-other-sessions")
        .bearer(&token)
        .send()
        .await
        .expect(200);
    let _ = refresh(&app, &refresh_token).send().await.expect(401);
    assert!(is_live(&app, &token).await);
}

/// Header, claims and signature of a JWT.
fn parts(jwt: &str) -> [String; 3] {
    let parts: Vec<String> = jwt.split('.').map(str::to_owned).collect();
    parts.try_into().expect("three parts")
}

fn read(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

fn written(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

/// The part with some members changed.
fn changed(part: &str, changes: &Value) -> String {
    let mut value = read(part);
    for (name, change) in changes.as_object().expect("an object") {
        value[name] = change.clone();
    }
    written(&value)
}

async fn assert_refused(app: &TestApp, forged: &str) {
    let answer = app.get("/api/auth/get-session").bearer(forged).send().await;
    assert_eq!(answer.expect(200).json(), Value::Null, "{forged}");
    let cookie = format!("better-auth.session_token={forged}");
    let answer = app
        .get("/api/auth/list-sessions")
        .header("cookie", &cookie)
        .send()
        .await;
    let _ = answer.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_jwt_opens_nothing() {
    let app = start().await;
    let eve = sign_up(&app, Contract::Teams, "eve@example.com")
        .send()
        .await
        .expect(201);
    let eve = read(&parts(&bearer_of(&eve))[1]);
    let (jwt, _) = tokens(&app).await;
    let [header, claims, signature] = parts(&jwt);
    let none = changed(&header, &json!({"alg": "none"}));
    let symmetric = changed(&header, &json!({"alg": "HS256"}));
    let (of_eve, later) = (
        changed(&claims, &json!({"sub": eve["sub"], "sid": eve["sid"]})),
        changed(&claims, &json!({"exp": 4_000_000_000_i64})),
    );
    let mut other = signature.clone();
    other.replace_range(0..1, if signature.starts_with('A') { "B" } else { "A" });
    for forged in [
        format!("{none}.{claims}."),
        format!("{none}.{claims}.{signature}"),
        format!("{symmetric}.{claims}.{signature}"),
        format!("{}.{claims}.{signature}", changed(&header, &json!({"kid": "another"}))),
        format!("{}.{claims}.{signature}", changed(&header, &json!({"typ": "JWT"}))),
        format!(
            "{}.{claims}.{signature}",
            changed(&header, &json!({"jwk": {"kty": "EC"}}))
        ),
        format!("{header}.{of_eve}.{signature}"),
        format!("{header}.{later}.{signature}"),
        format!("{header}.{claims}.{other}"),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}."),
        format!(".{claims}.{signature}"),
        jwt[..jwt.len() - 1].to_owned(),
        format!("{header}.{claims}.{signature}="),
        format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("x".repeat(8000))),
    ] {
        assert_refused(&app, &forged).await;
    }
    assert!(is_live(&app, &jwt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_of_another_service_opens_nothing() {
    let (ours, theirs) = (start().await, start().await);
    let (jwt, _) = tokens(&theirs).await;
    let _ = tokens(&ours).await;
    assert_refused(&ours, &jwt).await;
    assert!(is_live(&theirs, &jwt).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_keys_are_not_looked_up_at_will() {
    let app = start().await;
    let (jwt, _) = tokens(&app).await;
    let [header, claims, signature] = parts(&jwt);
    let mut calls = 0;
    for number in 0..10 {
        let header = changed(&header, &json!({"kid": format!("made-up-{number}")}));
        let answer = app
            .get("/api/auth/get-session")
            .bearer(&format!("{header}.{claims}.{signature}"))
            .send()
            .await;
        calls += answer.usage.dynamodb;
    }
    assert!(calls <= 1, "{calls}");
}
