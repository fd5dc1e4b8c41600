//! What the function answers over HTTP.

use shared::testkit::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_path_is_refused_in_the_words_of_the_contract() {
    let app = TestApp::start(policy::routes).await;
    let answer = app
        .get("/v1/policies/x/nothing")
        .undocumented()
        .send()
        .await
        .expect(404);
    assert_eq!(answer.json()["message"], "Cannot GET /v1/policies/x/nothing");
}
