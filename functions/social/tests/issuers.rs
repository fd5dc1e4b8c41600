//! A provider that gets another issuer under the same name. Subjects, tokens, codes and proofs of the former issuer are
//! of no use at the new one, which may be an attacker's.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp, text};

use super::records::{Kept, record};
use super::support::provider::CLIENT_SECRET;
use super::support::{Provider, arrive, depart, refused, sign_in, sign_up};
use crate::{start, start_with};

const GRACE: &str = "grace@example.com";

fn moved_to(provider: &Provider) -> Value {
    json!({"issuer": provider.url, "client_secret": CLIENT_SECRET})
}

/// A sign-in at the provider `google` in each contract, with the default subject and an address that no user has.
async fn sign_in_everywhere(app: &TestApp, provider: &Provider, number: &str) -> [Answer; 5] {
    let token =
        |contract: &str| provider.id_token(&json!({"jti": format!("{contract}-{number}"), "email": "eve@example.com"}));
    let post = async |path: &str, body: Value| app.post(path).json(&body).send().await;
    let better_auth = json!({"provider": "google", "idToken": {"token": token("better_auth")}});
    let begun = app.get("/v1/auth/social/google").send().await.expect(302);
    let page = begun.header("location").expect("a location").to_owned();
    let cookies = begun.cookies();
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("better-auth.state."));
    let cookie = cookie.and_then(|line| line.split(';').next()).expect("a state cookie");
    let back = provider.consent(&page, &json!({"email": "eve@example.com"}));
    [
        post("/api/auth/sign-in/social", better_auth).await,
        app.get(&back).header("cookie", cookie).send().await,
        post("/auth/google/sign-in", json!({"token": token("sign-in")})).await,
        post("/auth/google/sign-up", json!({"token": token("sign-up")})).await,
        post(
            "/accounts/v1/auth/oauth/google/sign-in",
            json!({"account": {"id_token": token("accounts")}}),
        )
        .await,
    ]
}

async fn assert_unknown(app: &TestApp, hostile: &Provider, case: &str) {
    let answers = sign_in_everywhere(app, hostile, case).await;
    let statuses = answers.each_ref().map(|answer| answer.status.as_u16());
    assert_eq!(statuses, [401, 403, 400, 400, 403], "{case}: {answers:?}");
    // The identity is unknown in a link, too.
    let token = hostile.id_token(&json!({"jti": format!("link-{case}"), "email": GRACE}));
    let link = app.post("/api/auth/link-social").bearer(&sign_up(app, GRACE).await);
    let body = json!({"provider": "google", "idToken": {"token": token}});
    let answer = link.json(&body).undocumented().send().await.expect(409);
    assert_eq!(answer.json()["code"], "SOCIAL_ACCOUNT_ALREADY_LINKED", "{case}");
}

