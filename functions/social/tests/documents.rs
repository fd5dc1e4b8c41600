//! Documents of a hostile or careless provider: its discovery document and its keys.

use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

use super::support::{ADA, Provider, arrive, depart, refused, sign_up, start_with_provider, start_with_settings_of};
use crate::start_with;

async fn present(app: &TestApp, provider: &str, token: &str) -> Answer {
    let body = json!({"provider": provider, "idToken": {"token": token}});
    app.post("/api/auth/sign-in/social").json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_is_not_permitted_is_sent_to_no_browser_and_asked_for_nothing() {
    for (member, place) in [
        ("authorization_endpoint", "javascript:alert(1)//"),
        ("authorization_endpoint", "data:text/html,<script>alert(1)</script>"),
        ("authorization_endpoint", "file:///etc/passwd"),
        ("authorization_endpoint", "http://login.example/authorize"),
        (
            "authorization_endpoint",
            "https://user:password@login.example/authorize",
        ),
        ("jwks_uri", "http://login.example/jwks"),
        ("jwks_uri", "https://169.254.169.254/jwks"),
        ("token_endpoint", "https://10.0.0.1/token"),
        ("token_endpoint", "https://user:password@login.example/token"),
        ("userinfo_endpoint", "https://[fd00:ec2::254]/"),
        ("userinfo_endpoint", "http://localhost/"),
    ] {
        let provider = Provider::start().await;
        provider.describe(&json!({member: place}));
        let app = start_with(&[("SOCIAL_PROVIDERS", &provider.settings("google"))]).await;
        let token = sign_up(&app, ADA).await;
        let google = json!({"provider": "google"});
        let platform = shared::testkit::platform::sign_up(&app, "grace@example.com").await;
        for request in [
            app.post("/api/auth/sign-in/social").json(&google),
            app.post("/api/auth/link-social").bearer(&token).json(&google),
            app.get("/v1/auth/social/google"),
            app.post("/v1/auth/social/link/google").bearer(&platform),
        ] {
            let answer = request.send().await.expect(503);
            assert!(!answer.text().contains(place), "{member} {place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_verifies_only_what_it_was_published_for() {
    for (published, is_usable) in [
        (json!({}), true),
        (json!({"alg": null}), true),
        (json!({"use": null, "key_ops": ["verify"]}), true),
        (json!({"alg": "ES384"}), false),
        (json!({"alg": "RS512"}), false),
        (json!({"alg": "ECDH-ES"}), false),
        (json!({"use": null, "key_ops": ["encrypt"]}), false),
        (json!({"key_ops": []}), false),
        (json!({"use": "enc"}), false),
        (json!({"use": "other"}), false),
    ] {
        let (app, provider) = start_with_provider().await;
        provider.publish(&published);
        let answer = present(&app, "acme", &provider.id_token(&json!({}))).await;
        assert_eq!(answer.status == 200, is_usable, "{published}: {}", answer.text());
        if !is_usable {
            assert_eq!(answer.expect(401).json()["code"], "INVALID_TOKEN", "{published}");
        }
    }
}

/// A provider that stands for all tenants of Microsoft, and a token of one of them.
struct Microsoft {
    app: TestApp,
    provider: Provider,
}

impl Microsoft {
    async fn start(name: &str) -> Self {
        let provider = Provider::start().await;
        let issuer = |tenant: &str| format!("{}/{tenant}/v2.0", provider.url);
        provider.describe(&json!({"issuer": issuer("{tenantid}")}));
        let settings = provider.settings_with(name, &json!({"issuer": issuer("common")}));
        let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings)]).await;
        let session = sign_up(&app, ADA).await;
        app.change_user(&session, |user| user.email_verified_at = Some(user.created_at))
            .await;
        Self { app, provider }
    }

    async fn sign_in(&self, name: &str, tenant: &str, claims: &Value) -> Answer {
        let mut all = json!({"iss": format!("{}/{tenant}/v2.0", self.provider.url), "tid": tenant});
        for (claim, value) in claims.as_object().expect("an object") {
            all[claim] = value.clone();
        }
        present(&self.app, name, &self.provider.id_token(&all)).await
    }
}

/// The administrators of a tenant choose the claims of its users.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_any_tenant_counts_only_where_the_tenant_owns_its_domain() {
    for (name, is_microsoft) in [("microsoft", true), ("entra", false)] {
        let microsoft = Microsoft::start(name).await;
        for (number, claims) in [
            json!({}),
            json!({"email_verified": "true"}),
            json!({"xms_edov": false}),
            json!({"xms_edov": "0"}),
        ]
        .into_iter()
        .enumerate()
        {
            let mut claims = claims;
            claims["jti"] = json!(number);
            let answer = microsoft.sign_in(name, "tenant-1", &claims).await.expect(401);
            assert_eq!(answer.json()["code"], "ACCOUNT_NOT_LINKED", "{name} {claims}");
        }
        // The user-info endpoint is the tenant's, too.
        let user_info = json!({"sub": "subject-1", "email": ADA, "email_verified": true});
        microsoft.provider.tell(&user_info);
        let ask = json!({"provider": name, "callbackURL": "/welcome", "errorCallbackURL": "/sorry"});
        let departure = depart(&microsoft.app, &ask).await;
        let issuer = format!("{}/tenant-1/v2.0", microsoft.provider.url);
        let claims = json!({"iss": issuer, "tid": "tenant-1", "email": null});
        let back = microsoft.provider.consent(&departure.page, &claims);
        let arrival = arrive(&microsoft.app, &back, &departure.cookie).await;
        assert_eq!(arrival, refused("account_not_linked"), "{name}");
        let owned = microsoft.sign_in(name, "tenant-1", &json!({"xms_edov": true})).await;
        assert_eq!(owned.status == 200, is_microsoft, "{}", owned.text());
    }
}

/// A subject of one tenant is no subject of another one.
#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_of_an_identity_is_that_of_its_tenant() {
    let microsoft = Microsoft::start("microsoft").await;
    let owned = json!({"xms_edov": true});
    let _ = microsoft.sign_in("microsoft", "tenant-1", &owned).await.expect(200);
    let answer = microsoft.sign_in("microsoft", "tenant-2", &owned).await.expect(401);
    assert_eq!(answer.json()["code"], "ACCOUNT_NOT_LINKED");
    let again = json!({"xms_edov": true, "jti": "2"});
    let _ = microsoft.sign_in("microsoft", "tenant-1", &again).await.expect(200);
}
