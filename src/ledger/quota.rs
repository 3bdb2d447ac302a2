//! How many analyses a person may ask for in a day: counted from their rows, so it holds over restarts.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ledger::rows;
use crate::ledger::transaction::Transaction;
use crate::ledger::under_way::OF_PERSON;
use crate::model::{Analysis, NewAnalysis, Outcome, Refusal};
use crate::stores::StoreError;

/// A day that ends now, whenever that is.
const DAY: TimeDelta = TimeDelta::days(1);

/// Says so when somebody has had as many as a day allows, and when there is room again.
pub(super) fn exceeded(
    tx: &Transaction<'_>,
    new: &NewAnalysis,
    now: DateTime<Utc>,
) -> Result<Option<Refusal>, StoreError> {
    let Some(limit) = new.quota else {
        return Ok(None);
    };
    let mut counted = 0;
    // The newest first.
    for (_, id) in tx.first(&rows::all_of_person(new.person), OF_PERSON)? {
        let Some(analysis) = tx.read(&rows::analysis(id))? else {
            continue;
        };
        if analysis.created_at <= now - DAY {
            break;
        }
        counted += u32::from(counts(&analysis));
        if counted >= limit {
            let again_at = analysis.created_at + DAY;
            return Ok(Some(Refusal::Quota { limit, again_at }));
        }
    }
    Ok(None)
}

/// What was there already has cost nothing, nor has what was refused; but where the network charges, looking it up
/// has.
fn counts(analysis: &Analysis) -> bool {
    match analysis.outcome {
        Some(Outcome::Refused(_)) => analysis.charged && analysis.crawl.is_some(),
        Some(Outcome::Delivered { made_at: Some(_) }) => false,
        _ => true,
    }
}
