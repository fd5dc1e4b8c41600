//! Resolving names for servers that an administrator chooses. A name says nothing about where it leads, so the addresses
//! are checked when a connection is made, which also holds for a name that changes its address in the meantime (DNS
//! rebinding).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

/// The resolver of the machine. It can leave out the addresses of the machine's own environment.
#[derive(Clone, Debug)]
pub struct Resolver {
    names: GaiResolver,
    is_guarded: bool,
}

impl Resolver {
    pub fn new(is_guarded: bool) -> Self {
        Self {
            names: GaiResolver::new(),
            is_guarded,
        }
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.names.poll_ready(cx)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let is_guarded = self.is_guarded;
        let resolved = (!is_localhost(&name)).then(|| self.names.call(name));
        Box::pin(async move {
            let addresses: Vec<_> = match resolved {
                Some(resolved) => resolved.await?.collect(),
                None => LOOPBACK.to_vec(),
            };
            let permitted = addresses
                .into_iter()
                .filter(|address| !is_guarded || !is_own_environment(address.ip()));
            let permitted: Vec<_> = permitted.collect();
            if permitted.is_empty() {
                let reason = "the name leads nowhere, or into the environment of the service";
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
            }
            Ok(permitted.into_iter())
        })
    }
}

/// The connector sets the port.
const LOOPBACK: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// Whether the name stands for this machine, so that no name server is asked for it (RFC 6761, section 6.3). Not every
/// resolver knows that of names below `localhost`.
fn is_localhost(name: &Name) -> bool {
    name.as_str()
        .rsplit('.')
        .next()
        .is_some_and(|top| top.eq_ignore_ascii_case("localhost"))
}

/// Whether the address is one of the machine itself, or of what stands beside it: the interfaces of Lambda and the
/// metadata of instances and containers. Private networks are not among them, because a deployment may have a provider
/// there.
fn is_own_environment(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.octets()[0] == 0 || address.is_loopback() || address.is_link_local() || address.is_multicast()
        }
        IpAddr::V6(address) => {
            let is_metadata = address.segments()[..3] == [0xfd00, 0x0ec2, 0];
            let is_local = address.is_unspecified() || address.is_loopback() || address.is_unicast_link_local();
            is_local || is_metadata || address.is_multicast()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_of_the_service_is_known_by_its_addresses() {
        for own in [
            "127.0.0.1",
            "127.8.9.10",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.100.1",
            "224.0.0.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "fe80::1",
            "fd00:ec2::254",
            "ff02::1",
        ] {
            assert!(is_own_environment(own.parse().expect("an address")), "{own}");
        }
        for other in ["192.0.2.1", "10.0.0.1", "2001:db8::1", "fd12:3456::1"] {
            assert!(!is_own_environment(other.parse().expect("an address")), "{other}");
        }
    }

    async fn resolve(name: &str, is_guarded: bool) -> io::Result<Vec<SocketAddr>> {
        let name: Name = name.parse().expect("a name");
        Resolver::new(is_guarded).call(name).await.map(Iterator::collect)
    }

    #[tokio::test]
    async fn names_below_localhost_are_this_machine() {
        for name in ["localhost", "api.localhost", "an.api.LOCALHOST"] {
            assert_eq!(resolve(name, false).await.expect("addresses"), LOOPBACK, "{name}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_the_environment_of_the_service_has_no_address() {
        for name in ["localhost", "api.localhost"] {
            let refused = resolve(name, true).await.expect_err("no address");
            assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied, "{name}");
        }
    }
}
