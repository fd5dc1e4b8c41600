//! The kinds of refusal that an identity provider's response stands for.

use crate::operations::interruption::Interruption;
use crate::operations::refusal::{Refusal, RefusalKind};
use crate::social::ProviderError;

impl Refusal for ProviderError {
    fn kind(&self) -> Result<RefusalKind, Interruption> {
        match self {
            Self::Unavailable => Err(Interruption::Unavailable),
            Self::Refused | Self::OtherIssuer | Self::NoIssuer | Self::InvalidToken => Ok(RefusalKind::Unauthenticated),
            Self::Unsupported => Ok(RefusalKind::NotFound),
        }
    }
}
