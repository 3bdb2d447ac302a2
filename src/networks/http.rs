//! The one HTTP client: times out, bounds what it reads, and turns failures into decisions.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, ClientBuilder, RequestBuilder};
use url::Url;

use crate::clock::Clock;
use crate::networks::NetworkError;
use crate::networks::answer::{Answer, lost};
use crate::networks::guard::Guard;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The same for a server that a stranger named, which may let wait on purpose.
const STRANGERS_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What a request to such a server may take at most.
const STRANGERS_TIMEOUT: Duration = Duration::from_secs(20);

/// The largest answer that is read, unpacked; a page of 100 accounts is about 30 KB.
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

    /// For servers that strangers name: they are asked over https alone, and only at the addresses that
    /// the guard lets pass, which it sees at the moment of connecting. A proxy would look the names up by
    /// itself, so none is used. The guard does not see an address that stands in a link: those are for
    /// the caller to refuse.
    pub(super) fn guarded(
        timeout: Duration,
        clock: Arc<dyn Clock>,
        guard: Guard,
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
            // A redirect would be a request outside the budget, and its referrer would hold the token.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .build()
            .map_err(|error| NetworkError::Unexpected(error.without_url().to_string()))?;
        Ok(Self { client, clock })
    }

    /// Asks with headers, whose values may be keys: they are marked as such, and shown nowhere.
    pub(super) async fn get(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
    ) -> Result<Answer, NetworkError> {
        self.ask(self.client.get(url), headers).await?.json()
    }

    /// The same where the status says enough, and the body may be anything.
    pub(super) async fn fetch(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
    ) -> Result<Answer, NetworkError> {
        self.ask(self.client.get(url), headers).await
    }

    /// Asks with a body of JSON.
    pub(super) async fn post(
        &self,
        url: Url,
        headers: &[(&'static str, &str)],
        body: String,
    ) -> Result<Answer, NetworkError> {
        let request = self.client.post(url).body(body);
        let request = request.header(CONTENT_TYPE, "application/json");
        self.ask(request, headers).await?.json()
    }

    async fn ask(
        &self,
        mut request: RequestBuilder,
        headers: &[(&'static str, &str)],
    ) -> Result<Answer, NetworkError> {
        for (name, value) in headers {
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| NetworkError::Denied("it has signs that no key has".into()))?;
            value.set_sensitive(true);
            request = request.header(*name, value);
        }
        let mut response = request.send().await.map_err(unanswered)?;
        let status = response.status().as_u16();
        let retry_at = retry_at(response.headers(), self.clock.now());
        let headers = response.headers().iter();
        let headers = headers
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| lost(status, told(error)))?
        {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                let text = format!("an answer of more than {MAX_BODY} bytes");
                return Err(lost(status, text));
            }
        }
        Ok(Answer {
            status,
            headers,
            body,
            retry_at,
        })
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// `Retry-After` is a number of seconds or a date (RFC 9110, 10.2.3).
fn retry_at(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse::<u32>() {
        Ok(seconds) => Some(now + TimeDelta::seconds(seconds.into())),
        Err(_) => Some(DateTime::parse_from_rfc2822(value).ok()?.to_utc()),
    }
}

fn unanswered(error: reqwest::Error) -> NetworkError {
    match error.is_connect() {
        true => NetworkError::Unreachable(told(error)),
        false => NetworkError::Garbled(told(error)),
    }
}

fn told(error: reqwest::Error) -> String {
    // The address holds the token.
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = std::error::Error::source(&error);
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
    fn a_time_to_come_back_is_read_in_both_forms() {
        let now = DateTime::UNIX_EPOCH;
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
            retry_at(&headers, now)
        };
        assert_eq!(read(" 90"), Some(now + TimeDelta::seconds(90)));
        assert_eq!(
            read("Thu, 01 Jan 1970 00:02:00 GMT"),
            Some(now + TimeDelta::seconds(120))
        );
        for odd in ["-1", "soon", "1e9", "99999999999999999999", ""] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
