//! Which networks charge may be another matter than at the last start.

use crate::context::Context;
use crate::stores::StoreError;

/// Has what is under way wait for somebody's word where that has begun to cost something, and for nobody's where it
/// is free.
pub async fn note_prices(cx: &Context) -> Result<(), StoreError> {
    let networks = cx.networks.names();
    let charges = networks.map(|network| {
        let charges = cx.networks.charges(&network);
        (network, charges)
    });
    cx.ledger.note_prices(charges.collect()).await
}
