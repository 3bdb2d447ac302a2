//! The error of waiting in vain, with enough context to understand a failed test.

use std::fmt;

/// What was expected and did not come, with everything said until then.
pub struct WaitTimeout {
    pub expected: String,
    pub transcript: String,
    pub violations: Vec<String>,
}

impl fmt::Debug for WaitTimeout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What a failed `unwrap` prints is meant for people.
        fmt::Display::fmt(self, formatter)
    }
}

impl fmt::Display for WaitTimeout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "expected, but not seen: {}", self.expected)?;
        writeln!(formatter, "--- so far ---\n{}", self.transcript)?;
        for violation in &self.violations {
            writeln!(formatter, "violation: {violation}")?;
        }
        Ok(())
    }
}

impl std::error::Error for WaitTimeout {}
