//! The one HTTP client: times out, bounds what it reads, and turns failures into decisions.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, RequestBuilder};
use url::Url;

use crate::clock::Clock;
use crate::machine;
use crate::networks::NetworkError;
use crate::networks::response::{HttpResponse, lost, time};
use crate::networks::ssrf_guard::{NoPublicAddress, SsrfGuard};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for a server that a stranger named, which may stall on purpose.
const STRANGERS_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest that a request to such a server may take.
const STRANGERS_TIMEOUT: Duration = Duration::from_secs(20);

/// The largest body that is read, decompressed; a page of 100 accounts is about 30 KB.
const MAX_BODY: usize = 1024 * 1024;

#[derive(Clone)]
pub(super) struct Http {
    client: Client,
    clock: Arc<dyn Clock>,
}

impl Http {
    pub(super) fn new(timeout: Duration, clock: Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let client = Client::builder().timeout(timeout);
        Self::build(client.connect_timeout(CONNECT_TIMEOUT), clock)
    }

    /// Makes a client for servers that strangers name: over https alone, and only at the addresses that the guard lets
    /// through, which it checks at the moment of connecting. A proxy would resolve names by itself, so none is used.
    /// The guard does not see an IP address in a URL: the caller must refuse those.
    pub(super) fn guarded(
        timeout: Duration,
        clock: Arc<dyn Clock>,
        guard: SsrfGuard,
    ) -> Result<Self, NetworkError> {
        let client = Client::builder()
            .timeout(timeout.min(STRANGERS_TIMEOUT))
            .connect_timeout(STRANGERS_CONNECT_TIMEOUT)
            .https_only(true)
            .no_proxy()
            .dns_resolver(Arc::new(guard));
        Self::build(client, clock)
    }

    fn build(client: ClientBuilder, clock: Arc<dyn Clock>) -> Result<Self, NetworkError> {
        let client = client
            .user_agent(concat!("lookalike/", env!("CARGO_PKG_VERSION")))
            // A redirect would be a request outside the budget, and its referrer would contain the token.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()
            .map_err(|error| NetworkError::Unexpected(error.without_url().to_string()))?;
        Ok(Self { client, clock })
    }

    /// Sends a GET request. Header values may be keys: they are marked as sensitive, and shown nowhere.
    pub(super) async fn get(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        self.ask(self.client.get(url), headers).await?.json()
    }

    /// Sends a GET request whose response may have any body.
    pub(super) async fn fetch(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        self.ask(self.client.get(url), headers).await
    }

    /// Sends a POST request with a JSON body.
    pub(super) async fn post(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
        body: String,
    ) -> Result<HttpResponse, NetworkError> {
        let request = self.client.post(url).body(body);
        let request = request.header(CONTENT_TYPE, "application/json");
        self.ask(request, headers).await?.json()
    }

    async fn ask(
        &self,
        mut request: RequestBuilder,
        headers: &[(&'static str, &str)],
    ) -> Result<HttpResponse, NetworkError> {
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| NetworkError::Denied("it has signs that no key has".into()))?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        let mut response = request.send().await.map_err(unanswered)?;
        let status = response.status().as_u16();
        let received_at = self.clock.now();
        let headers = in_lists(response.headers());
        // A number of seconds or a date (RFC 9110, 10.2.3), and at times something else.
        let retry_at = headers.get(RETRY_AFTER.as_str());
        let retry_at = retry_at.and_then(|value| time(value, received_at));
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| lost(status, told(error)))?
        {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                return Err(match status {
                    200..300 => NetworkError::TooLarge(MAX_BODY),
                    _ => lost(status, format!("an answer of more than {MAX_BODY} bytes")),
                });
            }
        }
        Ok(HttpResponse {
            status,
            headers,
            body,
            received_at,
            retry_at,
        })
    }
}

impl Resolve for SsrfGuard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Returns the headers; the values of several with one name are joined to a list (RFC 9110, 5.3).
fn in_lists(headers: &HeaderMap) -> BTreeMap<String, String> {
    let mut lists = BTreeMap::<String, String>::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let list = lists.entry(name.to_string()).or_default();
        if !list.is_empty() {
            list.push_str(", ");
        }
        list.push_str(&value);
    }
    lists
}

fn unanswered(error: reqwest::Error) -> NetworkError {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<NoPublicAddress>() {
            return NetworkError::HostUnknown;
        }
        cause = error.source();
    }
    match error.is_connect() {
        // A name look-up that fails does not say why.
        true if !machine::may_open_files() => NetworkError::NoFiles,
        true => NetworkError::Unreachable(told(error)),
        false => NetworkError::Garbled(told(error)),
    }
}

fn told(error: reqwest::Error) -> String {
    // The URL contains the token.
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_one_name_are_one_list() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("Link", "<a>; rel=\"next\""),
            ("etag", "1"),
            ("link", "<b>"),
        ] {
            let name = name.parse::<reqwest::header::HeaderName>().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        let lists = in_lists(&headers);
        assert_eq!(lists["link"], "<a>; rel=\"next\", <b>");
        assert_eq!(lists["etag"], "1");
    }
}
