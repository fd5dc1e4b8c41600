//! Hashing and verification of passwords with Argon2id (RFC 9106), on threads that do not answer requests. As many
//! hashes run at once as there are cores, a bounded number waits, and the memory of a finished hash is reused for the
//! next one.

mod breaches;
pub mod imported;
mod strength;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version, password_hash};
use tokio::sync::Semaphore;

use crate::domain::{NewPassword, PasswordAttempt, PasswordHash};
use crate::entropy::Entropy;

pub use breaches::{BreachSettings, Breaches, InvalidBreachEndpoint};
use imported::ImportedHash;
use strength::KnownWords;
pub use strength::PasswordOwner;

/// The cost parameters of a hash (RFC 9106, section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Cost {
    /// In KiB.
    pub memory: u32,
    pub iterations: u32,
    pub parallelism: u32,
}

/// A new password that cannot be guessed easily.
#[derive(Debug, Clone)]
pub struct StrongPassword(NewPassword);

/// The result of verifying a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub matches: bool,
    /// Whether the cost of the stored hash differs from that of new ones; only meaningful if the password matches.
    pub outdated: bool,
}

/// The cost is outside the range that Argon2 allows.
#[derive(Debug, thiserror::Error)]
#[error("invalid Argon2 cost: {0}")]
pub struct InvalidCost(argon2::Error);

/// The queue of hashes is full. A caller that is refused at once can back off, while one that waits for many others
/// times out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many password hashes are waiting")]
pub struct Overloaded;

#[derive(Debug, Clone)]
pub struct Passwords {
    cost: Argon2Cost,
    /// One permit for each hash that runs or waits.
    places: Arc<Semaphore>,
    /// One permit for each hash that runs. A hash needs `cost.memory` and one core, so more hashes at once would only
    /// delay each other.
    permits: Arc<Semaphore>,
    memory: Arc<Memory>,
    /// The hash for attempts at unknown users, which must take as long as attempts at known ones (user enumeration).
    decoy: PasswordHash,
}

impl Passwords {
    /// As many hashes run at once as there are cores; at most `queue` more wait.
    pub fn new(cost: Argon2Cost, queue: u16) -> Result<Self, InvalidCost> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with_permits(cost, cores, queue)
    }

    fn with_permits(cost: Argon2Cost, permits: usize, queue: u16) -> Result<Self, InvalidCost> {
        argon2(cost).map_err(InvalidCost)?;
        Ok(Self {
            cost,
            places: Arc::new(Semaphore::new(permits + usize::from(queue))),
            permits: Arc::new(Semaphore::new(permits)),
            memory: Arc::default(),
            decoy: decoy(cost),
        })
    }

    /// `None`: the password can be guessed by one who knows its owner and the service.
    pub async fn check(
        &self,
        password: &NewPassword,
        service: &str,
        owner: PasswordOwner<'_>,
    ) -> Result<Option<StrongPassword>, Overloaded> {
        let (password, known) = (password.clone(), KnownWords::of(service, owner));
        // The estimate is bounded, but it takes too long for a thread that answers requests.
        self.run(move |_| (!strength::is_guessable(&password, &known)).then_some(StrongPassword(password)))
            .await
    }

    pub async fn hash(&self, password: &StrongPassword, entropy: &dyn Entropy) -> Result<PasswordHash, Overloaded> {
        self.hash_any(&password.0, entropy).await
    }

    /// A new hash of a password that was just verified, even if the current rules would refuse it.
    pub async fn rehash(&self, verified: &PasswordAttempt, entropy: &dyn Entropy) -> Result<PasswordHash, Overloaded> {
        self.hash_any(&NewPassword::already_chosen(verified), entropy).await
    }

    async fn hash_any(&self, password: &NewPassword, entropy: &dyn Entropy) -> Result<PasswordHash, Overloaded> {
        let (password, salt, cost) = (password.clone(), entropy.bytes::<16>(), self.cost);
        self.run(move |memory| hash(memory, cost, password.as_bytes(), &salt))
            .await
    }

    /// Verifies a password. If `hash` is `None`, the password does not match, and the work is the same.
    pub async fn verify(&self, hash: Option<&PasswordHash>, attempt: &PasswordAttempt) -> Result<Verdict, Overloaded> {
        let known = hash.is_some();
        let (hash, attempt, cost) = (hash.unwrap_or(&self.decoy).clone(), attempt.clone(), self.cost);
        let verdict = self.run(move |memory| verify(memory, cost, &hash, &attempt)).await?;
        Ok(Verdict {
            matches: verdict.matches && known,
            ..verdict
        })
    }

    /// Takes all permits of the queue until the returned permit is dropped.
    #[cfg(feature = "testkit")]
    pub(crate) fn fill_queue(&self) -> tokio::sync::OwnedSemaphorePermit {
        let places = u32::try_from(self.places.available_permits()).expect("a small number of places");
        let taken = Arc::clone(&self.places).try_acquire_many_owned(places);
        taken.expect("no other request takes a place meanwhile")
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Memory) -> T + Send + 'static) -> Result<T, Overloaded> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tracing::warn!("a password hash was refused because too many are waiting");
            return Err(Overloaded);
        };
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let memory = Arc::clone(&self.memory);
        let hashing = tokio::task::spawn_blocking(move || {
            // The task owns the permits because it runs to its end even if the request that started it is cancelled.
            let _running = (place, permit);
            work(&memory)
        });
        Ok(hashing.await.expect("hashing does not panic"))
    }
}

