//! The response headers in which clients without cookies get their tokens.

/// The token of a session, as the framework names it.
pub const AUTH: &str = "set-auth-token";
/// The challenge of a sign-in that waits for its second factor.
pub const TWO_FACTOR: &str = "set-two-factor-token";
/// The token of a passkey ceremony.
pub const PASSKEY: &str = "set-passkey-token";
/// The token of a device that is trusted in place of the second factor.
pub const TRUST_DEVICE: &str = "set-trust-device-token";
/// The token that the browser presents when a provider redirects it back.
pub const STATE: &str = "set-state-token";

/// The refresh token of a renewed session, for clients that authenticate by access tokens.
pub const REFRESH: &str = "set-refresh-token";

pub const ALL: [&str; 6] = [AUTH, REFRESH, TWO_FACTOR, PASSKEY, TRUST_DEVICE, STATE];
