//! Encoding of tokens: `KIND_BODY`, where `BODY` is the base64url encoding of the ids that locate the stored half, the
//! secret, and a checksum. Kind and checksum are verified before any read, so a token of another kind, or a mistyped
//! one, causes no read. Clients must treat a token as opaque.

use std::fmt;
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::ids::{AdminId, AuthorizationId, DeviceId, InvitationId, OrganizationId, ServiceTokenId, SessionId, UserId};
use super::one_time::Purpose;
use super::secret::{RefreshSecret, Secret};

/// The text is not a token of the expected kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a token of this kind")]
pub struct InvalidToken;

/// Authenticates a session: the value of the session cookie, or a bearer token.
#[derive(Debug, Clone)]
pub struct SessionToken {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub secret: Secret,
}

/// Gives access to the verification of the second factor, once the first factor is verified. It authenticates no user.
#[derive(Debug, Clone)]
pub struct ChallengeToken {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub secret: Secret,
}

/// Exempts a browser from the second factor, together with the first factor. It authenticates no user by itself.
#[derive(Debug, Clone)]
pub struct TrustedDeviceToken {
    pub user_id: UserId,
    pub device_id: DeviceId,
    pub secret: Secret,
}

/// Names a device in which the user has signed in before; see [`known_device`](super::known_device). It authenticates
/// nothing.
#[derive(Debug, Clone)]
pub struct KnownDeviceToken {
    pub user_id: UserId,
    pub device_id: DeviceId,
    pub secret: Secret,
}

/// A refresh token, which is exchanged for new tokens once (RFC 6749, section 1.5).
#[derive(Debug, Clone)]
pub struct RefreshToken {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub secret: RefreshSecret,
}

/// The refresh token of an administrator of the platform. It has a kind of its own, so that it is never accepted in
/// place of a user's.
#[derive(Debug, Clone)]
pub struct AdminRefreshToken {
    pub admin_id: AdminId,
    pub session_id: SessionId,
    pub secret: RefreshSecret,
}

/// The `state` of an authorization request (RFC 6749, section 4.1.1), which the provider returns.
#[derive(Debug, Clone)]
pub struct AuthorizationState {
    pub authorization_id: AuthorizationId,
    pub secret: Secret,
}

/// Identifies a session of any user, for administrators. It can be used to revoke the session, never to authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionHandle {
    pub user_id: UserId,
    pub session_id: SessionId,
}

/// Proves, for one purpose, that its holder has access to the mailbox that it was sent to.
pub struct OneTimeToken<P> {
    pub user_id: UserId,
    pub secret: Secret,
    purpose: PhantomData<P>,
}

/// Offers a new user with a role in one account; see [`registration_link`](super::registration_link).
#[derive(Debug, Clone)]
pub struct RegistrationLinkToken {
    pub secret: Secret,
}

/// Identifies a challenge of the browser that requested it, so that no other browser can answer it. It authenticates no
/// user.
#[derive(Debug, Clone)]
pub struct CeremonyToken {
    pub secret: Secret,
}

/// Authenticates another service of the operator, and no user.
#[derive(Debug, Clone)]
pub struct PlainServiceToken {
    pub id: ServiceTokenId,
    pub secret: Secret,
}

/// Proves that its holder has access to the mailbox that was invited.
#[derive(Debug, Clone)]
pub struct InvitationToken {
    pub organization_id: OrganizationId,
    pub invitation_id: InvitationId,
    pub secret: Secret,
}

/// The prefixes are part of every issued token: they must never change.
const SESSION: &str = "ses";
const AUTHORIZATION: &str = "oas";
const SESSION_HANDLE: &str = "sid";
const CHALLENGE: &str = "sfc";
const TRUSTED_DEVICE: &str = "tdv";
const KNOWN_DEVICE: &str = "kdv";
const REFRESH: &str = "rft";
const ADMIN_REFRESH: &str = "arf";
const CEREMONY: &str = "wac";
const INVITATION: &str = "inv";
const REGISTRATION_LINK: &str = "rgl";
const SERVICE: &str = "svc";

impl SessionToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, session], [secret]) = decode(SESSION, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            session_id: SessionId::from_bytes(session),
            secret,
        })
    }
}

