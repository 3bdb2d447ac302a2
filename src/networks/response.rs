//! A response as it came, and how clients read it: never trusting its shape, never quoting a key.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::form_urlencoded;

use crate::networks::NetworkError;

/// Characters that are quoted of a network's own words.
const QUOTED: usize = 120;

/// No response has told the remaining requests yet.
const UNKNOWN: u64 = u64::MAX;

/// A number of seconds below this, about three years, counts from now; others count from 1970.
const FROM_NOW: u64 = 100_000_000;

/// Seconds since 1970 stay below this for three thousand years; a larger number is of a smaller unit.
const SECONDS: u64 = 100_000_000_000;

/// In front of a letter in hexadecimal digits.
const ESCAPE: &[u8] = b"\\u";

/// Bytes of such an escape.
const ESCAPED: usize = 6;

/// The replacement character (U+FFFD).
const UNREADABLE: &[u8] = b"fffd";

/// A response; the names of its headers are in lower case, and values of the same name are joined to a list (RFC 9110,
/// 5.3). The body is left as it came: JSON parsed into values can take a hundred times its length.
#[derive(Debug, Default)]
pub(super) struct HttpResponse {
    pub(super) status: u16,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
    pub(super) received_at: DateTime<Utc>,
    /// When to retry, if it says so.
    pub(super) retry_at: Option<DateTime<Utc>>,
}

/// Requests left in the present window, as the last response said.
#[derive(Debug)]
pub(super) struct Remaining(AtomicU64);

impl HttpResponse {
    /// Returns the response if its body is JSON, with unreadable letters replaced.
    pub(super) fn json(mut self) -> Result<Self, NetworkError> {
        self.body = as_text(self.body);
        match serde_json::from_slice::<IgnoredAny>(&self.body) {
            Ok(_) => Ok(self),
            // Front proxies throttle with pages of their own.
            Err(_) if self.is_throttled() => Err(NetworkError::Throttled {
                retry_at: self.retry_at,
            }),
            // A proxy's page, or a body that was cut off: the request may succeed next time. It is not quoted: such
            // pages repeat the URL, and with it the token.
            Err(_) => {
                let (status, length) = (self.status, self.body.len());
                let text = format!("HTTP {status} with a body of {length} bytes that is not JSON");
                Err(lost(status, text))
            }
        }
    }

    /// Whether the status alone says that the client is too fast.
    pub(super) fn is_throttled(&self) -> bool {
        // Some networks use 420 in place of 429; a 503 that names a time is a passing overload.
        matches!(self.status, 420 | 429) || self.status == 503 && self.retry_at.is_some()
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns a header that is a number; the first one of a list.
    pub(super) fn number(&self, header: &str) -> Option<i64> {
        let value = self.headers.get(header)?;
        value.split([',', ';']).next()?.trim().parse().ok()
    }

    /// Returns a header that is a time.
    pub(super) fn time(&self, header: &str) -> Option<DateTime<Utc>> {
        time(self.headers.get(header)?, self.received_at)
    }

    pub(super) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, NetworkError> {
        // The error's own message quotes the response at any length, and a response may quote the key.
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text = format!("another shape at line {line}, column {column}");
            match self.is_success() {
                true => NetworkError::Garbled(text),
                false => NetworkError::Unexpected(text),
            }
        })
    }

    /// Returns the part of a refusal that says why; the defaults if it has another shape.
    pub(super) fn error_body<'a, T: Deserialize<'a> + Default>(&'a self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the meaning of a refusal by its status alone.
    pub(super) fn failure(&self, words: &str) -> NetworkError {
        match self.status {
            _ if self.is_throttled() => NetworkError::Throttled {
                retry_at: self.retry_at,
            },
            408 | 500.. => NetworkError::Temporary(format!("HTTP {}", self.status)),
            status => NetworkError::Unexpected(format!("HTTP {status} {words}")),
        }
    }
}

/// Returns the error for an unusable body: only a success can have been charged for.
pub(super) fn lost(status: u16, text: String) -> NetworkError {
    match (200..300).contains(&status) {
        true => NetworkError::Garbled(text),
        false => NetworkError::Temporary(text),
    }
}

