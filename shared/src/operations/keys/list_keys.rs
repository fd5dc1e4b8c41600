//! Listing the keys of a ring.

use jiff::Timestamp;

use crate::domain::signing_key::{KeyRing, Ring};
use crate::operations::keys::keeper::KeyKeeper;
use crate::operations::prelude::*;

impl Core {
    /// The ring as it is, with the first key if there was none.
    pub async fn list_keys(
        &self,
        by: impl Into<KeyKeeper> + Send,
        ring: Ring,
        now: Timestamp,
    ) -> Result<KeyRing, Interruption> {
        self.change_ring(by, "list-keys", ring, now).read().await
    }
}
