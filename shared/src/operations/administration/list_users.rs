//! Listing all users, as an administrator: searched, filtered, sorted and paged. What an index serves is read by key: the
//! whole list in the order of ids or of creation, and the users whose address begins with a text. Any other query reads
//! the whole directory, because the answer includes the exact total. The users of the page are read as they are now.

use jiff::Timestamp;

use crate::domain::directory::{self, UserField};
use crate::domain::listing::{Condition, Listed, Listing, Operator, Page, Reading};
use crate::domain::{User, UserId, UserPermission};
use crate::operations::administration::administer::AdminAction;
use crate::operations::administration::administer_user_error::AdministerUserError;
use crate::operations::platform_administrators::admin_list_error::MOST_MATCHES;
use crate::operations::prelude::*;
use crate::operations::sessions::assurance::{Assured, SecondFactor};

/// A query that an index serves.
enum ByKey<'a> {
    InOrderOfIds,
    InOrderOfCreation,
    /// Lower-case ASCII text with which the address begins.
    EmailPrefix(&'a str),
}

impl Core {
    pub async fn list_users(
        &self,
        caller: &Assured<SecondFactor>,
        listing: &Listing<UserField>,
        now: Timestamp,
    ) -> Result<Listed<User>, AdministerUserError> {
        let action = AdminAction::new("list-users", &[UserPermission::List]);
        self.administer(caller, action, now).await?;
        if let Some(listed) = self.users_by_key(listing).await? {
            return Ok(listed);
        }
        let Listed { records, total } = directory::select(listing, self.store.list_directory().await?);
        let ids: Vec<UserId> = records.iter().map(|entry| entry.id).collect();
        let records = self.existing_users(&ids).await?;
        Ok(Listed { records, total })
    }

    /// `None`: the query is not one for an index, or it has too many matches, or the page is too far from both ends of
    /// the list.
    async fn users_by_key(&self, listing: &Listing<UserField>) -> Result<Option<Listed<User>>, Interruption> {
        let page = listing.page;
        match by_key(listing) {
            Some(ByKey::EmailPrefix(prefix)) => {
                let Some(found) = self.store.search_emails(prefix, MOST_MATCHES).await? else {
                    return Ok(None);
                };
                let total = found.len();
                let ids: Vec<UserId> = if listing.descending {
                    page.of(found.into_iter().rev().collect())
                } else {
                    page.of(found.into_iter().collect())
                };
                let records = self.existing_users(&ids).await?;
                Ok(Some(Listed { records, total }))
            }
            Some(order @ (ByKey::InOrderOfIds | ByKey::InOrderOfCreation)) => {
                self.users_in_order(&order, page, listing.descending).await
            }
            None => Ok(None),
        }
    }

    async fn users_in_order(
        &self,
        order: &ByKey<'_>,
        page: Page,
        descending: bool,
    ) -> Result<Option<Listed<User>>, Interruption> {
        let totals = self.store.totals().await?;
        let total = usize::try_from(totals.users(|_| true)).unwrap_or(usize::MAX);
        let Ok(mut reading) = Reading::of(page, total) else {
            return Ok(None);
        };
        // The end of one order is the start of the other.
        reading.backward ^= descending;
        let mut ids = match order {
            ByKey::InOrderOfCreation => {
                let classes = totals.populated(|_| true);
                self.store.list_users_of(&classes, reading).await?
            }
            ByKey::InOrderOfIds | ByKey::EmailPrefix(_) => self.store.list_users_by_id(reading).await?,
        };
        if descending {
            ids.reverse();
        }
        let records = self.existing_users(&ids).await?;
        Ok(Some(Listed { records, total }))
    }
}

fn by_key(listing: &Listing<UserField>) -> Option<ByKey<'_>> {
    match (listing.conditions.as_slice(), listing.sort_by) {
        ([], None) => Some(ByKey::InOrderOfIds),
        ([], Some(UserField::CreatedAt)) => Some(ByKey::InOrderOfCreation),
        ([condition], None) => email_prefix(condition).map(ByKey::EmailPrefix),
        _ => None,
    }
}

fn email_prefix(condition: &Condition<UserField>) -> Option<&str> {
    match condition.as_text()? {
        (UserField::Email, Operator::StartsWith, text) if text.is_ascii() && !text.is_empty() => Some(text),
        _ => None,
    }
}
