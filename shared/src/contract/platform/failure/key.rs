//! Errors of the administration of signing keys.

use super::Failure;
use crate::contract::failures::failures;
use crate::operations::{GenerateKeyError, RevokeKeyError, RotateKeysError};

failures! {
    GenerateKeyError {
        E::NextExists => Failure::conflict("A next key already exists"),
        E::UnderWay => Failure::conflict("A rotation is under way"),
    }

    RotateKeysError {
        E::UnderWay => Failure::conflict("A rotation is under way"),
    }

    RevokeKeyError {
        E::NotFound => Failure::not_found("Key not found"),
    }
}
