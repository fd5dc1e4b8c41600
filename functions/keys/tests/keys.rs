//! The key set and the metadata, as those who verify tokens read them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use jiff::SignedDuration;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header};
use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::signing_key::Ring;
use shared::domain::{EmailAddress, Name, NewPassword, PasswordRules};
use shared::operations::{CaptchaCheck, Client, Issue, SignUp};
use shared::testkit::race::send_at_once;
use shared::testkit::{Answer, PASSWORD, TestApp};

const JWKS: &str = "/.well-known/jwks.json";
const DISCOVERY: &str = "/.well-known/openid-configuration";
const MODES: [&str; 2] = ["kms", "wrapped"];

async fn start(mode: &str) -> TestApp {
    TestApp::with_settings(keys::routes, &[("SIGNING_MODE", mode)]).await
}

async fn access_token(app: &TestApp) -> String {
    let rules = PasswordRules { min: 8, max: 128 };
    let command = SignUp {
        email: EmailAddress::parse("ada@example.com").unwrap(),
        password: NewPassword::parse(PASSWORD, rules).unwrap(),
        name: Name::full("Ada"),
        username: None,
        display_username: None,
        image: None,
        with_organization: true,
        sign_in: Some(Issue::AccessToken),
        remember_me: true,
        callback: None,
        captcha: CaptchaCheck::NotRequired,
        client: Client::default(),
    };
    let signed_up = app.core().sign_up(command, app.clock.now()).await.unwrap();
    signed_up.session.unwrap().access_token.unwrap()
}

/// As an application does that knows nothing but what is published.
fn verify(token: &str, keys: &Value, metadata: &Value) -> TokenData<Value> {
    let keys: JwkSet = serde_json::from_value(keys.clone()).unwrap();
    let key = keys.find(&decode_header(token).unwrap().kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[metadata["issuer"].as_str().unwrap()]);
    validation.set_audience(&[metadata["issuer"].as_str().unwrap()]);
    // The clock of the test stands still.
    validation.validate_exp = false;
    decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap()
}

/// The `kid`s that are published.
fn kids(answer: &Answer) -> Vec<String> {
    let answer = answer.json();
    let keys = answer["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_token_verifies_with_what_is_published() {
    for mode in MODES {
        let app = start(mode).await;
        let token = access_token(&app).await;
        let keys = app.get(JWKS).send().await.expect(200);
        let metadata = app.get(DISCOVERY).send().await.expect(200).json();
        let claims = verify(&token, &keys.json(), &metadata).claims;
        assert_eq!(claims["email"], "ada@example.com");

        let supported = metadata["claims_supported"].as_array().unwrap();
        let mut published: Vec<_> = supported.iter().map(|claim| claim.as_str().unwrap()).collect();
        let mut present: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        published.sort_unstable();
        present.sort_unstable();
        assert_eq!(
            published, present,
            "the claims of a member of an organization are all there are"
        );
    }
}

#[tokio::test]
async fn the_set_has_public_halves_only() {
    for mode in MODES {
        let app = start(mode).await;
        let answer = app.get(JWKS).send().await.expect(200).json();
        let mut members: Vec<_> = answer["keys"][0]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
}

#[tokio::test]
async fn the_metadata_comes_from_the_configuration() {
    let app = TestApp::with_settings(keys::routes, &[("PUBLIC_URL", "https://auth.example.com/")]).await;
    let request = app
        .get(DISCOVERY)
        .header("host", "evil.test")
        .header("x-forwarded-host", "evil.test");
    let answer = request.send().await.expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "issuer": "https://auth.example.com",
            "jwks_uri": "https://auth.example.com/.well-known/jwks.json",
            "response_types_supported": ["token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "claims_supported": [
                "iss", "aud", "sub", "sid", "jti", "iat", "exp", "email", "email_verified", "roles", "org", "org_role",
                "app_roles", "amr"
            ],
        })
    );
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (0, 0));
}

#[tokio::test]
async fn what_others_have_is_not_sent_again() {
    let app = start("kms").await;
    for path in [JWKS, DISCOVERY] {
        let answer = app.get(path).send().await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        let tag = answer.header("etag").unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let again = app.get(path).header("if-none-match", &known).send().await.expect(304);
            assert_eq!(
                (again.text(), again.header("etag")),
                (String::new(), Some(tag.as_str()))
            );
        }
        let _ = app
            .get(path)
            .header("if-none-match", "\"other\"")
            .send()
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_first_requests_at_once_make_one_key() {
    for mode in MODES {
        let app = Arc::new(start(mode).await);
        let answers = send_at_once(&app, |app, _| app.get(JWKS)).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| kids(&answer.expect(200))).collect();
        let ring = app.core().store.load_key_ring(Ring::User).await.unwrap();
        let stored: Vec<_> = ring.keys.iter().map(|key| key.kid.clone()).collect();
        assert_eq!((stored.len(), ring.version), (1, 1));
        assert_eq!(answers, vec![stored; 16]);
    }
}

#[tokio::test]
async fn without_kms_there_is_no_first_key_and_nothing_half_made() {
    for mode in MODES {
        let app = start(mode).await;
        app.aws.faults().set(Service::Kms, Mode::Error);
        let answer = app.get(JWKS).send().await.expect(503);
        assert_eq!(answer.json(), json!({ "message": "Service unavailable" }));
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(app.core().store.load_key_ring(Ring::User).await.unwrap().keys, []);

        app.aws.faults().set(Service::Kms, Mode::Off);
        assert_eq!(kids(&app.get(JWKS).send().await.expect(200)).len(), 1);
    }
}

#[tokio::test]
async fn without_the_table_the_set_is_unavailable() {
    let app = start("kms").await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = app.get(JWKS).send().await.expect(503);
    assert_eq!(answer.header("retry-after"), Some("1"));
    let _ = app.get(DISCOVERY).send().await.expect(200);
}

#[tokio::test]
async fn the_last_known_set_is_published_while_the_table_fails() {
    for mode in MODES {
        let app = start(mode).await;
        let known = app.get(JWKS).send().await.expect(200);
        app.clock.advance(SignedDuration::from_hours(2));
        app.aws.faults().set(Service::DynamoDb, Mode::Error);
        let stale = app.get(JWKS).send().await.expect(200);
        assert_eq!(stale.json(), known.json());
        assert_eq!(stale.header("etag"), known.header("etag"));
        let _ = app.get(DISCOVERY).send().await.expect(200);

        app.aws.faults().set(Service::DynamoDb, Mode::Off);
        assert_eq!(app.get(JWKS).send().await.expect(200).json(), known.json());
    }
}

#[tokio::test]
async fn a_set_that_was_just_read_costs_nothing() {
    let app = start("kms").await;
    let _ = app.get(JWKS).send().await.expect(200);
    let usage = app.get(JWKS).send().await.expect(200).usage;
    assert_eq!((usage.dynamodb, usage.kms), (0, 0));
}

#[tokio::test]
async fn the_framework_finds_the_key_set_below_its_own_path() {
    let app = start("kms").await;
    let published = app.get(JWKS).send().await.expect(200);
    let answer = app.get("/api/auth/jwks").send().await.expect(200);
    assert_eq!(answer.json(), published.json());
    for name in ["cache-control", "etag", "content-type"] {
        assert_eq!(answer.header(name), published.header(name), "{name}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_not_found() {
    let app = start("kms").await;
    for (method, path) in [("POST", JWKS), ("GET", "/.well-known/jwks"), ("GET", "/.well-known/")] {
        let answer = app.request(method, path).send().await.expect(404);
        assert_eq!(answer.json(), json!({ "message": "Not Found" }));
    }
}
