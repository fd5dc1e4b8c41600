//! What each operation demands of its caller, as a table over all routes: `operations.txt`. A route without a row
//! fails, a row without a route fails, a row that contradicts the operation's contract file fails, and each row is
//! driven with requests that must be refused. Sessions of every assurance are driven through all rows in `assurance`.

mod assurance;

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use local_aws::template::Template;
use serde_json::json;
use shared::domain::SessionToken;
use shared::http::AppState;
use shared::testkit::{Answer, TestApp, better_auth, platform};
use tests::Contract;

const TABLE: &str = include_str!("operations.txt");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Public,
    PublicOrSession,
    Session,
    SessionOrChallenge,
    Recipient,
    Member,
    OrganizationAdmin,
    OrganizationOwner,
    PolicyKeeper,
    UserOrAdministrator,
    AccountAdministrator,
    AccountAdmin,
    Administrator,
    PlatformAdministrator,
    Impersonator,
    SnsSignature,
    Service,
}

/// What the session must have proven, beyond being live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Assurance {
    Session,
    Fresh,
    SecondFactor,
    InPerson,
    StepUp,
    /// Some requests demand more than a session.
    Conditional,
}

#[derive(Debug)]
struct Row {
    method: &'static str,
    path: &'static str,
    caller: Caller,
    assurance: Assurance,
    /// The answer to an anonymous request, where it is not the one that follows from the caller.
    anonymous: Option<u16>,
}

impl Caller {
    fn parse(word: &str) -> Self {
        match word {
            "public" => Self::Public,
            "public-or-session" => Self::PublicOrSession,
            "session" => Self::Session,
            "session-or-challenge" => Self::SessionOrChallenge,
            "recipient" => Self::Recipient,
            "member" => Self::Member,
            "organization-admin" => Self::OrganizationAdmin,
            "organization-owner" => Self::OrganizationOwner,
            "policy-keeper" => Self::PolicyKeeper,
            "user-or-administrator" => Self::UserOrAdministrator,
            "account-administrator" => Self::AccountAdministrator,
            "account-admin" => Self::AccountAdmin,
            "administrator" => Self::Administrator,
            "platform-administrator" => Self::PlatformAdministrator,
            "impersonator" => Self::Impersonator,
            "sns-signature" => Self::SnsSignature,
            "service" => Self::Service,
            other => panic!("no kind of caller: {other}"),
        }
    }

    /// What the `x-principal` of a contract file says of an operation that is served.
    fn documented(principal: &str) -> Self {
        match principal {
            "public" => Self::Public,
            "public or SUPER_ADMIN" => Self::PublicOrSession,
            "user session" | "user JWT" => Self::Session,
            "user session or pending two-factor sign-in" => Self::SessionOrChallenge,
            "user session; recipient of the invitation" => Self::Recipient,
            "org role OWNER, ADMIN or MEMBER"
            | "user session; member of the organization"
            | "SUPER_ADMIN, or any user of the account" => Self::Member,
            "user session; organization role owner or admin"
            | "org role OWNER or ADMIN"
            | "org role OWNER or ADMIN; MEMBER too when openInvite is true" => Self::OrganizationAdmin,
            "user session; organization role owner" | "org role OWNER" => Self::OrganizationOwner,
            "admin JWT, or org role OWNER or ADMIN" => Self::PolicyKeeper,
            "user JWT or admin JWT" => Self::UserOrAdministrator,
            "ADMIN or GROUP_ADMIN of the account, or SUPER_ADMIN"
            | "the uploader, ADMIN or GROUP_ADMIN of the account, or SUPER_ADMIN"
            | "ADMIN or GROUP_ADMIN of the account, or SUPER_ADMIN; the user itself for name" => {
                Self::AccountAdministrator
            }
            "ADMIN of the account, or SUPER_ADMIN" | "SUPER_ADMIN, or ADMIN of the account" => Self::AccountAdmin,
            "user session with role admin" => Self::Administrator,
            "admin JWT" => Self::PlatformAdministrator,
            "impersonated user session" => Self::Impersonator,
            "SNS signature" => Self::SnsSignature,
            "service token" => Self::Service,
            other => panic!("map the principal {other:?} to a kind of caller"),
        }
    }
}

