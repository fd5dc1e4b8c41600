//! The answer that is nothing but a sentence.

use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Message {
    pub message: &'static str,
}

impl Message {
    pub fn new(message: &'static str) -> Self {
        Self { message }
    }
}