/// The memory of finished hashes, at most one buffer per permit. A new buffer for each hash would fragment the heap and
/// cause page faults in all of its pages.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    fn output(&self, argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> password_hash::Result<Output> {
        let count = argon2.params().block_count();
        let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..length).ok_or(password_hash::Error::OutputSize)?;
        let kept = self.kept().pop().filter(|blocks| blocks.len() >= count);
        let mut blocks = kept.unwrap_or_else(|| vec![Block::new(); count]);
        let hashed = argon2.hash_password_into_with_memory(password, salt, output, &mut blocks[..count]);
        // The blocks are erased because they let an attacker who reads this memory test guesses at less than the cost
        // of a hash. The buffer stays reachable for the next hash, so the compiler cannot remove these writes.
        blocks[..count].fill(Block::new());
        self.kept().push(blocks);
        hashed?;
        Ok(Output::new(output)?)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

fn argon2(cost: Argon2Cost) -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(cost.memory, cost.iterations, cost.parallelism, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(memory: &Memory, cost: Argon2Cost, password: &[u8], salt: &[u8; 16]) -> PasswordHash {
    let argon2 = argon2(cost).expect("the cost was checked");
    let output = memory
        .output(&argon2, password, salt)
        .expect("a salt of 16 bytes and a password of bounded length can be hashed");
    stored(&argon2, salt, output)
}

/// Creates a hash of the same cost that no password has: salt and output are zero.
fn decoy(cost: Argon2Cost) -> PasswordHash {
    let output = Output::new(&[0; Params::DEFAULT_OUTPUT_LEN]).expect("the default length is in range");
    stored(&argon2(cost).expect("the cost was checked"), &[0; 16], output)
}

fn stored(argon2: &Argon2<'_>, salt: &[u8; 16], output: Output) -> PasswordHash {
    let phc = Phc {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).expect("three numbers fit"),
        salt: Some(Salt::new(salt).expect("16 bytes are in range")),
        hash: Some(output),
    };
    PasswordHash::from_phc(phc.to_string())
}

/// The costs of stored hashes that are verified. A hash that was imported, or written by an attacker who can write the
/// table, must not exhaust the memory or the time of a process. The largest ones are those of widespread frameworks: 100
/// MiB in two passes on eight lanes, 64 MiB in four passes.
const MAX_MEMORY: u32 = 128 * 1024;
const MAX_MEMORY_TIMES_ITERATIONS: u64 = 512 * 1024;
const MAX_PARALLELISM: u32 = 16;

