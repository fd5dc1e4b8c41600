//! Errors of statistics.

use super::Failure;
use crate::contract::failures::failures;
use crate::domain::analytics::{Span, SpanRefused};
use crate::domain::statistics::KEPT_DAYS;
use crate::operations::GetAnalyticsError;

failures! {
    GetAnalyticsError {
        E::Refused(SpanRefused::EndsBeforeStart) => Failure::invalid("endDate", "endDate must not be before startDate"),
        E::Refused(SpanRefused::TooLong) => Failure::invalid(
            "startDate",
            format!("startDate and endDate must be at most {} intervals apart", Span::MOST),
        ),
        E::Refused(SpanRefused::HoursGone) => Failure::invalid(
            "startDate",
            format!("startDate must be within the last {KEPT_DAYS} days when granularity is hour"),
        ),
    }
}
