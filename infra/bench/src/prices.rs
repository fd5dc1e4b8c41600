//! The prices of AWS, in dollars in us-east-1 without any free tier, and the price of a million requests. The source
//! and date of each price are in docs/cost.md.

/// A million requests of an HTTP API, of the first 300 million in a month.
const API_REQUESTS: f64 = 1.00;
/// A million invocations of Lambda.
const INVOCATIONS: f64 = 0.20;
/// A second with a gigabyte of memory, arm64.
const GIGABYTE_SECOND: f64 = 0.000_013_333_4;
/// A million read units of a table on demand.
const READ_UNITS: f64 = 0.125;
/// A million write units.
const WRITE_UNITS: f64 = 0.625;
/// A million signatures with an elliptic curve key: 0.15 for ten thousand.
const SIGNATURES: f64 = 15.00;
/// A million mails: 0.10 for a thousand.
const MAILS: f64 = 100.00;
/// A million messages published to a topic; their delivery to Lambda is free.
const MESSAGES: f64 = 0.50;
/// A gigabyte of ingested logs.
const LOG_GIGABYTE: f64 = 0.50;

/// The assumed ratio of CPU time on Lambda to CPU time on the measured machine.
const SLOWDOWN: f64 = 1.5;
/// The assumed wait of a function for one call, in milliseconds.
const DYNAMODB_WAIT: f64 = 5.0;
const KMS_WAIT: f64 = 10.0;
const SES_WAIT: f64 = 50.0;
/// The log volume of Lambda for an invocation, and of the API for a request, in bytes.
const LOGGED_BY_LAMBDA: f64 = 400.0;
const LOGGED_BY_API: f64 = 250.0;

/// The trigger of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WakenedBy {
    Request,
    /// A record in the table's stream, which is free.
    Stream,
    /// A message that SES published.
    Message,
}

/// The usage of one invocation.
#[derive(Clone, Debug, PartialEq)]
pub struct Used {
    pub wakened: WakenedBy,
    pub memory_mb: f64,
    /// Measured on a machine of the benchmark.
    pub cpu_ms: f64,
    /// Measured: the function's own lines.
    pub logged_bytes: f64,
    pub dynamodb: f64,
    pub read_units: f64,
    pub write_units: f64,
    /// Signatures.
    pub kms: f64,
    /// Mails.
    pub ses: f64,
}

impl Used {
    /// The milliseconds that Lambda bills, which it rounds up.
    pub fn duration_ms(&self) -> f64 {
        let waits = DYNAMODB_WAIT * self.dynamodb + KMS_WAIT * self.kms + SES_WAIT * self.ses;
        (SLOWDOWN * self.cpu_ms + waits).ceil()
    }

    /// The price of a million, in dollars.
    pub fn million(&self) -> Bill {
        let by = |wakened| if self.wakened == wakened { 1.0 } else { 0.0 };
        let gigabyte_seconds = self.memory_mb / 1024.0 * self.duration_ms() / 1e3;
        let logged = self.logged_bytes + LOGGED_BY_LAMBDA + LOGGED_BY_API * by(WakenedBy::Request);
        Bill {
            api: API_REQUESTS * by(WakenedBy::Request) + MESSAGES * by(WakenedBy::Message),
            lambda: INVOCATIONS + GIGABYTE_SECOND * gigabyte_seconds * 1e6,
            dynamodb: READ_UNITS * self.read_units + WRITE_UNITS * self.write_units,
            kms: SIGNATURES * self.kms,
            ses: MAILS * self.ses,
            logs: LOG_GIGABYTE * logged * 1e6 / 1e9,
        }
    }
}

/// In dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bill {
    pub api: f64,
    pub lambda: f64,
    pub dynamodb: f64,
    pub kms: f64,
    pub ses: f64,
    pub logs: f64,
}

impl Bill {
    pub fn total(&self) -> f64 {
        self.api + self.lambda + self.dynamodb + self.kms + self.ses + self.logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_costs_what_it_uses_times_the_price() {
        let used = Used {
            wakened: WakenedBy::Request,
            memory_mb: 1024.0,
            cpu_ms: 20.3,
            logged_bytes: 350.0,
            dynamodb: 3.0,
            read_units: 2.0,
            write_units: 4.0,
            kms: 1.0,
            ses: 0.0,
        };
        assert!((used.duration_ms() - 56.0).abs() < 1e-9, "30.45 + 15 + 10, rounded up");
        let bill = used.million();
        let lambda = 0.20 + 56_000.0 * 0.000_013_333_4;
        for (part, expected) in [
            (bill.api, 1.0),
            (bill.lambda, lambda),
            (bill.dynamodb, 2.75),
            (bill.kms, 15.0),
            (bill.ses, 0.0),
            (bill.logs, 0.50),
        ] {
            assert!((part - expected).abs() < 1e-9, "{bill:?}");
        }
        assert!((bill.total() - (19.25 + lambda)).abs() < 1e-9);
    }
}
