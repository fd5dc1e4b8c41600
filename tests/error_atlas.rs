//! Every error of every operation, as each contract words it: one page to review them at a glance.

use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use shared::captcha::CaptchaRefused;
use shared::contract::reading::BodyRefused;
use shared::contract::{accounts, basic, better_auth, platform, teams};
use shared::domain::RoleName;
use shared::domain::UserPermission::{Ban, Delete, ImpersonateAdmins, SetEmail, SetPassword, SetRole};
use shared::domain::api_key::{
    InvalidApiKey, InvalidName, KeyRefused, LifetimeRefused, MetadataTooLong, PrefixRefused,
};
use shared::domain::invitation::InvitationRefused;
use shared::domain::one_time::GrantRefused;
use shared::domain::passkey::CeremonyRefused;
use shared::domain::password::WeakPassword;
use shared::domain::two_factor::Locked;
use shared::domain::user::Barred;
use shared::operations::{
    AcceptInvitationError, AdministerUserError, AnswerInvitationError, BeginAuthorizationError, BeginPasskeyError,
    CancelInvitationError, ChangeEmailError, ChangeMemberRolesError, ChangeOrganizationError, ChangePasskeyError,
    ChangePasswordError, ChangeTeamMemberError, CheckInvitationError, CheckPermissionError, CheckResetTokenError,
    ConfirmEmailChangeError, CreateApiKeyError, CreateOrganizationError, DeleteOrganizationError, DeleteUserError,
    DisableTwoFactorError, EnableTwoFactorError, FindOrganizationError, GenerateBackupCodesError, IdentitySignInError,
    Interruption, InviteMemberError, JoinOrganizationError, LeaveOrganizationError, LinkIdentityError,
    ListInvitationsError, ListMembersError, ListTeamsError, MemberRoleError, NotProven, ProviderTokensError,
    RefreshError, RegisterPasskeyError, RemoveMemberError, ResetPasswordError, SecondFactorRefused,
    SendSecondFactorCodeError, SendVerificationEmailError, SetActiveOrganizationError, SetActiveTeamError,
    ShowInvitationError, ShowProfileError, ShowProviderProfileError, ShowTotpSecretError, SignInError,
    SignInWithPasskeyError, SignUpError, StopImpersonatingError, TeamMembersError, UnlinkAccountError,
    UpdateApiKeyError, UpdateOrganizationError, UpdateUserError, UseApiKeyError, ValidateTokenError,
    VerifyBackupCodeError, VerifyEmailError, VerifySecondFactorCodeError, VerifyTotpError,
};
use shared::social::ProviderError;

/// Status, `Retry-After` and body on one line.
async fn told(response: Response) -> String {
    let (parts, body) = response.into_parts();
    let retry = parts.headers.get("retry-after").and_then(|value| value.to_str().ok());
    let retry = retry
        .map(|seconds| format!(" (retry after {seconds})"))
        .unwrap_or_default();
    let body = body.collect().await.expect("a body").to_bytes();
    format!("{}{retry} {}", parts.status.as_u16(), String::from_utf8_lossy(&body))
}

fn role() -> RoleName {
    RoleName::parse("zzz").expect("a name")
}

fn locked() -> Locked {
    Locked { retry_after: 900 }
}

/// Lines for each error in each contract that can meet it.
macro_rules! atlas {
    ($page:ident, $([$($contract:ident),+] $error:expr),+ $(,)?) => {
        $($(
            let answer = told($contract::Failure::from($error).into_response()).await;
            $page.push(format!("{:<62} {:<12} {answer}", stringify!($error), stringify!($contract)));
        )+)+
    };
}

