//! Two processes on one database.

use crate::crash::life::{Life, command};
use crate::house::{House, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_database_is_refused_with_a_sentence() {
    let house = House::new(small_world(20, false)).await;
    let life = Life::start(&house);
    house.telegram.says(&house.ann, "@luna");
    house.until_delivered(&house.ann, "luna").await;
    let second = command(&house).output().unwrap();
    life.stops().await;
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("in use by another process"), "{said}");
}
