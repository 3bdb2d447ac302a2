//! Lengths that the drawings of two audiences share.

use crate::card::sheet::WIDTH;

/// From the edge to the drawing, and between things next to each other.
pub(super) const LEFT: f32 = 64.0;
pub(super) const ROOM: f32 = WIDTH - 2.0 * LEFT;
pub(super) const GAP: f32 = 22.0;
