//! The network as the verifier sees it: what is at which address, and what was asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use shared::sns::{Fetch, FetchError, Fetching};

#[derive(Debug, Clone)]
enum Answer {
    Body(Vec<u8>),
    Status(StatusCode),
    Unreachable,
}

#[derive(Debug, Clone, Default)]
pub struct Web {
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub fn serve(&self, url: &str, body: impl Into<Vec<u8>>) {
        self.set(url, Answer::Body(body.into()));
    }

    pub fn answer(&self, url: &str, status: u16) {
        self.set(url, Answer::Status(StatusCode::from_u16(status).unwrap()));
    }

    pub fn cut(&self, url: &str) {
        self.set(url, Answer::Unreachable);
    }

    fn set(&self, url: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(url.to_owned(), answer);
    }

    /// Every address that was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Web {
    fn get<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        self.asked.lock().unwrap().push(url.to_owned());
        let answer = self.answers.lock().unwrap().get(url).cloned();
        Box::pin(async move {
            match answer {
                Some(Answer::Body(body)) => Ok(body),
                Some(Answer::Status(status)) => Err(FetchError::Status(status)),
                Some(Answer::Unreachable) => Err(FetchError::Unreachable("no route".into())),
                None => Err(FetchError::Status(StatusCode::NOT_FOUND)),
            }
        })
    }
}
