//! ARNs of SNS topics, and the host of SNS in a topic's region.

use std::fmt;

/// The ARN of a topic in one of the partitions whose endpoints end in `amazonaws.com` or `amazonaws.com.cn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicArn {
    text: String,
    region: String,
    suffix: &'static str,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not the ARN of an SNS topic: arn:aws:sns:REGION:ACCOUNT:NAME")]
pub struct InvalidTopicArn;

impl TopicArn {
    /// The longest name of a topic has 256 characters.
    const MAX_LENGTH: usize = 320;

    pub fn parse(text: &str) -> Result<Self, InvalidTopicArn> {
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, "sns", region, account, name] = parts[..] else {
            return Err(InvalidTopicArn);
        };
        let suffix = match partition {
            "aws" | "aws-us-gov" => "amazonaws.com",
            "aws-cn" => "amazonaws.com.cn",
            _ => return Err(InvalidTopicArn),
        };
        let is_region = is_made_of(region, |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
        });
        let is_account = account.len() == 12 && is_made_of(account, |byte| byte.is_ascii_digit());
        let is_name = is_made_of(name, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
        });
        if text.len() <= Self::MAX_LENGTH && is_region && is_account && is_name {
            Ok(Self {
                text: text.to_owned(),
                region: region.to_owned(),
                suffix,
            })
        } else {
            Err(InvalidTopicArn)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host of SNS in the topic's region.
    pub(super) fn host(&self) -> String {
        format!("sns.{}.{}", self.region, self.suffix)
    }

    /// The names in signing certificates of this region, which depend on the age of the region. All are names of SNS
    /// only (`SnsHostProvider` of the AWS SDK for Java lists the names by region).
    pub(super) fn signing_names(&self) -> Vec<String> {
        let Self { region, suffix, .. } = self;
        let mut names = vec![
            format!("sns.{suffix}"),
            format!("sns-{region}.{suffix}"),
            format!("sns-signing.{region}.{suffix}"),
        ];
        if region.starts_with("us-gov-") {
            names.push(format!("sns-us-gov-west-1.{suffix}"));
        }
        names
    }
}

fn is_made_of(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(allowed)
}

impl std::str::FromStr for TopicArn {
    type Err = InvalidTopicArn;

    fn from_str(text: &str) -> Result<Self, InvalidTopicArn> {
        Self::parse(text)
    }
}

impl fmt::Display for TopicArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_has_the_host_of_its_region() {
        for (arn, host) in [
            ("arn:aws:sns:us-east-1:123456789012:mail", "sns.us-east-1.amazonaws.com"),
            (
                "arn:aws-us-gov:sns:us-gov-east-1:123456789012:mail.fifo",
                "sns.us-gov-east-1.amazonaws.com",
            ),
            (
                "arn:aws-cn:sns:cn-north-1:123456789012:mail",
                "sns.cn-north-1.amazonaws.com.cn",
            ),
        ] {
            assert_eq!(TopicArn::parse(arn).map(|topic| topic.host()), Ok(host.to_owned()));
        }
    }

    #[test]
    fn an_invalid_arn_is_refused() {
        let long = format!("arn:aws:sns:us-east-1:123456789012:{}", "a".repeat(300));
        for text in [
            "",
            "mail",
            "arn:aws:sns:us-east-1:123456789012",
            "arn:aws:sns:us-east-1:123456789012:mail:0e1d",
            "arn:aws:sqs:us-east-1:123456789012:mail",
            "arn:aws-iso:sns:us-iso-east-1:123456789012:mail",
            "arn:aws:sns:us-east-1.evil.test/:123456789012:mail",
            "arn:aws:sns::123456789012:mail",
            "arn:aws:sns:us-east-1:1234:mail",
            "arn:aws:sns:us-east-1:123456789012:mail\n",
            " arn:aws:sns:us-east-1:123456789012:mail",
            &long,
        ] {
            assert_eq!(TopicArn::parse(text), Err(InvalidTopicArn), "{text:?}");
        }
    }
}
