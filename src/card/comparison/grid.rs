//! The positions of a table's rows and columns.

use crate::card::sheet::WIDTH;

pub(super) const LEFT: f32 = 54.0;
const RIGHT: f32 = WIDTH - LEFT;

/// Above the column headers, and below the last row.
const PADDING: f32 = 32.0;

/// The height of the column headers.
const HEAD: f32 = 112.0;

/// The least width of the row headers.
const WHO: f32 = 284.0;

/// The largest side of a cell, which is a square.
const LARGEST: f32 = 136.0;
const GAP: f32 = 10.0;

/// The extra gap before the last column, which is of another kind.
const WIDER: f32 = 14.0;

pub(super) struct Grid {
    audiences: usize,
    top: f32,
    /// Of a cell.
    pub(super) side: f32,
}

impl Grid {
    /// Lays out a row for each audience, and a column for each plus one.
    pub(super) fn of(audiences: usize, top: f32) -> Self {
        let columns = audiences as f32 + 1.0;
        let side = (RIGHT - LEFT - WHO - WIDER) / columns - GAP;
        Self {
            audiences,
            top,
            side: side.min(LARGEST).floor(),
        }
    }

    pub(super) fn height(audiences: usize) -> f32 {
        Self::of(audiences, 0.0).y(audiences) - GAP + PADDING
    }

    /// Returns the left edge of a column.
    pub(super) fn x(&self, column: usize) -> f32 {
        let after = self.audiences as f32 - column as f32;
        let wider = if column < self.audiences { WIDER } else { 0.0 };
        RIGHT - self.side - after * (self.side + GAP) - wider
    }

    /// Returns the top of a row.
    pub(super) fn y(&self, row: usize) -> f32 {
        self.head() + HEAD + row as f32 * (self.side + GAP)
    }

    /// Returns the top of the column headers.
    pub(super) fn head(&self) -> f32 {
        self.top + PADDING
    }
}
