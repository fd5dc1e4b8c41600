//! `POST /change-email`. What can go wrong at the confirmation is in `change_email_confirmation`.

use serde_json::json;
use shared::clock::Clock as _;
use shared::domain::session::AuthenticationMethod;
use shared::domain::{EmailAddress, Session, User};
use shared::operations::{ChangeEmail, ChangeEmailError, Interruption};
use shared::store::Changes;
use shared::testkit::TestApp;

use super::{
    CHANGE_EMAIL, EMAIL, EVIL, OTHER, PASSWORD, ask_to_move, assert_error, assert_unauthorized, is_live, sign_up,
    start, start_with, try_sign_in, user_of, verify,
};

async fn reset_token(app: &TestApp) -> String {
    let body = json!({"email": EMAIL});
    let _ = app
        .post("/api/auth/forget-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    app.mailed_token("reset-password")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changes_until_the_new_mailbox_confirms() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    app.aws.mailbox().clear();
    let body = json!({"newEmail": "Grace@Example.com", "callbackURL": "/settings"});
    let answer = app
        .post(CHANGE_EMAIL)
        .cookie(&session)
        .header("origin", "http://127.0.0.1:3000")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert_eq!(
        answer.json(),
        json!({"status": true, "message": "Verification email sent"})
    );
    assert!(answer.cookies().is_empty());
    assert_eq!(app.last_mail("change-email").to, [OTHER]);
    assert_eq!(app.mails().len(), 1);
    let link = app.mailed_link("change-email");
    assert!(
        link.starts_with("http://127.0.0.1:3000/link/change-email?token=cem_"),
        "{link}"
    );
    assert!(link.ends_with("&callbackURL=%2Fsettings"), "{link}");
    assert_eq!(user_of(&app, &session).await["email"], EMAIL);
    let _ = try_sign_in(&app, OTHER, PASSWORD).await.expect(401);

    let answer = verify(&app, &app.mailed_token("change-email"))
        .cookie(&session)
        .send()
        .await
        .expect(200);
    let user = user_of(&app, &session).await;
    assert_eq!(answer.json(), json!({"status": true, "user": user}));
    assert_eq!((&user["email"], &user["emailVerified"]), (&json!(OTHER), &json!(true)));
    let _ = try_sign_in(&app, OTHER, PASSWORD).await.expect(200);
    let _ = try_sign_in(&app, EMAIL, PASSWORD).await.expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_address_is_notified_and_free_again_and_its_tokens_are_revoked() {
    let app = start_with(&[("CONFIRM_DELETION_BY_MAIL", "on")]).await;
    let session = sign_up(&app, EMAIL).await;
    let verification = app.mailed_token("verify-email");
    let reset = reset_token(&app).await;
    let _ = app
        .post(super::DELETE)
        .bearer(&session)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    let deletion = app.mailed_token("delete-user");
    let token = ask_to_move(&app, &session, OTHER).await;
    let _ = verify(&app, &token).send().await.expect(200);
    assert_eq!(app.last_mail("email-changed").to, [EMAIL]);
    assert!(!app.last_mail("email-changed").text.expect("a text").contains(OTHER));

    assert_error(
        &verify(&app, &verification).send().await,
        401,
        "INVALID_TOKEN",
        "Invalid token",
    );
    let body = json!({"newPassword": "seven bridges at dusk", "token": reset});
    let answer = app.post("/api/auth/reset-password").json(&body).send().await;
    assert_error(&answer, 400, "INVALID_TOKEN", "Invalid token");
    let answer = app
        .get(&format!("{}?token={deletion}", super::CALLBACK))
        .bearer(&session)
        .send()
        .await;
    assert_error(&answer, 404, "INVALID_TOKEN", "Invalid token");

    let newcomer = sign_up(&app, EMAIL).await;
    assert_ne!(
        user_of(&app, &newcomer).await["id"],
        user_of(&app, &session).await["id"]
    );
    // The token was sent to the old address and never used; the mailbox now belongs to another user.
    let reset = reset_token(&app).await;
    let body = json!({"newPassword": "seven bridges at dusk", "token": reset});
    let _ = app
        .post("/api/auth/reset-password")
        .json(&body)
        .send()
        .await
        .expect(200);
    assert!(is_live(&app, &session).await && !is_live(&app, &newcomer).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_and_free_addresses_are_indistinguishable() {
    for limits in ["off", "on"] {
        let app = start_with(&[("RATE_LIMITS", limits)]).await;
        sign_up(&app, OTHER).await;
        let session = sign_up(&app, EMAIL).await;
        app.aws.mailbox().clear();
        let mut answers = Vec::new();
        for email in [OTHER, "third@example.com"] {
            let request = app.post(CHANGE_EMAIL).bearer(&session).from_ip("192.0.2.9");
            let request = request.header("origin", "http://127.0.0.1:3000");
            // A long one, so that what is written takes more than the least unit.
            let body = json!({"newEmail": email, "callbackURL": format!("/{}", "x".repeat(2000))});
            let answer = request.json(&body).send().await.expect(200);
            answers.push((answer.headers.clone(), answer.json(), answer.usage));
        }
        assert_eq!(answers[0], answers[1]);
        let to: Vec<_> = app.mails().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(to, ["third@example.com"]);
    }
}

/// As a code of an app does.
async fn turn_on_second_factor(app: &TestApp, session: &str) {
    let mut user = app.caller(session).await.user;
    user.turn_on_second_factor();
    let changes = Changes::new().update_user(&user);
    app.core().store.commit(changes).await.expect("a commit");
}

async fn show_second_factor(app: &TestApp, session: &str) {
    let caller = app.caller(session).await;
    let shown = Session {
        methods: vec![AuthenticationMethod::Password, AuthenticationMethod::OneTimeCode],
        trust_generation: caller.user.trust_generation,
        ..caller.session
    };
    let changes = Changes::new().update_session(&shown);
    app.core().store.commit(changes).await.expect("a commit");
}

/// New passwords and codes would go to the new mailbox: an old session must not come by them.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_the_second_factor_changes_no_address() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    show_second_factor(&app, &session).await;
    turn_on_second_factor(&app, &session).await;
    let ask = || {
        app.post(CHANGE_EMAIL)
            .bearer(&session)
            .json(&json!({"newEmail": OTHER}))
    };
    let answer = ask().send().await;
    assert_error(&answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
    assert_eq!(app.count_mails("change-email"), 0);
    show_second_factor(&app, &session).await;
    let _ = ask().send().await.expect(200);
    assert_eq!(app.count_mails("change-email"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impersonator_changes_no_address() {
    let app = start().await;
    let session = app.impersonating(&sign_up(&app, EMAIL).await).await;
    let ask = app
        .post(CHANGE_EMAIL)
        .bearer(&session)
        .json(&json!({"newEmail": OTHER}));
    let message = "This is not allowed while impersonating";
    assert_error(&ask.send().await, 403, "NOT_ALLOWED_WHILE_IMPERSONATING", message);
    assert_eq!(app.count_mails("change-email"), 0);
}

/// A request that was authorized when it began is checked again when it is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_is_not_asked_for_after_the_second_factor_or_the_end_of_the_session() {
    let ask = async |app: &TestApp, caller| {
        let command = ChangeEmail {
            new_email: EmailAddress::parse(OTHER).expect("an address"),
            callback: None,
            client_ip: String::new(),
        };
        let asked = app.core().request_email_change(&caller, command, app.clock.now()).await;
        app.deliver_mail().await;
        assert_eq!(app.count_mails("change-email"), 0);
        asked
    };
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    let caller = app.assured(&session).await;
    turn_on_second_factor(&app, &session).await;
    let refused = ask(&app, caller).await;
    assert!(
        matches!(
            refused,
            Err(ChangeEmailError::Interrupted(Interruption::SecondFactorNotShown))
        ),
        "{refused:?}"
    );

    let app = start().await;
    let caller = app.assured(&sign_up(&app, EMAIL).await).await;
    let ended = User {
        session_generation: 7,
        ..caller.user.clone()
    };
    let changes = Changes::new().update_user(&ended);
    app.core().store.commit(changes).await.expect("a commit");
    let refused = ask(&app, caller).await;
    assert!(
        matches!(refused, Err(ChangeEmailError::Interrupted(Interruption::SessionGone))),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_address_is_no_change() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    for email in [EMAIL, "ADA@EXAMPLE.COM"] {
        let answer = app
            .post(CHANGE_EMAIL)
            .cookie(&session)
            .json(&json!({"newEmail": email}))
            .send()
            .await;
        assert_error(&answer, 400, "EMAIL_IS_THE_SAME", "Email is the same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_signed_in_may_ask_and_only_with_what_is_sound() {
    let app = start().await;
    let session = sign_up(&app, EMAIL).await;
    assert_unauthorized(&app.post(CHANGE_EMAIL).json(&json!({"newEmail": OTHER})).send().await);
    for evil in EVIL {
        let body = json!({"newEmail": OTHER, "callbackURL": evil});
        let answer = app.post(CHANGE_EMAIL).cookie(&session).json(&body).send().await;
        assert_error(&answer, 403, "INVALID_CALLBACK_URL", "Invalid callbackURL");
    }
    for email in ["grace", "", "grace@example.com\r\nBcc: eve@example.com"] {
        let answer = app
            .post(CHANGE_EMAIL)
            .cookie(&session)
            .json(&json!({"newEmail": email}))
            .send()
            .await;
        assert_error(
            &answer,
            400,
            "VALIDATION_ERROR",
            "[body.newEmail] Invalid email address",
        );
    }
    let answer = app.post(CHANGE_EMAIL).cookie(&session).json(&json!({})).send().await;
    assert_error(
        &answer,
        400,
        "VALIDATION_ERROR",
        "[body.newEmail] Invalid input: expected string, received undefined",
    );
    assert_eq!(app.count_mails("change-email"), 0);
}
