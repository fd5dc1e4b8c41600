//! Security facts: who got into an account, from where, with which factor, and what they changed. A fact holds ids and
//! names of roles, and never a secret, a token, a code, a password or an address of mail.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::ids::{
    AdminId, ApiKeyId, DeviceId, EventId, InvitationId, LinkedAccountId, OrganizationId, SessionId, TeamId, UserId,
};
use super::linked_account::ProviderId;
use super::organization::Membership;
use super::passkey::PasskeyId;
use super::service_token::ServiceName;
use super::session::{AuthenticationMethod, Session, SessionState};
use super::signing_key::Ring;
use super::statements::RoleName;
use super::text::text_enum;
use super::user::{User, UserStatus};

/// The version of the records' form. It is incremented when a field is removed or changes its meaning, and not when a
/// field or a kind is added.
pub const VERSION: u32 = 1;

/// Longer texts are truncated, because clients control some of them.
const LONGEST_TEXT: usize = 256;

/// A value in a record, and its description as a JSON schema.
pub trait Field {
    /// A field that may be absent.
    const OPTIONAL: bool = false;

    fn to_value(&self) -> Value;

    fn schema() -> Value;
}

/// Whether a kind is an event, or only a record.
macro_rules! is_event {
    (event) => {
        true
    };
    (record) => {
        false
    };
}

