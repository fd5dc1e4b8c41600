//! `/admin/organizations`: listing, showing and changing organizations, and the effects of a change in every contract.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::domain::{Membership, OrganizationDetails, OrganizationId, OrganizationRole, Slug};
use shared::operations::CreateOrganization;
use shared::store::Changes;
use shared::testkit::better_auth::{session_of, sign_up_verified};
use shared::testkit::platform::{assert_invalid, invalid_fields, me, register, sign_up};
use shared::testkit::{Answer, TestApp, race, text};

use super::assert_refused;
use super::users::Admin;

const PATH: &str = "/v1/admin/organizations";
const ADA: &str = "ada@example.com";
const UNKNOWN: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// The session token of a new owner, and the id of an organization with the plan `TEAM_STARTER`.
async fn founded(app: &TestApp, email: &str, name: &str, slug: &str) -> (String, String) {
    let owner = sign_up_verified(app, email).await;
    let command = CreateOrganization {
        name: name.to_owned(),
        slug: Slug::parse(slug).expect("a slug"),
        logo: None,
        metadata: None,
        seats: None,
        details: OrganizationDetails {
            region: Some("UK".to_owned()),
            ..OrganizationDetails::default()
        },
    };
    let caller = app.caller(&owner).await;
    let founded = app
        .core()
        .create_business_organization(&caller, command, app.clock.now())
        .await;
    (owner, founded.expect("an organization").0.id.to_string())
}

/// The session token of a new user, who is a member.
async fn member(app: &TestApp, organization: &str, email: &str) -> String {
    let token = sign_up_verified(app, email).await;
    let id = OrganizationId::parse(organization).expect("an id");
    let found = app.core().store.find_organization_in_any_state(id).await;
    let seen = found.expect("an answer").expect("an organization");
    let mut user = app.caller(&token).await.user;
    let membership = Membership::new(id, seen.number, OrganizationRole::Member, app.clock.now());
    let changes = Changes::new()
        .take_seat(id, &membership.roles, 100)
        .create_member(&user, &membership);
    user.memberships.push(membership);
    let committed = app.core().store.commit(changes.update_user(&user)).await;
    committed.expect("a commit");
    token
}

async fn list(admin: &Admin, query: &str) -> Value {
    let path = format!("{PATH}?{query}");
    admin
        .app
        .get(&path)
        .bearer(&admin.token)
        .send()
        .await
        .expect(200)
        .json()
}

async fn show(admin: &Admin, id: &str) -> Answer {
    let path = format!("{PATH}/{id}");
    admin.app.get(&path).bearer(&admin.token).send().await
}

async fn update(admin: &Admin, id: &str, body: &Value) -> Answer {
    let path = format!("{PATH}/{id}");
    let request = admin.app.request("PUT", &path).bearer(&admin.token);
    request.json(body).send().await
}

