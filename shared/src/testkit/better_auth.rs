//! Users of the `better_auth` contract: how they sign up, sign in, join an organization and become administrators, and how the
//! contract words an error.

use serde_json::{Value, json};

use super::{Answer, PASSWORD, TestApp, TestRequest, text};
use crate::clock::Clock as _;
use crate::contract::better_auth::PASSWORD_RULES;
use crate::domain::{EmailAddress, LoginName, NewPassword, PasswordAttempt, PlatformRole};
use crate::operations::{CaptchaCheck, Client, CreateAdmin, Issue, SignIn, SignInPolicy};

/// The three cookies of a session, each removed.
pub const CLEARED: [&str; 3] = [
    "better-auth.session_token=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.session_data=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "better-auth.dont_remember=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];

/// The body of a sign-up.
pub fn account(email: &str) -> Value {
    json!({"name": "Ada Lovelace", "email": email, "password": PASSWORD})
}

/// The session token of a new user.
pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let answer = app.post("/api/auth/sign-up/email").json(&account(email)).send().await;
    token_of(&answer.expect(200))
}

/// The session token of a new user whose address is verified.
pub async fn sign_up_verified(app: &TestApp, email: &str) -> String {
    let token = sign_up(app, email).await;
    assert_eq!(app.last_mail("verify-email").to, [email]);
    verify_email(app).await;
    token
}

/// Follows the link of the newest verification mail.
pub async fn verify_email(app: &TestApp) {
    let path = format!("/api/auth/verify-email?token={}", app.mailed_token("verify-email"));
    let _ = app.get(&path).send().await.expect(200);
}

pub fn sign_in_request<'a>(app: &'a TestApp, email: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"email": email, "password": password});
    app.post("/api/auth/sign-in/email").json(&body)
}

pub async fn try_sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    sign_in_request(app, email, password).send().await
}

/// The token of a further session of a user who has [`PASSWORD`].
pub async fn sign_in(app: &TestApp, email: &str) -> String {
    token_of(&try_sign_in(app, email, PASSWORD).await.expect(200))
}

/// The session token in the answer to a sign-up or sign-in.
pub fn token_of(answer: &Answer) -> String {
    text(&answer.json()["token"])
}

/// The answer to `get-session`, which is `null` without a live session.
pub async fn session_of(app: &TestApp, token: &str) -> Value {
    let answer = app.get("/api/auth/get-session").bearer(token).send().await;
    answer.expect(200).json()
}

/// The user of a session as clients see it; `null` without a live session.
pub async fn user_of(app: &TestApp, token: &str) -> Value {
    session_of(app, token).await["user"].take()
}

/// Whether a token, whichever contract issued it, has a live session.
pub async fn is_live(app: &TestApp, token: &str) -> bool {
    session_of(app, token).await != Value::Null
}

/// Creates an organization, which becomes the session's active one; its id.
pub async fn create_organization(app: &TestApp, token: &str, slug: &str) -> String {
    let body = json!({"name": "Acme", "slug": slug});
    let request = app.post("/api/auth/organization/create").bearer(token);
    text(&request.json(&body).send().await.expect(200).json()["id"])
}

/// Invites an address into the session's active organization.
pub async fn invite(app: &TestApp, token: &str, email: &str, role: &str) -> Answer {
    let body = json!({"email": email, "role": role});
    let request = app.post("/api/auth/organization/invite-member").bearer(token);
    request.json(&body).send().await
}

pub async fn accept_invitation(app: &TestApp, token: &str, invitation_id: &Value) -> Answer {
    let body = json!({"invitationId": invitation_id});
    let request = app.post("/api/auth/organization/accept-invitation").bearer(token);
    request.json(&body).send().await
}

/// The session token of a new user, who joined the inviter's active organization.
pub async fn sign_up_member(app: &TestApp, inviter: &str, email: &str, role: &str) -> String {
    let session = sign_up_verified(app, email).await;
    let invitation = invite(app, inviter, email, role).await.expect(200).json();
    let _ = accept_invitation(app, &session, &invitation["id"]).await.expect(200);
    session
}

/// A sign-in with the password of all users, for calling the operation directly.
pub fn sign_in_command(email: &str) -> SignIn {
    SignIn {
        name: LoginName::Email(EmailAddress::parse(email).expect("an address")),
        password: PasswordAttempt::new(PASSWORD),
        remember_me: true,
        policy: SignInPolicy::open(Issue::Session),
        trusted_devices: Vec::new(),
        captcha: CaptchaCheck::NotRequired,
        client: Client::default(),
    }
}

/// The session token of an administrator of users, who has no other platform role.
pub async fn admin(app: &TestApp, email: &str) -> String {
    let token = super_admin(app, email).await;
    app.change_user(&token, |user| user.roles = [PlatformRole::Admin].into_iter().collect())
        .await;
    token
}

/// The session token of an administrator with every platform role.
pub async fn super_admin(app: &TestApp, email: &str) -> String {
    let command = CreateAdmin {
        email: EmailAddress::parse(email).expect("an address"),
        password: NewPassword::parse(PASSWORD, PASSWORD_RULES).expect("a password"),
    };
    let created = app.core().create_admin(command, app.clock.now()).await;
    created.expect("an administrator");
    sign_in(app, email).await
}

/// The status and the whole body of an error. An error sets no cookie.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_code(answer, status, code);
    assert_eq!(answer.json(), json!({"code": code, "message": message}));
    let cookies = answer.cookies();
    assert!(cookies.is_empty(), "an error sets no cookie: {cookies:?}");
}

/// The status and the code of an error whose message says nothing more, or which has further fields.
#[track_caller]
pub fn assert_code(answer: &Answer, status: u16, code: &str) {
    let found = answer.json()["code"].clone();
    assert_eq!(
        (answer.status.as_u16(), found.as_str()),
        (status, Some(code)),
        "{}",
        answer.text()
    );
}

#[track_caller]
pub fn assert_unauthorized(answer: &Answer) {
    assert_error(answer, 401, "UNAUTHORIZED", "Unauthorized");
}

/// The value to which an answer sets a cookie, unless the answer removes it. The last line of several counts.
pub fn cookie_of(answer: &Answer, name: &str) -> Option<String> {
    let line = cookie_line(answer, name)?;
    let value = line.split(';').next()?.split_once('=')?.1.to_owned();
    (!line.contains("Max-Age=0")).then_some(value)
}

/// The last `Set-Cookie` header for this cookie.
pub fn cookie_line<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let mut lines = answer.cookies().into_iter();
    lines.rfind(|line| line.split('=').next() == Some(name))
}

/// Whether the answer removes the cookie.
pub fn clears(answer: &Answer, name: &str) -> bool {
    cookie_line(answer, name).is_some_and(|line| line.contains("Max-Age=0"))
}
