//! What was waited for and did not come, told so that a failed test can be understood.

use std::fmt;

/// What was waited for in vain, with everything that was said until then.
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
