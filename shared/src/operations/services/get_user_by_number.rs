//! A user by number, for another service of the operator.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::service_token::ServiceToken;
use crate::domain::token::PlainServiceToken;
use crate::domain::{User, UserId, UserNumber, UserStatus};
use crate::operations::prelude::*;
use crate::store::Changes;

/// How the calling service is authenticated.
#[derive(Debug)]
pub enum ServiceCredential {
    Token(PlainServiceToken),
    /// API Gateway has verified the signature of an AWS principal that may invoke the route.
    Iam,
}

refusals! {
    pub enum GetUserByNumberError {
        InvalidToken: Unauthenticated = "the token of the service is not valid",
        UserNotFound: NotFound = "no user has the number",
    }
}

/// The ids of users whose numbers were looked up. A number is never given to another user, so an entry stays true; a
/// user who was deleted has no item.
#[derive(Debug, Default)]
pub(in crate::operations) struct KnownNumbers(Mutex<HashMap<u64, UserId>>);

/// Beyond this many entries, the map starts again: some hundred kilobytes.
const MAX_KNOWN: usize = 10_000;

impl KnownNumbers {
    fn get(&self, number: UserNumber) -> Option<UserId> {
        self.entries().get(&number.0).copied()
    }

    fn insert(&self, number: UserNumber, id: UserId) {
        let mut entries = self.entries();
        if entries.len() >= MAX_KNOWN {
            entries.clear();
        }
        entries.insert(number.0, id);
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<u64, UserId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Token and user are one read where the process knows the user's id, and two reads otherwise. Once an hour, the use
    /// of the token is stored. A deleted user is not found.
    pub async fn get_user_by_number(
        &self,
        credential: &ServiceCredential,
        number: UserNumber,
        now: Timestamp,
    ) -> Result<User, GetUserByNumberError> {
        let user = match credential {
            ServiceCredential::Iam => self.find_user_of_number(number).await?,
            ServiceCredential::Token(token) => self.find_user_with_token(token, number, now).await?,
        };
        user.filter(|user| user.number == number && user.status != UserStatus::Deleted)
            .ok_or(GetUserByNumberError::UserNotFound)
    }

    async fn find_user_of_number(&self, number: UserNumber) -> Result<Option<User>, Interruption> {
        let id = match self.known_numbers.get(number) {
            Some(id) => Some(id),
            None => self.store.find_user_id(number).await?,
        };
        self.find_numbered(number, id).await
    }

    async fn find_user_with_token(
        &self,
        token: &PlainServiceToken,
        number: UserNumber,
        now: Timestamp,
    ) -> Result<Option<User>, GetUserByNumberError> {
        if let Some(id) = self.known_numbers.get(number) {
            let (stored, user) = self.store.view_service_token_and_user(token.id, id).await?;
            self.admit_service(token, stored, now).await?;
            return Ok(user);
        }
        let (stored, id) = self.store.view_service_token_and_number(token.id, number).await?;
        self.admit_service(token, stored, now).await?;
        Ok(self.find_numbered(number, id).await?)
    }

    async fn find_numbered(&self, number: UserNumber, id: Option<UserId>) -> Result<Option<User>, Interruption> {
        let Some(id) = id else { return Ok(None) };
        self.known_numbers.insert(number, id);
        Ok(self.store.find_user(id).await?)
    }

    async fn admit_service(
        &self,
        presented: &PlainServiceToken,
        stored: Option<ServiceToken>,
        now: Timestamp,
    ) -> Result<(), GetUserByNumberError> {
        let stored = stored.filter(|stored| stored.hash.matches(&presented.secret));
        let stored = stored.ok_or(GetUserByNumberError::InvalidToken)?;
        if stored.stores_use(now) {
            let changes = Changes::new().store_use_of_service_token(&stored, now);
            // Another request may have stored its use; the answer does not depend on it.
            if let Err(error) = self.store.commit(changes).await {
                tracing::info!(%error, "the use of a service token was not stored");
            }
        }
        Ok(())
    }
}
