//! How much one administrator does in a minute.

use jiff::SignedDuration;
use serde_json::json;

use super::{ADA, admin, post, sign_up, start_with};

const PER_MINUTE: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_fifty_things_a_minute_and_looking_is_one() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (session, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let path = format!("/api/auth/admin/get-user?id={id}");
    for _ in 0..PER_MINUTE - 1 {
        let _ = app.get(&path).bearer(&admin).undocumented().send().await.expect(200);
    }
    let of_user = json!({ "userId": id });
    let _ = post(&app, &admin, "ban-user", &of_user).await.expect(200);
    for operation in [
        "ban-user",
        "unban-user",
        "remove-user",
        "impersonate-user",
        "list-user-sessions",
    ] {
        let answer = post(&app, &admin, operation, &of_user).await.expect(429);
        assert_ne!(answer.header("retry-after"), None);
    }
    let _ = app
        .get("/api/auth/admin/list-users")
        .bearer(&admin)
        .send()
        .await
        .expect(429);
    app.clock.advance(SignedDuration::from_mins(1));
    let _ = post(&app, &admin, "unban-user", &of_user).await.expect(200);
    drop(session);
}

/// Who is refused anyway uses nothing up, and writes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn refusals_cost_no_write() {
    let app = start_with(&[("RATE_LIMITS", "on")]).await;
    let (token, id) = sign_up(&app, ADA).await;
    let answer = post(&app, &token, "remove-user", &json!({ "userId": id }))
        .await
        .expect(403);
    assert_eq!(answer.usage.dynamodb, 1);
    assert!(answer.usage.write_units.abs() < f64::EPSILON);
}
