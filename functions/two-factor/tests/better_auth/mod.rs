//! The `better_auth` contract on the wire: second factors. One file per concern; what several of them do is in `support`.

mod attempts;
mod backup_codes;
mod budgets;
mod challenge;
mod contracts;
mod disable;
mod enable;
mod faults;
mod get_totp_uri;
mod hostile;
mod mailed_codes;
mod notices;
mod planted;
mod races;
mod reset;
mod step_up;
mod support;
mod trusted_devices;
mod verify_totp;
mod without_cookies;
mod written_codes;
