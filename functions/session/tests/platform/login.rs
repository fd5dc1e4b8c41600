//! `POST /v1/auth/login`.

use jiff::SignedDuration;
use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::{User, UserStatus};
use shared::testkit::platform::{assert_code, assert_error, assert_invalid, login, login_request, register, tokens_of};
use shared::testkit::{Answer, PASSWORD, better_auth};

use super::{EMAIL, LOGIN, OTHER, PHONE, give_names, start, start_with, start_with_ada};

const WRONG: &str = "not the password";

fn assert_refused(answer: &Answer) {
    assert_error(answer, 401, "Invalid credentials");
    assert!(answer.header("x-device-token").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_a_username_and_a_number_sign_in() {
    let app = start_with_ada().await;
    give_names(&app, EMAIL).await;
    let id = app.user_of(EMAIL).await.id.to_string();
    for identifier in [
        EMAIL,
        " ADA@example.com",
        "ada.lovelace",
        "Ada.Lovelace",
        PHONE,
        "+44 1632 960961",
    ] {
        let answer = login(&app, identifier, PASSWORD).await.expect(200);
        assert!(answer.header("x-device-token").is_some(), "{identifier}");
        let (access, refresh) = tokens_of(&answer);
        let answer = answer.json();
        assert_eq!(
            (&answer["expires_in"], &answer["user"]["id"]),
            (&json!(900), &json!(id)),
            "{identifier}"
        );
        assert!(better_auth::is_live(&app, &access).await);
        // A refresh token has one use.
        assert!(!better_auth::is_live(&app, &refresh).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_has_the_whole_profile() {
    let app = start_with_ada().await;
    let answer = login(&app, EMAIL, PASSWORD).await.expect(200);
    let (access, _) = tokens_of(&answer);
    assert!(answer.cookies().is_empty());
    let profile = answer.json()["user"].clone();
    assert_eq!(profile["memberships"][0]["role"], "OWNER");
    assert_eq!(profile["solo_org"]["plan"], "SOLO_FREE");
    assert_eq!(profile, {
        // The session functions serve no profile; the operation behind it does.
        let caller = app.caller(&access).await;
        let own = app
            .core()
            .profile_of(caller.user, app.clock.now())
            .await
            .expect("a profile");
        serde_json::to_value(shared::contract::platform::UserProfile::from(&own)).expect("JSON")
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_identifier_are_answered_alike() {
    let app = start_with_ada().await;
    give_names(&app, EMAIL).await;
    for (identifier, password) in [
        (EMAIL, WRONG),
        ("ada.lovelace", WRONG),
        (PHONE, WRONG),
        (OTHER, PASSWORD),
        ("grace.hopper", PASSWORD),
        ("+441632960962", PASSWORD),
    ] {
        assert_refused(&login(&app, identifier, password).await);
    }
}

/// The user who gives a name up is no longer found by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_former_number_signs_no_user_in() {
    let app = start_with_ada().await;
    give_names(&app, EMAIL).await;
    app.change_user_of(EMAIL, |user| user.profile.phone = None).await;
    assert_refused(&login(&app, PHONE, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_fields_are_named() {
    let app = start().await;
    let answer = app.post(LOGIN).json(&json!({})).send().await.expect(400).json();
    assert_eq!(
        answer["details"],
        json!([
            {"field": "identifier", "message": "is required"},
            {"field": "password", "message": "is required"},
        ])
    );
    for identifier in ["", "x", "ada@", "+1"] {
        assert_invalid(
            &login(&app, identifier, PASSWORD).await,
            "identifier",
            "must be a email address, username, or phone number in E.164 form",
        );
    }
    for (field, value, message) in [
        ("rememberMe", json!("true"), "must be a boolean"),
        ("rememberMe", json!(null), "must be a boolean"),
        ("deviceId", json!(1), "must be a string"),
        ("deviceId", json!(""), "must have at least 1 characters"),
        ("deviceId", json!("x".repeat(257)), "must have at most 256 characters"),
        ("deviceId", json!("a\u{0}b"), "must not hold invisible characters"),
    ] {
        let mut body = json!({"identifier": EMAIL, "password": PASSWORD});
        body[field] = value;
        assert_invalid(&app.post(LOGIN).json(&body).send().await, field, message);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unverified_address_signs_no_user_in() {
    let app = start().await;
    let _ = register(&app, EMAIL).await.expect(201);
    let answer = login(&app, EMAIL, PASSWORD).await;
    assert_code(&answer, 403, "EMAIL_NOT_VERIFIED", "The email address is not verified");
    assert_refused(&login(&app, EMAIL, WRONG).await);
    let app = start_with(&[("VERIFICATION_REQUIRED", "none")]).await;
    let _ = register(&app, EMAIL).await.expect(201);
    let _ = login(&app, EMAIL, PASSWORD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_password_reveals_that_a_user_is_not_active() {
    let app = start_with_ada().await;
    for status in [UserStatus::Suspended, UserStatus::Inactive, UserStatus::Pending] {
        app.change_user_of(EMAIL, |user| user.status = status).await;
        let answer = login(&app, EMAIL, PASSWORD).await;
        assert_code(&answer, 403, "USER_NOT_ACTIVE", "The user is not active");
        assert_refused(&login(&app, EMAIL, WRONG).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_is_unknown() {
    let app = start_with_ada().await;
    app.change_user_of(EMAIL, |user| user.status = UserStatus::Deleted)
        .await;
    assert_refused(&login(&app, EMAIL, PASSWORD).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_not_bypassed() {
    let app = start_with_ada().await;
    app.change_user_of(EMAIL, User::turn_on_second_factor).await;
    let answer = login(&app, EMAIL, PASSWORD).await;
    let message = "Two-factor authentication is required";
    assert_code(&answer, 403, "SECOND_FACTOR_REQUIRED", message);
    for header in ["set-cookie", "x-device-token", "set-auth-token", "x-two-factor-token"] {
        assert!(answer.header(header).is_none(), "{header}");
    }
    assert_refused(&login(&app, EMAIL, WRONG).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_login_lasts_longer() {
    let app = start_with_ada().await;
    for (remember, days) in [(true, 7), (false, 1)] {
        let body = json!({"identifier": EMAIL, "password": PASSWORD, "rememberMe": remember});
        let (access, _) = tokens_of(&app.post(LOGIN).json(&body).send().await.expect(200));
        let session = app.caller(&access).await.session;
        let lifetime = session.expires_at.duration_since(app.clock.now());
        assert_eq!(lifetime, SignedDuration::from_hours(24 * days));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_is_named_in_the_session() {
    let app = start_with_ada().await;
    let body = json!({"identifier": EMAIL, "password": PASSWORD, "deviceId": " Ada's telephone "});
    let (access, _) = tokens_of(&app.post(LOGIN).json(&body).send().await.expect(200));
    let listed = app
        .get("/api/auth/list-sessions")
        .bearer(&access)
        .send()
        .await
        .expect(200);
    let listed = listed.json();
    let names: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|session| &session["deviceId"])
        .collect();
    assert!(names.contains(&&json!("Ada's telephone")), "{names:?}");
    // A client that names no device has a session without the field.
    assert!(names.contains(&&json!(null)), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_another_contract_signs_in() {
    let app = start().await;
    let token = better_auth::sign_up(&app, EMAIL).await;
    let now = app.clock.now();
    app.change_user(&token, |user| user.email_verified_at = Some(now)).await;
    let answer = login_request(&app, EMAIL, PASSWORD).send().await.expect(200).json();
    // A user without an organization of its own gets one.
    assert_eq!(answer["user"]["memberships"].as_array().map(Vec::len), Some(1));
}
