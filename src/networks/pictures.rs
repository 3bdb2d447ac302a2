//! Pictures of accounts: small, from public servers or from the very server that the operator has named as a network's
//! API, and quickly or not at all.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use url::{Origin, Url};

use crate::clock::Clock;
use crate::model::NetworkName;
use crate::networks::http::Http;
use crate::networks::ssrf_guard::{SsrfGuard, is_public_name};
use crate::networks::{NetworkError, Networks};

/// How long a picture may take. A result does not wait longer for it.
const WITHIN: Duration = Duration::from_secs(4);

/// Top-level domains without servers (RFC 6761).
const NOWHERE: [&str; 2] = [".example", ".test"];

/// Fetches pictures. Sends no key, and follows no redirect.
#[derive(Clone)]
pub struct Pictures {
    networks: Networks,
    /// For the operator's own servers, at any address ...
    home: Http,
    /// ... and for all others.
    outside: Http,
}

/// Which server a URL leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PictureSource {
    Home,
    Outside,
}

impl Pictures {
    pub fn new(networks: Networks, clock: Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let guard = SsrfGuard::of_the_system();
        Ok(Self {
            networks,
            home: Http::new(WITHIN, clock.clone())?,
            outside: Http::guarded(WITHIN, clock, guard)?,
        })
    }

    /// Returns the available pictures of a network's accounts, each at the position of its URL; unchecked, as they
    /// came.
    pub async fn fetch(
        &self,
        network: &NetworkName,
        addresses: Vec<Option<String>>,
    ) -> Vec<Option<Vec<u8>>> {
        // Only the network's own server: one network's responses must not lead to the server of another.
        let entry = self.networks.get(network);
        let home = entry.and_then(|entry| entry.network.picture_origin());
        let one = |address| self.one(home.as_ref(), address);
        join_all(addresses.into_iter().map(one)).await
    }

    async fn one(&self, home: Option<&Origin>, address: Option<String>) -> Option<Vec<u8>> {
        let url = Url::parse(&address?).ok()?;
        let http = match source_of(home, &url)? {
            PictureSource::Home => &self.home,
            PictureSource::Outside => &self.outside,
        };
        match http.fetch(url, &[]).await {
            Ok(answer) => (answer.status == 200).then_some(answer.body),
            Err(error) => {
                tracing::debug!(%error, "a picture can't be had");
                None
            }
        }
    }
}

/// Returns `None` if the URL is not to be fetched.
fn source_of(home: Option<&Origin>, url: &Url) -> Option<PictureSource> {
    // The client would turn them into a header.
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    if home == Some(&url.origin()) {
        return Some(PictureSource::Home);
    }
    let host = url.host_str().filter(|host| is_public_name(host))?;
    let leads_out = url.scheme() == "https" && url.port().is_none();
    let is_somewhere = !NOWHERE.iter().any(|end| host.ends_with(end));
    (leads_out && is_somewhere).then_some(PictureSource::Outside)
}

