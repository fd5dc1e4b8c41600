//! Who may do what to the users of an account.

use serde_json::{Value, json};
use shared::testkit::TestApp;

use super::{Account, GRACE, LINKS, OWNER, USERS, id_of, start, super_admin, text};

/// The callers, from none to the super administrator.
const CALLERS: [&str; 8] = [
    "anonymous",
    "stranger",
    "coach",
    "admin of another",
    "group admin",
    "admin",
    "owner",
    "super admin",
];

struct Request {
    method: &'static str,
    path: String,
    body: Value,
    /// The answers in the order of the callers.
    expected: [u16; 8],
}

async fn tokens(app: &TestApp, account: &Account) -> [Option<String>; 8] {
    [
        None,
        Some(shared::testkit::accounts::sign_up(app, "stranger@example.com").await),
        Some(account.join(app, "coach@example.com", &["coach"]).await),
        Some(Account::found(app, "other@example.com", 5).await.owner),
        Some(account.join(app, "group@example.com", &["group_admin"]).await),
        Some(account.join(app, "admin@example.com", &["admin"]).await),
        Some(account.owner.clone()),
        Some(super_admin(app).await),
    ]
}

/// What each caller is answered. Accounts of others are unknown; an own one is forbidden.
const MANAGE: [u16; 8] = [401, 404, 403, 404, 201, 201, 201, 201];
const CHANGE: [u16; 8] = [401, 404, 403, 404, 200, 200, 200, 200];

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_for_the_rank_in_the_account() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 50).await;
    let tokens = tokens(&app, &account).await;
    let number = account.number.0;
    for (at, token) in tokens.iter().enumerate() {
        let email = format!("u{at}@example.com");
        let id = text(&account.create_user(&app, &email, "COACH").await["id"]);
        let requests = [
            Request {
                method: "POST",
                path: USERS.to_owned(),
                body: json!({"email": format!("new{at}@example.com"), "role": "COACH", "accountId": number}),
                expected: MANAGE,
            },
            Request {
                method: "POST",
                path: LINKS.to_owned(),
                body: json!({"role": "COACH", "accountId": number}),
                expected: MANAGE,
            },
            Request {
                method: "POST",
                path: LINKS.to_owned(),
                body: json!({"role": "SUPER_ADMIN", "accountId": number}),
                expected: [401, 404, 403, 404, 403, 403, 403, 201],
            },
            Request {
                method: "PATCH",
                path: format!("{USERS}/{id}"),
                body: json!({"name": "Another", "accountId": number}),
                expected: CHANGE,
            },
            Request {
                method: "PUT",
                path: format!("{USERS}/{id}/roles"),
                body: json!({"roles": ["COACH"], "accountId": number}),
                expected: [401, 404, 403, 404, 403, 200, 200, 200],
            },
            Request {
                method: "DELETE",
                path: format!("{USERS}/{id}"),
                body: json!({"role": "COACH", "email": email, "accountId": number}),
                expected: CHANGE,
            },
        ];
        for Request {
            method,
            path,
            body,
            expected,
        } in requests
        {
            let request = app.request(method, &path).json(&body);
            let request = match token {
                Some(token) => request.bearer(token),
                None => request,
            };
            let answer = request.send().await;
            let caller = CALLERS[at];
            assert_eq!(
                answer.status,
                expected[at],
                "{method} {path} {caller}: {}",
                answer.text()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_another_account_is_unknown() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let other = Account::found(&app, "other@example.com", 5).await;
    let stranger = id_of(&app, &other.owner).await;
    let unknown = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    for id in [
        &stranger,
        &unknown,
        &json!("x"),
        &json!("01890A5D-AC96-774B-BCCE-B302099A8057"),
    ] {
        let (user, roles) = (format!("{USERS}/{}", text(id)), format!("{USERS}/{}/roles", text(id)));
        let number = account.number.0;
        for (method, path, body) in [
            ("PATCH", &user, json!({"name": "Mallory"})),
            ("PATCH", &user, json!({"role": "COACH", "accountId": number})),
            ("PUT", &roles, json!({"roles": ["COACH"], "accountId": number})),
            (
                "DELETE",
                &user,
                json!({"role": "COACH", "email": "other@example.com", "accountId": number}),
            ),
        ] {
            let request = app.request(method, path).bearer(&account.owner).json(&body);
            let answer = request.send().await.expect(404);
            assert_eq!(answer.json()["message"], "User not found");
        }
    }
}

/// Without a number, it is the account in which the session acts, or the user's own for a super administrator.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_need_not_name_the_account() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let root = super_admin(&app).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    for (token, role) in [(&account.owner, "SPONSOR"), (&root, "MANAGER")] {
        let answer = super::patch(&app, token, &shown["id"], &json!({ "role": role }))
            .await
            .expect(200);
        assert_eq!(super::data(&answer)["accountId"], account.number.0);
    }
    let answer = super::patch(
        &app,
        &account.owner,
        &shown["id"],
        &json!({"role": "COACH", "accountId": 0}),
    )
    .await;
    super::assert_code(&answer, 404, "NOT_FOUND");
}

/// An API key, an old session and a session without the second factor administer no user.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_up_is_required() {
    let app = start().await;
    let account = Account::found(&app, OWNER, 5).await;
    let shown = account.create_user(&app, GRACE, "COACH").await;
    app.clock.advance(jiff::SignedDuration::from_hours(30));
    let (id, number) = (text(&shown["id"]), account.number.0);
    for (method, path, body) in [
        (
            "POST",
            USERS.to_owned(),
            json!({"email": "a@example.com", "role": "COACH", "accountId": number}),
        ),
        ("POST", LINKS.to_owned(), json!({"role": "COACH", "accountId": number})),
        ("PATCH", format!("{USERS}/{id}"), json!({"role": "ADMIN"})),
        (
            "PUT",
            format!("{USERS}/{id}/roles"),
            json!({"roles": ["ADMIN"], "accountId": number}),
        ),
        (
            "DELETE",
            format!("{USERS}/{id}"),
            json!({"role": "COACH", "email": GRACE, "accountId": number}),
        ),
    ] {
        let request = app.request(method, &path).bearer(&account.owner).json(&body);
        let answer = request.send().await.expect(403);
        assert_eq!(answer.json()["message"], "A recent sign-in is required");
    }
}