impl AuthorizationState {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([authorization], [secret]) = decode(AUTHORIZATION, text)?;
        Ok(Self {
            authorization_id: AuthorizationId::from_bytes(authorization),
            secret,
        })
    }
}

impl SessionHandle {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, session], []) = decode(SESSION_HANDLE, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            session_id: SessionId::from_bytes(session),
        })
    }
}

impl ChallengeToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, session], [secret]) = decode(CHALLENGE, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            session_id: SessionId::from_bytes(session),
            secret,
        })
    }
}

impl TrustedDeviceToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, device], [secret]) = decode(TRUSTED_DEVICE, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            device_id: DeviceId::from_bytes(device),
            secret,
        })
    }
}

impl KnownDeviceToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, device], [secret]) = decode(KNOWN_DEVICE, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            device_id: DeviceId::from_bytes(device),
            secret,
        })
    }
}

impl RefreshToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user, session], [family, current]) = decode(REFRESH, text)?;
        Ok(Self {
            user_id: UserId::from_bytes(user),
            session_id: SessionId::from_bytes(session),
            secret: RefreshSecret { family, current },
        })
    }
}

impl AdminRefreshToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([admin, session], [family, current]) = decode(ADMIN_REFRESH, text)?;
        Ok(Self {
            admin_id: AdminId::from_bytes(admin),
            session_id: SessionId::from_bytes(session),
            secret: RefreshSecret { family, current },
        })
    }
}

impl<P: Purpose> OneTimeToken<P> {
    pub fn new(user_id: UserId, secret: Secret) -> Self {
        Self {
            user_id,
            secret,
            purpose: PhantomData,
        }
    }

    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([user], [secret]) = decode(P::TOKEN_KIND, text)?;
        Ok(Self::new(UserId::from_bytes(user), secret))
    }
}

impl CeremonyToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([], [secret]) = decode(CEREMONY, text)?;
        Ok(Self { secret })
    }
}

impl RegistrationLinkToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([], [secret]) = decode(REGISTRATION_LINK, text)?;
        Ok(Self { secret })
    }
}

impl InvitationToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([organization, invitation], [secret]) = decode(INVITATION, text)?;
        Ok(Self {
            organization_id: OrganizationId::from_bytes(organization),
            invitation_id: InvitationId::from_bytes(invitation),
            secret,
        })
    }
}

impl PlainServiceToken {
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let ([id], [secret]) = decode(SERVICE, text)?;
        Ok(Self {
            id: ServiceTokenId::from_bytes(id),
            secret,
        })
    }
}

impl fmt::Display for PlainServiceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(f, SERVICE, &[self.id.to_bytes()], &[&self.secret])
    }
}

impl fmt::Display for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            SESSION,
            &[self.user_id.to_bytes(), self.session_id.to_bytes()],
            &[&self.secret],
        )
    }
}

impl fmt::Display for AuthorizationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(f, AUTHORIZATION, &[self.authorization_id.to_bytes()], &[&self.secret])
    }
}

impl fmt::Display for SessionHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            SESSION_HANDLE,
            &[self.user_id.to_bytes(), self.session_id.to_bytes()],
            &[],
        )
    }
}

impl fmt::Display for ChallengeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            CHALLENGE,
            &[self.user_id.to_bytes(), self.session_id.to_bytes()],
            &[&self.secret],
        )
    }
}

impl fmt::Display for TrustedDeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            TRUSTED_DEVICE,
            &[self.user_id.to_bytes(), self.device_id.to_bytes()],
            &[&self.secret],
        )
    }
}

impl fmt::Display for KnownDeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            KNOWN_DEVICE,
            &[self.user_id.to_bytes(), self.device_id.to_bytes()],
            &[&self.secret],
        )
    }
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            REFRESH,
            &[self.user_id.to_bytes(), self.session_id.to_bytes()],
            &[&self.secret.family, &self.secret.current],
        )
    }
}

impl fmt::Display for AdminRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            ADMIN_REFRESH,
            &[self.admin_id.to_bytes(), self.session_id.to_bytes()],
            &[&self.secret.family, &self.secret.current],
        )
    }
}

