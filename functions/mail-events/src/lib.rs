//! What SES reports of mail, on its way from SNS to its effect.