async fn sign_up_at(app: &TestApp, provider: &Provider) {
    let body = json!({"token": provider.id_token(&json!({}))});
    let _ = app.post("/auth/google/sign-up").json(&body).send().await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subject_of_a_changed_issuer_is_unknown_in_every_contract() {
    for way in ["changed", "created again", "renamed"] {
        let (former, hostile) = (Provider::start().await, Provider::start().await);
        let app = start().await;
        let kept = Kept::create(&app, &record(&former, "google")).await;
        sign_up_at(&app, &former).await;
        match way {
            "changed" => kept.change(&app, &moved_to(&hostile)).await,
            "created again" => {
                kept.delete(&app).await;
                kept.create_another(&app, &record(&hostile, "google")).await;
            }
            _ => {
                let renamed = json!({"provider": "former", "client_secret": CLIENT_SECRET});
                kept.change(&app, &renamed).await;
                kept.create_another(&app, &record(&hostile, "google")).await;
            }
        }
        assert_unknown(&app, &hostile, way).await;
        if way == "changed" {
            kept.change(&app, &moved_to(&former)).await;
            let token = former.id_token(&json!({"jti": "back"}));
            let body = json!({"provider": "google", "idToken": {"token": token}});
            let _ = app
                .post("/api/auth/sign-in/social")
                .json(&body)
                .send()
                .await
                .expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_and_a_setting_of_one_name_share_no_identities() {
    let (former, hostile) = (Provider::start().await, Provider::start().await);
    let app = start_with(&[("SOCIAL_PROVIDERS", &former.settings("google"))]).await;
    sign_up_at(&app, &former).await;
    let _hiding = Kept::create(&app, &record(&hostile, "google")).await;
    assert_unknown(&app, &hostile, "hidden setting").await;

    let app = start_with(&[("SOCIAL_PROVIDERS", &hostile.settings("google"))]).await;
    let kept = Kept::create(&app, &record(&former, "google")).await;
    sign_up_at(&app, &former).await;
    kept.delete(&app).await;
    assert_unknown(&app, &hostile, "deleted record").await;
}

/// An address does not carry a user over to another issuer of the name, either.
#[tokio::test(flavor = "multi_thread")]
async fn another_subject_with_the_address_of_a_user_of_the_former_issuer_is_not_linked() {
    let (former, hostile) = (Provider::start().await, Provider::start().await);
    let app = start().await;
    let kept = Kept::create(&app, &record(&former, "acme")).await;
    assert!(sign_in(&app, &former, &json!({})).await.token.is_some());
    kept.change(&app, &moved_to(&hostile)).await;
    let same_address = json!({"sub": "subject-2"});
    assert_eq!(
        sign_in(&app, &hostile, &same_address).await,
        refused("account_not_linked")
    );
    // A new user of the new issuer signs up.
    let new = json!({"sub": "subject-3", "email": "new@example.com"});
    assert!(sign_in(&app, &hostile, &new).await.token.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_tokens_are_not_sent_to_another_issuer() {
    let (former, hostile) = (Provider::start().await, Provider::start().await);
    let app = start().await;
    let kept = Kept::create(&app, &record(&former, "acme")).await;
    let token = sign_in(&app, &former, &json!({})).await.token.expect("a session");
    kept.change(&app, &moved_to(&hostile)).await;
    let of_acme = json!({"providerId": "acme"});
    let post = async |path: &str| app.post(path).bearer(&token).json(&of_acme).send().await;
    let refused = post("/api/auth/refresh-token").await.expect(400);
    assert_eq!(refused.json()["code"], "PROVIDER_NOT_SUPPORTED");
    let ask = app.get("/api/auth/account-info?providerId=acme").bearer(&token);
    let refused = ask.send().await.expect(400);
    assert_eq!(refused.json()["code"], "PROVIDER_NOT_CONFIGURED");
    kept.change(&app, &moved_to(&former)).await;
    let _ = post("/api/auth/refresh-token").await.expect(200);
    kept.change(&app, &moved_to(&hostile)).await;
    app.clock.advance(SignedDuration::from_mins(60));
    let refused = post("/api/auth/get-access-token").await.expect(400);
    assert_eq!(refused.json()["code"], "PROVIDER_NOT_SUPPORTED");
    assert_eq!(hostile.received(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_in_flight_is_not_sent_to_another_issuer() {
    let (former, hostile) = (Provider::start().await, Provider::start().await);
    let app = start().await;
    let kept = Kept::create(&app, &record(&former, "acme")).await;
    let ask = json!({"provider": "acme", "callbackURL": "/welcome", "errorCallbackURL": "/sorry"});
    let departure = depart(&app, &ask).await;
    let back = former.consent(&departure.page, &json!({}));
    kept.change(&app, &moved_to(&hostile)).await;
    assert_eq!(arrive(&app, &back, &departure.cookie).await, refused("issuer_mismatch"));
    assert_eq!(hostile.received(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_the_former_issuer_completes_no_sign_up() {
    let (former, hostile) = (Provider::start().await, Provider::start().await);
    let app = start().await;
    let kept = Kept::create(&app, &record(&former, "google")).await;
    let body = json!({"account": {"id_token": former.id_token(&json!({}))}});
    let sign_in = app.post("/accounts/v1/auth/oauth/google/sign-in").json(&body);
    let proof = text(&sign_in.send().await.expect(404).json()["data"]["tempToken"]);
    let complete = async || {
        let body = json!({"tempToken": proof, "verifiedEmail": "ada@example.com"});
        let request = app.post("/accounts/v1/auth/oauth/google/complete").json(&body);
        request.send().await
    };
    kept.change(&app, &moved_to(&hostile)).await;
    let refused = complete().await.expect(403);
    assert_eq!(refused.json()["message"], "The token was issued for another provider");
    kept.change(&app, &moved_to(&former)).await;
    let _ = complete().await.expect(200);
}
