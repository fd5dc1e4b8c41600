//! Faults that a service shows on demand, so that tests and developers can observe how its clients handle them.
//!
//! This module holds which fault is set; `server` produces its responses.

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
    SecretsManager,
    Logs,
    EventBridge,
    Sqs,
}

/// How a service behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The service works normally.
    #[default]
    Off,
    /// Every request fails with the service's own internal error, status 500.
    Error,
    /// Every request is refused with the service's own throttling error.
    Throttle,
    /// Every request waits for thirty seconds before it is executed. If the client has disconnected by
    /// then, the request is not executed.
    Slow,
    /// Every request is carried out, but the first attempt at it is answered with the service's own internal error. A
    /// client that tries again repeats a request that has had its effect.
    Lost,
}

/// The word names no service, no mode, or no event of a mail.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is none of {expected}")]
pub struct UnknownName {
    word: String,
    expected: String,
}

/// The mode of each service. All are off at the start.
#[derive(Debug, Default)]
pub struct Faults {
    modes: RwLock<[Mode; 8]>,
    /// How many more requests each service serves. `None`: no limit.
    allowances: RwLock<[Option<usize>; 8]>,
}

impl Faults {
    /// Takes effect with the next request.
    pub fn set(&self, service: Service, mode: Mode) {
        self.allow(service, None);
        self.modes.write().unwrap_or_else(PoisonError::into_inner)[service as usize] = mode;
    }

    /// The service serves this many more requests, and fails all later ones as with [`Mode::Error`]: its client is interrupted in the
    /// middle of its work.
    pub fn fail_after(&self, service: Service, requests: usize) {
        self.allow(service, Some(requests));
    }

    pub fn get(&self, service: Service) -> Mode {
        self.modes.read().unwrap_or_else(PoisonError::into_inner)[service as usize]
    }

    /// The mode in which the service handles a request that has arrived.
    pub(crate) fn next(&self, service: Service) -> Mode {
        let mut allowances = self.allowances.write().unwrap_or_else(PoisonError::into_inner);
        match &mut allowances[service as usize] {
            Some(0) => return Mode::Error,
            Some(requests) => *requests -= 1,
            None => {}
        }
        self.get(service)
    }

    fn allow(&self, service: Service, requests: Option<usize>) {
        self.allowances.write().unwrap_or_else(PoisonError::into_inner)[service as usize] = requests;
    }
}

impl Service {
    pub const ALL: [Self; 8] = [
        Self::DynamoDb,
        Self::Kms,
        Self::Ses,
        Self::Sns,
        Self::SecretsManager,
        Self::Logs,
        Self::EventBridge,
        Self::Sqs,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::DynamoDb => "dynamodb",
            Self::Kms => "kms",
            Self::Ses => "ses",
            Self::Sns => "sns",
            Self::SecretsManager => "secretsmanager",
            Self::Logs => "logs",
            Self::EventBridge => "events",
            Self::Sqs => "sqs",
        }
    }
}

impl Mode {
    pub const ALL: [Self; 5] = [Self::Off, Self::Error, Self::Throttle, Self::Slow, Self::Lost];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Throttle => "throttle",
            Self::Slow => "slow",
            Self::Lost => "lost",
        }
    }
}

impl FromStr for Service {
    type Err = UnknownName;

    fn from_str(word: &str) -> Result<Self, UnknownName> {
        let service = Self::ALL.into_iter().find(|service| service.as_str() == word);
        service.ok_or_else(|| UnknownName::new(word, &Self::ALL.map(Self::as_str)))
    }
}

impl FromStr for Mode {
    type Err = UnknownName;

    fn from_str(word: &str) -> Result<Self, UnknownName> {
        let mode = Self::ALL.into_iter().find(|mode| mode.as_str() == word);
        mode.ok_or_else(|| UnknownName::new(word, &Self::ALL.map(Self::as_str)))
    }
}

impl UnknownName {
    pub(crate) fn new(word: &str, expected: &[&str]) -> Self {
        Self {
            word: word.to_owned(),
            expected: expected.join(", "),
        }
    }
}