impl<P: Purpose> fmt::Display for OneTimeToken<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(f, P::TOKEN_KIND, &[self.user_id.to_bytes()], &[&self.secret])
    }
}

impl<P: Purpose> fmt::Debug for OneTimeToken<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OneTimeToken({}, {})", P::TOKEN_KIND, self.user_id)
    }
}

impl fmt::Display for CeremonyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(f, CEREMONY, &[], &[&self.secret])
    }
}

impl fmt::Display for RegistrationLinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(f, REGISTRATION_LINK, &[], &[&self.secret])
    }
}

impl fmt::Display for InvitationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode(
            f,
            INVITATION,
            &[self.organization_id.to_bytes(), self.invitation_id.to_bytes()],
            &[&self.secret],
        )
    }
}

const CHECKSUM: usize = 4;

fn encode(f: &mut fmt::Formatter<'_>, kind: &str, ids: &[[u8; 16]], secrets: &[&Secret]) -> fmt::Result {
    let mut body = ids.concat();
    for secret in secrets {
        body.extend_from_slice(secret.as_bytes());
    }
    body.extend_from_slice(&checksum(kind, &body));
    write!(f, "{kind}_{}", URL_SAFE_NO_PAD.encode(&body))
}

/// The ids and the secrets of a decoded token.
type Decoded<const IDS: usize, const SECRETS: usize> = ([[u8; 16]; IDS], [Secret; SECRETS]);

fn decode<const IDS: usize, const SECRETS: usize>(
    kind: &str,
    text: &str,
) -> Result<Decoded<IDS, SECRETS>, InvalidToken> {
    let body = text
        .strip_prefix(kind)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(InvalidToken)?;
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| InvalidToken)?;
    if body.len() != 16 * IDS + 32 * SECRETS + CHECKSUM {
        return Err(InvalidToken);
    }
    let (content, sum) = body.split_at(body.len() - CHECKSUM);
    if sum != checksum(kind, content) {
        return Err(InvalidToken);
    }
    let (ids, secrets) = content.split_at(16 * IDS);
    Ok((
        std::array::from_fn(|n| part(ids, n)),
        std::array::from_fn(|n| Secret::from_bytes(part(secrets, n))),
    ))
}

/// Returns the `n`th part of `LENGTH` bytes. The caller has checked the total length.
fn part<const LENGTH: usize>(bytes: &[u8], n: usize) -> [u8; LENGTH] {
    std::array::from_fn(|at| bytes[n * LENGTH + at])
}

/// The checksum detects typing errors and truncation. It does not prevent forgery; the secret does.
fn checksum(kind: &str, content: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind.as_bytes());
    hasher.update(content);
    hasher.finalize().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::one_time::{ResetPassword, VerifyEmail};
    use super::*;

    fn token() -> SessionToken {
        SessionToken {
            user_id: UserId::from_bytes([1; 16]),
            session_id: SessionId::from_bytes([2; 16]),
            secret: Secret::from_bytes([3; 32]),
        }
    }

    #[test]
    fn a_token_survives_the_journey() {
        let arrived = SessionToken::parse(&token().to_string()).expect("a token");
        assert_eq!(arrived.user_id, token().user_id);
        assert_eq!(arrived.session_id, token().session_id);
        assert!(token().secret.hash().matches(&arrived.secret));
    }

    #[test]
    fn any_altered_character_is_noticed() {
        let text = token().to_string();
        for at in 0..text.len() {
            let mut altered = text.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("ASCII");
            assert!(SessionToken::parse(&altered).is_err(), "{at}");
        }
    }

    #[test]
    fn a_token_has_one_purpose() {
        let secret = Secret::from_bytes([3; 32]);
        let reset = OneTimeToken::<ResetPassword>::new(UserId::from_bytes([1; 16]), secret).to_string();
        assert!(OneTimeToken::<ResetPassword>::parse(&reset).is_ok());
        assert!(OneTimeToken::<VerifyEmail>::parse(&reset).is_err());
        let renamed = reset.replacen(ResetPassword::TOKEN_KIND, VerifyEmail::TOKEN_KIND, 1);
        assert!(OneTimeToken::<VerifyEmail>::parse(&renamed).is_err());
        assert!(RefreshToken::parse(&token().to_string()).is_err());
    }
}
