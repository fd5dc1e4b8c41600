//! User items: `USER#id / PROFILE`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::changes::{Changes, Conflict};
use super::condition::{Condition, is, missing};
use super::credential::CredentialRecord;
use super::item::{Address, Millis, Record, Text, number, parse, text};
use super::member::MembershipRecord;
use super::profile::ProfileRecord;
use super::suppression::EmailStatusRecord;
use super::write::Write;
use super::{Store, StoreError, keys};
use crate::domain::audit::Fact;
use crate::domain::{
    EmailStatus, Event, Membership, Name, OrganizationId, PasswordHash, PlatformRole, Profile, RoleName, Stored, User,
    UserClass, UserId, UserNumber, UserStatus, Username, admin_roles,
};

#[derive(Debug, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct UserRecord {
    id: Text<UserId>,
    /// The partition of the directory that lists the user. Only the index uses it. A deleted user is not listed.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    directory: Option<String>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    listing: Option<String>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    listing_key: Option<String>,
    number: u64,
    email: Address,
    email_verified_at: Option<Millis>,
    /// Absent if nothing is known against the address, because every session check reads the item.
    #[serde(default, skip_serializing_if = "EmailStatusRecord::is_deliverable")]
    email_status: EmailStatusRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<Text<Username>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_claim: Option<Text<Username>>,
    name: String,
    first_name: Option<String>,
    last_name: Option<String>,
    image: Option<String>,
    #[serde(default, skip_serializing_if = "ProfileRecord::is_empty")]
    profile: ProfileRecord,
    status: StatusRecord,
    roles: RolesRecord,
    memberships: Vec<MembershipRecord>,
    default_organization: Option<Text<OrganizationId>>,
    two_factor_enabled: bool,
    /// Absent for most users, because every session check reads the item.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    has_authenticator: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    trust_generation: u64,
    session_generation: u64,
    /// Absent for most users, who signed up themselves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_provisioned: bool,
    /// Absent for most users, who signed up themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<u64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    password_generation: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_password_reset: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    verifies_before_sign_in: bool,
    created_at: Millis,
    updated_at: Millis,
    version: u64,
}

/// All roles of a user outside organizations, each by its name, in the order in which they are shown. The names of
/// built-in roles cannot be used for others. `user` is in the list only where an administrator has named it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct RolesRecord(Vec<Text<RoleName>>);

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(super) enum StatusRecord {
    Active,
    Pending,
    Invited,
    Inactive,
    Suspended,
    Banned {
        reason: String,
        until: Option<Millis>,
        /// Absent for most users, who were active.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        former: Option<Box<StatusRecord>>,
    },
    Deleted,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference to the field"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// `USER#number / NUMBER`: leads from a user's number to the user.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct NumberRecord {
    user_id: Text<UserId>,
}

impl Record for NumberRecord {
    const KIND: &'static str = "user_number";
}

impl From<NumberRecord> for UserId {
    fn from(record: NumberRecord) -> Self {
        record.user_id.0
    }
}

impl Record for UserRecord {
    const KIND: &'static str = "user";
}

impl Store {
    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.table.find::<UserRecord, _>(&keys::user(id)).await
    }

    pub async fn find_user_id(&self, number: UserNumber) -> Result<Option<UserId>, StoreError> {
        self.table.find::<NumberRecord, _>(&keys::user_number(number)).await
    }

    pub async fn find_user_and_password(&self, id: UserId) -> Result<(Option<User>, Option<PasswordHash>), StoreError> {
        let [user, password] = self.table.get_all([&keys::user(id), &keys::credential(id)]).await?;
        let user = parse::<UserRecord, _>(user)?;
        let password = parse::<CredentialRecord, _>(password)?;
        Ok((user, password))
    }
}

impl Store {
    /// Each user with the password hash, without those who do not exist. One round trip for each fifty users.
    pub async fn find_users_and_passwords(
        &self,
        ids: &[UserId],
    ) -> Result<Vec<(User, Option<PasswordHash>)>, StoreError> {
        let keys: Vec<_> = ids
            .iter()
            .flat_map(|id| [keys::user(*id), keys::credential(*id)])
            .collect();
        let mut items = self.table.get_many(&keys).await?.into_iter();
        let mut found = Vec::with_capacity(ids.len());
        while let (Some(user), Some(password)) = (items.next(), items.next()) {
            if let Some(user) = parse::<UserRecord, _>(user)? {
                found.push((user, parse::<CredentialRecord, _>(password)?));
            }
        }
        Ok(found)
    }
}