/// Whether a stored hash may be verified: its cost is below the limits, or not above that of new hashes.
fn is_affordable(stored: &Phc, cost: Argon2Cost) -> bool {
    let Ok(params) = Params::try_from(stored) else {
        return false;
    };
    let (memory, iterations) = (params.m_cost(), params.t_cost());
    let work = |memory: u32, iterations: u32| u64::from(memory) * u64::from(iterations);
    memory <= MAX_MEMORY.max(cost.memory)
        && work(memory, iterations) <= MAX_MEMORY_TIMES_ITERATIONS.max(work(cost.memory, cost.iterations))
        && params.p_cost() <= MAX_PARALLELISM.max(cost.parallelism)
}

fn verify(memory: &Memory, cost: Argon2Cost, hash: &PasswordHash, attempt: &PasswordAttempt) -> Verdict {
    if ImportedHash::is_form_of(hash.as_phc()) {
        return verify_imported(memory, cost, hash, attempt);
    }
    let Ok(phc) = Phc::new(hash.as_phc()) else {
        tracing::error!("a stored password hash is not a PHC string");
        return NO_MATCH;
    };
    if !is_affordable(&phc, cost) {
        tracing::error!("the cost of a stored password hash is above the limit");
        return refuse(memory, cost, attempt);
    }
    // Two outputs are compared in constant time.
    let is_of = |form| output_of_attempt(memory, &phc, form).ok() == phc.hash;
    let matches = phc.hash.is_some() && attempt.forms().any(is_of);
    let stored = Params::try_from(&phc).ok();
    let outdated = phc.algorithm != Algorithm::Argon2id.ident()
        || stored.is_none_or(|stored| {
            (stored.m_cost(), stored.t_cost(), stored.p_cost()) != (cost.memory, cost.iterations, cost.parallelism)
        });
    Verdict { matches, outdated }
}

/// A hash of another system is always replaced when its password was right.
fn verify_imported(memory: &Memory, cost: Argon2Cost, hash: &PasswordHash, attempt: &PasswordAttempt) -> Verdict {
    match ImportedHash::parse(hash.as_phc()) {
        Ok(imported) => Verdict {
            matches: attempt.forms().any(|form| imported.is_of(form)),
            outdated: true,
        },
        Err(unusable) => {
            tracing::error!(reason = %unusable, "a stored password hash cannot be verified");
            refuse(memory, cost, attempt)
        }
    }
}

/// The answer takes as long as any other.
fn refuse(memory: &Memory, cost: Argon2Cost, attempt: &PasswordAttempt) -> Verdict {
    let _ = Phc::new(decoy(cost).as_phc()).map(|decoy| output_of_attempt(memory, &decoy, attempt.as_bytes()));
    NO_MATCH
}

const NO_MATCH: Verdict = Verdict {
    matches: false,
    outdated: false,
};

