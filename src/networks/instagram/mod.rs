//! Instagram, through one of the APIs that still return who follows whom. Its own no longer has such lists.

mod aiograpi;
mod category;
mod handle;
mod hiker;
mod instagrapi;
mod v1;

use crate::model::{AccountId, Unit};
use crate::networks::link::path_segment;
use crate::networks::{Api, Kind, NetworkError};

const NAME: &str = "instagram";

/// Digits of an id: it has 64 bits.
const LONGEST_ID: usize = 20;

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "Instagram",
    prefixes: &["ig", "insta", "instagram"],
    switch: None,
    servers: None,
    read: handle::read,
    link: |handle| format!("https://www.instagram.com/{}/", path_segment(&handle.0)),
    apis: &[
        Api {
            name: "hikerapi",
            url: "https://api.hikerapi.com",
            // Paid keys may send 15 requests a second, new ones one.
            rate: "600/m",
            price: Some((Unit::Request, "0.001")),
            open: |settings, clock| Ok(Box::new(hiker::HikerApi::new(settings, clock)?)),
        },
        Api {
            name: "aiograpi",
            url: "http://localhost:8000",
            // About as much as a person scrolling; what Instagram tolerates is not known.
            rate: "200/h",
            price: None,
            open: |settings, clock| Ok(Box::new(aiograpi::Aiograpi::new(settings, clock)?)),
        },
        Api {
            name: "v1",
            url: "https://api.instagram.com/v1",
            rate: "5000/h",
            price: None,
            open: |settings, clock| Ok(Box::new(v1::V1::new(settings, clock)?)),
        },
    ],
};

/// Returns the id if there is only one: these APIs return one profile at a time.
fn only(ids: &[AccountId]) -> Result<&AccountId, NetworkError> {
    match ids {
        [id] => Ok(id),
        _ => Err(NetworkError::Unexpected(
            "this network tells one profile at a time".into(),
        )),
    }
}
