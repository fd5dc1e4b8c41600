//! Inviting one member and many, the list of invitations, and canceling one.

use serde_json::{Value, json};
use shared::domain::OrganizationRole::{Admin, Member};
use shared::domain::{OrganizationId, OrganizationPatch};
use shared::testkit::platform::{assert_error, assert_invalid, me};
use shared::testkit::text;

use super::{change, delete, founded, get, invite, member, post, set_seats, stored};
use crate::start;
use crate::support::sign_up;

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_invited_with_a_message() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let body = json!({"email": "Eve@Example.com", "role": "ADMIN", "message": "Welcome <b>aboard</b>"});
    let invited = post(&app, &owner, &format!("{id}/members/invite"), &body).await;
    let invited = invited.expect(201).json();
    let user = app.caller(&owner).await.user;
    assert_eq!(
        invited,
        json!({
            "id": invited["id"], "email": "eve@example.com", "role": "ADMIN", "status": "PENDING",
            "expiresAt": "2026-02-02T12:00:00.000Z", "createdAt": "2026-01-31T12:00:00.000Z",
            "inviter": {"id": user.id.to_string(), "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace"},
        })
    );
    let mail = app.last_mail("invitation");
    assert_eq!(mail.to, ["eve@example.com"]);
    let (text, html) = (mail.text.unwrap_or_default(), mail.html.unwrap_or_default());
    assert!(text.contains("Their message: Welcome <b>aboard</b>"), "{text}");
    assert!(html.contains("Their message: Welcome &lt;b&gt;aboard"), "{html}");
    let listed = get(&app, &owner, &format!("{id}/invitations")).await.expect(200).json();
    assert_eq!(listed["data"], json!([invited]));
    assert_eq!(
        listed["pagination"],
        json!({"page": 1, "limit": 20, "total": 1, "totalPages": 1})
    );
    let again = invite(&app, &owner, &id, "eve@example.com", "MEMBER").await;
    assert_error(&again, 409, "Invitation already exists");
}

/// A link in the message would make the service send phishing mails.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_a_link_is_not_sent() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let path = format!("{id}/members/invite");
    let body = json!({"email": "eve@example.com", "role": "MEMBER", "message": "Sign in at evil.example"});
    let _ = post(&app, &owner, &path, &body).await.expect(201);
    let mail = app.last_mail("invitation");
    let text = mail.text.unwrap_or_default();
    assert!(!text.contains("evil") && !text.contains("Their message"), "{text}");
    let invisible = json!({"email": "joe@example.com", "role": "MEMBER", "message": "a\u{200b}b"});
    let refused = post(&app, &owner, &path, &invisible).await;
    assert_invalid(&refused, "message", "must not hold invisible characters");
    let long = json!({"email": "joe@example.com", "role": "MEMBER", "message": "m".repeat(501)});
    assert_invalid(
        &post(&app, &owner, &path, &long).await,
        "message",
        "must have at most 500 characters",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_invites_members_and_an_owner_everyone() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let admin = member(&app, &id, "admin@example.com", Admin).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    for role in ["ADMIN", "OWNER"] {
        let refused = invite(&app, &admin, &id, "joe@example.com", role).await;
        assert_error(&refused, 403, "Only an owner may invite with this role");
    }
    let _ = invite(&app, &admin, &id, "joe@example.com", "MEMBER").await.expect(201);
    let _ = invite(&app, &owner, &id, "zoe@example.com", "OWNER").await.expect(201);
    let refused = invite(&app, &guest, &id, "max@example.com", "MEMBER").await;
    assert_error(&refused, 403, "Insufficient permissions");
    let present = invite(&app, &owner, &id, "eve@example.com", "MEMBER").await;
    assert_error(&present, 409, "User is already a member");
    let outsider = sign_up(&app, "out@example.com").await;
    let refused = invite(&app, &outsider, &id, "max@example.com", "MEMBER").await;
    assert_error(&refused, 404, "Organization not found");
    let solo = text(&me(&app, &owner).await["solo_org_id"]);
    let refused = invite(&app, &owner, &solo, "max@example.com", "MEMBER").await;
    assert_error(&refused, 403, "A personal organization has no other members");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_member_invites_members_where_invitations_are_open() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let open = OrganizationPatch {
        open_invite: Some(true),
        ..OrganizationPatch::default()
    };
    change(&app, &id, &open).await;
    let refused = invite(&app, &guest, &id, "joe@example.com", "ADMIN").await;
    assert_error(&refused, 403, "Only an owner may invite with this role");
    let _ = invite(&app, &guest, &id, "joe@example.com", "MEMBER").await.expect(201);
    assert_eq!(app.last_mail("invitation").to, ["joe@example.com"]);
    let rows = json!({"members": [{"email": "max@example.com", "role": "MEMBER"}]});
    let refused = post(&app, &guest, &format!("{id}/members/bulk-invite"), &rows).await;
    assert_error(&refused, 403, "Insufficient permissions");
    assert_error(
        &get(&app, &guest, &format!("{id}/invitations")).await,
        403,
        "Insufficient permissions",
    );
    // In every contract, because it is one organization.
    let body = json!({"organizationId": id, "email": "max@example.com", "role": "member"});
    let request = app.post("/api/auth/organization/invite-member").bearer(&guest);
    let _ = request.json(&body).send().await.expect(200);
    let _ = get(&app, &owner, &format!("{id}/invitations")).await.expect(200);
}

