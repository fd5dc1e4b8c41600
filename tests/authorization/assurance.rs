//! Sessions of every assurance, driven through all rows of the table: what is below the row's demand is refused before
//! the request is read, and what meets it is not refused for its assurance.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::session::AuthenticationMethod;
use shared::domain::{Session, SessionToken, User};
use shared::testkit::{Answer, TestApp, better_auth};

use super::{Assurance, Caller, Row, routes, rows};

/// A session of an administrator who has a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Recent, and without the second factor: one that a trusted browser began, or one from before the factor.
    Unverified,
    /// The second factor was verified, and the sign-in was long ago.
    Old,
    Verified,
    /// An administrator who impersonates the user.
    Impersonated,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Unverified, Self::Old, Self::Verified, Self::Impersonated];

    fn meets(self, assurance: Assurance) -> bool {
        match assurance {
            Assurance::Session | Assurance::Conditional => true,
            Assurance::Fresh => matches!(self, Self::Unverified | Self::Verified),
            Assurance::SecondFactor => self != Self::Unverified,
            Assurance::InPerson => matches!(self, Self::Old | Self::Verified),
            Assurance::StepUp => self == Self::Verified,
        }
    }

    /// The token of a further session of the user of `token`.
    async fn session(self, app: &TestApp, token: &str) -> String {
        if self == Self::Impersonated {
            return app.impersonating(token).await;
        }
        let long_ago = app.clock.now() - SignedDuration::from_hours(25);
        let change = |session: &mut Session| match self {
            Self::Unverified => {
                session.methods = vec![AuthenticationMethod::Password, AuthenticationMethod::TrustedDevice];
            }
            Self::Old => session.created_at = long_ago,
            Self::Verified | Self::Impersonated => {}
        };
        app.further_session(token, change).await
    }
}

/// Turns the second factor on for the user of a session, in which it is verified.
async fn turn_on_second_factor(app: &TestApp, token: &str) {
    app.change_user(token, User::turn_on_second_factor).await;
    let generation = app.caller(token).await.user.trust_generation;
    app.change_session(token, |session| {
        session.trust_generation = generation;
        session.methods.push(AuthenticationMethod::OneTimeCode);
    })
    .await;
}

/// The refusals of the contracts `accounts` and `platform`, which have no code for each of them.
const MESSAGES: [&str; 3] = [
    "A recent sign-in is required",
    "The second factor must be verified",
    "Forbidden",
];

fn is_refused_for_assurance(answer: &Answer) -> bool {
    if answer.status.as_u16() != 403 {
        return false;
    }
    let answer = answer.json();
    if answer["result"] == "FAILURE" || answer.get("statusCode").is_some() {
        return MESSAGES.iter().any(|message| answer["message"] == *message);
    }
    answer["code"] == "SESSION_NOT_FRESH" || answer["code"] == "NOT_ALLOWED_WHILE_IMPERSONATING"
}

