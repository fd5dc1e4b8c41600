//! An SNS of the tests' own, the reports that it carries, and the service that gets them.

pub mod authority;
pub mod log;
pub mod reports;
pub mod service;
pub mod sns;
pub mod web;

pub use authority::Authority;
pub use service::Service;
pub use sns::Sns;
pub use web::Web;