/// Computes the output with the algorithm, version and cost of the stored hash, which may differ from those of new
/// hashes.
fn output_of_attempt(memory: &Memory, stored: &Phc, attempt: &[u8]) -> password_hash::Result<Output> {
    let algorithm = Algorithm::try_from(stored.algorithm.as_str())?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from)?;
    let salt = stored.salt.as_ref().ok_or(password_hash::Error::SaltInvalid)?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(stored)?);
    memory.output(&argon2, attempt, salt)
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::mpsc;
    use std::task::{Context, Poll, Waker};

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

    fn passwords(cost: Argon2Cost) -> Passwords {
        Passwords::new(cost, 16).expect("a cost")
    }

    fn chosen(text: &str) -> NewPassword {
        NewPassword::parse(text, PasswordRules { min: 1, max: 128 }).expect("a password")
    }

    async fn hash(passwords: &Passwords, text: &str) -> PasswordHash {
        passwords.hash_any(&chosen(text), &Zeros).await.expect("a place")
    }

    async fn verify(passwords: &Passwords, hash: Option<&PasswordHash>, text: &str) -> Verdict {
        let attempt = PasswordAttempt::new(text);
        passwords.verify(hash, &attempt).await.expect("a place")
    }

    /// Starts work that ends when the sender is used or dropped.
    async fn begin(passwords: &Passwords) -> (tokio::task::JoinHandle<Result<(), Overloaded>>, mpsc::Sender<()>) {
        let (end, ended) = mpsc::channel();
        let (signal, begun) = tokio::sync::oneshot::channel();
        let passwords = passwords.clone();
        let work = move |_: &Memory| {
            signal.send(()).expect("the test waits");
            let _ = ended.recv();
        };
        let request = tokio::spawn(async move { passwords.run(work).await });
        begun.await.expect("the work begins");
        (request, end)
    }

    fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn only_the_password_itself_matches() {
        let passwords = passwords(CHEAP);
        let hash = hash(&passwords, "correct horse").await;
        assert_eq!(
            verify(&passwords, Some(&hash), "correct horse").await,
            Verdict {
                matches: true,
                outdated: false
            }
        );
        assert!(!verify(&passwords, Some(&hash), "correct  horse").await.matches);
    }

    /// The hashes were computed with the reference implementation in C.
    #[tokio::test]
    async fn hashes_of_other_programs_match() {
        let passwords = passwords(CHEAP);
        let ours = hash(&passwords, "correct horse").await;
        assert_eq!(
            ours.as_phc(),
            "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$8jCjveL9purNVvxZWhjl0nULgTWD4Roxh/u/NFFSew0"
        );
        for theirs in [
            "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$n73Izpr99tFtIc76/qp+hkRAyG/LHyuj",
            "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$SyBzHgr2Mw5FE4bTKV7aDk/AXsNBPWEgBlp4bnAVfSU",
        ] {
            let theirs = PasswordHash::from_phc(theirs.to_owned());
            assert!(verify(&passwords, Some(&theirs), "correct horse").await.matches);
            assert!(!verify(&passwords, Some(&theirs), "correct mouse").await.matches);
        }
    }

    #[tokio::test]
    async fn a_hash_without_salt_or_output_matches_nothing() {
        let passwords = passwords(CHEAP);
        for incomplete in [
            "$argon2id$v=19$m=8,t=1,p=1",
            "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA",
        ] {
            let incomplete = PasswordHash::from_phc(incomplete.to_owned());
            assert!(!verify(&passwords, Some(&incomplete), "").await.matches);
        }
    }

    #[tokio::test]
    async fn a_hash_above_the_cost_limit_is_not_verified() {
        let passwords = passwords(CHEAP);
        for params in [
            "m=131073,t=1,p=1",
            "m=65536,t=9,p=1",
            "m=8,t=65537,p=1",
            "m=4294967295,t=1,p=1",
            "m=256,t=1,p=17",
            "m=8,t=4294967295,p=1",
        ] {
            let text = format!("$argon2id$v=19${params}$c29tZXNhbHRzb21lc2FsdA$n73Izpr99tFtIc76/qp+hkRAyG/LHyuj");
            let stored = Phc::new(&text).expect("a PHC string");
            assert!(!is_affordable(&stored, CHEAP), "{params}");
            let hash = PasswordHash::from_phc(text);
            assert!(!verify(&passwords, Some(&hash), "correct horse").await.matches);
        }
        let kept: usize = passwords.memory.kept().iter().map(Vec::len).sum();
        assert!(kept <= 8, "the memory of the decoy alone was used");
        for params in ["m=102400,t=2,p=8", "m=65536,t=4,p=1", "m=19456,t=2,p=1"] {
            let text = format!("$argon2id$v=19${params}$c29tZXNhbHRzb21lc2FsdA$n73Izpr99tFtIc76/qp+hkRAyG/LHyuj");
            assert!(
                is_affordable(&Phc::new(&text).expect("a PHC string"), CHEAP),
                "{params}"
            );
        }
    }

    #[test]
    fn the_cost_of_new_hashes_is_always_affordable() {
        let dear = Argon2Cost {
            memory: 1024 * 1024,
            iterations: 4,
            parallelism: 32,
        };
        assert!(is_affordable(
            &Phc::new(decoy(dear).as_phc()).expect("a PHC string"),
            dear
        ));
    }

    #[tokio::test]
    async fn an_unknown_user_matches_nothing_at_the_same_cost() {
        let passwords = passwords(CHEAP);
        assert!(!verify(&passwords, None, "").await.matches);
        let decoy = Phc::new(passwords.decoy.as_phc()).expect("the decoy is a PHC string");
        assert_eq!(Params::try_from(&decoy).expect("parameters").m_cost(), CHEAP.memory);
        assert!(decoy.hash.is_some(), "without an output nothing would be computed");
    }

    #[tokio::test]
    async fn another_cost_is_outdated() {
        let dear = passwords(Argon2Cost { iterations: 2, ..CHEAP });
        let hash = hash(&dear, "correct horse").await;
        assert_eq!(
            verify(&passwords(CHEAP), Some(&hash), "correct horse").await,
            Verdict {
                matches: true,
                outdated: true
            }
        );
    }

    #[tokio::test]
    async fn memory_is_kept_zeroed_and_grows_to_the_largest_cost() {
        let passwords = passwords(CHEAP);
        let addresses = || -> Vec<_> { passwords.memory.kept().iter().map(Vec::as_ptr).collect() };
        let first = hash(&passwords, "correct horse").await;
        let kept = addresses();
        assert_eq!(kept.len(), 1);
        assert!(verify(&passwords, Some(&first), "correct horse").await.matches);
        assert_eq!(addresses(), kept, "the second hash took the memory of the first");
        let dear = Argon2Cost { memory: 64, ..CHEAP };
        let other = hash(&self::passwords(dear), "correct horse").await;
        assert!(verify(&passwords, Some(&other), "correct horse").await.matches);
        assert!(verify(&passwords, Some(&first), "correct horse").await.matches);
        let kept = passwords.memory.kept();
        assert_eq!(kept.iter().map(Vec::len).collect::<Vec<_>>(), [64]);
        assert!(kept[0].iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[tokio::test]
    async fn a_cancelled_request_keeps_its_permit_while_its_hash_runs() {
        let passwords = Passwords::with_permits(CHEAP, 1, 1).expect("a cost");
        let (cancelled, end) = begin(&passwords).await;
        cancelled.abort();
        assert!(cancelled.await.expect_err("cancelled").is_cancelled());
        assert_eq!(passwords.permits.available_permits(), 0);
        let mut next = Box::pin(passwords.run(|_| ()));
        assert!(poll_once(&mut next).is_pending(), "the memory is still in use");
        drop(end);
        assert_eq!(next.await, Ok(()));
    }

    #[tokio::test]
    async fn beyond_the_queue_a_hash_is_refused() {
        let passwords = Passwords::with_permits(CHEAP, 1, 1).expect("a cost");
        let (running, end) = begin(&passwords).await;
        let mut waiting = Box::pin(passwords.run(|_| ()));
        assert!(poll_once(&mut waiting).is_pending());
        assert_eq!(passwords.run(|_| ()).await, Err(Overloaded));
        let refused = passwords.hash_any(&chosen("correct horse"), &Zeros).await;
        assert_eq!(refused, Err(Overloaded));
        let chosen = chosen("correct horse");
        let unchecked = passwords.check(&chosen, "", PasswordOwner::default());
        assert!(unchecked.await.is_err());
        assert_eq!(passwords.verify(None, &PasswordAttempt::new("")).await, Err(Overloaded));
        // A request that is cancelled while it waits leaves the queue.
        drop(waiting);
        let next = passwords.run(|_| ());
        drop(end);
        assert_eq!(next.await, Ok(()));
        assert_eq!(running.await.expect("no panic"), Ok(()));
    }
}
