//! Creating, changing and deleting a record.

use crate::domain::{Catalogued, Entry, RecordId};
use crate::operations::catalogue::{CatalogueError, Keeper};
use crate::operations::prelude::*;
use crate::store::Changes;

impl Core {
    pub(in crate::operations) async fn create_record<T: Catalogued>(
        &self,
        keeper: &mut impl Keeper,
        value: T,
    ) -> Result<Entry<T>, CatalogueError> {
        let id = RecordId::generate(keeper.now(), &*self.entropy);
        self.create_record_with_id(keeper, id, value).await
    }

    pub(in crate::operations) async fn create_record_with_id<T: Catalogued>(
        &self,
        keeper: &mut impl Keeper,
        id: RecordId,
        value: T,
    ) -> Result<Entry<T>, CatalogueError> {
        expect_valid(&value, None)?;
        let now = keeper.now();
        let subject = subject::<T>(id);
        loop {
            let entry = Entry::new(id, keeper.catalogue()?, value.clone(), now);
            if keeper.commit(&subject, Changes::new().create_entry(&entry)).await? {
                return Ok(entry);
            }
        }
    }

    /// Writes what `change` makes of the record as stored.
    pub(in crate::operations) async fn change_record<T: Catalogued>(
        &self,
        keeper: &mut impl Keeper,
        id: RecordId,
        change: impl Fn(&mut T) + Send,
    ) -> Result<Entry<T>, CatalogueError> {
        let subject = subject::<T>(id);
        loop {
            let seen = self.find_record::<T>(keeper, id).await?;
            let mut value = seen.value.clone();
            change(&mut value);
            expect_valid(&value, Some(&seen.value))?;
            let entry = seen.with(value, keeper.now());
            if keeper
                .commit(&subject, Changes::new().update_entry(&seen, &entry))
                .await?
            {
                return Ok(entry);
            }
        }
    }

    pub(in crate::operations) async fn delete_record<T: Catalogued>(
        &self,
        keeper: &mut impl Keeper,
        id: RecordId,
    ) -> Result<Entry<T>, CatalogueError> {
        let subject = subject::<T>(id);
        loop {
            let seen = self.find_record::<T>(keeper, id).await?;
            if keeper.commit(&subject, Changes::new().delete_entry(&seen)).await? {
                return Ok(seen);
            }
        }
    }

    pub(in crate::operations) async fn find_record<T: Catalogued>(
        &self,
        keeper: &impl Keeper,
        id: RecordId,
    ) -> Result<Entry<T>, CatalogueError> {
        let found = self.store.find_entry(keeper.catalogue()?, id).await?;
        found.ok_or(CatalogueError::NotFound(T::TITLE))
    }
}

/// A record that broke the rules as it was read, because a later release has others, can still be switched off.
fn expect_valid<T: Catalogued>(value: &T, seen: Option<&T>) -> Result<(), CatalogueError> {
    let invalid = value.invalid_fields();
    if !invalid.is_empty() && seen.is_none_or(|seen| seen.invalid_fields() != invalid) {
        return Err(CatalogueError::Invalid(invalid));
    }
    let invalid = seen.map_or_else(Vec::new, |seen| value.invalid_changes(seen));
    if invalid.is_empty() {
        Ok(())
    } else {
        Err(CatalogueError::Invalid(invalid))
    }
}

fn subject<T: Catalogued>(id: RecordId) -> String {
    format!("{} {id}", T::KIND)
}