impl Changes {
    /// Creates the user, who has signed up unless an administrator provides the account.
    pub fn create_user(self, user: &User) -> Self {
        let changes = self.add_user(user);
        if user.is_provisioned {
            changes
        } else {
            changes.tally_event(Event::SignUp, user.id.to_bytes(), user.updated_at)
        }
    }

    /// The same for a user whom an operator creates or imports. It also creates the item by which the number leads to
    /// the user.
    pub fn add_user(self, user: &User) -> Self {
        let first = next_of(&User {
            stored: Stored::NEW,
            ..user.clone()
        });
        let number = NumberRecord { user_id: Text(user.id) };
        self.with(
            Write::create(keys::user(user.id), &UserRecord::from(&first)),
            Conflict::IdTaken,
        )
        .index_user_name(user, "")
        .with(
            Write::create(keys::user_number(user.number), &number),
            Conflict::NumberTaken,
        )
        .tally_user(user.id, None, first.stored.class())
        .facts(Fact::of_new_user(user))
        // An import may keep an earlier time of creation, at which nothing happened here.
        .tally_event(Event::UserCreated, user.id.to_bytes(), user.updated_at)
    }

    /// Writes the new state of the user, if its version is unchanged.
    pub fn update_user(self, user: &User) -> Self {
        let next = next_of(user);
        let before = user.stored.name().unwrap_or_default();
        let seen = user.stored.seen.as_deref();
        let facts = seen.map(|seen| Fact::of_change(seen, user)).unwrap_or_default();
        let write = Write::put(keys::user(user.id), &UserRecord::from(&next)).when(at_version(user));
        self.with(write, Conflict::UserMoved)
            .index_user_name(user, before)
            .tally_user(user.id, user.stored.class(), next.stored.class())
            .facts(facts)
    }

    pub fn delete_user(self, user: &User) -> Self {
        // Users of earlier releases have no item by number.
        let is_own = missing().or(is("user_id", text(user.id)));
        self.with(
            Write::delete(keys::user(user.id)).when(at_version(user)),
            Conflict::UserMoved,
        )
        .with(
            Write::delete(keys::user_number(user.number)).when(is_own),
            Conflict::UserMoved,
        )
        .drop_user_name(user)
        .tally_user(user.id, user.stored.class(), None)
        .fact(Fact::UserDeleted { user: user.id })
    }

    /// For changes elsewhere that require the user to be unchanged.
    pub fn require_user(self, user: &User) -> Self {
        let check = Write::check(keys::user(user.id), at_version(user));
        self.with(check, Conflict::UserMoved)
    }
}

/// The optimistic lock of a user.
fn at_version(user: &User) -> Condition {
    is("version", number(user.stored.version))
}

/// The user as the write stores it.
fn next_of(user: &User) -> User {
    let mut next = user.clone();
    next.mark_stored();
    next
}

impl From<&User> for UserRecord {
    fn from(user: &User) -> Self {
        let parts = user.name.parts();
        let class = UserClass::of(user);
        let entry = class.map(|class| keys::user_entry(class, user.created_at, user.id));
        Self {
            id: Text(user.id),
            directory: class.map(|_| keys::directory_of(user.id)),
            listing: entry.as_ref().map(|entry| entry.partition.clone()),
            listing_key: entry.map(|entry| entry.sort),
            number: user.number.0,
            email: Address(user.email.clone()),
            email_verified_at: user.email_verified_at.map(Millis),
            email_status: EmailStatusRecord::from(&user.email_status),
            username: user.username.clone().map(Text),
            display_username: user.display_username.clone(),
            display_claim: user.display_claim.clone().map(Text),
            name: user.name.as_str().to_owned(),
            first_name: parts.map(|(first, _)| first.to_owned()),
            last_name: parts.map(|(_, last)| last.to_owned()),
            image: user.image.clone(),
            profile: ProfileRecord::from(&user.profile),
            status: StatusRecord::from(&user.status),
            roles: RolesRecord::from(user),
            memberships: user.memberships.iter().map(MembershipRecord::from).collect(),
            default_organization: user.default_organization.map(Text),
            two_factor_enabled: user.two_factor_enabled,
            has_authenticator: user.has_authenticator,
            trust_generation: user.trust_generation,
            session_generation: user.session_generation,
            is_provisioned: user.is_provisioned,
            created_by: user.created_by.map(|creator| creator.0),
            password_generation: user.password_generation,
            is_password_reset: user.is_password_reset,
            verifies_before_sign_in: user.verifies_before_sign_in,
            created_at: Millis(user.created_at),
            updated_at: Millis(user.updated_at),
            version: user.stored.version,
        }
    }
}

