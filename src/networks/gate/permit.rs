//! The permit for one request.

use std::sync::Arc;

use crate::networks::NetworkError;
use crate::networks::gate::Gate;
use crate::networks::gate::circuit_breaker::Purpose;
use crate::networks::throttled::SubjectHash;

/// The permit for one request. Its outcome is to be reported.
#[derive(Debug)]
pub(crate) struct Permit {
    gate: Arc<Gate>,
    purpose: Purpose,
    reported: bool,
}

impl Permit {
    pub(super) fn new(gate: Arc<Gate>, purpose: Purpose) -> Self {
        Self {
            gate,
            purpose,
            reported: false,
        }
    }

    /// Whether it is for the health check.
    pub(crate) fn is_health_check(&self) -> bool {
        self.purpose == Purpose::HealthCheck
    }

    /// Returns the same permit for the health check.
    pub(crate) fn for_health_check(mut self) -> Self {
        self.purpose = Purpose::HealthCheck;
        self
    }

    /// Reports the outcome; `weight` is what the request about the subject has taken of the budget.
    pub(crate) fn report(
        mut self,
        error: Option<&NetworkError>,
        remaining: Option<u64>,
        weight: u32,
        subject: SubjectHash,
    ) {
        self.reported = true;
        let about = (self.purpose, subject);
        self.gate.report(error, remaining, weight, about);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if !self.reported {
            self.gate.forget(self.purpose);
        }
    }
}
