//! The one decision with which identity provider users sign in under a name: the record of administrators, or else the
//! setting of the deployment.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use crate::domain::{Entry, ProviderId, RecordId, SocialProvider};
use crate::operations::prelude::*;
use crate::social::{Provider, ProviderSettings};

/// The providers of records, with their decrypted secrets and their metadata. A provider is valid for one version of
/// its record, which every operation reads; so a change has its effect on the next request in every process.
#[derive(Default)]
pub(in crate::operations) struct RecordedProviders(Mutex<HashMap<ProviderId, Recorded>>);

struct Recorded {
    id: RecordId,
    version: u64,
    provider: Arc<Provider>,
}

impl Core {
    /// The provider of this name, unless there is none or it is disabled. One consistent read; the first use of a
    /// version of a record also decrypts its secret.
    ///
    /// A disabled record hides the setting of the same name, so that administrators can switch a provider off.
    pub(super) async fn social_provider(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Provider>>, Interruption> {
        let Ok(id) = ProviderId::parse(name) else {
            return Ok(None);
        };
        let Some(record) = self.store.find_entry_by_name::<SocialProvider>(name).await? else {
            self.recorded_providers.remove(&id);
            let secrets = self.secrets.current(now).await;
            return Ok(secrets.map_err(|_| Interruption::Unavailable)?.social.get(&id));
        };
        if !record.value.enabled {
            self.recorded_providers.remove(&id);
            return Ok(None);
        }
        if let Some(provider) = self.recorded_providers.get(&record) {
            return Ok(Some(provider));
        }
        let secret = self.decrypt_client_secret(&record).await?;
        let settings = ProviderSettings::of_record(&record.value, secret.as_str().to_owned());
        let provider = Provider::new(&settings, &self.settings.public_url);
        let provider = Arc::new(provider.map_err(Interruption::internal)?);
        self.recorded_providers.put(&record, Arc::clone(&provider));
        Ok(Some(provider))
    }
}

impl RecordedProviders {
    fn get(&self, record: &Entry<SocialProvider>) -> Option<Arc<Provider>> {
        let providers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded = providers.get(&record.value.provider)?;
        let is_current = (recorded.id, recorded.version) == (record.id, record.version);
        is_current.then(|| Arc::clone(&recorded.provider))
    }

    fn put(&self, record: &Entry<SocialProvider>, provider: Arc<Provider>) {
        let recorded = Recorded {
            id: record.id,
            version: record.version,
            provider,
        };
        let mut providers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        providers.insert(record.value.provider.clone(), recorded);
    }

    fn remove(&self, id: &ProviderId) {
        let mut providers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        providers.remove(id);
    }
}

impl fmt::Debug for RecordedProviders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordedProviders(…)")
    }
}
