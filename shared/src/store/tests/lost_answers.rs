//! Writes that DynamoDB carries out and whose responses are lost, so that the SDK repeats them: each has its effect
//! once, its caller learns that it succeeded, and a second use of a single-use item is still rejected.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use local_aws::{LocalAws, Mode, Service};
use uuid::Uuid;

use super::{email, now, session, store, user};
use crate::domain::api_key::{KeyChange, KeyLimit, KeyUsage, Quota, QuotaStep, Spending, WindowStep};
use crate::domain::backup_code::BackupCodeHash;
use crate::domain::bulk::BulkUpload;
use crate::domain::one_time::{ChangeEmail, DeleteUser, ResetAdminPassword, ResetPassword, SetPassword, VerifyEmail};
use crate::domain::passkey::{Ceremony, CeremonyPurpose, CredentialId, DeviceType};
use crate::domain::registration_link::Generations;
use crate::domain::service_token::{ServiceName, ServiceToken};
use crate::domain::session::RefreshChain;
use crate::domain::signing_key::{KeyRing, Ring};
use crate::domain::totp::AuthenticatorState;
use crate::domain::trusted_device::ReplacedSecret;
use crate::domain::{
    AccountDetails, AccountRank, AccountRole, AdminId, AdminSession, ApiKey, ApiKeyId, Authenticator, Authorization,
    AuthorizationId, AuthorizationPurpose, BackupCodes, BulkUploadId, Contract, Deliverability, DeviceId, DeviceKey,
    EmailAddress, EncryptedSecret, Identity, Invitation, InvitationId, InvitationState, Issuer, LimitReached,
    LinkedAccount, LinkedAccountId, MailEvent, MailEventKind, Membership, MessageId, OneTimeGrant, Organization,
    OrganizationDetails, OrganizationId, OrganizationKind, OrganizationNumber, OrganizationRole, OrganizationStatus,
    Passkey, PasswordHash, ProvenIdentity, ProviderId, RateLimit, RegistrationLink, SeatLimits, SecondFactorCode,
    SecretHash, Session, SessionId, Slug, SpentToken, TrustedDevice, TrustedOrigins, User, UserId,
};
use crate::entropy::{Entropy, OsEntropy};
use crate::store::{Changes, CommitError, Conflict, Counter, Sequence, Spent, Store};

fn lose_answers(aws: &LocalAws) {
    aws.faults().set(Service::DynamoDb, Mode::Lost);
}

fn secret() -> SecretHash {
    let entropy: &dyn Entropy = &OsEntropy;
    SecretHash::from_bytes(entropy.bytes())
}

fn later() -> Timestamp {
    now() + jiff::SignedDuration::from_hours(1)
}

fn limit(max: u32) -> RateLimit {
    RateLimit {
        max,
        ..RateLimit::SIGN_IN
    }
}

/// All items that the writes of a test need, as they were read.
pub(super) struct World {
    user: User,
    session: Session,
    pub(super) organization: Organization,
    invitation: Invitation,
    passkey: Passkey,
    authenticator: Authenticator,
    backup_code: BackupCodeHash,
    code: SecondFactorCode,
    device: TrustedDevice,
    account: LinkedAccount,
    authorization: Authorization,
    key: ApiKey,
    grant: OneTimeGrant,
    registration_link: RegistrationLink,
    proven: ProvenIdentity,
}

pub(super) fn organization() -> Organization {
    Organization {
        id: OrganizationId::generate(now(), &OsEntropy),
        number: OrganizationNumber(1),
        name: "Analytical Engines".to_owned(),
        slug: Slug::parse("engines").expect("a slug"),
        kind: OrganizationKind::Business,
        status: OrganizationStatus::Active,
        demo: false,
        logo: None,
        metadata: None,
        details: OrganizationDetails::default(),
        plan: None,
        owner_led: false,
        plan_expires_at: None,
        subscription: None,
        account: AccountDetails::default(),
        seats: None,
        active_seats: None,
        open_join: false,
        open_invite: false,
        member_count: 1,
        owner_count: 1,
        administrator_count: 1,
        open_invitations: 1,
        created_at: now(),
        updated_at: now(),
    }
}

fn seats(without_plan: u32) -> SeatLimits {
    SeatLimits::new(without_plan, Vec::new())
}

