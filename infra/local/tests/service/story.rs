//! A user signs up, verifies the address and signs in; each step has an expected cost.

use serde_json::{Value, json};

use crate::client::{Folder, Local, PASSWORD, options};

/// Browsers send no cookies between pages at `localhost` and a service at 127.0.0.1.
#[tokio::test]
async fn the_service_is_at_localhost() {
    let local = Local::start(&[]).await;
    let url = local.service.url();
    assert_eq!(url, format!("http://localhost:{}", local.service.address().port()));
    let discovery = local
        .get("/.well-known/openid-configuration")
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(discovery["issuer"], url);
}

#[tokio::test]
async fn a_user_signs_up_confirms_the_address_and_signs_in() {
    let local = Local::start(&[]).await;
    local.sign_up("ada@example.com").await;

    let mail = local.last_mail("verify-email").await;
    assert_eq!(
        (&mail["to"], &mail["callback_url"]),
        (&json!("ada@example.com"), &Value::Null)
    );
    let link = mail["url"].as_str().expect("a link");
    assert!(link.starts_with(&format!("{}/link/verify-email?token=", local.url())));
    let page = local.get(link).send().await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));

    let form = format!("token={}", mail["token"].as_str().expect("a token"));
    let confirmed = local
        .post("/link/verify-email")
        .header("content-type", "application/x-www-form-urlencoded");
    let confirmed = confirmed.header("origin", &local.url()).body(form).send().await;
    assert!(
        confirmed.status.is_success() || confirmed.status.is_redirection(),
        "{}",
        confirmed.text()
    );

    let credentials = json!({ "email": "ada@example.com", "password": PASSWORD });
    let signed_in = local
        .post("/api/auth/sign-in/email")
        .json(&credentials)
        .send()
        .await
        .expect(200);
    let session = local
        .get("/api/auth/get-session")
        .header("cookie", &signed_in.cookie())
        .send()
        .await
        .expect(200);
    assert_eq!(session.json()["user"]["email"], "ada@example.com");
    assert_eq!(session.json()["user"]["emailVerified"], true);
    assert_eq!(session.json()["session"]["ipAddress"], "127.0.0.1");

    let check = &local.calls("GET /api/auth/get-session").await["last"];
    assert_eq!((&check["dynamodb"], &check["kms"]), (&json!(1), &json!(0)));
    assert!(
        check["read_units"].as_f64().is_some_and(|units| units <= 2.0),
        "{check}"
    );
    let sign_in = local.calls("POST /api/auth/sign-in/email").await;
    assert_eq!(sign_in["requests"], 1);
    assert!(
        sign_in["last"]["dynamodb"].as_u64().is_some_and(|calls| calls <= 3),
        "{sign_in}"
    );
    assert_eq!(local.calls("POST /link/verify-email").await["requests"], 1);
    let outbox = local.calls("mail-outbox").await;
    assert_eq!((&outbox["requests"], &outbox["ses"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn any_session_works_in_any_contract() {
    let local = Local::start(&[]).await;
    let signed_up = local.sign_up("ada@example.com").await.json();
    let bearer = format!("Bearer {}", signed_up["token"].as_str().expect("a token"));
    let me = local
        .get("/auth/me")
        .header("authorization", &bearer)
        .send()
        .await
        .expect(200);
    assert_eq!(me.json()["email"], "ada@example.com");
}

#[tokio::test]
async fn rate_limits_apply_unless_they_are_off() {
    let local = Local::start(&[]).await;
    let off = Local::start(&["RATE_LIMITS=off"]).await;
    let credentials = json!({ "email": "ada@example.com", "password": PASSWORD });
    for (local, expected) in [(&local, 429), (&off, 401)] {
        let mut status = 0;
        for _ in 0..7 {
            let answer = local.post("/api/auth/sign-in/email").json(&credentials).send().await;
            status = answer.status.as_u16();
        }
        assert_eq!(status, expected);
    }
}

#[tokio::test]
async fn a_data_folder_keeps_users_keys_and_mail() {
    let folder = Folder::new();
    let with_data = || {
        let mut options = options(&[]);
        options.data = Some(folder.0.clone());
        options.admin = Some("root@example.com:nine lanterns".parse().expect("an administrator"));
        options
    };
    let local = Local::with(with_data()).await;
    let cookie = local.sign_up("ada@example.com").await.cookie();
    let keys = local.get("/.well-known/jwks.json").send().await.expect(200).json();
    let url = local.url();
    local.service.stop().await.expect("no request is in flight");

    let local = Local::with(with_data()).await;
    assert_ne!(local.url(), url);
    let session = local
        .get("/api/auth/get-session")
        .header("cookie", &cookie)
        .send()
        .await
        .expect(200);
    assert_eq!(session.json()["user"]["email"], "ada@example.com");
    assert_eq!(
        local.get("/.well-known/jwks.json").send().await.expect(200).json(),
        keys
    );
    assert_eq!(local.mails().await.len(), 1);
}

#[tokio::test]
async fn the_administrator_of_the_command_line_may_sign_in() {
    let mut options = options(&["VERIFICATION_REQUIRED=better_auth"]);
    options.admin = Some("root@example.com:nine:lanterns".parse().expect("an administrator"));
    let local = Local::with(options).await;
    let credentials = json!({ "email": "root@example.com", "password": "nine:lanterns" });
    let signed_in = local
        .post("/api/auth/sign-in/email")
        .json(&credentials)
        .send()
        .await
        .expect(200);
    assert_eq!(signed_in.json()["user"]["emailVerified"], true);
    assert_eq!(local.mails().await.len(), 0);
}
