//! What other services of the operator may ask, and the tokens with which they do.

pub mod get_user_by_number;
pub mod service_tokens;

pub use get_user_by_number::{GetUserByNumberError, ServiceCredential};
pub use service_tokens::{CreateServiceTokenError, RevokeServiceTokenError};
