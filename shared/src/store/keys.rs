//! The only file that contains partition and sort keys. `docs/table.md` is their reference.
//!
//! Items that only some functions may read have a partition prefix of their own (`CREDENTIAL#`), because IAM
//! distinguishes partitions (`dynamodb:LeadingKeys`), and not sort keys.

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jiff::civil::Date;

use super::item::{Bytes, Item};
use crate::domain::ids::ServiceTokenId;
use crate::domain::passkey::PasskeyId;
use crate::domain::secret::SecretHash;
use crate::domain::signing_key::Ring;
use crate::domain::{
    AdminId, ApiKeyId, AuthorizationId, BulkUploadId, DeviceId, EmailAddress, EventId, EventKey, InvitationId, MailId,
    MessageId, OrganizationId, OrganizationNumber, OrganizationRole, PhoneNumber, ProviderId, RecordId, Region,
    SessionId, Slug, TeamId, UserClass, UserId, UserNumber, Username, Window,
};

pub const PARTITION: &str = "pk";
pub const SORT: &str = "sk";
/// Epoch seconds after which DynamoDB may delete the item. Text in its place prevents the deletion.
pub const TTL: &str = "ttl";

/// The mark of an item that was used once and stays until it expires.
pub const SPENT: &str = "spent";

pub const SESSION_PREFIX: &str = "SESSION#";
pub const ACCOUNT_PREFIX: &str = "ACCOUNT#";
pub const TRUSTED_DEVICE_PREFIX: &str = "TRUSTED_DEVICE#";
pub const PASSKEY_PREFIX: &str = "PASSKEY#";
pub const MEMBER_PREFIX: &str = "MEMBER#";
pub const TEAM_PREFIX: &str = "TEAM#";
pub const INVITATION_PREFIX: &str = "INVITATION#";
/// The prefix of the organizations that invite an address, in the partition of the address.
pub const INVITED_PREFIX: &str = "ORGANIZATION#";
pub const API_KEY_PREFIX: &str = "KEY#";
/// The common prefix of the keys and of their edition, which sorts after them.
pub const API_KEYS_PREFIX: &str = "KEY";
const API_KEYS_EDITION: &str = "KEYS";
const MAIL_PREFIX: &str = "OUTBOX#";
/// The prefix of the partitions of events.
pub const EVENT_PREFIX: &str = "EVENT#";

/// The partition of all service tokens, and the prefix of each.
pub const SERVICE_TOKENS: &str = "SERVICE_TOKEN#ALL";
pub const SERVICE_TOKEN_PREFIX: &str = "TOKEN#";

/// The prefixes of the records of a catalogue, of their unique names, and of the states of the catalogues.
pub const RECORD_PREFIX: &str = "RECORD#";
const RECORD_NAME_PREFIX: &str = "NAME#";
pub const CATALOGUE_STATE_PREFIX: &str = "STATE#";

/// The address of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub partition: String,
    pub sort: String,
}

impl Key {
    fn new(partition: String, sort: impl Into<String>) -> Self {
        Self {
            partition,
            sort: sort.into(),
        }
    }

    pub fn to_item(&self) -> Item {
        Item::from([
            (PARTITION.to_owned(), AttributeValue::S(self.partition.clone())),
            (SORT.to_owned(), AttributeValue::S(self.sort.clone())),
        ])
    }

    /// The address of an item that was read.
    pub fn of(item: &Item) -> Option<Self> {
        let text = |name| item.get(name)?.as_s().ok().cloned();
        Some(Self {
            partition: text(PARTITION)?,
            sort: text(SORT)?,
        })
    }

    pub fn is_of(&self, item: &Item) -> bool {
        let is = |name: &str, value: &str| {
            item.get(name)
                .and_then(|found| found.as_s().ok())
                .is_some_and(|s| s == value)
        };
        is(PARTITION, &self.partition) && is(SORT, &self.sort)
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} / {}", self.partition, self.sort)
    }
}

pub fn user(id: UserId) -> Key {
    Key::new(user_partition(id), "PROFILE")
}

pub fn user_partition(id: UserId) -> String {
    format!("USER#{id}")
}

/// The user with a number. A UUID is no number, so the partition is never that of a user; the prefix is the same,
/// because the functions that create and delete users write both.
pub fn user_number(number: UserNumber) -> Key {
    Key::new(format!("USER#{}", number.0), "NUMBER")
}

pub fn service_token(id: ServiceTokenId) -> Key {
    Key::new(SERVICE_TOKENS.to_owned(), format!("{SERVICE_TOKEN_PREFIX}{id}"))
}

