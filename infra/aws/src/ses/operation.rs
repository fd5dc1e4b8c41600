//! The operation of a request, which the REST protocol encodes in method and path.

use axum::http::{Method, request::Parts};

const OUTBOUND_EMAILS: &str = "/v2/email/outbound-emails";
const ACCOUNT: &str = "/v2/email/account";
const IDENTITIES: &str = "/v2/email/identities/";
const SUPPRESSED_ADDRESSES: &str = "/v2/email/suppression/addresses";

#[derive(Debug)]
pub(super) enum Operation {
    SendEmail,
    PutSuppressedDestination,
    DeleteSuppressedDestination { address: String },
    GetAccount,
    GetEmailIdentity { name: String },
    Unknown,
}

impl Operation {
    pub(super) fn of(head: &Parts) -> Self {
        let path = head.uri.path();
        match head.method {
            Method::POST if path == OUTBOUND_EMAILS => Self::SendEmail,
            Method::PUT if path == SUPPRESSED_ADDRESSES => Self::PutSuppressedDestination,
            Method::DELETE if path.starts_with(SUPPRESSED_ADDRESSES) => Self::DeleteSuppressedDestination {
                address: address_in(path),
            },
            Method::GET if path == ACCOUNT => Self::GetAccount,
            Method::GET if path.starts_with(IDENTITIES) => Self::GetEmailIdentity { name: address_in(path) },
            _ => Self::Unknown,
        }
    }
}

/// The last part of the path, in which an address has its `@` encoded.
fn address_in(path: &str) -> String {
    let part = path.rsplit('/').next().unwrap_or_default();
    // The keys of a form without values are encoded in the same way, except for the plus sign.
    let keys = part.replace('+', "%2B");
    let mut keys = url::form_urlencoded::parse(keys.as_bytes());
    keys.next().map(|(address, _)| address.into_owned()).unwrap_or_default()
}