macro_rules! facts {
    ($($(#[doc = $doc:literal])+ $name:ident: $publicity:ident $kind:literal { $($field:ident: $type:ty),* $(,)? })+) => {
        /// A fact that a record is about. All fields are ids, or names from closed sets or of administrators.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Fact {
            $($(#[doc = $doc])+ $name { $($field: $type),* },)+
        }

        impl Fact {
            /// The name of the kind, which is the `detail-type` of the event.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $kind,)+
                }
            }

            /// Whether the fact changes the state of the service. Then it is part of a commit, and with `EVENTS=on` the
            /// same commit writes an event. The others, such as refusals, are records of the log alone.
            pub fn is_event(&self) -> bool {
                match self {
                    $(Self::$name { .. } => is_event!($publicity),)+
                }
            }

            fn fields(&self) -> Map<String, Value> {
                match self {
                    $(Self::$name { $($field),* } => {
                        let fields = [$((stringify!($field), $field.to_value())),*];
                        let present = fields.into_iter().filter(|(_, value): &(&str, Value)| !value.is_null());
                        present.map(|(name, value)| (name.to_owned(), value)).collect()
                    })+
                }
            }

            /// All kinds: the name, the description, and the fields besides those of every record.
            pub fn kinds() -> Vec<KindOfFact> {
                vec![$(KindOfFact {
                    name: $kind,
                    is_event: is_event!($publicity),
                    description: concat!($($doc),+).trim(),
                    fields: vec![$(FieldOfFact {
                        name: stringify!($field),
                        schema: <$type as Field>::schema(),
                        is_optional: <$type as Field>::OPTIONAL,
                    }),*],
                }),+]
            }
        }
    };
}

/// The description of a kind of facts.
#[derive(Debug)]
pub struct KindOfFact {
    pub name: &'static str,
    /// See [`Fact::is_event`].
    pub is_event: bool,
    pub description: &'static str,
    pub fields: Vec<FieldOfFact>,
}

#[derive(Debug)]
pub struct FieldOfFact {
    pub name: &'static str,
    pub schema: Value,
    pub is_optional: bool,
}

facts! {
    /// A user was created: by a sign-up, by an administrator (`provisioned`), by an import or by an operator.
    UserCreated: event "user_created" { user: UserId, provisioned: bool }
    /// A user was deleted.
    UserDeleted: event "user_deleted" { user: UserId }
    /// The status of a user changed, as by a ban.
    StatusChanged: event "status_changed" { user: UserId, former: &'static str, status: &'static str }
    /// The platform-wide roles of a user changed. `roles` are the present ones.
    RolesChanged: event "roles_changed" { user: UserId, roles: Vec<RoleName> }
    /// A session was opened: the user has shown every factor that was asked for, which `methods` names.
    SignedIn: event "signed_in" {
        user: UserId, session: SessionId, organization: Option<OrganizationId>, methods: Vec<AuthenticationMethod>,
    }
    /// The first factor of a sign-in was right, and the second factor was asked for. The session has no effect yet.
    SecondFactorRequested: record "second_factor_requested" {
        user: UserId, session: SessionId, methods: Vec<AuthenticationMethod>,
    }
    /// A sign-in was refused. `user` is absent if no user has the name or the credential.
    SignInFailed: record "sign_in_failed" { user: Option<UserId>, reason: String }
    /// A second factor was wrong, or was refused.
    SecondFactorFailed: record "second_factor_failed" { user: UserId, session: SessionId, reason: String }
    /// The password that a signed-in user was asked for was wrong.
    PasswordProofFailed: record "password_proof_failed" { user: UserId }
    /// The failed attempts at the password of a user reached the limit, so the password is no longer accepted from
    /// unknown devices. For a name without a user, the user is one that does not exist.
    Locked: event "locked" { user: UserId }
    /// A user ended the session of the request.
    SignedOut: event "signed_out" { user: UserId, session: SessionId }
    /// A session was ended from another one, by an administrator, or because its refresh token was used twice.
    SessionRevoked: event "session_revoked" { user: UserId, session: SessionId }
    /// A session was replaced by one with other tokens.
    SessionRenewed: event "session_renewed" { user: UserId, session: SessionId, former_session: SessionId }
    /// All sessions of the user ended.
    SessionsRevoked: event "sessions_revoked" { user: UserId }
    /// A refresh token was presented again after its replacement. Its session ends.
    RefreshTokenReused: event "refresh_token_reused" { user: UserId, session: SessionId }
    /// An administrator began to act as the user.
    ImpersonationStarted: event "impersonation_started" { user: UserId, session: SessionId, impersonator: UserId }
    /// An administrator stopped acting as the user.
    ImpersonationEnded: event "impersonation_ended" { user: UserId, session: SessionId }
    /// A mail to reset the password was requested. For an unknown address, the user is one that does not exist.
    PasswordResetRequested: record "password_reset_requested" { user: UserId }
    /// The password was set with a token that was mailed to the user.
    PasswordReset: event "password_reset" { user: UserId }
    /// The user changed the password.
    PasswordChanged: event "password_changed" { user: UserId }
    /// An administrator or an operator set the password.
    PasswordAssigned: event "password_assigned" { user: UserId }
    /// The password was removed.
    PasswordRemoved: event "password_removed" { user: UserId }
    /// The user asked for another address of mail, which is to be confirmed.
    AddressChangeRequested: event "address_change_requested" { user: UserId }
    /// The address of mail changed.
    AddressChanged: event "address_changed" { user: UserId }
    /// The user proved control of the mailbox.
    AddressVerified: event "address_verified" { user: UserId }
    /// The username was set or changed.
    UsernameChanged: event "username_changed" { user: UserId }
    /// The phone number was set, changed or removed.
    PhoneChanged: event "phone_changed" { user: UserId }
    /// The user asked for the deletion of the account, which is to be confirmed.
    DeletionRequested: event "deletion_requested" { user: UserId }
    /// The second factor was turned on.
    SecondFactorEnabled: event "second_factor_enabled" { user: UserId }
    /// The second factor was turned off.
    SecondFactorDisabled: event "second_factor_disabled" { user: UserId }
    /// An authenticator app was registered, which counts once a code has confirmed it.
    AuthenticatorRegistered: event "authenticator_registered" { user: UserId }
    /// An authenticator app became a second factor of the user.
    AuthenticatorConfirmed: event "authenticator_confirmed" { user: UserId }
    /// The authenticator app was removed.
    AuthenticatorRemoved: event "authenticator_removed" { user: UserId }
    /// New backup codes replaced any earlier ones.
    BackupCodesReplaced: event "backup_codes_replaced" { user: UserId }
    /// A backup code was used up.
    BackupCodeUsed: event "backup_code_used" { user: UserId }
    /// A browser was trusted, which replaces the second factor there.
    DeviceTrusted: event "device_trusted" { user: UserId, device: DeviceId }
    /// A passkey was registered.
    PasskeyAdded: event "passkey_added" { user: UserId, passkey: PasskeyId }
    /// A passkey was renamed.
    PasskeyRenamed: event "passkey_renamed" { user: UserId, passkey: PasskeyId }
    /// A passkey was removed.
    PasskeyRemoved: event "passkey_removed" { user: UserId, passkey: PasskeyId }
    /// An API key was created.
    ApiKeyCreated: event "api_key_created" { user: UserId, key: ApiKeyId }
    /// An API key was changed.
    ApiKeyChanged: event "api_key_changed" { user: UserId, key: ApiKeyId }
    /// An API key was deleted.
    ApiKeyDeleted: event "api_key_deleted" { user: UserId, key: ApiKeyId }
    /// An identity at a provider was linked, with which the user can sign in.
    AccountLinked: event "account_linked" { user: UserId, provider: ProviderId, account: LinkedAccountId }
    /// An identity at a provider was unlinked.
    AccountUnlinked: event "account_unlinked" { user: UserId, provider: ProviderId, account: LinkedAccountId }
    /// An organization was created.
    OrganizationCreated: event "organization_created" { organization: OrganizationId }
    /// An organization was changed.
    OrganizationChanged: event "organization_changed" { organization: OrganizationId }
    /// An organization was deleted.
    OrganizationDeleted: event "organization_deleted" { organization: OrganizationId }
    /// A user became a member of an organization.
    MemberAdded: event "member_added" { user: UserId, organization: OrganizationId, roles: Vec<RoleName> }
    /// The roles, the roles of applications or the teams of a member changed. `roles` are the present ones.
    MemberChanged: event "member_changed" { user: UserId, organization: OrganizationId, roles: Vec<RoleName> }
    /// A user is no longer a member of an organization.
    MemberRemoved: event "member_removed" { user: UserId, organization: OrganizationId }
    /// A team was created.
    TeamCreated: event "team_created" { organization: OrganizationId, team: TeamId }
    /// A team was renamed.
    TeamRenamed: event "team_renamed" { organization: OrganizationId, team: TeamId }
    /// A team was deleted.
    TeamDeleted: event "team_deleted" { organization: OrganizationId, team: TeamId }
    /// An address was invited into an organization.
    InvitationCreated: event "invitation_created" {
        organization: OrganizationId, invitation: InvitationId, roles: Vec<RoleName>,
    }
    /// A pending invitation was sent again, possibly with other roles.
    InvitationRenewed: event "invitation_renewed" {
        organization: OrganizationId, invitation: InvitationId, roles: Vec<RoleName>,
    }
    /// An invitation was accepted, rejected or canceled, or has lapsed.
    InvitationClosed: event "invitation_closed" {
        organization: OrganizationId, invitation: InvitationId, state: &'static str,
    }
    /// A link was created by which addresses register in an account.
    RegistrationLinkCreated: event "registration_link_created" { organization: OrganizationId }
    /// An administrator of users, of an account, of policies or of the platform acted. `subject` is an id or a name.
    AdministratorActed: event "administrator_acted" {
        action: String, user: Option<UserId>, organization: Option<OrganizationId>, subject: Option<String>,
        roles: Option<String>,
    }
    /// An operator ran a task. `via` is how: with an access key, by an invocation of the function, or in a data folder.
    OperatorActed: record "operator_acted" {
        task: &'static str, result: &'static str, user: Option<UserId>, via: &'static str,
    }
    /// An administrator of the platform was created.
    AdministratorCreated: event "administrator_created" { administrator: AdminId }
    /// An administrator of the platform was deleted.
    AdministratorDeleted: event "administrator_deleted" { administrator: AdminId }
    /// An administrator of the platform signed in.
    AdministratorSignedIn: event "administrator_signed_in" {
        administrator: AdminId, session: SessionId, methods: Vec<AuthenticationMethod>,
    }
    /// A sign-in of an administrator of the platform was refused. `administrator` is absent if none has the address.
    AdministratorSignInFailed: record "administrator_sign_in_failed" { administrator: Option<AdminId>, reason: String }
    /// The failed attempts at the password of an administrator of the platform reached the limit. For an unknown
    /// address, the administrator is one that does not exist.
    AdministratorLocked: event "administrator_locked" { administrator: AdminId }
    /// A session of an administrator of the platform was ended.
    AdministratorSessionRevoked: event "administrator_session_revoked" { administrator: AdminId, session: SessionId }
    /// An administrator of the platform asked for a mail to reset the password.
    AdministratorPasswordResetRequested: record "administrator_password_reset_requested" { administrator: AdminId }
    /// The password of an administrator of the platform was set.
    AdministratorPasswordSet: event "administrator_password_set" { administrator: AdminId }
    /// An authenticator app of an administrator of the platform was registered.
    AdministratorAuthenticatorSet: event "administrator_authenticator_set" { administrator: AdminId }
    /// The keys that sign tokens were changed.
    SigningKeysChanged: event "signing_keys_changed" { action: String, ring: Ring }
    /// The token of a service was created.
    ServiceTokenCreated: event "service_token_created" { service: ServiceName }
    /// The token of a service was revoked.
    ServiceTokenRevoked: event "service_token_revoked" { service: ServiceName }
}

/// Whether what a record is about has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The service has refused it.
    Refused,
    /// The table did not answer, so the change may have been made.
    Unknown,
}