fn registration_link(organization: &Organization, creator: UserId) -> RegistrationLink {
    RegistrationLink {
        hash: secret(),
        organization_id: organization.id,
        organization_number: organization.number,
        role: AccountRole::Coach,
        program_id: None,
        creator,
        authority: AccountRank::Admin,
        generations: Generations::default(),
        expires_at: later(),
        is_spent: false,
    }
}

impl World {
    pub(super) fn new() -> Self {
        let user = user();
        let session = session(&user);
        let user_id = user.id;
        let organization = organization();
        Self {
            invitation: Invitation {
                id: InvitationId::generate(now(), &OsEntropy),
                organization_id: organization.id,
                email: email(),
                roles: OrganizationRole::Member.into(),
                teams: Vec::new(),
                inviter: user_id,
                message: None,
                hash: None,
                state: InvitationState::Pending,
                created_at: now(),
                expires_at: later(),
            },
            passkey: Passkey {
                credential_id: CredentialId::new(vec![1; 16]).expect("an id"),
                user_id,
                public_key: vec![1],
                counter: 1,
                name: None,
                device: DeviceType::Single,
                backed_up: false,
                transports: Vec::new(),
                aaguid: Uuid::nil(),
                trust_generation: 0,
                created_at: now(),
                updated_at: now(),
            },
            authenticator: Authenticator {
                user_id,
                secret: EncryptedSecret::from_bytes(vec![1]),
                state: AuthenticatorState::Pending,
                last_step: None,
                enrolment: None,
            },
            backup_code: BackupCodeHash::from_bytes([1; 32]),
            code: SecondFactorCode {
                user_id,
                session_id: session.id,
                code: EncryptedSecret::from_bytes(vec![2]),
                expires_at: later(),
            },
            device: TrustedDevice {
                id: DeviceId::generate(now(), &OsEntropy),
                user_id,
                hash: secret(),
                replaced: None,
                session_generation: 0,
                trust_generation: 0,
                expires_at: later(),
                ends_at: later(),
            },
            account: LinkedAccount {
                id: LinkedAccountId::generate(now(), &OsEntropy),
                user_id,
                provider: provider(),
                issuer: Issuer::new("https://login.example"),
                subject: "1".to_owned(),
                email: None,
                name: None,
                scopes: Vec::new(),
                tokens: None,
                access_token_expires_at: None,
                created_at: now(),
                updated_at: now(),
            },
            authorization: Authorization {
                id: AuthorizationId::generate(now(), &OsEntropy),
                hash: secret(),
                browser: secret(),
                provider: provider(),
                issuer: Issuer::new("https://login.example"),
                contract: Contract::Platform,
                purpose: AuthorizationPurpose::SignIn { may_sign_up: true },
                callback: None,
                new_user_callback: None,
                error_callback: None,
                expires_at: later(),
            },
            key: api_key(&user),
            proven: proven_identity(),
            grant: OneTimeGrant {
                user_id,
                hash: secret(),
                email: email(),
                requester: None,
                new_email: None,
                expires_at: later(),
                spent_at: None,
            },
            registration_link: registration_link(&organization, user_id),
            user,
            session,
            organization,
        }
    }

    pub(super) async fn set_up(&self, store: &Store) {
        let codes = BackupCodes {
            user_id: self.user.id,
            key: EncryptedSecret::from_bytes(vec![3]),
            hashes: BTreeSet::from([self.backup_code]),
        };
        let changes = Changes::new()
            .create_user(&self.user)
            .create_session(&self.session)
            .create_organization(&self.organization)
            .create_invitation(&self.invitation)
            .create_passkey(&self.passkey, None)
            .put_pending_authenticator(&self.authenticator)
            .put_backup_codes(&codes)
            .put_second_factor_code(&self.code)
            .create_trusted_device(&self.device)
            .link_account(&self.account)
            .create_authorization(&self.authorization)
            .create_api_key(&self.key)
            .create_proven_identity(&self.proven)
            .put_grant::<VerifyEmail>(&self.grant)
            .put_grant::<ResetPassword>(&self.grant)
            .put_grant::<SetPassword>(&self.grant)
            .put_grant::<ChangeEmail>(&self.grant)
            .put_grant::<DeleteUser>(&self.grant)
            .put_grant::<ResetAdminPassword>(&self.grant)
            .create_admin_session(&self.admin_session())
            .put_admin_authenticator(self.admin_session().admin_id, &self.authenticator)
            .create_registration_link(&self.registration_link)
            .set_password(imported_user(), &password_hash("imported"));
        store.commit(changes).await.expect("a commit");
    }

