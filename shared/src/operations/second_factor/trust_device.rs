//! Signing in with a browser in which the second factor was shown before. Trust replaces the second factor, and never the first.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::trusted_device::Trust;
use crate::domain::{DeviceId, TrustedDevice, TrustedDeviceToken, User, UserId};
use crate::operations::core::Core;
use crate::store::Changes;

/// What a browser's token is worth at a sign-in.
#[derive(Debug)]
pub(in crate::operations) enum DeviceTrust {
    /// None was shown, or none of this user's, or the user asks for no second factor.
    Unasked,
    Renewed {
        seen: TrustedDevice,
        next: TrustedDevice,
        token: TrustedDeviceToken,
    },
    Repeated {
        seen: TrustedDevice,
        token: TrustedDeviceToken,
    },
    /// It has ended, or the token is an old copy: somebody else may have the newer one.
    Ended(UserId, DeviceId),
}

/// The browser that is to be read with the user whose password is tried.
pub(in crate::operations) fn device_of(presented: Option<&TrustedDeviceToken>, user: UserId) -> Option<DeviceId> {
    presented
        .filter(|token| token.user_id == user)
        .map(|token| token.device_id)
}

impl Core {
    /// `found` is the browser as it was just read, if it was.
    pub(in crate::operations) fn trust_of(
        &self,
        presented: Option<&TrustedDeviceToken>,
        found: Option<TrustedDevice>,
        user: &User,
        now: Timestamp,
    ) -> DeviceTrust {
        let (Some(token), Some(seen), true) = (presented, found, user.two_factor_enabled) else {
            return DeviceTrust::Unasked;
        };
        match seen.present(&token.secret, user, now, &*self.entropy) {
            Trust::Renewed { next, token } => DeviceTrust::Renewed { seen, next, token },
            Trust::Repeated { token } => DeviceTrust::Repeated { seen, token },
            Trust::Refused => DeviceTrust::Ended(seen.user_id, seen.id),
        }
    }
}

impl DeviceTrust {
    pub(in crate::operations) fn method(&self) -> Option<AuthenticationMethod> {
        match self {
            Self::Renewed { .. } | Self::Repeated { .. } => Some(AuthenticationMethod::TrustedDevice),
            Self::Unasked | Self::Ended(..) => None,
        }
    }

    /// What the sign-in rests on, in its commit.
    pub(in crate::operations) fn add_to(&self, changes: Changes) -> Changes {
        match self {
            Self::Unasked => changes,
            Self::Renewed { seen, next, .. } => changes.renew_trusted_device(seen, next),
            Self::Repeated { seen, .. } => changes.expect_trusted_device(seen),
            Self::Ended(user, device) => changes.delete_trusted_device(*user, *device),
        }
    }

    /// For the browser to keep.
    pub(in crate::operations) fn into_token(self) -> Option<TrustedDeviceToken> {
        match self {
            Self::Renewed { token, .. } | Self::Repeated { token, .. } => Some(token),
            Self::Unasked | Self::Ended(..) => None,
        }
    }
}