text_enum!(Outcome { Done => "done", Refused => "refused", Unknown => "unknown" });

/// Who caused a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub kind: ActorKind,
    /// An id, or the name of a service.
    pub id: Option<String>,
    /// The session that acted.
    pub session: Option<SessionId>,
    /// The user as whom the actor acts.
    pub user: Option<UserId>,
}

impl Actor {
    /// An actor of whom the service knows no more than the kind.
    pub fn nameless(kind: ActorKind) -> Self {
        Self {
            kind,
            id: None,
            session: None,
            user: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActorKind {
    User,
    /// An API key, in place of a session of its user.
    ApiKey,
    /// A user who acts as another one.
    Impersonator,
    /// An administrator of the platform.
    Administrator,
    Service,
    Operator,
    Schedule,
}

text_enum!(ActorKind {
    User => "user",
    ApiKey => "api_key",
    Impersonator => "impersonator",
    Administrator => "administrator",
    Service => "service",
    Operator => "operator",
    Schedule => "schedule",
});

/// Where a request came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub contract: Option<&'static str>,
    /// The source address; empty if unknown.
    pub ip: String,
    pub user_agent: String,
    pub request_id: Option<String>,
    pub lambda_request_id: Option<String>,
}

/// A fact with its circumstances.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// It begins with the time, and names the record for ever: of two records with one id, one is a repetition.
    pub id: EventId,
    pub at: Timestamp,
    pub fact: Fact,
    pub outcome: Outcome,
    pub actor: Option<Actor>,
    pub origin: Origin,
}

impl AuditRecord {
    /// The record as JSON, in the form that docs/audit-records.json describes.
    pub fn to_json(&self) -> Value {
        let mut fields = self.fact.fields();
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                fields.insert(name.to_owned(), value);
            }
        };
        add("version", Some(VERSION.into()));
        add("id", Some(self.id.to_string().into()));
        add("time", Some(self.at.to_string().into()));
        add("kind", Some(self.fact.kind().into()));
        add("outcome", Some(self.outcome.as_str().into()));
        if let Some(actor) = &self.actor {
            add("actor_type", Some(actor.kind.as_str().into()));
            add("actor", actor.id.as_deref().map(|id| cleaned(id).into()));
            add("actor_session", actor.session.map(|id| id.to_string().into()));
        }
        let Origin {
            contract,
            ip,
            user_agent,
            request_id,
            lambda_request_id,
        } = &self.origin;
        let text = |text: &str| Some(cleaned(text)).filter(|text| !text.is_empty()).map(Value::from);
        add("contract", contract.map(Value::from));
        add("ip", text(ip));
        add("user_agent", text(user_agent));
        add("request_id", request_id.as_deref().and_then(text));
        add("lambda_request_id", lambda_request_id.as_deref().and_then(text));
        Value::Object(fields)
    }
}

