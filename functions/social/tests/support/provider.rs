//! An OpenID provider of the tests' own, on a loopback port. The test itself is the browser, and decides what the provider says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

pub const CLIENT_ID: &str = "ostiary";
pub const CLIENT_SECRET: &str = "a secret of the client's";
/// The time at which all tests begin.
pub const NOW: i64 = 1_769_860_800;

#[derive(Clone)]
pub struct Provider {
    pub url: String,
    state: Arc<Mutex<Grants>>,
}

#[derive(Default)]
struct Grants {
    by_code: HashMap<String, Grant>,
    by_refresh_token: HashMap<String, u32>,
    /// Members of the discovery document in place of the usual ones.
    document: Value,
    /// Members of the key in place of the usual ones.
    key: Value,
    /// How often the discovery document was asked for.
    discoveries: usize,
    /// How long each answer takes.
    delay: Duration,
    names_itself: bool,
    is_hidden: bool,
    /// The requests with a secret, a code or a token.
    received: Vec<String>,
    /// In place of the usual client secret.
    client_secret: Option<String>,
    profile: Value,
}

struct Grant {
    challenge: String,
    claims: Value,
}

impl Provider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let provider = Self {
            url,
            state: Arc::default(),
        };
        provider.tell(&json!({"sub": "subject-1"}));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/common/v2.0/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/user-info", get(user_info))
            .route("/me", get(me))
            .route("/debug_token", get(debug_token))
            .route(
                "/user",
                get(async || {
                    Json(json!({"id": 42, "login": "ada", "name": null, "avatar_url": "https://example.com/ada.png"}))
                }),
            )
            .route("/user/emails", get(emails))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    fn grants(&self) -> MutexGuard<'_, Grants> {
        self.state.lock().expect("no panic")
    }

    /// The provider says that it always names itself (RFC 9207).
    pub fn name_itself(&self) {
        self.grants().names_itself = true;
    }

    /// What the discovery document says in place of the usual.
    pub fn describe(&self, document: &Value) {
        self.grants().document = document.clone();
    }

    /// What the key set says of the key in place of the usual.
    pub fn publish(&self, key: &Value) {
        self.grants().key = key.clone();
    }

    pub fn discoveries(&self) -> usize {
        self.grants().discoveries
    }

    /// Each answer takes so long from now on.
    pub fn slow_down(&self, delay: Duration) {
        self.grants().delay = delay;
    }

    async fn pause(&self) {
        let delay = self.grants().delay;
        tokio::time::sleep(delay).await;
    }

    /// Requests of the client must have another secret from now on.
    pub fn rotate_secret(&self, secret: &str) {
        self.grants().client_secret = Some(secret.to_owned());
    }

    /// The bodies and tokens that were sent to its endpoints.
    pub fn received(&self) -> Vec<String> {
        self.grants().received.clone()
    }

    /// Its discovery document cannot be read any more.
    pub fn hide(&self) {
        self.grants().is_hidden = true;
    }

    /// It can be read again.
    pub fn show(&self) {
        self.grants().is_hidden = false;
    }

    /// What the user-info endpoint says from now on.
    pub fn tell(&self, profile: &Value) {
        self.grants().profile = profile.clone();
    }

    /// No token is good any more.
    pub fn revoke(&self) {
        self.grants().by_refresh_token.clear();
    }

    pub fn settings(&self, name: &str) -> String {
        json!({name: {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "issuer": self.url}}).to_string()
    }

    /// The same with further fields.
    pub fn settings_with(&self, name: &str, more: &Value) -> String {
        let mut settings: Value = serde_json::from_str(&self.settings(name)).expect("JSON");
        merge(&mut settings[name], more);
        settings.to_string()
    }

    /// What the user said at the provider's page: the path and query with which the browser comes back.
    pub fn consent(&self, page: &str, claims: &Value) -> String {
        let page = Url::parse(page).expect("a URL");
        let asked: HashMap<String, String> = page.query_pairs().into_owned().collect();
        let code = format!("code-{}", self.grants().by_code.len());
        let mut all = self.claims(&json!({"nonce": asked.get("nonce")}));
        merge(&mut all, claims);
        let grant = Grant {
            challenge: asked["code_challenge"].clone(),
            claims: all,
        };
        assert_eq!(
            (asked["code_challenge_method"].as_str(), asked["response_type"].as_str()),
            ("S256", "code")
        );
        self.grants().by_code.insert(code.clone(), grant);
        let mut back = Url::parse(&asked["redirect_uri"]).expect("a URL");
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &asked["state"]);
        format!("{}?{}", back.path(), back.query().expect("a query"))
    }

    fn claims(&self, more: &Value) -> Value {
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT_ID, "sub": "subject-1", "iat": NOW, "exp": NOW + 3600,
            "email": "ada@example.com", "email_verified": true, "name": "Ada Lovelace",
        });
        merge(&mut claims, more);
        claims
    }

    /// An ID token that a client has got by itself.
    pub fn id_token(&self, claims: &Value) -> String {
        sign(&self.claims(claims))
    }
}

