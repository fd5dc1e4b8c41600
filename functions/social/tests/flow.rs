//! Who comes in, and who does not.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{ConfigurationKey, User, UserStatus};
use shared::store::Changes;
use shared::testkit::race::{CROWD, race};

use super::support::{
    ADA, ORIGIN, Provider, accounts, arrive, depart, refused, session_of, sign_in, sign_up, start_with_provider,
    start_with_settings_of, text,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_signs_up_and_signs_in_again() {
    let (app, provider) = start_with_provider().await;
    let body = json!({"provider": "acme", "callbackURL": "/welcome", "newUserCallbackURL": "/hello"});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(answer.json()["redirect"], true);
    assert_eq!(answer.header("location"), answer.json()["url"].as_str());
    let cookie = answer.cookies()[0].to_owned();
    assert!(
        cookie.ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=600"),
        "{cookie}"
    );
    let departure = super::support::departed(&answer);
    let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
    assert_eq!(arrival.location, "/hello");
    let session = session_of(&app, &arrival.token.expect("a session")).await;
    let user = &session["user"];
    assert_eq!(
        (&user["email"], &user["emailVerified"], &user["name"]),
        (&json!(ADA), &json!(true), &json!("Ada Lovelace"))
    );
    let again = sign_in(&app, &provider, &json!({"name": "Another name"})).await;
    assert_eq!(again.location, "/welcome");
    let session = session_of(&app, &again.token.expect("a session")).await;
    assert_eq!(
        (&session["user"]["id"], &session["user"]["name"]),
        (&user["id"], &json!("Ada Lovelace"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_keeps_out_until_it_is_over_and_is_then_forgotten() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let mut user = app.caller(&token).await.user;
    for (until, is_out) in [(None, true), (Some(app.clock.now()), false)] {
        user.status = UserStatus::Banned {
            reason: "spam".to_owned(),
            until,
            former: Box::new(UserStatus::Active),
        };
        let changes = Changes::new().update_user(&user);
        app.core().store.commit(changes).await.expect("a commit");
        user.mark_stored();
        assert_eq!(sign_in(&app, &provider, &json!({})).await.token.is_none(), is_out);
    }
    assert_eq!(app.caller(&token).await.user.status, UserStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_both_sides_have_verified_is_the_same_user() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    let user = app.caller(&token).await.user;
    let verified = User {
        email_verified_at: Some(user.created_at),
        ..user.clone()
    };
    app.core()
        .store
        .commit(Changes::new().update_user(&verified))
        .await
        .expect("a commit");
    let arrival = sign_in(&app, &provider, &json!({})).await;
    let session = session_of(&app, &arrival.token.expect("a session")).await;
    assert_eq!(session["user"]["id"], json!(user.id.to_string()));
}

/// An attacker who signed up with another user's address must not share an account with its owner, in either order.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_one_side_has_not_verified_proves_nothing() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    assert_eq!(
        sign_in(&app, &provider, &json!({})).await,
        refused("account_not_linked")
    );
    let user = app.caller(&token).await.user;
    let verified = User {
        email_verified_at: Some(user.created_at),
        ..user
    };
    app.core()
        .store
        .commit(Changes::new().update_user(&verified))
        .await
        .expect("a commit");
    let unverified = json!({"email_verified": false});
    assert_eq!(
        sign_in(&app, &provider, &unverified).await,
        refused("account_not_linked")
    );
    assert_eq!(accounts(&app, &token).await.len(), 1, "nothing was linked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_the_provider_does_not_vouch_for_is_to_be_verified() {
    let (app, provider) = start_with_provider().await;
    let arrival = sign_in(&app, &provider, &json!({"email_verified": false})).await;
    let session = session_of(&app, &arrival.token.expect("a session")).await;
    assert_eq!(session["user"]["emailVerified"], false);
    assert_eq!(app.last_mail("verify-email").to, [ADA]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_addresses_must_be_verified_they_must_be() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("VERIFICATION_REQUIRED", "better_auth")]).await;
    let unverified = json!({"email_verified": false});
    assert_eq!(
        sign_in(&app, &provider, &unverified).await,
        refused("email_not_verified")
    );
    assert_eq!(
        sign_in(&app, &provider, &unverified).await,
        refused("email_not_verified")
    );
    assert!(
        sign_in(&app, &provider, &json!({})).await.token.is_some(),
        "now the provider vouches for it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_address_or_is_not_wanted_stays_out() {
    let (app, provider) = start_with_provider().await;
    assert_eq!(
        sign_in(&app, &provider, &json!({"email": null})).await,
        refused("email_not_found")
    );
    for (field, is_in_on_request) in [("disableSignUp", false), ("disableImplicitSignUp", true)] {
        let settings = provider.settings_with("acme", &json!({field: true}));
        let app = start_with_settings_of(&provider, &[("SOCIAL_PROVIDERS", &settings)]).await;
        assert_eq!(sign_in(&app, &provider, &json!({})).await, refused("signup_disabled"));
        let id_token = json!({"token": provider.id_token(&json!({}))});
        let body = json!({"provider": "acme", "idToken": id_token});
        let answer = app.post("/api/auth/sign-in/social").json(&body).send().await;
        assert_eq!(answer.expect(401).json()["code"], "SIGNUP_DISABLED");
        let asked = json!({"provider": "acme", "requestSignUp": true});
        let departure = depart(&app, &asked).await;
        let arrival = arrive(&app, &provider.consent(&departure.page, &json!({})), &departure.cookie).await;
        assert_eq!(arrival.token.is_some(), is_in_on_request, "{field}: {arrival:?}");
        let body = json!({"provider": "acme", "idToken": id_token, "requestSignUp": true});
        let answer = app.post("/api/auth/sign-in/social").json(&body).send().await;
        let _ = answer.expect(if is_in_on_request { 200 } else { 401 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_subject_with_the_same_address_is_another_person() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let other = json!({"sub": "subject-2"});
    assert_eq!(sign_in(&app, &provider, &other).await, refused("account_not_linked"));
    assert_eq!(accounts(&app, &token).await.len(), 1);
}

/// Two subjects of a provider that arrive together find the user with no account of the provider.
#[tokio::test(flavor = "multi_thread")]
async fn of_several_subjects_that_arrive_together_one_is_linked_by_address() {
    let (app, provider) = start_with_provider().await;
    let token = sign_up(&app, ADA).await;
    app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
        .await;
    let app = Arc::new(app);
    let tokens: Vec<_> = (0..CROWD)
        .map(|n| provider.id_token(&json!({"sub": format!("subject-{n}")})))
        .collect();
    let statuses = race(&app, |n, app| {
        let body = json!({"provider": "acme", "idToken": {"token": tokens[n].clone()}});
        async move {
            app.post("/api/auth/sign-in/social")
                .json(&body)
                .send()
                .await
                .status
                .as_u16()
        }
    })
    .await;
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(accounts(&app, &token).await.len(), 2);
}

/// What a provider says of its user reaches the account in a form that pages may show.
#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_taken_in_every_documented_form() {
    for (claims, name, image) in [
        (
            json!({"name": null, "given_name": "Ada", "family_name": "King", "picture": "https://example.com/a.png"}),
            "Ada King",
            json!("https://example.com/a.png"),
        ),
        (
            json!({"name": {"firstName": "Ada", "lastName": "King"}, "picture": "http://example.com/a.png"}),
            "Ada King",
            Value::Null,
        ),
        (
            json!({"name": null, "picture": "javascript:alert(1)"}),
            "ada",
            Value::Null,
        ),
    ] {
        let (app, provider) = start_with_provider().await;
        let token = sign_in(&app, &provider, &claims).await.token.expect("a session");
        let user = session_of(&app, &token).await["user"].clone();
        assert_eq!((&user["name"], &user["image"]), (&json!(name), &image), "{claims}");
    }
}

/// The provider's user-info endpoint completes an ID token without an address.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_and_its_verification_come_from_one_document() {
    let (app, provider) = start_with_provider().await;
    let no_address = json!({"email": null, "email_verified": true, "name": null});
    provider.tell(&json!({"sub": "subject-1", "email": ADA, "given_name": "Ada"}));
    let token = sign_in(&app, &provider, &no_address).await.token.expect("a session");
    let user = session_of(&app, &token).await["user"].clone();
    assert_eq!(
        (&user["email"], &user["emailVerified"], &user["name"]),
        (&json!(ADA), &json!(false), &json!("Ada"))
    );
    for claim in [json!("true"), json!(true)] {
        let (app, provider) = start_with_provider().await;
        provider.tell(&json!({"sub": "subject-1", "email": ADA, "email_verified": claim}));
        let token = sign_in(&app, &provider, &no_address).await.token.expect("a session");
        assert_eq!(session_of(&app, &token).await["user"]["emailVerified"], true);
    }
    // The user-info endpoint describes another user (CVE-2026-134312).
    for said in [
        json!({"sub": "subject-2", "email": ADA, "email_verified": true}),
        json!({"email": ADA, "email_verified": true}),
    ] {
        let (app, provider) = start_with_provider().await;
        provider.tell(&said);
        for claims in [no_address.clone(), json!({"name": null})] {
            assert_eq!(
                sign_in(&app, &provider, &claims).await,
                refused("unable_to_get_user_info"),
                "{said}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_verified_by_true_alone() {
    for claim in [
        json!("false"),
        json!("0"),
        json!("no"),
        json!("1"),
        json!(1),
        json!({}),
        Value::Null,
    ] {
        let (app, provider) = start_with_provider().await;
        let token = sign_up(&app, ADA).await;
        app.change_user(&token, |user| user.email_verified_at = Some(user.created_at))
            .await;
        assert_eq!(
            sign_in(&app, &provider, &json!({"email_verified": claim})).await,
            refused("account_not_linked"),
            "{claim}"
        );
        let new = json!({"email": "grace@example.com", "sub": "subject-2", "email_verified": claim});
        let token = sign_in(&app, &provider, &new).await.token.expect("a session");
        assert_eq!(
            session_of(&app, &token).await["user"]["emailVerified"],
            false,
            "{claim}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_leads_to_pages_alone() {
    let (app, _provider) = start_with_provider().await;
    for field in ["callbackURL", "newUserCallbackURL", "errorCallbackURL"] {
        for target in [format!("blob:{ORIGIN}/1"), format!("filesystem:{ORIGIN}/temporary/1")] {
            let body = json!({"provider": "acme", field: target});
            let answer = app
                .post("/api/auth/sign-in/social")
                .json(&body)
                .send()
                .await
                .expect(403);
            assert_eq!(answer.json()["code"], "INVALID_CALLBACK_URL");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_at_the_provider_is_reported() {
    let (app, _) = start_with_provider().await;
    let departure = depart(&app, &json!({"provider": "acme", "errorCallbackURL": "/sorry"})).await;
    let state = url::Url::parse(&departure.page).expect("a URL");
    let state = state
        .query_pairs()
        .find(|(name, _)| name == "state")
        .expect("a state")
        .1
        .into_owned();
    let back = |error: &str| format!("/api/auth/callback/acme?error={error}&state={state}");
    assert_eq!(
        arrive(&app, &back("access_denied"), &departure.cookie).await,
        refused("access_denied")
    );
    // Spent with it.
    let again = arrive(&app, &back("access_denied"), &departure.cookie).await;
    assert_eq!(again.location, format!("{ORIGIN}/api/auth/error?error=state_mismatch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for() {
    let (app, provider) = start_with_provider().await;
    let token = sign_in(&app, &provider, &json!({})).await.token.expect("a session");
    let user = User {
        two_factor_enabled: true,
        ..app.caller(&token).await.user
    };
    app.core()
        .store
        .commit(Changes::new().update_user(&user))
        .await
        .expect("a commit");
    let arrival = sign_in(&app, &provider, &json!({})).await;
    assert_eq!(
        (arrival.location.as_str(), arrival.token),
        ("/welcome?twoFactorRedirect=true", None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_reported() {
    let (app, _) = start_with_provider().await;
    for (body, status, code) in [
        (json!({"provider": "nobody"}), 404, "PROVIDER_NOT_FOUND"),
        (json!({"provider": "credential"}), 404, "PROVIDER_NOT_FOUND"),
        (json!({}), 400, "VALIDATION_ERROR"),
        (
            json!({"provider": "acme", "callbackURL": "https://evil.test"}),
            403,
            "INVALID_CALLBACK_URL",
        ),
        (
            json!({"provider": "acme", "errorCallbackURL": "//evil.test"}),
            403,
            "INVALID_CALLBACK_URL",
        ),
        (
            json!({"provider": "acme", "newUserCallbackURL": "https://evil.test"}),
            403,
            "INVALID_CALLBACK_URL",
        ),
    ] {
        let answer = app
            .post("/api/auth/sign-in/social")
            .json(&body)
            .send()
            .await
            .expect(status);
        assert_eq!(text(&answer.json()["code"]), code, "{body}");
    }
}

/// The state, the provider's documents aside: one write; back: the state is read and spent, the identity looked for, the address too,
/// and all that is new is written at once.
#[tokio::test(flavor = "multi_thread")]
async fn it_costs_what_it_must() {
    let (app, provider) = start_with_provider().await;
    let _ = sign_in(&app, &provider, &json!({})).await;
    let body = json!({"provider": "acme"});
    let answer = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(200);
    // The record of the provider, which is read each time, and the commit.
    assert_eq!(answer.usage.dynamodb, 2);
    let departure = super::support::departed(&answer);
    let path = provider.consent(&departure.page, &json!({}));
    let answer = app
        .get(&path)
        .header("cookie", &departure.cookie)
        .undocumented()
        .send()
        .await
        .expect(302);
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (7, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_read_for_a_while_still_signs_in() {
    let (app, provider) = start_with_provider().await;
    let body = json!({"provider": "acme"});
    let begin = async || app.post("/api/auth/sign-in/social").json(&body).send().await;
    let _ = begin().await.expect(200);
    provider.hide();
    app.clock.advance(SignedDuration::from_hours(2));
    let _ = begin().await.expect(200);
    let _ = begin().await.expect(200);
    app.clock.advance(SignedDuration::from_hours(2));
    let answer = begin().await.expect(503);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_sign_ins_a_minute_begin_at_one_address() {
    let provider = Provider::start().await;
    let app = start_with_settings_of(&provider, &[("RATE_LIMITS", "on")]).await;
    let body = json!({"provider": "acme"});
    for _ in 0..30 {
        let _ = app
            .post("/api/auth/sign-in/social")
            .json(&body)
            .send()
            .await
            .expect(200);
    }
    let limited = app
        .post("/api/auth/sign-in/social")
        .json(&body)
        .send()
        .await
        .expect(429);
    assert_eq!(limited.header("retry-after"), Some("60"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identity_signs_up_while_registration_is_closed() {
    let (app, provider) = start_with_provider().await;
    let known = sign_in(&app, &provider, &json!({})).await;
    assert!(known.token.is_some());
    app.configure(ConfigurationKey::RegistrationOpen, json!(false)).await;
    let eve = json!({"sub": "eve", "email": "eve@example.com"});
    assert_eq!(sign_in(&app, &provider, &eve).await, refused("signup_disabled"));
    let id_token = json!({"token": provider.id_token(&eve)});
    let body = json!({"provider": "acme", "idToken": id_token, "requestSignUp": true});
    let answer = app.post("/api/auth/sign-in/social").json(&body).send().await;
    assert_eq!(answer.expect(401).json()["code"], "SIGNUP_DISABLED");
    assert!(
        sign_in(&app, &provider, &json!({})).await.token.is_some(),
        "a known user signs in"
    );
    app.configure(ConfigurationKey::RegistrationOpen, json!(true)).await;
    app.configure(ConfigurationKey::AllowedSignUpDomains, json!(["example.net"]))
        .await;
    assert_eq!(sign_in(&app, &provider, &eve).await, refused("signup_disabled"));
    let roe = json!({"sub": "roe", "email": "roe@example.net"});
    assert!(sign_in(&app, &provider, &roe).await.token.is_some());
}
