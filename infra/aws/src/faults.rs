//! Faults that a service shows on demand, so that tests and people can watch how callers bear them.
//!
//! Here is which fault is set; what each looks like on the wire is in `server`.

use std::{
    str::FromStr,
    sync::{PoisonError, RwLock},
};

/// A service of this endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    DynamoDb,
    Kms,
    Ses,
    Sns,
}

/// How a service behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// As it should.
    #[default]
    Off,
    /// Every request fails with the service's own internal error, status 500.
    Error,
    /// Every request is refused with the service's own throttling error.
    Throttle,
    /// Every request waits for thirty seconds before it is carried out. A client that has given up by then is
    /// not served: nothing has happened.
    Slow,
}

/// The word names no service or no mode.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is none of {expected}")]
pub struct UnknownName {
    word: String,
    expected: &'static str,
}

/// The mode of each service. All are off at the start.
#[derive(Debug, Default)]
pub struct Faults {
    modes: RwLock<[Mode; 4]>,
}

impl Faults {
    /// Takes effect with the next request.
    pub fn set(&self, service: Service, mode: Mode) {
        self.modes.write().unwrap_or_else(PoisonError::into_inner)[service as usize] = mode;
    }

    pub fn get(&self, service: Service) -> Mode {
        self.modes.read().unwrap_or_else(PoisonError::into_inner)[service as usize]
    }
}

impl FromStr for Service {
    type Err = UnknownName;

    fn from_str(word: &str) -> Result<Self, UnknownName> {
        match word {
            "dynamodb" => Ok(Self::DynamoDb),
            "kms" => Ok(Self::Kms),
            "ses" => Ok(Self::Ses),
            "sns" => Ok(Self::Sns),
            _ => Err(UnknownName {
                word: word.to_owned(),
                expected: "dynamodb, kms, ses, sns",
            }),
        }
    }
}

impl FromStr for Mode {
    type Err = UnknownName;

    fn from_str(word: &str) -> Result<Self, UnknownName> {
        match word {
            "off" => Ok(Self::Off),
            "error" => Ok(Self::Error),
            "throttle" => Ok(Self::Throttle),
            "slow" => Ok(Self::Slow),
            _ => Err(UnknownName {
                word: word.to_owned(),
                expected: "off, error, throttle, slow",
            }),
        }
    }
}
