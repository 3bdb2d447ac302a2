//! Instagram, through one of the APIs that still tell who follows whom. Its own has no such lists any more.

mod v1;
mod words;

use crate::networks::{Api, Kind};

const NAME: &str = "instagram";

pub(super) const KIND: Kind = Kind {
    name: NAME,
    title: "Instagram",
    prefixes: &["ig", "insta", "instagram"],
    switch: None,
    read: words::read,
    link: |handle| format!("https://www.instagram.com/{handle}/"),
    apis: &[Api {
        name: "v1",
        url: "https://api.instagram.com/v1",
        rate: "5000/h",
        price: None,
        open: |settings, clock| Ok(Box::new(v1::V1::new(settings, clock)?)),
    }],
};