/// The schemas of all records, by kind (JSON Schema, draft 2020-12). docs/audit-records.json is the same.
pub fn schemas() -> Value {
    let kinds = Fact::kinds();
    let kinds = kinds.iter().map(|kind| (kind.name.to_owned(), schema(kind)));
    Value::Object(kinds.collect())
}

fn schema(kind: &KindOfFact) -> Value {
    let text = || json!({ "type": "string" });
    let mut properties = Map::new();
    for (name, schema) in [
        ("version", json!({ "const": VERSION })),
        ("id", uuid()),
        ("time", json!({ "type": "string", "format": "date-time" })),
        ("kind", json!({ "const": kind.name })),
        ("outcome", json!({ "enum": Outcome::NAMES })),
        ("actor_type", json!({ "enum": ActorKind::NAMES })),
        ("actor", text()),
        ("actor_session", uuid()),
        ("contract", text()),
        ("ip", text()),
        ("user_agent", text()),
        ("request_id", text()),
        ("lambda_request_id", text()),
    ] {
        properties.insert(name.to_owned(), schema);
    }
    let mut required = vec!["version", "id", "time", "kind", "outcome"];
    for field in &kind.fields {
        properties.insert(field.name.to_owned(), field.schema.clone());
        if !field.is_optional {
            required.push(field.name);
        }
    }
    json!({
        "title": kind.name,
        "description": kind.description,
        "x-event": kind.is_event,
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

impl Fact {
    /// The facts of a session that is created.
    pub fn of_new_session(session: &Session) -> Self {
        let (user, id, methods) = (session.user_id, session.id, session.methods.clone());
        match (session.state, session.impersonator) {
            (SessionState::Active, None) => Self::SignedIn {
                user,
                session: id,
                organization: session.active_organization,
                methods,
            },
            (SessionState::Active, Some(behind)) => Self::ImpersonationStarted {
                user,
                session: id,
                impersonator: behind.user_id,
            },
            (SessionState::PendingSecondFactor | SessionState::PendingSecondFactorInHeader, _) => {
                Self::SecondFactorRequested {
                    user,
                    session: id,
                    methods,
                }
            }
        }
    }

    /// The facts of a user who is created.
    pub fn of_new_user(user: &User) -> Vec<Self> {
        let created = Self::UserCreated {
            user: user.id,
            provisioned: user.is_provisioned,
        };
        let memberships = user.memberships.iter();
        let added = memberships.map(|membership| Self::member_added(user.id, membership));
        std::iter::once(created).chain(added).collect()
    }

    /// What has changed of a user, as far as it decides who gets in and what they may do.
    pub fn of_change(before: &User, after: &User) -> Vec<Self> {
        let user = after.id;
        let mut facts = Vec::new();
        let mut add = |has_changed: bool, fact: Self| {
            if has_changed {
                facts.push(fact);
            }
        };
        add(before.email != after.email, Self::AddressChanged { user });
        let is_verified = after.is_email_verified();
        add(
            is_verified && (!before.is_email_verified() || before.email != after.email),
            Self::AddressVerified { user },
        );
        add(before.username != after.username, Self::UsernameChanged { user });
        add(before.profile.phone != after.profile.phone, Self::PhoneChanged { user });
        let (former, status) = (name_of_status(&before.status), name_of_status(&after.status));
        add(
            before.status != after.status,
            Self::StatusChanged { user, former, status },
        );
        let roles = platform_roles(after);
        add(platform_roles(before) != roles, Self::RolesChanged { user, roles });
        let (was_on, is_on) = (before.two_factor_enabled, after.two_factor_enabled);
        add(!was_on && is_on, Self::SecondFactorEnabled { user });
        add(was_on && !is_on, Self::SecondFactorDisabled { user });
        let (had, has) = (before.has_authenticator, after.has_authenticator);
        add(!had && has, Self::AuthenticatorConfirmed { user });
        add(had && !has, Self::AuthenticatorRemoved { user });
        add(
            before.session_generation != after.session_generation,
            Self::SessionsRevoked { user },
        );
        for membership in &after.memberships {
            let organization = membership.organization_id;
            match before.membership_in_any_state(organization) {
                None => facts.push(Self::member_added(user, membership)),
                Some(former) if !has_same_rights(former, membership) => facts.push(Self::MemberChanged {
                    user,
                    organization,
                    roles: roles_of(membership),
                }),
                Some(_) => {}
            }
        }
        let gone = before.memberships.iter().map(|membership| membership.organization_id);
        let gone = gone.filter(|organization| after.membership_in_any_state(*organization).is_none());
        facts.extend(gone.map(|organization| Self::MemberRemoved { user, organization }));
        facts
    }

    fn member_added(user: UserId, membership: &Membership) -> Self {
        Self::MemberAdded {
            user,
            organization: membership.organization_id,
            roles: roles_of(membership),
        }
    }

    /// The fact as its actor determines it: what users do to themselves, and what others do to them.
    #[must_use]
    pub fn by(self, actor: Option<&Actor>) -> Self {
        let acts_as = actor.and_then(|actor| actor.user);
        match self {
            Self::SessionRevoked { user, session } if actor.and_then(|actor| actor.session) == Some(session) => {
                match actor.map(|actor| actor.kind) {
                    Some(ActorKind::Impersonator) => Self::ImpersonationEnded { user, session },
                    _ => Self::SignedOut { user, session },
                }
            }
            Self::PasswordChanged { user } if actor.is_none() => Self::PasswordReset { user },
            Self::PasswordChanged { user } if acts_as != Some(user) => Self::PasswordAssigned { user },
            fact => fact,
        }
    }

    /// The user whom the fact shows to be the person at the client. For a request that no session authenticates, they
    /// are the actor.
    pub fn authenticated(&self) -> Option<Actor> {
        let of_user = |user: UserId, session: Option<SessionId>| Actor {
            kind: ActorKind::User,
            id: Some(user.to_string()),
            session,
            user: Some(user),
        };
        match self {
            Self::SignedIn { user, session, .. } | Self::SecondFactorRequested { user, session, .. } => {
                Some(of_user(*user, Some(*session)))
            }
            Self::PasswordReset { user } | Self::AddressVerified { user } => Some(of_user(*user, None)),
            Self::AdministratorSignedIn {
                administrator, session, ..
            } => Some(Actor {
                kind: ActorKind::Administrator,
                id: Some(administrator.to_string()),
                session: Some(*session),
                user: None,
            }),
            _ => None,
        }
    }

    /// The outcome of a fact whose record is not in doubt.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::SignInFailed { .. }
            | Self::SecondFactorFailed { .. }
            | Self::PasswordProofFailed { .. }
            | Self::RefreshTokenReused { .. }
            | Self::AdministratorSignInFailed { .. } => Outcome::Refused,
            _ => Outcome::Done,
        }
    }

    /// Whose trail the fact belongs to: events with the same owner are in order. It is the id of the user, the
    /// administrator or the organization, or else the kind.
    pub fn owner(&self) -> String {
        let fields = self.fields();
        let names = ["user", "administrator", "organization"];
        let owner = names.iter().find_map(|name| fields.get(*name)?.as_str());
        owner.unwrap_or(self.kind()).to_owned()
    }
}

fn name_of_status(status: &UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "active",
        UserStatus::Pending => "pending",
        UserStatus::Invited => "invited",
        UserStatus::Inactive => "inactive",
        UserStatus::Suspended => "suspended",
        UserStatus::Banned { .. } => "banned",
        UserStatus::Deleted => "deleted",
    }
}

