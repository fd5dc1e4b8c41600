//! Whether a contract asks for a captcha.

use crate::captcha::CaptchaCheck;
use crate::config::Config;
use crate::domain::Contract;

/// `response` is what the client has presented, in a field of the contract or in the header `x-captcha-response`.
pub fn captcha_check(contract: Contract, config: &Config, response: Option<&str>) -> CaptchaCheck {
    if config.captcha.is_some() && config.captcha_contracts.contains(&contract) {
        CaptchaCheck::Required {
            response: response.map(str::to_owned),
        }
    } else {
        CaptchaCheck::NotRequired
    }
}