fn slugs(list: &Value) -> Vec<String> {
    let organizations = list["organizations"].as_array().expect("organizations").iter();
    organizations.map(|organization| text(&organization["slug"])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_are_listed_searched_and_paged() {
    let admin = Admin::start().await;
    let app = &admin.app;
    let empty = list(&admin, "").await;
    let before = empty["total"].as_u64().expect("a number");
    let mut ids = Vec::new();
    for (number, (name, slug)) in [
        ("Acme Looms", "acme"),
        ("Blue Acorn", "blue"),
        ("Looms of Leeds", "leeds.co"),
    ]
    .into_iter()
    .enumerate()
    {
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        ids.push(founded(app, &format!("owner{number}@example.com"), name, slug).await.1);
    }
    let all = list(&admin, "limit=100").await;
    assert_eq!(all["total"], before + 3);
    let listed = slugs(&all);
    assert_eq!(listed[listed.len() - 3..], ["acme", "blue", "leeds.co"]);
    for (query, found) in [
        ("search=looms", &["acme", "leeds.co"][..]),
        ("search=AC", &["acme", "blue"]),
        ("search=leeds.c", &["leeds.co"]),
        ("search=acme+loo", &["acme"]),
        ("search=oom", &[]),
        ("search=co", &[]),
    ] {
        let listed = list(&admin, query).await;
        assert_eq!(
            (slugs(&listed), &listed["total"]),
            (
                found.iter().map(|slug| (*slug).to_owned()).collect(),
                &json!(found.len())
            ),
            "{query}"
        );
    }
    let mut paged = Vec::new();
    for page in 1..=(before + 3) {
        let part = list(&admin, &format!("limit=1&page={page}")).await;
        assert_eq!((&part["page"], &part["totalPages"]), (&json!(page), &json!(before + 3)));
        paged.extend(slugs(&part));
    }
    assert_eq!(paged, slugs(&all));
    let first = &list(&admin, "search=acme").await["organizations"][0];
    assert_eq!(*first, show(&admin, &ids[0]).await.expect(200).json());
    assert_eq!(
        (&first["memberCount"], &first["members"][0]["email"], &first["region"]),
        (&json!(1), &json!("owner0@example.com"), &json!("UK"))
    );
    let refused = app
        .get(&format!("{PATH}?page=x&limit=0"))
        .bearer(&admin.token)
        .send()
        .await;
    assert_eq!(refused.expect(400).json()["details"].as_array().map(Vec::len), Some(2));
}

/// Every registered user has a personal organization. A page reads ten of them, and the owner of each.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_the_same_with_few_and_with_many_organizations() {
    let admin = Admin::start().await;
    let mut costs = Vec::new();
    for count in [12, 60] {
        for number in costs.len() * 12..count {
            let email = format!("user{number}@example.com");
            let _ = register(&admin.app, &email).await.expect(201);
        }
        let path = format!("{PATH}?limit=10");
        let page = admin.app.get(&path).bearer(&admin.token).send().await.expect(200);
        costs.push((page.usage.dynamodb, page.usage.read_units));
    }
    assert_eq!(costs[0].0, costs[1].0, "{costs:?}");
    assert!(costs[1].1 <= costs[0].1 + 1.0, "{costs:?}");
}

/// The slug of a personal organization is made of its id, and is found only as a whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_personal_organization_is_found_by_its_slug_and_its_name() {
    let admin = Admin::start().await;
    let _ = register(&admin.app, ADA).await.expect(201);
    let by_name = list(&admin, "search=lovelace").await;
    assert_eq!(
        (&by_name["total"], &by_name["organizations"][0]["orgType"]),
        (&json!(1), &json!("SOLO"))
    );
    let slug = text(&by_name["organizations"][0]["slug"]);
    assert_eq!(slugs(&list(&admin, &format!("search={slug}")).await), [slug]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_organization_is_gone_from_every_list() {
    let admin = Admin::start().await;
    let (owner, id) = founded(&admin.app, ADA, "Acme Looms", "acme").await;
    let before = list(&admin, "").await["total"].as_u64().expect("a number");
    let caller = admin.app.assured(&owner).await;
    let deleted = OrganizationId::parse(&id).expect("an id");
    let done = admin
        .app
        .core()
        .delete_organization(&caller, deleted, admin.app.clock.now())
        .await;
    done.expect("a deletion");
    for query in ["search=acme", "search=looms"] {
        assert_eq!(list(&admin, query).await["total"], 0, "{query}");
    }
    assert_eq!(list(&admin, "").await["total"], before - 1);
    for id in [id.as_str(), UNKNOWN, "x"] {
        assert_refused(&show(&admin, id).await, 404, "Organization not found", None);
        assert_refused(
            &update(&admin, id, &json!({})).await,
            404,
            "Organization not found",
            None,
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_changed_and_shown() {
    let admin = Admin::start().await;
    let (_, id) = founded(&admin.app, ADA, "Acme Looms", "acme").await;
    let body = json!({
        "name": "Blue Looms", "region": "us-east-1", "orgType": "BUSINESS", "plan": "TEAM_GROWTH", "status": "FREEZE",
        "planExpiresAt": "2100-01-02T03:04:05.000Z", "openJoin": true, "openInvite": true, "maxMembers": 7,
        "maxActiveMembers": 6, "subscription": {"subscriptionId": "sub_123"},
    });
    let updated = update(&admin, &id, &body).await.expect(200).json();
    for (field, value) in body.as_object().expect("an object") {
        assert_eq!(updated[field], *value, "{field}");
    }
    assert_eq!(show(&admin, &id).await.expect(200).json(), updated);
    assert_eq!(slugs(&list(&admin, "search=blue").await), ["acme"]);
    assert_eq!(list(&admin, "search=acme+looms").await["total"], 1);
    // What was read may be sent back, and changes nothing but the time.
    let same = update(&admin, &id, &updated).await.expect(200).json();
    assert_eq!(same, updated);
    assert_eq!(update(&admin, &id, &json!({})).await.expect(200).json(), updated);
    let cleared = update(&admin, &id, &json!({"planExpiresAt": null, "subscription": null}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (cleared.get("planExpiresAt"), cleared.get("subscription")),
        (None, None)
    );
    // A plan without numbers gives its own.
    let planned = update(&admin, &id, &json!({"plan": "TEAM_FREE"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&planned["maxMembers"], &planned["maxActiveMembers"]),
        (&json!(100), &json!(5))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named() {
    let admin = Admin::start().await;
    let (_, id) = founded(&admin.app, ADA, "Acme Looms", "acme").await;
    let body = json!({
        "name": "x", "region": "x", "orgType": "CLUB", "plan": "GOLD", "status": "ACTIVE", "planExpiresAt": "soon",
        "openJoin": "yes", "openInvite": 1, "maxMembers": 0, "maxActiveMembers": 1.5, "subscription": "sub_123",
    });
    let fields = invalid_fields(&update(&admin, &id, &body).await);
    let sent: Vec<&str> = vec![
        "name",
        "region",
        "orgType",
        "plan",
        "status",
        "planExpiresAt",
        "openJoin",
        "openInvite",
        "maxMembers",
        "maxActiveMembers",
        "subscription",
    ];
    assert_eq!(fields, sent);
    let refuse = async |body: Value, field: &str, message: &str| {
        assert_invalid(&update(&admin, &id, &body).await, field, message);
    };
    member(&admin.app, &id, "grace@example.com").await;
    let members = "must be at least the number of members";
    refuse(json!({"maxMembers": 1}), "maxMembers", members).await;
    refuse(json!({"maxActiveMembers": 1}), "maxActiveMembers", members).await;
    refuse(
        json!({"plan": "SOLO_FREE"}),
        "plan",
        "must be a plan of the organization type",
    )
    .await;
    let others = "cannot be SOLO with other members or open invitations";
    refuse(json!({"orgType": "SOLO"}), "orgType", others).await;
    let over = json!({"status": "PLAN_ACTIVE", "planExpiresAt": "2001-01-01T00:00:00Z"});
    refuse(over, "status", "needs a planExpiresAt in the future").await;
    let long = json!({"subscription": {"text": "x".repeat(10_000)}});
    refuse(long, "subscription", "must have at most 10000 characters").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_organization_becomes_one_for_business_and_returns() {
    let admin = Admin::start().await;
    let _ = register(&admin.app, ADA).await.expect(201);
    let solo = list(&admin, "search=lovelace").await["organizations"][0].clone();
    let id = text(&solo["tenantId"]);
    let seats = "must be 1 in a personal organization";
    assert_invalid(
        &update(&admin, &id, &json!({"maxMembers": 2})).await,
        "maxMembers",
        seats,
    );
    let business = update(&admin, &id, &json!({"orgType": "BUSINESS"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&business["orgType"], &business["plan"], &business["maxMembers"]),
        (&json!("BUSINESS"), &json!("TEAM_STARTER"), &json!(100))
    );
    let organization = OrganizationId::parse(&id).expect("an id");
    let store = &admin.app.core().store;
    let found = store.find_organization_in_any_state(organization).await;
    let number = found.expect("an answer").expect("an organization").number;
    assert_eq!(
        store.find_organization_number(number).await.expect("an answer"),
        Some(organization)
    );
    let personal = update(&admin, &id, &json!({"orgType": "SOLO", "plan": "SOLO_ANNUAL"}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&personal["orgType"], &personal["plan"], &personal["maxMembers"]),
        (&json!("SOLO"), &json!("SOLO_ANNUAL"), &json!(1))
    );
    assert_eq!(store.find_organization_number(number).await.expect("an answer"), None);
}

/// A user whose personal organization became one for business gets another personal one with the next request.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_one_personal_organization() {
    let admin = Admin::start().await;
    let token = sign_up(&admin.app, ADA).await;
    let solo = list(&admin, "search=lovelace").await["organizations"][0].clone();
    let id = text(&solo["tenantId"]);
    let _ = update(&admin, &id, &json!({"orgType": "BUSINESS"})).await.expect(200);
    let _ = me(&admin.app, &token).await;
    assert_invalid(
        &update(&admin, &id, &json!({"orgType": "SOLO"})).await,
        "orgType",
        "cannot be SOLO, because the owner has a personal organization",
    );
    assert_eq!(show(&admin, &id).await.expect(200).json()["orgType"], "BUSINESS");
    assert_eq!(list(&admin, "search=lovelace").await["total"], 2);
}

/// The states hold for the members in other contracts at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_holds_in_every_contract() {
    let admin = Admin::start().await;
    let app = &admin.app;
    let (owner, id) = founded(app, ADA, "Acme Looms", "acme").await;
    let grace = member(app, &id, "grace@example.com").await;
    let organization = OrganizationId::parse(&id).expect("an id");
    for token in [&owner, &grace] {
        app.change_session(token, |session| session.active_organization = Some(organization))
            .await;
    }
    let active = async |token: &str| session_of(app, token).await["session"]["activeOrganizationId"].clone();
    let rename = async || {
        let body = json!({"name": "Blue Looms", "slug": "acme"});
        let path = format!("/v1/organizations/{id}");
        app.request("PUT", &path).bearer(&owner).json(&body).send().await
    };
    assert_eq!(active(&grace).await, json!(id));
    for (status, answer) in [
        ("SUSPENDED", 403),
        ("FREEZE", 403),
        ("PLAN_EXPIRED", 403),
        ("PLAN_ACTIVE", 200),
    ] {
        let updated = update(&admin, &id, &json!({"status": status})).await.expect(200).json();
        assert_eq!(updated["status"], status);
        let suspended = status == "SUSPENDED";
        for token in [&owner, &grace] {
            let is_active = active(token).await == json!(id);
            assert_eq!(is_active, !suspended, "{status}");
            let user = app.caller(token).await.user;
            let membership = user.membership_in_any_state(organization).expect("a membership");
            assert_eq!(membership.suspended, suspended, "{status}");
        }
        let _ = rename().await.expect(answer);
    }
    let expired = json!({"planExpiresAt": "2001-01-01T00:00:00Z"});
    assert_eq!(
        update(&admin, &id, &expired).await.expect(200).json()["status"],
        "PLAN_EXPIRED"
    );
    let _ = rename().await.expect(403);
    // The shown status sent back with a later end is no status of its own.
    let renewed = json!({"status": "PLAN_ACTIVE", "planExpiresAt": "2100-01-01T00:00:00Z"});
    assert_eq!(
        update(&admin, &id, &renewed).await.expect(200).json()["status"],
        "PLAN_ACTIVE"
    );
    let _ = rename().await.expect(200);
}

/// Members who join while an administrator lowers the seats: at no time are there more members than seats.
#[tokio::test(flavor = "multi_thread")]
async fn seats_are_never_fewer_than_members() {
    let admin = Arc::new(Admin::start().await);
    let app = Arc::clone(&admin.app);
    let (_, id) = founded(&app, ADA, "Acme Looms", "acme").await;
    let _ = update(&admin, &id, &json!({"openJoin": true})).await.expect(200);
    let mut users = Vec::new();
    for number in 0..race::CROWD {
        users.push(sign_up_verified(&app, &format!("user{number}@example.com")).await);
    }
    race::race(&app, |number, app| {
        let (admin, id, user) = (Arc::clone(&admin), id.clone(), users[number].clone());
        async move {
            if number % 4 == 0 {
                let seats = json!({"maxMembers": 4 + number / 2});
                let status = update(&admin, &id, &seats).await.status.as_u16();
                assert!(matches!(status, 200 | 400), "{status}");
            } else {
                let path = format!("/v1/organizations/{id}/join");
                let status = app
                    .post(&path)
                    .bearer(&user)
                    .undocumented()
                    .send()
                    .await
                    .status
                    .as_u16();
                assert!(matches!(status, 201 | 409), "{status}");
            }
        }
    })
    .await;
    let shown = show(&admin, &id).await.expect(200).json();
    let number = |field: &str| shown[field].as_u64().expect("a number");
    assert!(number("memberCount") <= number("maxMembers"), "{shown}");
    assert_eq!(
        json!(shown["members"].as_array().expect("members").len()),
        shown["memberCount"]
    );
}

/// Of suspensions and reactivations at once, one is last, and all memberships say the same.
#[tokio::test(flavor = "multi_thread")]
async fn suspended_and_reactivated_at_once_the_memberships_agree() {
    let admin = Arc::new(Admin::start().await);
    let app = Arc::clone(&admin.app);
    let (owner, id) = founded(&app, ADA, "Acme Looms", "acme").await;
    let grace = member(&app, &id, "grace@example.com").await;
    race::race(&app, |number, _| {
        let (admin, id) = (Arc::clone(&admin), id.clone());
        async move {
            let status = if number % 2 == 0 { "SUSPENDED" } else { "PLAN_ACTIVE" };
            let body = json!({"status": status, "name": format!("Looms {number:02}")});
            let _ = update(&admin, &id, &body).await.expect(200);
        }
    })
    .await;
    let shown = show(&admin, &id).await.expect(200).json();
    let organization = OrganizationId::parse(&id).expect("an id");
    for token in [&owner, &grace] {
        let user = app.caller(token).await.user;
        let membership = user.membership_in_any_state(organization).expect("a membership");
        assert_eq!(membership.suspended, shown["status"] == "SUSPENDED");
    }
    let mut found = 0;
    for number in 0..race::CROWD {
        found += list(&admin, &format!("search={number:02}")).await["total"]
            .as_u64()
            .expect("a number");
    }
    assert_eq!(found, 1, "the words of one name are indexed");
}
