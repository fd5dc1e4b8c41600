//! The `teams` contract on the wire: the own profile.

use local_aws::{Mode, Service};
use serde_json::{Value, json};
use shared::testkit::teams::assert_unauthorized;
use shared::testkit::{PASSWORD, TestApp, TestRequest, better_auth, text};

use crate::start;

const EMAIL: &str = "ada@example.com";
const ME: &str = "/auth/me";

/// The access token of the new user.
async fn sign_up(app: &TestApp) -> String {
    let account = json!({"email": EMAIL, "password": PASSWORD, "firstName": "Ada", "lastName": "King Lovelace"});
    let answer = app.post("/auth/sign-up").json(&account).send().await.expect(201);
    text(&answer.json()["accessToken"])
}

async fn me(app: &TestApp, token: &str) -> Value {
    app.get(ME).bearer(token).send().await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_profile_takes_one_read() {
    let app = start().await;
    let token = sign_up(&app).await;
    let number = app.caller(&token).await.user.number.0;
    // The key that verifies the token is read once per process.
    me(&app, &token).await;
    let answer = app.get(ME).bearer(&token).send().await.expect(200);
    assert_eq!(
        answer.json(),
        json!({
            "id": number, "email": EMAIL, "firstName": "Ada", "lastName": "King Lovelace", "roles": ["Owner"],
            "isTwoFactorEnable": false, "photo": null,
        })
    );
    assert_eq!((answer.usage.dynamodb, answer.usage.kms), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_another_contract_will_do() {
    let app = start().await;
    let token = better_auth::sign_up(&app, EMAIL).await;
    let shown = me(&app, &token).await;
    assert_eq!(
        (&shown["firstName"], &shown["lastName"]),
        (&json!("Ada"), &json!("Lovelace"))
    );
    assert_eq!(shown["roles"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_is_no_address_of_one_is_none() {
    let app = start().await;
    let token = sign_up(&app).await;
    for (image, photo) in [
        (
            json!("https://example.com/ada.png"),
            json!("https://example.com/ada.png"),
        ),
        (json!("ada.png"), Value::Null),
        (json!(null), Value::Null),
    ] {
        let request = app.post("/api/auth/update-user").bearer(&token);
        let _ = request.json(&json!({"image": image})).send().await.expect(200);
        assert_eq!(me(&app, &token).await["photo"], photo);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_live_session_nothing_is_shown() {
    let app = start().await;
    let token = sign_up(&app).await;
    let ways: [fn(TestRequest<'_>) -> TestRequest<'_>; 5] = [
        |request| request,
        |request| request.bearer(""),
        |request| request.bearer("nonsense"),
        |request| request.header("authorization", "Basic YWRhOnNlY3JldA=="),
        |request| request.bearer("eyJhbGciOiJub25lIn0.e30."),
    ];
    for way in ways {
        assert_unauthorized(&way(app.get(ME)).send().await);
    }
    assert_unauthorized(&app.get(&format!("{ME}?access_token={token}")).send().await);
    // The contract knows no cookies.
    assert_unauthorized(&app.get(ME).cookie(&token).send().await);
    let _ = app
        .post("/api/auth/delete-user")
        .bearer(&token)
        .json(&json!({}))
        .send()
        .await
        .expect(200);
    assert_unauthorized(&app.get(ME).bearer(&token).send().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_dynamodb_it_says_so() {
    let app = start().await;
    let token = sign_up(&app).await;
    app.aws.faults().set(Service::DynamoDb, Mode::Error);
    let answer = app.get(ME).bearer(&token).send().await.expect(503);
    assert_eq!(
        answer.json(),
        json!({"statusCode": 503, "message": "Service unavailable", "error": "Service Unavailable"})
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    app.aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(me(&app, &token).await["email"], EMAIL);
}