/// Parses a time as networks write it: in seconds from now or since 1970, in fractions of a second since 1970, or as a
/// date in either of the usual forms.
pub(super) fn time(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = value.trim();
    let Ok(mut number) = value.split(['.', ',', ';']).next()?.trim().parse::<u64>() else {
        let date = DateTime::parse_from_rfc3339(value);
        return Some(
            date.or_else(|_| DateTime::parse_from_rfc2822(value))
                .ok()?
                .to_utc(),
        );
    };
    while number >= SECONDS {
        number /= 1_000;
    }
    let seconds = i64::try_from(number).ok()?;
    match number {
        ..FROM_NOW => now.checked_add_signed(TimeDelta::try_seconds(seconds)?),
        _ => DateTime::from_timestamp(seconds, 0),
    }
}

/// Returns a body with unreadable letters replaced: bytes that are no UTF-8, and unpaired UTF-16 surrogates in escapes.
/// One such name is no reason to drop a page.
fn as_text(body: Vec<u8>) -> Vec<u8> {
    let mut text = match String::from_utf8_lossy(&body) {
        Cow::Owned(mended) => mended.into_bytes(),
        Cow::Borrowed(_) => body,
    };
    if text.starts_with("\u{feff}".as_bytes()) {
        text.drain(.."\u{feff}".len());
    }
    let mut at = 0;
    while let Some(next) = text
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| *byte == b'\\'))
    {
        at += next;
        at += match (unit(&text, at), unit(&text, at + ESCAPED)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPED,
            (Some(0xd800..=0xdfff), _) => {
                let digits = text.get_mut(at + ESCAPE.len()..at + ESCAPED);
                digits
                    .into_iter()
                    .for_each(|digits| digits.copy_from_slice(UNREADABLE));
                ESCAPED
            }
            (Some(_), _) => ESCAPED,
            // A backslash and one letter.
            (None, _) => 2,
        };
    }
    text
}

/// Returns the UTF-16 unit of the escape at this position; `None` if there is none.
fn unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + ESCAPED)?.strip_prefix(ESCAPE)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Returns the beginning of a network's own words, on one line. They may quote the URL, and with it the key, plain or
/// percent-encoded.
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
    pub(super) fn note(&self, answer: &HttpResponse, header: &str) {
        let told = answer.number(header);
        let told = told.and_then(|number| u64::try_from(number).ok());
        self.0.store(told.unwrap_or(UNKNOWN), Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|remaining| *remaining != UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_every_form() {
        let now = DateTime::from_timestamp(1_795_433_000, 0).expect("a time");
        let after = |seconds| Some(now + TimeDelta::seconds(seconds));
        for (value, expected) in [
            (" 90", after(90)),
            ("0", after(0)),
            ("60, 60;w=300", after(60)),
            ("12.5", after(12)),
            ("1795433860", after(860)),
            ("1795433860.5", after(860)),
            ("1795433860123", after(860)),
            ("1795433860123456", after(860)),
            ("1795433860123456789", after(860)),
            (
                "2026-11-23T09:37:40Z",
                DateTime::from_timestamp(1_795_426_660, 0),
            ),
            (
                "Thu, 01 Jan 1970 00:02:00 GMT",
                DateTime::from_timestamp(120, 0),
            ),
        ] {
            assert_eq!(time(value, now), expected, "{value:?}");
        }
        for odd in ["-1", "soon", "1e9", "99999999999999999999", ""] {
            assert_eq!(time(odd, now), None, "{odd:?}");
        }
    }

    #[test]
    fn half_a_letter_becomes_a_mark_and_the_rest_stays() {
        let mended = |body: &[u8]| String::from_utf8(as_text(body.to_vec())).expect("text");
        for whole in [
            r#"["\ud83d\ude00"]"#,
            r#"["\\ud83d"]"#,
            r#"["\n\u00e4"]"#,
            "[\"\u{1f600}\"]",
        ] {
            assert_eq!(mended(whole.as_bytes()), whole);
        }
        for (half, expected) in [
            (r#"["Star \ud83d"]"#, r#"["Star \ufffd"]"#),
            (r#"["\uDE00\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (r#"["\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (r#"["\ud83dx"]"#, r#"["\ufffdx"]"#),
        ] {
            assert_eq!(mended(half.as_bytes()), expected);
        }
        let cesu = mended(b"[\"Star \xed\xa0\xbd\xed\xb2\x9b\"]");
        assert!(cesu.starts_with("[\"Star \u{fffd}"), "{cesu}");
        assert_eq!(mended("\u{feff}{}".as_bytes()), "{}");
        assert_eq!(mended(b"[\"\\ud8"), "[\"\\ud8", "it was cut off");
    }
}
