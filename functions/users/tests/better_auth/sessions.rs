//! The sessions of other users.

use jiff::SignedDuration;
use serde_json::json;

use super::{ADA, admin, is_live, post, sign_in, sign_up, start, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_revoked_by_its_handle_which_is_no_credential() {
    let app = start().await;
    let (first, id) = sign_up(&app, ADA).await;
    app.clock.advance(SignedDuration::from_secs(1));
    let second = sign_in(&app, ADA).await;
    let admin = admin(&app).await;
    let listed = post(&app, &admin, "list-user-sessions", &json!({ "userId": id }))
        .await
        .expect(200)
        .json();
    let handles: Vec<String> = listed["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .map(|session| text(&session["token"]))
        .collect();
    assert_eq!(handles.len(), 2);
    for handle in &handles {
        assert!(!is_live(&app, handle).await);
    }
    let answer = post(
        &app,
        &admin,
        "revoke-user-session",
        &json!({"sessionToken": handles[0]}),
    )
    .await
    .expect(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert!(!is_live(&app, &first).await && is_live(&app, &second).await);
    let _ = post(&app, &admin, "revoke-user-session", &json!({"sessionToken": second}))
        .await
        .expect(200);
    assert!(!is_live(&app, &second).await);
    let _ = post(
        &app,
        &admin,
        "revoke-user-session",
        &json!({"sessionToken": "nonsense"}),
    )
    .await
    .expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_sessions_of_a_user_end_and_no_others() {
    let app = start().await;
    let (first, id) = sign_up(&app, ADA).await;
    let (other, _) = sign_up(&app, "grace@example.com").await;
    let admin = admin(&app).await;
    let answer = post(&app, &admin, "revoke-user-sessions", &json!({ "userId": id }))
        .await
        .expect(200);
    assert_eq!(answer.json(), json!({"success": true}));
    assert!(!is_live(&app, &first).await && is_live(&app, &other).await && is_live(&app, &admin).await);
    let listed = post(&app, &admin, "list-user-sessions", &json!({ "userId": id }))
        .await
        .expect(200)
        .json();
    assert_eq!(listed, json!({"sessions": []}));
}
