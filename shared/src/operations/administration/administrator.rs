//! Proof that a caller administers the service.

use crate::operations::sessions::authenticate::Caller;

#[derive(Debug, Clone, Copy)]
pub struct Administrator(());

impl Administrator {
    /// `None`: the caller has no role over the whole service.
    pub fn of(caller: &Caller) -> Option<Self> {
        (!caller.user.roles.is_empty()).then_some(Self(()))
    }

    /// The operator of the service: a command on the machine, or an invocation with the account's own credentials.
    pub fn operator() -> Self {
        Self(())
    }
}
