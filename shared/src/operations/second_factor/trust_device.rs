//! Signing in with a browser in which the second factor was verified before. A trusted browser replaces the second
//! factor, never the first.

use jiff::Timestamp;

use crate::domain::session::AuthenticationMethod;
use crate::domain::trusted_device::Trust;
use crate::domain::{DeviceId, TrustedDevice, TrustedDeviceToken, User, UserId};
use crate::operations::core::Core;
use crate::store::Changes;

/// The result of verifying a trusted browser's token at a sign-in.
#[derive(Debug)]
pub(in crate::operations) enum DeviceTrust {
    /// No token of this user was presented, or the user's second factor is turned off.
    Irrelevant,
    Renewed {
        seen: TrustedDevice,
        next: TrustedDevice,
        token: TrustedDeviceToken,
    },
    Repeated {
        seen: TrustedDevice,
        token: TrustedDeviceToken,
    },
    /// The trust has ended, or the token was replaced before: an attacker may have the newer one (reuse detection).
    Ended(UserId, DeviceId),
}

/// The device to read together with the user whose password is verified.
pub(in crate::operations) fn device_of(presented: Option<&TrustedDeviceToken>, user: UserId) -> Option<DeviceId> {
    presented
        .filter(|token| token.user_id == user)
        .map(|token| token.device_id)
}

impl Core {
    /// `stored` is the device as it was just read.
    pub(in crate::operations) fn trust_of(
        &self,
        presented: Option<&TrustedDeviceToken>,
        stored: Option<TrustedDevice>,
        user: &User,
        now: Timestamp,
    ) -> DeviceTrust {
        let (Some(token), Some(seen), true) = (presented, stored, user.two_factor_enabled) else {
            return DeviceTrust::Irrelevant;
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
            Self::Irrelevant | Self::Ended(..) => None,
        }
    }

    /// Adds to the sign-in's commit the condition that it relies on, and the new state of the device.
    pub(in crate::operations) fn add_to(&self, changes: Changes) -> Changes {
        match self {
            Self::Irrelevant => changes,
            Self::Renewed { seen, next, .. } => changes.renew_trusted_device(seen, next),
            Self::Repeated { seen, .. } => changes.require_trusted_device(seen),
            Self::Ended(user, device) => changes.delete_trusted_device(*user, *device),
        }
    }

    /// The token that the browser keeps.
    pub(in crate::operations) fn into_token(self) -> Option<TrustedDeviceToken> {
        match self {
            Self::Renewed { token, .. } | Self::Repeated { token, .. } => Some(token),
            Self::Irrelevant | Self::Ended(..) => None,
        }
    }
}