impl std::fmt::Debug for Pictures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pictures")
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::clock::SystemClock;
    use crate::networks::{self, NetworkSettings};

    #[test]
    fn only_public_places_and_the_very_server_of_the_api_are_asked() {
        let origin = |address: &str| Url::parse(address).expect("an address").origin();
        let home = origin("http://127.0.0.1:8080/v1/");
        let leads = |home: Option<&Origin>, address: &str| {
            source_of(home, &Url::parse(address).expect("an address"))
        };
        for address in [
            "http://127.0.0.1:8080/a.png",
            "http://127.0.0.1:8080/v2/a?b=c",
        ] {
            assert_eq!(
                leads(Some(&home), address),
                Some(PictureSource::Home),
                "{address}"
            );
            assert_eq!(leads(None, address), None, "{address}");
        }
        for address in [
            "http://127.0.0.1:8081/a.png",
            "http://127.0.0.1/a.png",
            "https://127.0.0.1:8080/a.png",
            "http://127.0.0.2:8080/a.png",
            "http://localhost:8080/a.png",
            "http://[::1]:8080/a.png",
            "http://me@127.0.0.1:8080/a.png",
            "http://:key@127.0.0.1:8080/a.png",
            "http://cdn.lookalike.org/a.png",
            "https://cdn.lookalike.org:8443/a.png",
            "https://me:key@cdn.lookalike.org/a.png",
            "https://93.184.215.14/a.png",
            "https://printer.local/a.png",
            "https://cdn.example/a.png",
            "ftp://127.0.0.1:8080/a.png",
            "file:///etc/hostname",
            "data:image/png;base64,aaaa",
        ] {
            assert_eq!(leads(Some(&home), address), None, "{address}");
        }
        let public = "https://cdn.lookalike.org/a.png";
        assert_eq!(leads(Some(&home), public), Some(PictureSource::Outside));
        // A URL without an origin never equals another without one.
        assert_eq!(leads(Some(&origin("file:///a")), "file:///a"), None);
    }

    #[tokio::test]
    async fn a_network_leads_to_its_own_server_alone_and_from_there_nowhere_else() {
        let (server, other) = (listener().await, listener().await);
        let at = |listener: &TcpListener, path: &str| {
            let address = listener.local_addr().expect("an address");
            format!("http://{address}{path}")
        };
        let settings = [("x", at(&server, "")), ("mastodon", at(&other, ""))];
        let settings = settings.into_iter().map(settings_of).collect();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
        let networks = networks::open(&settings, &clock).expect("opens");
        let pictures = Pictures::new(networks, clock).expect("opens");
        let asked = |name, addresses: &[String]| {
            let addresses = addresses.iter().cloned().map(Some).collect();
            let name = NetworkName::new(name);
            let pictures = pictures.clone();
            async move { pictures.fetch(&name, addresses).await }
        };

        let served = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\npic";
        let (found, request) = tokio::join!(
            asked("x", &[at(&server, "/a.png"), at(&other, "/a.png")]),
            answer(&server, served)
        );
        assert_eq!(found, [Some(b"pic".to_vec()), None]);
        assert!(request.starts_with("GET /a.png HTTP/1.1\r\n"), "{request}");
        assert!(!request.contains("key"), "{request}");

        let elsewhere = at(&other, "/a.png");
        let moved =
            format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
        let (found, _) = tokio::join!(
            asked("x", &[at(&server, "/moved.png")]),
            answer(&server, &moved)
        );
        assert_eq!(found, [None]);

        // Strangers' servers write the profiles of Mastodon's accounts.
        let found = asked("mastodon", &[at(&other, "/a.png"), at(&server, "/a.png")]).await;
        assert_eq!(found, [None, None]);
        let nobody = tokio::time::timeout(Duration::from_millis(20), other.accept()).await;
        assert!(nobody.is_err(), "nobody knocked");
    }

    fn settings_of((name, url): (&str, String)) -> (NetworkName, NetworkSettings) {
        let name = NetworkName::new(name);
        let kind = networks::kind(&name).expect("there is such a network");
        let settings = NetworkSettings {
            api: kind.apis[0].name,
            url,
            token: "key".into(),
            rate: "600/m".parse().expect("a rate"),
            min_cool_down: WITHIN,
            max_cool_down: WITHIN,
            timeout: WITHIN,
            price: None,
            servers: None,
        };
        (name, settings)
    }

    async fn listener() -> TcpListener {
        TcpListener::bind(("127.0.0.1", 0)).await.expect("listens")
    }

    /// Answers the next request. Returns what it was.
    async fn answer(listener: &TcpListener, answer: &str) -> String {
        let served = async {
            let (mut stream, _): (TcpStream, _) = listener.accept().await.expect("somebody comes");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                request.push(stream.read_u8().await.expect("a request"));
            }
            let sent = stream.write_all(answer.as_bytes()).await;
            sent.expect("is sent");
            String::from_utf8(request).expect("is text")
        };
        let served = tokio::time::timeout(WITHIN, served).await;
        served.expect("somebody asks")
    }
}
