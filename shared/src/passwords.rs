//! Hashing and checking passwords with Argon2id (RFC 9106), away from the thread that answers requests, and no more at once than
//! there is memory for.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

use crate::domain::{NewPassword, PasswordAttempt, PasswordHash};
use crate::entropy::Entropy;

/// The cost of one hash (RFC 9106, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// KiB.
    pub memory: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

/// What checking a password found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub matches: bool,
    /// The stored hash has another cost than new ones have; only meaningful when it matches.
    pub outdated: bool,
}

/// The cost is out of the range that Argon2 allows.
#[derive(Debug, thiserror::Error)]
#[error("invalid Argon2 cost: {0}")]
pub struct InvalidCost(argon2::Error);

#[derive(Debug, Clone)]
pub struct Passwords {
    cost: Argon2Cost,
    /// One hash needs `cost.memory` and one core; more at once would only wait for each other.
    permits: Arc<Semaphore>,
    /// What an attempt at an unknown user is checked against, so that it takes as long as any other.
    decoy: PasswordHash,
}

impl Passwords {
    pub fn new(cost: Argon2Cost) -> Result<Self, InvalidCost> {
        argon2(cost).map_err(InvalidCost)?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            cost,
            permits: Arc::new(Semaphore::new(cores)),
            decoy: decoy(cost),
        })
    }

    pub async fn hash(&self, password: &NewPassword, entropy: &dyn Entropy) -> PasswordHash {
        let (password, salt, cost) = (password.clone(), entropy.bytes::<16>(), self.cost);
        self.run(move || hash(cost, password.as_bytes(), &salt)).await
    }

    /// With `None` for the hash the answer is no, after the same work.
    pub async fn verify(&self, hash: Option<&PasswordHash>, attempt: &PasswordAttempt) -> Verdict {
        let known = hash.is_some();
        let (hash, attempt, cost) = (hash.unwrap_or(&self.decoy).clone(), attempt.clone(), self.cost);
        let verdict = self.run(move || verify(cost, &hash, attempt.as_bytes())).await;
        Verdict {
            matches: verdict.matches && known,
            ..verdict
        }
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _permit = self.permits.acquire().await.expect("the semaphore is never closed");
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

fn argon2(cost: Argon2Cost) -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(cost.memory, cost.iterations, cost.parallelism, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(cost: Argon2Cost, password: &[u8], salt: &[u8]) -> PasswordHash {
    let hash: Phc = argon2(cost)
        .expect("the cost was checked")
        .hash_password_with_salt(password, salt)
        .expect("a salt of 16 bytes and a password of bounded length can be hashed");
    PasswordHash::from_phc(hash.to_string())
}

/// A hash of the same cost that no password has: salt and output are zero.
fn decoy(cost: Argon2Cost) -> PasswordHash {
    let Argon2Cost {
        memory,
        iterations,
        parallelism,
    } = cost;
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    PasswordHash::from_phc(format!(
        "$argon2id$v=19$m={memory},t={iterations},p={parallelism}${salt}${output}"
    ))
}

fn verify(cost: Argon2Cost, hash: &PasswordHash, attempt: &[u8]) -> Verdict {
    let Ok(phc) = Phc::new(hash.as_phc()) else {
        tracing::error!("a stored password hash is no PHC string");
        return Verdict {
            matches: false,
            outdated: false,
        };
    };
    // The stored cost is used, not the configured one.
    let matches = Argon2::default().verify_password(attempt, &phc).is_ok();
    let stored = Params::try_from(&phc).ok();
    let outdated = stored.is_none_or(|stored| {
        (stored.m_cost(), stored.t_cost(), stored.p_cost()) != (cost.memory, cost.iterations, cost.parallelism)
    });
    Verdict { matches, outdated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PasswordRules;

    const CHEAP: Argon2Cost = Argon2Cost {
        memory: 8,
        iterations: 1,
        parallelism: 1,
    };

    struct Zeros;

    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0);
        }
    }

    fn chosen(text: &str) -> NewPassword {
        NewPassword::parse(text, PasswordRules { min: 1, max: 128 }).expect("a password")
    }

    #[tokio::test]
    async fn only_the_password_itself_matches() {
        let passwords = Passwords::new(CHEAP).expect("a cost");
        let hash = passwords.hash(&chosen("correct horse"), &Zeros).await;
        let verdict = async |text| passwords.verify(Some(&hash), &PasswordAttempt::new(text)).await;
        assert_eq!(
            verdict("correct horse").await,
            Verdict {
                matches: true,
                outdated: false
            }
        );
        assert!(!verdict("correct  horse").await.matches);
    }

    #[tokio::test]
    async fn an_unknown_user_matches_nothing_at_the_same_cost() {
        let passwords = Passwords::new(CHEAP).expect("a cost");
        assert!(!passwords.verify(None, &PasswordAttempt::new("")).await.matches);
        let decoy = Phc::new(passwords.decoy.as_phc()).expect("the decoy is a PHC string");
        assert_eq!(Params::try_from(&decoy).expect("parameters").m_cost(), CHEAP.memory);
        assert!(decoy.hash.is_some(), "without an output nothing would be computed");
    }

    #[tokio::test]
    async fn another_cost_is_outdated() {
        let dear = Passwords::new(Argon2Cost { iterations: 2, ..CHEAP }).expect("a cost");
        let hash = dear.hash(&chosen("correct horse"), &Zeros).await;
        let passwords = Passwords::new(CHEAP).expect("a cost");
        let verdict = passwords
            .verify(Some(&hash), &PasswordAttempt::new("correct horse"))
            .await;
        assert_eq!(
            verdict,
            Verdict {
                matches: true,
                outdated: true
            }
        );
    }
}