/// The index of all users.
pub const DIRECTORY: &str = "directory";
/// The partitions of the index: sign-ups spread over them, and a list reads them all.
pub const DIRECTORY_SHARDS: u8 = 8;

pub fn directory_shard(shard: u8) -> String {
    format!("USERS#{shard}")
}

/// The partition of the directory that lists a user.
pub fn directory_of(id: UserId) -> String {
    let last = id.to_bytes()[15];
    directory_shard(last % DIRECTORY_SHARDS)
}

/// The index by which administrators list and search, with the attributes of its partition and sort key. Items of
/// several kinds have entries in it, each kind in partitions of its own.
pub const LISTING: &str = "listing";
pub const LISTING_KEY: &str = "listing_key";

/// The partitions of each class of users, and of the organizations: creations spread over them, and a list merges them.
const LISTING_SHARDS: u8 = 2;

/// The partitions that list the users of a class, oldest first.
pub fn listed_users(class: UserClass) -> impl Iterator<Item = String> {
    (0..LISTING_SHARDS).map(move |shard| listed_users_shard(class, shard))
}

/// The entry of a user.
pub fn user_entry(class: UserClass, created_at: Timestamp, id: UserId) -> Entry {
    Entry {
        partition: listed_users_shard(class, id.to_bytes()[15] % LISTING_SHARDS),
        sort: by_time(created_at, id),
    }
}

fn listed_users_shard(class: UserClass, shard: u8) -> String {
    let role = class.role.map_or("none", OrganizationRole::as_str);
    format!("USERS#{}#{role}#{shard}", class.status)
}

/// The partitions that list all organizations, oldest first.
pub fn listed_organizations() -> impl Iterator<Item = String> {
    (0..LISTING_SHARDS).map(listed_organizations_shard)
}

pub fn organization_entry(created_at: Timestamp, id: OrganizationId) -> Entry {
    Entry {
        partition: listed_organizations_shard(id.to_bytes()[15] % LISTING_SHARDS),
        sort: by_time(created_at, id),
    }
}

fn listed_organizations_shard(shard: u8) -> String {
    format!("ORGANIZATIONS#{shard}")
}

/// A fixed number of digits, so that texts sort as times do.
fn by_time(at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{:015}#{id}", at.as_millisecond().max(0))
}

/// The address of a user, in the form in which texts are compared.
pub fn email_entry(address: &str, id: UserId) -> Entry {
    Entry {
        partition: listed_emails(address),
        sort: format!("{address}#{id}"),
    }
}

/// The partition of the addresses that begin as the text does.
pub fn listed_emails(prefix: &str) -> String {
    format!("EMAILS#{}", initial(prefix))
}

pub fn slug_entry(slug: &Slug, id: OrganizationId) -> Entry {
    Entry {
        partition: listed_slugs(slug.as_str()),
        sort: format!("{slug}#{id}"),
    }
}

pub fn listed_slugs(prefix: &str) -> String {
    format!("SLUGS#{}", initial(prefix))
}

/// A word of a user's name. The prefix of its partition is that of users, so that the policies on users cover it.
pub fn user_word(word: &str, id: UserId) -> Key {
    Key::new(user_words(word), format!("{word}#{id}"))
}

/// The partition of the words that begin as the text does.
pub fn user_words(prefix: &str) -> String {
    format!("USER#WORD#{}", initial(prefix))
}

/// A word of an organization's name.
pub fn organization_word(word: &str, id: OrganizationId) -> Key {
    Key::new(organization_words(word), format!("{word}#{id}"))
}

pub fn organization_words(prefix: &str) -> String {
    format!("ORGANIZATION#WORD#{}", initial(prefix))
}

fn initial(text: &str) -> String {
    text.chars().take(1).collect()
}

/// The place of an item in the index [`LISTING`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub partition: String,
    pub sort: String,
}

pub fn session(user: UserId, id: SessionId) -> Key {
    Key::new(user_partition(user), format!("{SESSION_PREFIX}{id}"))
}

pub fn trusted_device(user: UserId, id: DeviceId) -> Key {
    Key::new(user_partition(user), format!("{TRUSTED_DEVICE_PREFIX}{id}"))
}

pub fn one_time(user: UserId, purpose: &str) -> Key {
    Key::new(user_partition(user), format!("ONE_TIME#{purpose}"))
}

/// One of several grants of a purpose.
pub fn one_of_several(user: UserId, purpose: &str, hash: &SecretHash) -> Key {
    let hash = URL_SAFE_NO_PAD.encode(hash.as_bytes());
    Key::new(user_partition(user), format!("ONE_TIME#{purpose}#{hash}"))
}

