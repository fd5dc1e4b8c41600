//! Organizations as accounts: plans, states of roles, suspension, and the last administrator.

use aws_sdk_dynamodb::types::AttributeValue;

use super::lost_answers::organization;
use super::{TABLE, now, store, user};
use crate::domain::{
    AccountDetails, AccountMember, AccountRole, BillingType, MemberRoles, Membership, Organization, OrganizationKind,
    OrganizationPatch, OrganizationRole, OrganizationStatus, Patch, Plan, RoleName, ServiceType, Slug, User,
    UserNumber,
};
use crate::store::{Changes, CommitError, Conflict, Store};

fn account() -> Organization {
    let organization = organization();
    Organization {
        slug: Slug::of_solo(organization.id),
        plan: Some(Plan::TeamGrowth),
        account: AccountDetails {
            address: Some("12 St James's Square, London".to_owned()),
            billing: Some(BillingType::Annual),
            service_types: vec![ServiceType::Coaching, ServiceType::Mentoring],
            sso_domain: Some("example.com".to_owned()),
            is_default: true,
            first_administrator: Some(user().id),
        },
        seats: Some(3),
        ..organization
    }
}

fn roles(names: &[&str]) -> MemberRoles {
    let names = names.iter().map(|name| RoleName::parse(name).expect("a name"));
    MemberRoles::of(names).expect("roles")
}

/// A user with the roles in the organization.
fn member(organization: &Organization, names: &[&str]) -> User {
    let membership = Membership::new(organization.id, organization.number, roles(names), now());
    User {
        memberships: vec![membership],
        ..user()
    }
}

async fn create(store: &Store, organization: &Organization, names: &[&str]) -> User {
    let user = member(organization, names);
    let changes = Changes::new()
        .create_organization(organization)
        .create_user(&user)
        .create_member(&user, &user.memberships[0]);
    store.commit(changes).await.expect("a commit");
    user
}

async fn join(store: &Store, organization: &Organization, names: &[&str]) -> Result<User, CommitError> {
    let user = member(organization, names);
    let membership = &user.memberships[0];
    let changes = Changes::new()
        .create_user(&user)
        .create_member(&user, membership)
        .take_seat(organization.id, &membership.roles, 100);
    store.commit(changes).await.map(|()| user)
}

async fn leave(store: &Store, user: &User) -> Result<(), CommitError> {
    let membership = &user.memberships[0];
    let changes = Changes::new()
        .update_user(&user.without_membership(membership.organization_id))
        .delete_member(user.id, membership);
    store.commit(changes).await
}

async fn counts(store: &Store, organization: &Organization) -> (u32, u32, i64) {
    let found = store.find_organization_in_any_state(organization.id).await;
    let found = found.expect("an answer").expect("the organization");
    (found.member_count, found.owner_count, found.administrator_count)
}

