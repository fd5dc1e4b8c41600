//! Registration links: what they show, who accepts them, and when they end.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::user::BanTerms;
use shared::domain::{PlatformRole, UserStatus};
use shared::testkit::{Answer, TestApp, better_auth};

use super::{
    ALAN, Account, GRACE, LINKS, OWNER, STRONG, active, assert_code, data, id_of, login_request, owner_of, post,
    put_roles, roles, start, start_with, super_admin, user,
};

async fn link(app: &TestApp, token: &str, role: &str, account: &Account) -> Value {
    let body = json!({"role": role, "accountId": account.number.0, "programId": 3});
    data(&post(app, token, LINKS, &body).await.expect(201))
}

async fn decode(app: &TestApp, token: &Value) -> Answer {
    app.post(&format!("{LINKS}/decode"))
        .json(&json!({ "token": token }))
        .send()
        .await
}

async fn accept(app: &TestApp, token: &Value, email: &str) -> Answer {
    let body = json!({"token": token, "email": email, "name": "Grace Hopper", "password": STRONG});
    app.post(&format!("{LINKS}/accept")).json(&body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_with_a_link_registers_and_verifies_the_address() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let creator = app.caller(&account.owner).await.user.number.0;
    let created = link(&app, &account.owner, "COACH", &account).await;
    let (token, expires_at) = (&created["token"], &created["expiresAt"]);
    assert_eq!(
        created,
        json!({
            "token": token, "link": format!("http://127.0.0.1:3000/link/registration?token={}", super::text(token)),
            "role": "COACH", "accountId": account.number.0, "programId": 3, "expiresAt": expires_at,
        })
    );
    assert_eq!(
        data(&decode(&app, token).await.expect(200)),
        json!({
            "role": "COACH", "accountId": account.number.0, "accountName": "Analytical Engines", "programId": 3,
            "email": null, "name": null, "expiresAt": expires_at,
        })
    );

    let registered = data(&accept(&app, token, "Grace@Example.com").await.expect(201));
    let shown = &registered["user"];
    assert_eq!(registered["verificationEmailSent"], true);
    assert_eq!(
        (
            &shown["email"],
            &shown["activationStatus"],
            &shown["createdBy"],
            &shown["programId"]
        ),
        (
            &json!(GRACE),
            &json!("PENDING_EMAIL_VERIFICATION"),
            &json!(creator),
            &json!(3)
        )
    );
    assert_eq!(roles(shown), active(&["COACH"]));
    assert_code(
        &login_request(&app, GRACE, STRONG).send().await,
        403,
        "EMAIL_NOT_VERIFIED",
    );
    assert_eq!(app.last_mail("verify-email").to, [GRACE]);
    let verification = app.mailed_token("verify-email");
    let verification = shared::domain::OneTimeToken::parse(&verification).expect("a token");
    let verified = app
        .core()
        .verify_email(
            &verification,
            None,
            &shared::operations::Client::default(),
            app.clock.now(),
        )
        .await;
    verified.expect("a verified address");
    let login = data(&login_request(&app, GRACE, STRONG).send().await.expect(200));
    assert_eq!(login["user"]["role"], "COACH");
}

/// The role belongs to an address that is not proven, so no contract opens a session before the verification.
#[tokio::test(flavor = "multi_thread")]
async fn no_contract_signs_a_user_of_a_link_in_before_the_address_is_verified() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "ADMIN", &account).await["token"].clone();
    let _ = accept(&app, &token, GRACE).await.expect(201);
    let sign_ins = [
        ("/api/auth/sign-in/email", json!({"email": GRACE, "password": STRONG})),
        ("/api/auth/login", json!({"email": GRACE, "password": STRONG})),
        (
            "/auth/sign-in",
            json!({"credentials": {"email": GRACE, "password": STRONG}, "captchaToken": "unused"}),
        ),
        ("/v1/auth/login", json!({"identifier": GRACE, "password": STRONG})),
        ("/accounts/v1/auth/login", json!({"email": GRACE, "password": STRONG})),
    ];
    for (path, body) in &sign_ins {
        let answer = app.post(path).json(body).send().await;
        assert!(
            [400, 401, 403].contains(&answer.status.as_u16()),
            "{path}: {}",
            answer.status
        );
    }
    app.change_user_of(GRACE, |user| user.email_verified_at = Some(user.created_at))
        .await;
    for (path, body) in &sign_ins {
        let answer = app.post(path).json(body).send().await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_a_link_signs_in_at_once_where_the_contract_demands_no_verified_address() {
    let app = start_with(&[("VERIFICATION_REQUIRED", "platform")]).await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    let _ = accept(&app, &token, GRACE).await.expect(201);
    let _ = login_request(&app, GRACE, STRONG).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_used_once() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    let _ = accept(&app, &token, GRACE).await.expect(201);
    assert_code(&accept(&app, &token, ALAN).await, 409, "ALREADY_USED");
    assert_code(&decode(&app, &token).await, 409, "ALREADY_USED");
    assert_eq!(owner_of(&app, ALAN).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_expires() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    app.clock.advance(SignedDuration::from_hours(48));
    assert_code(&accept(&app, &token, GRACE).await, 410, "TOKEN_EXPIRED");
    assert_code(&decode(&app, &token).await, 410, "TOKEN_EXPIRED");
    let unknown = shared::domain::RegistrationLinkToken {
        secret: shared::domain::Secret::from_bytes([7; 32]),
    };
    for unknown in [json!("x"), json!(unknown.to_string()), json!(account.owner)] {
        assert_code(&accept(&app, &unknown, GRACE).await, 400, "INVALID_TOKEN");
        assert_code(&decode(&app, &unknown).await, 400, "INVALID_TOKEN");
    }
    for empty in [json!(""), Value::Null] {
        assert_code(&decode(&app, &empty).await, 400, "VALIDATION_ERROR");
    }
}

/// A refusal leaves the link for another attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_registration_does_not_use_the_link() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    for password in ["short", "nine lanterns over pskov", "Password1!", "Grace@example.com1"] {
        let body = json!({"token": token, "email": GRACE, "name": "Grace Hopper", "password": password});
        let answer = app.post(&format!("{LINKS}/accept")).json(&body).send().await;
        assert_code(&answer, 400, "VALIDATION_ERROR");
    }
    assert_code(&accept(&app, &token, OWNER).await, 409, "EMAIL_ALREADY_EXISTS");
    assert_eq!(owner_of(&app, GRACE).await, None);
    let _ = accept(&app, &token, GRACE).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_takes_a_seat() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 2).await;
    let (first, second) = (
        link(&app, &account.owner, "COACH", &account).await["token"].clone(),
        link(&app, &account.owner, "COACH", &account).await["token"].clone(),
    );
    let _ = accept(&app, &first, GRACE).await.expect(201);
    assert_code(&accept(&app, &second, ALAN).await, 409, "SEAT_LIMIT_REACHED");
    assert_eq!(owner_of(&app, ALAN).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_with_the_right_of_its_creator() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 20).await;
    // Demoted, deactivated, banned, removed: each time by another way.
    for (at, way) in ["demoted", "deactivated", "banned", "removed"].into_iter().enumerate() {
        let email = format!("admin{at}@example.com");
        let admin = account.join(&app, &email, &["admin"]).await;
        let id = id_of(&app, &admin).await;
        let token = link(&app, &admin, "COACH", &account).await["token"].clone();
        let _ = decode(&app, &token).await.expect(200);
        let number = account.number.0;
        match way {
            "demoted" => {
                let body = json!({"accountId": number, "roles": ["GROUP_ADMIN"]});
                let _ = put_roles(&app, &account.owner, &id, &body).await.expect(200);
            }
            "deactivated" => {
                let body = json!({"role": "ADMIN", "roleOperation": "DEACTIVATE_ROLE"});
                let _ = super::patch(&app, &account.owner, &id, &body).await.expect(200);
            }
            "banned" => {
                let terms = BanTerms {
                    reason: "spam".to_owned(),
                    until: None,
                };
                app.change_user(&admin, |user| user.ban(terms, app.clock.now())).await;
            }
            _ => {
                let body = json!({"accountId": number, "role": "ADMIN", "email": email});
                let _ = super::delete(&app, &account.owner, &id, &body).await.expect(200);
            }
        }
        assert_code(&decode(&app, &token).await, 410, "TOKEN_EXPIRED");
        assert_code(&accept(&app, &token, GRACE).await, 410, "TOKEN_EXPIRED");
    }
    assert_eq!(owner_of(&app, GRACE).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_admin_invites_to_no_higher_role() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let group_admin = account.join(&app, "group@example.com", &["group_admin"]).await;
    let body = json!({"role": "ADMIN", "accountId": account.number.0});
    assert_code(&post(&app, &group_admin, LINKS, &body).await, 403, "FORBIDDEN");
    let token = link(&app, &group_admin, "GROUP_ADMIN", &account).await["token"].clone();
    assert_eq!(
        data(&accept(&app, &token, GRACE).await.expect(201))["user"]["role"],
        "GROUP_ADMIN"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_administrator_invites_another_one() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let body = json!({"role": "SUPER_ADMIN", "accountId": account.number.0});
    assert_code(&post(&app, &account.owner, LINKS, &body).await, 403, "FORBIDDEN");
    let (first, second) = (
        link(&app, &root, "SUPER_ADMIN", &account).await["token"].clone(),
        link(&app, &root, "SUPER_ADMIN", &account).await["token"].clone(),
    );
    let registered = data(&accept(&app, &first, GRACE).await.expect(201));
    assert_eq!(roles(&registered["user"]), active(&["SUPER_ADMIN"]));
    let stored = user(&app, &registered["user"]["id"]).await.expect("a user");
    assert_eq!(
        (stored.roles, stored.memberships[0].roles.to_string()),
        ([PlatformRole::SuperAdmin].into(), "member".to_owned())
    );
    app.change_user(&root, |user| user.roles = [PlatformRole::Admin].into())
        .await;
    assert_code(&accept(&app, &second, ALAN).await, 410, "TOKEN_EXPIRED");
}

/// A link proves nothing about an address, so a provider's sign-in does not find a verified user there.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_verifies_no_address() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "ADMIN", &account).await["token"].clone();
    let registered = data(&accept(&app, &token, GRACE).await.expect(201));
    let stored = user(&app, &registered["user"]["id"]).await.expect("a user");
    assert!(!stored.is_email_verified() && !stored.is_provisioned);
    let answer = better_auth::try_sign_in(&app, GRACE, STRONG).await;
    assert_eq!(answer.json()["code"], "EMAIL_NOT_VERIFIED");
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_and_mails_are_limited() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let account = Account::found(&app, OWNER, 50).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    for _ in 0..5 {
        assert_code(&accept(&app, &token, OWNER).await, 409, "EMAIL_ALREADY_EXISTS");
    }
    assert_code(&accept(&app, &token, OWNER).await, 429, "RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_captcha_is_asked_for_where_one_is_configured() {
    let settings = [
        ("CAPTCHA_PROVIDER", "turnstile"),
        ("CAPTCHA_SECRET", "secret"),
        ("CAPTCHA_CONTRACTS", "accounts"),
    ];
    let app = start_with(&settings).await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "COACH", &account).await["token"].clone();
    assert_code(&accept(&app, &token, GRACE).await, 400, "VALIDATION_ERROR");
    assert_eq!(owner_of(&app, GRACE).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_invitation_is_bound_to_its_address_and_makes_an_active_user() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let created = account.create_user(&app, GRACE, "COACH").await;
    let token = json!(app.mailed_token("account-invitation"));
    let offer = data(&decode(&app, &token).await.expect(200));
    assert_eq!(
        offer,
        json!({
            "role": "COACH", "accountId": account.number.0, "accountName": "Analytical Engines", "programId": null,
            "email": GRACE, "name": "Grace Hopper", "expiresAt": offer["expiresAt"],
        })
    );
    assert_code(&accept(&app, &token, ALAN).await, 403, "FORBIDDEN");
    let body = json!({"token": token, "email": GRACE, "name": "Admiral Hopper", "password": STRONG});
    let accepted = app
        .post(&format!("{LINKS}/accept"))
        .json(&body)
        .send()
        .await
        .expect(201);
    let accepted = data(&accepted);
    assert_eq!(accepted["verificationEmailSent"], false);
    let user = &accepted["user"];
    assert_eq!(
        (&user["id"], &user["name"], &user["activationStatus"]),
        (&created["id"], &json!("Admiral Hopper"), &json!("ACTIVE"))
    );
    let _ = login_request(&app, GRACE, STRONG).send().await.expect(200);
    assert_code(&decode(&app, &token).await, 409, "ALREADY_USED");
    assert_code(&accept(&app, &token, GRACE).await, 409, "ALREADY_USED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_invitation_of_an_inactive_user_has_ended_and_was_not_used() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    account.create_user(&app, GRACE, "COACH").await;
    let token = json!(app.mailed_token("account-invitation"));
    app.change_user_of(GRACE, |user| user.status = UserStatus::Inactive)
        .await;
    assert_code(&decode(&app, &token).await, 410, "TOKEN_EXPIRED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_invitation_into_a_suspended_account_is_refused() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let created = account.create_user(&app, GRACE, "COACH").await;
    let token = json!(app.mailed_token("account-invitation"));
    let mut grace = user(&app, &created["id"]).await.expect("a user");
    grace.memberships[0].suspended = true;
    let changes = shared::store::Changes::new().update_user(&grace);
    app.core().store.commit(changes).await.expect("a commit");
    assert_code(&decode(&app, &token).await, 410, "TOKEN_EXPIRED");
    assert_code(&accept(&app, &token, GRACE).await, 403, "ACCOUNT_INACTIVE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_from_a_stolen_session_ends_with_the_session() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let token = link(&app, &account.owner, "ADMIN", &account).await["token"].clone();
    let _ = decode(&app, &token).await.expect(200);
    let ended = app
        .post("/api/auth/revoke-sessions")
        .bearer(&account.owner)
        .json(&json!({}));
    let _ = ended.send().await.expect(200);
    assert_code(&decode(&app, &token).await, 410, "TOKEN_EXPIRED");
    assert_code(&accept(&app, &token, GRACE).await, 410, "TOKEN_EXPIRED");
    assert_eq!(owner_of(&app, GRACE).await, None);
}
