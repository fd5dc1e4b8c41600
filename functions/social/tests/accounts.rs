//! The identities of a user: linked, listed, taken away; and their tokens.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::testkit::{Answer, TestApp};

use super::support::{
    ADA, PASSWORD, Provider, accounts, arrive, departed, refused, sign_in, sign_up, start_with_provider,
    start_with_settings_of, text,
};

async fn post(app: &TestApp, token: &str, operation: &str, body: &Value) -> Answer {
    app.post(&format!("/api/auth/{operation}"))
        .bearer(token)
        .json(body)
        .send()
        .await
}

async fn link(app: &TestApp, provider: &Provider, token: &str, claims: &Value) -> String {
    let body = json!({"provider": "acme", "callbackURL": "/done", "errorCallbackURL": "/sorry"});
    let departure = departed(&post(app, token, "link-social", &body).await.expect(200));
    let arrival = arrive(app, &provider.consent(&departure.page, claims), &departure.cookie).await;
    assert_eq!(arrival.token, None, "a user who links is signed in already");
    arrival.location
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_linked_listed_and_taken_away() {
    let (app, provider) = start_with_provider().await;
    // So that the address alone opens nothing.
    let unverified = json!({"email_verified": false});
    let token = sign_up(&app, ADA).await;
    assert_eq!(link(&app, &provider, &token, &json!({})).await, "/done");
    let listed = accounts(&app, &token).await;
    let names: Vec<_> = listed.iter().map(|account| text(&account["providerId"])).collect();
    assert_eq!(names, ["credential", "acme"]);
    assert_eq!(
        (&listed[1]["accountId"], &listed[1]["provider"]),
        (&json!("subject-1"), &json!("acme"))
    );
    assert!(
        sign_in(&app, &provider, &unverified).await.token.is_some(),
        "it opens the user"
    );
    let answer = post(&app, &token, "unlink-account", &json!({"providerId": "acme"}))
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"status": true}));
    assert_eq!(accounts(&app, &token).await.len(), 1);
    assert_eq!(sign_in(&app, &provider, &unverified).await.token, None, "and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_links_with_a_token_of_its_own() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let body = json!({"provider": "acme", "idToken": {"token": provider.id_token(&json!({}))}});
    let answer = post(&app, &token, "link-social", &body).await.expect(200);
    assert_eq!(answer.json(), json!({"url": "", "redirect": false, "status": true}));
    assert_eq!(accounts(&app, &token).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_opens_one_user() {
    let (app, provider) = start_with_provider().await;
    let _ = sign_in(&app, &provider, &json!({})).await;
    let grace = sign_up(&app, "grace@example.com").await;
    let claims = json!({"email": "grace@example.com"});
    let location = link(&app, &provider, &grace, &claims).await;
    assert_eq!(location, "/sorry?error=account_already_linked_to_different_user");
    let other = json!({"sub": "subject-2", "email": ADA});
    assert_eq!(
        link(&app, &provider, &grace, &other).await,
        "/sorry?error=email_does_not_match"
    );
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("SOCIAL_LINK_OTHER_EMAILS", "on")]).await;
    let grace = sign_up(&app, "grace@example.com").await;
    assert_eq!(link(&app, &provider, &grace, &other).await, "/done");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_provider_has_not_verified_links_nothing() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let unverified = json!({"email_verified": false});
    assert_eq!(
        link(&app, &provider, &token, &unverified).await,
        "/sorry?error=unable_to_link_account"
    );
    let presented = json!({"provider": "acme", "idToken": {"token": provider.id_token(&unverified)}});
    let answer = post(&app, &token, "link-social", &presented).await.expect(401);
    assert_eq!(answer.json()["code"], "LINKING_NOT_ALLOWED");
    assert_eq!(accounts(&app, &token).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_issues_once_outlives_further_sign_ins() {
    let (app, provider) = start_with_provider().await;
    let _ = sign_in(&app, &provider, &json!({})).await;
    // It issues nothing but itself.
    let presented = json!({"provider": "acme", "idToken": {"token": provider.id_token(&json!({}))}});
    let answer = app.post("/api/auth/sign-in/social").json(&presented).send().await;
    let token = text(&answer.expect(200).json()["token"]);
    let body = json!({"providerId": "acme"});
    let kept = post(&app, &token, "get-access-token", &body).await.expect(200).json();
    assert_eq!(kept["accessToken"], "access-0");
    assert_eq!(kept["scopes"], json!(["openid", "email"]));
    let refreshed = post(&app, &token, "refresh-token", &body).await.expect(200).json();
    assert_eq!(refreshed["accessToken"], "access-1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_account_stays() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let last = post(&app, &token, "unlink-account", &json!({"providerId": "acme"}))
        .await
        .expect(400);
    assert_eq!(last.json()["code"], "FAILED_TO_UNLINK_LAST_ACCOUNT");
    assert_eq!(
        link(&app, &provider, &token, &json!({"sub": "subject-2"})).await,
        "/done"
    );
    for (body, code) in [
        (json!({"providerId": "nobody"}), "ACCOUNT_NOT_FOUND"),
        (json!({"providerId": "credential"}), "ACCOUNT_NOT_FOUND"),
        (
            json!({"providerId": "acme", "accountId": "subject-9"}),
            "ACCOUNT_NOT_FOUND",
        ),
        (json!({}), "VALIDATION_ERROR"),
    ] {
        let answer = post(&app, &token, "unlink-account", &body).await.expect(400);
        assert_eq!(answer.json()["code"], code, "{body}");
    }
    app.clock.advance(SignedDuration::from_hours(24));
    let stale = post(&app, &token, "unlink-account", &json!({"providerId": "acme"}))
        .await
        .expect(403);
    assert_eq!(stale.json()["code"], "SESSION_NOT_FRESH");
    let token = sign_in(&app, &provider, &json!({"exp": 1_800_000_000}))
        .await
        .token
        .expect("a session");
    // Newer clients name the record.
    let record = accounts(&app, &token).await[0]["id"].clone();
    let _ = post(&app, &token, "unlink-account", &json!({"accountId": record}))
        .await
        .expect(200);
}

/// An attacker who loses a session must not regain access through a linked identity.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_only_while_the_session_lasts() {
    let (app, provider) = start_with_provider().await;
    let body = json!({"provider": "acme", "callbackURL": "/done", "errorCallbackURL": "/sorry"});
    let leave = async |token: &str| {
        let departure = departed(&post(&app, token, "link-social", &body).await.expect(200));
        (
            provider.consent(&departure.page, &json!({"email_verified": false})),
            departure.cookie,
        )
    };
    let token = sign_up(&app, ADA).await;
    let (path, cookie) = leave(&token).await;
    let _ = post(&app, &token, "sign-out", &json!({})).await.expect(200);
    assert_eq!(arrive(&app, &path, &cookie).await, refused("unable_to_link_account"));

    let body = json!({"email": ADA, "password": PASSWORD});
    let answer = app.post("/api/auth/sign-in/email").json(&body).send().await.expect(200);
    let token = app.impersonating(&text(&answer.json()["token"])).await;
    let begun = post(&app, &token, "link-social", &json!({"provider": "acme"})).await;
    assert_eq!(begun.status.as_u16(), 403, "{}", begun.text());
    assert_eq!(
        sign_in(&app, &provider, &json!({})).await,
        refused("account_not_linked")
    );
}

/// Each takes the other for what remains, and one of them must be wrong.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_unlink_the_last_two_accounts_one_succeeds() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let _ = link(&app, &provider, &token, &json!({"sub": "subject-2"})).await;
    let (first, second) = (
        json!({"providerId": "acme", "accountId": "subject-1"}),
        json!({"providerId": "acme", "accountId": "subject-2"}),
    );
    let (one, other) = tokio::join!(
        post(&app, &token, "unlink-account", &first),
        post(&app, &token, "unlink-account", &second)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_providers_tokens_are_handed_to_their_user_and_renewed() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let of_acme = json!({"providerId": "acme"});
    let got = post(&app, &token, "get-access-token", &of_acme)
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&got["accessToken"], &got["accessTokenExpiresAt"], &got["refreshToken"]),
        (&json!("access-0"), &json!("2026-01-31T13:00:00.000Z"), &Value::Null)
    );
    assert_eq!(got["scopes"], json!(["openid", "email"]));
    let renewed = post(&app, &token, "refresh-token", &of_acme).await.expect(200).json();
    assert_eq!(
        (&renewed["accessToken"], &renewed["refreshToken"]),
        (&json!("access-1"), &json!("refresh-0"))
    );
    app.clock.advance(SignedDuration::from_mins(60));
    let got = post(&app, &token, "get-access-token", &of_acme)
        .await
        .expect(200)
        .json();
    assert_eq!(got["accessToken"], "access-2", "the one before has expired");
    app.clock.advance(SignedDuration::from_mins(60));
    provider.revoke();
    for (operation, code) in [
        ("get-access-token", "FAILED_TO_GET_ACCESS_TOKEN"),
        ("refresh-token", "FAILED_TO_REFRESH_ACCESS_TOKEN"),
    ] {
        let answer = post(&app, &token, operation, &of_acme).await.expect(400);
        assert_eq!(answer.json()["code"], code);
    }
    for operation in ["get-access-token", "refresh-token"] {
        let none = post(&app, &token, operation, &json!({"providerId": "nobody"}))
            .await
            .expect(400);
        assert_eq!(none.json()["code"], "ACCOUNT_NOT_FOUND");
        let others = json!({"providerId": "acme", "userId": "somebody else"});
        let _ = post(&app, &token, operation, &others).await.expect(400);
        let path = format!("/api/auth/{operation}");
        let _ = app.post(&path).json(&of_acme).send().await.expect(401);
    }
}

