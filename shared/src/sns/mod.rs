//! What SNS brings: the names of the topics from which it is believed.

mod topic;

pub use topic::{InvalidTopicArn, TopicArn};
