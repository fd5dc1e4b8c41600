//! Statistics are right to the unit: under races, after lost answers, and for every change of a user.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{DateTime, datetime};
use local_aws::{Mode, Service};

use super::lost_answers::organization;
use super::{TRANSACTION, email, next_number, now, session, store, user};
use crate::domain::session::{Impersonator, SessionState};
use crate::domain::{
    Event, ListedStatus, Membership, Organization, OrganizationNumber, OrganizationRole, Session, SessionId, Slug,
    Stored, Totals, User, UserClass, UserId, UserStatus,
};
use crate::entropy::OsEntropy;
use crate::store::{Changes, CommitError, Store};
use crate::usage;

/// The hour of [`now`].
const HOUR: DateTime = datetime(2026, 1, 31, 12, 0, 0, 0);

/// A change of a user.
type Change = Box<dyn FnOnce(User) -> User>;

/// Another user than the others of the test, not stored yet.
fn new_user() -> User {
    User {
        id: UserId::generate(now(), &OsEntropy),
        number: next_number(),
        is_provisioned: false,
        stored: Stored::NEW,
        ..user()
    }
}

fn new_organization() -> Organization {
    let organization = organization();
    Organization {
        number: OrganizationNumber(next_number().0),
        slug: Slug::of_solo(organization.id),
        ..organization
    }
}

async fn commit(store: &Store, changes: Changes) {
    store.commit(changes).await.expect("a commit");
}

async fn stored(store: &Store, user: &User) -> User {
    store.find_user(user.id).await.expect("an answer").expect("a user")
}

async fn events(store: &Store, event: Event) -> u64 {
    let month = store.events_of_month(HOUR.date()).await.expect("an answer");
    assert_eq!(
        month.total(event),
        month.between(event, HOUR, HOUR),
        "all events are in one hour"
    );
    month.total(event)
}

async fn totals(store: &Store) -> Totals {
    store.totals().await.expect("an answer")
}

async fn users(store: &Store) -> u64 {
    totals(store).await.users(|_| true)
}

/// The names of the classes that have users, each with their number.
async fn classes(store: &Store) -> Vec<(String, u64)> {
    let totals = totals(store).await;
    let present = totals.classes().filter(|(_, users)| *users > 0);
    present.map(|(class, users)| (class.name(), users)).collect()
}

fn sign_up(user: &User) -> Changes {
    Changes::new()
        .create_user(user)
        .create_session(&session(user))
        .create_organization(&new_organization())
}