    fn admin_session(&self) -> AdminSession {
        AdminSession {
            id: self.session.id,
            admin_id: AdminId::of_owner(self.grant.user_id),
            generation: 0,
            methods: Vec::new(),
            created_at: now(),
            updated_at: now(),
            expires_at: later(),
            ip_address: String::new(),
            user_agent: String::new(),
            refresh: self.session.refresh,
        }
    }

    fn renewed_session(&self) -> Session {
        Session {
            hash: secret(),
            ..self.session.clone()
        }
    }
}

fn proven_identity() -> ProvenIdentity {
    let identity = Identity {
        provider: provider(),
        issuer: Issuer::new("https://login.example"),
        subject: "2".to_owned(),
        email: Some(email()),
        email_verified: true,
        name: None,
        image: None,
    };
    let issued = ProvenIdentity::issue(&identity, None, now(), &OsEntropy);
    issued.expect("a verified address").0
}

/// A user who has a password, as the user of the world has none.
fn imported_user() -> UserId {
    UserId::from_bytes([9; 16])
}

fn password_hash(text: &str) -> PasswordHash {
    PasswordHash::from_phc(text.to_owned())
}

fn provider() -> ProviderId {
    ProviderId::parse("google").expect("a provider")
}

fn api_key(user: &User) -> ApiKey {
    ApiKey {
        id: ApiKeyId::from_bytes([1; 16]),
        user_id: user.id,
        hash: secret(),
        name: None,
        prefix: None,
        start: "abc".to_owned(),
        enabled: true,
        expires_at: None,
        quota: Some(Quota {
            remaining: 5,
            refill: None,
        }),
        limit: KeyLimit::default(),
        permissions: None,
        metadata: None,
        usage: KeyUsage::default(),
        trust_generation: 0,
        created_at: now(),
        updated_at: now(),
        version: 0,
    }
}

