//! Errors of the administration of signing keys.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{GenerateKeyError, RevokeKeyError, RotateKeysError};

failures! {
    GenerateKeyError {
        E::NextExists => "A next key already exists",
        E::UnderWay => "A rotation is under way",
    }

    RotateKeysError {
        E::UnderWay => "A rotation is under way",
    }

    RevokeKeyError {
        E::NotFound => "Key not found",
    }
}