async fn mismatches(row: &Row) -> Vec<String> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let app = TestApp::start(routes).await;
        let is_admin = matches!(row.caller, Caller::Administrator);
        let token = if is_admin {
            better_auth::super_admin(&app, "ada@example.com").await
        } else {
            better_auth::sign_up(&app, "ada@example.com").await
        };
        turn_on_second_factor(&app, &token).await;
        if kind == Kind::Impersonated && (is_admin || row.caller == Caller::SessionOrChallenge) {
            // What an administrator may not do in the user's place is tested with the impersonation.
            continue;
        }
        let session = kind.session(&app, &token).await;
        let answer = row.send(&app, Some(&session)).await;
        if is_refused_for_assurance(&answer) == kind.meets(row.assurance) {
            let Row { method, path, .. } = row;
            found.push(format!(
                "{method} {path}: {kind:?} was answered {} {}",
                answer.status,
                answer.text()
            ));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_demands_the_assurance_of_its_row() {
    let mut found = Vec::new();
    for row in rows() {
        if !matches!(row.caller, Caller::Public | Caller::SnsSignature | Caller::Service)
            && row.assurance != Assurance::Conditional
        {
            found.extend(mismatches(&row).await);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

async fn post(app: &TestApp, token: &str, path: &str, body: &Value) -> Answer {
    app.post(path).bearer(token).json(body).send().await
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    better_auth::assert_error(answer, 403, "SESSION_NOT_FRESH", "Session is not fresh");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_username_and_a_telephone_number_change_with_a_step_up() {
    let app = TestApp::start(routes).await;
    let token = better_auth::sign_up(&app, "ada@example.com").await;
    turn_on_second_factor(&app, &token).await;
    for kind in [Kind::Unverified, Kind::Old] {
        let session = kind.session(&app, &token).await;
        let username = post(&app, &session, "/api/auth/update-user", &json!({"username": "ada_l"})).await;
        assert_refused(&username);
        let phone = json!({"phone": "+4915112345678"});
        let answer = app
            .request("PUT", "/v1/auth/me")
            .bearer(&session)
            .json(&phone)
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 403, "{}", answer.text());
        let name = post(&app, &session, "/api/auth/update-user", &json!({"name": "Ada"})).await;
        let _ = name.expect(200);
    }
    let _ = post(&app, &token, "/api/auth/update-user", &json!({"username": "ada_l"}))
        .await
        .expect(200);
    let phone = json!({"phone": "+4915112345678"});
    let _ = app
        .request("PUT", "/v1/auth/me")
        .bearer(&token)
        .json(&phone)
        .send()
        .await
        .expect(200);
    // A client that sends the whole profile repeats what has not changed.
    let old = Kind::Old.session(&app, &token).await;
    let same = json!({"name": "Ada K", "username": "ada_l"});
    let _ = post(&app, &old, "/api/auth/update-user", &same).await.expect(200);
    let same = json!({"firstName": "Ada", "phone": "+4915112345678"});
    let _ = app
        .request("PUT", "/v1/auth/me")
        .bearer(&old)
        .json(&same)
        .send()
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn owners_change_with_a_step_up() {
    let app = TestApp::start(routes).await;
    let owner = better_auth::sign_up_verified(&app, "ada@example.com").await;
    let organization = better_auth::create_organization(&app, &owner, "acme").await;
    let second = better_auth::sign_up_member(&app, &owner, "grace@example.com", "owner").await;
    let member = better_auth::sign_up_member(&app, &owner, "bob@example.com", "member").await;
    let id = |token: &str| SessionToken::parse(token).expect("a token").user_id.to_string();
    let (second, member) = (id(&second), id(&member));
    turn_on_second_factor(&app, &owner).await;
    let role = |id: &str, role: &str| json!({"memberId": id, "role": role, "organizationId": organization});
    let (update, remove) = (
        "/api/auth/organization/update-member-role",
        "/api/auth/organization/remove-member",
    );
    let invitation = |role: &str| json!({"email": "carol@example.com", "role": role, "organizationId": organization});
    for kind in [Kind::Unverified, Kind::Old] {
        let session = kind.session(&app, &owner).await;
        assert_refused(&post(&app, &session, update, &role(&member, "owner")).await);
        assert_refused(&post(&app, &session, update, &role(&second, "admin")).await);
        let removal = json!({"memberIdOrEmail": second, "organizationId": organization});
        assert_refused(&post(&app, &session, remove, &removal).await);
        assert_refused(
            &post(
                &app,
                &session,
                "/api/auth/organization/invite-member",
                &invitation("owner"),
            )
            .await,
        );
        let _ = post(&app, &session, update, &role(&member, "admin")).await.expect(200);
    }
    let _ = post(&app, &owner, update, &role(&member, "owner")).await.expect(200);
    let removal = json!({"memberIdOrEmail": second, "organizationId": organization});
    let _ = post(&app, &owner, remove, &removal).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_becomes_an_owner_and_leaves_as_one_with_a_step_up() {
    let app = TestApp::start(routes).await;
    let owner = better_auth::sign_up_verified(&app, "ada@example.com").await;
    let organization = better_auth::create_organization(&app, &owner, "acme").await;
    let guest = better_auth::sign_up_verified(&app, "grace@example.com").await;
    turn_on_second_factor(&app, &guest).await;
    let (accept, leave) = (
        "/api/auth/organization/accept-invitation",
        "/api/auth/organization/leave",
    );
    let of_organization = json!({"organizationId": organization});
    let mut weaker = Vec::new();
    for kind in [Kind::Unverified, Kind::Old, Kind::Impersonated] {
        weaker.push(kind.session(&app, &guest).await);
    }
    let invite = async |role: &str| {
        let invited = better_auth::invite(&app, &owner, "grace@example.com", role).await;
        json!({"invitationId": invited.expect(200).json()["id"]})
    };
    let invitation = invite("owner").await;
    for session in &weaker {
        let answer = post(&app, session, accept, &invitation).await;
        assert!(is_refused_for_assurance(&answer), "{}", answer.text());
    }
    let _ = post(&app, &guest, accept, &invitation).await.expect(200);
    for session in &weaker {
        let answer = post(&app, session, leave, &of_organization).await;
        assert!(is_refused_for_assurance(&answer), "{}", answer.text());
    }
    let _ = post(&app, &guest, leave, &of_organization).await.expect(200);

    // A member needs none.
    let invitation = invite("member").await;
    let _ = post(&app, &weaker[1], accept, &invitation).await.expect(200);
    let _ = post(&app, &weaker[1], leave, &of_organization).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_no_session_of_higher_assurance() {
    let app = TestApp::start(routes).await;
    let token = better_auth::sign_up(&app, "ada@example.com").await;
    turn_on_second_factor(&app, &token).await;
    let session = Kind::Unverified.session(&app, &token).await;
    for operation in ["revoke-other-sessions", "revoke-sessions"] {
        assert_refused(&post(&app, &session, &format!("/api/auth/{operation}"), &json!({})).await);
    }
    assert_refused(&post(&app, &session, "/api/auth/revoke-session", &json!({"token": token})).await);
    assert!(better_auth::is_live(&app, &token).await);

    let other = Kind::Unverified.session(&app, &token).await;
    let _ = post(&app, &session, "/api/auth/revoke-session", &json!({"token": other}))
        .await
        .expect(200);
    assert!(!better_auth::is_live(&app, &other).await);
    let _ = post(&app, &token, "/api/auth/sign-out", &json!({})).await.expect(200);
    let _ = post(&app, &session, "/api/auth/revoke-other-sessions", &json!({}))
        .await
        .expect(200);
    assert!(better_auth::is_live(&app, &session).await);
    let _ = post(&app, &session, "/api/auth/revoke-sessions", &json!({}))
        .await
        .expect(200);
    assert!(!better_auth::is_live(&app, &session).await);
}