/// A write that must succeed once, and the conflict of every further attempt.
type Once = (&'static str, fn(&World, Changes) -> Changes, Conflict);

/// All single-use items.
fn artefacts() -> impl Iterator<Item = Once> {
    [claims(), seats_once(), secrets(), replaced(), others()]
        .into_iter()
        .flatten()
}

fn bulk_upload(uploader: UserId) -> BulkUpload {
    BulkUpload {
        id: BulkUploadId::generate(now(), &OsEntropy),
        uploader,
        filename: None,
        rows: Vec::new(),
        created_at: now(),
        is_complete: false,
    }
}

/// Names and places that only one owner can have.
fn claims() -> Vec<Once> {
    vec![
        (
            "an address",
            |it, changes| changes.claim_email(&email(), it.user.id),
            Conflict::EmailTaken,
        ),
        (
            "a username",
            |it, changes| changes.claim_username(it.user.username.as_ref().expect("one"), it.user.id),
            Conflict::UsernameTaken,
        ),
        (
            "a telephone number",
            |it, changes| changes.claim_phone(it.user.profile.phone.as_ref().expect("one"), it.user.id),
            Conflict::PhoneTaken,
        ),
        (
            "an identity at a provider",
            |it, changes| {
                changes.link_account(&LinkedAccount {
                    subject: "2".to_owned(),
                    ..it.account.clone()
                })
            },
            Conflict::IdentityTaken,
        ),
        (
            "a request of an upload",
            |it, changes| {
                let upload = bulk_upload(it.user.id);
                let request = SecretHash::from_bytes([7; 32]);
                changes.begin_bulk_upload(&upload, &request, later(), now())
            },
            Conflict::BulkUploadBegun,
        ),
        (
            "a slug",
            |it, changes| {
                changes.create_organization(&Organization {
                    id: OrganizationId::from_bytes([2; 16]),
                    number: OrganizationNumber(2),
                    slug: Slug::parse("looms").expect("a slug"),
                    ..it.organization.clone()
                })
            },
            Conflict::SlugTaken,
        ),
        (
            "a credential",
            |it, changes| {
                let passkey = Passkey {
                    credential_id: CredentialId::new(vec![2; 16]).expect("an id"),
                    ..it.passkey.clone()
                };
                changes.create_passkey(&passkey, None)
            },
            Conflict::PasskeyTaken,
        ),
        (
            "an invitation of an address",
            |it, changes| {
                changes.create_invitation(&Invitation {
                    id: InvitationId::from_bytes([2; 16]),
                    email: EmailAddress::parse("grace@example.com").expect("an address"),
                    ..it.invitation.clone()
                })
            },
            Conflict::AlreadyInvited,
        ),
        (
            "the last open invitation",
            |it, changes| changes.open_invitation(it.organization.id, 2),
            Conflict::InvitationLimit,
        ),
        (
            "a limit",
            |_, changes| changes.count(&limit(1).window("192.0.2.1", now())),
            Conflict::LimitReached(LimitReached { retry_after: 60 }),
        ),
        (
            "a membership",
            |it, changes| {
                let membership = Membership::new(
                    it.organization.id,
                    it.organization.number,
                    OrganizationRole::Member,
                    now(),
                );
                changes.create_member(&it.user, &membership)
            },
            Conflict::AlreadyMember,
        ),
    ]
}

/// Seats of an organization, of which the writes count.
fn seats_once() -> Vec<Once> {
    vec![
        (
            "a seat",
            |it, changes| changes.take_seat(it.organization.id, &OrganizationRole::Member.into(), 2),
            Conflict::NoSeat,
        ),
        (
            "a seat that was not read",
            |it, changes| changes.take_unread_seat(it.organization.id, &OrganizationRole::Member.into(), &seats(2)),
            Conflict::OrganizationMoved,
        ),
        (
            "a seat that no invitation has",
            |it, changes| changes.take_unreserved_seat(&it.organization, &OrganizationRole::Member.into(), &seats(2)),
            Conflict::OrganizationMoved,
        ),
        (
            "the seat of an invitation",
            |it, changes| changes.take_invited_seat(it.organization.id, &OrganizationRole::Member.into(), &seats(2)),
            Conflict::NoSeat,
        ),
        (
            "a seat for an invitation",
            |it, changes| changes.reserve_seat(&it.organization, 3, 10),
            Conflict::OrganizationMoved,
        ),
    ]
}

/// Single-use secrets and codes.
#[expect(clippy::too_many_lines, reason = "it is a list")]
fn secrets() -> Vec<Once> {
    vec![
        (
            "a token to verify an address",
            |it, changes| changes.spend_grant::<VerifyEmail>(&it.grant),
            Conflict::GrantSpent,
        ),
        (
            "a token to reset a password",
            |it, changes| changes.mark_grant_spent::<ResetPassword>(&it.grant, now()),
            Conflict::GrantSpent,
        ),
        (
            "a token to reset the password of an administrator",
            |it, changes| changes.mark_grant_spent::<ResetAdminPassword>(&it.grant, now()),
            Conflict::GrantSpent,
        ),
        (
            "the code of a time step of an administrator",
            |it, changes| changes.accept_admin_step(it.admin_session().admin_id, &it.authenticator, 7),
            Conflict::AuthenticatorMoved,
        ),
        (
            "a token to set the first password",
            |it, changes| changes.mark_grant_spent::<SetPassword>(&it.grant, now()),
            Conflict::GrantSpent,
        ),
        (
            "the first password",
            |it, changes| {
                let hash = PasswordHash::from_phc("hash".to_owned());
                changes.set_first_password(it.user.id, &hash, &DeviceKey::generate(&OsEntropy))
            },
            Conflict::UserMoved,
        ),
        (
            "a token to change an address",
            |it, changes| changes.spend_grant::<ChangeEmail>(&it.grant),
            Conflict::GrantSpent,
        ),
        (
            "a token to delete a user",
            |it, changes| changes.spend_grant::<DeleteUser>(&it.grant),
            Conflict::GrantSpent,
        ),
        (
            "a mailed code",
            |it, changes| changes.spend_second_factor_code(&it.code),
            Conflict::CodeSpent,
        ),
        (
            "a backup code",
            |it, changes| changes.spend_backup_code(it.user.id, it.backup_code),
            Conflict::BackupCodeSpent,
        ),
        (
            "the code of a time step",
            |it, changes| changes.accept_step(&it.authenticator, 7),
            Conflict::AuthenticatorMoved,
        ),
        (
            "a signature counter",
            |it, changes| changes.use_passkey(&it.passkey, 2, false),
            Conflict::PasskeyMoved,
        ),
        (
            "a registration link",
            |it, changes| changes.spend_registration_link(&it.registration_link.hash),
            Conflict::GrantSpent,
        ),
        (
            "an authorization",
            |it, changes| changes.spend_authorization(it.authorization.id),
            Conflict::AuthorizationSpent,
        ),
        (
            "a proof of an identity without a user",
            |it, changes| changes.spend_proven_identity(&it.proven.hash, now()),
            Conflict::GrantSpent,
        ),
        (
            "an ID token of a provider",
            |it, changes| {
                changes.spend_token(&SpentToken {
                    id: SecretHash::from_bytes([4; 32]),
                    user_id: it.user.id,
                    session_id: Some(it.session.id),
                    is_new_user: false,
                    salt: [1; 32],
                    at: now(),
                    expires_at: later(),
                })
            },
            Conflict::TokenSpent,
        ),
        (
            "the answer to an invitation",
            |it, changes| {
                let lapsed = it.invitation.clone().in_state(InvitationState::Lapsed);
                changes.close_invitation(&lapsed, &it.invitation)
            },
            Conflict::InvitationMoved,
        ),
        (
            "a refresh token",
            |it, changes| {
                let next = RefreshChain {
                    current: secret(),
                    ..it.session.refresh
                };
                changes.rotate_refresh(&it.session, &next)
            },
            Conflict::RefreshMoved,
        ),
        (
            "a refresh token of an administrator",
            |it, changes| {
                let session = it.admin_session();
                let next = RefreshChain {
                    current: secret(),
                    ..session.refresh
                };
                changes.rotate_admin_refresh(&session, &next)
            },
            Conflict::RefreshMoved,
        ),
        (
            "a pending session",
            |it, changes| changes.activate_session(&it.session, &it.renewed_session()),
            Conflict::SessionGone,
        ),
        (
            "the renewal of a session",
            |it, changes| {
                let renewed = Session {
                    id: SessionId::from_bytes([2; 16]),
                    ..it.renewed_session()
                };
                changes.renew_session(&it.session, &renewed)
            },
            Conflict::SessionGone,
        ),
        (
            "the secret of a trusted browser",
            |it, changes| {
                let next = TrustedDevice {
                    hash: secret(),
                    replaced: Some(ReplacedSecret {
                        hash: it.device.hash,
                        salt: [1; 32],
                        at: now(),
                    }),
                    ..it.device.clone()
                };
                changes.renew_trusted_device(&it.device, &next)
            },
            Conflict::DeviceMoved,
        ),
    ]
}

/// Hashes that replace another one, or are stored under a name.
fn replaced() -> Vec<Once> {
    vec![
        (
            "the hash of another system",
            |_, changes| changes.replace_hash(imported_user(), &password_hash("imported"), &password_hash("own")),
            Conflict::UserMoved,
        ),
        (
            "the name of a service",
            |_, changes| {
                changes.create_service_token(&ServiceToken {
                    name: ServiceName::parse("calendar").expect("a name"),
                    hash: secret(),
                    created_at: now(),
                    last_used_at: None,
                })
            },
            Conflict::ServiceNameTaken,
        ),
    ]
}

/// Items that are changed as they were read, deleted, or recorded once.
fn others() -> Vec<Once> {
    vec![
        (
            "a new session",
            |it, changes| {
                changes.create_session(&Session {
                    id: SessionId::from_bytes([2; 16]),
                    ..it.session.clone()
                })
            },
            Conflict::IdTaken,
        ),
        (
            "the first signing key",
            |_, changes| changes.update_key_ring(Ring::User, &KeyRing::default()),
            Conflict::KeyRingMoved,
        ),
        (
            "a new link for an invitation",
            |it, changes| {
                let invitation = Invitation {
                    hash: Some(secret()),
                    ..it.invitation.clone()
                };
                changes.update_invitation(&invitation, &it.invitation)
            },
            Conflict::InvitationMoved,
        ),
        (
            "the deletion of a passkey",
            |it, changes| changes.delete_passkey(&it.passkey),
            Conflict::PasskeyMoved,
        ),
        (
            "the deletion of an API key",
            |it, changes| changes.delete_api_key(it.user.id, it.key.id),
            Conflict::ApiKeyGone,
        ),
        (
            "an edition of API keys",
            |it, changes| changes.raise_api_keys_edition(it.user.id, 0, 1, now()),
            Conflict::ApiKeysMoved,
        ),
        (
            "the end of an open invitation",
            |it, changes| changes.settle_invitations(it.organization.id, 1),
            Conflict::OrganizationMoved,
        ),
        (
            "a version of a user",
            |it, changes| changes.update_user(&it.user),
            Conflict::UserMoved,
        ),
        (
            "the deletion of a user",
            |it, changes| changes.delete_user(&it.user),
            Conflict::UserMoved,
        ),
        (
            "the tokens of a provider",
            |it, changes| {
                let account = LinkedAccount {
                    updated_at: later(),
                    ..it.account.clone()
                };
                changes.update_account(&it.account, &account)
            },
            Conflict::AccountMoved,
        ),
        (
            "what is known of an address",
            |_, changes| changes.put_deliverability(&email(), &Deliverability::default()),
            Conflict::DeliverabilityMoved,
        ),
        (
            "a report of SES",
            |_, changes| {
                let event = MailEvent {
                    message_id: MessageId::parse("m1").expect("an id"),
                    kind: MailEventKind::Delivery,
                    recipients: vec![email()],
                    at: now(),
                };
                changes.note_mail_event(&event, &email(), now())
            },
            Conflict::MailEventSeen,
        ),
        (
            "the confirmation of a subscription",
            |_, changes| changes.note_confirmation("m1", now()),
            Conflict::MailEventSeen,
        ),
        (
            "the first attempt at a second factor",
            |it, changes| changes.count_second_factor(it.user.id, None, 1, now()),
            Conflict::SecondFactorAttemptsMoved,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_good_for_one_use_is_used_once_by_a_single_write() {
    for (name, write, conflict) in artefacts() {
        let (aws, store, _) = store().await;
        let world = World::new();
        world.set_up(&store).await;
        lose_answers(&aws);
        let first = store.commit(write(&world, Changes::new())).await;
        assert!(first.is_ok(), "{name}: {first:?}");
        let second = store.commit(write(&world, Changes::new())).await;
        assert!(
            matches!(&second, Err(CommitError::Conflict(refused)) if *refused == conflict),
            "{name}: {second:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_good_for_one_use_is_used_once_by_a_transaction() {
    let counted = limit(100).window("198.51.100.1", now());
    for (name, write, conflict) in artefacts() {
        let (aws, store, _) = store().await;
        let world = World::new();
        world.set_up(&store).await;
        lose_answers(&aws);
        let commit = async || store.commit(write(&world, Changes::new().count(&counted))).await;
        let first = commit().await;
        assert!(first.is_ok(), "{name}: {first:?}");
        let second = commit().await;
        assert!(
            matches!(&second, Err(CommitError::Conflict(refused)) if *refused == conflict),
            "{name}: {second:?}"
        );
        let stored = store.find_counter(&counted).await.expect("an answer");
        assert_eq!(stored.events(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_count_a_write_once() {
    let (aws, store, _) = store().await;
    let world = World::new();
    world.set_up(&store).await;
    lose_answers(&aws);

    let window = limit(3).window("192.0.2.1", now());
    let mut allowed = Vec::new();
    for _ in 0..5 {
        allowed.push(store.count(&window).await.expect("an answer").is_ok());
    }
    assert_eq!(allowed, [true, true, true, false, false]);

    for used in 1..=3 {
        let challenge = store.commit(Changes::new().count_challenge(&world.session)).await;
        let code = store.commit(Changes::new().count_code(&world.code)).await;
        assert!(challenge.is_ok() && code.is_ok(), "{used}");
    }

    let mut failures = 0;
    while super::fail(&store, now()).await.is_ok() {
        failures += 1;
    }
    assert_eq!(failures, RateLimit::ACCOUNT.max as usize);
    assert_eq!(super::view(&store, now()).await.name.events(), failures);

    let given_back = Counter::unread(&limit(3).window("198.51.100.1", now()));
    for _ in 0..5 {
        let counted = store.commit(Changes::new().count_event(&given_back)).await;
        let returned = store.commit(Changes::new().give_back(&given_back)).await;
        assert!(counted.is_ok() && returned.is_ok());
    }

    let sequence = || Sequence::new("user", crate::domain::NumberRange::default());
    let first = sequence().next(&store).await.expect("a number");
    let second = sequence().next(&store).await.expect("a number");
    assert_eq!((first, second), (1, 51));

    let (id, roles) = (world.organization.id, OrganizationRole::Owner.into());
    let take = || store.commit(Changes::new().take_seat(id, &roles, 10));
    take().await.expect("a seat");
    take().await.expect("a seat");
    let read = async || {
        let organization = store.find_organization(id).await.expect("an answer");
        organization.expect("an organization")
    };
    let organization = read().await;
    assert_eq!((organization.member_count, organization.owner_count), (3, 3));
    let limits = seats(10);
    let takes = [
        Changes::new().take_unread_seat(id, &roles, &limits),
        Changes::new().take_unreserved_seat(&organization, &roles, &limits),
        Changes::new().take_invited_seat(id, &roles, &limits),
    ];
    for take in takes {
        store.commit(take).await.expect("a seat");
    }
    let organization = read().await;
    assert_eq!((organization.member_count, organization.open_invitations), (6, 0));
    let reserve = Changes::new().reserve_seat(&organization, 7, 10);
    store.commit(reserve).await.expect("a seat");
    assert_eq!(read().await.open_invitations, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_of_an_api_key_takes_one() {
    let (aws, store, _) = store().await;
    let world = World::new();
    world.set_up(&store).await;
    lose_answers(&aws);
    let find = async || {
        store
            .find_api_key(world.user.id, world.key.id)
            .await
            .expect("an answer")
            .expect("a key")
    };

    let first_in_window = Spending {
        quota: QuotaStep::Take,
        window: WindowStep::Start { seen: None },
    };
    let spent = store.spend_api_key(&world.key, &first_in_window, now()).await;
    let Ok(Spent::Done(key)) = spent else {
        panic!("{spent:?}")
    };
    assert_eq!((key.quota.map(|quota| quota.remaining), key.usage.count), (Some(4), 1));
    let next_in_window = Spending {
        quota: QuotaStep::Take,
        window: WindowStep::Count {
            started_at: now(),
            max: 10,
        },
    };
    let spent = store.spend_api_key(&key, &next_in_window, now()).await;
    assert!(matches!(spent, Ok(Spent::Done(_))), "{spent:?}");
    let key = find().await;
    assert_eq!((key.quota.map(|quota| quota.remaining), key.usage.count), (Some(3), 2));

    let change = Changes::new().change_api_key(world.user.id, key.id, &KeyChange::default(), now());
    store.commit(change).await.expect("a commit");
    assert_eq!(find().await.version, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_ceremony_is_taken_once() {
    let (aws, store, _) = store().await;
    lose_answers(&aws);
    let ceremony = Ceremony {
        hash: secret(),
        purpose: CeremonyPurpose::Authentication { user_id: None },
        state: "state".to_owned(),
        expires_at: later(),
    };
    store.put_ceremony(&ceremony).await.expect("a commit");
    let taken = store.take_ceremony(&ceremony.hash).await.expect("an answer");
    assert_eq!(taken.map(|taken| taken.state), Some(ceremony.state));
    assert!(store.take_ceremony(&ceremony.hash).await.expect("an answer").is_none());
    assert!(store.take_ceremony(&secret()).await.expect("an answer").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_was_spent_is_not_found() {
    let (_aws, store, _) = store().await;
    let world = World::new();
    world.set_up(&store).await;
    let id = world.authorization.id;
    let origins = TrustedOrigins::new(["https://example.com"]).expect("origins");
    assert!(
        store
            .find_authorization(id, &origins)
            .await
            .expect("an answer")
            .is_some()
    );
    store
        .commit(Changes::new().spend_authorization(id))
        .await
        .expect("a commit");
    assert!(
        store
            .find_authorization(id, &origins)
            .await
            .expect("an answer")
            .is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_writer_is_not_taken_for_the_first() {
    let (aws, store, _) = store().await;
    let world = World::new();
    world.set_up(&store).await;
    lose_answers(&aws);
    let id = world.authorization.id;
    let spend = move |store: Arc<Store>| async move { store.commit(Changes::new().spend_authorization(id)).await };
    let ended = super::race(spend, &store).await;
    assert_eq!(ended.iter().filter(|end| end.is_ok()).count(), 1, "{ended:?}");
}
