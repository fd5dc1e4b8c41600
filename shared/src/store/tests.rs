//! Conditions and races, against the embedded engine.

mod accounts;
mod contention;
mod events;
mod listing;
mod lost_answers;
mod statistics;

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryPartition;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use local_aws::template::Template;
use local_aws::{LocalAws, Options};

use self::lost_answers::World;
use super::keys;
use super::{Changes, CommitError, Conflict, Counter, NameView, Sequence, Store, StoreError};
use crate::aws;
use crate::domain::session::{RefreshChain, SessionState};
use crate::domain::{
    EmailAddress, EmailStatus, Language, LoginName, Mail, MailId, MailPurpose, Name, OrganizationRole, PhoneNumber,
    Profile, RateLimit, SecretHash, Session, SessionId, Stored, TimeZoneName, Title, User, UserId, UserNumber,
    UserStatus, Username,
};
use crate::entropy::{Entropy, OsEntropy};
use crate::usage;

const TABLE: &str = "ostiary";

/// How long a transaction takes in AWS.
const TRANSACTION: Duration = Duration::from_millis(15);

async fn store() -> (LocalAws, Arc<Store>, aws_sdk_dynamodb::Client) {
    let options = Options {
        transaction_time: Some(Duration::ZERO),
        ..Options::default()
    };
    let aws = LocalAws::start(options).await.expect("a local AWS");
    aws.create_table(Template::of_the_service(), TABLE).expect("the table");
    // The SDK limits the retries of a whole process by one bucket of tokens, which tests with lost responses would
    // empty for each other.
    let config = aws_sdk_dynamodb::config::Builder::from(&aws::loopback(&aws.endpoint_url()))
        .retry_partition(RetryPartition::custom(TABLE).build())
        .build();
    let client = aws_sdk_dynamodb::Client::from_conf(config);
    let store = Arc::new(Store::new(client.clone(), TABLE.to_owned()));
    (aws, store, client)
}

fn now() -> Timestamp {
    Timestamp::from_second(1_769_860_800).expect("a time")
}

fn email() -> EmailAddress {
    EmailAddress::parse("ada@example.com").expect("an address")
}

/// No two users have the same.
fn next_number() -> UserNumber {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    UserNumber(NEXT.fetch_add(1, Ordering::Relaxed))
}

fn user() -> User {
    let mut user = User {
        id: UserId::generate(now(), &OsEntropy),
        number: next_number(),
        email: email(),
        email_verified_at: None,
        email_status: EmailStatus::Deliverable,
        username: Username::parse("ada").ok(),
        display_username: Some("Ada".to_owned()),
        display_claim: None,
        name: Name::of_parts("Ada", "Lovelace"),
        image: Some("https://example.com/ada.png".to_owned()),
        profile: Profile {
            phone: PhoneNumber::parse("+441632960961").ok(),
            is_phone_verified: true,
            preferred_name: Some("Countess".to_owned()),
            title: Some(Title::Other),
            language: Some(Language::German),
            time_zone: TimeZoneName::parse("Europe/London").expect("a time zone"),
        },
        status: UserStatus::Active,
        roles: BTreeSet::new(),
        custom_roles: BTreeSet::new(),
        role_order: Vec::new(),
        memberships: Vec::new(),
        default_organization: None,
        two_factor_enabled: false,
        has_authenticator: false,
        trust_generation: 0,
        session_generation: 0,
        is_provisioned: true,
        created_by: None,
        password_generation: 0,
        is_password_reset: false,
        verifies_before_sign_in: false,
        created_at: now(),
        updated_at: now(),
        stored: Stored::NEW,
    };
    // The tests create the user, and then change it.
    user.mark_stored();
    user
}

fn session(user: &User) -> Session {
    let entropy: &dyn Entropy = &OsEntropy;
    Session {
        id: SessionId::generate(now(), entropy),
        user_id: user.id,
        state: SessionState::Active,
        hash: SecretHash::from_bytes(entropy.bytes()),
        generation: 0,
        trust_generation: 0,
        created_at: now(),
        updated_at: now(),
        expires_at: now() + SignedDuration::from_hours(1),
        remember_me: true,
        ip_address: "192.0.2.1".to_owned(),
        user_agent: String::new(),
        device_name: None,
        active_organization: None,
        active_team: None,
        methods: Vec::new(),
        impersonator: None,
        passkey: None,
        refresh: RefreshChain {
            family: SecretHash::from_bytes(entropy.bytes()),
            current: SecretHash::from_bytes(entropy.bytes()),
            replaced: None,
        },
    }
}