impl Assurance {
    fn parse(word: &str) -> Self {
        match word {
            "fresh" => Self::Fresh,
            "second-factor" => Self::SecondFactor,
            "in-person" => Self::InPerson,
            "step-up" => Self::StepUp,
            "step-up-to-change-identifiers"
            | "step-up-to-change-others"
            | "step-up-to-change-owners"
            | "step-up-to-turn-it-on"
            | "second-factor-to-end-stronger-sessions"
            | "in-person-to-own-it" => Self::Conditional,
            other => panic!("no assurance: {other}"),
        }
    }
}

impl Row {
    fn parse(line: &'static str) -> Self {
        let mut words = line.split_whitespace();
        let mut word = || words.next().unwrap_or_else(|| panic!("a row is too short: {line}"));
        let (method, path, caller) = (word(), word(), Caller::parse(word()));
        let mut words = words.peekable();
        let assurance = words.next_if(|word| word.parse::<u16>().is_err());
        let assurance = assurance.map_or(Assurance::Session, Assurance::parse);
        let anonymous = words.next().map(|status| status.parse().expect("a status"));
        assert_eq!(words.next(), None, "a row is too long: {line}");
        Self {
            method,
            path,
            caller,
            assurance,
            anonymous,
        }
    }

    /// The answer to this operation with an empty object and, if there is one, the bearer token.
    async fn send(&self, app: &TestApp, token: Option<&str>) -> Answer {
        let method = if self.method == "ANY" { "GET" } else { self.method };
        let filled = self.path.split('/').map(|segment| match segment {
            "{provider}" => "acme",
            "{userId}" => "1",
            parameter if parameter.starts_with('{') => "x",
            literal => literal,
        });
        let path = filled.collect::<Vec<_>>().join("/");
        let request = app.request(method, &path).undocumented();
        let request = match token {
            Some(token) => request.bearer(token),
            None => request,
        };
        if method == "GET" {
            request.send().await
        } else {
            request.json(&json!({})).send().await
        }
    }

    /// How an answer to a caller without authorization differs from what the row states.
    fn mismatch(&self, answer: &Answer, of_whom: &str) -> Option<String> {
        let status = answer.status.as_u16();
        let is_expected = match (self.anonymous, self.caller) {
            (Some(expected), _) => status == expected,
            (None, Caller::Public) => status < 500 && status != 401 && status != 403,
            (None, Caller::PublicOrSession) => status < 500 && status != 403,
            (None, _) => status == 401,
        };
        let Self {
            method, path, caller, ..
        } = self;
        let text = || {
            format!(
                "{method} {path} ({caller:?}) answers {of_whom} with {status} {}",
                answer.text()
            )
        };
        (!is_expected).then(text)
    }
}

fn rows() -> Vec<Row> {
    let is_row = |line: &&str| !line.is_empty() && !line.starts_with('#');
    TABLE.lines().filter(is_row).map(Row::parse).collect()
}

pub fn routes(state: &AppState) -> Router<AppState> {
    Router::new()
        .merge(admin::routes(state))
        .merge(api_key::routes(state))
        .merge(health::routes(state))
        .merge(keys::routes(state))
        .merge(mail_events::routes(state))
        .merge(organization::routes(state))
        .merge(passkey::routes(state))
        .merge(password::routes(state))
        .merge(policy::routes(state))
        .merge(profile::routes(state))
        .merge(session::routes(state))
        .merge(social::routes(state))
        .merge(two_factor::routes(state))
        .merge(users::routes(state))
}

#[test]
fn every_route_has_one_row_and_every_row_a_route() {
    let mut without_row = Template::of_the_service().routes().expect("routes");
    // The route of a whole prefix has rows for the operations below it.
    without_row.retain(|route| route.path != "$default" && !route.is_prefix());
    let mut listed = BTreeSet::new();
    for row in rows() {
        let key = (row.method.to_owned(), row.path.to_owned());
        assert!(listed.insert(key), "{} {} has two rows", row.method, row.path);
        let route = Template::of_the_service().route_of(row.method, row.path);
        assert!(route.is_some(), "{} {} has no route", row.method, row.path);
        without_row.retain(|known| Some(known) != route.as_ref());
    }
    assert!(without_row.is_empty(), "add rows to operations.txt: {without_row:?}");
}

