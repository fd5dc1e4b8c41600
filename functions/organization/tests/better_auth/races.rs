//! Race conditions, with sixteen requests at once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use shared::domain::OrganizationId;
use shared::testkit::TestApp;
use shared::testkit::race::all_at_once;

use super::support::{
    ACCEPT, GUEST, OWNER, at_once, create, create_with_seats, id_of, invite, joined, members, sign_up, verified,
};
use super::{call, get};
use crate::start;

/// One request each, all at once; the statuses and bodies in the order of the requests.
async fn each(app: &Arc<TestApp>, requests: Vec<(&'static str, String, Value)>) -> Vec<(u16, Value)> {
    let send = |(operation, token, body): (&'static str, String, Value)| {
        let app = Arc::clone(app);
        async move {
            let answer = call(&app, operation, &token, body).await;
            (answer.status.as_u16(), answer.json())
        }
    };
    all_at_once(requests.into_iter().map(send)).await
}

fn count(ended: &[(u16, Value)], status: u16) -> usize {
    ended.iter().filter(|(ended, _)| *ended == status).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_accept_an_invitation_one_does() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let guest = verified(&app, GUEST).await;
    let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
    let ended = at_once(
        &app,
        ACCEPT,
        Some(&guest),
        vec![json!({"invitationId": invitation["id"]}); 16],
    )
    .await;
    assert_eq!(count(&ended, 200), 1, "{ended:?}");
    assert_eq!(count(&ended, 400), 15, "{ended:?}");
    assert_eq!(members(&app, OrganizationId::parse(&id).expect("an id")).await, (2, 2));
    assert_eq!(app.caller(&guest).await.user.memberships.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_want_the_last_seat_one_gets_it() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create_with_seats(&app, &owner, 2).await;
    let mut requests = Vec::new();
    for at in 0..16 {
        let email = format!("m{at}@example.com");
        let token = verified(&app, &email).await;
        let invitation = invite(&app, &owner, &email, "member").await.expect(200).json();
        requests.push(("accept-invitation", token, json!({"invitationId": invitation["id"]})));
    }
    let ended = each(&app, requests).await;
    assert_eq!((count(&ended, 200), count(&ended, 403)), (1, 15), "{ended:?}");
    assert_eq!(members(&app, id).await, (2, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_organizations_that_want_a_slug_one_gets_it() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let mut requests = Vec::new();
    for at in 0..16 {
        let id = create(&app, &owner, &format!("acme-{at}")).await;
        requests.push((
            "update",
            owner.clone(),
            json!({"organizationId": id, "data": {"slug": "acme"}}),
        ));
    }
    let ended = each(&app, requests).await;
    assert_eq!((count(&ended, 200), count(&ended, 400)), (1, 15), "{ended:?}");
    let listed = get(&app, "list", &owner).await.expect(200).json();
    let slugs: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["slug"].as_str().expect("text"))
        .collect();
    assert_eq!(slugs.iter().filter(|slug| **slug == "acme").count(), 1);
    // Just one of the old slugs is free.
    let mut free = 0;
    for at in 0..16 {
        let answer = call(&app, "check-slug", &owner, json!({"slug": format!("acme-{at}")})).await;
        free += usize::from(answer.status == 200);
    }
    assert_eq!(free, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_that_gets_sixteen_slugs_at_once_keeps_one() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let slugs = || (0..16).map(|at| format!("acme-{at}"));
    let requests = slugs()
        .map(|slug| ("update", owner.clone(), json!({"data": {"slug": slug}})))
        .collect();
    let ended = each(&app, requests).await;
    assert!(
        count(&ended, 200) >= 1 && ended.iter().all(|(status, _)| *status == 200 || *status == 503),
        "{ended:?}"
    );
    let kept = get(&app, "get-organization", &owner).await.expect(200).json()["slug"].clone();
    for slug in slugs().chain(["acme".to_owned()]) {
        let answer = call(&app, "check-slug", &owner, json!({"slug": slug})).await;
        assert_eq!(answer.status == 400, kept == json!(slug), "{slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_owners_who_leave_or_step_back_at_once_one_stays() {
    let app = Arc::new(start().await);
    let first = sign_up(&app, OWNER).await;
    let id = create(&app, &first, "acme").await;
    let mut owners = vec![first.clone()];
    for at in 1..16 {
        owners.push(joined(&app, &first, &format!("o{at}@example.com"), "owner").await);
    }
    let mut requests = Vec::new();
    for (at, owner) in owners.iter().enumerate() {
        let own = id_of(&app, owner).await;
        requests.push(match at % 3 {
            0 => ("leave", owner.clone(), json!({"organizationId": id})),
            1 => (
                "update-member-role",
                owner.clone(),
                json!({"memberId": own, "role": "admin", "organizationId": id}),
            ),
            _ => (
                "remove-member",
                owner.clone(),
                json!({"memberIdOrEmail": own, "organizationId": id}),
            ),
        });
    }
    let ended = each(&app, requests).await;
    assert_eq!((count(&ended, 200), count(&ended, 400)), (15, 1), "{ended:?}");
    let organization = OrganizationId::parse(&id).expect("an id");
    let store = &app.core().store;
    let members = store.list_members(organization).await.expect("an answer");
    assert_eq!(members.iter().filter(|(_, member)| member.roles.is_owner()).count(), 1);
    let counted = store
        .find_organization(organization)
        .await
        .expect("an answer")
        .expect("an organization");
    assert_eq!(
        (counted.owner_count, usize::try_from(counted.member_count).ok()),
        (1, Some(members.len()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_demote_each_other_do_not_both_succeed() {
    for _ in 0..4 {
        let app = Arc::new(start().await);
        let (first, id) = (sign_up(&app, OWNER).await, String::new());
        assert!(id.is_empty());
        create(&app, &first, "acme").await;
        let second = joined(&app, &first, GUEST, "owner").await;
        let (a, b) = (id_of(&app, &first).await, id_of(&app, &second).await);
        let demote = |token: &String, who: &String| {
            (
                "update-member-role",
                token.clone(),
                json!({"memberId": who, "role": "member"}),
            )
        };
        let ended = each(&app, vec![demote(&first, &b), demote(&second, &a)]).await;
        assert_eq!(count(&ended, 200), 1, "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_or_withdrawn_and_never_both() {
    for _ in 0..4 {
        let app = Arc::new(start().await);
        let owner = sign_up(&app, OWNER).await;
        let id = create(&app, &owner, "acme").await;
        let guest = verified(&app, GUEST).await;
        let invitation = invite(&app, &owner, GUEST, "member").await.expect(200).json();
        let body = json!({"invitationId": invitation["id"]});
        let requests = (0..16).map(|at| match at % 3 {
            0 => ("cancel-invitation", owner.clone(), body.clone()),
            1 => ("accept-invitation", guest.clone(), body.clone()),
            _ => ("reject-invitation", guest.clone(), body.clone()),
        });
        let ended = each(&app, requests.collect()).await;
        assert_eq!((count(&ended, 200), count(&ended, 400)), (1, 15), "{ended:?}");
        let listed = get(&app, "list-invitations", &owner).await.expect(200).json();
        let is_member = !app.caller(&guest).await.user.memberships.is_empty();
        assert_eq!(listed[0]["status"] == "accepted", is_member);
        let organization = OrganizationId::parse(&id).expect("an id");
        let found = app
            .core()
            .store
            .find_organization(organization)
            .await
            .expect("an answer");
        assert_eq!(found.expect("an organization").open_invitations, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_invitations_for_the_last_place_one_is_sent() {
    let app = Arc::new(crate::start_with(&[("ORGANIZATION_INVITATION_LIMIT", "1")]).await);
    let owner = sign_up(&app, OWNER).await;
    create(&app, &owner, "acme").await;
    let invite = |at| {
        (
            "invite-member",
            owner.clone(),
            json!({"email": format!("m{at}@example.com"), "role": "member"}),
        )
    };
    let ended = each(&app, (0..16).map(invite).collect()).await;
    assert_eq!((count(&ended, 200), count(&ended, 403)), (1, 15), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_while_joining_others_is_removed() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let member = joined(&app, &owner, GUEST, "member").await;
    let mut requests: Vec<_> = (0..8)
        .map(|at| {
            (
                "create",
                member.clone(),
                json!({"name": "Own", "slug": format!("own-{at}")}),
            )
        })
        .collect();
    requests.push((
        "remove-member",
        owner.clone(),
        json!({"memberIdOrEmail": GUEST, "organizationId": id}),
    ));
    let ended = each(&app, requests).await;
    assert!(ended.iter().all(|(status, _)| *status == 200), "{ended:?}");
    assert_eq!(app.caller(&member).await.user.memberships.len(), 8);
    assert_eq!(members(&app, OrganizationId::parse(&id).expect("an id")).await, (1, 1));
}

/// A transaction of 15 ms on one item at a time is what DynamoDB has; other transactions on the item are canceled meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_members_join_become_owners_and_leave_at_once() {
    let app = Arc::new(start().await);
    let owner = sign_up(&app, OWNER).await;
    let id = create(&app, &owner, "acme").await;
    let organization = OrganizationId::parse(&id).expect("an id");
    let (mut joining, mut promoting, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
    for at in 0..64 {
        let email = format!("m{at}@example.com");
        let token = verified(&app, &email).await;
        let invitation = invite(&app, &owner, &email, "member").await.expect(200).json();
        let own = id_of(&app, &token).await;
        joining.push((
            "accept-invitation",
            token.clone(),
            json!({"invitationId": invitation["id"]}),
        ));
        promoting.push((
            "update-member-role",
            owner.clone(),
            json!({"memberId": own, "role": "owner", "organizationId": id}),
        ));
        leaving.push(("leave", token, json!({"organizationId": id})));
    }
    app.aws.set_transaction_time(Some(Duration::from_millis(15)));
    for (requests, member_count, owner_count) in [(joining, 65, 1), (promoting, 65, 65), (leaving, 1, 1)] {
        let operation = requests[0].0;
        let ended = each(&app, requests).await;
        assert_eq!(count(&ended, 200), 64, "{operation}: {ended:?}");
        let found = app.core().store.find_organization(organization).await;
        let counted = found.expect("an answer").expect("an organization");
        assert_eq!(
            (counted.member_count, counted.owner_count),
            (member_count, owner_count),
            "{operation}"
        );
        let listed = app.core().store.list_members(organization).await.expect("an answer");
        assert_eq!(
            listed.len(),
            usize::try_from(member_count).expect("a count"),
            "{operation}"
        );
    }
}
