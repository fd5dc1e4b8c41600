//! The time that one request has for its provider. Each exchange with a provider is bounded by itself, but a sign-in may
//! need five of them, and the function is ended after twenty seconds: a browser would get no answer of this service, and
//! its state would be used up.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::ProviderError;
use crate::domain::ProviderId;

const TOTAL: Duration = Duration::from_secs(8);

/// Shared by all exchanges of a request.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline of a request that is about to ask its provider for the first time.
    pub fn start() -> Self {
        Self(Instant::now() + TOTAL)
    }

    /// The result of the exchanges, unless they take too long.
    pub(super) async fn limit<T>(
        self,
        provider: &ProviderId,
        exchanges: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<T, ProviderError> {
        timeout_at(self.0, exchanges).await.unwrap_or_else(|_| {
            tracing::error!(social.provider = %provider, "a provider did not answer within the time of the request");
            Err(ProviderError::Unavailable)
        })
    }
}
