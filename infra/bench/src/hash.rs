//! What one password hash costs by itself: Argon2id with the parameters that the service has, through the same crate and in
//! the same release profile, one after the other on one thread.

use crate::proc;
use argon2::{Algorithm, Argon2, Params, Version};
use std::{
    ops::AddAssign,
    time::{Duration, Instant},
};

/// The defaults of `ARGON2_MEMORY_KIB`, `ARGON2_ITERATIONS` and `ARGON2_PARALLELISM`.
const COST: (u32, u32, u32) = (19456, 2, 1);

/// Of all hashes that were made.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    pub count: u32,
    pub wall: Duration,
    pub cpu: Option<Duration>,
}

impl Cost {
    pub fn wall_each(&self) -> Option<Duration> {
        self.wall.checked_div(self.count)
    }

    pub fn cpu_each(&self) -> Option<Duration> {
        self.cpu?.checked_div(self.count)
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        let cpu = match (self.count, self.cpu) {
            (0, _) => Some(Duration::ZERO),
            (_, cpu) => cpu,
        };
        *self = Self {
            count: self.count + other.count,
            wall: self.wall + other.wall,
            cpu: cpu.zip(other.cpu).map(|(one, other)| one + other),
        };
    }
}

/// Hashes `count` times. Memory is allocated for each, as the service does it.
pub fn argon2id(count: u32) -> Cost {
    let (memory, iterations, parallelism) = COST;
    let params = Params::new(memory, iterations, parallelism, None).expect("the service's parameters are valid");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    let before = proc::own_cpu_time();
    let started = Instant::now();
    for number in 0..count {
        let salt = u128::from(number).to_le_bytes();
        argon2
            .hash_password_into(b"nine lanterns over Pskov", &salt, &mut output)
            .expect("a salt of 16 bytes and an output of 32 are in range");
    }
    let wall = started.elapsed();
    let cpu = proc::between(before, proc::own_cpu_time());
    Cost { count, wall, cpu }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_add_up() {
        let one = |cpu| Cost {
            count: 2,
            wall: Duration::from_millis(10),
            cpu,
        };
        let known = Some(Duration::from_millis(8));
        let mut sum = Cost::default();
        assert_eq!(sum.wall_each(), None);
        sum += one(known);
        sum += one(known);
        assert_eq!(sum.wall_each(), Some(Duration::from_millis(5)));
        assert_eq!(sum.cpu_each(), Some(Duration::from_millis(4)));
        sum += one(None);
        assert_eq!(sum.cpu_each(), None);
    }
}
