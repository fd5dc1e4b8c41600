//! A member with fewer rights neither demotes nor removes one with more, and ends no invitation that grants more.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::testkit::race::all_at_once;
use shared::testkit::{Answer, TestApp};

use super::support::{GUEST, OWNER, create, id_of, invite, joined, sign_up};
use super::{assert_code, call, get};
use crate::start_with;

/// A role that may do everything to members and invitations, and nothing else. `designer` holds no right over the
/// organization.
const ROLES: &str = r#"{
    "steward": {"member": ["update", "delete"], "invitation": ["create", "cancel"]},
    "designer": {"project": ["create", "share"]}
}"#;

const STEWARD: &str = "steward@example.com";
const ADMIN: &str = "roe@example.com";

struct Stage {
    app: TestApp,
    owner: String,
    steward: String,
    admin: String,
}

async fn stage() -> Stage {
    let app = start_with(&[("ORGANIZATION_ROLES", ROLES)]).await;
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let steward = joined(&app, &owner, STEWARD, "steward").await;
    let admin = joined(&app, &owner, ADMIN, "admin").await;
    Stage {
        app,
        owner,
        steward,
        admin,
    }
}

impl Stage {
    async fn set_role(&self, by: &str, of: &str, role: &str) -> Answer {
        let body = json!({"memberId": id_of(&self.app, of).await, "role": role});
        call(&self.app, "update-member-role", by, body).await
    }

    async fn remove(&self, by: &str, email: &str) -> Answer {
        call(&self.app, "remove-member", by, json!({"memberIdOrEmail": email})).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_role_with_fewer_rights_does_not_demote_or_remove_an_administrator() {
    let stage = stage().await;
    let Stage {
        app, owner, steward, ..
    } = &stage;
    let designer = joined(app, owner, GUEST, "designer").await;
    let demoting = "YOU_ARE_NOT_ALLOWED_TO_UPDATE_THIS_MEMBER";
    for role in ["member", "designer", "steward", "admin,steward"] {
        assert_code(&stage.set_role(steward, &stage.admin, role).await, 403, demoting);
    }
    assert_code(&stage.set_role(steward, owner, "member").await, 403, demoting);
    let removing = "YOU_ARE_NOT_ALLOWED_TO_DELETE_THIS_MEMBER";
    assert_code(&stage.remove(steward, ADMIN).await, 401, removing);
    let role = get(app, "get-active-member-role", &stage.admin)
        .await
        .expect(200)
        .json();
    assert_eq!(role, json!({"role": "admin"}));

    // Members with the same rights or fewer are within reach, whatever rights they have in the application.
    let _ = stage.set_role(steward, &designer, "steward").await.expect(200);
    let _ = stage.set_role(steward, &designer, "designer").await.expect(200);
    let _ = stage.remove(steward, GUEST).await.expect(200);
    let _ = stage.set_role(&stage.admin, steward, "member").await.expect(200);
    let _ = stage.remove(&stage.admin, STEWARD).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_does_not_remove_an_owner_from_a_team() {
    let stage = stage().await;
    let Stage {
        app,
        owner,
        steward,
        admin,
    } = &stage;
    let team = call(app, "create-team", owner, json!({"name": "Engines"}))
        .await
        .expect(200)
        .json();
    let body = async |token: &str| json!({"teamId": team["id"], "userId": id_of(app, token).await});
    for member in [owner, steward, admin] {
        let _ = call(app, "add-team-member", owner, body(member).await)
            .await
            .expect(200);
    }
    let code = "YOU_ARE_NOT_ALLOWED_TO_REMOVE_A_TEAM_MEMBER";
    for (by, member) in [(admin, owner), (steward, owner), (steward, admin)] {
        let answer = call(app, "remove-team-member", by, body(member).await).await;
        assert_code(&answer, 403, code);
    }
    for (by, member) in [(admin, steward), (admin, admin), (owner, owner)] {
        let _ = call(app, "remove-team-member", by, body(member).await)
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_grants_more_is_neither_canceled_nor_replaced() {
    let stage = stage().await;
    let Stage {
        app,
        owner,
        steward,
        admin,
    } = &stage;
    for (role, by) in [("owner", admin), ("owner", steward), ("admin", steward)] {
        let email = format!("{role}@guests.example");
        let body = json!({"email": email, "role": role, "resend": true});
        let invitation = call(app, "invite-member", owner, body.clone()).await.expect(200).json();
        let cancel = json!({"invitationId": invitation["id"]});
        let answer = call(app, "cancel-invitation", by, cancel).await;
        assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_CANCEL_THIS_INVITATION");
        let lower = json!({"email": email, "role": "member", "resend": true});
        let answer = call(app, "invite-member", by, lower).await;
        assert_code(&answer, 403, "YOU_ARE_NOT_ALLOWED_TO_INVITE_USER_WITH_THIS_ROLE");
        let listed = get(app, "list-invitations", owner).await.expect(200).json();
        let mut found = listed.as_array().expect("a list").iter();
        let kept = found.find(|found| found["id"] == invitation["id"]).expect("it is kept");
        assert_eq!((&kept["status"], &kept["role"]), (&json!("pending"), &json!(role)));
    }
    let invitation = invite(app, owner, GUEST, "steward").await.expect(200).json();
    let _ = call(
        app,
        "cancel-invitation",
        steward,
        json!({"invitationId": invitation["id"]}),
    )
    .await
    .expect(200);
}

/// The decision to cancel holds in its commit: an owner may send the invitation with higher roles at the same time.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_does_not_end_an_invitation_that_was_raised_at_the_same_time() {
    let Stage {
        app, owner, steward, ..
    } = stage().await;
    let app = Arc::new(app);
    for round in 0..8 {
        // Each renewal ends at another time.
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let email = format!("guest{round}@example.com");
        let invitation = invite(&app, &owner, &email, "member").await.expect(200).json();
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        let raise = json!({"email": email, "role": "admin", "resend": true});
        let cancel = json!({"invitationId": invitation["id"]});
        let requests: [(&str, &String, &Value); 2] = [
            ("invite-member", &owner, &raise),
            ("cancel-invitation", &steward, &cancel),
        ];
        let send = |(operation, token, body): (&'static str, &String, &Value)| {
            let (app, token, body) = (Arc::clone(&app), token.clone(), body.clone());
            async move { call(&app, operation, &token, body).await.status.as_u16() }
        };
        let _ = all_at_once(requests.map(send)).await;
    }
    let listed = get(&app, "list-invitations", &owner).await.expect(200).json();
    for invitation in listed.as_array().expect("a list") {
        let (role, status) = (&invitation["role"], &invitation["status"]);
        assert!(!(role == "admin" && status == "canceled"), "{invitation}");
    }
}
