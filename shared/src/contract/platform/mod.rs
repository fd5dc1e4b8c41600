//! The `platform` contract: users, their organizations and their administration.

mod admin_organization;
mod admin_user;
mod administrator;
mod app_role;
mod auth;
mod body;
mod caller;
mod configuration;
mod failure;
mod health;
mod invitation;
mod key;
mod limit;
mod mail_template;
mod member;
mod message;
mod organization;
mod organization_type_plan;
mod paging;
mod policy;
mod profile;
mod query;
mod records;
mod social;
mod social_provider;
mod statistics;

pub use admin_organization::{
    AdminOrganization, AdminOrganizationList, AdminOrganizationQuery, AdminUpdateOrganization,
};
pub use admin_user::{
    AdminCreateUser, AdminResetUserPassword, AdminUpdateUser, AdminUser, AdminUserCreated, AdminUserList,
    AdminUserPasswordReset, AdminUserQuery,
};
pub use administrator::{
    AdminChangePassword, AdminConfirmResetPassword, AdminLogin, AdminLoginResponse, AdminRefreshTokenRequest,
    AdminResetPassword, AdminTokens, Administrator, AdministratorWithPassword,
};
pub use app_role::{AppRoleMatrices, AppRoleMatrixResponse, AvailableAppRoles, PaginatedAvailableAppRoles};
pub use auth::{
    ChangePasswordRequest, ForgotPasswordRequest, LoggedIn, LoginRequest, PASSWORD_RULES, RefreshTokenRequest,
    RegisterRequest, Registered, ResendVerificationRequest, ResetPasswordRequest, Tokens, VerifyEmailRequest,
    session_of,
};
pub use body::Body;
pub use caller::{Bearer, BearerWith};
pub use configuration::{SystemConfigResponse, UpdateSystemConfig};
pub use failure::Failure;
pub use health::{AuthHealth, DetailedHealth, Health, Liveness, Readiness, ServiceInfo};
pub use invitation::{BulkInviteRequest, BulkInvited, Invitation, InviteMemberRequest};
pub use key::{CleanupKeysResponse, KeyStatusResponse, RevokeKeyResponse, RotateKeysResponse, SigningKeyResponse};
pub use limit::{AuthenticationLimit, count_request_of_user};
pub use mail_template::{EmailTemplateResponse, EmailTemplates};
pub use member::{Member, MemberAppRolesRequest, MemberRoleRequest, TransferOwnershipRequest, user_of_member};
pub use message::Message;
pub use organization::{
    CreateOrganizationRequest, Membership, Organization, OrganizationResponse, SwitchOrganizationRequest,
    SwitchedOrganization, UpdateOrganizationRequest, organization_of,
};
pub use organization_type_plan::OrganizationTypePlans;
pub use paging::{PageQuery, Paginated, Pagination};
pub use policy::{
    BulkEvaluatePolicy, BulkPolicyEvaluationResult, CreatePolicyRule, EvaluatePolicy, PolicyBearer,
    PolicyEvaluationResult, PolicyHealthResponse, PolicyListQuery, PolicyRuleResponse, PolicySyncResponse,
    PolicyTenantQuery, UpdatePolicyRule,
};
pub use profile::{UpdateUserProfile, UserProfile};
pub use query::Query;
pub use records::{AdministeredRecord, Toggled, WrittenRecord};
pub use social::{LinkStarted, OAuthStart, SocialAccounts, SocialCallbackQuery, asks_for_json};
pub use social_provider::{CreateSocialProvider, SocialProviderRecords, SocialProviderResponse, UpdateSocialProvider};
pub use statistics::{AnalyticsQuery, AnalyticsResponse, SystemStatsResponse};