/// Only a sign-up whose address the provider has not verified sends a mail.
#[tokio::test(flavor = "multi_thread")]
async fn sign_ups_with_an_identity_count_against_the_mailbox() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("RATE_LIMITS", "on")]).await;
    let arrive_as = async |number: u32, email_verified: bool| {
        // Five sign-ins a minute are one client's.
        app.clock.advance(SignedDuration::from_secs(30));
        let email = format!("ada+{number}@example.com");
        sign_in(
            &app,
            &provider,
            &json!({"sub": email, "email": email, "email_verified": email_verified}),
        )
        .await
    };
    for number in 0..5 {
        assert!(arrive_as(number, false).await.token.is_some(), "{number}");
    }
    assert_eq!(app.count_mails("verify-email"), 5);
    // The user signs up all the same: a stranger must not keep the owner of the mailbox from it.
    assert!(arrive_as(5, false).await.token.is_some());
    assert!(arrive_as(6, true).await.token.is_some());
    assert_eq!(app.count_mails("verify-email"), 5);
}

/// Whether the user links it, or a sign-in does by the address that both sides have verified.
#[tokio::test(flavor = "multi_thread")]
async fn the_user_is_notified_of_a_new_method_of_sign_in() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    assert_eq!(link(&app, &provider, &token, &json!({})).await, "/done");
    let subject = "A new method of sign-in was added (Ostiary)";
    assert_eq!(app.count_mails("credential-changed"), 1);
    assert_eq!(app.last_mail("credential-changed").subject, subject);
    assert!(sign_in(&app, &provider, &json!({})).await.token.is_some());
    assert_eq!(app.count_mails("credential-changed"), 1, "it was linked before");

    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
        .await;
    assert!(sign_in(&app, &provider, &json!({})).await.token.is_some());
    assert_eq!(app.count_mails("credential-changed"), 1);
    assert_eq!(app.last_mail("credential-changed").to, [ADA]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_is_notified_of_a_method_of_sign_in_that_was_removed() {
    for (provider_id, subject) in [
        ("acme", "A method of sign-in was removed (Ostiary)"),
        ("credential", "The password was removed (Ostiary)"),
    ] {
        let (app, provider) = start_with_provider().await;
        let token = sign_up(&app, ADA).await;
        assert_eq!(link(&app, &provider, &token, &json!({})).await, "/done");
        app.aws.mailbox().clear();
        let body = json!({"providerId": provider_id});
        let _ = post(&app, &token, "unlink-account", &body).await.expect(200);
        let mail = app.last_mail("credential-changed");
        assert_eq!((mail.to, mail.subject.as_str()), (vec![ADA.to_owned()], subject));
        // The last method stays, and no mail is sent.
        let _ = post(&app, &token, "unlink-account", &json!({"providerId": "other"}))
            .await
            .expect(400);
        assert_eq!(app.count_mails("credential-changed"), 1);
    }
}