impl From<UserRecord> for User {
    fn from(record: UserRecord) -> Self {
        let name = match (&record.first_name, &record.last_name) {
            (Some(first), Some(last)) => Name::of_parts(first, last),
            _ => Name::full(&record.name),
        };
        let role_order = record.roles.order();
        let (roles, custom_roles) = record.roles.split();
        let mut user = Self {
            id: record.id.0,
            number: UserNumber(record.number),
            email: record.email.0,
            email_verified_at: record.email_verified_at.map(|at| at.0),
            email_status: EmailStatus::from(record.email_status),
            username: record.username.map(|username| username.0),
            display_username: record.display_username,
            display_claim: record.display_claim.map(|username| username.0),
            name,
            image: record.image,
            profile: Profile::from(record.profile),
            status: UserStatus::from(record.status),
            roles,
            custom_roles,
            role_order,
            memberships: record.memberships.into_iter().map(Membership::from).collect(),
            default_organization: record.default_organization.map(|id| id.0),
            two_factor_enabled: record.two_factor_enabled,
            has_authenticator: record.has_authenticator,
            trust_generation: record.trust_generation,
            session_generation: record.session_generation,
            is_provisioned: record.is_provisioned,
            created_by: record.created_by.map(UserNumber),
            password_generation: record.password_generation,
            is_password_reset: record.is_password_reset,
            verifies_before_sign_in: record.verifies_before_sign_in,
            created_at: record.created_at.0,
            updated_at: record.updated_at.0,
            stored: Stored::NEW,
        };
        user.stored = Stored::of(record.version, &user);
        user
    }
}

impl RolesRecord {
    pub fn order(&self) -> Vec<RoleName> {
        self.0.iter().map(|role| role.0.clone()).collect()
    }

    pub fn split(self) -> (BTreeSet<PlatformRole>, BTreeSet<RoleName>) {
        let (mut platform, mut custom) = (BTreeSet::new(), BTreeSet::new());
        for Text(role) in self.0 {
            match PlatformRole::parse(role.as_str()) {
                Some(role) => {
                    platform.insert(role);
                }
                None if admin_roles::is_user(&role) => {}
                None => {
                    custom.insert(role);
                }
            }
        }
        (platform, custom)
    }
}

impl From<&User> for RolesRecord {
    fn from(user: &User) -> Self {
        let platform = user.roles.iter().copied().map(RoleName::from);
        let held = platform.chain(user.custom_roles.iter().cloned());
        let listed = admin_roles::in_assigned_order(held, &user.role_order);
        Self(listed.into_iter().map(Text).collect())
    }
}

impl From<&UserStatus> for StatusRecord {
    fn from(status: &UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Pending => Self::Pending,
            UserStatus::Invited => Self::Invited,
            UserStatus::Inactive => Self::Inactive,
            UserStatus::Suspended => Self::Suspended,
            UserStatus::Banned { reason, until, former } => Self::Banned {
                reason: reason.clone(),
                until: until.map(Millis),
                former: (**former != UserStatus::Active).then(|| Box::new(Self::from(&**former))),
            },
            UserStatus::Deleted => Self::Deleted,
        }
    }
}

impl From<StatusRecord> for UserStatus {
    fn from(record: StatusRecord) -> Self {
        match record {
            StatusRecord::Active => Self::Active,
            StatusRecord::Pending => Self::Pending,
            StatusRecord::Invited => Self::Invited,
            StatusRecord::Inactive => Self::Inactive,
            StatusRecord::Suspended => Self::Suspended,
            StatusRecord::Banned { reason, until, former } => Self::Banned {
                reason,
                until: until.map(|at| at.0),
                former: Box::new(former.map_or(Self::Active, |former| Self::from(*former))),
            },
            StatusRecord::Deleted => Self::Deleted,
        }
    }
}
