//! Whether a slug is free for a new organization.

use crate::domain::Slug;
use crate::operations::prelude::*;

impl Core {
    /// Returns whether the slug is free.
    pub async fn check_slug(&self, slug: &Slug) -> Result<bool, Interruption> {
        Ok(self.store.find_slug(slug).await?.is_none())
    }
}
