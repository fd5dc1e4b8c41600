//! Reads the users behind the members of an organization.

use crate::domain::{Membership, User, UserId};
use crate::operations::interruption::Interruption;
use crate::store::Store;

/// A member whose user is just being deleted is left out.
pub(in crate::operations) async fn with_users(
    store: &Store,
    members: Vec<(UserId, Membership)>,
) -> Result<Vec<(User, Membership)>, Interruption> {
    let ids: Vec<UserId> = members.iter().map(|(id, _)| *id).collect();
    let users = store.find_users(&ids).await?;
    let with_user = users.into_iter().zip(members);
    Ok(with_user
        .filter_map(|(user, (_, membership))| Some((user?, membership)))
        .collect())
}