/// Members and pending invitations together, and an expired invitation no longer counts.
#[tokio::test(flavor = "multi_thread")]
async fn pending_invitations_take_seats_of_the_plan() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    set_seats(&app, &id, 3, 3).await;
    let first = invite(&app, &owner, &id, "one@example.com", "MEMBER")
        .await
        .expect(201)
        .json();
    let _ = invite(&app, &owner, &id, "two@example.com", "MEMBER").await.expect(201);
    let full = invite(&app, &owner, &id, "three@example.com", "MEMBER").await;
    assert_error(&full, 409, "No seat is left");
    // In every contract.
    let body = json!({"organizationId": id, "email": "three@example.com", "role": "member"});
    let request = app.post("/api/auth/organization/invite-member").bearer(&owner);
    let refused = request.json(&body).send().await;
    assert_eq!(
        (refused.status.as_u16(), stored(&app, &id).await.open_invitations),
        (403, 2)
    );
    let cancel = format!("{id}/invitations/{}", text(&first["id"]));
    let _ = delete(&app, &owner, &cancel).await.expect(204);
    let _ = invite(&app, &owner, &id, "three@example.com", "MEMBER")
        .await
        .expect(201);
    app.clock.advance(jiff::SignedDuration::from_hours(72));
    let _ = invite(&app, &owner, &id, "four@example.com", "MEMBER")
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_of_many_invitations_has_its_own_result() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    set_seats(&app, &id, 4, 4).await;
    let rows = json!({"message": "Join us", "members": [
        {"email": "one@example.com", "role": "MEMBER"},
        {"email": "no address", "role": "MEMBER"},
        {"email": "two@example.com", "role": "CHIEF"},
        {"email": "ada@example.com", "role": "MEMBER"},
        {"email": "One@Example.com", "role": "ADMIN"},
        7,
        {"email": "three@example.com", "role": "ADMIN", "message": "Welcome"},
        {"email": "four@example.com", "role": "MEMBER"},
        {"email": "five@example.com", "role": "MEMBER"},
    ]});
    let answer = post(&app, &owner, &format!("{id}/members/bulk-invite"), &rows).await;
    let answer = answer.expect(201).json();
    assert_eq!(
        (&answer["total"], &answer["invited"], &answer["failed"]),
        (&json!(9), &json!(3), &json!(6))
    );
    let results = answer["results"].as_array().expect("results");
    let outcome = |row: &Value| (text(&row["email"]), row["message"].as_str().map(str::to_owned));
    let outcomes: Vec<_> = results.iter().map(outcome).collect();
    let failed = |email: &str, why: &str| (email.to_owned(), Some(why.to_owned()));
    let sent = |email: &str| (email.to_owned(), None);
    assert_eq!(
        outcomes,
        [
            sent("one@example.com"),
            failed("no address", "email must be an email address"),
            failed("two@example.com", "role must be a role: OWNER, ADMIN or MEMBER"),
            failed("ada@example.com", "User is already a member"),
            failed("One@Example.com", "Invitation already exists"),
            failed("", "must be an object"),
            sent("three@example.com"),
            sent("four@example.com"),
            failed("five@example.com", "No seat is left"),
        ]
    );
    assert_eq!(results[0]["invitation"]["status"], "PENDING");
    let organization = OrganizationId::parse(&id).expect("an id");
    let stored = app
        .core()
        .store
        .list_invitations(organization)
        .await
        .expect("an answer");
    let messages: Vec<_> = stored.iter().map(|sent| sent.message.as_deref()).collect();
    assert_eq!(messages, [Some("Join us"), Some("Welcome"), Some("Join us")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_invitations_are_one_to_fifty() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let row = json!({"email": "one@example.com", "role": "MEMBER"});
    for rows in [json!([]), json!(vec![row; 51]), json!("x"), Value::Null] {
        let refused = post(
            &app,
            &owner,
            &format!("{id}/members/bulk-invite"),
            &json!({"members": rows}),
        )
        .await;
        assert_invalid(&refused, "members", "must be a list of 1 to 50 members");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_canceled_once() {
    let app = start().await;
    let (owner, id) = founded(&app).await;
    let guest = member(&app, &id, "eve@example.com", Member).await;
    let invited = invite(&app, &owner, &id, "joe@example.com", "MEMBER")
        .await
        .expect(201)
        .json();
    let path = format!("{id}/invitations/{}", text(&invited["id"]));
    assert_error(&delete(&app, &guest, &path).await, 403, "Insufficient permissions");
    let _ = delete(&app, &owner, &path).await.expect(204);
    let unknown = [path, format!("{id}/invitations/nonsense")];
    for path in unknown {
        let refused = delete(&app, &owner, &path).await;
        assert_error(&refused, 404, "Invitation not found or already processed");
    }
    let listed = get(&app, &owner, &format!("{id}/invitations")).await.expect(200).json();
    assert_eq!(listed["data"][0]["status"], "REVOKED");
}
