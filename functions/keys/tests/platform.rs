//! The `platform` contract: the key sets.

use shared::testkit::TestApp;

const USERS: &str = "/v1/auth/.well-known/jwks.json";
const ADMINISTRATORS: &str = "/v1/admin/.well-known/jwks.json";

#[tokio::test]
async fn users_and_administrators_have_key_sets_of_their_own() {
    let app = TestApp::start(keys::routes).await;
    let users = app.get(USERS).send().await.expect(200);
    let administrators = app.get(ADMINISTRATORS).send().await.expect(200);
    let kid = |set: &serde_json::Value| set["keys"][0]["kid"].clone();
    assert_ne!(kid(&users.json()), kid(&administrators.json()));
    let published = app.get("/.well-known/jwks.json").send().await.expect(200);
    assert_eq!(published.json(), users.json());
    for set in [users, administrators] {
        assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
        assert_eq!(set.json()["keys"].as_array().map(Vec::len), Some(1));
    }
}

#[tokio::test]
async fn a_failure_is_in_the_words_of_the_contract() {
    let app = TestApp::start(keys::routes).await;
    app.aws.faults().set(local_aws::Service::Kms, local_aws::Mode::Error);
    for path in [USERS, ADMINISTRATORS] {
        let refused = app.get(path).send().await.expect(503);
        assert_eq!(refused.json()["statusCode"], 503);
        assert_eq!(refused.header("retry-after"), Some("1"));
    }
}