const WAIT: SignedDuration = SignedDuration::from_millis(1500);

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "it is a list")]
async fn errors_in_every_contract() {
    let mut page: Vec<String> = Vec::new();
    atlas!(page,
        [better_auth, basic, teams, platform, accounts] Interruption::TooManyRequests { retry_after: 42 },
        [better_auth, basic, teams, platform, accounts] Interruption::Unavailable,
        [better_auth, basic, teams, platform, accounts] Interruption::Impersonated,
        [better_auth, basic, teams, platform, accounts] Interruption::SessionGone,
        [better_auth, basic, teams, platform, accounts] Interruption::internal("a test"),
        [better_auth, basic, teams, platform, accounts] BodyRefused::TooLarge,
        [better_auth, basic, teams, platform, accounts] BodyRefused::UnsupportedType { content_type: "text/plain".to_owned() },
        [better_auth, basic, teams, platform, accounts] BodyRefused::NotJson,
        [better_auth, basic, teams] WeakPassword::TooShort { min: 8 },
        [better_auth, basic, teams] WeakPassword::TooLong { max: 128 },
        [better_auth, basic, teams] WeakPassword::Common,
        [teams] CaptchaRefused::Rejected,
        [teams] CaptchaRefused::Unavailable,
        [better_auth, basic, teams] SignUpError::EmailTaken,
        [better_auth, basic, teams] SignUpError::AccountDeleted,
        [better_auth, basic, teams, accounts] SignInError::InvalidCredentials,
        [better_auth, basic, teams, accounts] SignInError::Barred(Barred::Banned),
        [better_auth, basic, teams, accounts] SignInError::Barred(Barred::NotActive),
        [better_auth, basic, teams, accounts] SignInError::Barred(Barred::Deleted),
        [better_auth, basic, teams, accounts] SignInError::EmailNotVerified,
        [accounts] SignInError::NoAccount,
        [teams, accounts] RefreshError::Invalid,
        [teams, accounts] RefreshError::Reused,
        [accounts] ValidateTokenError::Invalid,
        [better_auth, teams] CheckResetTokenError::TokenRefused(GrantRefused::Expired),
        [better_auth, teams] ResetPasswordError::TokenRefused(GrantRefused::Unknown),
        [better_auth, teams] ResetPasswordError::TokenRefused(GrantRefused::Expired),
        [better_auth, teams] ResetPasswordError::Barred(Barred::Banned),
        [better_auth] ChangePasswordError::WrongPassword,
        [better_auth] ChangePasswordError::NoPassword,
        [platform] ShowProfileError::Gone,
        [better_auth, platform] UpdateUserError::UsernameTaken,
        [better_auth, platform] UpdateUserError::PhoneTaken,
        [better_auth] SendVerificationEmailError::NotTheCallers,
        [better_auth] SendVerificationEmailError::AlreadyVerified,
        [better_auth] VerifyEmailError::TokenRefused(GrantRefused::Unknown),
        [better_auth] VerifyEmailError::TokenRefused(GrantRefused::Expired),
        [better_auth] VerifyEmailError::Barred(Barred::Banned),
        [better_auth] ChangeEmailError::SameEmail,
        [better_auth] ChangeEmailError::SecondFactorNotShown,
        [better_auth] ConfirmEmailChangeError::TokenRefused(GrantRefused::Expired),
        [better_auth] ConfirmEmailChangeError::NotTheCallers,
        [better_auth] ConfirmEmailChangeError::EmailTaken,
        [better_auth] DeleteUserError::WrongPassword,
        [better_auth] DeleteUserError::NoPassword,
        [better_auth] DeleteUserError::SessionNotFresh,
        [better_auth] DeleteUserError::TokenRefused(GrantRefused::Expired),
        [better_auth] DeleteUserError::OnlyOwner,
        [better_auth] BeginPasskeyError::SessionNotFresh,
        [better_auth] BeginPasskeyError::SecondFactorNotShown,
        [better_auth] RegisterPasskeyError::CeremonyRefused(CeremonyRefused::NoChallenge),
        [better_auth] RegisterPasskeyError::CeremonyRefused(CeremonyRefused::NotTheCallers),
        [better_auth] RegisterPasskeyError::AnswerRefused,
        [better_auth] RegisterPasskeyError::AlreadyRegistered,
        [better_auth] RegisterPasskeyError::TooMany,
        [better_auth] SignInWithPasskeyError::NoChallenge,
        [better_auth] SignInWithPasskeyError::UnknownPasskey,
        [better_auth] SignInWithPasskeyError::WrongSignature,
        [better_auth] SignInWithPasskeyError::AnswerRefused,
        [better_auth] SignInWithPasskeyError::Barred(Barred::Banned),
        [better_auth] SignInWithPasskeyError::EmailNotVerified,
        [better_auth] ChangePasskeyError::NotFound,
        [better_auth] ChangePasskeyError::NotTheCallers,
        [better_auth] BeginAuthorizationError::ProviderNotFound,
        [better_auth, teams] ProviderError::Unavailable,
        [better_auth, teams] ProviderError::Refused,
        [better_auth, teams] ProviderError::InvalidToken,
        [better_auth, teams] ProviderError::Unsupported,
        [better_auth, teams] IdentitySignInError::SignUpDisabled,
        [better_auth, teams] IdentitySignInError::AlreadyLinked,
        [better_auth, teams] IdentitySignInError::NoEmail,
        [better_auth, teams] IdentitySignInError::NotLinked,
        [better_auth, teams] IdentitySignInError::AccountDeleted,
        [better_auth, teams] IdentitySignInError::EmailNotVerified,
        [better_auth] LinkIdentityError::IdentityTaken,
        [better_auth] LinkIdentityError::OtherEmail,
        [better_auth] LinkIdentityError::EmailNotVerified,
        [better_auth] LinkIdentityError::Interrupted(Interruption::SessionGone),
        [better_auth] LinkIdentityError::SecondFactorNotShown,
        [better_auth] UnlinkAccountError::AccountNotFound,
        [better_auth] UnlinkAccountError::LastAccount,
        [better_auth] ProviderTokensError::AccountNotFound,
        [better_auth] ProviderTokensError::ProviderNotFound,
        [better_auth] ProviderTokensError::NoAccessToken,
        [better_auth] ProviderTokensError::NoRefreshToken,
        [better_auth] ProviderTokensError::Stale(ProviderError::Refused),
        [better_auth] ProviderTokensError::Provider(ProviderError::Refused),
        [better_auth] ProviderTokensError::Provider(ProviderError::Unsupported),
        [better_auth] ShowProviderProfileError::ProviderNotFound,
        [better_auth] ShowProviderProfileError::Provider(ProviderError::Refused),
        [teams] CheckInvitationError::Refused(InvitationRefused::Expired),
        [basic, teams] AcceptInvitationError::Refused(InvitationRefused::Unknown),
        [basic, teams] AcceptInvitationError::Refused(InvitationRefused::AlreadyAccepted),
        [basic, teams] AcceptInvitationError::Refused(InvitationRefused::Expired),
        [basic, teams] AcceptInvitationError::Refused(InvitationRefused::Closed),
        [basic, teams] AcceptInvitationError::EmailTaken,
        [basic, teams] AcceptInvitationError::NoSeat,
        [better_auth] EnableTwoFactorError::NotProven(NotProven::WrongPassword),
        [better_auth] EnableTwoFactorError::NotProven(NotProven::NoPassword),
        [better_auth] EnableTwoFactorError::AlreadyEnabled,
        [better_auth] EnableTwoFactorError::MailTurnedOff,
        [better_auth] EnableTwoFactorError::EmailNotVerified,
        [better_auth] DisableTwoFactorError::NotProven(NotProven::SecondFactorNotShown),
        [better_auth] ShowTotpSecretError::NotEnabled,
        [better_auth] GenerateBackupCodesError::NotEnabled,
        [better_auth] VerifyTotpError::NotEnabled,
        [better_auth] VerifyTotpError::InvalidCode,
        [better_auth] VerifyTotpError::Refused(SecondFactorRefused::ChallengeGone),
        [better_auth] VerifyTotpError::Refused(SecondFactorRefused::TooManyAttempts),
        [better_auth] VerifyTotpError::Refused(SecondFactorRefused::Locked(locked())),
        [better_auth] VerifyTotpError::Refused(SecondFactorRefused::NotShownBefore),
        [better_auth] SendSecondFactorCodeError::TurnedOff,
        [better_auth] SendSecondFactorCodeError::SameFactor,
        [better_auth] VerifySecondFactorCodeError::Expired,
        [better_auth] VerifySecondFactorCodeError::InvalidCode,
        [better_auth] VerifyBackupCodeError::NotEnabled,
        [better_auth] VerifyBackupCodeError::InvalidCode,
        [better_auth] CreateOrganizationError::SlugTaken,
        [better_auth] CreateOrganizationError::TooManyOrganizations,
        [better_auth] UpdateOrganizationError::NotAMember,
        [better_auth] UpdateOrganizationError::NotPermitted,
        [better_auth] UpdateOrganizationError::SlugTaken,
        [better_auth] DeleteOrganizationError::NotAMember,
        [better_auth] DeleteOrganizationError::NotPermitted,
        [better_auth] SetActiveOrganizationError::NotFound,
        [better_auth] SetActiveOrganizationError::NotAMember,
        [better_auth] FindOrganizationError::NotFound,
        [better_auth] FindOrganizationError::NotAMember,
        [better_auth] ListMembersError::NotFound,
        [better_auth] ListMembersError::NotAMember,
        [better_auth] MemberRoleError::NotFound,
        [better_auth] MemberRoleError::NotAMember,
        [better_auth] CheckPermissionError::NotAMember,
        [better_auth] RemoveMemberError::NotAMember,
        [better_auth] RemoveMemberError::MemberNotFound,
        [better_auth] RemoveMemberError::OwnerOnly,
        [better_auth] RemoveMemberError::LastOwner,
        [better_auth] RemoveMemberError::NotPermitted,
        [better_auth] ChangeMemberRolesError::NotAMember,
        [better_auth] ChangeMemberRolesError::MemberNotFound,
        [better_auth] ChangeMemberRolesError::NotPermitted,
        [better_auth] ChangeMemberRolesError::UnknownRole(role()),
        [better_auth] ChangeMemberRolesError::LastOwner,
        [better_auth] LeaveOrganizationError::NotAMember,
        [better_auth] LeaveOrganizationError::LastOwner,
        [better_auth] InviteMemberError::NotAMember,
        [better_auth] InviteMemberError::MayNotInvite,
        [better_auth] InviteMemberError::RoleTooHigh,
        [better_auth] InviteMemberError::NoSeat,
        [better_auth] InviteMemberError::SoloOrganization,
        [better_auth] InviteMemberError::AlreadyMember,
        [better_auth] InviteMemberError::AlreadyInvited,
        [better_auth] InviteMemberError::UnknownRole(role()),
        [better_auth] InviteMemberError::UnknownTeam,
        [better_auth] InviteMemberError::InvitationLimit,
        [better_auth] JoinOrganizationError::NotFound,
        [better_auth] JoinOrganizationError::NotTheRecipient,
        [better_auth] JoinOrganizationError::EmailNotVerified,
        [better_auth] JoinOrganizationError::InviterLeft,
        [better_auth] JoinOrganizationError::NoSeat,
        [better_auth] JoinOrganizationError::AlreadyMember,
        [better_auth] JoinOrganizationError::TooManyOrganizations,
        [better_auth] ShowInvitationError::Answer(AnswerInvitationError::NotFound),
        [better_auth] ShowInvitationError::Answer(AnswerInvitationError::NotTheRecipient),
        [better_auth] ShowInvitationError::Answer(AnswerInvitationError::EmailNotVerified),
        [better_auth] ShowInvitationError::InviterLeft,
        [better_auth] ListInvitationsError::NotAMember,
        [better_auth] ListInvitationsError::NotPermitted,
        [better_auth] CancelInvitationError::NotFound,
        [better_auth] CancelInvitationError::NotAMember,
        [better_auth] CancelInvitationError::NotPermitted,
        [better_auth] ListTeamsError::NotAMember,
        [better_auth] ListTeamsError::NotPermitted,
        [better_auth] ListTeamsError::NoSuchMember,
        [better_auth] TeamMembersError::NotFound,
        [better_auth] TeamMembersError::NotInTheTeam,
        [better_auth] SetActiveTeamError::NotFound,
        [better_auth] SetActiveTeamError::NotInTheTeam,
        [better_auth] ChangeTeamMemberError::NotAMember,
        [better_auth] ChangeTeamMemberError::MayNotAdd,
        [better_auth] ChangeTeamMemberError::MayNotRemove,
        [better_auth] ChangeTeamMemberError::TeamNotFound,
        [better_auth] ChangeTeamMemberError::NotInTheTeam,
        [better_auth] ChangeTeamMemberError::TooManyTeams,
        [teams] ChangeOrganizationError::NotAMember,
        [teams] ChangeOrganizationError::Demo,
        [better_auth] InvalidName,
        [better_auth] PrefixRefused::Form,
        [better_auth] PrefixRefused::Length,
        [better_auth] LifetimeRefused::TooShort,
        [better_auth] LifetimeRefused::TooLong,
        [better_auth] MetadataTooLong,
        [better_auth] CreateApiKeyError::TooManyKeys,
        [better_auth] CreateApiKeyError::SecondFactorNotShown,
        [better_auth] CreateApiKeyError::Interrupted(Interruption::SessionGone),
        [better_auth] UpdateApiKeyError::Unknown,
        [better_auth] InvalidApiKey::TooShort,
        [better_auth] InvalidApiKey::Malformed,
        [better_auth] UseApiKeyError::Unknown,
        [better_auth] UseApiKeyError::OwnerGone,
        [better_auth] UseApiKeyError::Barred(Barred::Banned),
        [better_auth] UseApiKeyError::Barred(Barred::NotActive),
        [better_auth] UseApiKeyError::Refused(KeyRefused::Disabled),
        [better_auth] UseApiKeyError::Refused(KeyRefused::Expired),
        [better_auth] UseApiKeyError::Refused(KeyRefused::NotPermitted),
        [better_auth] UseApiKeyError::Refused(KeyRefused::Exhausted { wait: None }),
        [better_auth] UseApiKeyError::Refused(KeyRefused::TooOften { wait: WAIT }),
        [better_auth] AdministerUserError::NotPermitted(Ban),
        [better_auth] AdministerUserError::NotPermitted(ImpersonateAdmins),
        [better_auth] AdministerUserError::Outranked,
        [better_auth] AdministerUserError::UnknownRole,
        [better_auth] AdministerUserError::RoleAboveOwn,
        [better_auth] AdministerUserError::RoleOfOperator,
        [better_auth] AdministerUserError::Yourself(SetRole),
        [better_auth] AdministerUserError::Yourself(SetEmail),
        [better_auth] AdministerUserError::Yourself(SetPassword),
        [better_auth] AdministerUserError::Yourself(Ban),
        [better_auth] AdministerUserError::Yourself(Delete),
        [better_auth] AdministerUserError::UserNotFound,
        [better_auth] AdministerUserError::EmailTaken,
        [better_auth] AdministerUserError::UsernameTaken,
        [better_auth] AdministerUserError::OnlyOwner,
        [better_auth] StopImpersonatingError::NotImpersonating,
        [better_auth] StopImpersonatingError::NoAdminSession,
    );
    insta::assert_snapshot!(page.join("\n"));
}