/// The account of an administrator of the platform. What authenticates the administrator is in partitions of its own,
/// because functions that only check sessions of administrators may not read it.
pub fn admin(id: AdminId) -> Key {
    Key::new(admin_partition(id), "PROFILE")
}

pub fn admin_session(admin: AdminId, id: SessionId) -> Key {
    Key::new(admin_partition(admin), format!("{SESSION_PREFIX}{id}"))
}

pub fn admin_one_time(admin: AdminId, purpose: &str) -> Key {
    Key::new(admin_partition(admin), format!("ONE_TIME#{purpose}"))
}

fn admin_partition(id: AdminId) -> String {
    format!("ADMIN#{id}")
}

pub fn admin_credential(id: AdminId) -> Key {
    Key::new(format!("ADMIN_CREDENTIAL#{id}"), "PASSWORD")
}

pub fn admin_authenticator(id: AdminId) -> Key {
    Key::new(format!("ADMIN_SECOND_FACTOR#{id}"), "AUTHENTICATOR")
}

/// The tally of the attempts at an administrator's second factor.
pub fn admin_second_factor_attempts(id: AdminId) -> Key {
    Key::new(format!("ADMIN_SECOND_FACTOR#{id}"), "ATTEMPTS")
}

/// The administrator with an address.
pub fn admin_email(address: &EmailAddress) -> Key {
    Key::new(format!("ADMIN_EMAIL#{address}"), "IDENTIFIER")
}

pub fn credential(user: UserId) -> Key {
    Key::new(format!("CREDENTIAL#{user}"), "PASSWORD")
}

pub fn api_key(user: UserId, id: ApiKeyId) -> Key {
    Key::new(api_key_partition(user), format!("{API_KEY_PREFIX}{id}"))
}

/// The edition, which each added key increments.
pub fn api_keys_edition(user: UserId) -> Key {
    Key::new(api_key_partition(user), API_KEYS_EDITION)
}

pub fn api_key_partition(user: UserId) -> String {
    format!("API_KEY#{user}")
}

pub fn authenticator(user: UserId) -> Key {
    second_factor(user, "AUTHENTICATOR")
}

pub fn backup_codes(user: UserId) -> Key {
    second_factor(user, "BACKUP_CODES")
}

/// The tally of all attempts at the user's second factor.
pub fn second_factor_attempts(user: UserId) -> Key {
    second_factor(user, "ATTEMPTS")
}

/// The tally of the attempts at one sign-in.
pub fn challenge_attempts(user: UserId, session: SessionId) -> Key {
    second_factor(user, format!("CHALLENGE#{session}"))
}

/// A code that was mailed for one session, or one sign-in.
pub fn second_factor_code(user: UserId, session: SessionId) -> Key {
    second_factor(user, format!("CODE#{session}"))
}

fn second_factor(user: UserId, sort: impl Into<String>) -> Key {
    Key::new(format!("SECOND_FACTOR#{user}"), sort)
}

pub fn passkey(user: UserId, id: PasskeyId) -> Key {
    Key::new(user_partition(user), format!("{PASSKEY_PREFIX}{id}"))
}

/// The number of a user's passkeys.
pub fn passkey_count(user: UserId) -> Key {
    Key::new(user_partition(user), "PASSKEY_COUNT")
}

/// The owner of a passkey.
pub fn passkey_owner(id: PasskeyId) -> Key {
    Key::new(format!("PASSKEY#{id}"), "OWNER")
}

/// A challenge, by the hash of the token that identifies it.
pub fn ceremony(token: &SecretHash) -> Key {
    Key::new(format!("CEREMONY#{}", Bytes::to_text(token.as_bytes())), "CHALLENGE")
}

pub fn email(address: &EmailAddress) -> Key {
    Key::new(format!("EMAIL#{address}"), "IDENTIFIER")
}

pub fn username(username: &Username) -> Key {
    Key::new(format!("USERNAME#{username}"), "IDENTIFIER")
}

pub fn phone(number: &PhoneNumber) -> Key {
    Key::new(format!("PHONE#{number}"), "IDENTIFIER")
}

/// The owner of an identity at a provider.
pub fn identity(provider: &ProviderId, subject: &str) -> Key {
    Key::new(format!("IDENTITY#{provider}#{subject}"), "OWNER")
}

pub fn linked_account(user: UserId, provider: &ProviderId, subject: &str) -> Key {
    Key::new(user_partition(user), format!("{ACCOUNT_PREFIX}{provider}#{subject}"))
}

