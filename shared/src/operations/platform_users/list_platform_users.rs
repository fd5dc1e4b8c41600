//! Listing users as an administrator of the platform: searched, filtered and paged, by key.

use std::collections::BTreeSet;

use crate::domain::listing::{Listed, Page, Reading};
use crate::domain::{ListedStatus, OrganizationRole, Search, User, UserClass, UserId};
use crate::operations::platform_administrators::AdminCaller;
use crate::operations::platform_administrators::admin_list_error::{AdminListError, MOST_MATCHES};
use crate::operations::platform_users::show_platform_user::PlatformUser;
use crate::operations::prelude::*;

/// The users of a list. Absent filters admit all.
#[derive(Debug, Default)]
pub struct UserFilter {
    pub search: Option<Search>,
    pub status: Option<ListedStatus>,
    /// The role that the list shows as the user's primary one.
    pub role: Option<OrganizationRole>,
}

impl Core {
    /// Oldest first; the users of a search in the order of their ids. Deleted users are in no list.
    pub async fn list_platform_users(
        &self,
        _: &AdminCaller,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Listed<PlatformUser>, AdminListError> {
        let Listed { records, total } = match &filter.search {
            None => self.users_of_classes(|class| filter.admits(class), page).await?,
            Some(search) => self.searched_users(search, filter, page).await?,
        };
        let records = self.with_their_organizations(records).await?;
        Ok(Listed { records, total })
    }

    /// The total is that of the counters, which are committed with the users; the users are those of the index, which
    /// follows some milliseconds later.
    async fn users_of_classes(
        &self,
        admits: impl Fn(UserClass) -> bool,
        page: Page,
    ) -> Result<Listed<User>, AdminListError> {
        let totals = self.store.totals().await?;
        let total = usize::try_from(totals.users(&admits)).unwrap_or(usize::MAX);
        let reading = Reading::of(page, total)?;
        let ids = self.store.list_users_of(&totals.populated(&admits), reading).await?;
        let mut users = self.existing_users(&ids).await?;
        users.retain(|user| UserClass::of(user).is_some_and(&admits));
        Ok(Listed { records: users, total })
    }

    async fn searched_users(
        &self,
        search: &Search,
        filter: &UserFilter,
        page: Page,
    ) -> Result<Listed<User>, AdminListError> {
        let found: Vec<UserId> = self.matches(search).await?.into_iter().collect();
        if search.is_one_term() && filter.status.is_none() && filter.role.is_none() {
            let total = found.len();
            let records = self.existing_users(&page.of(found)).await?;
            return Ok(Listed { records, total });
        }
        let mut users = self.existing_users(&found).await?;
        users.retain(|user| filter.finds(user));
        let total = users.len();
        Ok(Listed {
            records: page.of(users),
            total,
        })
    }

    /// The users with one of the terms, which is searched by key.
    async fn matches(&self, search: &Search) -> Result<BTreeSet<UserId>, AdminListError> {
        for term in search.terms() {
            if let Some(found) = self.store.search_users(term, MOST_MATCHES).await? {
                return Ok(found);
            }
        }
        Err(AdminListError::TooManyMatches)
    }

    /// A user who was deleted since the index was written is left out.
    pub(in crate::operations) async fn existing_users(&self, ids: &[UserId]) -> Result<Vec<User>, Interruption> {
        let users = self.store.find_users(ids).await?.into_iter().flatten();
        Ok(users.filter(|user| UserClass::of(user).is_some()).collect())
    }
}

impl UserFilter {
    fn admits(&self, class: UserClass) -> bool {
        self.status.is_none_or(|status| status == class.status) && self.role.is_none_or(|role| Some(role) == class.role)
    }

    fn finds(&self, user: &User) -> bool {
        let search = self.search.as_ref();
        search.is_none_or(|search| search.finds(user.email.as_str(), user.name.as_str()))
            && UserClass::of(user).is_some_and(|class| self.admits(class))
    }
}
