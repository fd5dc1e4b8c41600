//! What the handlers of all contracts share: the parts of HTTP that belong to no one contract.
//!
//! `pages` holds the HTML pages behind the links in mails. Vocabulary of a single contract lives in `contract`.

pub mod pages;
