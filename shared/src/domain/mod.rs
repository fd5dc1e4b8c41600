//! The domain: types that are valid by construction, and decisions that are pure functions of their arguments. The
//! domain contains no async code, no AWS, no HTTP, no wire format, no wall clock and no randomness.

pub mod access;
pub mod account;
pub mod admin_roles;
pub mod administrator;
pub mod analytics;
pub mod api_key;
pub mod app_role;
pub mod audit;
pub mod authorization;
pub mod backup_code;
pub mod brand;
pub mod bulk;
pub mod catalogue;
pub mod code;
pub mod configuration;
pub mod contract;
pub mod deliverability;
pub mod directory;
pub mod email;
pub mod encrypted_secret;
pub mod event;
pub mod ids;
pub mod imported_user;
pub mod invisible;
pub mod invitation;
pub mod issuer;
pub mod known_device;
pub mod linked_account;
pub mod listing;
pub mod mail;
pub mod mail_delivery;
pub mod mail_event;
pub mod mail_template;
pub mod member_list;
pub mod number;
pub mod one_time;
pub mod organization;
pub mod organization_access;
pub mod passkey;
pub mod password;
pub mod patch;
pub mod plan;
pub mod policy;
pub mod profile;
pub mod proven_identity;
pub mod provider_url;
pub mod rate_limit;
pub mod redirect;
pub mod region;
pub mod registration_link;
pub mod search;
pub mod secret;
pub mod service_token;
pub mod session;
pub mod signing_key;
pub mod single_use;
pub mod social_provider;
pub mod statements;
pub mod statistics;
pub mod team;
pub mod text;
pub mod token;
pub mod totp;
pub mod trusted_device;
pub mod two_factor;
pub mod user;
pub mod user_access;
pub mod user_class;
pub mod username;

pub use access::AccessClaims;
pub use account::{
    AccountAuthority, AccountDetails, AccountMember, AccountRank, AccountRole, AccountRoleState, ActivationStatus,
    BillingType, ServiceType,
};
pub use admin_roles::{AdminRoles, GivenRoles};
pub use administrator::{AdminAccount, AdminSession};
pub use api_key::{ApiKey, PlainApiKey};
pub use app_role::AppRoleMatrix;
pub use authorization::{Authorization, AuthorizationPurpose, Binding, LinkLimit};
pub use backup_code::{BackupCode, BackupCodes, BackupKey};
pub use brand::{Brand, Color, LogoUrl};
pub use catalogue::{CatalogueState, Catalogued, Entry, InvalidField};
pub use configuration::{
    Configuration, ConfigurationKey, ConfiguredValue, InvalidValue, SignUpRefused, StoredConfiguration, ValueType,
};
pub use contract::Contract;
pub use deliverability::{Deliverability, EmailStatus};
pub use directory::DirectoryEntry;
pub use email::EmailAddress;
pub use encrypted_secret::{EncryptedSecret, SecretPurpose};
pub use event::{EventKey, PendingEvents};
pub use ids::ApiKeyId;
pub use ids::DeviceId;
pub use ids::{
    AdminId, AuthorizationId, BulkUploadId, EventId, InvitationId, LinkedAccountId, MailId, OrganizationId,
    OrganizationNumber, RecordId, SessionId, TeamId, UserId, UserNumber,
};
pub use imported_user::{ImportSource, ImportedUser};
pub use invitation::{Invitation, InvitationState};
pub use issuer::Issuer;
pub use known_device::DeviceKey;
pub use linked_account::{
    EncryptedTokens, Identity, IdentityKey, IdentityOwner, LinkedAccount, ProviderId, ProviderTokens,
};
pub use mail::{CredentialChange, Mail, MailBudget, MailPurpose};
pub use mail_delivery::{ClaimedMail, MailFailure, NextAttempt, WaitingMail};
pub use mail_event::{Label, MailEvent, MailEventKind, MessageId};
pub use mail_template::{MailKind, MailTemplate};
pub use one_time::{OneTimeGrant, RequestingSession};
pub use organization::{
    Membership, Organization, OrganizationDetails, OrganizationKind, OrganizationPatch, OrganizationRole,
    OrganizationStatus, Slug,
};
pub use organization_access::{AccessDenied, AccessRoles, MemberRoles, Permission};
pub use passkey::{Passkey, PasskeyId};
pub use password::{NewPassword, PasswordAttempt, PasswordHash, PasswordRules};
pub use patch::Patch;
pub use plan::{OrganizationTypePlan, Plan, PlanTerms, SeatLimits, Seats};
pub use policy::{Conditions, EffectivePolicies, EffectiveRule, PolicyCheck, PolicyRule, PolicyRuleId, PolicyState};
pub use profile::{Language, PhoneNumber, Profile, TimeZoneName, Title};
pub use proven_identity::{ProvenIdentity, ProvenIdentityToken, ProvingToken};
pub use rate_limit::{LimitReached, Marks, Rate, RateLimit, RateLimits, RequestedMail, Window};
pub use redirect::{Redirect, TrustedOrigins};
pub use region::{NumberRange, Region};
pub use registration_link::RegistrationLink;
pub use search::Search;
pub use secret::{RefreshSecret, Secret, SecretHash};
pub use session::Session;
pub use single_use::{SingleUse, SpentToken};
pub use social_provider::{ClientSecret, PlainClientSecret, SocialProvider};
pub use statements::{RoleName, Statements};
pub use statistics::{Event, EventCounts, Totals};
pub use team::{Team, TeamMembership};
pub use token::{
    AdminRefreshToken, AuthorizationState, ChallengeToken, InvitationToken, KnownDeviceToken, OneTimeToken,
    RefreshToken, RegistrationLinkToken, SessionHandle, SessionToken, TrustedDeviceToken,
};
pub use totp::{Authenticator, TotpSecret};
pub use trusted_device::TrustedDevice;
pub use two_factor::SecondFactorCode;
pub use user::{Name, PlatformRole, Stored, User, UserStatus};
pub use user_access::UserPermission;
pub use user_class::{ListedStatus, UserClass};
pub use username::{LoginName, ReservedUsernames, Username};