pub fn authorization(id: AuthorizationId) -> Key {
    Key::new(format!("AUTHORIZATION#{id}"), "STATE")
}

/// A registration link, by the hash of its secret.
pub fn registration_link(hash: &SecretHash) -> Key {
    Key::new(format!("REGISTRATION_LINK#{}", Bytes::to_text(hash.as_bytes())), "LINK")
}

/// An identity whose sign-up a client may complete, by the hash of the token for it.
pub fn proven_identity(token: &SecretHash) -> Key {
    Key::new(format!("PROVEN_IDENTITY#{}", Bytes::to_text(token.as_bytes())), "PROOF")
}

/// An ID token that was used, by the hash of its hash.
pub fn spent_token(id: &SecretHash) -> Key {
    Key::new(format!("ID_TOKEN#{}", Bytes::to_text(id.as_bytes())), "SPENT")
}

pub fn organization(id: OrganizationId) -> Key {
    Key::new(format!("ORGANIZATION#{id}"), "PROFILE")
}

pub fn member(organization: OrganizationId, user: UserId) -> Key {
    Key::new(format!("ORGANIZATION#{organization}"), format!("{MEMBER_PREFIX}{user}"))
}

pub fn invitation(organization: OrganizationId, id: InvitationId) -> Key {
    Key::new(
        format!("ORGANIZATION#{organization}"),
        format!("{INVITATION_PREFIX}{id}"),
    )
}

pub fn team(organization: OrganizationId, id: TeamId) -> Key {
    Key::new(format!("ORGANIZATION#{organization}"), format!("{TEAM_PREFIX}{id}"))
}

/// The pending invitation of an address into an organization.
pub fn invited(organization: OrganizationId, address: &EmailAddress) -> Key {
    Key::new(invited_partition(address), format!("{INVITED_PREFIX}{organization}"))
}

pub fn invited_partition(address: &EmailAddress) -> String {
    format!("INVITED#{address}")
}

pub fn slug(slug: &Slug) -> Key {
    Key::new(format!("SLUG#{slug}"), "IDENTIFIER")
}

/// It has the prefix of organizations, so that a policy on organizations covers it.
pub fn organization_number(number: OrganizationNumber) -> Key {
    Key::new(format!("ORGANIZATION#NUMBER#{}", number.0), "IDENTIFIER")
}

pub fn bulk_upload(id: BulkUploadId) -> Key {
    Key::new(format!("BULK_UPLOAD#{id}"), "ROWS")
}

/// The upload that a user has begun with a request.
pub fn bulk_request(user: UserId, request: &SecretHash) -> Key {
    let request = Bytes::to_text(request.as_bytes());
    Key::new(format!("BULK_UPLOAD#{user}"), format!("REQUEST#{request}"))
}

/// All catalogues of a kind are one partition, so that the service's administrators list the records of every
/// organization. Only administration reads it often.
pub fn catalogue(kind: &str) -> String {
    format!("CATALOGUE#{kind}")
}

/// The prefix of the records of one catalogue. The catalogue of the service has no organization.
pub fn records_of(organization: Option<OrganizationId>) -> String {
    format!("{RECORD_PREFIX}{}", scope(organization))
}

pub fn record(kind: &str, organization: Option<OrganizationId>, id: RecordId) -> Key {
    Key::new(catalogue(kind), format!("{}{id}", records_of(organization)))
}

pub fn record_name(kind: &str, organization: Option<OrganizationId>, name: &str) -> Key {
    let sort = format!("{RECORD_NAME_PREFIX}{}{name}", scope(organization));
    Key::new(catalogue(kind), sort)
}

pub fn catalogue_state(kind: &str, organization: Option<OrganizationId>) -> Key {
    let sort = format!("{CATALOGUE_STATE_PREFIX}{}", scope(organization));
    Key::new(catalogue(kind), sort)
}

fn scope(organization: Option<OrganizationId>) -> String {
    organization.map_or_else(String::new, |id| format!("{id}#"))
}

/// What administrators have set, which each process reads from time to time.
pub fn configuration() -> Key {
    Key::new("CONFIGURATION#service".to_owned(), "VALUES")
}

/// The version of the rules in effect, which every evaluation reads.
pub fn policy_state(organization: OrganizationId) -> Key {
    Key::new(format!("POLICY#{organization}"), "STATE")
}

pub fn effective_policies(organization: OrganizationId) -> Key {
    Key::new(format!("POLICY#{organization}"), "RULES")
}

