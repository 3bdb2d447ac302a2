//! Which hosts named by strangers may be contacted: public names at public addresses, so that strangers can't make this
//! client probe the operator's network (SSRF).

use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use futures::future::BoxFuture;

/// Resolves a name.
pub(super) type LookUp = fn(String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// No public host has this name.
#[derive(Debug, thiserror::Error)]
#[error("the name has no public address")]
pub(super) struct NoPublicAddress;

/// Lets the public addresses of a name through.
#[derive(Clone, Debug)]
pub(super) struct SsrfGuard {
    look_up: LookUp,
}

/// Top-level domains that are not public (RFC 6761 and later), or are common on internal networks.
const NOT_PUBLIC: [&str; 13] = [
    "local",
    "localhost",
    "localdomain",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "invalid",
    "onion",
    "alt",
    "arpa",
];

/// A name that always exists (RFC 2606): if not even it can be resolved, our own connection fails.
const SURE_NAME: &str = "example.com";

const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// IPv4 networks that are not public: IANA's special-purpose registry, multicast, and reserved ones. The first address,
/// and the length of the prefix.
const SPECIAL_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All public IPv6 addresses are in here ...
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// ... except protocols' own addresses, examples, and those that stand for an IPv4 address.
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

impl SsrfGuard {
    pub(super) fn new(look_up: LookUp) -> Self {
        Self { look_up }
    }

    /// Makes a guard that asks the system's resolver.
    pub(super) fn of_the_system() -> Self {
        Self::new(|name| {
            Box::pin(async move {
                let found = tokio::net::lookup_host((name, 443)).await?;
                Ok(found.collect())
            })
        })
    }

    /// Returns the public addresses of a name.
    ///
    /// # Errors
    /// [`NoPublicAddress`] if there are none, and any other error if names can't be resolved at all.
    pub(super) async fn addresses(
        &self,
        name: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let mut found = match (self.look_up)(name.to_owned()).await {
            Ok(found) => found,
            Err(_) if (self.look_up)(SURE_NAME.to_owned()).await.is_ok() => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        found.retain(|address| is_public(address.ip()));
        match found.is_empty() {
            true => Err(NoPublicAddress.into()),
            false => Ok(found),
        }
    }
}

/// Whether this is a public host name in lower case: at least two labels, and no IP address.
pub(super) fn is_public_name(name: &str) -> bool {
    let labels: Vec<&str> = name.split('.').collect();
    let is_label = |label: &&str| {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.chars().all(allowed)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2
        && name.len() <= LONGEST_NAME
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|last| {
            last.starts_with(|c: char| c.is_ascii_lowercase()) && !NOT_PUBLIC.contains(last)
        })
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let within = |(first, bits): &(Ipv4Addr, u32)| {
                (address.to_bits() ^ first.to_bits()) >> (32 - bits) == 0
            };
            !SPECIAL_V4.iter().any(within)
        }
        IpAddr::V6(address) => {
            let within = |(first, bits): &(Ipv6Addr, u32)| {
                (address.to_bits() ^ first.to_bits()) >> (128 - bits) == 0
            };
            within(&GLOBAL_V6) && !SPECIAL_V6.iter().any(within)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use tokio::net::TcpListener;

    use super::*;
    use crate::clock::SystemClock;
    use crate::networks::NetworkError;
    use crate::networks::http::Http;

    #[test]
    fn only_public_addresses_pass() {
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let parsed = address.parse().expect("an address");
            assert!(!is_public(parsed), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a01:4f8::1",
            "2001:4860:4860::8888",
        ] {
            let parsed = address.parse().expect("an address");
            assert!(is_public(parsed), "{address}");
        }
    }

    #[test]
    fn only_public_names_pass() {
        for name in ["mastodon.social", "a.b.c.example", "xn--mnchen-3ya.social"] {
            assert!(is_public_name(name), "{name}");
        }
        let long = format!("{}.com", "a.".repeat(130));
        for name in [
            "",
            "localhost",
            "printer",
            "printer.local",
            "metadata.google.internal",
            "router.lan",
            "abc.onion",
            "1.0.0.127.in-addr.arpa",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "127.0.0.0x1",
            "[::1]",
            "::1",
            "a..com",
            ".com",
            "a.com.",
            "-a.com",
            "a-.com",
            "a_b.com",
            "A.com",
            "a.com:8080",
            "a.com/b",
            "münchen.social",
            &long,
        ] {
            assert!(!is_public_name(name), "{name}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_before_anybody_is_connected_to() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
        let inside: [LookUp; 6] = [
            |_| at("127.0.0.1"),
            |_| at("10.0.0.1"),
            |_| at("169.254.169.254"),
            |_| at("::1"),
            |_| at("::ffff:127.0.0.1"),
            |_| Box::pin(async { Ok(Vec::new()) }),
        ];
        for look_up in inside {
            let error = asked(&listener, "https", look_up).await;
            assert_eq!(error, NetworkError::HostUnknown);
        }
        let error = asked(&listener, "http", |_| at("1.1.1.1")).await;
        assert!(!error.is_final(), "without https nothing is asked: {error}");
        let nobody = tokio::time::timeout(Duration::from_millis(20), listener.accept()).await;
        assert!(nobody.is_err(), "nobody knocked");
    }

    #[tokio::test]
    async fn a_name_that_is_not_found_is_told_from_a_line_that_is_down() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("listens");
        let mistyped: LookUp = |name| match name.as_str() {
            SURE_NAME => at("1.1.1.1"),
            _ => Box::pin(async { Err(io::Error::other("Name or service not known")) }),
        };
        let error = asked(&listener, "https", mistyped).await;
        assert_eq!(error, NetworkError::HostUnknown);
        let error = asked(&listener, "https", |_| {
            Box::pin(async { Err(io::Error::other("Temporary failure in name resolution")) })
        });
        let error = error.await;
        assert!(matches!(error, NetworkError::Unreachable(_)), "{error}");
    }

    fn at(address: &'static str) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move {
            let address = address.parse().map_err(io::Error::other)?;
            Ok(vec![SocketAddr::new(address, 443)])
        })
    }

    async fn asked(listener: &TcpListener, scheme: &str, look_up: LookUp) -> NetworkError {
        let port = listener.local_addr().expect("an address").port();
        let clock = Arc::new(SystemClock::default());
        let http = Http::guarded(Duration::from_secs(5), clock, SsrfGuard::new(look_up));
        let url = format!("{scheme}://inside.example:{port}/").parse();
        let answer = http
            .expect("opens")
            .get(url.expect("an address"), &[])
            .await;
        answer.expect_err("nobody is asked")
    }
}
