//! Argon2id with the service's default cost, as many times as the argument says, sequentially on one thread. The
//! program prints the time of one hash as JSON. Each hash allocates zeroed memory, as the plain call of the crate does;
//! the service keeps its memory and zeroes it after each hash, so both write it once more than the algorithm does.

#![forbid(unsafe_code)]

use argon2::{Algorithm, Argon2, Params, Version};
use std::{env, fs, hint::black_box, process::ExitCode, thread, time::Duration, time::Instant};

fn main() -> ExitCode {
    let Some(count) = env::args().nth(1).and_then(|count| count.parse::<u32>().ok()) else {
        eprintln!("usage: reference COUNT");
        return ExitCode::FAILURE;
    };
    let params = Params::new(19456, 2, 1, None).expect("the parameters are in range");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let before = cpu_time();
    let started = Instant::now();
    for number in 0..count {
        let salt = u128::from(number).to_le_bytes();
        let mut output = [0; 32];
        argon2
            .hash_password_into(b"nine lanterns over Pskov", &salt, &mut output)
            .expect("a salt of 16 bytes and an output of 32 are in range");
        black_box(output);
    }
    let wall = started.elapsed();
    let cpu = cpu_time().saturating_sub(before);
    let each = |total: Duration| total.as_secs_f64() * 1e3 / f64::from(count.max(1));
    println!("{{\"wall_ms\": {}, \"cpu_ms\": {}}}", each(wall), each(cpu));
    ExitCode::SUCCESS
}

/// The CPU time of this thread. The kernel accounts for it when the thread pauses.
fn cpu_time() -> Duration {
    thread::sleep(Duration::from_millis(1));
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = line.split_whitespace().next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}