pub fn counter(window: &Window) -> Key {
    Key::new(format!("RATE#{}#{}", window.limit.name, window.subject), "HITS")
}

/// The sequence of a range other than the first is in the same partition.
pub fn sequence(name: &str, range: Option<u32>) -> Key {
    let sort = range.map_or_else(|| "NEXT".to_owned(), |range| format!("NEXT#{range}"));
    Key::new(format!("SEQUENCE#{name}"), sort)
}

/// The partition of the totals of users and organizations.
pub const STATISTICS_TOTALS: &str = "STATISTICS#TOTALS";
/// Over how many items each count is spread, so that commits at the same time rarely write the same one.
pub const STATISTICS_SHARDS: u8 = 64;
/// The partitions of the events of a month, because DynamoDB limits the writes to one partition.
pub const STATISTICS_LANES: u8 = 4;

/// The partition of the summaries of months.
pub const STATISTICS_MONTHS: &str = "STATISTICS#MONTHS";

pub fn statistics_summary(month: Date) -> Key {
    let month = format!("{:04}-{:02}", month.year(), month.month());
    Key::new(STATISTICS_MONTHS.to_owned(), month)
}

pub fn statistics_totals(shard: u8) -> Key {
    Key::new(STATISTICS_TOTALS.to_owned(), format!("SHARD#{shard:02}"))
}

/// A part of the events of a day.
pub fn statistics_day(day: Date, shard: u8) -> Key {
    let partition = statistics_month(day, shard % STATISTICS_LANES);
    Key::new(partition, format!("{:02}#{shard:02}", day.day()))
}

/// One of the partitions of the events of the month in which the day is.
pub fn statistics_month(day: Date, lane: u8) -> String {
    format!("STATISTICS#{:04}-{:02}#{lane}", day.year(), day.month())
}

pub fn key_ring(ring: Ring) -> Key {
    Key::new(format!("KEY_RING#{}", ring.as_str()), "KEYS")
}

pub fn mail(id: MailId) -> Key {
    Key::new(format!("{MAIL_PREFIX}{id}"), "MAIL")
}

/// The partitions of the index that list the mails of a Region in one state: deliveries at the same time spread over
/// them.
const MAIL_SHARDS: u8 = 4;

/// The states of a mail in the index, by which it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailList {
    /// By the time of the next attempt.
    Waiting,
    /// By the time at which it was given up.
    Undeliverable,
}

pub fn mail_entry(list: MailList, region: Option<&Region>, at: Timestamp, id: MailId) -> Entry {
    Entry {
        partition: listed_mails_shard(list, region, id.to_bytes()[15] % MAIL_SHARDS),
        sort: by_time(at, id),
    }
}

/// The partitions that list the mails of a Region.
pub fn listed_mails(list: MailList, region: Option<&Region>) -> impl Iterator<Item = String> {
    (0..MAIL_SHARDS).map(move |shard| listed_mails_shard(list, region, shard))
}

fn listed_mails_shard(list: MailList, region: Option<&Region>, shard: u8) -> String {
    let list = match list {
        MailList::Waiting => "waiting",
        MailList::Undeliverable => "undeliverable",
    };
    let region = region.map_or_else(|| "-".to_owned(), Region::to_string);
    format!("MAILS#{list}#{region}#{shard}")
}

/// The mail with this partition key; `None` if the key is no mail's.
pub fn mail_of_partition(partition: &str) -> Option<MailId> {
    partition
        .strip_prefix(MAIL_PREFIX)
        .and_then(|id| MailId::parse(id).ok())
}

/// Events with one owner are one partition: their order is that of its shard in the table's stream.
pub fn event(key: &EventKey) -> Key {
    Key::new(format!("{EVENT_PREFIX}{}", key.owner), key.id.to_string())
}

/// The events at this key; `None` if the key is no event's.
pub fn event_of_key(partition: &str, sort: &str) -> Option<EventKey> {
    Some(EventKey {
        owner: partition.strip_prefix(EVENT_PREFIX)?.to_owned(),
        id: EventId::parse(sort).ok()?,
    })
}

pub fn suppression(address: &EmailAddress) -> Key {
    Key::new(format!("SUPPRESSION#{address}"), "STATE")
}

pub fn mail_event(address: &EmailAddress, kind: &str, message: &MessageId) -> Key {
    Key::new(format!("MAIL_EVENT#{address}"), format!("{kind}#{message}"))
}

/// No address can be equal to this partition.
pub fn confirmation(message_id: &str) -> Key {
    Key::new("MAIL_EVENT#SNS".to_owned(), format!("confirmation#{message_id}"))
}