fn merge(into: &mut Value, more: &Value) {
    for (name, value) in more.as_object().expect("an object") {
        into[name] = value.clone();
    }
}

async fn discovery(State(provider): State<Provider>) -> (StatusCode, Json<Value>) {
    provider.grants().discoveries += 1;
    provider.pause().await;
    let url = &provider.url;
    let status = if provider.grants().is_hidden {
        StatusCode::BAD_GATEWAY
    } else {
        StatusCode::OK
    };
    let mut document = json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/jwks"), "userinfo_endpoint": format!("{url}/user-info"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_response_iss_parameter_supported": provider.grants().names_itself,
    });
    let described = provider.grants().document.clone();
    if described.is_object() {
        merge(&mut document, &described);
    }
    (status, Json(document))
}

async fn jwks(State(provider): State<Provider>) -> Json<Value> {
    provider.pause().await;
    let mut key = jwk();
    let published = provider.grants().key.clone();
    if published.is_object() {
        merge(&mut key, &published);
    }
    Json(json!({"keys": [key]}))
}

async fn token(
    State(provider): State<Provider>,
    Form(form): Form<HashMap<String, String>>,
) -> (StatusCode, Json<Value>) {
    let refused = (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    provider.pause().await;
    provider.grants().received.push(format!("{form:?}"));
    let secret = provider.grants().client_secret.clone();
    if form.get("client_secret").map(String::as_str) != Some(secret.as_deref().unwrap_or(CLIENT_SECRET)) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"})));
    }
    if let Some(token) = form.get("refresh_token") {
        let mut grants = provider.grants();
        let Some(uses) = grants.by_refresh_token.get_mut(token) else {
            return refused;
        };
        *uses += 1;
        let access = format!("access-{uses}");
        drop(grants);
        // OpenID Connect Core, section 12.2: it need not have a nonce.
        let id_token = provider.id_token(&json!({"jti": access}));
        return (
            StatusCode::OK,
            Json(json!({"access_token": access, "token_type": "Bearer", "expires_in": 3600, "id_token": id_token})),
        );
    }
    let Some(grant) = provider.grants().by_code.remove(&form["code"]) else {
        return refused;
    };
    let verifier = form.get("code_verifier").cloned().unwrap_or_default();
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != grant.challenge {
        return refused;
    }
    provider.grants().by_refresh_token.insert("refresh-0".to_owned(), 0);
    (
        StatusCode::OK,
        Json(json!({
            "access_token": "access-0", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh-0",
            "scope": "openid email", "id_token": sign(&grant.claims),
        })),
    )
}

async fn user_info(State(provider): State<Provider>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    provider.pause().await;
    let mut grants = provider.grants();
    grants.received.push(format!("{:?}", headers.get("authorization")));
    let token = headers.get("authorization").and_then(|value| value.to_str().ok());
    let is_good = token.is_some_and(|token| token.starts_with("Bearer access-")) && !grants.by_refresh_token.is_empty();
    let status = if is_good {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    };
    (status, Json(if is_good { grants.profile.clone() } else { json!({}) }))
}

/// The API of a provider that is no OpenID provider: the access token says who it is.
async fn me(headers: HeaderMap) -> (StatusCode, Json<Value>) {
    match headers.get("authorization").and_then(|value| value.to_str().ok()) {
        Some("Bearer ours" | "Bearer access-0") => (
            StatusCode::OK,
            Json(json!({
                "id": "77", "name": "Ada Lovelace", "email": "ada@example.com", "picture": {"data": {"url": "https://example.com/a.png"}},
            })),
        ),
        _ => (StatusCode::UNAUTHORIZED, Json(json!({}))),
    }
}

async fn debug_token(Form(query): Form<HashMap<String, String>>) -> Json<Value> {
    let app = if query["input_token"] == "ours" {
        CLIENT_ID
    } else {
        "another application"
    };
    Json(json!({"data": {"app_id": app, "is_valid": query["input_token"] != "expired", "user_id": "77"}}))
}

async fn emails() -> Json<Value> {
    Json(json!([
        {"email": "shown@example.com", "primary": false, "verified": true},
        {"email": "ada@example.com", "primary": true, "verified": true},
    ]))
}

fn key() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[7; 32]).expect("a key")
}

fn jwk() -> Value {
    let point = key().public_key().to_encoded_point(false);
    json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "key-1",
        "x": URL_SAFE_NO_PAD.encode(point.x().expect("x")), "y": URL_SAFE_NO_PAD.encode(point.y().expect("y")),
    })
}

fn sign(claims: &Value) -> String {
    let key = key().to_pkcs8_der().expect("a key");
    let header = Header {
        kid: Some("key-1".to_owned()),
        ..Header::new(Algorithm::ES256)
    };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(key.as_bytes())).expect("a token")
}
