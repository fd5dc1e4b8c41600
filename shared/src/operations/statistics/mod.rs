//! Statistics for administrators of the platform.

mod event_history;
mod get_analytics;
mod get_system_stats;

pub use get_analytics::{Analytics, GetAnalyticsError, ShowAnalytics};
pub use get_system_stats::SystemStats;
