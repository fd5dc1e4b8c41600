//! SES: letters, their templates, and sending.
