//! The catalogues of the service, which administrators of the platform keep.

use jiff::Timestamp;

use crate::domain::listing::{Listed, Page};
use crate::domain::{Catalogued, Entry, OrganizationId, RecordId};
use crate::operations::attempts::Lost;
use crate::operations::catalogue::{CatalogueError, Keeper};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_administrators::admin_attempts::AdminAttempts;
use crate::operations::prelude::*;
use crate::store::Changes;

impl Keeper for AdminAttempts<'_> {
    fn now(&self) -> Timestamp {
        self.retries.now
    }

    fn catalogue(&self) -> Result<Option<OrganizationId>, CatalogueError> {
        Ok(None)
    }

    async fn commit(&mut self, subject: &str, changes: Changes) -> Result<bool, Lost> {
        AdminAttempts::commit(self, subject, changes).await
    }
}

impl Core {
    /// The records that `filter` accepts, oldest first.
    pub async fn list_records<T: Catalogued>(
        &self,
        _: &AdminCaller,
        filter: impl Fn(&T) -> bool + Send,
        page: Page,
        now: Timestamp,
    ) -> Result<Listed<Entry<T>>, CatalogueError> {
        self.begin_catalogue::<T>(now).await?;
        let mut records = self.store.list_entries::<T>(None).await?;
        records.retain(|record| filter(&record.value));
        let total = records.len();
        Ok(Listed {
            records: page.of(records),
            total,
        })
    }

    pub async fn get_record<T: Catalogued>(&self, _: &AdminCaller, id: RecordId) -> Result<Entry<T>, CatalogueError> {
        let found = self.store.find_entry(None, id).await?;
        found.ok_or(CatalogueError::NotFound(T::TITLE))
    }

    /// `name` in the form of [`Catalogued::unique_name`].
    pub async fn get_record_by_name<T: Catalogued>(
        &self,
        _: &AdminCaller,
        name: &str,
    ) -> Result<Entry<T>, CatalogueError> {
        let found = self.find_record_by_name(name).await?;
        found.ok_or(CatalogueError::NotFound(T::TITLE))
    }

    /// Writes the records with which the catalogue begins, unless it ever had a record: a built-in record that was
    /// deleted does not come back.
    async fn begin_catalogue<T: Catalogued>(&self, now: Timestamp) -> Result<(), Interruption> {
        let built_in = T::built_in();
        if built_in.is_empty() {
            return Ok(());
        }
        let entry = |value| Entry::new(RecordId::generate(now, &*self.entropy), None, value, now);
        let entries: Vec<_> = built_in.into_iter().map(entry).collect();
        let mut retries = self.retries(now);
        while self.store.find_catalogue::<T>(None).await?.is_none() {
            if retries.commit(Changes::new().begin_catalogue(&entries)).await? {
                tracing::info!(kind = T::KIND, "the built-in records were created");
                break;
            }
        }
        Ok(())
    }

    pub(in crate::operations) async fn find_record_by_name<T: Catalogued>(
        &self,
        name: &str,
    ) -> Result<Option<Entry<T>>, Interruption> {
        match self.store.find_entry_name::<T>(None, name).await? {
            Some(id) => Ok(self.store.find_entry(None, id).await?),
            None => Ok(None),
        }
    }

    pub async fn create_service_record<T: Catalogued>(
        &self,
        admin: &AdminCaller,
        mut value: T,
        now: Timestamp,
    ) -> Result<Entry<T>, CatalogueError> {
        self.begin_catalogue::<T>(now).await?;
        value.kept_by(admin.admin.id);
        let mut attempts = self.admin_attempts(admin, "create_record", now);
        self.create_record(&mut attempts, value).await
    }

    /// Writes what `change` makes of the record as stored.
    pub async fn change_service_record<T: Catalogued>(
        &self,
        admin: &AdminCaller,
        id: RecordId,
        change: impl Fn(&mut T) + Send + Sync,
        now: Timestamp,
    ) -> Result<Entry<T>, CatalogueError> {
        let mut attempts = self.admin_attempts(admin, "change_record", now);
        let change = |value: &mut T| {
            change(value);
            value.kept_by(admin.admin.id);
        };
        self.change_record(&mut attempts, id, change).await
    }

    pub async fn delete_service_record<T: Catalogued>(
        &self,
        admin: &AdminCaller,
        id: RecordId,
        now: Timestamp,
    ) -> Result<Entry<T>, CatalogueError> {
        let mut attempts = self.admin_attempts(admin, "delete_record", now);
        self.delete_record(&mut attempts, id).await
    }
}