#[test]
fn rows_demand_what_the_contract_files_say() {
    let contracts = [
        Contract::better_auth(),
        Contract::basic(),
        Contract::teams(),
        Contract::platform(),
        Contract::accounts(),
    ];
    let operations = contracts.into_iter().flat_map(Contract::operations);
    let principals: BTreeMap<(String, String), String> = operations
        .map(|operation| ((operation.method, operation.path), operation.principal))
        .collect();
    for row in rows() {
        if let Some(principal) = principals.get(&(row.method.to_owned(), row.path.to_owned())) {
            assert_eq!(row.caller, Caller::documented(principal), "{} {}", row.method, row.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_without_authorization_are_refused() {
    let app = TestApp::start(routes).await;
    let revoked = better_auth::sign_up(&app, "ada@example.com").await;
    let _ = app
        .post("/api/auth/sign-out")
        .bearer(&revoked)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert!(SessionToken::parse(&revoked).is_ok());
    let mut mismatches = Vec::new();
    for row in rows() {
        mismatches.extend(row.mismatch(&row.send(&app, None).await, "an anonymous request"));
        mismatches.extend(row.mismatch(&row.send(&app, Some(&revoked)).await, "the token of a revoked session"));
    }
    assert!(mismatches.is_empty(), "{mismatches:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_without_a_platform_role_are_refused_what_administrators_may() {
    let app = TestApp::start(routes).await;
    let user = better_auth::sign_up(&app, "ada@example.com").await;
    for row in rows() {
        let demands_a_role = matches!(
            row.caller,
            Caller::AccountAdministrator | Caller::AccountAdmin | Caller::Administrator | Caller::Impersonator
        );
        if demands_a_role {
            let status = row.send(&app, Some(&user)).await.status.as_u16();
            assert!(
                (400..=404).contains(&status),
                "{} {} answered {status}",
                row.method,
                row.path
            );
        }
    }
}

/// A user is no administrator of the platform, whatever roles the user has, and an administrator of the platform is no
/// user.
#[tokio::test(flavor = "multi_thread")]
async fn users_and_administrators_of_the_platform_are_refused_what_the_others_may() {
    let app = TestApp::start(routes).await;
    let user = better_auth::super_admin(&app, "ada@example.com").await;
    let admin = platform::admin(&app, "root@example.com").await;
    for row in rows() {
        let (token, expected) = match row.caller {
            Caller::PlatformAdministrator => (&user, 403),
            Caller::Public | Caller::SnsSignature | Caller::PolicyKeeper | Caller::UserOrAdministrator => continue,
            _ => (&admin, 401),
        };
        let status = row.send(&app, Some(token)).await.status.as_u16();
        // Some operations answer an anonymous request otherwise, or validate their parameters first.
        let expected = row.anonymous.unwrap_or(expected);
        assert_eq!(status, expected, "{} {}", row.method, row.path);
    }
}

/// Every path of a contract that is switched off is as unknown as a path of no contract, and what is part of no
/// contract is served by every deployment.
#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_is_switched_off_has_no_paths() {
    let unknown = json!({"message": "Not Found"});
    for served in shared::domain::Contract::ALL {
        let app = TestApp::with_settings(routes, &[("CONTRACTS", served.as_str())]).await;
        for row in rows() {
            let answer = row.send(&app, None).await;
            let is_unknown = answer.status == 404 && serde_json::from_str(&answer.text()).ok() == Some(unknown.clone());
            let contract = shared::domain::Contract::of(row.path);
            let is_off = row.path != "/api/auth/ok" && contract.is_some_and(|contract| contract != served);
            assert_eq!(
                is_unknown,
                is_off,
                "{served}: {} {}: {}",
                row.method,
                row.path,
                answer.text()
            );
        }
        for (method, path) in [
            ("POST", "/auth/nothing"),
            ("GET", "/api/auth/login"),
            ("DELETE", "/v1/nothing"),
        ] {
            let answer = app.request(method, path).undocumented().send().await;
            let is_off = shared::domain::Contract::of(path) != Some(served);
            assert_eq!(
                answer.text() == r#"{"message":"Not Found"}"#,
                is_off,
                "{served}: {method} {path}"
            );
        }
    }
}
