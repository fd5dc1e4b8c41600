//! Creating and changing the record of an identity provider. The other verbs are those of all records.

use jiff::Timestamp;
use url::Url;

use crate::domain::provider_url::{is_local, is_local_url, is_public};
use crate::domain::{
    ClientSecret, EncryptedSecret, Entry, InvalidField, PlainClientSecret, RecordId, SecretPurpose, SocialProvider,
};
use crate::operations::catalogue::CatalogueError;
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::prelude::*;

impl Core {
    /// `build` makes the record of the encrypted secret.
    pub async fn create_social_provider(
        &self,
        admin: &AdminCaller,
        secret: &PlainClientSecret,
        build: impl FnOnce(ClientSecret) -> SocialProvider + Send,
        now: Timestamp,
    ) -> Result<Entry<SocialProvider>, CatalogueError> {
        expect_unmasked(Some(secret))?;
        let id = RecordId::generate(now, &*self.entropy);
        let record = build(self.encrypt_client_secret(secret, id).await?);
        self.expect_permitted_urls(&record)?;
        let mut attempts = self.admin_attempts(admin, "create_record", now);
        self.create_record_with_id(&mut attempts, id, record).await
    }

    /// Without a new secret, the record keeps the present one. So it does if the new one is the masked form of the
    /// present one, which a client sends that returns the record as it received it.
    pub async fn update_social_provider(
        &self,
        admin: &AdminCaller,
        id: RecordId,
        secret: Option<&PlainClientSecret>,
        change: impl Fn(&mut SocialProvider) + Send + Sync,
        now: Timestamp,
    ) -> Result<Entry<SocialProvider>, CatalogueError> {
        let seen: Entry<SocialProvider> = self.get_record(admin, id).await?;
        let secret = secret.filter(|secret| secret.as_str() != seen.value.client_secret.masked());
        expect_unmasked(secret)?;
        let mut changed = seen.value.clone();
        change(&mut changed);
        self.expect_permitted_urls(&changed)?;
        let secret = match secret {
            Some(secret) => Some(self.encrypt_client_secret(secret, id).await?),
            None => None,
        };
        let change = |record: &mut SocialProvider| {
            change(record);
            if let Some(secret) = &secret {
                record.client_secret.clone_from(secret);
            }
        };
        self.change_service_record(admin, id, change, now).await
    }

    /// Authorization codes are sent to the redirect URI, so it must be trusted. An issuer on the machine itself is for a
    /// service that runs there, too: elsewhere it would make the service send requests to its own environment (SSRF).
    fn expect_permitted_urls(&self, record: &SocialProvider) -> Result<(), CatalogueError> {
        let redirect_uri = record.redirect_uri.as_deref();
        if redirect_uri.is_some_and(|url| self.settings.trusted_origins.redirect(url).is_err()) {
            return Err(invalid("redirect_uri", "must have a trusted origin"));
        }
        let is_permitted = |issuer| is_public(issuer) || (is_local(issuer) && self.runs_locally());
        if record.issuer.as_deref().is_some_and(|issuer| !is_permitted(issuer)) {
            return Err(invalid("issuer", "must be an https URL of a DNS name"));
        }
        Ok(())
    }

    fn runs_locally(&self) -> bool {
        let public_url = Url::parse(&self.settings.public_url);
        public_url.is_ok_and(|url| is_local_url(&url) || url.host_str() == Some("localhost"))
    }

    /// One KMS call.
    async fn encrypt_client_secret(
        &self,
        secret: &PlainClientSecret,
        id: RecordId,
    ) -> Result<ClientSecret, Interruption> {
        let record = id.to_string();
        let ciphertext = self
            .signer
            .encrypt(secret.as_str().as_bytes(), &context(&record))
            .await?;
        Ok(ClientSecret::new(EncryptedSecret::from_bytes(ciphertext), secret))
    }

    /// One KMS call. KMS refuses the ciphertext of another record.
    pub(super) async fn decrypt_client_secret(
        &self,
        record: &Entry<SocialProvider>,
    ) -> Result<PlainClientSecret, Interruption> {
        let id = record.id.to_string();
        let ciphertext = record.value.client_secret.ciphertext.as_bytes();
        let plain = self.signer.decrypt(ciphertext, &context(&id)).await?;
        let text = std::str::from_utf8(&plain).map_err(|_| Interruption::internal("a client secret is no text"))?;
        Ok(PlainClientSecret::new(text.to_owned()))
    }
}

/// The masked form that a client has read may be that of a secret that was rotated since, and it is no secret itself.
fn expect_unmasked(secret: Option<&PlainClientSecret>) -> Result<(), CatalogueError> {
    if secret.is_some_and(PlainClientSecret::is_masked) {
        return Err(invalid("client_secret", "is the masked form of another secret"));
    }
    Ok(())
}

fn invalid(field: &'static str, reason: &str) -> CatalogueError {
    let reason = reason.to_owned();
    CatalogueError::Invalid(vec![InvalidField { field, reason }])
}

/// The encryption context, which binds the ciphertext to its record.
fn context(record: &str) -> [(&'static str, &str); 2] {
    [("purpose", SecretPurpose::SocialProvider.as_str()), ("record", record)]
}