async fn race(contenders: usize) {
    let (aws, store, _) = store().await;
    aws.set_transaction_time(Some(TRANSACTION));
    let known = new_user();
    commit(&store, Changes::new().create_user(&known)).await;
    let commits = (0..contenders).map(|number| {
        let (store, known) = (Arc::clone(&store), known.clone());
        tokio::spawn(async move {
            let changes = match number % 2 {
                0 => sign_up(&new_user()),
                _ => Changes::new().create_session(&session(&known)),
            };
            store.commit(changes).await
        })
    });
    for commit in commits.collect::<Vec<_>>() {
        commit.await.expect("no panic").expect("a commit");
    }
    let half = contenders as u64 / 2;
    assert_eq!(users(&store).await, half + 1);
    assert_eq!(totals(&store).await.organizations(), half);
    for (event, count) in [
        (Event::UserCreated, half + 1),
        (Event::SignUp, half + 1),
        (Event::SignIn, half),
        (Event::OrganizationCreated, half),
    ] {
        assert_eq!(events(&store, event).await, count, "{event:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_sign_ups_and_sign_ins_at_once_are_counted() {
    race(16).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_sign_ups_and_sign_ins_at_once_are_counted() {
    race(64).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_counts_once() {
    let (aws, store, _) = store().await;
    aws.faults().set(Service::DynamoDb, Mode::Lost);
    let user = new_user();
    commit(&store, sign_up(&user)).await;
    commit(&store, Changes::new().create_session(&session(&user))).await;
    let banned = User {
        status: UserStatus::Suspended,
        ..stored(&store, &user).await
    };
    commit(&store, Changes::new().update_user(&banned)).await;
    aws.faults().set(Service::DynamoDb, Mode::Off);
    assert_eq!(classes(&store).await, [("suspended_none".to_owned(), 1)]);
    assert_eq!(totals(&store).await.organizations(), 1);
    for event in Event::ALL {
        assert_eq!(events(&store, event).await, 1, "{event:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_commit_counts_nothing() {
    let (_aws, store, _) = store().await;
    let user = new_user();
    commit(&store, sign_up(&user).claim_email(&email(), user.id)).await;
    let other = new_user();
    let taken = store.commit(sign_up(&other).claim_email(&email(), other.id)).await;
    assert!(matches!(taken, Err(CommitError::Conflict(_))));
    // The state before a change is that of the version that was read.
    let read = stored(&store, &user).await;
    let inactive = User {
        status: UserStatus::Inactive,
        ..read.clone()
    };
    commit(&store, Changes::new().update_user(&inactive)).await;
    let stale = store.commit(Changes::new().update_user(&inactive)).await;
    assert!(matches!(stale, Err(CommitError::Conflict(_))));
    let stale = store.commit(Changes::new().delete_user(&read)).await;
    assert!(matches!(stale, Err(CommitError::Conflict(_))));
    assert_eq!(classes(&store).await, [("inactive_none".to_owned(), 1)]);
    assert_eq!(events(&store, Event::UserCreated).await, 1);
}

/// A user who was created, and not marked as stored, is not what the store has.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_that_is_not_marked_as_stored_cannot_be_written() {
    let (_aws, store, _) = store().await;
    let mut user = new_user();
    commit(&store, Changes::new().create_user(&user)).await;
    assert!(store.commit(Changes::new().update_user(&user)).await.is_err());
    user.mark_stored();
    user.status = UserStatus::Pending;
    commit(&store, Changes::new().update_user(&user)).await;
    user.mark_stored();
    user.status = UserStatus::Active;
    commit(&store, Changes::new().update_user(&user)).await;
    assert_eq!(classes(&store).await, [("active_none".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_of_a_user_moves_the_user_between_classes() {
    let (_aws, store, _) = store().await;
    let organization = new_organization();
    let member = |role: OrganizationRole| {
        move |user: User| User {
            memberships: vec![Membership::new(organization.id, organization.number, role, now())],
            ..user
        }
    };
    let status = |status: UserStatus| move |user: User| User { status, ..user };
    let user = new_user();
    commit(&store, Changes::new().create_user(&user)).await;
    let steps: Vec<(&str, Change, &str)> = vec![
        ("nothing", Box::new(|user| user), "active_none"),
        (
            "membership",
            Box::new(member(OrganizationRole::Member)),
            "active_member",
        ),
        ("ownership", Box::new(member(OrganizationRole::Owner)), "active_owner"),
        (
            "administration",
            Box::new(member(OrganizationRole::Admin)),
            "active_admin",
        ),
        ("suspension", Box::new(status(UserStatus::Suspended)), "suspended_admin"),
        ("invitation", Box::new(status(UserStatus::Invited)), "pending_admin"),
        (
            "activation pending",
            Box::new(status(UserStatus::Pending)),
            "pending_admin",
        ),
        ("inactivity", Box::new(status(UserStatus::Inactive)), "inactive_admin"),
    ];
    for (step, change, class) in steps {
        let changed = change(stored(&store, &user).await);
        commit(&store, Changes::new().update_user(&changed)).await;
        assert_eq!(classes(&store).await, [(class.to_owned(), 1)], "{step}");
    }
    let left = stored(&store, &user).await.without_membership(organization.id);
    commit(&store, Changes::new().update_user(&left)).await;
    assert_eq!(classes(&store).await, [("inactive_none".to_owned(), 1)]);
    let deleted = User {
        status: UserStatus::Deleted,
        ..stored(&store, &user).await
    };
    commit(&store, Changes::new().update_user(&deleted)).await;
    assert_eq!(users(&store).await, 0, "a deleted user whose address stays taken");
    commit(&store, Changes::new().delete_user(&stored(&store, &user).await)).await;
    assert_eq!(users(&store).await, 0);
    let other = new_user();
    commit(&store, Changes::new().create_user(&other)).await;
    // The state in memory does not matter for a deletion, but the stored one.
    let renamed = status(UserStatus::Inactive)(stored(&store, &other).await);
    commit(&store, Changes::new().delete_user(&renamed)).await;
    assert_eq!(users(&store).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_is_that_of_the_primary_membership() {
    let (first, second) = (new_organization(), new_organization());
    let member = |of: &Organization, role| Membership::new(of.id, of.number, role, now());
    let mut user = new_user();
    user.memberships = vec![
        member(&first, OrganizationRole::Member),
        member(&second, OrganizationRole::Owner),
    ];
    let role = |user: &User| UserClass::of(user).expect("a class").role;
    assert_eq!(role(&user), Some(OrganizationRole::Member));
    user.default_organization = Some(second.id);
    assert_eq!(role(&user), Some(OrganizationRole::Owner));
    user.default_organization = Some(new_organization().id);
    assert_eq!(role(&user), Some(OrganizationRole::Member));
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_ins_are_the_sessions_of_users_who_authenticated() {
    let (_aws, store, _) = store().await;
    let user = new_user();
    let of = |state: SessionState| Session {
        id: SessionId::generate(now(), &OsEntropy),
        state,
        ..session(&user)
    };
    // The session that a sign-up opens is no sign-in.
    commit(&store, sign_up(&user)).await;
    assert_eq!(events(&store, Event::SignIn).await, 0);
    let pending = of(SessionState::PendingSecondFactor);
    commit(&store, Changes::new().create_session(&pending)).await;
    assert_eq!(events(&store, Event::SignIn).await, 0, "the second factor is pending");
    let active = Session {
        state: SessionState::Active,
        ..pending.clone()
    };
    commit(&store, Changes::new().activate_session(&pending, &active)).await;
    assert_eq!(events(&store, Event::SignIn).await, 1);
    let renewed = of(SessionState::Active);
    commit(&store, Changes::new().renew_session(&active, &renewed)).await;
    assert_eq!(
        events(&store, Event::SignIn).await,
        1,
        "a session in the place of another"
    );
    let impersonation = Session {
        impersonator: Some(Impersonator {
            user_id: user.id,
            session_id: renewed.id,
        }),
        ..of(SessionState::Active)
    };
    commit(&store, Changes::new().create_session(&impersonation)).await;
    assert_eq!(events(&store, Event::SignIn).await, 1, "an impersonation");
    let opened = Changes::new().create_session(&of(SessionState::Active));
    let (committed, usage) = usage::measure(store.commit(opened)).await;
    committed.expect("a commit");
    assert_eq!(events(&store, Event::SignIn).await, 2);
    assert_eq!((usage.dynamodb, usage.write_units), (1, 4.0), "one call for both");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_users_on_their_own_initiative_are_sign_ups() {
    let (_aws, store, _) = store().await;
    let provisioned = User {
        is_provisioned: true,
        ..new_user()
    };
    // An import keeps the time of creation, which is none of this service.
    let imported = User {
        created_at: Timestamp::UNIX_EPOCH,
        ..new_user()
    };
    commit(&store, Changes::new().create_user(&provisioned)).await;
    commit(&store, Changes::new().add_user(&imported)).await;
    commit(&store, Changes::new().create_user(&new_user())).await;
    assert_eq!(events(&store, Event::UserCreated).await, 3);
    assert_eq!(events(&store, Event::SignUp).await, 1);
    assert_eq!(users(&store).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organization_counts_until_it_is_dissolved() {
    let (_aws, store, _) = store().await;
    let (dissolved, deleted) = (new_organization(), new_organization());
    for organization in [&dissolved, &deleted] {
        commit(&store, Changes::new().create_organization(organization)).await;
    }
    assert_eq!(totals(&store).await.organizations(), 2);
    commit(&store, Changes::new().dissolve_organization(&dissolved)).await;
    for again in [
        Changes::new().dissolve_organization(&dissolved),
        Changes::new().delete_organization(&dissolved),
    ] {
        assert!(store.commit(again).await.is_err());
    }
    commit(&store, Changes::new().forget_organization(dissolved.id)).await;
    assert_eq!(totals(&store).await.organizations(), 1);
    commit(&store, Changes::new().delete_organization(&deleted)).await;
    assert!(
        store
            .commit(Changes::new().delete_organization(&deleted))
            .await
            .is_err()
    );
    assert_eq!(totals(&store).await.organizations(), 0);
    assert_eq!(events(&store, Event::OrganizationCreated).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_count_replaces_the_totals() {
    let (_aws, store, _) = store().await;
    for _ in 0..3 {
        commit(&store, sign_up(&new_user())).await;
    }
    let mut counted = Totals::default();
    counted.count_organization();
    counted.count_user(&new_user());
    counted.count_user(&User {
        status: UserStatus::Inactive,
        ..new_user()
    });
    commit(&store, Changes::new().set_totals(&counted)).await;
    let expected = [("active_none".to_owned(), 1), ("inactive_none".to_owned(), 1)];
    assert_eq!(classes(&store).await, expected);
    assert_eq!(totals(&store).await.organizations(), 1);
    let inactive = totals(&store)
        .await
        .users(|class| class.status == ListedStatus::Inactive);
    assert_eq!(inactive, 1);
    commit(&store, Changes::new().set_totals(&Totals::default())).await;
    assert_eq!((users(&store).await, totals(&store).await.organizations()), (0, 0));
}