/// Runs sixteen at the same time, and returns their results.
async fn race<F, T>(contender: impl Fn(Arc<Store>) -> F, store: &Arc<Store>) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let running: Vec<_> = (0..16).map(|_| tokio::spawn(contender(Arc::clone(store)))).collect();
    let mut ended = Vec::new();
    for contender in running {
        ended.push(contender.await.expect("no panic"));
    }
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_survives_storage() {
    let (_aws, store, _) = store().await;
    let user = user();
    store.commit(Changes::new().create_user(&user)).await.expect("a commit");
    assert_eq!(store.find_user(user.id).await.expect("an answer"), Some(user));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_who_claim_an_address_one_gets_it() {
    let (_aws, store, _) = store().await;
    let claim = |store: Arc<Store>| async move {
        let user = user();
        store
            .commit(Changes::new().claim_email(&user.email, user.id).create_user(&user))
            .await
            .map(|()| user.id)
    };
    let ended = race(claim, &store).await;
    let winners: Vec<UserId> = ended.iter().filter_map(|end| end.as_ref().ok().copied()).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(store.find_owner(&email()).await.expect("an answer"), Some(winners[0]));
    let losers = ended
        .iter()
        .filter(|end| matches!(end, Err(CommitError::Conflict(Conflict::EmailTaken))));
    assert_eq!(losers.count(), 15);
}

/// The counters of an attempt at the password of [`email`].
async fn view(store: &Store, at: Timestamp) -> NameView {
    let client = Counter::unread(&RateLimit::SIGN_IN.window("192.0.2.1", at));
    let name = Counter::unread(&RateLimit::ACCOUNT.window("", at)).capped(100);
    let view = store
        .view_name(&LoginName::from(&email()), client, name, Vec::new())
        .await;
    view.expect("an answer")
}

/// A failure that counts for the name alone.
async fn fail(store: &Store, at: Timestamp) -> Result<(), CommitError> {
    let NameView { name, .. } = view(store, at).await;
    store.commit(Changes::new().count_event(&name)).await
}

fn is_limited(end: &Result<(), CommitError>) -> bool {
    matches!(end, Err(CommitError::Conflict(Conflict::LimitReached(_))))
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_attempts_no_more_than_the_limit_count() {
    let (_aws, store, _) = store().await;
    let ended = race(|store: Arc<Store>| async move { fail(&store, now()).await }, &store).await;
    let counted = ended.iter().filter(|end| end.is_ok()).count();
    assert_eq!(counted, RateLimit::ACCOUNT.max as usize);
    assert!(ended.iter().filter(|end| end.is_err()).all(is_limited), "{ended:?}");
    assert_eq!(view(&store, now()).await.name.events(), RateLimit::ACCOUNT.max as usize);
}

/// Both are read before the failures, as if all passwords were verified at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_success_that_was_begun_before_the_last_failure_is_refused() {
    let (_aws, store, _) = store().await;
    let begun = view(&store, now()).await;
    for _ in 0..RateLimit::ACCOUNT.max {
        fail(&store, now()).await.expect("a failure");
    }
    assert!(is_limited(
        &store.commit(Changes::new().forgive_attempts(&begun.name)).await
    ));
    let client = RateLimit::SIGN_IN.window("192.0.2.1", now());
    for _ in 0..RateLimit::SIGN_IN.max {
        assert_eq!(store.count(&client).await.expect("a count"), Ok(()));
    }
    assert!(is_limited(
        &store.commit(Changes::new().require_room(&begun.client)).await
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn old_attempts_make_room_and_a_success_forgives() {
    let (_aws, store, _) = store().await;
    for _ in 0..RateLimit::ACCOUNT.max {
        fail(&store, now()).await.expect("a failure");
    }
    assert!(is_limited(&fail(&store, now()).await));
    let later = now() + RateLimit::ACCOUNT.per;
    fail(&store, later).await.expect("a failure");
    fail(&store, later).await.expect("a failure");
    let seen = view(&store, later).await.name;
    assert_eq!(seen.events(), 2, "the old attempts were pruned");
    let forgive = || store.commit(Changes::new().forgive_attempts(&seen));
    forgive().await.expect("a commit");
    forgive().await.expect("a repetition");
    assert_eq!(view(&store, later).await.name.events(), 0);
    for _ in 0..RateLimit::ACCOUNT.max {
        fail(&store, later).await.expect("a failure");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consecutive_failures_have_a_cap_and_the_last_one_sends_one_mail() {
    let (_aws, store, client) = store().await;
    let fail = move |store: Arc<Store>| async move {
        let limit = RateLimit {
            max: 1000,
            ..RateLimit::ACCOUNT
        };
        let counter = Counter::unread(&limit.window("ada", now())).capped(10);
        let mail = Mail {
            id: MailId::generate(now(), &OsEntropy),
            purpose: MailPurpose::PasswordLocked { user_id: user().id },
            language: None,
            region: None,
            created_at: now(),
        };
        store.commit(Changes::new().count_event(&counter.with_mail(mail))).await
    };
    let ended = race(fail, &store).await;
    assert_eq!(ended.iter().filter(|end| end.is_ok()).count(), 10);
    assert!(ended.iter().filter(|end| end.is_err()).all(is_limited), "{ended:?}");
    let items = client.scan().table_name(TABLE).send().await.expect("an answer").items;
    let is_mail = |item: &&super::item::Item| item.get("type") == Some(&AttributeValue::S("mail".to_owned()));
    assert_eq!(items.unwrap_or_default().iter().filter(is_mail).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owned_address_never_expires_and_a_tried_one_does() {
    let (_aws, store, client) = store().await;
    fail(&store, now()).await.expect("a failure");
    assert!(matches!(ttl(&client).await, AttributeValue::N(_)));
    store
        .commit(Changes::new().claim_email(&email(), user().id))
        .await
        .expect("a commit");
    assert!(matches!(ttl(&client).await, AttributeValue::S(_)));
    assert_eq!(
        view(&store, now()).await.name.events(),
        0,
        "attempts before the owner do not count"
    );
    fail(&store, now()).await.expect("a failure");
    assert!(matches!(ttl(&client).await, AttributeValue::S(_)));
}

async fn ttl(client: &aws_sdk_dynamodb::Client) -> AttributeValue {
    let key = keys::email(&email()).to_item();
    let output = client
        .get_item()
        .table_name(TABLE)
        .set_key(Some(key))
        .send()
        .await
        .expect("an answer");
    output.item.expect("an item").remove(keys::TTL).expect("a ttl")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_hits_a_window_takes_its_limit() {
    let (_aws, store, _) = store().await;
    let window = RateLimit::SIGN_IN.window("192.0.2.1", now());
    let hit = move |store: Arc<Store>| {
        let window = window.clone();
        async move { store.count(&window).await }
    };
    let ended = race(hit, &store).await;
    assert_eq!(ended.iter().filter(|end| matches!(end, Ok(Ok(())))).count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_over_a_version_that_moved_is_refused() {
    let (_aws, store, _) = store().await;
    let user = user();
    store.commit(Changes::new().create_user(&user)).await.expect("a commit");
    let write = || store.commit(Changes::new().update_user(&user));
    write().await.expect("the first write");
    assert!(matches!(write().await, Err(CommitError::Conflict(Conflict::UserMoved))));
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_given_once() {
    let (_aws, store, _) = store().await;
    let sequence = Arc::new(Sequence::new("user", crate::domain::NumberRange::default()));
    let take = move |store: Arc<Store>| {
        let sequence = Arc::clone(&sequence);
        async move { sequence.next(&store).await.expect("a number") }
    };
    let first: BTreeSet<u64> = race(&take, &store).await.into_iter().collect();
    let second: BTreeSet<u64> = race(&take, &store).await.into_iter().collect();
    assert_eq!(
        (first.len(), second.len(), first.intersection(&second).count()),
        (16, 16, 0)
    );
    assert!(!first.contains(&0));
}

/// With a global table, two Regions see the same items. Each has numbers of its own, and does not take those of the other
/// by mistake.
#[tokio::test(flavor = "multi_thread")]
async fn two_regions_take_numbers_of_their_own() {
    let (aws, _, _) = store().await;
    let region = |name: &'static str| {
        let sdk = aws::loopback(&aws.endpoint_url()).into_builder();
        let sdk = sdk.region(aws_config::Region::from_static(name)).build();
        Store::new(aws_sdk_dynamodb::Client::new(&sdk), TABLE.to_owned())
    };
    let (here, there) = (region("eu-central-1"), region("eu-west-1"));
    let range = |number| Sequence::new("user", crate::domain::NumberRange::new(number).expect("a range"));
    assert_eq!(range(0).next(&here).await.expect("a number"), 1);
    assert!(matches!(range(0).next(&there).await, Err(StoreError::Unavailable)));
    assert_eq!(range(1).next(&there).await.expect("a number"), 1_000_000_000_001);
    assert_eq!(range(1).next(&there).await.expect("a number"), 1_000_000_000_051);
    assert!(matches!(range(1).next(&here).await, Err(StoreError::Unavailable)));
    assert_eq!(range(0).next(&here).await.expect("a number"), 51);
    // The largest number is one that JavaScript represents exactly.
    let last = range(crate::domain::NumberRange::MAX)
        .next(&here)
        .await
        .expect("a number");
    assert!(last + 1_000_000_000_000 < 1 << 53);
    assert_eq!(
        crate::domain::NumberRange::new(crate::domain::NumberRange::MAX + 1),
        None
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_check_is_one_call_of_two_units() {
    let (_aws, store, _) = store().await;
    let user = user();
    let session = session(&user);
    store
        .commit(Changes::new().create_user(&user).create_session(&session))
        .await
        .expect("a commit");
    let (found, usage) = usage::measure(store.find_session(user.id, session.id)).await;
    let found = found.expect("an answer").expect("a session");
    assert_eq!((found.user, found.session), (user, session));
    assert_eq!((usage.dynamodb, usage.read_units), (1, 2.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_change_is_not_billed_as_a_transaction() {
    let (_aws, store, _) = store().await;
    let session = Session {
        state: SessionState::PendingSecondFactor,
        ..session(&user())
    };
    let (committed, usage) = usage::measure(store.commit(Changes::new().create_session(&session))).await;
    committed.expect("a commit");
    assert_eq!((usage.dynamodb, usage.write_units), (1, 1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_revoked_is_not_brought_back_by_an_extension() {
    let (_aws, store, _) = store().await;
    let session = session(&user());
    let extended = store.commit(Changes::new().extend_session(&session)).await;
    assert!(matches!(extended, Err(CommitError::Conflict(Conflict::SessionGone))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_does_not_parse_is_named() {
    let (_aws, store, client) = store().await;
    let user = user();
    store.commit(Changes::new().create_user(&user)).await.expect("a commit");
    let update = client
        .update_item()
        .table_name(TABLE)
        .set_key(Some(keys::user(user.id).to_item()));
    let update = update.update_expression("SET email = :text");
    update
        .expression_attribute_values(":text", AttributeValue::S("nonsense".to_owned()))
        .send()
        .await
        .expect("a write");
    let Err(StoreError::Corrupt(corrupt)) = store.find_user(user.id).await else {
        panic!("it does not parse")
    };
    assert_eq!((corrupt.kind, corrupt.attribute.as_str()), ("user", "email"));
    assert_eq!(corrupt.key, format!("USER#{} / PROFILE", user.id));
}

/// The item comes back with the refusal, of a single write and of a transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_write_tells_an_organization_that_is_gone_from_a_full_one() {
    let (_aws, store, _) = store().await;
    let world = World::new();
    world.set_up(&store).await;
    let (id, roles) = (world.organization.id, OrganizationRole::Member.into());
    let counted = RateLimit::SIGN_IN.window("198.51.100.1", now());
    let refusals = async || {
        let seat = || Changes::new().take_seat(id, &roles, 1);
        [store.commit(seat()).await, store.commit(seat().count(&counted)).await].map(|end| match end {
            Err(CommitError::Conflict(conflict)) => conflict,
            end => panic!("{end:?}"),
        })
    };
    assert_eq!(refusals().await, [Conflict::NoSeat, Conflict::NoSeat]);
    let gone = [Conflict::OrganizationGone, Conflict::OrganizationGone];
    let dissolve = Changes::new().dissolve_organization(&world.organization);
    store.commit(dissolve).await.expect("a commit");
    assert_eq!(refusals().await, gone);
    let forget = Changes::new().forget_organization(id);
    store.commit(forget).await.expect("a commit");
    assert_eq!(refusals().await, gone);
}