fn platform_roles(user: &User) -> Vec<RoleName> {
    let platform = user.roles.iter().copied().map(RoleName::from);
    let roles: BTreeSet<_> = platform.chain(user.custom_roles.iter().cloned()).collect();
    roles.into_iter().collect()
}

fn roles_of(membership: &Membership) -> Vec<RoleName> {
    membership.roles.names().to_vec()
}

fn has_same_rights(one: &Membership, other: &Membership) -> bool {
    one.roles == other.roles
        && one.app_roles == other.app_roles
        && one.inactive_roles == other.inactive_roles
        && one.teams == other.teams
}

/// A text without control characters, which could forge lines of a log, and of limited length.
fn cleaned(text: &str) -> String {
    text.chars()
        .filter(|char| !char.is_control())
        .take(LONGEST_TEXT)
        .collect()
}

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

macro_rules! field {
    ($schema:expr => $($type:ty),+) => {$(
        impl Field for $type {
            fn to_value(&self) -> Value {
                cleaned(&self.to_string()).into()
            }

            fn schema() -> Value {
                $schema
            }
        }
    )+};
}

field!(uuid() => UserId, AdminId, SessionId, OrganizationId, InvitationId, TeamId, DeviceId, ApiKeyId, LinkedAccountId);
field!(json!({ "type": "string" }) => String, &'static str, RoleName, PasskeyId, ProviderId, ServiceName);
field!(json!({ "enum": AuthenticationMethod::NAMES }) => AuthenticationMethod);
field!(json!({ "enum": Ring::NAMES }) => Ring);

impl Field for bool {
    fn to_value(&self) -> Value {
        (*self).into()
    }

    fn schema() -> Value {
        json!({ "type": "boolean" })
    }
}

impl<T: Field> Field for Option<T> {
    const OPTIONAL: bool = true;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::to_value)
    }

    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Field> Field for Vec<T> {
    fn to_value(&self) -> Value {
        self.iter().map(Field::to_value).collect()
    }

    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record that changes its form must say so to those who read it.
    #[test]
    fn the_form_of_the_records_is_the_documented_one() {
        let documented = include_str!("../../../docs/audit-records.json");
        let actual = serde_json::to_string_pretty(&schemas()).expect("JSON");
        if documented.trim() != actual {
            let file = std::env::temp_dir().join("audit-records.json");
            std::fs::write(&file, actual + "\n").expect("a file");
            panic!("docs/audit-records.json differs from {}", file.display());
        }
    }

    /// What is refused changes nothing, nor does the request of a mail, which any person may send.
    #[test]
    fn the_other_kinds_are_events() {
        let kinds = Fact::kinds().into_iter();
        let records: Vec<_> = kinds.filter(|kind| !kind.is_event).map(|kind| kind.name).collect();
        let expected = [
            "second_factor_requested",
            "sign_in_failed",
            "second_factor_failed",
            "password_proof_failed",
            "password_reset_requested",
            "operator_acted",
            "administrator_sign_in_failed",
            "administrator_password_reset_requested",
        ];
        assert_eq!(records, expected);
    }

    #[test]
    fn the_page_on_events_lists_them() {
        let page = include_str!("../../../docs/events.md");
        let rows: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("| `")).collect();
        let kinds = Fact::kinds();
        let kinds: Vec<_> = kinds.iter().filter(|kind| kind.is_event).collect();
        for kind in &kinds {
            let row = format!("{}` | {} |", kind.name, kind.description);
            assert!(rows.contains(&row.as_str()), "| `{row}");
        }
        let listed = rows.iter().filter(|row| {
            Fact::kinds()
                .iter()
                .any(|kind| row.starts_with(&format!("{}`", kind.name)))
        });
        assert_eq!(listed.count(), kinds.len());
    }

    /// EventBridge takes ten events of this size in one call, and DynamoDB a hundred in one item.
    #[test]
    fn no_record_is_large() {
        let long = "\u{10ffff}".repeat(1000);
        let record = AuditRecord {
            id: EventId::from_bytes([255; 16]),
            at: Timestamp::MAX,
            fact: Fact::AdministratorActed {
                action: long.clone(),
                user: Some(UserId::from_bytes([255; 16])),
                organization: Some(OrganizationId::from_bytes([255; 16])),
                subject: Some(long.clone()),
                roles: Some(long.clone()),
            },
            outcome: Outcome::Unknown,
            actor: Some(Actor {
                kind: ActorKind::Administrator,
                id: Some(long.clone()),
                session: Some(SessionId::from_bytes([255; 16])),
                user: None,
            }),
            origin: Origin {
                contract: Some("better_auth"),
                ip: long.clone(),
                user_agent: long.clone(),
                request_id: Some(long.clone()),
                lambda_request_id: Some(long),
            },
        };
        assert!(record.to_json().to_string().len() < 10_000);
    }
}
