//! What is left for auditors of what administrators do.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{ADA, PASSWORD, admin, post, post_undocumented, sign_up, start};

/// Lines of the log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Those for auditors.
    fn take(&self) -> Vec<Value> {
        let bytes = std::mem::take(&mut *self.0.lock().expect("no panic"));
        let lines = String::from_utf8(bytes).expect("text");
        let lines = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let lines = lines.filter(|line| line["target"] == "audit");
        let records = lines.map(|line| line["record"].as_str().expect("a record").to_owned());
        records
            .map(|record| serde_json::from_str::<Value>(&record).expect("JSON"))
            .filter(|record| record["kind"] == "administrator_acted")
            .collect()
    }
}

#[tokio::test]
async fn each_action_leaves_an_audit_line_with_actor_and_target() {
    let app = start().await;
    let (_, id) = sign_up(&app, ADA).await;
    let admin = admin(&app).await;
    let admin_id = app.caller(&admin).await.user.id.to_string();
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().json().flatten_event(true);
    // While there is but one, whether a line is wanted is asked in whatever thread comes first, and remembered for all.
    let _another = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let _guard = tracing::subscriber::set_default(log.with_writer(move || writer.clone()).finish());
    let of_user = json!({ "userId": id });
    for (operation, body) in [
        ("set-role", json!({"userId": id, "role": "user"})),
        ("set-user-password", json!({"userId": id, "newPassword": PASSWORD})),
        ("ban-user", of_user.clone()),
        ("unban-user", of_user.clone()),
        ("revoke-user-sessions", of_user.clone()),
        ("impersonate-user", of_user.clone()),
        ("remove-user", of_user.clone()),
    ] {
        let _ = post(&app, &admin, operation, &body).await.expect(200);
        let written = lines.take();
        assert_eq!(written.len(), 1, "{operation}");
        assert_eq!(
            (&written[0]["action"], &written[0]["actor"], &written[0]["user"]),
            (&json!(operation), &json!(admin_id), &json!(id)),
        );
    }
    let body = json!({"email": "new@example.com", "name": "New", "password": PASSWORD});
    let made = post(&app, &admin, "create-user", &body).await.expect(200).json();
    let written = lines.take();
    assert_eq!(written[0]["user"], made["user"]["id"]);
    assert!(!written[0].to_string().contains(PASSWORD));
    let update = json!({"userId": made["user"]["id"], "data": {"name": "Newer"}});
    let _ = post_undocumented(&app, &admin, "update-user", &update)
        .await
        .expect(200);
    assert_eq!(lines.take()[0]["action"], "update-user");
    // What is refused changes nothing, and is in the log of requests.
    let _ = post(&app, &admin, "remove-user", &of_user).await.expect(404);
    assert_eq!(lines.take(), Vec::<Value>::new());
}
