//! The requirements of each contract for a sign-in, and the credentials that it issues.

use crate::domain::Contract;
use crate::operations::{Core, Issue, SignInPolicy};

pub fn sign_in_policy(contract: Contract, core: &Core) -> SignInPolicy {
    SignInPolicy {
        verified_address: core.configuration().verification_required.contains(&contract),
        account: contract == Contract::Accounts,
        joined_organization: contract == Contract::Teams,
        issue: match contract {
            Contract::BetterAuth => Issue::Session,
            Contract::Basic | Contract::Teams | Contract::Platform | Contract::Accounts => Issue::AccessToken,
        },
    }
}
