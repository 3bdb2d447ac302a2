//! Where the rows and columns of a table are.

use crate::card::sheet::WIDTH;

pub(super) const LEFT: f32 = 54.0;
const RIGHT: f32 = WIDTH - LEFT;

/// Above the heads of the columns, and below the last row.
const PADDING: f32 = 32.0;

/// The heads of the columns.
const HEAD: f32 = 112.0;

/// The heads of the rows are at least as wide.
const WHO: f32 = 284.0;

/// Cells are squares of at most this size.
const LARGEST: f32 = 136.0;
const GAP: f32 = 10.0;

/// Before the last column, which is of another kind.
const WIDER: f32 = 14.0;

pub(super) struct Grid {
    audiences: usize,
    top: f32,
    /// Of a cell.
    pub(super) side: f32,
}

impl Grid {
    /// A row for each of the audiences, and a column for each and one more.
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

    /// The left of a column.
    pub(super) fn x(&self, column: usize) -> f32 {
        let after = self.audiences as f32 - column as f32;
        let wider = match column < self.audiences {
            true => WIDER,
            false => 0.0,
        };
        RIGHT - self.side - after * (self.side + GAP) - wider
    }

    /// The top of a row.
    pub(super) fn y(&self, row: usize) -> f32 {
        self.head() + HEAD + row as f32 * (self.side + GAP)
    }

    /// The top of the heads of the columns.
    pub(super) fn head(&self) -> f32 {
        self.top + PADDING
    }
}
