//! Carries over what an earlier version has written. Cut off at any point, it is done anew.
//!
//! What earlier versions counted of a person's day, by the person's number, is removed, whatever the format.
//!
//! Until format 3 lists were found by the ids of their accounts, reading orders ascended by id, and crawls
//! kept to the present setting of whom to pass over.

use crate::ledger::Ledger;
use crate::ledger::db::format::{FORMAT, format_of};
use crate::ledger::db::rows::{self, Number};
use crate::ledger::lists::append_order;
use crate::model::{Crawl, Relation};
use crate::stores::StoreError;

/// Lists that one transaction moves.
const BATCH: usize = 500;

impl Ledger {
    /// Brings a database that was just opened to the present format.
    pub(in crate::ledger) async fn carry_over(&self) -> Result<(), StoreError> {
        for counted in rows::counted_by_number() {
            self.remove_where(&counted, |_| true).await?;
        }
        if format_of(self.store.as_ref())? == FORMAT {
            return Ok(());
        }
        self.move_lists().await?;
        for (_, crawl) in self.list(&rows::crawls(), usize::MAX)? {
            self.carry_over_crawl(crawl).await?;
        }
        self.transact(|tx| tx.write(&rows::number(Number::Format), &FORMAT))
            .await
    }

    async fn move_lists(&self) -> Result<(), StoreError> {
        loop {
            let lists = self.list(&rows::follow_lists_by_id(), BATCH)?;
            if lists.is_empty() {
                return Ok(());
            }
            self.transact(move |tx| {
                for (key, list) in lists {
                    if let Some((network, id)) = rows::account_of_list_by_id(&key) {
                        tx.write(
                            &rows::follow_list(tx.order(), &network, Relation::Following, &id),
                            &list,
                        )?;
                    }
                    tx.remove_at(key);
                }
                Ok(())
            })
            .await?;
        }
    }

    async fn carry_over_crawl(&self, mut crawl: Crawl) -> Result<(), StoreError> {
        let followers = match self.reading_order(&crawl, 0..usize::MAX) {
            Ok(followers) => followers,
            // It is this crawl's trouble, as ever.
            Err(StoreError::Corrupt(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        crawl.max_following = self.rules.max_following;
        self.transact(move |tx| {
            if !followers.is_empty() {
                let (order, _) = append_order(tx, &crawl.network, followers)?;
                crawl.reading_order = Some(order);
            }
            tx.write(&rows::crawl(crawl.id), &crawl)
        })
        .await
    }
}
