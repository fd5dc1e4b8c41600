//! Providers whose secrets are in AWS Secrets Manager.

use jiff::SignedDuration;
use serde_json::json;
use shared::secrets::READ_EVERY;
use shared::testkit::TestApp;

use super::support::{Provider, arrive, depart, session_of};

const ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:ostiary-AbCdEf";

fn secret(provider: &Provider, client_secret: Option<&str>) -> String {
    let more = client_secret.map_or_else(|| json!({}), |secret| json!({ "clientSecret": secret }));
    json!({ "SOCIAL_PROVIDERS": provider.settings_with("acme", &more) }).to_string()
}

async fn sign_in(app: &TestApp, provider: &Provider) -> Option<String> {
    let departure = depart(app, &json!({ "provider": "acme", "callbackURL": "/welcome" })).await;
    let path = provider.consent(&departure.page, &json!({}));
    arrive(app, &path, &departure.cookie).await.token
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_client_secret_counts_after_the_first_refusal() {
    let provider = Provider::start().await;
    let app = crate::start_with(&[("SECRETS_ARN", ARN)]).await;
    app.aws.put_secret(ARN, &secret(&provider, None));
    let token = sign_in(&app, &provider).await.expect("a session");
    assert_eq!(session_of(&app, &token).await["user"]["email"], super::support::ADA);
    app.clock.advance(READ_EVERY);
    provider.rotate_secret("the next secret of the client's");
    app.aws
        .put_secret(ARN, &secret(&provider, Some("the next secret of the client's")));
    assert_eq!(sign_in(&app, &provider).await, None);
    assert!(sign_in(&app, &provider).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_code_causes_no_read() {
    let provider = Provider::start().await;
    let app = crate::start_with(&[("SECRETS_ARN", ARN)]).await;
    app.aws.put_secret(ARN, &secret(&provider, None));
    sign_in(&app, &provider).await.expect("a session");
    app.clock.advance(SignedDuration::from_mins(1));
    let departure = depart(&app, &json!({ "provider": "acme", "callbackURL": "/welcome" })).await;
    let path = provider
        .consent(&departure.page, &json!({}))
        .replace("code=code-", "code=stolen-");
    let request = app.get(&path).header("cookie", &departure.cookie).undocumented();
    let _ = request.send().await.expect(302);
    let next = app
        .post("/api/auth/sign-in/social")
        .json(&json!({ "provider": "acme" }));
    assert_eq!(next.send().await.expect(200).usage.secrets_manager, 0);
}
