//! Shared fixtures of the signer's tests: a signer, a point in time, and claims.

use aws_credential_types::Credentials;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Config, Region};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Signer, SignerSettings, SigningAlgorithm, SigningMode};
use crate::domain::access::OrganizationClaims;
use crate::domain::session::AuthenticationMethod;
use crate::domain::{AccessClaims, EmailAddress, OrganizationId, OrganizationRole, PlatformRole, SessionId, UserId};

pub const ISSUER: &str = "https://auth.example.com";
pub const AUDIENCE: &str = "https://api.example.com";
pub const ADMIN_AUDIENCE: &str = "https://api.example.com/admin";

pub fn signer(mode: SigningMode, kms_endpoint: &str) -> Signer {
    signer_of(mode, SigningAlgorithm::Es256, kms_endpoint)
}

pub fn signer_of(mode: SigningMode, algorithm: SigningAlgorithm, kms_endpoint: &str) -> Signer {
    let settings = SignerSettings {
        mode,
        algorithm,
        user_key_id: "alias/ostiary-user".to_owned(),
        admin_key_id: "alias/ostiary-admin".to_owned(),
        envelope_key_id: "alias/ostiary-envelope".to_owned(),
        stack: "test".to_owned(),
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        admin_audience: ADMIN_AUDIENCE.to_owned(),
    };
    let kms = client(kms_endpoint);
    Signer::new(move || kms, settings)
}

/// A client without retries, so that errors surface at once.
pub fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(endpoint)
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    Client::from_conf(config.build())
}

pub fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

pub fn claims() -> AccessClaims {
    AccessClaims {
        user_id: UserId::from_bytes([1; 16]),
        session_id: SessionId::from_bytes([2; 16]),
        token_id: Uuid::from_bytes([3; 16]),
        issued_at: now(),
        expires_at: now() + SignedDuration::from_mins(15),
        email: EmailAddress::parse("ada@example.com").unwrap(),
        email_verified: true,
        roles: vec![PlatformRole::Admin.into()],
        organization: Some(OrganizationClaims {
            id: OrganizationId::from_bytes([4; 16]),
            role: OrganizationRole::Owner,
            app_roles: vec!["editor".to_owned()],
        }),
        methods: vec![AuthenticationMethod::Password],
    }
}
