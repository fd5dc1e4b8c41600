//! Usernames and display usernames: claiming and releasing them with the user, in one commit.

use std::collections::BTreeSet;

use crate::domain::{User, Username};
use crate::operations::core::Core;
use crate::store::Changes;

impl Core {
    /// Sets the username, the display username or both, and claims the usernames that no other user may then have, in
    /// the commit that writes the user. `None`: one of them is reserved. A name that the user has already stays, even
    /// if it was reserved later.
    pub(in crate::operations) fn rename_user(
        &self,
        user: &mut User,
        username: Option<&Username>,
        shown: Option<&str>,
    ) -> Option<Changes> {
        let before: BTreeSet<Username> = user.claimed_usernames().cloned().collect();
        let shown_before = user.display_username.clone();
        user.rename(username, shown);
        let reserved = &self.settings.reserved_usernames;
        let shown = user.display_username.as_deref();
        if shown != shown_before.as_deref() && shown.is_some_and(|shown| reserved.are_suggested_by(shown)) {
            return None;
        }
        let after: BTreeSet<Username> = user.claimed_usernames().cloned().collect();
        let mut changes = Changes::new();
        for new in after.difference(&before) {
            if reserved.contain(new) {
                return None;
            }
            changes = changes.claim_username(new, user.id);
        }
        for old in before.difference(&after) {
            changes = changes.release_username(old, user.id);
        }
        Some(changes)
    }
}
