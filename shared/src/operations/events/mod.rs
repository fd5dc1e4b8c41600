//! Events of the service, which a commit leaves in the table: publishing them to the event bus, and publishing again what
//! was left over.

mod lanes;
pub mod list_waiting_events;
pub mod publish_events;
pub mod redrive_events;

pub use list_waiting_events::WaitingEvents;
pub use publish_events::Publication;
pub use redrive_events::Redriven;

pub use crate::event_bus::EventBus;
pub use crate::store::event_key_of_stream_key;
