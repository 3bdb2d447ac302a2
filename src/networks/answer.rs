//! An answer as it came, and how clients read it: never trusting its shape, never quoting a key.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::form_urlencoded;

use crate::networks::NetworkError;

/// What is quoted of a network's own words.
const QUOTED: usize = 120;

/// Says that no answer has told the remaining requests yet.
const UNKNOWN: u64 = u64::MAX;

/// An answer; the names of its headers are in lower case. The body is left as it came: any JSON as values
/// in memory can take a hundred times its length.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
    /// When to come back, if it says so.
    pub(super) retry_at: Option<DateTime<Utc>>,
}

/// Requests left in the present window, as the last answer told.
#[derive(Debug)]
pub(super) struct Remaining(AtomicU64);

impl Answer {
    /// The answer, if its body is JSON.
    pub(super) fn json(self) -> Result<Self, NetworkError> {
        match serde_json::from_slice::<IgnoredAny>(&self.body) {
            Ok(_) => Ok(self),
            // Front proxies throttle with pages of their own.
            Err(_) if self.throttles() => Err(NetworkError::Throttled {
                retry_at: self.retry_at,
            }),
            // A proxy's page, or a body that was cut off: the request may be fine next time. It is not
            // quoted: such pages repeat the address, and with it the token.
            Err(_) => {
                let (status, length) = (self.status, self.body.len());
                let text = format!("HTTP {status} with a body of {length} bytes that is not JSON");
                Err(lost(status, text))
            }
        }
    }

    /// Whether the status alone says that we are too fast.
    pub(super) fn throttles(&self) -> bool {
        // 420 is what some networks say for 429; a 503 that names a time is an overload that passes.
        matches!(self.status, 420 | 429) || self.status == 503 && self.retry_at.is_some()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header that is a number.
    pub(super) fn number(&self, header: &str) -> Option<i64> {
        self.headers.get(header)?.trim().parse().ok()
    }

    pub(super) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, NetworkError> {
        // The error's own words quote the answer at any length, and an answer may quote the key.
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text = format!("another shape at line {line}, column {column}");
            match self.is_success() {
                true => NetworkError::Garbled(text),
                false => NetworkError::Unexpected(text),
            }
        })
    }

    /// The part of a refusal that says why; its defaults when it has another shape.
    pub(super) fn refusal<'a, T: Deserialize<'a> + Default>(&'a self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What a refusal means that says nothing else of itself.
    pub(super) fn failure(&self, words: &str) -> NetworkError {
        match self.status {
            _ if self.throttles() => NetworkError::Throttled {
                retry_at: self.retry_at,
            },
            408 | 500.. => NetworkError::Temporary(format!("HTTP {}", self.status)),
            status => NetworkError::Unexpected(format!("HTTP {status} {words}")),
        }
    }
}

/// What it means that the rest of an answer is of no use: only a success can have been charged for.
pub(super) fn lost(status: u16, text: String) -> NetworkError {
    match (200..300).contains(&status) {
        true => NetworkError::Garbled(text),
        false => NetworkError::Temporary(text),
    }
}

/// The beginning of a network's own words, in one line. They may quote the address that was asked, and
/// with it the key, plain or as addresses write it.
pub(super) fn quoted(text: &str, key: &str) -> String {
    let written: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
    let text = match key {
        "" => text.to_owned(),
        key => text.replace(key, "…").replace(&written, "…"),
    };
    text.chars()
        .filter(|c| !c.is_control())
        .take(QUOTED)
        .collect()
}

impl Default for Remaining {
    fn default() -> Self {
        Self(AtomicU64::new(UNKNOWN))
    }
}

impl Remaining {
    pub(super) fn note(&self, answer: &Answer, header: &str) {
        let told = answer.number(header);
        let told = told.and_then(|number| u64::try_from(number).ok());
        self.0.store(told.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|remaining| *remaining != UNKNOWN)
    }
}
