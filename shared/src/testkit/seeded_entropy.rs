//! Randomness that is the same in every run.

use std::sync::{Mutex, PoisonError};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::entropy::Entropy;

#[derive(Debug)]
pub struct SeededEntropy(Mutex<ChaCha8Rng>);

impl Default for SeededEntropy {
    fn default() -> Self {
        Self(Mutex::new(ChaCha8Rng::from_seed([7; 32])))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}
