//! Sign-in through a provider, from the first request to the session, and what hostile parties put in between.

mod account_info;
mod accounts;
mod accounts_contract;
mod accounts_invitation;
mod documents;
mod flow;
mod hostile;
mod issuers;
mod others;
mod platform;
mod records;
mod secrets;
mod slow;
mod support;
mod tabs;
mod teams;
mod tokens;

shared::testkit::service!(admin, session, social, two_factor, users);