fn conflict<T>(end: Result<T, CommitError>) -> Option<Conflict> {
    match end {
        Err(CommitError::Conflict(conflict)) => Some(conflict),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_and_its_members_survive_storage() {
    let (_aws, store, _) = store().await;
    let account = account();
    let mut user = member(&account, &["member"]);
    user.created_by = Some(UserNumber(41));
    user.memberships[0].inactive_roles = vec![RoleName::parse("owner").expect("a name")];
    user.memberships[0].active_role = Some(AccountRole::Coach);
    user.memberships[0].program_id = Some(7);
    user.memberships[0].suspended = true;
    let changes = Changes::new()
        .create_organization(&account)
        .create_user(&user)
        .create_member(&user, &user.memberships[0]);
    store.commit(changes).await.expect("a commit");
    assert_eq!(store.find_user(user.id).await.expect("an answer"), Some(user.clone()));
    let stored = store.find_member(account.id, user.id).await.expect("an answer");
    assert_eq!(stored.as_ref(), user.memberships.first());
    assert_eq!(
        store.find_organization(account.id).await.expect("an answer"),
        Some(account.clone())
    );
    let located = store.find_organization_number(account.number).await;
    assert_eq!(located.expect("an answer"), Some(account.id));
    store
        .commit(Changes::new().dissolve_organization(&account))
        .await
        .expect("a commit");
    let located = store.find_organization_number(account.number).await;
    assert_eq!(located.expect("an answer"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_of_an_earlier_release_is_read() {
    let (_aws, store, client) = store().await;
    let organization = organization();
    create(&store, &organization, &["owner"]).await;
    let update = client
        .update_item()
        .table_name(TABLE)
        .key("pk", AttributeValue::S(format!("ORGANIZATION#{}", organization.id)));
    let update = update.key("sk", AttributeValue::S("PROFILE".to_owned()));
    let removed = update
        .update_expression("REMOVE administrator_count, updated_at")
        .send()
        .await;
    removed.expect("an update");
    let found = store.find_organization(organization.id).await.expect("an answer");
    let expected = Organization {
        administrator_count: 0,
        ..organization.clone()
    };
    assert_eq!(found, Some(expected.clone()));
    let counted = Changes::new().count_administrators(&expected, 1);
    store.commit(counted).await.expect("a commit");
    assert_eq!(counts(&store, &organization).await, (1, 1, 1));
    let again = Changes::new().count_administrators(&expected, 1);
    assert_eq!(conflict(store.commit(again).await), Some(Conflict::OrganizationMoved));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_organization_has_no_number_to_be_found_by() {
    let (_aws, store, _) = store().await;
    let solo = Organization {
        kind: OrganizationKind::Solo,
        ..organization()
    };
    create(&store, &solo, &["owner"]).await;
    let located = store.find_organization_number(solo.number).await;
    assert_eq!(located.expect("an answer"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_administrators_who_leave_an_account_at_once_one_stays() {
    for second in ["group_admin", "admin", "owner"] {
        let (_aws, store, _) = store().await;
        let account = account();
        let first = create(&store, &account, &["owner"]).await;
        let second = join(&store, &account, &["coach", second]).await.expect("a seat");
        join(&store, &account, &["coach"]).await.expect("a seat");
        assert_eq!(counts(&store, &account).await.2, 2);
        let (one, other) = tokio::join!(leave(&store, &first), leave(&store, &second));
        let failed: Vec<_> = [conflict(one), conflict(other)].into_iter().flatten().collect();
        assert_eq!(failed, [Conflict::LastAdministrator]);
        let (members, _, administrators) = counts(&store, &account).await;
        assert_eq!((members, administrators), (2, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_without_a_plan_keeps_an_owner() {
    let (_aws, store, _) = store().await;
    let organization = organization();
    let owner = create(&store, &organization, &["owner"]).await;
    let admin = join(&store, &organization, &["admin"]).await.expect("a seat");
    assert_eq!(conflict(leave(&store, &owner).await), Some(Conflict::LastOwner));
    leave(&store, &admin).await.expect("a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_administrator_of_an_account_keeps_an_administrative_role() {
    let (_aws, store, _) = store().await;
    let account = account();
    create(&store, &account, &["owner"]).await;
    let change = |before: &[&str], after: &[&str]| {
        let changes = Changes::new().move_owners(account.id, &roles(before), &roles(after));
        store.commit(changes)
    };
    change(&["owner"], &["group_admin"]).await.expect("a commit");
    assert_eq!(counts(&store, &account).await, (1, 0, 1));
    let refused = change(&["group_admin"], &["coach"]).await;
    assert_eq!(conflict(refused), Some(Conflict::LastAdministrator));
    change(&["group_admin"], &["admin"]).await.expect("a commit");
    change(&["admin"], &["owner"]).await.expect("a commit");
    assert_eq!(counts(&store, &account).await, (1, 1, 1));
    let refused = change(&["owner"], &["coach"]).await;
    assert_eq!(conflict(refused), Some(Conflict::LastAdministrator));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_joins_a_suspended_organization_and_members_can_leave() {
    let (_aws, store, _) = store().await;
    let account = account();
    create(&store, &account, &["owner"]).await;
    let coach = join(&store, &account, &["coach"]).await.expect("a seat");
    let mut patch = OrganizationPatch::default();
    patch.account.status = Some(OrganizationStatus::Suspended);
    let changes = Changes::new().update_organization(&account, &patch, now());
    store.commit(changes).await.expect("a commit");
    assert_eq!(store.find_organization(account.id).await.expect("an answer"), None);
    let listed = store.find_organizations(&[account.id]).await.expect("an answer");
    assert_eq!(listed, []);
    let joined = join(&store, &account, &["coach"]).await;
    assert_eq!(conflict(joined), Some(Conflict::OrganizationGone));
    leave(&store, &coach).await.expect("a commit");
    let left = store.find_undissolved_organizations(&[account.id]).await;
    let left = left.expect("an answer");
    assert_eq!((left.len(), left[0].member_count), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_changed_field_by_field() {
    let (_aws, store, _) = store().await;
    let account = account();
    create(&store, &account, &["owner"]).await;
    join(&store, &account, &["coach"]).await.expect("a seat");
    let mut patch = OrganizationPatch {
        website: Patch::Set("https://example.com".to_owned()),
        ..OrganizationPatch::default()
    };
    patch.account.plan = Some(Plan::TeamStarter);
    patch.account.seats = Some(2);
    patch.account.sso_domain = Patch::Clear;
    patch.account.service_types = Some(vec![ServiceType::Facilitation]);
    patch.account.is_default = Some(false);
    let later = now() + jiff::SignedDuration::from_hours(1);
    let seen = Organization {
        member_count: 2,
        ..account.clone()
    };
    let changes = Changes::new().update_organization(&seen, &patch, later);
    store.commit(changes).await.expect("a commit");
    let found = store.find_organization(account.id).await.expect("an answer");
    assert_eq!(found.as_ref(), Some(&seen.clone().patched(patch.clone(), later)));
    assert_eq!(
        found.expect("the account").details.website.as_deref(),
        Some("https://example.com")
    );
    patch.account.seats = Some(1);
    let changes = Changes::new().update_organization(&seen, &patch, later);
    assert_eq!(conflict(store.commit(changes).await), Some(Conflict::OrganizationMoved));
}

#[test]
fn no_session_acts_for_a_suspended_organization() {
    let account = account();
    let mut user = member(&account, &["owner"]);
    user.default_organization = Some(account.id);
    assert_eq!(AccountMember::home_of(&user), Some(account.id));
    user.memberships[0] = user.memberships[0].with_suspension(true);
    assert_eq!(user.membership(account.id), None);
    assert!(user.membership_in_any_state(account.id).is_some());
    assert_eq!(
        (user.starting_organization(), AccountMember::home_of(&user)),
        (None, None)
    );
    assert!(AccountMember::is_held_by_suspended(&user));
}

#[test]
fn a_sign_in_starts_in_the_first_account_with_an_active_role() {
    let (plain, coached, own) = (account(), account(), account());
    let mut user = member(&plain, &["member"]);
    let deactivated = Membership::new(coached.id, coached.number, OrganizationRole::Member, now());
    let deactivated = deactivated.with_role_states([], vec![RoleName::parse("coach").expect("a name")], now());
    user.memberships.push(deactivated.expect("few roles"));
    user.memberships
        .push(Membership::new(own.id, own.number, OrganizationRole::Owner, now()));
    assert_eq!(AccountMember::home_of(&user), Some(own.id));
    user.default_organization = Some(plain.id);
    assert_eq!(AccountMember::home_of(&user), Some(own.id));
    let shown = AccountMember::of(&user, coached.id).expect("a member");
    assert!(!shown.is_active() && shown.role == AccountRole::Coach);
}
