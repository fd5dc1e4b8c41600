//! KMS: the keys that sign tokens.
