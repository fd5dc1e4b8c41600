//! What the letters say, and which grant the link of each redeems.

mod activation;
mod administrator;
mod change_email;
mod delete_user;
mod invitation;
mod notice;
mod reset_password;
mod verify_email;
