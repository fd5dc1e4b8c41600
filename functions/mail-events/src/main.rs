//! The Lambda function `mail-events`.

fn main() {}
