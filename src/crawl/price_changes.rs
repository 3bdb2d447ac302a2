//! Networks may charge now that were free at the last start, or the other way round.

use crate::context::Context;
use crate::stores::StoreError;

/// Makes running crawls wait for consent where the network has begun to charge, and continue where it is free now.
pub async fn note_prices(cx: &Context) -> Result<(), StoreError> {
    let networks = cx.networks.names();
    let charges = networks.map(|network| {
        let charges = cx.networks.charges(&network);
        (network, charges)
    });
    cx.ledger.note_prices(charges.collect()).await
}
