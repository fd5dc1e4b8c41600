//! Users of the `accounts` contract, and how the contract wraps its answers.

use serde_json::{Value, json};

use super::{Answer, TestApp, TestRequest, better_auth};
use crate::clock::Clock as _;
use crate::contract::accounts::new_password;
use crate::domain::one_time::SetPassword;
use crate::domain::organization::AccountPatch;
use crate::domain::{
    MemberRoles, Membership, OneTimeToken, OrganizationDetails, OrganizationId, OrganizationNumber, OrganizationPatch,
    Plan, RoleName, Slug,
};
use crate::operations::{CreateOrganization, SetFirstPassword};
use crate::store::Changes;

pub fn login_request<'a>(app: &'a TestApp, email: &str, password: &str) -> TestRequest<'a> {
    let body = json!({"email": email, "password": password});
    app.post("/accounts/v1/auth/login").json(&body)
}

pub async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    login_request(app, email, password).send().await
}

pub async fn refresh(app: &TestApp, token: &Value) -> Answer {
    let body = json!({"refreshToken": token});
    app.post("/accounts/v1/auth/refresh-token").json(&body).send().await
}

pub async fn validate(app: &TestApp, token: &Value, kind: &str) -> Answer {
    let body = json!({"token": token, "tokenType": kind});
    app.post("/accounts/v1/auth/validate-token").json(&body).send().await
}

/// The data in the envelope of a success.
#[track_caller]
pub fn data(answer: &Answer) -> Value {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let mut answer = answer.json();
    let data = answer["data"].take();
    assert_eq!(
        answer,
        json!({"result": "SUCCESS", "message": "Operation succeeded", "data": null})
    );
    data
}

/// The status and the whole body of an error. An error sets no cookie.
#[track_caller]
pub fn assert_error(answer: &Answer, status: u16, code: &str, message: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({"result": "FAILURE", "message": message, "data": {"code": code}})
    );
    assert!(answer.cookies().is_empty());
}

/// A password that the rules of the contract allow.
pub const STRONG_PASSWORD: &str = "Nine lanterns over Pskov, 1581";

/// An account with a plan, and its owner.
#[derive(Debug)]
pub struct Account {
    pub id: OrganizationId,
    pub number: OrganizationNumber,
    /// The session token of the owner, who acts for the account.
    pub owner: String,
}

impl Account {
    /// An account of a new user with the address.
    pub async fn found(app: &TestApp, email: &str, seats: u32) -> Self {
        let owner = sign_up(app, email).await;
        let slug = email.replace(['@', '+'], "-");
        let command = CreateOrganization {
            name: "Analytical Engines".to_owned(),
            slug: Slug::parse(&slug).expect("a slug"),
            logo: None,
            metadata: None,
            seats: None,
            details: OrganizationDetails::default(),
        };
        let caller = app.caller(&owner).await;
        let organization = app.core().create_organization(&caller, command, app.clock.now()).await;
        let organization = organization.expect("an organization");
        let patch = OrganizationPatch {
            account: AccountPatch {
                plan: Some(Plan::TeamStarter),
                seats: Some(seats),
                ..AccountPatch::default()
            },
            ..OrganizationPatch::default()
        };
        commit(
            app,
            Changes::new().update_organization(&organization, &patch, app.clock.now()),
        )
        .await;
        Self {
            id: organization.id,
            number: organization.number,
            owner,
        }
    }

    /// The session token of a further member, who signed up by themselves and acts for the account.
    pub async fn join(&self, app: &TestApp, email: &str, roles: &[&str]) -> String {
        let token = sign_up(app, email).await;
        let mut user = app.caller(&token).await.user;
        let names = roles.iter().map(|name| RoleName::parse(name).expect("a name"));
        let roles = MemberRoles::of(names).expect("roles");
        let membership = Membership::new(self.id, self.number, roles, app.clock.now());
        user.memberships.push(membership.clone());
        user.default_organization.get_or_insert(self.id);
        let changes = Changes::new()
            .update_user(&user)
            .create_member(&user, &membership)
            .take_seat(self.id, &membership.roles, 100);
        commit(app, changes).await;
        let id = self.id;
        app.change_session(&token, |session| session.active_organization = Some(id))
            .await;
        token
    }

    /// The user whom the owner creates with the role, as the contract shows them. The user has no password yet.
    pub async fn create_user(&self, app: &TestApp, email: &str, role: &str) -> Value {
        let body = json!({"email": email, "role": role, "accountId": self.number.0, "name": "Grace Hopper"});
        let request = app.post("/accounts/v1/users").bearer(&self.owner).json(&body);
        request.send().await.expect(201).json()["data"].take()
    }

    /// The session token of such a user, who has set a password.
    pub async fn create_active_user(&self, app: &TestApp, email: &str, role: &str) -> (String, Value) {
        let user = self.create_user(app, email, role).await;
        activate(app).await;
        (sign_in(app, email).await, user)
    }
}

/// The session token of a new user, who is a member of no account, with a verified address.
pub async fn sign_up(app: &TestApp, email: &str) -> String {
    let token = better_auth::sign_up(app, email).await;
    let now = app.clock.now();
    app.change_user(&token, |user| user.email_verified_at = Some(now)).await;
    token
}

async fn commit(app: &TestApp, changes: Changes) {
    app.core().store.commit(changes).await.expect("a commit");
}

/// Sets [`STRONG_PASSWORD`] with the token of the newest invitation to an account.
pub async fn activate(app: &TestApp) {
    let token = OneTimeToken::<SetPassword>::parse(&app.mailed_token("account-invitation")).expect("a token");
    let password = new_password(STRONG_PASSWORD).expect("a password");
    let command = SetFirstPassword {
        email: None,
        name: None,
        password: &password,
    };
    let set = app
        .core()
        .set_first_password(&token, command, "", app.clock.now())
        .await;
    set.expect("a password");
}

/// The session token of a user who has [`STRONG_PASSWORD`].
pub async fn sign_in(app: &TestApp, email: &str) -> String {
    let answer = better_auth::try_sign_in(app, email, STRONG_PASSWORD).await.expect(200);
    better_auth::token_of(&answer)
}

/// The status and the code of an error.
#[track_caller]
pub fn assert_code(answer: &Answer, status: u16, code: &str) {
    let found = answer.json()["data"]["code"].clone();
    let found = (answer.status.as_u16(), found.as_str());
    assert_eq!(found, (status, Some(code)), "{}", answer.text());
}
